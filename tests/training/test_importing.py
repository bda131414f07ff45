"""Attendance from a table (A-1, "import"): verdicts, marks that are only added, taking back as far as it goes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import InMemoryStorage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliance.core import imports
from alliance.core.imports import requests
from alliance.core.jobs import running
from alliance.core.models import AuditEvent, ImportBatch, StoredFile
from tests.core.importing import english, outcomes, row, send, take_back, take_over, verdicts
from tests.factories import make_duty, make_organisation, make_user
from tests.training.factories import make_cohort, make_enrolment, make_session
from tests.world import make_world
from training.models import AttendanceMark, Session
from training.services import marking

pytestmark = pytest.mark.django_db

HEAD = ["课次", "学员", "出勤", "到课分钟"]


@pytest.fixture(autouse=True)
def files_in_memory(monkeypatch):
    monkeypatch.setattr(StoredFile._meta.get_field("content"), "storage", InMemoryStorage())


@pytest.fixture
def world():
    world = make_world()
    now = timezone.now()
    world.cohort = make_cohort(
        world.version,
        code="ani-2026a",
        shared=30,
        state="running",
        enrol_from=now - timedelta(days=40),
        enrol_until=now - timedelta(days=30),
        starts_at=now - timedelta(days=20),
    )
    return world


@pytest.fixture
def li(world):
    return make_enrolment(world.cohort, state="active", person=make_user("样例李"))


@pytest.fixture
def session(world) -> Session:
    return held(world, timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=3))


def held(world, at, state="closed") -> Session:
    fields = {"closed_at": at + timedelta(hours=3)} if state in ("closed", "locked") else {}
    return make_session(world.cohort, starts_at=at, state=state, trainer=world.trainer, **fields)


def when(session: Session) -> str:
    return f"{timezone.localtime(session.starts_at):%Y-%m-%d %H:%M}"


def sent(world, *rows, by=None) -> ImportBatch:
    return send("attendance", [HEAD, *rows], by or world.trainer, cohort=world.cohort.code)


def counts(session, enrolment):
    return AttendanceMark.objects.filter(session=session, enrolment=enrolment).effective().get()


class TestDryRun:
    def test_each_row_has_its_verdict_and_nothing_is_written(self, world, session, li):
        known = make_enrolment(world.cohort, state="active")
        marking.mark(session, known, "present", by=world.trainer)
        other = make_enrolment(world.cohort, state="active")
        marking.mark(session, other, "absent", by=world.trainer)

        batch = sent(
            world,
            [when(session), li.person.email.upper(), "迟到", "100"],
            [when(session)[:10].replace("-", "/"), known.person.email, "present", ""],
            [when(session), other.person.email, "到", ""],
        )

        assert verdicts(batch) == [(2, "new"), (3, "same"), (4, "update")]
        assert row(batch, 4).changes == {"kind": ["absent", "present"]}
        assert AttendanceMark.objects.count() == 2

    @pytest.mark.parametrize(
        ("change", "column", "words"),
        [
            ({0: "2001-01-01"}, "session", "The cohort has no session then."),
            ({0: "yesterday"}, "session", "Write the day, or the day and the hour"),
            ({0: ""}, "session", "Please say which session."),
            ({1: "nobody@example.org"}, "trainee", "Nobody of this name or address has a seat in the cohort."),
            ({1: ""}, "trainee", "Please say who."),
            ({2: "asleep"}, "kind", "is not a value of this column"),
            ({2: ""}, "kind", "Please say how they attended."),
            ({2: "迟到", 3: ""}, "minutes", "How many minutes was the learner there?"),
            ({2: "迟到", 3: "9000"}, "minutes", "The session lasts"),
            ({2: "迟到", 3: "an hour"}, "minutes", "Write whole minutes."),
        ],
    )
    def test_a_wrong_cell_says_what_is_wrong(self, world, session, li, change, column, words):
        cells = [when(session), li.person.email, "到", ""]
        for place, value in change.items():
            cells[place] = value

        batch = sent(world, cells)

        ((at, said),) = english(row(batch, 2).notes)
        assert at == column
        assert words in said

    def test_a_name_of_two_asks_for_the_address_and_a_day_of_two_sessions_for_the_hour(self, world, session, li):
        make_enrolment(world.cohort, state="active", person=make_user(li.person.name))
        held(world, session.starts_at + timedelta(hours=5))

        batch = sent(world, [when(session)[:10], li.person.name, "到", ""])

        assert {column for column, _said in english(row(batch, 2).notes)} == {"session", "trainee"}

    def test_the_same_twice_what_is_final_what_is_to_come_and_what_was_corrected(self, world, session, li):
        final = held(world, timezone.now() - timedelta(days=9), "locked")
        coming = held(world, timezone.now() + timedelta(days=9), "scheduled")
        other = make_enrolment(world.cohort, state="active")
        marking.correct(session, other, "excused", by=world.trainer, reason="样例")

        batch = sent(
            world,
            [when(session), li.person.email, "到", ""],
            [when(session), li.person.name, "缺席", ""],
            [when(final), li.person.email, "到", ""],
            [when(coming), li.person.email, "到", ""],
            [when(session), other.person.email, "到", ""],
        )

        assert verdicts(batch) == [(2, "new"), (3, "error"), (4, "error"), (5, "error"), (6, "error")]
        said = [english(row(batch, number).notes)[0][1] for number in (3, 4, 5, 6)]
        assert [words[:28] for words in said] == [
            "The same as row 2 of this fi",
            "The attendance is final. Ask",
            "This session has not begun.",
            "This attendance was correcte",
        ]

    def test_nobody_keeps_their_own_attendance(self, world, session):
        make_enrolment(world.cohort, state="active", person=world.trainer)

        batch = sent(world, [when(session), world.trainer.email, "到", ""])

        assert english(row(batch, 2).notes) == [("trainee", "Nobody keeps their own attendance.")]


class TestTakingOver:
    def test_marks_are_added_and_count_and_a_session_never_opened_opens(self, world, li):
        missed = held(world, timezone.now() - timedelta(days=2), "scheduled")
        batch = sent(world, [when(missed), li.person.email, "早退", "60"])

        take_over(batch, world.trainer)

        mark = counts(missed, li)
        assert (mark.kind, mark.minutes_present, mark.source, mark.actor) == ("left_early", 60, "import", world.trainer)
        missed.refresh_from_db()
        assert missed.state == "open"
        assert AuditEvent.objects.filter(verb="attendance.imported", object_id=str(missed.pk)).count() == 1

    def test_a_later_word_of_the_trainer_counts_and_so_does_a_later_import(self, world, session, li):
        """A-2: a table is the word of the trainer who sent it."""
        marking.mark(session, li, "absent", by=world.trainer)
        take_over(sent(world, [when(session), li.person.email, "到", ""]), world.trainer)
        assert counts(session, li).kind == "present"

        marking.mark(session, li, "excused", by=world.trainer)

        assert counts(session, li).kind == "excused"

    def test_what_moved_since_the_check_is_put_aside(self, world, session, li):
        batch = sent(world, [when(session), li.person.email, "到", ""])
        marking.mark(session, li, "absent", by=world.trainer)

        assert outcomes(take_over(batch, world.trainer)) == [(2, "put_aside")]
        assert counts(session, li).kind == "absent"

    def test_confirming_twice_marks_once(self, world, session, li):
        batch = take_over(sent(world, [when(session), li.person.email, "到", ""]), world.trainer)

        running.run(batch.job.pk)

        assert AttendanceMark.objects.count() == 1


class TestTakingBack:
    def test_what_counted_before_counts_again_and_a_first_mark_stays_with_the_reason(self, world, session, li):
        """A-1: nothing is deleted."""
        other = make_enrolment(world.cohort, state="active")
        marking.mark(session, other, "absent", by=world.trainer)
        batch = take_over(
            sent(
                world,
                [when(session), li.person.email, "到", ""],
                [when(session), other.person.email, "到", ""],
            ),
            world.trainer,
        )

        batch = take_back(batch, world.trainer)

        assert outcomes(batch) == [(2, "kept"), (3, "undone")]
        assert row(batch, 2).outcome_note["en"].startswith("A mark is never deleted.")
        assert (counts(session, other).kind, counts(session, other).source) == ("absent", "correction")
        assert counts(session, li).kind == "present"
        assert AttendanceMark.objects.count() == 4

    def test_what_was_marked_anew_is_left_alone(self, world, session, li):
        marking.mark(session, li, "absent", by=world.trainer)
        batch = take_over(sent(world, [when(session), li.person.email, "到", ""]), world.trainer)
        marking.mark(session, li, "excused", by=world.trainer)

        assert outcomes(take_back(batch, world.trainer)) == [(2, "kept")]
        assert counts(session, li).kind == "excused"


class TestWho:
    """Files hold names of trainees: only those see one who teach the cohort."""

    @pytest.fixture
    def stranger(self):
        """Teaches, but elsewhere."""
        return make_duty(make_user(), make_organisation("school"), "trainer").person

    def test_only_for_a_cohort_one_teaches(self, world, session, li, stranger):
        kind = imports.kind_of("attendance")
        assert [code for code, _words in kind.options_form(world.trainer).fields["cohort"].choices] == ["ani-2026a"]
        assert kind.options_form(stranger).fields["cohort"].choices == []
        assert not kind.may(make_user())

        batch = ImportBatch.objects.create(kind="attendance", options={"cohort": "ani-2026a"}, created_by=stranger)
        with pytest.raises(PermissionDenied):
            kind.checker(kind, batch, stranger)

    def test_other_schools_see_no_such_file(self, world, session, li, stranger):
        batch = sent(world, [when(session), li.person.email, "到", ""])
        address = reverse("core:import_batch", args=[batch.token])
        client = Client()

        client.force_login(stranger)
        assert client.get(address).status_code == 404
        assert batch.file_name not in client.get(reverse("core:imports")).content.decode()
        with pytest.raises(PermissionDenied):
            requests.confirm(batch, by=stranger)
        client.force_login(world.trainer)
        assert client.get(address).status_code == 200
        assert batch.file_name in client.get(reverse("core:imports")).content.decode()
        assert client.get(reverse("core:import_new", args=["attendance"])).status_code == 200
        assert client.get(reverse("core:import_new", args=["parks"])).status_code == 404
