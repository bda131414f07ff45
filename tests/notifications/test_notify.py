import pytest
from django.db import transaction

from alliance.core.errors import RuleBroken
from alliance.notifications.models import Delivery, Notice, OutboxEvent, Preference
from alliance.notifications.services import letter, notify, set_preferences
from tests.factories import make_organisation, make_user

from .kinds import DUTY_NEWS, LETTER, NEWS

pytestmark = pytest.mark.django_db


class TestNotify:
    def test_everybody_is_told_once_by_each_channel(self):
        park = make_organisation()
        people = [make_user(), make_user()]

        event = notify(NEWS, to=[*people, people[0]], about=park, key="x")

        assert event is not None
        assert sorted(Notice.objects.values_list("recipient", flat=True)) == sorted(p.pk for p in people)
        assert sorted(Delivery.objects.values_list("recipient", "channel", "state")) == sorted(
            (p.pk, "mail", "pending") for p in people
        )

    def test_the_same_happening_is_told_once(self):
        park, person = make_organisation(), make_user()

        first = notify(NEWS, to=[person], about=park, key="x")
        second = notify(NEWS, to=[person, make_user()], about=park, key="x")

        assert first is not None
        assert second is None
        assert Notice.objects.count() == 1

    def test_rolled_back_leaves_nothing(self):
        park, person = make_organisation(), make_user()

        with transaction.atomic():
            notify(NEWS, to=[person], about=park, key="x")
            transaction.set_rollback(True)

        assert OutboxEvent.objects.count() == Notice.objects.count() == Delivery.objects.count() == 0

    def test_a_switched_off_mail_is_a_row_that_says_so(self):
        park, person = make_organisation(), make_user()
        set_preferences(person, {NEWS.code: "off"})

        notify(NEWS, to=[person], about=park, key="x")

        assert Notice.objects.count() == 1
        assert list(Delivery.objects.values_list("state", "last_error")) == [("suppressed", "switched_off")]

    def test_what_must_be_known_cannot_be_switched_off(self):
        park, person = make_organisation(), make_user()
        with pytest.raises(RuleBroken):
            set_preferences(person, {DUTY_NEWS.code: "off"})
        Preference.objects.create(person=person, kind=DUTY_NEWS.code, channel="mail", choice="off")

        notify(DUTY_NEWS, to=[person], about=park, key="x")

        assert list(Delivery.objects.values_list("state", flat=True)) == ["pending"]

    def test_a_closed_account_is_told_nothing(self):
        park, person = make_organisation(), make_user(is_active=False)

        notify(NEWS, to=[person], about=park, key="x")

        assert Notice.objects.count() == Delivery.objects.count() == 0

    def test_payload_refuses_words_and_addresses(self):
        park, person = make_organisation(), make_user()

        for value in ("a" * 65, "li.wei@example.org", 1.5, {"a": 1}):
            with pytest.raises(TypeError):
                notify(NEWS, to=[person], about=park, key="x", value=value)

    def test_a_letter_has_no_recipient_and_no_address(self):
        park = make_organisation()

        letter(LETTER, about=park, key="x")
        letter(LETTER, about=park, key="x")

        assert list(Delivery.objects.values_list("recipient", "state")) == [(None, "pending")]
        assert Notice.objects.count() == 0

    def test_a_thousand_are_told_with_a_constant_number_of_queries(self, django_assert_num_queries):
        park = make_organisation()
        people = [make_user() for _ in range(3)]

        with django_assert_num_queries(3):
            notify(NEWS, to=people, about=park, key="x")
