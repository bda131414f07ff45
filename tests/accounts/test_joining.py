from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliance.accounts import queries, services
from alliance.accounts.models import Duty, JoinRequest
from alliance.accounts.services.joining import WAITING_AT_ONCE
from alliance.core.errors import MoveRefused, RuleBroken
from alliance.core.models import AuditEvent
from tests.factories import make_council_member, make_duty, make_officer, make_organisation, make_park, make_user

from .people import make_person

pytestmark = pytest.mark.django_db


def ask(person=None, organisation=None, role="park_editor") -> JoinRequest:
    return services.ask_to_join(
        person or make_person(), organisation or make_organisation(), role, message="I keep the books."
    )


class TestAskToJoin:
    def test_waits_and_tells(self, told):
        request = ask()

        assert request.state == JoinRequest.State.PENDING
        assert told == [("join_requested", {"join_request": request})]
        event = AuditEvent.objects.get()
        assert event.verb == "join_request.asked"
        assert "books" not in str(event.payload)

    @pytest.mark.parametrize("kind", ["secretariat", "council"])
    def test_the_alliance_itself_is_by_invitation(self, told, kind):
        with pytest.raises(RuleBroken, match="invitation only"):
            ask(organisation=make_organisation(kind), role="membership_desk")

    def test_role_of_another_kind(self, told):
        with pytest.raises(RuleBroken, match="invitation only"):
            ask(role="membership_desk")

    def test_unconfirmed_address(self, told):
        with pytest.raises(RuleBroken, match="confirm"):
            ask(make_user())

    def test_once_for_each_organisation(self, told):
        request = ask()

        with pytest.raises(RuleBroken, match="already asked"):
            ask(request.person, request.organisation, "park_manager")

    def test_who_holds_the_role_need_not_ask(self, told):
        person = make_person()
        duty = make_duty(person, role="park_editor")

        with pytest.raises(RuleBroken, match="already hold"):
            ask(person, duty.organisation)
        assert ask(person, duty.organisation, "park_manager")

    def test_nobody_knocks_at_every_door(self, told):
        person = make_person()
        for _number in range(WAITING_AT_ONCE):
            last = ask(person)

        with pytest.raises(RuleBroken, match="waiting for 5"):
            ask(person)
        services.withdraw_join(last, by=person)
        assert ask(person)


class TestDecide:
    def test_approval_gives_the_duty(self, told):
        manager = make_user()
        organisation = make_park(managers=[manager]).organisation
        request = ask(organisation=organisation)
        last_day = timezone.localdate() + timedelta(days=30)
        told.clear()

        request = services.approve_join(request, by=manager, role_code="park_manager", ends_on=last_day)

        duty = Duty.objects.get(person=request.person)
        assert (duty.role_code, duty.ends_on, duty.appointed_by) == ("park_manager", last_day, manager)
        assert (request.state, request.decided_by, request.role_code) == ("approved", manager, "park_manager")
        assert told == [("join_decided", {"join_request": request})]
        verbs = list(AuditEvent.objects.order_by("seq").values_list("verb", "on_behalf_of"))[1:]
        assert verbs == [("join_request.approve", str(organisation.pk)), ("duty.appointed", str(organisation.pk))]

    def test_membership_desk_decides_everywhere(self, told):
        assert services.approve_join(ask(), by=make_officer()).state == "approved"

    @pytest.mark.parametrize(
        "who", [make_user, lambda: make_officer("data_desk"), make_council_member, lambda: make_duty().person]
    )
    def test_others_do_not(self, told, who):
        request = ask()

        for decide in (
            lambda by: services.approve_join(request, by=by),
            lambda by: services.refuse_join(request, by=by, reason="no"),
        ):
            with pytest.raises(PermissionDenied):
                decide(who())
        with pytest.raises(PermissionDenied):
            services.approve_join(request, by=request.person)
        assert not Duty.objects.filter(person=request.person).exists()

    def test_refusal_needs_a_reason(self, told):
        request, officer = ask(), make_officer()

        with pytest.raises(RuleBroken, match="reason"):
            services.refuse_join(request, by=officer, reason=" ")
        refused = services.refuse_join(request, by=officer, reason="Please ask the operator first.")

        assert (refused.state, refused.decision_note) == ("refused", "Please ask the operator first.")

    def test_once_decided_stays_decided(self, told):
        request, officer = ask(), make_officer()
        services.refuse_join(request, by=officer, reason="no")

        with pytest.raises(MoveRefused):
            services.approve_join(request, by=officer)
        with pytest.raises(MoveRefused):
            services.withdraw_join(request, by=request.person)
        assert not Duty.objects.filter(person=request.person).exists()

    def test_a_role_one_cannot_give(self, told):
        request = ask()

        with pytest.raises(RuleBroken, match="cannot give"):
            services.approve_join(request, by=make_officer(), role_code="data_desk")

    def test_closed_account(self, told):
        request = ask()
        request.person.is_active = False
        request.person.save()

        with pytest.raises(RuleBroken, match="closed"):
            services.approve_join(request, by=make_officer())

    def test_only_the_person_withdraws(self, told):
        request = ask()

        with pytest.raises(PermissionDenied):
            services.withdraw_join(request, by=make_officer())
        assert services.withdraw_join(request, by=request.person).state == "withdrawn"


class TestConstraints:
    @pytest.mark.parametrize(
        ("constraint", "fields"),
        [
            ("decided_with_time", {"state": "withdrawn"}),
            ("decided_with_time", {"decided_at": timezone.now()}),
            ("decided_with_time", {"state": "approved", "decided_at": timezone.now()}),
        ],
    )
    def test_refuses(self, told, constraint, fields):
        request = ask()
        with pytest.raises(IntegrityError, match=f"accounts_joinrequest_{constraint}"), transaction.atomic():
            JoinRequest.objects.filter(pk=request.pk).update(**fields)

    def test_refused_with_reason(self, told):
        request = ask()
        with pytest.raises(IntegrityError, match="refused_with_reason"), transaction.atomic():
            JoinRequest.objects.filter(pk=request.pk).update(
                state="refused", decided_at=timezone.now(), decided_by=request.person
            )

    def test_pending_once(self, told):
        request = ask()
        request.pk = None
        with pytest.raises(IntegrityError, match="pending_once"), transaction.atomic():
            request.save(force_insert=True)


class TestFindOrganisations:
    @pytest.fixture(autouse=True)
    def organisations(self):
        self.plaza = make_organisation(name_zh="和丰创意广场", name_en="Hefeng Creative Plaza")
        self.long = make_organisation(
            name_zh="宁波和丰创意广场运营有限公司", name_en="", credit_code="91330200MA2AGL8E1X"
        )
        make_organisation("secretariat", name_zh="和丰秘书处")

    @pytest.mark.parametrize("query", ["和", "和丰", "创意广场"])
    def test_chinese_shortest_first_and_operators_only(self, query):
        assert queries.find_organisations(query) == ([self.plaza, self.long], False)

    @pytest.mark.parametrize("query", ["hefeng", "CREATIVE plaza"])
    def test_english(self, query):
        assert queries.find_organisations(query) == ([self.plaza], False)

    @pytest.mark.parametrize("query", ["91330200MA2AGL8E1X", "91330200ma2agl8e1x", "91330200 MA2AGL8E1X"])
    def test_credit_code_whole(self, query):
        assert queries.find_organisations(query) == ([self.long], False)

    @pytest.mark.parametrize("query", ["", "91330200", "%", "_", "没有"])
    def test_nothing(self, query):
        assert queries.find_organisations(query) == ([], False)

    def test_bounded(self):
        for number in range(25):
            make_organisation(name_zh=f"和丰{number}", name_en="")

        found, has_more = queries.find_organisations("和丰")

        assert len(found) == queries.FOUND_AT_ONCE
        assert has_more

    @pytest.mark.parametrize(
        ("typed", "cleaned"), [("  和  丰 ", "和 丰"), ("a\0b", "ab"), ("x" * 300, "x" * queries.LONGEST_QUERY)]
    )
    def test_clean_query(self, typed, cleaned):
        assert queries.clean_query(typed) == cleaned
