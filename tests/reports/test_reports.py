"""Ordering reports, by hand and by the clock: once, for those who may, from what was frozen."""

from datetime import datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from alliance.accounts.models import Duty
from alliance.core import limits
from alliance.core.errors import RuleBroken
from alliance.core.jobs import running
from alliance.core.models import AuditEvent, Job
from alliance.notifications.models import Notice
from alliance.reports import council_report, periods, schedules, snapshots
from alliance.reports.models import ReportSchedule, Snapshot
from parks.models import Park
from tests.factories import make_council_member, make_duty, make_officer, make_park, make_user
from tests.reports.test_document import has_fonts  # noqa: F401
from tests.reports.test_figures import alliance  # noqa: F401

pytestmark = pytest.mark.django_db

XLSX = {"language": "both", "file_format": "xlsx", "with_parks": True}


def order(person, **fields) -> Job:
    return council_report.order(by=person, **{"period": periods.now(), **XLSX, **fields})


def done(job: Job) -> Job:
    running.run(job.pk)
    job.refresh_from_db()
    return job


class TestOrder:
    def test_a_double_click_makes_one_report(self):
        person = make_council_member()

        assert order(person) == order(person)
        assert order(person, language="en") != order(person)

    def test_who_may_not_see_the_dashboard_gets_none(self):
        with pytest.raises(PermissionDenied):
            order(make_duty(make_user()).person)

    def test_the_workbook_holds_figures_definitions_and_parks_in_both_languages(self, alliance):  # noqa: F811
        job = done(order(make_council_member()))

        assert (job.state, job.done) == ("done", job.total)
        book = openpyxl.load_workbook(BytesIO(job.content.read()), read_only=True)
        assert len(book.sheetnames) == 10
        snapshot = Snapshot.objects.get(pk=job.result["snapshot"])
        assert len(list(book.worksheets[2].rows)) == snapshot.parks + 1
        entries = list(book.worksheets[0].values)[1]
        assert entries[3] == 8

    def test_the_pdf_is_made_and_told_about(self, alliance, has_fonts):  # noqa: F811
        person = make_council_member()

        job = done(order(person, file_format="pdf", language="zh-hans"))

        assert job.state == "done", job.error
        assert job.content.read(5) == b"%PDF-"
        assert job.file_name.endswith("-zh.pdf")
        assert Notice.objects.filter(recipient=person).count() == 1

    def test_one_who_lost_the_right_meanwhile_gets_nothing(self, alliance):  # noqa: F811
        person = make_council_member()
        job = order(person)
        Duty.objects.filter(person=person).update(ends_on=timezone.localdate() - timedelta(days=1))

        done(job)

        assert job.state == "failed"
        assert not job.content
        assert not Snapshot.objects.exists()

    def test_a_file_is_closed_to_one_who_lost_the_right_later(self, client, alliance):  # noqa: F811
        person = make_council_member()
        job = done(order(person))
        client.force_login(person)
        assert client.get(reverse("core:job_file", args=[job.pk])).status_code == 200

        Duty.objects.filter(person=person).update(ends_on=timezone.localdate() - timedelta(days=1))

        assert client.get(reverse("core:job_file", args=[job.pk])).status_code in {403, 404}

    def test_a_report_of_a_snapshot_says_what_was_frozen(self, alliance):  # noqa: F811
        snapshot = snapshots.make(periods.now(), {}, by=None)
        Park.objects.update(standing="draft")

        job = done(order(make_council_member(), snapshot=snapshot))

        assert job.result == {"snapshot": snapshot.pk}
        book = openpyxl.load_workbook(BytesIO(job.content.read()), read_only=True)
        assert list(book.worksheets[0].values)[1][3] == 8

    def test_a_formula_in_a_name_stays_a_text(self):
        make_park(name_zh="=HYPERLINK(1)", name_en="+1")

        job = done(order(make_council_member()))

        book = openpyxl.load_workbook(BytesIO(job.content.read()))
        cells = [cell for row in book.worksheets[2].iter_rows(min_row=2) for cell in row]
        assert not any(cell.data_type == "f" for cell in cells)


class TestPage:
    @pytest.fixture
    def council(self, client):
        client.force_login(make_council_member())
        return client

    def test_ordering_leads_to_the_progress(self, council):
        answer = council.post(
            reverse("reports:report_order"),
            {"at": "", "language": "both", "file_format": "pdf", "with_parks": "on", "band": "west"},
        )

        job = Job.objects.get()
        assert answer["Location"] == reverse("core:job", args=[job.pk])
        assert (job.params["filters"], job.params["report_language"]) == ({"band": "west"}, "both")

    def test_what_is_missing_is_said(self, council):
        answer = council.post(reverse("reports:report_order"), {"at": "2999", "language": "xx"})

        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"at", "language", "file_format"}

    def test_who_orders_without_end_has_to_wait(self, council, settings):
        settings.RATE_LIMITS = True
        limits._here.clear()
        cache.clear()
        asked = {"language": "en", "file_format": "xlsx"}

        answers = [council.post(reverse("reports:report_order"), asked) for _ in range(council_report.REPORTS.each + 1)]

        assert answers[-1].status_code == 429
        assert int(answers[-1]["Retry-After"]) > 0
        # The same report was asked for each time, so there is one.
        assert Job.objects.count() == 1

    def test_only_my_own_reports_are_mine(self, council):
        order(make_council_member())

        assert council.get(reverse("reports:reports")).context["jobs"] == []

    @pytest.mark.parametrize("size", [1, 5])
    def test_queries_are_those_of_one(self, council, size, django_assert_max_num_queries):
        for _number in range(size):
            person = make_council_member()
            make_schedule(person)

        with django_assert_max_num_queries(12):
            council.get(reverse("reports:reports"))


def make_schedule(person, **fields) -> ReportSchedule:
    fields = {"cadence": "monthly", "language": "both", "file_format": "xlsx", "filters": {}, **fields}
    fields.setdefault("recipients", [person])
    return schedules.make(by=person, **fields)


def moment(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


class TestCalendar:
    @pytest.mark.parametrize(
        ("cadence", "after", "following"),
        [
            ("monthly", "2026-11-22T03:00", "2026-12-01T06:00"),
            ("monthly", "2026-12-01T05:59", "2026-12-01T06:00"),
            ("monthly", "2026-12-01T06:00", "2027-01-01T06:00"),
            ("quarterly", "2026-11-22T03:00", "2027-01-01T06:00"),
            ("quarterly", "2026-04-01T07:00", "2026-07-01T06:00"),
            ("yearly", "2026-04-01T07:00", "2027-01-01T06:00"),
            ("yearly", "2027-01-01T06:00", "2028-01-01T06:00"),
        ],
    )
    def test_the_next_moment(self, cadence, after, following):
        assert schedules.next_moment(cadence, moment(after)) == moment(following)

    @pytest.mark.parametrize(
        ("cadence", "at", "period"),
        [
            ("monthly", "2026-12-01T06:00", "2026-11"),
            ("quarterly", "2027-01-01T06:00", "2026-Q4"),
            ("yearly", "2027-01-01T06:00", "2026"),
        ],
    )
    def test_it_is_about_the_period_that_is_over(self, cadence, at, period):
        assert schedules.period_before(cadence, moment(at)).code == period


class TestSchedule:
    def test_each_moment_is_taken_once_however_many_beats_there_are(self, alliance):  # noqa: F811
        schedule = make_schedule(make_council_member())
        ReportSchedule.objects.update(next_at=timezone.now() - timedelta(days=1))
        before = ReportSchedule.objects.get().next_at

        assert schedules.run_due() == 1
        # A second beat that still believes in the old moment.
        ReportSchedule.objects.update(next_at=before)
        assert schedules.run_due() == 0

        schedule.refresh_from_db()
        assert schedule.next_at > timezone.now()
        assert Job.objects.count() == 1

    def test_all_recipients_get_the_same_snapshot_in_their_own_name(self, alliance):  # noqa: F811
        first, second = make_council_member(), make_council_member()
        make_schedule(first, recipients=[first, second])

        schedules.run_due(ReportSchedule.objects.get().next_at)

        assert {job.requested_by for job in Job.objects.all()} == {first, second}
        assert {job.params["snapshot"] for job in Job.objects.all()} == {Snapshot.objects.get().pk}

    def test_who_may_no_longer_see_it_gets_none(self, alliance):  # noqa: F811
        first, second = make_council_member(), make_council_member()
        make_schedule(first, recipients=[first, second])
        Duty.objects.filter(person=second).update(ends_on=timezone.localdate() - timedelta(days=1))

        assert schedules.run_due(ReportSchedule.objects.get().next_at) == 1
        assert Job.objects.get().requested_by == first

    def test_a_pause_makes_nothing_and_is_not_made_up_for(self, alliance):  # noqa: F811
        person = make_council_member()
        schedule = make_schedule(person)
        schedules.pause(schedule, by=person)
        ReportSchedule.objects.update(next_at=timezone.now() - timedelta(days=90))

        assert schedules.run_due() == 0
        schedules.resume(schedule, by=person)
        assert schedules.run_due() == 0
        assert ReportSchedule.objects.get().next_at > timezone.now()

    def test_what_fell_into_a_standstill_is_made_up_for(self, alliance):  # noqa: F811
        make_schedule(make_council_member())
        ReportSchedule.objects.update(next_at=moment("2026-09-01T06:00"))

        assert schedules.run_due(moment("2026-11-02T00:00")) == 3

    def test_it_is_about_the_parks_it_was_narrowed_to(self, alliance, client):  # noqa: F811
        person = make_council_member()
        client.force_login(person)
        form = client.get(reverse("reports:schedule_new") + "?band=east").context["form"]
        assert (form["band"].value(), form.is_narrowed) == ("east", True)
        said = {"cadence": "yearly", "language": "en", "file_format": "xlsx", "recipients": [person.pk]}
        assert client.post(reverse("reports:schedule_new"), {**said, "band": "atlantis"}).status_code == 422

        client.post(reverse("reports:schedule_new"), {**said, "band": "east", "formation": ""})

        schedule = ReportSchedule.objects.get()
        assert schedule.filters == {"band": "east"}
        assert AuditEvent.objects.get(verb="report_schedule.made").payload["filters"] == {"band": "east"}
        shown = client.get(reverse("reports:reports")).context["schedules"][0]["parks"]
        assert shown
        assert shown in client.get(reverse("reports:reports")).content.decode()

        schedules.run_due(schedule.next_at)
        job = Job.objects.get()
        assert job.params["filters"] == {"band": "east"}
        assert Snapshot.objects.get().filters == {"band": "east"}
        assert shown in council_report.describe(job)

    def test_a_filter_that_is_none_is_refused(self):
        with pytest.raises(RuleBroken):
            make_schedule(make_council_member(), filters={"band": "atlantis"})

    def test_only_people_who_may_see_it_can_be_chosen(self):
        with pytest.raises(RuleBroken):
            make_schedule(make_council_member(), recipients=[make_user()])
        with pytest.raises(RuleBroken):
            make_schedule(make_council_member(), recipients=[])

    def test_another_member_does_not_change_mine_and_the_secretariat_may(self, client):
        schedule = make_schedule(make_council_member())
        address = reverse("reports:schedule_change", args=[schedule.pk, "pause"])

        client.force_login(make_council_member())
        assert client.post(address).status_code == 403
        client.force_login(make_officer())
        assert client.post(address).status_code == 302
        assert ReportSchedule.objects.get().paused_at

    def test_every_change_is_in_the_audit_chain(self, client):
        person = make_council_member()
        client.force_login(person)
        client.post(
            reverse("reports:schedule_new"),
            {"cadence": "quarterly", "language": "en", "file_format": "pdf", "recipients": [person.pk]},
        )
        schedule = ReportSchedule.objects.get()
        for verb in ("pause", "resume", "leave", "end"):
            client.post(reverse("reports:schedule_change", args=[schedule.pk, verb]))

        verbs = AuditEvent.objects.filter(verb__startswith="report_schedule.").order_by("seq")
        assert [event.verb.split(".")[1] for event in verbs] == ["made", "paused", "resumed", "left", "ended"]
        assert not ReportSchedule.objects.exists()

    def test_an_unknown_change_is_not_there(self, client):
        person = make_council_member()
        client.force_login(person)
        schedule = make_schedule(person)

        assert client.post(reverse("reports:schedule_change", args=[schedule.pk, "explode"])).status_code == 404
