"""Drafts: saving, two editors at once, undo, still true."""

import threading

import pytest
from django.db import connection

from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent
from parks import services
from parks.blocks import BLOCKS, digest, merge_rows
from parks.drafts import content_of, current, overlay
from parks.models import BlockConfirmation, BlockDraft, BlockEdit, Figure, Park
from parks.services.profile import outdated_pairs
from tests.factories import make_park, make_user

from .profiles import seen

CONTACT, STORY, FIGURES, WORK = BLOCKS["contact"], BLOCKS["story"], BLOCKS["figures"], BLOCKS["work"]


def tenants(value, year=2025, **over):
    return {
        "indicator": "tenants",
        "year": year,
        "value": value,
        "is_planned": False,
        "source": "self_reported",
        "source_note_zh": "",
        "source_note_en": "",
        **over,
    }


@pytest.mark.django_db
class TestSave:
    def test_keeps_what_differs_and_leaves_the_profile_alone(self):
        park = make_park(website="https://old.example.org", contact_phone="0574-1")
        author = make_user()

        saved = services.save_block(
            park, CONTACT, {"website": "https://new.example.org", "contact_phone": "0574-1"}, by=author
        )

        park.refresh_from_db()
        assert park.website == "https://old.example.org"
        assert saved.draft.data == {"website": "https://new.example.org"}
        assert (saved.version, saved.changed) == (1, ["website"])
        assert BlockEdit.objects.get().changes == {"website": ["https://old.example.org", "https://new.example.org"]}

    def test_the_same_again_changes_nothing(self):
        park, author = make_park(), make_user()
        services.save_block(park, CONTACT, {"contact_phone": "0574-2"}, by=author)

        again = services.save_block(park, CONTACT, {"contact_phone": "0574-2"}, by=author)

        assert (again.version, again.changed) == (1, [])
        assert BlockEdit.objects.count() == 1

    def test_one_sitting_is_one_line_of_the_history(self):
        park, author = make_park(), make_user()
        for text in ("a", "ab", "abc"):
            services.save_block(park, CONTACT, {"contact_phone": text}, by=author, page="p1")

        assert BlockEdit.objects.get().changes == {"contact_phone": ["", "abc"]}
        assert AuditEvent.objects.filter(verb="profile.edit").count() == 1

    def test_back_to_what_is_published_empties_the_draft(self):
        park, author = make_park(contact_phone="0574-1"), make_user()
        services.save_block(park, CONTACT, {"contact_phone": "0574-2"}, by=author)

        services.save_block(park, CONTACT, {"contact_phone": "0574-1"}, by=author)

        assert content_of(park) == {}


@pytest.mark.django_db
class TestTwoEditors:
    def test_different_fields_go_together(self):
        park, ann, bo = make_park(), make_user(), make_user()
        opened = seen({"contact_phone": "", "website": ""})
        services.save_block(park, CONTACT, {"contact_phone": "0574-1", "website": ""}, by=ann, seen=opened)

        saved = services.save_block(
            park, CONTACT, {"contact_phone": "", "website": "https://b.example"}, by=bo, seen=opened
        )

        assert (saved.taken_in, saved.conflicts) == (["contact_phone"], [])
        assert saved.draft.data == {"contact_phone": "0574-1", "website": "https://b.example"}

    def test_the_same_field_is_shown_to_the_second_and_nothing_is_lost(self):
        park, ann, bo = make_park(), make_user(name="Ann"), make_user()
        opened = seen({"contact_phone": "", "website": ""})
        services.save_block(park, CONTACT, {"contact_phone": "0574-1", "website": ""}, by=ann, seen=opened)

        saved = services.save_block(
            park, CONTACT, {"contact_phone": "0574-2", "website": "https://b.example"}, by=bo, seen=opened
        )

        conflict = saved.conflicts[0]
        assert (conflict.field, conflict.theirs, conflict.mine, conflict.by) == (
            "contact_phone",
            "0574-1",
            "0574-2",
            ann,
        )
        assert saved.draft.data == {"contact_phone": "0574-1", "website": "https://b.example"}

    def test_having_seen_it_the_second_may_keep_theirs(self):
        park, ann, bo = make_park(), make_user(), make_user()
        services.save_block(park, CONTACT, {"contact_phone": "0574-1"}, by=ann)

        saved = services.save_block(
            park, CONTACT, {"contact_phone": "0574-2"}, by=bo, seen=seen({"contact_phone": "0574-1"})
        )

        assert saved.draft.data == {"contact_phone": "0574-2"}

    def test_a_lost_answer_is_no_other_editor(self):
        park, ann = make_park(), make_user()
        opened = seen({"contact_phone": ""})
        services.save_block(park, CONTACT, {"contact_phone": "0"}, by=ann, seen=opened, page="p1")

        saved = services.save_block(park, CONTACT, {"contact_phone": "05"}, by=ann, seen=opened, page="p1")

        assert (saved.conflicts, saved.taken_in, saved.draft.data) == ([], [], {"contact_phone": "05"})

    def test_different_rows_of_one_list_are_merged(self):
        park, ann, bo = make_park(), make_user(), make_user()
        opened = seen({"figures": []})
        services.save_block(park, FIGURES, {"figures": [tenants(100, 2024)]}, by=ann, seen=opened)

        saved = services.save_block(park, FIGURES, {"figures": [tenants(120, 2025)]}, by=bo, seen=opened)

        assert [row["year"] for row in saved.draft.data["figures"]] == [2025, 2024]

    def test_the_same_row_is_a_conflict(self):
        park, ann, bo = make_park(), make_user(), make_user()
        opened = seen({"figures": []})
        services.save_block(park, FIGURES, {"figures": [tenants(100)]}, by=ann, seen=opened)

        saved = services.save_block(park, FIGURES, {"figures": [tenants(120)]}, by=bo, seen=opened)

        assert [conflict.field for conflict in saved.conflicts] == ["figures"]

    def test_an_officers_correction_meanwhile_counts_as_the_others_change(self):
        park, ann = make_park(contact_phone="0574-1"), make_user()
        opened = seen({"contact_phone": "0574-1"})
        services.correct_block(park, CONTACT, {"contact_phone": "0574-3"}, by=make_user(), note="Misprint.")

        saved = services.save_block(park, CONTACT, {"contact_phone": "0574-2"}, by=ann, seen=opened)

        assert [(c.theirs, c.mine) for c in saved.conflicts] == [("0574-3", "0574-2")]


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_the_same_moment_lose_nothing():
    """Twenty saves of two fields from two threads: each field ends as its own editor left it."""
    park, ann, bo = make_park(), make_user(), make_user()
    barrier = threading.Barrier(2)
    failures = []

    def work(person, name, values):
        barrier.wait()
        try:
            remembered = ""
            for value in values:
                services.save_block(
                    park, CONTACT, {name: value}, by=person, seen=seen({name: remembered}), page=name[:8]
                )
                remembered = value
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    phones = [f"0574-{n}" for n in range(10)]
    sites = [f"https://{n}.example" for n in range(10)]
    threads = [
        threading.Thread(target=work, args=(ann, "contact_phone", phones)),
        threading.Thread(target=work, args=(bo, "website", sites)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    draft = BlockDraft.objects.get()
    assert draft.data == {"contact_phone": phones[-1], "website": sites[-1]}
    assert draft.version == 20


class TestMergeRows:
    def test_each_side_keeps_its_own(self):
        base = [tenants(1, 2020), tenants(2, 2021)]
        before = {f"tenants:{row['year']}:": digest(row) for row in base}

        merged = merge_rows(
            "figures", before, [tenants(9, 2020), tenants(2, 2021)], [tenants(1, 2020), tenants(3, 2022)]
        )

        assert [(row["year"], row["value"]) for row in merged] == [(2022, 3), (2020, 9)]

    def test_changed_here_and_removed_there_is_no_merge(self):
        before = {"tenants:2020:": digest(tenants(1, 2020))}

        assert merge_rows("figures", before, [tenants(9, 2020)], []) is None


@pytest.mark.django_db
class TestOverlay:
    def test_shows_the_draft_without_touching_the_park(self):
        park = make_park(website="https://old.example.org")
        Figure.objects.create(park=park, indicator="tenants", year=2020, value=1)
        services.save_block(park, CONTACT, {"website": "https://new.example.org"}, by=make_user())
        services.save_block(park, FIGURES, {"figures": [tenants(2, 2021)]}, by=make_user())
        services.save_block(park, BLOCKS["identity"], {"credit_code": "91330200144052096U"}, by=make_user())

        shown = overlay(park)

        assert shown.website == "https://new.example.org"
        assert [figure.value for figure in shown.figures.all()] == [2]
        assert shown.organisation.credit_code == "91330200144052096U"
        assert (park.website, park.organisation.credit_code) == ("https://old.example.org", "")
        assert [figure.value for figure in park.figures.all()] == [1]
        assert Park.objects.get(pk=park.pk).website == "https://old.example.org"


@pytest.mark.django_db
class TestUndo:
    def test_goes_into_the_draft(self):
        park, author = make_park(contact_phone="0574-1"), make_user()
        services.save_block(park, CONTACT, {"contact_phone": "0574-2"}, by=author)

        services.undo_edit(BlockEdit.objects.get(), by=author)

        assert current(park, CONTACT, BlockDraft.objects.get())["contact_phone"] == "0574-1"
        undone = BlockEdit.objects.get(way="undo")
        assert undone.undoes.changes == {"contact_phone": ["0574-1", "0574-2"]}

    def test_a_field_changed_since_is_a_conflict(self):
        park, author = make_park(), make_user()
        services.save_block(park, CONTACT, {"contact_phone": "0574-1", "website": "https://a.example"}, by=author)
        edit = BlockEdit.objects.get()
        services.save_block(park, CONTACT, {"contact_phone": "0574-2"}, by=author)

        saved = services.undo_edit(edit, by=author)

        assert [c.field for c in saved.conflicts] == ["contact_phone"]
        assert current(park, CONTACT, saved.draft) | {} == {
            "website": "",
            "contact_phone": "0574-2",
            "contact_email": "",
            "contact_visibility": "public",
        }

    def test_of_one_row_leaves_the_others(self):
        park, author = make_park(), make_user()
        services.save_block(park, FIGURES, {"figures": [tenants(1, 2020)]}, by=author)
        edit = BlockEdit.objects.get()
        services.save_block(park, FIGURES, {"figures": [tenants(1, 2020), tenants(2, 2021)]}, by=author)

        saved = services.undo_edit(edit, by=author)

        assert [row["year"] for row in saved.values["figures"]] == [2021]


@pytest.mark.django_db
class TestStillTrue:
    def test_one_block(self):
        park, author = make_park(), make_user()

        services.confirm_block(park, CONTACT, by=author)
        services.confirm_block(park, CONTACT, by=author)

        park.refresh_from_db()
        assert BlockConfirmation.objects.get().by == author
        assert park.confirmed_at is not None

    def test_a_changed_block_is_submitted_instead(self):
        park, author = make_park(), make_user()
        services.save_block(park, CONTACT, {"contact_phone": "0574-2"}, by=author)

        with pytest.raises(RuleBroken):
            services.confirm_block(park, CONTACT, by=author)
        confirmed = services.confirm_all(park, by=author)

        assert "contact" not in [block.code for block in confirmed]
        assert len(confirmed) == len(BLOCKS) - 1


@pytest.mark.django_db
class TestOutdatedEnglish:
    def test_chinese_changed_without_it(self):
        park = make_park(summary_zh="旧的简介", summary_en="Old summary")
        saved = services.save_block(park, STORY, {"summary_zh": "新的简介"}, by=make_user())

        assert outdated_pairs(park, STORY, saved.draft, {}) == {"summary": "旧的简介"}

    def test_still_right_until_the_chinese_moves_again(self):
        park, author = make_park(summary_zh="旧的简介", summary_en="Old summary"), make_user()
        services.save_block(park, STORY, {"summary_zh": "新的简介"}, by=author)
        services.confirm_translation(park, STORY, "summary", by=author)
        after_confirming = outdated_pairs(park, STORY, BlockDraft.objects.get(), {})
        services.save_block(park, STORY, {"summary_zh": "更新的简介"}, by=author)

        assert after_confirming == {}
        assert outdated_pairs(park, STORY, BlockDraft.objects.get(), {}) == {"summary": "旧的简介"}
