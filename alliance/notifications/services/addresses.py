"""Mails that come back: mark the address, tell the person in the portal and a colleague who can reach them."""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.core import audit

from .. import bounces
from ..models import AddressTrouble, Delivery
from .notices import notify
from .people import people_with
from .tasks import close_tasks, open_task


def read(mails: Iterable[bytes]) -> int:
    """Read what came back; gives how many addresses that marked."""
    return sum(note(report) is not None for raw in mails if (report := bounces.read(raw)) is not None)


def note(report: bounces.Report) -> AddressTrouble | None:
    """Mark the address this mail of ours went to, once. An address that was changed since is not the one meant."""
    if not report.is_final:
        return None
    delivery = Delivery.objects.filter(pk=uuid.UUID(report.delivery), recipient__isnull=False).first()
    if delivery is None or delivery.recipient_id is None:
        return None
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=delivery.recipient_id)
        if not person.is_active or report.to not in ("", person.email):
            return None
        if AddressTrouble.objects.filter(person=person, cleared_at=None).exists():
            return None
        trouble = AddressTrouble.objects.create(
            person=person, address=person.email, status=report.status, said=report.said
        )
        audit.record("address.bounced", person, status=report.status, delivery=str(delivery.pk))
        _tell(trouble, person)
    return trouble


def _tell(trouble: AddressTrouble, person: User) -> None:
    from ..notices import ADDRESS_BOUNCED, REACH_PERSON

    notify(ADDRESS_BOUNCED, to=[person], about=trouble, key=trouble.pk)
    for duty in person.duties.active().select_related("organisation"):
        workplace = duty.organisation
        open_task(
            REACH_PERSON,
            about=person,
            organisation=_who_reaches(person, workplace),
            province=workplace.province,
            workplace=workplace.pk,
        )


def _who_reaches(person: User, workplace: Organisation) -> Organisation:
    """The organisation itself when somebody else there brings people in, else the secretariat."""
    if people_with(Permission.INVITE, workplace).exclude(pk=person.pk).exists():
        return workplace
    return Organisation.objects.filter(kind=Organisation.Kind.SECRETARIAT).first() or workplace


def trouble_of(person: User) -> AddressTrouble | None:
    """Why no mails go to this person; None when the address they have now is well."""
    return AddressTrouble.objects.filter(person=person, address=person.email, cleared_at=None).first()


@transaction.atomic
def clear(person: User, *, by: User | None = None) -> bool:
    """The address was changed, or works again: mails go out as before. What was kept back meanwhile stays unsent."""
    from ..notices import REACH_PERSON

    if not AddressTrouble.objects.filter(person=person, cleared_at=None).update(cleared_at=timezone.now()):
        return False
    close_tasks(person, kind=REACH_PERSON, by=by, outcome="corrected")
    audit.record("address.cleared", person, by=by)
    return True
