"""What the data desk must know about the portal itself."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import User

from .. import policies
from ..kinds import Facts, Message, NoticeKind, register

RUNNING = gettext_lazy("Running the portal")


def _invariant_broken(facts: Facts, language: str, recipient: User | None) -> Message:
    return Message(
        subject=_("The portal's deliveries need a look: a check failed"),
        lines=(_("The nightly check of notices and deliveries found something that must not be. The page says what."),),
        url=reverse("notifications:deliveries"),
        action=_("See the deliveries"),
    )


def _chain_broken(facts: Facts, language: str, recipient: User | None) -> Message:
    return Message(
        subject=_("The audit chain does not hold"),
        lines=(
            _("The nightly check found an event that was changed, removed or inserted."),
            _("Run “manage.py verify_audit” to see which one, keep the database as it is, and call the operator."),
        ),
        url=reverse("notifications:deliveries"),
        action=_("See the state of the portal"),
    )


INVARIANT_BROKEN = register(
    NoticeKind(
        code="notifications.invariant_broken",
        title=gettext_lazy("A check of the portal failed"),
        sentence=gettext_lazy("Something about notices or deliveries that must always hold does not."),
        group=RUNNING,
        render=_invariant_broken,
        may_see=lambda person, facts: policies.can_see_deliveries(person),
        concerns=policies.can_see_deliveries,
        must_know=True,
    )
)
CHAIN_BROKEN = register(
    NoticeKind(
        code="notifications.chain_broken",
        title=gettext_lazy("The audit chain is broken"),
        sentence=gettext_lazy("An event in the record of what happened was changed, removed or inserted."),
        group=RUNNING,
        render=_chain_broken,
        may_see=lambda person, facts: policies.can_see_deliveries(person),
        concerns=policies.can_see_deliveries,
        must_know=True,
    )
)
