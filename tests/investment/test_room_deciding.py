"""D-1 to D-7 as a table: 2 states of project, 3 of interest, 2 agreements, 2 windows, 4 shapes of access, 4 actions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from investment.models import Interest, Project
from investment.rooms.deciding import Access, Action, Facts, Membership, Side, can, decide, entry

NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
INVESTOR = 7
FOLDER, FILE = 1, 2
READERS, OTHERS = 11, 12

PROJECTS = ("published", "due_diligence")
INTERESTS = ("under_review", "dd_open", "closed_lost")
AGREEMENTS = ("holds", "ran out")
WINDOWS = ("open", "over")
SHAPES = ("nothing said", "view on the document", "all on the folder", "all, and a deny in another group")
ACTIONS = ("view", "download", "original", "bulk")

Case = tuple[str, str, str, str, str, str]


def cases() -> Iterator[Case]:
    yield from product(PROJECTS, INTERESTS, AGREEMENTS, WINDOWS, SHAPES, ACTIONS)


def expected(case: Case) -> bool:
    """Written by hand from the specification, without a look at the code: five rows of the table are allowed."""
    return case in {
        ("due_diligence", "dd_open", "holds", "open", "view on the document", "view"),
        ("due_diligence", "dd_open", "holds", "open", "all on the folder", "view"),
        ("due_diligence", "dd_open", "holds", "open", "all on the folder", "download"),
        ("due_diligence", "dd_open", "holds", "open", "all on the folder", "original"),
        ("due_diligence", "dd_open", "holds", "open", "all on the folder", "bulk"),
    }


ALL = Access(view=True, download=True, original=True)
LINES = {
    "nothing said": {},
    "view on the document": {(READERS, FILE): Access(view=True)},
    "all on the folder": {(READERS, FOLDER): ALL},
    "all, and a deny in another group": {(READERS, FOLDER): ALL, (OTHERS, FILE): Access(denied=True)},
}


def facts(
    project: str = "due_diligence",
    interest: str = "dd_open",
    agreement: str = "holds",
    window: str = "open",
    shape: str = "all on the folder",
) -> Facts:
    closes = NOW + HOUR if window == "open" else NOW
    return Facts(
        project_state=project,
        parents={FOLDER: None, FILE: FOLDER},
        accesses=LINES[shape],
        sides=(Side(INVESTOR, interest, NOW + HOUR if agreement == "holds" else NOW),),
        memberships=tuple(Membership(group, INVESTOR, NOW - HOUR, closes) for group in (READERS, OTHERS)),
        allows_bulk=True,
    )


def test_the_table_has_384_rows_and_five_are_allowed():
    rows = list(cases())
    assert len(rows) == len(set(rows)) == 384
    assert sum(expected(row) for row in rows) == 5


@pytest.mark.parametrize("case", list(cases()), ids=" | ".join)
def test_d1_to_d7(case: Case):
    *circumstances, action = case
    assert can(facts(*circumstances), FILE, Action(action), NOW) is expected(case)


class TestEachRule:
    @pytest.mark.parametrize("state", Project.State.values)
    def test_d1_three_states_open_the_room(self, state):
        assert can(facts(state), FILE, Action.VIEW, NOW) is (state in {"in_dialogue", "due_diligence", "ic_review"})

    @pytest.mark.parametrize("state", ["", *Interest.State.values])
    def test_d2_four_states_of_interest(self, state):
        assert can(facts(interest=state), FILE, Action.VIEW, NOW) is (
            state in {"nda_signed", "dd_open", "negotiating", "term_sheet"}
        )

    def test_d3_to_the_moment(self):
        held = facts()
        until = NOW + HOUR
        later = replace(held, memberships=tuple(replace(one, closes_at=NOW + 5 * HOUR) for one in held.memberships))
        assert can(later, FILE, Action.VIEW, until - timedelta(microseconds=1))
        assert not can(later, FILE, Action.VIEW, until)
        none = replace(held, sides=(Side(INVESTOR, "dd_open", None),))
        assert decide(none, FILE, Action.VIEW, NOW).rule == "D-3"

    def test_d4_from_included_until_excluded(self):
        held = replace(facts(), sides=(Side(INVESTOR, "dd_open", NOW + 9 * HOUR),))
        assert can(held, FILE, Action.VIEW, NOW - HOUR)
        assert not can(held, FILE, Action.VIEW, NOW - HOUR - timedelta(microseconds=1))
        assert not can(held, FILE, Action.VIEW, NOW + HOUR)
        assert decide(held, FILE, Action.VIEW, NOW + HOUR).rule == "D-4"

    def test_d5_no_group_no_entry(self):
        assert decide(replace(facts(), memberships=()), FILE, Action.VIEW, NOW).rule == "D-5"

    def test_d5_a_group_of_another_investor_does_not_count(self):
        held = facts()
        moved = replace(held, memberships=tuple(replace(one, investor=8) for one in held.memberships))
        assert not can(moved, FILE, Action.VIEW, NOW)

    def test_d6_the_nearest_line_of_a_group_counts(self):
        hidden_above = {(READERS, FOLDER): Access(denied=True), (READERS, FILE): Access(view=True)}
        assert can(replace(facts(), accesses=hidden_above), FILE, Action.VIEW, NOW)
        hidden_here = {(READERS, FOLDER): ALL, (READERS, FILE): Access(denied=True)}
        assert not can(replace(facts(), accesses=hidden_here), FILE, Action.VIEW, NOW)
        nothing_here = {(READERS, FOLDER): ALL, (READERS, FILE): Access()}
        assert not can(replace(facts(), accesses=nothing_here), FILE, Action.VIEW, NOW)

    def test_d6_allows_of_groups_add_up(self):
        lines = {(READERS, FILE): Access(view=True), (OTHERS, FOLDER): Access(view=True, download=True)}
        held = replace(facts(), accesses=lines)
        assert can(held, FILE, Action.DOWNLOAD, NOW)
        assert not can(held, FILE, Action.ORIGINAL, NOW)

    def test_d6_a_deny_outlives_its_window(self):
        held = facts(shape="all, and a deny in another group")
        memberships = tuple(replace(one, closes_at=NOW) if one.group == OTHERS else one for one in held.memberships)
        assert decide(replace(held, memberships=memberships), FILE, Action.VIEW, NOW).rule == "D-6"

    def test_d7_bulk_is_off_by_default_and_needs_the_download(self):
        held = facts()
        assert not can(replace(held, allows_bulk=False), FILE, Action.BULK, NOW)
        view_only = replace(held, accesses={(READERS, FILE): Access(view=True)})
        assert decide(view_only, FILE, Action.BULK, NOW).rule == "D-7"
        assert Facts(project_state="due_diligence", parents={}).allows_bulk is False

    def test_d1_promoters_are_excepted_and_auditors_only_look(self):
        promoter = Facts(project_state="draft", parents={FILE: None}, is_promoter=True)
        assert all(can(promoter, FILE, action, NOW) for action in (Action.VIEW, Action.DOWNLOAD, Action.ORIGINAL))
        auditor = Facts(project_state="draft", parents={FILE: None}, is_auditor=True)
        assert can(auditor, FILE, Action.VIEW, NOW)
        assert not can(auditor, FILE, Action.DOWNLOAD, NOW)

    def test_d8_what_is_not_there_is_refused_to_everybody(self):
        assert not can(facts(), 99, Action.VIEW, NOW)
        assert not can(replace(facts(), is_promoter=True), 99, Action.VIEW, NOW)

    def test_6_5_a_second_factor_where_the_room_needs_one(self):
        needs = replace(facts(), needs_factor=True)
        assert [str(decide(needs, FILE, action, NOW).rule) for action in Action] == ["6.5"] * 4
        assert not entry(needs, NOW)
        has = replace(needs, has_factor=True)
        assert [can(has, FILE, action, NOW) for action in Action] == [
            can(facts(), FILE, action, NOW) for action in Action
        ]
        # It opens nothing that another rule keeps closed, and is told only to whom it is the last step.
        assert decide(replace(needs, memberships=()), FILE, Action.VIEW, NOW).rule == "D-5"
        assert decide(replace(has, memberships=()), FILE, Action.VIEW, NOW).rule == "D-5"
        # Parks and desk are no readers of this kind.
        for side in ("is_promoter", "is_auditor"):
            assert can(replace(needs, **{side: True}), FILE, Action.VIEW, NOW)

    def test_two_investors_of_one_person_do_not_lend_each_other(self):
        # One has the agreement, the other the group: neither opens the door.
        held = facts()
        split = replace(
            held, sides=(Side(INVESTOR, "dd_open", None), Side(8, "dd_open", NOW + HOUR)), memberships=held.memberships
        )
        assert not can(split, FILE, Action.VIEW, NOW)
        assert not entry(split, NOW)
