from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from alliance.accounts import services
from alliance.accounts.models import Duty, Invitation, JoinRequest, User
from tests.factories import make_duty, make_officer, make_organisation, make_park

from .people import PASSWORD, invite, make_person

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"accounts:{name}", args=args)


@pytest.fixture
def manager():
    return make_person(name="Wang Li")


@pytest.fixture
def organisation(manager):
    return make_park(managers=[manager], name_zh="和丰创意广场", name_en="Hefeng Creative Plaza").organisation


class TestInvitationPage:
    @pytest.fixture
    def letter(self, manager, organisation, told):
        return invite(organisation, "li.na@example.org", by=manager, name="Li Na")

    def sign_up(self, client, token, **changes):
        data = {"name": "Li Na", "email": "li.na@example.org", "password1": PASSWORD, "password2": PASSWORD}
        data |= {"adult": "on", "agreed": "on"}
        next_page = url("invitation", token)
        return client.post(reverse("account_signup"), data | {"next": next_page} | changes)

    def test_newcomer_signs_up_and_has_accepted(self, client, letter, organisation, told, mailoutbox):
        _invitation, token = letter
        page = client.get(url("invitation", token)).content.decode()
        form = client.get(reverse("account_signup"), {"next": url("invitation", token)}).content.decode()

        answer = self.sign_up(client, token)

        assert "Hefeng Creative Plaza" in page
        assert "Create an account and accept" in page
        assert 'value="li.na@example.org"' in form
        assert "disabled" in form
        person = User.objects.get(email="li.na@example.org")
        assert Duty.objects.get(person=person).organisation == organisation
        assert person.emailaddress_set.get().verified
        assert answer.url == reverse("notifications:desk")
        assert [name for name, _facts in told][-1] == "invitation_accepted"
        assert mailoutbox == []
        assert "invitation" not in client.session

    def test_another_address_cannot_be_put_in(self, client, letter):
        _invitation, token = letter
        client.get(url("invitation", token))

        self.sign_up(client, token, email="attacker@example.org")

        assert not User.objects.filter(email="attacker@example.org").exists()
        assert User.objects.filter(email="li.na@example.org").exists()

    def test_a_link_replaced_meanwhile_confirms_nothing(self, client, letter, manager, mailoutbox):
        invitation, token = letter
        client.get(url("invitation", token))
        services.resend_invitation(invitation, by=manager)

        self.sign_up(client, token)

        person = User.objects.get(email="li.na@example.org")
        assert not person.emailaddress_set.get().verified
        assert not Duty.objects.filter(person=person).exists()
        assert len(mailoutbox) == 1

    def test_somebody_with_an_account_signs_in_and_accepts(self, client, letter, organisation):
        _invitation, token = letter
        person = make_person(email="li.na@example.org")
        page = client.get(url("invitation", token)).content.decode()
        client.force_login(person)
        offered = client.get(url("invitation", token)).content.decode()

        answer = client.post(url("accept_invitation", token))
        again = client.post(url("accept_invitation", token))

        assert "Sign in to accept" in page
        assert "Accept</button>" in offered
        assert (answer.url, again.url) == (reverse("notifications:desk"),) * 2
        duty = Duty.objects.get(person=person)
        assert client.session["acting_duty"] == duty.pk
        assert "You have accepted" in client.get(url("invitation", token)).content.decode()

    def test_wrong_person_may_sign_out(self, client, letter):
        _invitation, token = letter
        client.force_login(make_person(email="other@example.org"))

        page = client.get(url("invitation", token)).content.decode()
        client.post(url("accept_invitation", token))

        assert "other@example.org" in page
        assert "Sign out and open again" in page
        assert Duty.objects.filter(role_code="park_editor").count() == 0

    def test_expired_asks_for_a_new_link(self, client, letter, told):
        invitation, token = letter
        Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        told.clear()

        page = client.get(url("invitation", token))
        after = client.post(url("renew_invitation", token), follow=True)
        client.post(url("renew_invitation", token))

        assert page.status_code == 410
        assert "has expired" in page.content.decode()
        assert "request is on its way" in after.content.decode()
        assert told == [("invitation_expired_asked", {"invitation": invitation})]

    def test_used_revoked_and_unknown_say_so(self, client, letter, manager):
        invitation, token = letter
        services.revoke_invitation(invitation, by=manager)
        revoked = client.get(url("invitation", token))
        Invitation.objects.update(revoked_at=None, accepted_at=timezone.now(), accepted_by=manager)
        used = client.get(url("invitation", token))
        unknown = client.get(url("invitation", "x" * 500))

        assert (revoked.status_code, "was withdrawn" in revoked.content.decode()) == (410, True)
        assert (used.status_code, "has been used" in used.content.decode()) == (410, True)
        assert (unknown.status_code, "opens nothing" in unknown.content.decode()) == (404, True)
        for page in (revoked, used, unknown):
            assert "Hefeng" not in page.content.decode() or page is revoked

    def test_session_holds_no_token(self, client, letter):
        _invitation, token = letter
        client.get(url("invitation", token))

        assert token not in str([row.get_decoded() for row in Session.objects.all()])

    def test_accepting_needs_signing_in(self, client, letter):
        _invitation, token = letter
        answer = client.post(url("accept_invitation", token))

        assert "/account/login/" in answer.url
        client.force_login(make_person(email="li.na@example.org"))
        assert client.get(url("accept_invitation", token)).url == url("invitation", token)

    def test_accept_without_the_letter_at_hand(self, client, letter, organisation):
        invitation, _token = letter
        client.force_login(make_person())
        assert client.post(url("accept_own_invitation", invitation.pk)).status_code == 404
        person = make_person(email="li.na@example.org")
        client.force_login(person)

        assert "You are invited" in client.get(url("duties")).content.decode()
        client.post(url("accept_own_invitation", invitation.pk))

        assert Duty.objects.get(person=person).organisation == organisation


class TestJoin:
    def test_find_ask_and_withdraw(self, client, organisation, told):
        person = make_person()
        client.force_login(person)

        found = client.get(url("join"), {"q": "和丰"}).content.decode()
        client.post(
            url("join_organisation", organisation.slug), {"role_code": "park_editor", "message": "I am Zhao Liu."}
        )
        request = JoinRequest.objects.get()
        waiting = client.get(url("join"), {"q": "hefeng"}).content.decode()
        client.post(url("withdraw_join", request.pk))

        assert url("join_organisation", organisation.slug) in found
        assert "Waiting" in waiting
        assert url("join_organisation", organisation.slug) not in waiting
        request.refresh_from_db()
        assert request.state == "withdrawn"

    def test_a_part_for_htmx(self, client, organisation):
        client.force_login(make_person())

        part = client.get(url("join"), {"q": "和"}, headers={"HX-Request": "true"}).content.decode()

        assert "<html" not in part
        assert "Hefeng Creative Plaza" in part

    @pytest.mark.parametrize("query", ["", " ", "\0", "x" * 5000, "%", "'; DROP TABLE", "\u202e和丰", "😀"])
    def test_odd_queries(self, client, organisation, query):
        client.force_login(make_person())

        assert client.get(url("join"), {"q": query}).status_code == 200

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({"role_code": "park_editor", "message": ""}, "required"),
            ({"role_code": "park_editor", "message": "x" * 1001}, "1000"),
            ({"role_code": "membership_desk", "message": "x"}, "valid choice"),
            ({"message": "x"}, "required"),
        ],
    )
    def test_bad_input(self, client, organisation, data, words):
        client.force_login(make_person())

        page = client.post(url("join_organisation", organisation.slug), data).content.decode()

        assert words in page
        assert not JoinRequest.objects.exists()

    def test_secretariat_is_not_joined_and_others_requests_are_not_found(self, client, organisation, told):
        secretariat = make_organisation("secretariat")
        request = services.ask_to_join(make_person(), organisation, "park_editor", message="x")
        client.force_login(make_person())

        assert client.get(url("join_organisation", secretariat.slug)).status_code == 404
        assert client.post(url("withdraw_join", request.pk)).status_code == 404

    def test_anonymous(self, client, organisation):
        for page in (url("join"), url("join_organisation", organisation.slug)):
            assert client.get(page).url == f"{reverse('account_login')}?next={page}"

    @pytest.mark.parametrize("rows", [1, 10])
    def test_queries_do_not_grow(self, client, django_assert_num_queries, manager, told, rows):
        person = make_person()
        for number in range(rows):
            organisation = make_park(name_zh=f"和丰{number}").organisation
            if number % 3 == 0:
                request = services.ask_to_join(person, organisation, "park_editor", message="x")
                if number:
                    services.withdraw_join(request, by=person)
            invite(organisation, person.email, by=manager)
        client.force_login(person)

        with django_assert_num_queries(4):
            client.get(url("join"), {"q": "和丰"})


class TestMyDuties:
    def test_says_what_for_whom_and_until_when(self, client, told):
        person = make_person()
        duty = make_duty(person)
        away = make_duty(organisation=duty.organisation, role="park_editor")
        today = timezone.localdate()
        services.set_absence(away, by=person, substitute=person, away_from=today, away_until=today)
        client.force_login(person)

        page = client.get(url("duties")).content.decode()

        assert "Answers for the park" in page
        assert "open-ended" in page
        assert f"for {away.person.name}" in page

    def test_newcomer(self, client):
        client.force_login(make_person())

        assert "do not act for an organisation yet" in client.get(url("duties")).content.decode()

    def test_anonymous(self, client):
        assert "/account/login/" in client.get(url("duties")).url

    @pytest.mark.parametrize("rows", [1, 10])
    def test_queries_do_not_grow(self, client, django_assert_num_queries, rows):
        person = make_person()
        for _number in range(rows):
            make_duty(person, role="park_editor")
            make_duty(substitute=person)
        client.force_login(person)

        with django_assert_num_queries(6):
            client.get(url("duties"))


class TestAct:
    def test_own_duties_and_those_stood_in_for(self, client, told):
        person = make_person()
        first, second = make_duty(person), make_duty(person)
        away = make_duty()
        today = timezone.localdate()
        Duty.objects.filter(pk=away.pk).update(substitute=person, away_from=today, away_until=today)
        client.force_login(person)

        for duty in (second, away, first):
            answer = client.post(url("act"), {"duty": duty.pk, "next": url("team")})
            assert answer.url == url("team")
            assert client.get(url("team")).context["organisation"] == duty.organisation

    def test_duties_of_others_and_past_ones_do_not_exist(self, client, told):
        person = make_person()
        over = make_duty(person, ends_on=timezone.localdate() - timedelta(days=1))
        not_away = make_duty(substitute=person)
        client.force_login(person)

        for pk in (make_duty().pk, over.pk, not_away.pk, "x", ""):
            assert client.post(url("act"), {"duty": pk}).status_code == 404

    @pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x"])
    def test_next_never_leaves_the_site(self, client, target):
        duty = make_duty(make_person())
        client.force_login(duty.person)

        assert client.post(url("act"), {"duty": duty.pk, "next": target}).url == reverse("notifications:desk")

    def test_a_duty_that_ends_is_no_longer_acted_in(self, client, told):
        person = make_person()
        first, second = make_duty(person), make_duty(person)
        client.force_login(person)
        client.post(url("act"), {"duty": second.pk})

        services.end_duty(second, by=make_officer(), reason="x")

        assert client.get(url("team")).context["organisation"] == first.organisation

    def test_anonymous_and_get(self, client):
        assert "/account/login/" in client.post(url("act")).url
        client.force_login(make_person())
        assert client.get(url("act")).status_code == 405


class TestProfile:
    DATA = {"name": "Zhao Liu", "job_title": "Manager", "phone": "0571-8888 8888", "language": "en", "theme": "dark"}

    def test_saves_and_speaks_the_language_at_once(self, client):
        person = make_person(language="zh-hans")
        client.force_login(person)

        answer = client.post(url("profile"), self.DATA | {"language": "zh-hans"})

        person.refresh_from_db()
        assert (person.name, person.job_title, person.phone, person.theme) == (
            "Zhao Liu",
            "Manager",
            "0571-8888 8888",
            "dark",
        )
        assert answer.url == "/zh-hans/account/profile/"
        assert (answer.cookies["language"].value, answer.cookies["theme"].value) == ("zh-hans", "dark")

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"name": ""}, "required"),
            ({"name": "x" * 300}, "80"),
            ({"name": "‮‮"}, "required"),
            ({"name": "12345"}, "in letters"),
            ({"job_title": "x" * 300}, "80"),
            ({"phone": "call me"}, "digits"),
            ({"phone": "12"}, "digits"),
            ({"language": "fr"}, "valid choice"),
            ({"theme": "pink"}, "valid choice"),
        ],
    )
    def test_bad_input(self, client, changes, words):
        person = make_person(name="Before")
        client.force_login(person)

        answer = client.post(url("profile"), self.DATA | changes)

        assert answer.status_code == 200
        assert words in answer.content.decode()
        person.refresh_from_db()
        assert person.name == "Before"

    def test_one_character_and_80(self, client):
        person = make_person()
        client.force_login(person)

        for name in ("王", "名" * 80):
            client.post(url("profile"), self.DATA | {"name": name})
            person.refresh_from_db()
            assert person.name == name

    def test_extra_fields_change_nothing(self, client):
        person = make_person()
        client.force_login(person)

        client.post(url("profile"), self.DATA | {"email": "x@example.org", "is_superuser": "1", "is_sample": "1"})

        after = User.objects.get(pk=person.pk)
        assert (after.email, after.is_superuser, after.is_sample) == (person.email, False, False)

    def test_anonymous(self, client):
        assert "/account/login/" in client.get(url("profile")).url
