from datetime import timedelta

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from alliance.core.models import AuditEvent
from alliance.notifications import desk
from alliance.notifications.models import (
    Delivery,
    Heartbeat,
    InvariantRun,
    Notice,
    OutboxMail,
    Preference,
    Robot,
    Task,
    hours_of,
)
from alliance.notifications.services import claim_task, close_tasks, notify, open_task
from alliance.notifications.views import outbox
from tests.factories import make_duty, make_officer, make_organisation, make_province, make_user

from .kinds import CHECK, DUTY_NEWS, FILL_IN, NEWS, SECRET

pytestmark = pytest.mark.django_db


def tell(person, count=1, kind=NEWS, name="x"):
    for number in range(count):
        notify(kind, to=[person], about=make_organisation(), key=f"{name}{person.pk}-{number}")


def office_tasks(count=1, **fields):
    secretariat = make_organisation("secretariat")
    return [open_task(CHECK, about=make_organisation(), organisation=secretariat, **fields) for _ in range(count)]


@pytest.fixture
def reader(client):
    duty = make_duty()
    client.force_login(duty.person)
    return duty.person


@pytest.fixture
def officer(client):
    person = make_officer(name="Officer")
    client.force_login(person)
    return person


class TestInbox:
    def test_shows_what_this_person_was_told_and_nobody_else(self, client, reader):
        tell(reader, kind=NEWS)
        tell(make_user(), kind=DUTY_NEWS, name="other")

        page = client.get("/en/inbox/")

        assert len(page.context["lines"]) == 1
        assert page.context["unread_count"] == 1

    def test_in_the_language_of_the_page(self, client, reader):
        tell(reader)

        assert "的消息" in client.get("/zh-hans/inbox/").content.decode()
        assert "News of" in client.get("/en/inbox/").content.decode()

    @pytest.mark.parametrize("count", [1, 10])
    def test_constant_queries(self, client, reader, count, django_assert_num_queries):
        tell(reader, count)

        # session, person, duties, notices (count, rows), what they are about, unread
        with django_assert_num_queries(5):
            client.get("/en/inbox/")

    def test_read_one_and_go_there(self, client, reader):
        tell(reader, 2)
        first, second = Notice.objects.order_by("pk")

        response = client.post(f"/en/inbox/{first.pk}/read/", {"open": "1"})

        assert (response.status_code, response["Location"]) == (302, "/en/desk/")
        assert list(Notice.objects.unread()) == [second]

    def test_read_all(self, client, reader):
        tell(reader, 3)
        others = make_user()
        tell(others)

        response = client.post("/en/inbox/read/", {"query": "show=unread"})

        assert response["Location"] == "/en/inbox/?show=unread"
        assert [notice.recipient for notice in Notice.objects.unread()] == [others]

    def test_htmx_gets_the_list_as_it_was(self, client, reader):
        tell(reader, 2)

        response = client.post(
            f"/en/inbox/{Notice.objects.first().pk}/read/", {"query": "show=unread"}, headers={"HX-Request": "true"}
        )

        assert "<h1" not in response.content.decode()
        assert len(response.context["lines"]) == 1

    def test_foreign_notice_is_not_there(self, client, reader):
        tell(make_user())

        assert client.post(f"/en/inbox/{Notice.objects.get().pk}/read/").status_code == 404

    def test_right_lost_shows_nothing_of_the_matter(self, client, reader):
        tell(reader, kind=SECRET)
        type(reader).objects.filter(pk=reader.pk).update(job_title="outsider")

        page = client.get("/en/inbox/").content.decode()

        assert "News of" not in page
        assert "You can no longer see what this message is about." in page

    def test_removed_object_and_forgotten_kind_are_said(self, client, reader):
        tell(reader, 2)
        events = [notice.event for notice in Notice.objects.select_related("event")]
        type(events[0]).objects.filter(pk=events[0].pk).update(about_id="0")
        type(events[1]).objects.filter(pk=events[1].pk).update(kind="tests.forgotten")

        page = client.get("/en/inbox/").content.decode()

        assert "What this message is about has been removed." in page
        assert "This message is no longer available." in page

    def test_page_ten_thousand_is_the_last_one(self, client, reader):
        tell(reader, 25)

        assert client.get("/en/inbox/?page=10000").context["page"].number == 2
        assert client.get("/en/inbox/?page=x&show=none").context["page"].number == 1

    def test_badge_is_a_number_or_nothing(self, client, reader):
        part = {"HX-Request": "true"}
        assert client.get("/en/inbox/unread/", headers=part).content.decode().strip() == ""
        tell(reader, 2)

        assert client.get("/en/inbox/unread/", headers=part).content.decode().startswith("2<span")
        assert "<h1" in client.get("/en/inbox/unread/").content.decode()

    def test_anonymous_signs_in(self, client):
        assert "/account/login/" in client.get("/en/inbox/")["Location"]


class TestPreferences:
    def test_switch_a_mail_off_and_on(self, client, reader):
        client.post("/en/account/notices/", {f"mail-{NEWS.code}": "off", f"mail-{DUTY_NEWS.code}": "off"})
        assert Preference.objects.get(kind=NEWS.code).choice == "off"
        assert not Preference.objects.filter(kind=DUTY_NEWS.code).exists()

        client.post("/en/account/notices/", {f"mail-{NEWS.code}": "immediately"})
        assert Preference.objects.get(kind=NEWS.code).choice == "immediately"

    def test_by_channel_and_when(self, client, reader):
        client.post("/en/account/notices/", {f"mail-{NEWS.code}": "weekly", f"inapp-{NEWS.code}": "off"})

        tell(reader)

        assert Delivery.objects.get().state == "held"
        assert Notice.objects.get().read_at is not None
        page = client.get("/en/account/notices/").content.decode()
        assert '<option value="weekly" selected>' in page

    def test_one_choice_for_all(self, client, reader):
        client.post("/en/account/notices/", {"do": "all", "all": "daily"})

        chosen = dict(Preference.objects.filter(person=reader).values_list("kind", "choice"))
        assert set(chosen.values()) == {"daily"}
        assert NEWS.code in chosen
        assert DUTY_NEWS.code not in chosen

    @pytest.mark.parametrize("value", ["never", "", "\x00"])
    def test_an_odd_choice_changes_nothing(self, client, reader, value):
        assert client.post("/en/account/notices/", {f"mail-{NEWS.code}": value}).status_code == 302
        assert client.post("/en/account/notices/", {f"inapp-{NEWS.code}": "daily"}).status_code == 302
        assert not Preference.objects.exists()

    def test_own_hours(self, client, reader):
        hours = {"hours": 1, "quiet": "own", "quiet_from": "20:00", "quiet_until": "08:30", "time_zone": "Asia/Tokyo"}

        assert client.post("/en/account/notices/", hours).status_code == 302

        assert str(hours_of(type(reader).objects.get(pk=reader.pk)).quiet[1]) == "08:30:00"
        assert "From 20:00 to 08:30" in client.get("/en/account/notices/").content.decode()
        page = client.post("/en/account/notices/", {**hours, "quiet_until": ""}).content.decode()
        assert "Please say from when until when." in page

    def test_constant_queries(self, client, reader, django_assert_num_queries):
        # session and person, whether they learn, hold a certificate, follow a project, hours, preferences, address
        with django_assert_num_queries(7):
            client.get("/en/account/notices/")

    def test_what_is_always_sent_is_said(self, client, reader):
        page = client.get("/en/account/notices/").content.decode()

        assert "always sent" in page
        assert "A check of the portal failed" not in page

    def test_each_is_offered_what_concerns_them(self, client, reader):
        mine = client.get("/en/account/notices/").content.decode()
        client.force_login(make_officer("membership_desk"))
        desks = client.get("/en/account/notices/").content.decode()

        assert "parks.submitted_park" in mine
        assert "parks.submitted_desk" not in mine
        assert "parks.submitted_desk" in desks
        assert "parks.submitted_park" not in desks

    def test_letters_to_addresses_are_no_choice(self, client, reader):
        assert "tests.letter" not in client.get("/en/account/notices/").content.decode()


class TestDesk:
    def test_a_person_without_duty_sees_the_next_step(self, client):
        client.force_login(make_user())

        page = client.get("/en/desk/").content.decode()

        assert "You do not act for an organisation yet" in page
        assert 'href="/en/join/"' in page

    def test_what_waits_here_and_elsewhere_the_urgent_first(self, client, reader):
        here = reader.duties.get().organisation
        other = make_duty(reader).organisation
        open_task(FILL_IN, about=here, organisation=here)
        late = open_task(FILL_IN, about=other, organisation=here, due_at=timezone.now() - timedelta(days=3))
        open_task(FILL_IN, about=here, organisation=other)
        open_task(FILL_IN, about=here, organisation=make_organisation())

        context = client.get("/en/desk/").context

        assert [task.organisation for task in context["here"]] == [here, here]
        assert context["here"][0] == late
        assert [task.organisation for task in context["elsewhere"]] == [other]

    @pytest.mark.parametrize("count", [1, 10])
    def test_constant_queries(self, client, reader, count, django_assert_num_queries):
        here = reader.duties.get().organisation
        for _ in range(count):
            open_task(FILL_IN, about=make_organisation(), organisation=here)
        tell(reader, count)

        with django_assert_num_queries(7):
            client.get("/en/desk/")

    @pytest.mark.parametrize("count", [1, 10])
    def test_constant_queries_of_an_officer(self, client, officer, count, django_assert_num_queries):
        office_tasks(count)

        with django_assert_num_queries(7):
            client.get("/en/desk/")

    def test_panels_stand_for_whom_they_are(self, client, reader, monkeypatch):
        monkeypatch.setattr(desk, "_panels", {})
        desk.register_panel("notifications:unread", 20, title="Mine")
        desk.register_panel("notifications:office", 10, lambda request: False, title="Not mine")

        page = client.get("/en/desk/").content.decode()

        assert 'hx-get="/en/inbox/unread/"' in page
        assert ">Mine</a>" in page
        assert "Not mine" not in page


class TestOffice:
    def test_for_the_desks_only(self, client, reader):
        assert client.get("/en/office/").status_code == 403
        assert client.post("/en/office/tasks/", {"do": "claim"}).status_code == 403

    @pytest.mark.parametrize("count", [1, 10])
    def test_constant_queries(self, client, officer, count, django_assert_num_queries):
        for task in office_tasks(count):
            claim_task(task, by=officer)

        with django_assert_num_queries(8):
            client.get("/en/office/")

    def test_filters(self, client, officer):
        mine, late, other = office_tasks(3)
        claim_task(mine, by=officer)
        Task.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=3))
        colleague = make_officer()
        claim_task(other, by=colleague)

        def shown(query):
            return {task.pk for task, _can_do in client.get(f"/en/office/{query}").context["rows"]}

        assert shown("") == {mine.pk, late.pk, other.pk}
        assert shown("?owner=mine") == {mine.pk}
        assert shown("?owner=nobody") == {late.pk}
        assert shown("?overdue=1") == {late.pk}
        assert shown(f"?kind={CHECK.code}") == {mine.pk, late.pk, other.pk}
        assert shown("?kind=nothing&owner=x&sort=%00&province=abc") == {mine.pk, late.pk, other.pk}
        make_province("110000", name_zh="北京市", name_en="Beijing", short_zh="北京", short_en="Beijing")
        assert shown("?province=110000") == set()
        assert shown(f"?owner={colleague.pk}") == {other.pk}
        beyond = client.get("/en/office/?page=10000")
        assert (beyond.status_code, beyond.context["rows"]) == (404, [])

    def test_shortest_ways_say_how_many_they_lead_to(self, client, officer):
        mine, *_others = office_tasks(3)
        claim_task(mine, by=officer)

        page = client.get("/en/office/")

        assert [(str(title), count) for title, count, _url, _here in page.context["owners"]] == [
            ("Everybody's", 3),
            ("Mine", 1),
            ("Nobody's yet", 2),
        ]
        assert [here for *_rest, here in client.get(page.context["owners"][1][2]).context["owners"]] == [
            False,
            True,
            False,
        ]

    def test_heads_turn_the_order_round(self, client, officer):
        office_tasks()

        def heads(query):
            found = client.get(f"/en/office/{query}").context["listing"].heads
            return {column.code: (url, order) for column, url, order in found}

        assert heads("")["due"] == ("/en/office/?sort=-due", "ascending")
        assert heads("?sort=-due")["due"] == ("/en/office/", "descending")
        assert heads("")["age"] == ("/en/office/?sort=age", "")

    @pytest.mark.parametrize("code", ["office_tasks", "office_tasks_done"])
    def test_as_a_file_in_the_same_number_of_questions(self, client, officer, code, django_assert_max_num_queries):
        tasks = office_tasks(12)
        if code == "office_tasks_done":
            for task in tasks:
                close_tasks(task.about, by=officer, outcome="listed")

        with django_assert_max_num_queries(14):
            content = client.get(reverse("core:list_file", args=[code, "csv"])).getvalue().decode()

        assert len(content.strip().splitlines()) == 13

    def test_nobody_else_has_the_file(self, client, reader):
        assert client.get(reverse("core:list_file", args=["office_tasks", "csv"])).status_code == 404

    @pytest.mark.parametrize(
        "sort", ["due", "-due", "age", "-age", "kind", "-kind", "owner", "-owner", "done", "-done"]
    )
    def test_every_sort_works(self, client, officer, sort):
        office_tasks(2)

        assert client.get(f"/en/office/?sort={sort}").status_code == 200
        assert client.get(f"/en/office/done/?sort={sort}").status_code == 200

    def test_bulk_claim_release_and_hand_over(self, client, officer):
        tasks = office_tasks(3)
        colleague = make_officer(name="Colleague")
        ticked = {"task": [task.pk for task in tasks]}

        client.post("/en/office/tasks/", {"do": "claim", **ticked})
        assert set(Task.objects.values_list("owner", flat=True)) == {officer.pk}
        client.post("/en/office/tasks/", {"do": f"release:{tasks[0].pk}"})
        assert Task.objects.filter(owner=None).count() == 1
        response = client.post(
            "/en/office/tasks/", {"do": "assign", "to": colleague.pk, "query": "owner=mine", **ticked}
        )

        assert response["Location"] == "/en/office/?owner=mine"
        assert set(Task.objects.values_list("owner", flat=True)) == {colleague.pk}
        assert Notice.objects.filter(recipient=colleague, event__kind="notifications.task_assigned").count() == 3
        assert AuditEvent.objects.filter(verb="task.claimed").count() == 3

    def test_what_a_colleague_took_is_not_taken_away(self, client, officer):
        (task,) = office_tasks()
        claim_task(task, by=make_officer(name="Colleague"))

        page = client.post("/en/office/tasks/", {"do": f"claim:{task.pk}"}, follow=True).content.decode()

        assert "Colleague has already taken this task." in page

    def test_another_desks_task_is_refused_kindly(self, client):
        client.force_login(make_officer("data_desk"))
        (task,) = office_tasks()

        page = client.post("/en/office/tasks/", {"do": f"claim:{task.pk}"}, follow=True).content.decode()

        assert "belongs to another desk" in page
        assert Task.objects.get().owner is None

    @pytest.mark.parametrize(
        "data",
        [{}, {"do": "claim"}, {"do": "claim:x"}, {"do": "claim:99999999999999999999999"}, {"do": "assign", "to": "y"}],
    )
    def test_odd_posts_say_what_is_missing(self, client, officer, data):
        office_tasks()

        assert client.post("/en/office/tasks/", data).status_code == 302

    def test_done_tasks(self, client, officer):
        for task in office_tasks(2):
            close_tasks(task.about, by=officer, outcome="listed")

        page = client.get("/en/office/?show=done&owner=mine", follow=True)

        assert len(page.context["rows"]) == 2

    def test_only_the_secretariats(self, client, officer):
        here = make_organisation()
        open_task(FILL_IN, about=here, organisation=here)

        assert client.get("/en/office/").context["rows"] == []


class TestDeliveries:
    @pytest.fixture
    def data_officer(self, client):
        person = make_officer("data_desk")
        client.force_login(person)
        return person

    def fail(self, count=2):
        tell(make_user(), count)
        Delivery.objects.update(state="dead", attempts=8, last_error="550 no such user")
        return list(Delivery.objects.all())

    def test_for_the_data_desk_only(self, client, officer):
        assert client.get("/en/office/deliveries/").status_code == 403
        assert client.post("/en/office/deliveries/decide/").status_code == 403

    def test_says_how_things_stand(self, client, data_officer):
        self.fail()
        Heartbeat.objects.create(name="beat", at=timezone.now())
        Heartbeat.objects.create(name="worker:mail", at=timezone.now() - timedelta(hours=1))
        InvariantRun.objects.create(broken=["2: 3 deliveries have outlived their lease"])

        page = client.get("/en/office/deliveries/").content.decode()

        assert "550 no such user" in page
        assert "running" in page
        assert "silent" in page
        assert "never seen" in page
        assert "outlived their lease" in page

    @pytest.mark.parametrize("count", [1, 10])
    def test_constant_queries(self, client, data_officer, count, django_assert_num_queries):
        self.fail(count)

        with django_assert_num_queries(8):
            client.get("/en/office/deliveries/")

    def test_retry_give_up_and_all(self, client, data_officer):
        first, second, third = self.fail(3)

        client.post("/en/office/deliveries/decide/", {"do": "give_up", "delivery": [str(first.pk)]})
        client.post("/en/office/deliveries/decide/", {"do": f"retry:{second.pk}"})
        client.post("/en/office/deliveries/decide/", {"do": "retry:all"})

        states = dict(Delivery.objects.values_list("pk", "state"))
        assert states == {first.pk: "suppressed", second.pk: "pending", third.pk: "pending"}

    def test_by_channel(self, client, data_officer):
        self.fail(2)
        robot = Robot.objects.create(organisation=make_organisation(), platform="wecom", name="Group", sealed_url="x")
        failed = {"state": "dead", "last_error": "93000 invalid webhook url", "attempts": 1}
        Delivery.objects.create(event=Delivery.objects.first().event, robot=robot, channel="webhook", **failed)

        page = client.get("/en/office/deliveries/?channel=webhook")
        assert [row.robot for row, _reason, _kind in page.context["failed"]] == [robot]
        assert "93000 invalid webhook url" in page.content.decode()
        client.post("/en/office/deliveries/decide/", {"do": "give_up:all", "query": "channel=webhook"})

        assert dict(Delivery.objects.values_list("channel", "state")) == {"mail": "dead", "webhook": "suppressed"}

    def test_narrowed_and_as_a_file(self, client, data_officer):
        first, second = self.fail(2)
        Delivery.objects.filter(pk=second.pk).update(state="unknown", last_error="worker_lost", attempts=1)

        def failed(query):
            return [row.pk for row, _reason, _kind in client.get(f"/en/office/deliveries/?{query}").context["failed"]]

        assert failed("state=unknown") == [second.pk]
        assert failed("q=no+such+user") == [first.pk]
        assert failed("until=2000-01-01") == []
        assert failed("sort=attempts") == [first.pk, second.pk]
        content = client.get(reverse("core:list_file", args=["failed_deliveries", "csv"])).getvalue().decode()
        assert "550 no such user" in content

    @pytest.mark.parametrize("data", [{}, {"do": "retry"}, {"do": "retry", "delivery": ["x"]}, {"do": "explode:all"}])
    def test_odd_posts_change_nothing(self, client, data_officer, data):
        self.fail()

        assert client.post("/en/office/deliveries/decide/", data).status_code == 302
        assert set(Delivery.objects.values_list("state", flat=True)) == {"dead"}


class TestOutbox:
    @pytest.fixture
    def kept(self):
        return OutboxMail.objects.create(
            to="li@example.org",
            sender="a@b",
            subject="Hello <b>",
            text="Go to http://localhost:8000/en/ now",
            html="<!doctype html><html lang='en'><body><script>alert(1)</script></body></html>",
            message_id="<x@y>",
        )

    def test_for_the_data_desk(self, client, kept):
        client.force_login(make_officer("data_desk"))

        assert "Hello &lt;b&gt;" in client.get("/en/outbox/?q=li@").content.decode()
        assert client.get("/en/outbox/?q=nobody").context["page"].paginator.count == 0
        assert 'href="http://localhost:8000/en/"' in client.get(f"/en/outbox/{kept.pk}/").content.decode()
        assert client.get("/en/outbox/999/").status_code == 404

    def test_design_runs_nothing(self, client, kept):
        client.force_login(make_officer("data_desk"))

        policy = client.get(f"/en/outbox/{kept.pk}/design/")["Content-Security-Policy"]

        assert "sandbox" in policy
        assert "script-src" not in policy

    def test_others_may_not(self, client, officer, kept):
        assert client.get("/en/outbox/").status_code == 403
        assert client.get(f"/en/outbox/{kept.pk}/").status_code == 403
        assert client.get(f"/en/outbox/{kept.pk}/design/").status_code == 403

    def test_in_the_demo_run_everybody(self, settings, kept):
        settings.DEMO = True
        request = RequestFactory().get("/en/outbox/")

        outbox._check(request)

    def test_none_where_a_mail_server_is_named(self, settings, kept):
        settings.DEMO, settings.EMAIL_HOST = True, "mail.example.org"

        with pytest.raises(Http404):
            outbox._check(RequestFactory().get("/en/outbox/"))
