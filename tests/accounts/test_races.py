"""Two people, or one with a quick finger, at the same moment. Real threads, real transactions."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from alliance.accounts import services
from alliance.accounts.models import Duty, Invitation, JoinRequest
from alliance.accounts.services import TooManyInvitations
from alliance.core.models import AuditEvent, ChainHead
from tests.factories import make_duty, make_officer, make_organisation, make_park

from .people import invite, make_person

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)


@pytest.fixture(autouse=True)
def _chain_head():
    """Tests that commit are cleaned up by emptying the tables, the head of the chain too."""
    ChainHead.objects.get_or_create(pk=1, defaults={"seq": 0, "hash": "0" * 64})


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment; gives the results, an exception where one was raised."""
    barrier, results = Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=10)
            results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def kinds(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_invitation_is_accepted_once(told):
    manager, person = make_person(), make_person()
    invitation, _ = invite(make_park(managers=[manager]).organisation, person.email, by=manager)

    results = at_once(*[lambda: services.accept_invitation(invitation, by=person)] * 4)

    assert kinds(results) == ["Duty"] * 4
    assert len({duty.pk for duty in results}) == 1
    assert AuditEvent.objects.filter(verb="invitation.accepted").count() == 1
    assert [name for name, _facts in told].count("invitation_accepted") == 1


def test_accepting_against_revoking(told):
    manager, person = make_person(), make_person()
    invitation, _ = invite(make_park(managers=[manager]).organisation, person.email, by=manager)

    at_once(
        lambda: services.accept_invitation(invitation, by=person),
        lambda: services.revoke_invitation(invitation, by=manager),
    )

    invitation.refresh_from_db()
    assert bool(invitation.accepted_at) != bool(invitation.revoked_at)
    assert Duty.objects.filter(person=person).exists() == bool(invitation.accepted_at)


def test_two_deciders_approve_once(told):
    manager = make_person()
    organisation = make_park(managers=[manager]).organisation
    request = services.ask_to_join(make_person(), organisation, "park_editor", message="x")
    officer = make_officer()

    results = at_once(
        lambda: services.approve_join(request, by=manager),
        lambda: services.approve_join(request, by=officer, role_code="park_manager"),
        lambda: services.refuse_join(request, by=officer, reason="no"),
    )

    assert kinds(results) == ["JoinRequest", "MoveRefused", "MoveRefused"]
    request.refresh_from_db()
    assert Duty.objects.filter(person=request.person).count() == (request.state == JoinRequest.State.APPROVED)
    assert [name for name, _facts in told].count("join_decided") == 1


def test_asking_twice_waits_once(told):
    person, organisation = make_person(), make_organisation()

    results = at_once(*[lambda: services.ask_to_join(person, organisation, "park_editor", message="x")] * 3)

    assert kinds(results) == ["JoinRequest", "RuleBroken", "RuleBroken"]


def test_inviting_the_same_address_at_once(told):
    manager = make_person()
    organisation = make_park(managers=[manager]).organisation
    colleague = make_duty(make_person(), organisation).person

    results = at_once(
        lambda: services.invite(organisation, "a@example.org", "park_editor", by=manager),
        lambda: services.invite(organisation, "a@example.org", "park_editor", by=colleague),
    )

    assert kinds(results) == ["Invitation", "RuleBroken"]


def test_letters_at_the_same_time_all_count(told, monkeypatch):
    from alliance.accounts.services import invitations

    monkeypatch.setattr(invitations, "LETTERS_A_DAY", 2)
    manager = make_person()
    organisation = make_park(managers=[manager]).organisation

    results = at_once(
        *[
            lambda number=number: services.invite(organisation, f"p{number}@example.org", "park_editor", by=manager)
            for number in range(4)
        ]
    )

    assert sum(isinstance(result, Invitation) for result in results) == 2
    assert sum(isinstance(result, TooManyInvitations) for result in results) == 2


def test_two_last_managers_leave_at_once(told):
    """Each sees the other; whoever is second is the last, and that is told."""
    organisation = make_organisation()
    duties = [make_duty(make_person(), organisation) for _ in range(2)]

    results = at_once(*[lambda duty=duty: services.end_duty(duty, by=duty.person, reason="Retired") for duty in duties])

    assert kinds(results) == ["Duty", "Duty"]
    assert [name for name, _facts in told].count("last_holder_lost") == 1


def test_a_duty_ends_once(told):
    duty = make_duty()
    by = make_officer()

    results = at_once(*[lambda: services.end_duty(duty, by=by, reason="x")] * 3)

    assert kinds(results) == ["Duty", "RuleBroken", "RuleBroken"]
