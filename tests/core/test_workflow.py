"""The engine that makes every move, and refuses every other edge."""

import itertools
from unittest.mock import Mock, patch

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.module_loading import autodiscover_modules
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from alliance.core import audit, workflow
from alliance.core.errors import MoveRefused, RuleBroken
from alliance.core.models import AuditEvent, StoredFile
from alliance.core.workflow import Move, Workflow
from tests.factories import make_user

STATES = ("waiting", "ready", "refused")


def make_file(state: str = "waiting") -> StoredFile:
    return StoredFile.objects.create(
        original_name="a.png",
        media_type="image/png",
        size=1,
        sha256="0" * 64,
        state=state,
        refusal="broken" if state == "refused" else "",
    )


def _is_editor(person, file) -> bool:
    return person.name == "Editor"


def _only_small(file, *, by, reason, **data) -> None:
    if file.size > 100:
        raise RuleBroken("Too large.")


def _note_refusal(file, *, by, reason, **data) -> list[str]:
    file.refusal = reason
    return ["refusal"]


@pytest.fixture
def seen():
    return []


@pytest.fixture
def flow(seen):
    """A lifecycle of files, registered for one test only."""

    def remember(file, *, by, reason, **data):
        seen.append((file.state, reason, data, AuditEvent.objects.order_by("-seq").first().verb))

    made = Workflow(
        code="test-file",
        title="File",
        model=StoredFile,
        field="state",
        initial="waiting",
        moves=(
            Move(
                verb="clear",
                sources=("waiting",),
                target="ready",
                who=_is_editor,
                who_label="editor",
                label="Clear",
                done="Cleared",
                guard=_only_small,
                then=remember,
            ),
            Move(
                verb="refuse",
                sources=("waiting", "ready"),
                target="refused",
                who=_is_editor,
                who_label="editor",
                label="Refuse",
                done="Refused",
                needs_reason=True,
                by_clock=True,
                effect=_note_refusal,
            ),
        ),
    )
    yield made
    del workflow.registry["test-file"]


@pytest.fixture
def editor(db):
    return make_user("Editor")


class TestApply:
    def test_a_move_writes_state_event_and_what_follows(self, flow, editor, seen):
        file = make_file()

        moved = workflow.apply(flow, file, "clear", by=editor, extra=1)

        file.refresh_from_db()
        event = AuditEvent.objects.order_by("-seq").first()
        assert (moved.state, file.state) == ("ready", "ready")
        assert (event.verb, event.actor, event.object_type, event.object_id, event.payload) == (
            "test-file.clear",
            str(editor.pk),
            "core.storedfile",
            str(file.pk),
            {"from": "waiting", "to": "ready"},
        )
        assert seen == [("ready", "", {"extra": 1}, "test-file.clear")]

    def test_a_reason_is_written_where_it_belongs_and_only_digested_in_the_chain(self, flow, editor):
        file = make_file("ready")

        workflow.apply(flow, file, "refuse", by=editor, reason="  模糊不清 ")

        file.refresh_from_db()
        event = AuditEvent.objects.order_by("-seq").first()
        assert (file.state, file.refusal) == ("refused", "模糊不清")
        assert event.payload == {"from": "ready", "to": "refused", "reason": audit.text_digest("模糊不清")}

    @pytest.mark.parametrize("reason", ["", "   ", "\n"])
    def test_a_missing_reason_is_asked_for(self, flow, editor, reason):
        file = make_file()

        with pytest.raises(RuleBroken):
            workflow.apply(flow, file, "refuse", by=editor, reason=reason)

        file.refresh_from_db()
        assert file.state == "waiting"

    def test_a_guard_says_why_not(self, flow, editor):
        file = make_file()
        StoredFile.objects.update(size=101)

        with pytest.raises(RuleBroken, match="Too large"):
            workflow.apply(flow, file, "clear", by=editor)

        file.refresh_from_db()
        assert file.state == "waiting"
        assert not AuditEvent.objects.filter(verb="test-file.clear").exists()

    def test_a_person_without_the_right_is_refused(self, flow, db):
        file = make_file()

        with pytest.raises(PermissionDenied):
            workflow.apply(flow, file, "clear", by=make_user("Visitor"))

        file.refresh_from_db()
        assert file.state == "waiting"

    def test_no_right_hangs_on_superuser(self, flow, db):
        with pytest.raises(PermissionDenied):
            workflow.apply(flow, make_file(), "clear", by=make_user("Root", is_superuser=True))

    def test_the_clock_makes_only_its_own_moves(self, flow, db):
        workflow.apply(flow, make_file(), "refuse", by=None, reason="too old")

        with pytest.raises(PermissionDenied):
            workflow.apply(flow, make_file(), "clear", by=None)

        assert AuditEvent.objects.order_by("-seq").first().actor == ""

    def test_the_state_is_read_again_under_the_lock(self, flow, editor):
        stale = make_file()
        workflow.apply(flow, stale, "clear", by=editor)

        with pytest.raises(MoveRefused):
            workflow.apply(flow, stale, "clear", by=editor)

    def test_an_unknown_verb_is_refused(self, flow, editor):
        with pytest.raises(MoveRefused):
            workflow.apply(flow, make_file(), "publish", by=editor)

    def test_what_follows_fails_with_the_move(self, flow, editor, monkeypatch):
        def fail(file, *, by, reason, **data):
            raise ZeroDivisionError

        monkeypatch.setitem(flow._by_verb, "clear", Move(**(vars(flow.move("clear")) | {"then": fail})))
        file = make_file()

        with pytest.raises(ZeroDivisionError):
            workflow.apply(flow, file, "clear", by=editor)

        file.refresh_from_db()
        assert file.state == "waiting"
        assert not AuditEvent.objects.filter(verb="test-file.clear").exists()

    @hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
    @given(verbs=st.lists(st.sampled_from(["clear", "refuse", "publish"]), max_size=6))
    def test_any_sequence_follows_the_table(self, flow, editor, verbs):
        file = make_file()
        edges = {("waiting", "clear"): "ready", ("waiting", "refuse"): "refused", ("ready", "refuse"): "refused"}
        expected = "waiting"

        for verb in verbs:
            if (expected, verb) in edges:
                workflow.apply(flow, file, verb, by=editor, reason="r")
                expected = edges[expected, verb]
            else:
                with pytest.raises(MoveRefused):
                    workflow.apply(flow, file, verb, by=editor, reason="r")

        file.refresh_from_db()
        assert file.state == expected


class TestOffered:
    @pytest.mark.parametrize(
        ("state", "name", "verbs"),
        [
            ("waiting", "Editor", ["clear", "refuse"]),
            ("ready", "Editor", ["refuse"]),
            ("refused", "Editor", []),
            ("waiting", "Visitor", []),
        ],
    )
    def test_only_what_this_person_may_do_from_here(self, flow, db, state, name, verbs):
        assert [move.verb for move in flow.offered(make_user(name), make_file(state))] == verbs


class TestTable:
    def make(self, code: str, *moves: Move) -> Workflow:
        try:
            return Workflow(code=code, title="t", model=StoredFile, field="state", initial="waiting", moves=moves)
        finally:
            workflow.registry.pop(code, None)

    def move(self, **changes) -> Move:
        plain = {"verb": "go", "sources": ("waiting",), "target": "ready", "who": _is_editor, "who_label": "e"}
        return Move(**(plain | {"label": "Go", "done": "Gone"} | changes))

    def test_a_verb_stands_once(self):
        with pytest.raises(ValueError, match="twice"):
            self.make("test-twice", self.move(), self.move(target="refused"))

    @pytest.mark.parametrize("changes", [{"target": "lost"}, {"sources": ("lost",)}])
    def test_states_are_those_of_the_field(self, changes):
        with pytest.raises(ValueError, match="unknown states"):
            self.make("test-unknown", self.move(**changes))

    def test_a_code_stands_once(self, flow):
        with pytest.raises(ValueError, match="twice"):
            Workflow(code="test-file", title="t", model=StoredFile, field="state", initial="waiting", moves=())

        assert workflow.registry["test-file"] is flow


def registered() -> list[Workflow]:
    autodiscover_modules("workflows")
    return list(workflow.registry.values())


def other_edges(flow: Workflow) -> list[tuple[str, str]]:
    """Every state with every verb that does not leave it."""
    return [
        (state, move.verb) for state, move in itertools.product(flow.states(), flow.moves) if state not in move.sources
    ]


def apply_in_state(flow: Workflow, state: str, verb: str, by) -> None:
    """`apply` on a row in that state, which the manager hands over as if it had been locked."""
    row = flow.model(pk=0, **{flow.field: state})
    manager = Mock()
    manager.select_for_update.return_value.get.return_value = row
    with patch.dict(flow.model._meta.__dict__, {"default_manager": manager}):
        workflow.apply(flow, row, verb, by=by, reason="r")


def test_every_other_edge_is_refused(flow, editor):
    assert len(other_edges(flow)) == 3
    for state, verb in other_edges(flow):
        with pytest.raises(MoveRefused):
            apply_in_state(flow, state, verb, editor)


@pytest.mark.parametrize("lifecycle", registered(), ids=lambda flow: flow.code)
class TestEveryLifecycle:
    """What holds for each lifecycle of the portal, whatever its app."""

    def test_its_first_state_and_all_targets_exist(self, lifecycle):
        assert {lifecycle.initial} | {move.target for move in lifecycle.moves} <= set(lifecycle.states())

    def test_every_move_speaks_to_people(self, lifecycle):
        for move in lifecycle.moves:
            assert all(str(words) for words in (move.label, move.done, move.who_label)), move.verb

    def test_every_other_edge_is_refused_before_any_right_or_guard_is_asked(self, lifecycle, db):
        anybody = make_user()
        for state, verb in other_edges(lifecycle):
            with pytest.raises(MoveRefused):
                apply_in_state(lifecycle, state, verb, anybody)
