"""The lifecycles of a dossier and of a revocation (training spec, 3.8)."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from ..certificates import notices, policies, revoking
from ..certificates.texts import sha256
from ..models import CertificateEvent, Dossier, RevocationCase

TEACHING = _("The teaching partner")
AWARDING = _("The awarding partner, another person")

# A dossier ----------------------------------------------------------------------------------------------------------


def _freeze(
    dossier: Dossier, *, by: User, reason: str, content: str, shown: list, holder_name: str, **data: Any
) -> Iterable[str]:
    dossier.content, dossier.content_sha256, dossier.shown = content, sha256(content), shown
    dossier.holder_name = holder_name
    dossier.prepared_by, dossier.prepared_at = by, timezone.now()
    dossier.approved_by = dossier.approved_at = None
    dossier.reasons = ""
    return (
        "content", "content_sha256", "shown", "holder_name", "prepared_by", "prepared_at", "approved_by",
        "approved_at", "reasons",
    )  # fmt: skip


def _sign_off(dossier: Dossier, *, by: User, reason: str, **data: Any) -> Iterable[str]:
    dossier.approved_by, dossier.approved_at = by, timezone.now()
    return ("approved_by", "approved_at")


def _forget_approval(dossier: Dossier, *, by: User | None, reason: str, **data: Any) -> Iterable[str]:
    dossier.approved_by = dossier.approved_at = None
    dossier.reasons = reason
    return ("approved_by", "approved_at", "reasons")


DOSSIER = Workflow(
    code="dossier",
    title=_("The dossier of a certificate"),
    summary=_(
        "From what a trainee has reached to the certificate: frozen by one person, approved by another, issued once."
    ),
    model=Dossier,
    field="state",
    initial=Dossier.State.ELIGIBLE,
    moves=(
        Move(
            verb="prepare",
            sources=(Dossier.State.ELIGIBLE, Dossier.State.RETURNED),
            target=Dossier.State.DOSSIER,
            who=policies.can_prepare,
            who_label=TEACHING,
            label=pgettext_lazy("dossier", "Prepare"),
            done=_("The dossier is prepared. Somebody else approves it."),
            help=_("Every requirement holds today; values and evidence are frozen with their digest."),
            effect=_freeze,
            then=lambda dossier, *, by, **data: notices.tell_prepared(dossier, by=by),
        ),
        Move(
            verb="return",
            sources=(Dossier.State.DOSSIER, Dossier.State.APPROVED),
            target=Dossier.State.RETURNED,
            who=policies.can_return,
            who_label=_("The awarding or the teaching partner"),
            label=pgettext_lazy("dossier", "Return"),
            done=_("The dossier is back with its reasons."),
            help=_("Something is not right; the reasons say what."),
            needs_reason=True,
            tone="danger",
            effect=_forget_approval,
            then=lambda dossier, *, by, **data: notices.tell_returned(dossier, by=by),
        ),
        Move(
            verb="approve",
            sources=(Dossier.State.DOSSIER,),
            target=Dossier.State.APPROVED,
            who=policies.can_approve,
            who_label=AWARDING,
            label=pgettext_lazy("dossier", "Approve"),
            done=_("The dossier is approved."),
            help=_("A second person has read every requirement. Batches list every name."),
            effect=_sign_off,
            then=lambda dossier, *, by, **data: notices.tell_approved(dossier, by=by),
        ),
        Move(
            verb="lapse",
            sources=(Dossier.State.DOSSIER, Dossier.State.APPROVED),
            target=Dossier.State.ELIGIBLE,
            who=lambda person, dossier: False,
            who_label=_("The portal"),
            label=pgettext_lazy("dossier", "Put back"),
            done=_("The dossier can be prepared anew."),
            help=_("Something it quotes has changed since it was frozen."),
            by_clock=True,
            effect=_forget_approval,
            then=lambda dossier, *, by, **data: notices.tell_lapsed(dossier),
        ),
        Move(
            verb="issue",
            sources=(Dossier.State.APPROVED,),
            target=Dossier.State.ISSUED,
            who=policies.can_issue,
            who_label=_("The awarding partner"),
            label=pgettext_lazy("dossier", "Issue"),
            done=_("The certificate is issued."),
            help=_("Numbered, signed, checked a second time and stored in one transaction."),
            then=lambda dossier, *, by, **data: notices.close_dossier(dossier, by=by),
        ),
    ),
)

# A revocation -------------------------------------------------------------------------------------------------------


def _is_heard(case: RevocationCase, *, by: User, reason: str, **data: Any) -> None:
    if timezone.now() < case.heard_until and not case.statement:
        raise RuleBroken(
            _("The holder may speak until %(time)s. It can be decided then, or as soon as they have spoken.")
            % {"time": timezone.localtime(case.heard_until).strftime("%Y-%m-%d %H:%M")}
        )


def _decided(case: RevocationCase, *, by: User, reason: str, **data: Any) -> Iterable[str]:
    case.decision, case.decided_by, case.decided_at = reason, by, timezone.now()
    return ("decision", "decided_by", "decided_at")


def _revoke(case: RevocationCase, *, by: User, reason: str, **data: Any) -> None:
    notices.close_case(case, by=by)
    revoking.revoke_now(case.certificate, case.category, by=by)


def _drop(case: RevocationCase, *, by: User, reason: str, **data: Any) -> None:
    CertificateEvent.objects.create(
        certificate=case.certificate, kind=CertificateEvent.Kind.CASE_DROPPED, actor=by, detail=case.category
    )
    notices.close_case(case, by=by)
    notices.tell_dropped(case, by=by)


DECIDERS = _("The awarding partner or the training desk, another person")
REVOCATION = Workflow(
    code="revocation",
    title=_("The revocation of a certificate"),
    summary=_("Proposed with reasons, the holder heard for ten days, decided by another person, final."),
    model=RevocationCase,
    field="state",
    initial=RevocationCase.State.OPEN,
    moves=(
        Move(
            verb="revoke",
            sources=(RevocationCase.State.OPEN,),
            target=RevocationCase.State.REVOKED,
            who=policies.can_decide_revocation,
            who_label=DECIDERS,
            label=pgettext_lazy("revocation", "Revoke"),
            done=_("The certificate is revoked. Verifiers see it at once."),
            help=_("The public page shows the date and the category, never the reasons. Nothing leads back."),
            needs_reason=True,
            tone="danger",
            guard=_is_heard,
            effect=_decided,
            then=_revoke,
        ),
        Move(
            verb="drop",
            sources=(RevocationCase.State.OPEN,),
            target=RevocationCase.State.DROPPED,
            who=policies.can_decide_revocation,
            who_label=DECIDERS,
            label=pgettext_lazy("revocation", "Drop"),
            done=_("The certificate stays as it is."),
            help=_("The certificate stays valid; the case remains on record."),
            needs_reason=True,
            effect=_decided,
            then=_drop,
        ),
    ),
)
