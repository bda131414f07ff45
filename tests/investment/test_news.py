"""News of projects, what became of them, and silence: 180 days without news and a published project expires."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from alliance.core.errors import MoveRefused, RuleBroken
from alliance.core.models import AuditEvent
from alliance.notifications.models import Notice
from investment.models import Project, ProjectOutcome
from investment.services import minding, outcomes, projects, updates
from investment.silence import SILENT_DAYS
from tests.investment.factories import Promoters, make_project
from tests.investment.investing import make_investor

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 1)
WORDS = {"happened_zh": "样例：资金到位。", "learnt_zh": "样例：先谈分担。", "happened_on": TODAY}


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def silent(made: Promoters, days: float) -> Project:
    Project.objects.filter(pk=made.project.pk).update(news_at=timezone.now() - timedelta(days=days))
    return made.fresh()


class TestUpdates:
    def test_it_is_news_on_the_page_and_in_the_audit_chain(self, client):
        made = make_project("published")
        before = silent(made, 100).news_at

        update = updates.publish_update(
            made.project, title_zh="样例进展", title_en="Sample news", text_zh="**样例**正文", by=made.managers[1]
        )

        assert made.fresh().news_at > before
        assert AuditEvent.objects.filter(verb="project_update.published", object_id=str(update.pk)).count() == 1
        page = client.get(f"/en/projects/{made.project.slug}/").content.decode()
        assert "Sample news" in page
        assert "<strong>样例</strong>正文" in page

    def test_only_its_promoters_write(self):
        made, other = make_project("published"), make_project("published")

        for person in (other.lead, made.officer, make_investor().signatory):
            with pytest.raises(PermissionDenied):
                updates.publish_update(made.project, title_zh="样例", text_zh="样例", by=person)

    def test_not_before_it_is_public(self):
        made = make_project("admitted")

        with pytest.raises(RuleBroken):
            updates.publish_update(made.project, title_zh="样例", text_zh="样例", by=made.lead)

    def test_what_is_taken_back_is_read_no_more(self, client):
        made = make_project("published")
        update = updates.publish_update(made.project, title_zh="样例旧闻", text_zh="样例", by=made.lead)
        updates.retract_update(update, reason="写错了", by=made.managers[1])
        updates.retract_update(update, reason="又一次", by=made.managers[1])

        update.refresh_from_db()
        assert update.retract_reason == "写错了"
        assert "样例旧闻" not in client.get(f"/zh-hans/projects/{made.project.slug}/").content.decode()
        desk = client_of(made.lead).get(f"/zh-hans/desk/projects/{made.project.slug}/updates/").content.decode()
        assert "样例旧闻" in desk
        assert "写错了" in desk

    def test_the_desk_page_publishes_and_takes_back(self):
        made = make_project("published")
        client = client_of(made.lead)
        address = f"/en/desk/projects/{made.project.slug}/updates/"

        wrong = client.post(address, {"title_zh": "", "text_zh": "样例", "disclosure": "public"})
        done = client.post(address, {"title_zh": "样例进展", "text_zh": "样例", "disclosure": "verified"})

        assert (wrong.status_code, done.status_code) == (422, 302)
        update = made.project.updates.get()
        assert update.disclosure == "verified"
        assert client.post(f"{address}{update.pk}/take-back/", {"reason": ""}).status_code == 422
        assert client.post(f"{address}{update.pk}/take-back/", {"reason": "样例"}).status_code == 302
        assert made.project.updates.standing().count() == 0


class TestOutcomes:
    def test_failures_are_public_too(self, client):
        made = make_project("financing_agreed")
        outcomes.record_outcome(made.project, "failed", by=made.lead, **WORDS | {"learnt_zh": "样例：选址太晚。"})

        for address in (f"/zh-hans/projects/{made.project.slug}/", "/zh-hans/projects/results/"):
            page = client.get(address).content.decode()
            assert "样例：选址太晚。" in page, address
        assert "样例：选址太晚。" not in client.get("/zh-hans/projects/results/?kind=financed").content.decode()

    @pytest.mark.parametrize(
        ("state", "kinds"),
        [
            ("published", set()),
            ("due_diligence", set()),
            ("financing_agreed", {"financed", "partly", "failed"}),
            ("implementation", {"financed", "partly", "delivered", "failed"}),
            ("completed", {"financed", "partly", "delivered", "failed"}),
        ],
    )
    def test_results_are_of_what_was_decided(self, state, kinds):
        made = make_project(state)

        assert set(outcomes.possible_kinds(made.project)) == kinds
        for kind in set(ProjectOutcome.Kind) - kinds:
            with pytest.raises(RuleBroken):
                outcomes.record_outcome(made.project, kind, amount=100, by=made.lead, **WORDS)

    def test_nobody_financed_what_expired(self):
        made = make_project("published")
        silent(made, SILENT_DAYS + 1)
        minding.mind()

        outcome = outcomes.record_outcome(made.fresh(), "not_financed", by=made.lead, **WORDS)

        assert (outcome.kind, outcome.amount) == ("not_financed", None)

    def test_amounts_make_sense(self):
        made = make_project("financing_agreed")
        need = made.project.need

        for kind, amount in (("financed", None), ("financed", 0), ("partly", need)):
            with pytest.raises(RuleBroken):
                outcomes.record_outcome(made.project, kind, amount=amount, by=made.lead, **WORDS)
        ahead = WORDS | {"happened_on": timezone.localdate() + timedelta(days=1)}
        with pytest.raises(RuleBroken):
            outcomes.record_outcome(made.project, "financed", amount=need, by=made.lead, **ahead)
        with pytest.raises(IntegrityError), transaction.atomic():
            ProjectOutcome.objects.create(project=made.project, kind="partly", recorded_by=made.lead, **WORDS)

    def test_a_record_is_corrected_and_never_changed(self, client):
        made = make_project("financing_agreed")
        first = outcomes.record_outcome(made.project, "financed", amount=100, by=made.lead, **WORDS)

        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            ProjectOutcome.objects.filter(pk=first.pk).update(amount=200)
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            first.delete()
        words = WORDS | {"happened_zh": "样例：更正后的经过。"}
        second = outcomes.record_outcome(made.project, "financed", amount=200, corrects=first, by=made.lead, **words)

        assert list(ProjectOutcome.objects.standing()) == [second]
        page = client.get(f"/zh-hans/projects/{made.project.slug}/").content.decode()
        assert "样例：更正后的经过。" in page
        assert "样例：资金到位。" not in page
        with pytest.raises(RuleBroken):
            outcomes.record_outcome(made.project, "financed", amount=300, corrects=first, by=made.lead, **WORDS)

    def test_a_record_of_another_project_is_not_corrected(self):
        made, other = make_project("financing_agreed"), make_project("financing_agreed")
        theirs = outcomes.record_outcome(other.project, "financed", amount=100, by=other.lead, **WORDS)

        with pytest.raises(RuleBroken):
            outcomes.record_outcome(made.project, "financed", amount=100, corrects=theirs, by=made.lead, **WORDS)

    def test_the_desk_page_records(self):
        made = make_project("financing_agreed")
        client = client_of(made.lead)
        address = f"/en/desk/projects/{made.project.slug}/results/"
        values = WORDS | {"kind": "partly", "amount": "1200.5", "happened_on": "2026-03-01"}

        assert client.post(address, values | {"kind": "delivered"}).status_code == 422
        assert client.post(address, values).status_code == 302
        assert made.project.outcomes.get().amount == 1_200_500_000
        assert client_of(made.officer).post(address, values).status_code == 403


class TestSilence:
    def reminders(self) -> int:
        return Notice.objects.filter(event__kind="investment.project_silent").count()

    def test_after_180_days_it_expires_once(self):
        made = make_project("published")
        silent(made, SILENT_DAYS + 0.01)

        assert minding.mind()["expired"] == 1
        assert minding.mind()["expired"] == 0
        assert made.fresh().state == "expired"
        assert made.fresh().steps.last().to_state == "expired"

    def test_a_moment_before_it_does_not(self):
        made = make_project("published")
        silent(made, SILENT_DAYS - 0.01)

        assert minding.mind()["expired"] == 0
        assert made.fresh().state == "published"

    @pytest.mark.parametrize("state", ["in_dialogue", "financing_agreed"])
    def test_what_has_moved_on_does_not_expire(self, state):
        made = make_project(state)
        silent(made, SILENT_DAYS + 30)

        assert minding.mind() == {"expired": 0, "reminded": 0, "lapsed": 0}

    def test_news_between_the_look_and_the_lock_is_honoured(self):
        made = make_project("published")

        with pytest.raises(RuleBroken):
            projects.move_project(made.project, "expire", by=None)
        with pytest.raises(PermissionDenied):
            projects.move_project(silent(made, SILENT_DAYS + 1), "expire", by=made.lead)

    def test_reminded_30_and_7_days_before_each_once(self):
        made = make_project("published")
        at = timezone.now()
        Project.objects.filter(pk=made.project.pk).update(news_at=at)

        told = [
            (days, minding.mind(at + timedelta(days=days))["reminded"], self.reminders())
            for days in (149, 151, 152, 174, 175)
        ]

        assert told == [(149, 0, 0), (151, 1, 2), (152, 0, 2), (174, 1, 4), (175, 0, 4)]

    def test_who_stood_still_reminds_once_not_twice(self):
        made = make_project("published")
        silent(made, 175)

        assert minding.mind()["reminded"] == 1
        assert self.reminders() == 2

    def test_an_update_begins_the_time_anew(self):
        made = make_project("published")
        silent(made, 179)
        updates.publish_update(made.project, title_zh="样例", text_zh="样例", by=made.lead)

        assert minding.mind(timezone.now() + timedelta(days=2)) == {"expired": 0, "reminded": 0, "lapsed": 0}

    def test_the_task_is_in_the_schedule(self, settings):
        from investment import tasks

        names = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
        assert tasks.mind_projects.name in names

    def test_what_expired_can_be_confirmed_and_no_other_way(self):
        made = make_project("published")
        silent(made, SILENT_DAYS + 1)
        minding.mind()

        with pytest.raises(MoveRefused):
            projects.move_project(made.fresh(), "talk", by=made.lead)
        projects.move_project(made.fresh(), "renew", by=made.lead)
        assert made.fresh().state == "published"
