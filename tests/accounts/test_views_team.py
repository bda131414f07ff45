from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alliance.accounts import services
from alliance.accounts.models import Duty, Invitation, JoinRequest
from tests.factories import make_duty, make_officer, make_organisation, make_park, make_user

from .people import invite, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return make_person(name="Wang Li")


@pytest.fixture
def organisation(manager):
    return make_park(managers=[manager]).organisation


@pytest.fixture
def foreign(told):
    """Another park with everything that could leak: a duty, an invitation, a request."""
    owner = make_person(name="Foreign Manager")
    organisation = make_park(managers=[owner]).organisation
    invitation, _token = invite(organisation, "secret@example.org", by=owner)
    request = services.ask_to_join(make_person(), organisation, "park_editor", message="Foreign message")
    return organisation, Duty.objects.get(person=owner), invitation, request


def url(name, *args):
    return reverse(f"accounts:{name}", args=args)


def invite_data(**changes):
    data = {
        "email": "li.na@example.org",
        "name": "李娜",
        "role_code": "park_editor",
        "starts_on": timezone.localdate().isoformat(),
        "ends_on": "",
        "substitute": "",
        "language": "zh-hans",
    }
    return data | changes


class TestTeamPage:
    def test_shows_people_letters_requests_and_history(self, client, manager, organisation, told):
        make_duty(make_user("Zhang San"), organisation, "park_editor")
        invite(organisation, "li.na@example.org", by=manager)
        services.ask_to_join(make_person(name="Zhao Liu"), organisation, "park_editor", message="I run the studio.")
        client.force_login(manager)

        page = client.get(url("team")).content.decode()

        for words in ("Wang Li", "Zhang San", "li.na@example.org", "Zhao Liu", "I run the studio.", "invited"):
            assert words in page

    def test_editor_sees_but_does_not_change(self, client, manager, organisation, told):
        editor = make_duty(make_person(), organisation, "park_editor").person
        invite(organisation, "li.na@example.org", by=manager)
        services.ask_to_join(make_person(name="Zhao Liu"), organisation, "park_editor", message="x")
        client.force_login(editor)

        page = client.get(url("team")).content.decode()

        assert "Wang Li" in page
        assert "Send again" not in page
        assert "Zhao Liu would" not in page
        assert 'id="invite"' not in page

    def test_anonymous_signs_in_first(self, client):
        assert client.get(url("team")).url == f"{reverse('account_login')}?next={url('team')}"

    def test_newcomer_is_led_to_their_organisation(self, client):
        client.force_login(make_person())

        assert client.get(url("team")).url == url("join")

    def test_desk_sees_every_team(self, client, organisation):
        client.force_login(make_officer())

        assert "Wang Li" in client.get(url("organisation_team", organisation.slug)).content.decode()

    def test_other_organisations_do_not_exist(self, client, manager, organisation, foreign):
        client.force_login(manager)

        missing = client.get(url("organisation_team", "no-such-organisation"))
        refused = client.get(url("organisation_team", foreign[0].slug))

        assert (missing.status_code, refused.status_code) == (404, 404)
        assert "Foreign" not in refused.content.decode()

    @pytest.mark.parametrize("rows", [1, 10])
    def test_queries_do_not_grow(self, client, django_assert_num_queries, manager, organisation, told, rows):
        for number in range(rows):
            make_duty(make_user(), organisation, "park_editor", substitute=manager)
            invite(organisation, f"p{number}@example.org", by=manager)
            request = services.ask_to_join(make_person(), organisation, "park_editor", message="x")
            if number % 2:
                services.refuse_join(request, by=manager, reason="no")
        client.force_login(manager)

        with django_assert_num_queries(QUERIES["team"]):
            client.get(url("team"))


class TestForeignIds:
    """Every change, with the ids of another organisation below one's own and below theirs."""

    @pytest.mark.parametrize(
        ("name", "which"),
        [
            ("resend_invitation", 2),
            ("revoke_invitation", 2),
            ("approve_join", 3),
            ("refuse_join", 3),
            ("duty_term", 1),
            ("duty_absence", 1),
            ("duty_end", 1),
        ],
    )
    def test_are_not_found(self, client, manager, organisation, foreign, name, which):
        client.force_login(manager)
        pk = foreign[which].pk

        answers = [
            client.post(url(name, slug, pk), {"reason": "x", "role_code": "park_editor"})
            for slug in (organisation.slug, foreign[0].slug)
        ]

        assert [answer.status_code for answer in answers] == [404, 404]
        assert Invitation.objects.pending().filter(pk=foreign[2].pk).exists()
        assert JoinRequest.objects.filter(pk=foreign[3].pk, state="pending").exists()
        assert not Duty.objects.get(pk=foreign[1].pk).is_over()

    def test_inviting_elsewhere(self, client, manager, organisation, foreign):
        client.force_login(manager)

        assert client.post(url("invite", foreign[0].slug), invite_data()).status_code == 404
        assert not Invitation.objects.filter(email="li.na@example.org").exists()

    def test_duty_page(self, client, manager, organisation, foreign):
        client.force_login(manager)

        for slug in (organisation.slug, foreign[0].slug):
            assert client.get(url("duty", slug, foreign[1].pk)).status_code == 404
            assert client.get(url("duty_end", slug, foreign[1].pk)).status_code == 404


class TestRefused:
    @pytest.mark.parametrize("name", ["invite"])
    def test_editor_does_not_invite(self, client, organisation, name):
        client.force_login(make_duty(make_person(), organisation, "park_editor").person)

        assert client.post(url(name, organisation.slug), invite_data()).status_code == 403

    def test_editor_changes_nothing_of_the_team(self, client, manager, organisation, told):
        invitation, _token = invite(organisation, "li.na@example.org", by=manager)
        request = services.ask_to_join(make_person(), organisation, "park_editor", message="x")
        duty = Duty.objects.get(person=manager)
        client.force_login(make_duty(make_person(), organisation, "park_editor").person)

        for name, pk in [
            ("resend_invitation", invitation.pk),
            ("revoke_invitation", invitation.pk),
            ("approve_join", request.pk),
            ("refuse_join", request.pk),
            ("duty_term", duty.pk),
            ("duty_absence", duty.pk),
            ("duty_end", duty.pk),
        ]:
            assert client.post(url(name, organisation.slug, pk), {"reason": "x"}).status_code == 403, name

    def test_anonymous_changes_nothing(self, client, manager, organisation, told):
        invitation, _token = invite(organisation, "li.na@example.org", by=manager)
        answer = client.post(url("revoke_invitation", organisation.slug, invitation.pk))

        assert "/account/login/" in answer.url
        assert Invitation.objects.pending().exists()

    def test_get_changes_nothing(self, client, manager, organisation, told):
        invitation, _token = invite(organisation, "li.na@example.org", by=manager)
        client.force_login(manager)

        assert client.get(url("revoke_invitation", organisation.slug, invitation.pk)).status_code == 405


class TestInviteForm:
    @pytest.fixture(autouse=True)
    def _signed_in(self, client, manager, organisation, told):
        client.force_login(manager)

    def send(self, client, organisation, **changes):
        return client.post(url("invite", organisation.slug), invite_data(**changes))

    def test_sends(self, client, organisation, manager, told):
        answer = self.send(client, organisation, email="Li.Na@Example.org", substitute=manager.pk)

        invitation = Invitation.objects.get()
        assert answer.url == url("team")
        assert (invitation.email, invitation.name, invitation.substitute) == ("li.na@example.org", "李娜", manager)
        assert told[-1][0] == "invited"

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"email": "not an address"}, "valid email"),
            ({"email": "x" * 300 + "@example.org"}, "254"),
            ({"email": ""}, "required"),
            ({"name": "名" * 300}, "80"),
            ({"name": "🙂🙂"}, "in letters"),
            ({"role_code": "data_desk"}, "valid choice"),
            ({"role_code": ""}, "required"),
            ({"starts_on": "tomorrow"}, "valid date"),
            ({"ends_on": "2020-01-01"}, "cannot end before"),
            ({"substitute": "999999"}, "valid choice"),
            ({"language": "fr"}, "valid choice"),
        ],
    )
    def test_bad_input_stays_and_is_explained(self, client, organisation, changes, words):
        answer = self.send(client, organisation, **changes)

        page = answer.content.decode()
        assert answer.status_code == 200
        assert words in page
        if "email" not in changes:
            assert 'value="li.na@example.org"' in page
        assert not Invitation.objects.exists()

    def test_direction_marks_and_blanks_are_dropped(self, client, organisation):
        self.send(client, organisation, name="\u202e  Li\u200b \t Na\u2069\0 ")

        assert Invitation.objects.get().name == "Li Na"

    def test_a_name_in_another_script(self, client, organisation):
        self.send(client, organisation, name="محمد علي")

        assert Invitation.objects.get().name == "محمد علي"

    def test_twice(self, client, organisation):
        self.send(client, organisation)
        answer = self.send(client, organisation)

        assert "already has an invitation" in answer.content.decode()
        assert Invitation.objects.count() == 1

    def test_too_many_in_a_day(self, client, organisation, monkeypatch):
        from alliance.accounts.services import invitations

        monkeypatch.setattr(invitations, "LETTERS_A_DAY", 1)
        self.send(client, organisation)
        answer = self.send(client, organisation, email="another@example.org")

        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 24 * 3600
        assert "go on tomorrow" in answer.content.decode()
        assert 'value="another@example.org"' in answer.content.decode()

    def test_extra_fields_change_nothing(self, client, organisation, manager):
        extra = {"invited_by": "1", "organisation": "1", "accepted_at": "2026-01-01"}
        client.post(url("invite", organisation.slug), invite_data() | extra)

        invitation = Invitation.objects.get()
        assert (invitation.invited_by, invitation.organisation, invitation.accepted_at) == (manager, organisation, None)


class TestDeciding:
    @pytest.fixture
    def request_(self, client, manager, organisation, told):
        client.force_login(manager)
        return services.ask_to_join(make_person(name="Zhao Liu"), organisation, "park_editor", message="x")

    def test_approve(self, client, organisation, request_):
        data = {"role_code": "park_manager", "starts_on": timezone.localdate().isoformat(), "ends_on": ""}

        answer = client.post(url("approve_join", organisation.slug, request_.pk), data)

        assert answer.url == url("team")
        assert Duty.objects.get(person=request_.person).role_code == "park_manager"

    def test_refuse_without_a_reason(self, client, organisation, request_):
        page = client.post(url("refuse_join", organisation.slug, request_.pk), {"reason": "  "}).content.decode()

        assert "required" in page
        request_.refresh_from_db()
        assert request_.state == "pending"

    def test_decided_meanwhile(self, client, organisation, request_):
        services.refuse_join(request_, by=make_officer(), reason="no")

        answer = client.post(url("refuse_join", organisation.slug, request_.pk), {"reason": "no"}, follow=True)

        assert "decided meanwhile" in answer.content.decode()


class TestDutyPages:
    @pytest.fixture(autouse=True)
    def _signed_in(self, client, manager, organisation, told):
        client.force_login(manager)

    def test_change_the_term_of_a_colleague(self, client, organisation):
        duty = make_duty(organisation=organisation, role="park_editor")
        last_day = timezone.localdate() + timedelta(days=9)

        client.post(url("duty_term", organisation.slug, duty.pk), {"ends_on": last_day.isoformat()})

        duty.refresh_from_db()
        assert duty.ends_on == last_day

    def test_not_one_s_own(self, client, organisation, manager):
        duty = Duty.objects.get(person=manager)

        assert client.post(url("duty_term", organisation.slug, duty.pk), {"ends_on": ""}).status_code == 403

    def test_substitute_and_absence(self, client, organisation, manager):
        editor = make_duty(organisation=organisation, role="park_editor").person
        duty = Duty.objects.get(person=manager)
        today = timezone.localdate().isoformat()
        data = {"substitute": editor.pk, "away_from": today, "away_until": today}

        client.post(url("duty_absence", organisation.slug, duty.pk), data)

        duty.refresh_from_db()
        assert (duty.substitute, duty.is_away()) == (editor, True)

    def test_invited_colleague_as_substitute(self, client, organisation, manager):
        invitation, _token = invite(organisation, "li.na@example.org", by=manager)
        duty = Duty.objects.get(person=manager)
        data = {"substitute": f"invited-{invitation.pk}", "away_from": "", "away_until": ""}

        client.post(url("duty_absence", organisation.slug, duty.pk), data)

        invitation.refresh_from_db()
        assert invitation.stands_in_for == duty
        assert "once they accept" in client.get(url("duty", organisation.slug, duty.pk)).content.decode()

    @pytest.mark.parametrize(
        "data",
        [
            {"substitute": "", "away_from": "2026-01-02", "away_until": ""},
            {"substitute": "", "away_from": "2026-01-02", "away_until": "2026-01-01"},
            {"substitute": "424242", "away_from": "", "away_until": ""},
            {"substitute": "invited-424242", "away_from": "", "away_until": ""},
        ],
    )
    def test_absence_not_in_order(self, client, organisation, manager, data):
        duty = Duty.objects.get(person=manager)

        answer = client.post(url("duty_absence", organisation.slug, duty.pk), data)

        assert answer.status_code == 200
        assert answer.context["absence_form"].errors

    def test_last_manager_is_warned_and_must_know(self, client, organisation, manager, told):
        duty = Duty.objects.get(person=manager)
        page = url("duty_end", organisation.slug, duty.pk)

        assert "Nobody else holds this role" in client.get(page).content.decode()
        client.post(page, {"reason": "Retired"})
        assert not Duty.objects.get(pk=duty.pk).is_over()
        answer = client.post(page, {"reason": "Retired", "knows": "on"})

        assert answer.url == url("duties")
        assert Duty.objects.get(pk=duty.pk).end_reason == "Retired"
        assert [name for name, _facts in told] == ["duty_ended", "last_holder_lost"]
        assert client.get(url("team")).url == url("join")

    def test_end_a_colleague_s_duty(self, client, organisation):
        duty = make_duty(organisation=organisation, role="park_editor")

        assert client.post(url("duty_end", organisation.slug, duty.pk), {"reason": "Left"}).url == url("team")
        page = client.get(url("team")).content.decode()
        assert "Left" in page
        assert "1 former member" in page

    def test_a_duty_that_is_over_is_only_read(self, client, organisation, manager):
        duty = make_duty(organisation=organisation, role="park_editor")
        services.end_duty(duty, by=manager, reason="Left")

        page = client.get(url("duty", organisation.slug, duty.pk)).content.decode()
        answer = client.post(url("duty_end", organisation.slug, duty.pk), {"reason": "Again"})

        assert "This duty is over" in page
        assert '<form class="form"' not in page
        assert "already ended" in answer.content.decode()


class TestOrganisations:
    def test_desk_finds_and_narrows(self, client, told):
        asked = make_park(name_zh="和丰创意广场", name_en="Hefeng").organisation
        managed = make_park(managers=[make_user()], name_zh="桃溪川", name_en="Taoxichuan").organisation
        services.ask_to_join(make_person(), asked, "park_manager", message="x")
        client.force_login(make_officer())

        def found(query):
            return [row.slug for row in client.get(url("organisations") + query).context["page"]]

        assert found("")[0] == asked.slug
        assert found("?q=和丰") == [asked.slug]
        assert found("?only=asked") == [asked.slug]
        assert found("?only=unmanaged") == [asked.slug]
        assert found("?q=taoxi") == [managed.slug]
        assert found("?only=unknown&page=10000")

    def test_others_do_not(self, client, manager, organisation):
        assert "/account/login/" in client.get(url("organisations")).url
        client.force_login(manager)
        assert client.get(url("organisations")).status_code == 403

    @pytest.mark.parametrize("rows", [1, 10])
    def test_queries_do_not_grow(self, client, django_assert_num_queries, rows):
        for _number in range(rows):
            make_park(managers=[make_user(), make_user()])
        client.force_login(make_officer())

        with django_assert_num_queries(QUERIES["organisations"]):
            client.get(url("organisations"))


# Session and user, duties, then what the page asks.
QUERIES = {"team": 11, "organisations": 3}


def test_secretariat_and_council_have_teams_too(client, told):
    officer = make_officer("data_desk")
    council = make_organisation("council")
    client.force_login(officer)

    page = client.get(url("organisation_team", council.slug)).content.decode()

    assert "Council member, expert seat" in page
    assert client.post(url("invite", council.slug), invite_data(role_code="council_expert")).status_code == 302
