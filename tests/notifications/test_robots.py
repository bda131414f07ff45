"""Group robots of 企业微信, 钉钉 and 飞书: what they say, to whom, and what becomes of refusals."""

import base64
import hashlib
import hmac
import json
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent
from alliance.notifications import posting
from alliance.notifications.models import Delivery, Notice, Robot
from alliance.notifications.robots import calls, guard, vault
from alliance.notifications.robots.guard import Answer, Refused, Unreachable
from alliance.notifications.robots.platforms import PLATFORMS, Outcome, packed, shortened
from alliance.notifications.services import deliveries, notify
from alliance.notifications.services import robots as services
from tests.factories import make_duty, make_officer, make_organisation, make_user

from .kinds import GROUP_NEWS, NEWS

ADDRESSES = {
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123abcd-4567",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=0123abcd4567",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/0123abcd-4567",
}
OK = {"wecom": {"errcode": 0, "errmsg": "ok"}, "dingtalk": {"errcode": 0}, "feishu": {"code": 0, "msg": "success"}}


@pytest.fixture
def manager(db):
    return make_duty().person


@pytest.fixture
def world(monkeypatch):
    """What went out to the platforms, and what they answer."""

    class World:
        def __init__(self):
            self.posts, self.answer = [], {"errcode": 0, "code": 0}

        def post(self, url, body):
            self.posts.append((url, json.loads(body)))
            if isinstance(self.answer, Exception):
                raise self.answer
            return Answer(200, json.dumps(self.answer).encode())

        @property
        def texts(self):
            return [
                (body.get("text") or body["content"])["content" if "text" in body else "text"]
                for _u, body in self.posts
            ]

    world = World()
    monkeypatch.setattr(guard, "post", world.post)
    return world


def add(person, platform="dingtalk", codes=(GROUP_NEWS.code,), **values):
    organisation = person.duties.get().organisation
    return services.add_robot(
        organisation,
        platform=platform,
        name="Sample group",
        url=ADDRESSES[platform],
        codes=codes,
        by=person,
        **{"language": "en"} | values,
    )


def tell(organisation, key="x", to=()):
    notify(GROUP_NEWS, to=list(to), about=organisation, key=key)


def attempt():
    Delivery.objects.filter(state="pending").update(next_at=timezone.now() - timedelta(seconds=1))
    for pk in deliveries.claim():
        posting.deliver(pk)


class TestPlatforms:
    def test_wecom(self):
        request = packed("wecom", ADDRESSES["wecom"], "", "你好")

        assert request.url == ADDRESSES["wecom"]
        assert json.loads(request.body) == {"msgtype": "text", "text": {"content": "你好"}}

    def test_dingtalk_signs_the_address(self):
        request = packed("dingtalk", ADDRESSES["dingtalk"], "SEC1", "hi", now=1_700_000_000.5)
        query = parse_qs(urlsplit(request.url).query)

        expected = hmac.new(b"SEC1", b"1700000000500\nSEC1", hashlib.sha256).digest()
        assert query["timestamp"] == ["1700000000500"]
        assert base64.b64decode(query["sign"][0]) == expected
        guard.check(request.url)

    def test_feishu_signs_in_the_body(self):
        request = packed("feishu", ADDRESSES["feishu"], "SEC1", "hi", now=1_700_000_000.4)

        expected = base64.b64encode(hmac.new(b"1700000000\nSEC1", b"", hashlib.sha256).digest()).decode()
        assert request.url == ADDRESSES["feishu"]
        assert json.loads(request.body) == {
            "msg_type": "text",
            "content": {"text": "hi"},
            "timestamp": "1700000000",
            "sign": expected,
        }

    @pytest.mark.parametrize(
        ("platform", "status", "body", "outcome"),
        [
            ("wecom", 200, {"errcode": 0, "errmsg": "ok"}, Outcome.TAKEN),
            ("wecom", 200, {"errcode": 93000, "errmsg": "invalid webhook url"}, Outcome.REFUSED),
            ("wecom", 200, {"errcode": 45009, "errmsg": "api freq out of limit"}, Outcome.LATER),
            ("dingtalk", 200, {"errcode": 0, "errmsg": "ok"}, Outcome.TAKEN),
            ("dingtalk", 200, {"errcode": 310000, "errmsg": "sign not match"}, Outcome.REFUSED),
            ("dingtalk", 200, {"errcode": 300001, "errmsg": "token is not exist"}, Outcome.REFUSED),
            ("dingtalk", 200, {"errcode": 130101, "errmsg": "send too fast"}, Outcome.LATER),
            ("feishu", 200, {"code": 0, "msg": "success"}, Outcome.TAKEN),
            ("feishu", 200, {"StatusCode": 0, "StatusMessage": "success"}, Outcome.TAKEN),
            ("feishu", 200, {"code": 19021, "msg": "sign match fail"}, Outcome.REFUSED),
            ("feishu", 200, {"code": 11232, "msg": "frequency limited"}, Outcome.LATER),
            ("feishu", 429, {"code": 1, "msg": "slow down"}, Outcome.LATER),
            ("wecom", 502, {"errcode": 1}, Outcome.LATER),
            ("wecom", 200, {}, Outcome.LATER),
            ("wecom", 200, [], Outcome.LATER),
            ("wecom", 200, {"errcode": "0"}, Outcome.LATER),
        ],
    )
    def test_answers(self, platform, status, body, outcome):
        assert PLATFORMS[platform].read(Answer(status, json.dumps(body).encode())).outcome is outcome

    def test_an_answer_that_is_no_json(self):
        assert PLATFORMS["wecom"].read(Answer(200, b"<html>")).outcome is Outcome.LATER

    @pytest.mark.parametrize("platform", ADDRESSES)
    def test_each_takes_its_own_address_only(self, platform):
        for other, url in ADDRESSES.items():
            if other == platform:
                PLATFORMS[platform].check(url)
            else:
                with pytest.raises(Refused):
                    PLATFORMS[platform].check(url)

    @pytest.mark.parametrize(
        "url",
        [
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
            "https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=x",
        ],
    )
    def test_an_incomplete_address_or_another_call_is_refused(self, url):
        with pytest.raises(Refused):
            PLATFORMS["wecom"].check(url)

    def test_long_texts_are_cut_between_characters(self):
        assert len(shortened("园" * 2000).encode()) <= 2048
        assert shortened("园" * 2000).endswith("园…")
        assert shortened("short") == "short"


@pytest.mark.django_db
class TestRobots:
    def test_address_and_secret_are_sealed(self, manager):
        robot = add(manager, secret="SECmarked")
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(r)::text FROM notifications_robot r")
            row = cursor.fetchone()[0]

        assert "0123abcd" not in row
        assert "SECmarked" not in row
        assert vault.unseal(robot.sealed_url) == ADDRESSES["dingtalk"]
        assert "0123abcd" not in json.dumps(list(AuditEvent.objects.values_list("payload", flat=True)))

    def test_a_key_that_was_changed_still_opens(self, manager, settings):
        robot = add(manager)
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key"

        assert vault.unseal(robot.sealed_url) == ADDRESSES["dingtalk"]

    def test_sealed_with_a_key_that_is_gone_is_refused(self, manager, settings, world):
        robot = add(manager)
        settings.SECRET_KEY = "another key"

        verdict = calls.say(robot.platform, robot.sealed_url, "", calls.Words("x"))

        assert (verdict.outcome, verdict.said) == (Outcome.REFUSED, "sealed_with_another_key")
        assert world.posts == []

    @pytest.mark.parametrize(
        "url",
        [
            "https://127.0.0.1/robot/send?access_token=0123abcd",
            "https://169.254.169.254/latest",
            "x",
            ADDRESSES["wecom"],
        ],
    )
    def test_another_address_is_refused(self, manager, url):
        with pytest.raises(RuleBroken):
            services.add_robot(
                manager.duties.get().organisation,
                platform="dingtalk",
                name="x",
                url=url,
                codes=[],
                language="en",
                by=manager,
            )

    def test_an_address_changed_in_the_database_is_not_called(self, manager, monkeypatch):
        """The check stands before each call, not only before the form."""
        robot = add(manager)
        asked = []
        monkeypatch.setattr(guard, "resolve", asked.append)

        verdict = calls.say(robot.platform, vault.seal("https://169.254.169.254/x"), "", calls.Words("x"))

        assert verdict.outcome is Outcome.REFUSED
        assert asked == []

    def test_only_whoever_looks_after_the_organisation(self, manager):
        robot = add(manager)
        for stranger in (make_user(), make_duty().person, make_duty(role="park_editor").person):
            with pytest.raises(PermissionDenied):
                services.switch_robot(robot, on=False, by=stranger)

    def test_only_kinds_that_are_meant_for_groups(self, manager):
        with pytest.raises(RuleBroken):
            add(manager, codes=[NEWS.code])

    def test_the_data_desk_looks_after_the_councils(self):
        council, officer = make_organisation("council"), make_officer("data_desk")

        robot = services.add_robot(
            council, platform="wecom", name="Council", url=ADDRESSES["wecom"], codes=[], language="zh-hans", by=officer
        )

        assert robot.organisation == council

    def test_removed_is_forgotten(self, manager):
        robot = add(manager)
        tell(robot.organisation)

        services.remove_robot(robot, by=manager)

        robot.refresh_from_db()
        assert (robot.state, robot.sealed_url) == ("removed", "")
        assert Delivery.objects.values_list("state", "last_error").get() == ("suppressed", "robot_off")
        with pytest.raises(RuleBroken):
            services.switch_robot(robot, on=True, by=manager)

    def test_a_row_is_for_a_person_or_for_a_robot(self, manager):
        robot = add(manager)
        tell(robot.organisation)
        for wrong in ({"recipient": manager}, {"channel": "mail"}, {"robot": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Delivery.objects.update(**wrong)


@pytest.mark.django_db
class TestTelling:
    def test_each_robot_once_beside_the_people(self, manager, world):
        first, second = add(manager), add(manager, "feishu", language="zh-hans")
        add(make_duty().person)

        tell(first.organisation, to=[manager])
        tell(first.organisation, to=[manager])
        attempt()

        rows = set(Delivery.objects.values_list("recipient", "robot", "channel", "state"))
        assert rows == {
            (manager.pk, None, "mail", "sent"),
            (None, first.pk, "webhook", "sent"),
            (None, second.pk, "webhook", "sent"),
        }
        english = f"[Park Alliance] News of {first.organisation.name_en}\nhttp://localhost:8000/en/desk/"
        assert english in world.texts
        assert any(f"{first.organisation.name_zh}的消息\nhttp" in text for text in world.texts)

    def test_only_the_kinds_that_were_chosen(self, manager, world):
        robot = add(manager, codes=[])

        tell(robot.organisation)

        assert Delivery.objects.count() == 0

    def test_asked_again_just_before(self, manager, world):
        robot = add(manager)
        tell(robot.organisation)
        Robot.objects.update(kinds=[])

        attempt()

        assert world.posts == []
        assert Delivery.objects.get().last_error == "switched_off"

    def test_rate_of_the_platforms(self, manager, world):
        robot = add(manager)
        for number in range(25):
            tell(robot.organisation, key=number)

        attempt()

        assert len(world.posts) == calls.AT_ONCE
        waiting = Delivery.objects.filter(state="pending")
        assert waiting.count() == 25 - calls.AT_ONCE
        assert set(waiting.values_list("attempts", flat=True)) == {0}
        assert all(at > timezone.now() for at in waiting.values_list("next_at", flat=True))

    def test_never_more_than_twenty_in_a_minute(self, manager):
        """The turns that would be given in each minute of a busy hour."""
        space, turns, free = calls.SPACE.total_seconds(), [], 0.0
        for tick in range(36_000):
            now = tick / 10
            if free <= now + space * (calls.AT_ONCE - 1):
                turns.append(now)
                free = max(free, now) + space

        assert max(sum(start <= turn < start + 60 for turn in turns) for start in turns) <= 20

    def test_a_busy_platform_is_left_alone_for_a_while(self, manager, world):
        robot = add(manager)
        tell(robot.organisation)
        world.answer = {"errcode": 130101, "errmsg": "send too fast"}

        attempt()

        row = Delivery.objects.get()
        assert (row.state, row.attempts) == ("pending", 1)
        assert row.next_at > timezone.now() + timedelta(seconds=100)

    def test_refusals_in_a_row_switch_it_off_and_its_people_are_told(self, manager, world):
        robot = add(manager)
        world.answer = {"errcode": 300001, "errmsg": "token is not exist"}
        for number in range(services.OFF_AFTER + 1):
            Robot.objects.update(free_at=timezone.now() - timedelta(hours=1))
            tell(robot.organisation, key=number)
            attempt()

        robot.refresh_from_db()
        assert (robot.state, robot.last_error) == ("off", "300001 token is not exist")
        assert Notice.objects.filter(recipient=manager, event__kind="notifications.robot_off").count() == 1
        assert Delivery.objects.filter(robot=robot, state="dead").count() == services.OFF_AFTER
        assert len(world.posts) == services.OFF_AFTER

    def test_a_success_between_forgives(self, manager, world):
        robot = add(manager)
        for number in range(services.OFF_AFTER + 3):
            world.answer = {"errcode": 0 if number % 4 == 3 else 300001}
            Robot.objects.update(free_at=timezone.now() - timedelta(hours=1))
            tell(robot.organisation, key=number)
            attempt()

        robot.refresh_from_db()
        assert robot.state == "on"

    def test_unreachable_is_tried_again(self, manager, world):
        robot = add(manager)
        tell(robot.organisation)
        world.answer = Unreachable("TimeoutError")

        attempt()

        row = Delivery.objects.get()
        assert (row.state, row.last_error) == ("pending", "unreachable: TimeoutError")
        robot.refresh_from_db()
        assert robot.failures == 0

    def test_switched_off_meanwhile(self, manager, world):
        robot = add(manager)
        tell(robot.organisation)
        services.switch_robot(robot, on=False, by=manager)

        attempt()

        assert Delivery.objects.values_list("state", "last_error").get() == ("suppressed", "robot_off")


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def reader(self, client, manager):
        client.force_login(manager)
        return manager

    def form(self, person, **values):
        return {
            "organisation": person.duties.get().organisation.pk,
            "platform": "dingtalk",
            "name": "Our group",
            "url": ADDRESSES["dingtalk"],
            "secret": "SECmarked",
            "language": "zh-hans",
            "kinds": ["parks.published"],
        } | values

    def test_add_try_and_never_show_the_address(self, client, reader, world):
        response = client.post("/en/desk/robots/add/", self.form(reader), follow=True)
        robot = Robot.objects.get()
        tried = client.post(f"/en/desk/robots/{robot.pk}/act/", {"do": "try"}, follow=True)

        pages = response.content.decode() + tried.content.decode() + client.get("/en/desk/robots/").content.decode()
        assert "The platform accepted the test message." in pages
        assert "0123abcd" not in pages
        assert "SECmarked" not in pages
        assert len(world.posts) == 1
        assert AuditEvent.objects.filter(verb="robot.tried").count() == 1

    def test_who_has_one_organisation_is_offered_no_empty_choice(self, client, reader):
        page = client.get("/en/desk/robots/add/").content.decode()

        choices = page.partition('name="organisation"')[2].partition("</select>")[0]
        assert re.findall(r'<option value="([^"]*)"', choices) == [str(reader.duties.get().organisation.pk)]

    def test_a_refusal_is_shown(self, client, reader, world):
        robot = add(reader)
        world.answer = {"errcode": 310000, "errmsg": "sign not match"}

        page = client.post(f"/en/desk/robots/{robot.pk}/act/", {"do": "try"}, follow=True).content.decode()

        assert "310000 sign not match" in page

    @pytest.mark.parametrize(
        "url", ["https://10.0.0.1/robot/send?access_token=0123abcd", "javascript:alert(1)", "\x00"]
    )
    def test_an_odd_address_is_said_at_its_field(self, client, reader, url):
        page = client.post("/en/desk/robots/add/", self.form(reader, url=url))

        assert page.status_code == 200
        assert not Robot.objects.exists()

    def test_change_and_switch_and_remove(self, client, reader):
        robot = add(reader, codes=["parks.published"])
        values = {"name": "New", "language": "en", "kinds": ["parks.stale"], "url": "", "secret": ""}

        client.post(f"/en/desk/robots/{robot.pk}/", values)
        client.post(f"/en/desk/robots/{robot.pk}/act/", {"do": "off"})

        robot.refresh_from_db()
        assert (robot.name, robot.kinds, robot.state) == ("New", ["parks.stale"], "off")
        assert vault.unseal(robot.sealed_url) == ADDRESSES["dingtalk"]
        client.post(f"/en/desk/robots/{robot.pk}/act/", {"do": "remove"})
        assert client.get(f"/en/desk/robots/{robot.pk}/").status_code == 404

    def test_of_another_organisation_it_does_not_exist(self, client, reader):
        other = add(make_duty().person)

        assert client.get(f"/en/desk/robots/{other.pk}/").status_code == 404
        assert client.post(f"/en/desk/robots/{other.pk}/act/", {"do": "off"}).status_code == 404
        foreign = self.form(reader, organisation=other.organisation_id)
        assert client.post("/en/desk/robots/add/", foreign).status_code == 200
        assert Robot.objects.count() == 1

    def test_for_those_who_look_after_an_organisation(self, client):
        client.force_login(make_duty(role="park_editor").person)

        assert client.get("/en/desk/robots/").status_code == 403
        assert client.get("/en/desk/robots/add/").status_code == 403

    @pytest.mark.parametrize("count", [1, 10])
    def test_constant_queries(self, client, reader, count, django_assert_max_num_queries):
        for _ in range(count):
            add(reader)

        with django_assert_max_num_queries(8):
            client.get("/en/desk/robots/")
