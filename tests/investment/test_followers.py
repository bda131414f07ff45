"""Who follows a project hears of updates, public stages and results; nobody hears what is not theirs (J-3, J-5)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alliance.accounts.models import User
from alliance.core.errors import RuleBroken
from alliance.notifications import inbox
from alliance.notifications.models import Delivery, Notice, OutboxEvent, Preference
from investment.models import Project, ProjectFollow, ProjectUpdate
from investment.notices import followers as notices
from investment.services import followers, outcomes, projects, updates
from tests.factories import make_user
from tests.investment.factories import Promoters, make_project
from tests.investment.investing import make_investor
from tests.notifications.conftest import deliver_all, handed_over  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Promoters:
    return make_project()


def follower(made: Promoters, person: User | None = None) -> User:
    person = person or make_user()
    followers.follow(made.project, by=person)
    return person


def publish(made: Promoters, disclosure: str = "public", by: User | None = None) -> ProjectUpdate:
    return updates.publish_update(
        made.project,
        title_zh="样例进展甲",
        title_en="Sample news",
        text_zh="样例正文。",
        text_en="Sample text.",
        disclosure=disclosure,
        by=by or made.lead,
    )


def told(person: User, kind: str) -> int:
    return Notice.objects.filter(recipient=person, event__kind=f"investment.followed_{kind}").count()


class TestFollowing:
    def test_a_double_click_follows_once_and_stopping_twice_is_no_harm(self, made):
        person = follower(made)
        follower(made, person)
        assert ProjectFollow.objects.filter(person=person).count() == 1

        assert followers.unfollow(made.project, by=person)
        assert not followers.unfollow(made.project, by=person)

    def test_what_is_not_public_cannot_be_followed(self):
        with pytest.raises(RuleBroken):
            follower(make_project("admitted"))

    def test_there_is_an_end(self, made, monkeypatch):
        monkeypatch.setattr(followers, "MOST_FOLLOWED", 1)
        person = follower(made)
        with pytest.raises(RuleBroken, match="1"):
            follower(make_project(), person)

    def test_the_pages(self, made, client):
        page = reverse("investment:project_follow", args=[made.project.slug])
        assert client.get(page)["Location"].startswith(reverse("account_login"))
        person = make_user()
        client.force_login(person)

        assert client.get(page).status_code == 200
        assert client.post(page)["Location"] == made.project.get_absolute_url()
        assert "取消关注" in client.get(made.project.get_absolute_url()).content.decode()
        mine = reverse("investment:followed_projects")
        assert made.project.title_zh in client.get(mine).content.decode()
        stop = reverse("investment:project_unfollow", args=[made.project.slug])
        assert client.post(stop)["Location"] == mine
        assert client.post(stop).status_code == 404
        assert made.project.title_zh not in client.get(mine).content.decode()

    def test_what_left_the_public_is_not_named_on_the_list_and_can_be_let_go(self, made, client):
        person = follower(made)
        projects.move_project(made.fresh(), "withdraw", by=made.lead, reason="Sample")
        client.force_login(person)

        assert made.project.title_zh not in client.get(reverse("investment:followed_projects")).content.decode()
        stop = reverse("investment:project_unfollow", args=[made.project.slug])
        assert client.post(stop).status_code == 302

    def test_one_and_six_cost_the_same(self, made, client):
        person = follower(made)
        client.force_login(person)
        mine = reverse("investment:followed_projects")
        client.get(mine)
        with CaptureQueriesContext(connection) as few:
            client.get(mine)
        for _number in range(5):
            follower(make_project(), person)
        with CaptureQueriesContext(connection) as more:
            client.get(mine)

        assert len(more) == len(few)


class TestUpdates:
    def test_followers_hear_once_others_and_the_author_not(self, made):
        person, other = follower(made), make_user()
        follower(made, made.lead)
        follower(made, made.managers[1])
        publish(made)

        assert [told(one, "update") for one in (person, made.managers[1], other, made.lead)] == [1, 1, 0, 0]

    def test_who_stopped_hears_nothing(self, made):
        person = follower(made)
        followers.unfollow(made.project, by=person)
        publish(made)

        assert told(person, "update") == 0

    def test_j5_what_is_for_verified_investors_goes_to_them_alone(self, made):
        verified, registered = make_investor().signatory, make_investor("registered").signatory
        people = [verified, registered, make_user(), made.managers[1], made.officer]
        for person in people:
            follower(made, person)
        publish(made, "verified")

        assert [told(person, "update") for person in people] == [1, 0, 0, 1, 1]

    def test_j5_who_lost_the_right_meanwhile_is_asked_again(self, made):
        investing = make_investor()
        follower(made, investing.signatory)
        update = publish(made, "verified")
        event = OutboxEvent.objects.get(kind="investment.followed_update")
        facts = event.facts()
        assert notices.FOLLOWED_UPDATE.may_see(investing.signatory, facts)

        investing.investor.verified_until = timezone.localdate() - timedelta(days=1)
        investing.investor.save(update_fields=["verified_until"])
        fresh = User.objects.get(pk=investing.signatory.pk)
        assert not notices.FOLLOWED_UPDATE.may_see(fresh, event.facts())
        assert update.title_zh not in _inbox(fresh)

    def test_what_was_taken_back_is_read_by_nobody(self, made):
        person = follower(made)
        update = publish(made)
        assert update.title_zh in _inbox(person)

        updates.retract_update(update, reason="Sample", by=made.lead)
        assert update.title_zh not in _inbox(person)

    def test_one_follower_and_twenty_cost_the_same(self, made):
        follower(made, make_investor().signatory)
        publish(made)
        with CaptureQueriesContext(connection) as few:
            publish(made, "verified")
        for _number in range(20):
            follower(made, make_investor().signatory)
        with CaptureQueriesContext(connection) as more:
            publish(made, "verified")

        assert OutboxEvent.objects.filter(kind="investment.followed_update").latest("pk").notices.count() == 21
        assert len(more) == len(few)


class TestMail:
    def test_it_leaves_in_the_readers_language_and_can_be_stopped_with_one_click(self, made, deliver_all):  # noqa: F811
        person = make_user(language="en")
        follower(made, person)
        publish(made)
        deliver_all()

        (sent,) = [one for one in mail.outbox if person.email in one.to]
        assert "Sample news" in sent.subject
        assert "List-Unsubscribe" in sent.extra_headers
        assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_who_wants_a_summary_gets_it_in_one(self, made):
        person = follower(made)
        Preference.objects.create(person=person, kind="investment.followed_update", channel="mail", choice="daily")
        publish(made)
        publish(made)

        held = Delivery.objects.filter(recipient=person, channel="mail")
        assert list(held.values_list("state", flat=True)) == ["held", "held"]


class TestStages:
    def test_each_public_stage_is_told_once(self, made):
        person = follower(made)
        for verb in ("talk", "examine"):
            projects.move_project(made.fresh(), verb, by=made.lead)

        assert told(person, "stage") == 2
        assert "尽职调查" in _inbox(person)

    def test_j3_a_committee_is_told_to_nobody(self, made):
        made = make_project("due_diligence")
        person = follower(made)
        projects.move_project(made.fresh(), "put_before", by=made.lead)
        projects.move_project(made.fresh(), "step_back", by=made.lead, reason="Sample")
        assert told(person, "stage") == 0

        projects.move_project(made.fresh(), "put_before", by=made.lead)
        projects.move_project(made.fresh(), "agree", by=made.lead)
        assert told(person, "stage") == 1

    def test_what_leaves_the_public_is_not_told(self, made):
        person = follower(made)
        projects.move_project(made.fresh(), "withdraw", by=made.lead, reason="Sample")

        assert told(person, "stage") == 0

    def test_what_left_it_later_is_read_no_more(self, made):
        person = follower(made)
        projects.move_project(made.fresh(), "talk", by=made.lead)
        projects.move_project(made.fresh(), "withdraw", by=made.lead, reason="Sample")

        assert made.project.title_zh not in _inbox(person)


class TestResults:
    def test_a_result_is_told_and_its_correction_takes_its_place(self):
        made = make_project("financing_agreed")
        person = follower(made)
        values = {"happened_on": timezone.localdate(), "happened_zh": "样例经过一", "learnt_zh": "样例"}
        first = outcomes.record_outcome(made.project, "failed", by=made.lead, **values)
        assert "样例经过一" in _inbox(person)

        outcomes.record_outcome(
            made.project, "failed", by=made.lead, corrects=first, **values | {"happened_zh": "样例经过二"}
        )

        assert told(person, "result") == 2
        assert "样例经过一" not in _inbox(person)
        assert "样例经过二" in _inbox(person)


def _inbox(person: User) -> str:
    lines = inbox.lines_of(Notice.objects.filter(recipient=person).select_related("event"), person)
    return "\n".join(str(part) for line in lines for part in (line.message.subject, *line.message.lines))


def test_nothing_is_told_of_a_project_nobody_follows(made):
    publish(made)

    assert not OutboxEvent.objects.filter(kind__startswith="investment.followed_").exists()
    assert Project.objects.get(pk=made.project.pk).news_at is not None
