"""One click ends mails of a kind, without signing in (RFC 8058), and can be taken back."""

import pytest
from django.core import mail
from django.test import Client

from alliance.core.models import AuditEvent
from alliance.notifications.models import Delivery, Preference, Unsubscription
from alliance.notifications.services import digests, notify, set_preferences, unsubscribing
from tests.factories import make_organisation, make_user

from .kinds import DUTY_NEWS, NEWS, SECRET
from .test_digests import MORNING, tell

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def stranger():
    """A mail program: no session, no cookie, no token against forgery."""
    return Client(enforce_csrf_checks=True)


def sent(deliver_all, kind=NEWS, **fields):
    """A person, and the mail they got."""
    person = make_user(**{"language": "en"} | fields)
    notify(kind, to=[person], about=make_organisation(), key=person.pk)
    deliver_all()
    return person, mail.outbox[-1]


def link_of(letter):
    return letter.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")


def wishes(person):
    return dict(Preference.objects.filter(person=person, channel="mail").values_list("kind", "choice"))


class TestHeaders:
    def test_a_mail_that_can_be_switched_off_carries_link_and_button(self, deliver_all):
        person, letter = sent(deliver_all)

        assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert link_of(letter).startswith("/en/unsubscribe/")
        assert link_of(letter) in letter.body
        assert link_of(letter) in letter.alternatives[0][0]
        assert person.email not in link_of(letter)

    def test_what_must_be_known_carries_none_and_says_why(self, deliver_all):
        _person, letter = sent(deliver_all, DUTY_NEWS)

        assert "List-Unsubscribe" not in letter.extra_headers
        assert "/unsubscribe/" not in letter.body
        assert "This message is always sent: it concerns your account or duties" in letter.body


class TestOneClick:
    def test_works_without_a_session(self, deliver_all, stranger):
        person, letter = sent(deliver_all)

        response = stranger.post(link_of(letter), ONE_CLICK)

        assert response.status_code == 200
        assert wishes(person) == {NEWS.code: "off"}
        assert Unsubscription.objects.get().way == "one_click"
        assert AuditEvent.objects.filter(verb="mail.unsubscribed").count() == 1

    def test_a_second_time_changes_nothing(self, deliver_all, stranger):
        _person, letter = sent(deliver_all)

        for _ in range(3):
            assert stranger.post(link_of(letter), ONE_CLICK).status_code == 200

        assert Unsubscription.objects.count() == 1

    def test_opening_the_link_changes_nothing(self, deliver_all, stranger):
        person, letter = sent(deliver_all)

        page = stranger.get(link_of(letter)).content.decode()

        assert wishes(person) == {}
        assert "“News” will no longer come by mail" in page
        assert person.email not in page
        assert person.name not in page

    def test_of_a_summary_ends_what_stood_in_it(self, deliver_all, stranger):
        person = make_user(language="en")
        set_preferences(person, {NEWS.code: "daily", SECRET.code: "weekly"})
        tell(person)
        digests.make_digests(MORNING)
        deliver_all()

        stranger.post(link_of(mail.outbox[-1]), ONE_CLICK)

        assert wishes(person) == {NEWS.code: "off", SECRET.code: "weekly"}


class TestPage:
    def test_the_button_and_its_undo(self, deliver_all, stranger):
        person, letter = sent(deliver_all)
        set_preferences(person, {NEWS.code: "daily"})

        response = stranger.post(link_of(letter), {"do": "kind"}, follow=True)
        assert "You will no longer receive these mails" in response.content.decode()
        assert wishes(person) == {NEWS.code: "off"}

        stranger.post(link_of(letter), {"do": "undo"})
        assert wishes(person) == {NEWS.code: "daily"}
        assert AuditEvent.objects.filter(verb="mail.resubscribed").count() == 1

    def test_all_that_can_be_switched_off(self, deliver_all, stranger):
        person, letter = sent(deliver_all)

        stranger.post(link_of(letter), {"do": "all"})

        assert set(wishes(person).values()) == {"off"}
        assert {NEWS.code, SECRET.code} <= set(wishes(person))
        assert DUTY_NEWS.code not in wishes(person)
        stranger.post(link_of(letter), {"do": "undo"})
        assert set(wishes(person).values()) == {"immediately"}

    def test_undo_leaves_what_was_decided_since(self, deliver_all, stranger):
        person, letter = sent(deliver_all)
        stranger.post(link_of(letter), {"do": "all"})
        set_preferences(person, {SECRET.code: "weekly"}, by=person)

        stranger.post(link_of(letter), {"do": "undo"})

        assert wishes(person)[SECRET.code] == "weekly"
        assert wishes(person)[NEWS.code] == "immediately"

    def test_a_kind_that_must_be_known_by_now(self, deliver_all, stranger, monkeypatch):
        _person, letter = sent(deliver_all)
        monkeypatch.setattr(unsubscribing, "switchable", list)

        assert "cannot be switched off" in stranger.get(link_of(letter)).content.decode()
        assert stranger.post(link_of(letter), {"do": "kind"}).status_code == 409
        assert stranger.post(link_of(letter), ONE_CLICK).status_code == 200

    def test_an_old_mail_still_works(self, deliver_all, stranger):
        person, letter = sent(deliver_all)
        token = unsubscribing.token_of(Delivery.objects.get())

        assert link_of(letter) == f"/en/unsubscribe/{token}/"
        assert "ago" not in token
        assert stranger.post(link_of(letter), ONE_CLICK).status_code == 200
        assert wishes(person) == {NEWS.code: "off"}


@pytest.mark.parametrize(
    "token",
    ["x", "0" * 32, "00000000000000000000000000000000.forged", "a.b.c", "%00", "9" * 300],
)
def test_a_forged_or_forgotten_link_says_where_to_go_on(token, deliver_all, stranger):
    person, _letter = sent(deliver_all)

    page = stranger.get(f"/en/unsubscribe/{token}/")

    assert page.status_code == 404
    assert "/en/account/notices/" in page.content.decode()
    assert stranger.post(f"/en/unsubscribe/{token}/", ONE_CLICK).status_code == 404
    assert wishes(person) == {}


def test_a_signature_for_something_else_is_none_for_this(deliver_all, stranger):
    """Signed by the portal, yet not as a link of this kind; and a mail that is no longer known."""
    from django.core import signing

    _person, _letter = sent(deliver_all)
    pk = Delivery.objects.get().pk.hex
    other = signing.Signer(salt="something else", sep=".").sign(pk)
    gone = signing.Signer(salt=unsubscribing.SALT, sep=".").sign("0" * 32)

    answers = [stranger.get(f"/en/unsubscribe/{token}/") for token in (other, gone)]

    assert [answer.status_code for answer in answers] == [404, 404]
