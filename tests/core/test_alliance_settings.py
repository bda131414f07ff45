"""Settings of the alliance: what holds on which day, who may decide, and that nothing of it is ever rewritten."""

import threading
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from alliance.core import alliance_settings
from alliance.core.alliance_settings import Setting, decide
from alliance.core.errors import RuleBroken
from alliance.core.models import AllianceSettingVersion, AuditEvent
from tests.factories import make_user

pytestmark = pytest.mark.django_db

DAYS = Setting("test_days", "Days to answer", kind="int", default=5, minimum=1, maximum=30)
NAME = Setting("test_name", "Name", kind="bilingual", default={}, longest=20)
OPEN = Setting("test_open", "Open", kind="bool", default=True)
HOUR = Setting("test_hour", "Hour", kind="choice", default="early", choices={"early": "Early", "late": "Late"})


@pytest.fixture(autouse=True)
def _registered(monkeypatch):
    known = dict(alliance_settings._settings)
    monkeypatch.setattr(alliance_settings, "_settings", known)
    for setting in (DAYS, NAME, OPEN, HOUR):
        alliance_settings.register(setting)
    with translation.override("en"):
        yield
    alliance_settings.forget()


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


class TestValue:
    def test_the_default_holds_until_somebody_decides(self):
        assert DAYS.value() == 5

        decide(DAYS, 8, by=None, reason="Minutes of the secretariat")

        assert DAYS.value() == 8

    def test_a_planned_change_waits_for_its_day(self):
        decide(DAYS, 8, by=None, reason="From next month on", valid_from=today(30))

        assert [DAYS.value(), DAYS.value(on=today(29)), DAYS.value(on=today(30)), DAYS.value(on=today(99))] == [
            5,
            5,
            8,
            8,
        ]

    def test_what_held_on_a_past_day_can_be_asked_for(self):
        AllianceSettingVersion.objects.create(code="test_days", value=3, valid_from=date(2025, 1, 1), reason="First")
        decide(DAYS, 8, by=None, reason="Second")

        assert [DAYS.value(on=date(2024, 12, 31)), DAYS.value(on=date(2025, 6, 1)), DAYS.value()] == [5, 3, 8]

    def test_of_two_decisions_for_one_day_the_later_one_holds(self):
        decide(DAYS, 8, by=None, reason="Planned", valid_from=today(9))
        decide(DAYS, 5, by=None, reason="Plan taken back", valid_from=today(9))

        assert DAYS.value(on=today(10)) == 5

    def test_a_bilingual_text_reads_in_either_language_and_says_when_it_stands_in(self):
        decide(NAME, {"zh": " 秘书处 ", "en": ""}, by=None, reason="Registered")

        assert NAME.both() == {"zh": "秘书处", "en": ""}
        assert (str(NAME.value()), NAME.value().lang, NAME.value().is_fallback) == ("秘书处", "zh-hans", True)

    def test_many_questions_are_one_query(self, django_assert_num_queries):
        alliance_settings.forget()

        with django_assert_num_queries(1):
            for _turn in range(50):
                DAYS.value()
                NAME.value(on=today(3))

    def test_another_process_hears_of_it_within_five_seconds(self, monkeypatch):
        alliance_settings.forget()
        assert DAYS.value() == 5
        AllianceSettingVersion.objects.create(code="test_days", value=9, valid_from=today(), reason="Elsewhere")
        assert DAYS.value() == 5

        clock = alliance_settings.time.monotonic
        monkeypatch.setattr(alliance_settings.time, "monotonic", lambda: clock() + 5)

        assert DAYS.value() == 9

    def test_nothing_is_asked_of_the_cache_server(self, monkeypatch):
        def away(*args, **kwargs):
            raise AssertionError("the cache was asked")

        for call in ("get", "set", "get_many", "add", "delete"):
            monkeypatch.setattr(cache, call, away)
        alliance_settings.forget()

        decide(DAYS, 8, by=None, reason="While the cache is away")

        assert DAYS.value() == 8


def decide_and_fail() -> None:
    with transaction.atomic():
        decide(DAYS, 8, by=None, reason="Then something fails")
        raise ZeroDivisionError


class TestDecide:
    def test_a_decision_says_who_and_why_and_is_on_record(self):
        person = make_user()

        version = decide(DAYS, 8, by=person, reason="  Minutes of 3 March  ")

        assert (version.value, version.valid_from, version.set_by, version.reason) == (
            8,
            today(),
            str(person.pk),
            "Minutes of 3 March",
        )
        event = AuditEvent.objects.latest("seq")
        assert (event.verb, event.actor, event.payload["code"], event.payload["value"]) == (
            "setting.decided",
            str(person.pk),
            "test_days",
            8,
        )

    def test_words_are_not_in_the_chain(self):
        decide(NAME, {"zh": "秘书处", "en": "Secretariat"}, by=make_user(), reason="A private reason")

        payload = str(AuditEvent.objects.latest("seq").payload)
        assert "秘书处" not in payload
        assert "private" not in payload

    @pytest.mark.parametrize(
        ("setting", "value"),
        [(DAYS, 0), (DAYS, 31), (DAYS, "5"), (DAYS, True), (HOUR, "noon"), (NAME, {"zh": "长" * 21, "en": ""})],
    )
    def test_what_is_no_value_of_the_setting_is_refused(self, setting, value):
        with pytest.raises(RuleBroken):
            decide(setting, value, by=None, reason="Try")

        assert not AllianceSettingVersion.objects.exists()

    @pytest.mark.parametrize("kwargs", [{"reason": "  "}, {"reason": "x", "valid_from": date(2020, 1, 1)}])
    def test_no_reason_and_no_past_day(self, kwargs):
        with pytest.raises(RuleBroken):
            decide(DAYS, 8, by=None, **kwargs)

        assert not AllianceSettingVersion.objects.exists()

    def test_a_day_too_far_ahead_is_refused(self):
        with pytest.raises(RuleBroken, match="too far"):
            decide(DAYS, 8, by=None, reason="x", valid_from=date(9999, 12, 31))

    def test_deciding_what_holds_already_adds_nothing(self):
        decide(DAYS, 8, by=None, reason="Once")

        with pytest.raises(RuleBroken, match="already has this value"):
            decide(DAYS, 8, by=None, reason="Twice")

        assert AllianceSettingVersion.objects.count() == 1

    def test_whoever_saw_an_older_state_is_told(self):
        seen = alliance_settings.latest_pk(DAYS)
        decide(DAYS, 8, by=None, reason="A colleague", seen=seen)

        with pytest.raises(RuleBroken, match="a moment ago"):
            decide(DAYS, 9, by=None, reason="From an old page", seen=seen)

        assert DAYS.value() == 8

    def test_a_decision_that_is_rolled_back_leaves_nothing(self):
        with pytest.raises(ZeroDivisionError):
            decide_and_fail()

        assert DAYS.value() == 5
        assert not AllianceSettingVersion.objects.exists()

    @pytest.mark.parametrize(
        "change", ["UPDATE core_alliancesettingversion SET value = '9'", "DELETE FROM core_alliancesettingversion"]
    )
    def test_versions_are_only_ever_added(self, change):
        decide(DAYS, 8, by=None, reason="x")

        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)

    def test_a_code_is_registered_once(self):
        with pytest.raises(ValueError, match="twice"):
            alliance_settings.register(Setting("test_days", "Other"))


@pytest.mark.django_db(transaction=True)
def test_two_people_decide_at_once_and_one_is_told():
    seen = alliance_settings.latest_pk(DAYS)
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def person(value: int) -> None:
        together.wait()
        try:
            decide(DAYS, value, by=None, reason="At once", seen=seen)
            outcomes.append("kept")
        except RuleBroken:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=person, args=(value,)) for value in (7, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["kept", "told"]
    assert AllianceSettingVersion.objects.count() == 1
