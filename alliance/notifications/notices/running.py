"""What the data desk must know about the portal itself."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.accounts.policies import has_permission

from .. import policies
from ..kinds import Facts, ForGroups, Message, NoticeKind, Render, register, subject_only

RUNNING = gettext_lazy("Running the portal")


def _invariant_broken(facts: Facts, language: str, recipient: User | None) -> Message:
    return Message(
        subject=_("The portal's deliveries need a look: a check failed"),
        lines=(_("The nightly check of notices and deliveries found a problem. The page says which."),),
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


def _chain_head(facts: Facts, language: str, recipient: User | None) -> Message:
    head = facts.head
    return Message(
        subject=_("Head of the audit chain on %(day)s") % {"day": head.on.isoformat()},
        lines=(
            _("Please keep this message: whoever holds it can tell later whether the record was rewritten."),
            ngettext("%(n)d event so far.", "%(n)d events so far.", head.seq) % {"n": head.seq},
            head.hash,
        ),
        url=reverse("core:audit"),
        action=_("How to check the chain"),
    )


def _watches(person: User) -> bool:
    return has_permission(person, Permission.SEE_AUDIT)


def _itself(facts: Facts) -> list[Organisation]:
    return [facts.about]


def _desk_group(render: Render) -> ForGroups:
    return ForGroups(_itself, (Organisation.Kind.SECRETARIAT,), subject_only(render))


# An outside anchor (rule H-3): a chain alone does not stop its operator from rewriting all of it.
CHAIN_HEAD = register(
    NoticeKind(
        code="notifications.chain_head",
        title=gettext_lazy("Daily head of the audit chain"),
        sentence=gettext_lazy("The fingerprint over all that happened so far, for you to keep."),
        group=RUNNING,
        render=_chain_head,
        may_see=lambda person, facts: _watches(person),
        concerns=_watches,
        channels=("mail",),
        refs={"about": "accounts.Organisation", "head": "core.DailyHead"},
        for_groups=ForGroups(_itself, (Organisation.Kind.COUNCIL,), subject_only(_chain_head)),
    )
)
INVARIANT_BROKEN = register(
    NoticeKind(
        code="notifications.invariant_broken",
        title=gettext_lazy("A check of the portal failed"),
        sentence=gettext_lazy("The nightly check of notices, deliveries and seats found a problem."),
        group=RUNNING,
        render=_invariant_broken,
        may_see=lambda person, facts: policies.can_see_deliveries(person),
        concerns=policies.can_see_deliveries,
        must_know=True,
        urgent=True,
        for_groups=_desk_group(_invariant_broken),
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
        urgent=True,
        for_groups=_desk_group(_chain_broken),
    )
)
