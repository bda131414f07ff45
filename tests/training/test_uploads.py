"""What a trainer's device noted without network: once, in order, flagged where strange, nobody dropped (A-1, A-4)."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from alliance.core.errors import RuleBroken
from tests.training.factories import make_cohort, make_enrolment, make_session
from tests.world import make_world
from training import rosters
from training.models import AttendanceChange, AttendanceMark, Enrolment, UnlistedAttendee
from training.services import marking, uploads

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = make_world()
    now = timezone.now()
    world.cohort = make_cohort(
        world.version,
        shared=30,
        state="running",
        enrol_from=now - timedelta(days=40),
        enrol_until=now - timedelta(days=30),
        starts_at=now - timedelta(days=20),
    )
    world.session = make_session(world.cohort, starts_at=now - timedelta(hours=1), state="open", trainer=world.trainer)
    return world


@pytest.fixture
def token(world):
    assert world.enrolment
    return uploads.issue_roster(world.session, rosters.learners(world.session), by=world.trainer)


def line(enrolment=None, kind="present", at=None, **said):
    at = at or timezone.now()
    return {
        "nonce": uuid4().hex,
        "enrolment": enrolment.pk if enrolment else None,
        "kind": kind,
        "minutes": None,
        "at": at.isoformat(),
        **said,
    }


def send(world, token, *lines, by=None):
    return uploads.upload(world.session, token, list(lines), by=by or world.trainer)


def counts(world, enrolment):
    return AttendanceMark.objects.filter(session=world.session, enrolment=enrolment).effective().get()


class TestUpload:
    def test_a1_a_repeated_upload_changes_nothing(self, world, token):
        lines = [line(world.enrolment), line(None, name="张三")]

        first = send(world, token, *lines)
        again = send(world, token, *lines)

        assert (first.accepted, first.unlisted, first.repeated) == (1, 1, 0)
        assert (again.accepted, again.unlisted, again.repeated) == (0, 0, 2)
        assert first.kept == again.kept == [said["nonce"] for said in lines]
        assert (AttendanceMark.objects.count(), UnlistedAttendee.objects.count()) == (1, 1)

    def test_a1_the_same_number_twice_in_one_upload_counts_once(self, world, token):
        said = line(world.enrolment)

        outcome = send(world, token, said, said)

        assert (outcome.accepted, outcome.repeated) == (1, 1)

    def test_a2_within_one_upload_the_later_mark_counts(self, world, token):
        send(world, token, line(world.enrolment, "absent"), line(world.enrolment, "present"))

        assert counts(world, world.enrolment).kind == "present"

    def test_a4_a_wrong_clock_is_accepted_and_flagged(self, world, token):
        others = [make_enrolment(world.cohort) for _n in range(3)]
        start, end = world.session.starts_at, world.session.ends_at

        outcome = send(
            world,
            token,
            line(world.enrolment, at=start - timedelta(hours=2)),
            line(others[0], at=end + timedelta(hours=2, seconds=1)),
            line(others[1]) | {"at": "1970-01-01T00:00:00Z"},
            line(others[2]) | {"at": "noon"},
        )

        assert (outcome.accepted, outcome.flagged) == (4, 3)
        assert counts(world, world.enrolment).flags == []
        assert [counts(world, other).flags for other in others] == [["clock"]] * 3

    def test_a4_an_unknown_learner_is_listed_and_never_dropped(self, world, token):
        stranger = make_enrolment()

        absurd = line(None, name="王五") | {"enrolment": 10**30}
        outcome = send(world, token, line(stranger, name="李四"), absurd, line(None))

        assert (outcome.accepted, outcome.unlisted) == (0, 3)
        assert list(UnlistedAttendee.objects.values_list("name", flat=True)[:2]) == ["李四", "王五"]

    def test_a4_whoever_it_was_gets_the_mark(self, world, token):
        send(world, token, line(None, name="小王"))
        unlisted = UnlistedAttendee.objects.get()

        marking.settle_unlisted(unlisted, world.enrolment, by=world.trainer)

        assert counts(world, world.enrolment).kind == "present"
        with pytest.raises(RuleBroken):
            marking.settle_unlisted(unlisted, None, by=world.trainer)

    def test_a4_somebody_who_gave_up_the_seat_meanwhile_is_flagged(self, world, token):
        Enrolment.objects.filter(pk=world.enrolment.pk).update(state="withdrawn", pool="")

        outcome = send(world, token, line(world.enrolment))

        assert (outcome.accepted, outcome.flagged) == (1, 1)
        assert counts(world, world.enrolment).flags == ["not_holder"]

    def test_a4_conflicts_are_listed_and_nothing_is_overwritten(self, world, token):
        marking.mark(world.session, world.enrolment, "absent", by=world.school)

        outcome = send(world, token, line(world.enrolment, "present"))

        [conflict] = outcome.conflicts
        assert (conflict.counts.kind, [mark.kind for mark in conflict.others]) == ("absent", ["present"])
        assert counts(world, world.enrolment).kind == "absent"

    def test_a4_a_roster_the_portal_did_not_sign_is_refused_and_another_persons_flagged(self, world, token):
        with pytest.raises(RuleBroken):
            send(world, token[:-2] + "xx", line(world.enrolment))
        other = make_session(world.cohort, starts_at=timezone.now() - timedelta(days=3), state="open")
        with pytest.raises(RuleBroken):
            uploads.upload(other, token, [line(world.enrolment)], by=world.trainer)
        assert not AttendanceMark.objects.exists()

        send(world, token, line(world.enrolment), by=world.school)

        assert counts(world, world.enrolment).flags == ["other_roster"]

    def test_a4_a_session_held_without_network_opens_with_the_upload(self, world, token):
        type(world.session).objects.filter(pk=world.session.pk).update(state="scheduled")

        send(world, token, line(world.enrolment))

        world.session.refresh_from_db()
        assert world.session.state == "open"

    def test_a2_what_comes_after_the_lock_waits_for_a_second_person(self, world, token):
        type(world.session).objects.filter(pk=world.session.pk).update(state="locked")
        said = line(world.enrolment, "late", minutes=60)

        outcome = send(world, token, said)
        again = send(world, token, said)

        assert (outcome.waiting, again.repeated) == (1, 1)
        assert not AttendanceMark.objects.exists()
        marking.confirm_change(AttendanceChange.objects.get(), by=world.school)
        assert counts(world, world.enrolment).minutes_present == 60

    def test_nobody_marks_themselves_by_their_own_device(self, world, token):
        own = make_enrolment(world.cohort, person=world.trainer)

        outcome = send(world, token, line(own, name="Trainer"))

        assert (outcome.accepted, outcome.unlisted) == (0, 1)

    def test_whoever_does_not_teach_uploads_nothing(self, world, token):
        with pytest.raises(PermissionDenied):
            send(world, token, line(world.enrolment), by=world.trainee)

    @pytest.mark.parametrize(
        "bad",
        [
            "no mark",
            {"kind": "present"},
            {"nonce": "qr-1", "kind": "present"},
            {"nonce": "f" * 32, "kind": "asleep"},
            {"nonce": "f" * 32, "kind": ["present"]},
            {"nonce": "f" * 32, "kind": "late", "minutes": 10_000},
            {"nonce": "f" * 32, "kind": "late", "minutes": "x"},
        ],
    )
    def test_a_line_that_says_nothing_is_told_and_the_others_are_kept(self, world, token, bad):
        outcome = send(world, token, bad, line(world.enrolment))

        assert (len(outcome.refused), outcome.accepted) == (1, 1)


class TestPage:
    def post(self, client, world, said):
        address = reverse("training:offline_upload", args=[world.session.pk])
        body = said if isinstance(said, str) else json.dumps(said)
        return client.post(address, body, content_type="application/json")

    def test_json_in_json_out(self, client, world, token):
        client.force_login(world.trainer)

        answer = self.post(client, world, {"roster": token, "marks": [line(world.enrolment)]})

        assert answer.status_code == 200
        assert answer.json()["accepted"] == 1

    @pytest.mark.parametrize("said", ["", "{", "[]", "3", '{"roster": 1, "marks": []}', '{"roster": "x", "marks": {}}'])
    def test_rubbish_is_refused_with_a_sentence(self, client, world, said):
        client.force_login(world.trainer)

        answer = self.post(client, world, said)

        assert answer.status_code == 400
        assert answer.json()["why"]

    def test_from_another_origin_it_is_refused(self, world, token):
        from django.test import Client

        client = Client(enforce_csrf_checks=True)
        client.force_login(world.trainer)
        address = reverse("training:offline_upload", args=[world.session.pk])
        said = json.dumps({"roster": token, "marks": [line(world.enrolment)]})

        origin = {"Origin": "https://evil.example"}
        refused = client.post(address, said, content_type="application/json", headers=origin)

        assert refused.status_code == 403
        assert not AttendanceMark.objects.exists()

    def test_the_page_alone_may_have_a_worker(self, client, world):
        client.force_login(world.trainer)
        assert world.enrolment

        page = client.get(reverse("training:session_offline", args=[world.session.pk]))
        other = client.get(reverse("training:session_attendance", args=[world.session.pk]))
        worker = client.get(reverse("training:offline_worker", args=[world.session.pk]))

        assert "worker-src 'self'" in page["Content-Security-Policy"]
        assert "worker-src 'none'" in other["Content-Security-Policy"]
        assert worker["Content-Type"].startswith("text/javascript")
        assert worker["Service-Worker-Allowed"] == page.wsgi_request.path
