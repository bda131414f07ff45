"""Mails that came back."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import User
from alliance.accounts.permissions import Permission

from ..kinds import Facts, Message, NoticeKind, TaskKind, register
from .people import PEOPLE, team_url


def _bounced(facts: Facts, language: str, recipient: User | None) -> Message:
    trouble = facts.about
    lines = [
        _("Mail to %(address)s bounced permanently, so the portal no longer sends any there.")
        % {"address": trouble.address}
    ]
    if trouble.said:
        lines.append(_("The mail server said: %(said)s") % {"said": trouble.said})
    lines.append(_("Give another address, or say in the settings of your messages that this one works again."))
    return Message(
        subject=_("Your e-mail address does not work"),
        lines=tuple(lines),
        url=reverse("account_email"),
        action=_("Change the address"),
    )


ADDRESS_BOUNCED = register(
    NoticeKind(
        code="notifications.address_bounced",
        title=gettext_lazy("My address does not work"),
        sentence=gettext_lazy("Mails to you bounced, so your messages wait in the portal only."),
        group=PEOPLE,
        render=_bounced,
        must_know=True,
        channels=("inapp",),
        may_see=lambda person, facts: facts.about.person_id == person.pk,
    )
)
REACH_PERSON = register(
    TaskKind(
        code="notifications.reach_person",
        title=gettext_lazy("Tell a colleague that their e-mail address does not work"),
        sentence=gettext_lazy("Mails to them come back. They can change the address after signing in."),
        permission=Permission.INVITE,
        url=lambda task: team_url(task.facts.workplace),
        clock_days=5,
        describe=lambda facts: f"{facts.about.name} · {facts.workplace.name}",
        refs={"workplace": "accounts.Organisation"},
        outcomes={"corrected": gettext_lazy("the address was corrected")},
    )
)
