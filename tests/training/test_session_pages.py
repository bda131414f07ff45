"""Pages of sessions, calendars and cohorts: what is typed stays, clashes stand beside their field, queries are few."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from tests.training.factories import make_enrolment, make_session
from tests.world import make_world
from training import calendars
from training.models import Cohort, Enrolment, ParkQuota, Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def address(name, *args):
    with translation.override("en"):
        return reverse(f"training:{name}", args=args)


def session_form(world, **said):
    day = timezone.localtime(world.cohort.starts_at + timedelta(days=3)).date()
    unit = world.version.units.first().pk
    return {
        "unit": unit,
        "on": day.isoformat(),
        "starts": "09:00",
        "ends": "11:00",
        "room": world.room.pk,
        "trainer": world.trainer.pk,
        "is_required": "on",
        "weeks": "1",
        "title_en": "Sample lecture",
        **said,
    }


class TestSessionForm:
    def test_weekly_sessions_are_planned(self, client, world):
        client.force_login(world.school)

        answer = client.post(address("session_add", world.cohort.code), session_form(world, weeks="3"))

        assert answer.status_code == 302
        assert Session.objects.count() == 3

    def test_c4_a_clash_names_the_other_session_and_keeps_what_was_typed(self, client, world):
        client.force_login(world.school)
        client.post(address("session_add", world.cohort.code), session_form(world))

        answer = client.post(
            address("session_add", world.cohort.code), session_form(world, starts="10:00", title_en="Another one")
        )

        form = answer.context["form"]
        assert answer.status_code == 422
        assert "Sample lecture" in str(form.errors["trainer"])
        assert "Another one" in answer.content.decode()
        assert Session.objects.count() == 1

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"ends": "08:00"}, "ends"),
            ({"room": "", "link": ""}, "room"),
            ({"on": "2000-01-01"}, "starts"),
            ({"on": "someday"}, "on"),
            ({"weeks": "0"}, "weeks"),
            ({"unit": "x"}, "unit"),
        ],
    )
    def test_bad_input_is_told_beside_its_field(self, client, world, said, field):
        client.force_login(world.school)

        answer = client.post(address("session_add", world.cohort.code), session_form(world, **said))

        assert answer.status_code == 422
        assert field in answer.context["form"].errors


class TestPlan:
    def plan(self, world, **said):
        def at(days):
            return timezone.localtime(timezone.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")

        return {
            "version": world.version.pk,
            "code": "ani-2027a",
            "title_zh": "样例新班",
            "host": world.academy.pk,
            "enrol_from": at(1),
            "enrol_until": at(10),
            "starts_at": at(12),
            "ends_at": at(40),
            "min_size": "2",
            "allocation": "batch",
            "offer_hours": "48",
            f"seats_{world.park.pk}": "5",
            "shared": "3",
            "total": "",
            **said,
        }

    def test_c1_the_capacity_is_the_sum_of_quotas_and_shared_seats(self, client, world):
        client.force_login(world.school)

        answer = client.post(
            address("cohort_add", world.version.curriculum.programme.slug), self.plan(world, total="8")
        )

        assert answer.status_code == 302
        cohort = Cohort.objects.get(code="ani-2027a")
        assert (cohort.capacity, cohort.shared, cohort.state) == (8, 3, "planned")
        assert ParkQuota.objects.get(cohort=cohort).seats == 5

    @pytest.mark.parametrize(
        ("said", "where", "field"),
        [
            ({"total": "7"}, "places", "total"),
            ({"total": "9"}, "places", "total"),
            ({"shared": "-1"}, "places", "shared"),
            ({"min_size": "99"}, "form", "min_size"),
            ({"enrol_until": "2020-01-01T00:00"}, "form", "enrol_until"),
            ({"offer_hours": "1"}, "form", "offer_hours"),
            ({"code": "ani 2027"}, "form", "code"),
            ({"version": ""}, "form", "version"),
        ],
    )
    def test_c1_bad_input_is_told_beside_its_field_and_nothing_is_lost(self, client, world, said, where, field):
        client.force_login(world.school)

        answer = client.post(address("cohort_add", world.version.curriculum.programme.slug), self.plan(world, **said))

        assert answer.status_code == 422
        assert field in answer.context[where].errors
        assert "样例新班" in answer.content.decode()
        assert not Cohort.objects.filter(code="ani-2027a").exists()

    def test_v6_only_published_versions_are_offered(self, client, world):
        world.version.curriculum.versions.update(state="withdrawn")
        client.force_login(world.school)

        page = client.get(address("cohort_add", world.version.curriculum.programme.slug))

        assert page.context["has_versions"] is False

    def test_once_it_enrols_the_code_and_the_window_stand(self, client, world):
        client.force_login(world.school)

        client.post(address("cohort_plan", world.cohort.code), self.plan(world, code="other", title_zh="新标题"))

        world.cohort.refresh_from_db()
        assert world.cohort.code == "ani-2026a"


class TestCalendar:
    @pytest.mark.parametrize("view", ["month", "week", "agenda", "nonsense"])
    @pytest.mark.parametrize("on", ["", "2026-02-31", "9999-12-31", "0001-01-01"])
    def test_any_address_opens(self, client, world, view, on):
        client.force_login(world.trainer)

        assert client.get(address("cohort_calendar", world.cohort.code), {"view": view, "on": on}).status_code == 200

    def test_a_week_begins_on_monday_and_a_month_is_whole_weeks(self):
        for view in calendars.VIEWS:
            first, last = calendars.span(view, timezone.localdate())
            if view != calendars.AGENDA:
                assert (first.weekday(), last.weekday()) == (0, 6)

    @pytest.mark.parametrize("view", ["cohort_calendar", "desk_cohort"])
    def test_the_number_of_queries_is_the_same_with_30_and_3000_enrolments(self, client, world, view):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        for day in range(10):
            make_session(world.cohort, starts_at=world.cohort.starts_at + timedelta(days=day), trainer=world.trainer)
        made = make_enrolment(world.cohort)
        client.force_login(world.school)
        asked = []
        for number in (30, 3000):
            people = _people(number)
            Enrolment.objects.bulk_create(
                Enrolment(
                    cohort=world.cohort,
                    person_id=person,
                    park=made.park,
                    state="enrolled",
                    pool="shared",
                    queue_no=number * 10 + position,
                    home_approved_at=timezone.now(),
                )
                for position, person in enumerate(people)
            )
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address(view, world.cohort.code)).status_code == 200
            asked.append(len(queries))

        assert asked[0] == asked[1]


def _people(number):
    from alliance.accounts.models import User

    made = User.objects.bulk_create(User(email=f"many{number}-{n}@example.org", name=f"N{n}") for n in range(number))
    return [person.pk for person in made]


class TestLearner:
    def test_a7_every_term_stands_on_the_page(self, client, world):
        from training.services import marking

        session = make_session(
            world.cohort, starts_at=timezone.now() - timedelta(hours=3), state="closed", trainer=world.trainer
        )
        marking.mark(session, world.enrolment, "late", by=world.trainer, minutes_present=90)
        client.force_login(world.trainee)

        page = client.get(address("learner_attendance", world.enrolment.pk)).content.decode()

        for words in ("90 ÷ (120 − 0) = 75.00 %", "needed: 80.00 %", "Minutes still to come or to be marked"):
            assert words in page

    def test_a3_a_code_passed_to_a_stranger_says_why_not(self, client, world):
        from training import checkin

        client.force_login(world.nobody)
        code = checkin.code_of(world.session, checkin.window_of(timezone.now()))

        shown = client.get(address("check_in", world.session.pk, code))
        refused = client.post(address("check_in", world.session.pk, code))
        without = client.get(address("check_in", world.session.pk, "0" * 32))

        assert (shown.status_code, refused.status_code, without.status_code) == (409, 409, 404)
        assert "You have no seat in this cohort" in shown.content.decode()
