"""How people want to be told, and when."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import kinds
from ..models import Preference, WritingHours
from .digests import settle_held

Choice = Preference.Choice


@transaction.atomic
def set_preferences(
    person: User, mail: Mapping[str, str], *, inapp: Mapping[str, str] | None = None, by: User | None = None
) -> None:
    """How this person wants to be told: kind code → choice, by mail and in the portal. `by` None: a link in a mail.

    What everybody must know cannot be put off or switched off. What waits for a summary follows the new choice.
    """
    changed: dict[str, dict[str, str]] = {}
    for channel, wanted in (("mail", mail), ("inapp", inapp or {})):
        before = dict(Preference.objects.filter(person=person, channel=channel).values_list("kind", "choice"))
        for code, choice in wanted.items():
            _check(channel, code, choice)
            if before.get(code) != choice:
                changed.setdefault(channel, {})[code] = str(Choice(choice))
        Preference.objects.bulk_create(
            [
                Preference(person=person, kind=code, channel=channel, choice=choice)
                for code, choice in changed.get(channel, {}).items()
            ],
            update_conflicts=True,
            unique_fields=["person", "kind", "channel"],
            update_fields=["choice"],
        )
    if changed:
        settle_held(person, changed.get("mail", {}))
        audit.record("preferences.changed", person, by=by, **changed)


def _check(channel: str, code: str, choice: str) -> None:
    kind = kinds.notice_kind(code)
    if kind is None or channel not in kind.channels or choice not in Choice.values:
        raise RuleBroken(_("There is no such kind of notice."))
    if kind.must_know and choice != Choice.IMMEDIATELY:
        raise RuleBroken(_("This kind of notice cannot be switched off."))
    if channel == "inapp" and choice in (Choice.DAILY, Choice.WEEKLY):
        raise RuleBroken(_("In the portal a message appears at once."))


@transaction.atomic
def set_hours(person: User, hours: WritingHours) -> WritingHours:
    """When this person wants to be written to. A mail kept back until an hour that no longer counts is looked at again
    then, at the latest."""
    hours.person = person
    hours.full_clean(exclude=["person"])
    hours.save()
    audit.record("hours.changed", person, by=person, quiet=hours.quiet, zone=hours.time_zone)
    return hours
