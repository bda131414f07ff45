"""What holders, partners and desks are told about certificates, and what waits for them."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.notifications import services
from alliance.notifications.kinds import Facts, NoticeKind, TaskKind, register

from ..models import Certificate, Cohort, CurriculumVersion, Dossier, IssuerKey, ProgrammePartner, RevocationCase
from . import messages, policies
from .messages import desk_url

CERTIFICATES = gettext_lazy("Certificates")
_CERTIFICATE = {"about": ("training.Certificate", "version__curriculum", "person", "replaced_by")}
_CASE = {"about": ("training.RevocationCase", "certificate__version__curriculum", "certificate__person")}
_COHORT = {"about": ("training.Cohort", "version__curriculum")}
_DOSSIER = {"about": ("training.Dossier", "enrolment__person", "enrolment__cohort")}
Role = ProgrammePartner.Role


# Kinds --------------------------------------------------------------------------------------------------------------


def _holder_sees(person: User, facts: Facts) -> bool:
    row = facts.about
    return policies.is_holder(person, row if isinstance(row, Certificate) else row.certificate)


def _holds_any(person: User) -> bool:
    """Asked once for each person object: a page of preferences asks it of several kinds."""
    if not hasattr(person, "_holds_certificates"):
        person._holds_certificates = Certificate.objects.filter(person=person).exists()  # type: ignore[attr-defined]
    return person._holds_certificates  # type: ignore[attr-defined]


def _kind(code: str, title: Any, sentence: Any, render: Any, refs: dict, **more: Any) -> NoticeKind:
    return register(
        NoticeKind(
            code=f"training.{code}",
            title=title,
            sentence=sentence,
            group=CERTIFICATES,
            render=render,
            refs=refs,
            **more,
        )
    )


ISSUED = _kind(
    "certificate_issued",
    gettext_lazy("My certificate is issued"),
    gettext_lazy("A certificate was issued to you."),
    messages.issued,
    _CERTIFICATE,
    must_know=True,
    may_see=_holder_sees,
    concerns=_holds_any,
)
REVOKED = _kind(
    "certificate_revoked",
    gettext_lazy("My certificate is revoked"),
    gettext_lazy("A certificate of yours was revoked or replaced."),
    messages.revoked,
    _CERTIFICATE,
    must_know=True,
    may_see=_holder_sees,
    concerns=_holds_any,
)
CASE_OPENED = _kind(
    "revocation_proposed",
    gettext_lazy("The revocation of my certificate is proposed"),
    gettext_lazy("You have ten days to say what you think."),
    messages.case_opened,
    _CASE,
    must_know=True,
    may_see=_holder_sees,
    concerns=_holds_any,
)
CASE_DROPPED = _kind(
    "revocation_dropped",
    gettext_lazy("My certificate stays"),
    gettext_lazy("A proposal to revoke your certificate was dropped."),
    messages.case_dropped,
    _CASE,
    must_know=True,
    may_see=_holder_sees,
    concerns=_holds_any,
)
EXPIRING = _kind(
    "certificate_expiring",
    gettext_lazy("My certificate runs out"),
    gettext_lazy("90, 30 and 7 days before a certificate of yours runs out."),
    messages.expiring,
    _CERTIFICATE,
    may_see=_holder_sees,
    concerns=_holds_any,
)
HEARD = _kind(
    "revocation_heard",
    gettext_lazy("A holder has answered"),
    gettext_lazy("In a case about revoking a certificate that you opened or can decide."),
    messages.heard,
    _CASE,
    concerns=policies.sees_desk,
)
RETURNED = _kind(
    "dossier_returned",
    gettext_lazy("A dossier came back"),
    gettext_lazy("Somebody returned a dossier that you prepared."),
    messages.returned,
    _DOSSIER,
    concerns=policies.sees_desk,
)
LAPSED = _kind(
    "dossier_lapsed",
    gettext_lazy("A dossier must be prepared anew"),
    gettext_lazy("Something it quotes has changed."),
    messages.lapsed,
    _DOSSIER,
    concerns=policies.sees_desk,
)
KEY_WITHDRAWN = _kind(
    "key_withdrawn",
    gettext_lazy("A signing key was withdrawn"),
    gettext_lazy("A key that signs certificates is compromised."),
    messages.key_withdrawn,
    {"about": "training.IssuerKey"},
    must_know=True,
    urgent=True,
    may_see=lambda person, facts: policies.can_turn_keys(person),
    concerns=policies.can_turn_keys,
)
KEY_WITHDRAWN_HOLDER = _kind(
    "key_withdrawn_holder",
    gettext_lazy("My certificate will be issued anew"),
    gettext_lazy("The key that signed your certificate was withdrawn."),
    messages.key_withdrawn_holder,
    {"about": "training.IssuerKey"},
    must_know=True,
    concerns=_holds_any,
)
MISMATCH = _kind(
    "certificate_mismatch",
    gettext_lazy("A certificate cannot be confirmed"),
    gettext_lazy("The signed file and the register do not say the same."),
    messages.mismatch,
    _CERTIFICATE,
    must_know=True,
    urgent=True,
    may_see=lambda person, facts: policies.can_turn_keys(person),
    concerns=policies.can_turn_keys,
)

APPROVE = register(
    TaskKind(
        code="training.approve_dossiers",
        title=gettext_lazy("Approve dossiers for certificates"),
        sentence=gettext_lazy("Read every requirement, value and piece of evidence; you are the second person."),
        permission=Permission.AWARD,
        url=lambda task: desk_url(task.about),
        clock_days=5,
        describe=lambda facts: facts.about.code,
        refs=_COHORT,
    )
)
ISSUE = register(
    TaskKind(
        code="training.issue_certificates",
        title=gettext_lazy("Issue approved certificates"),
        sentence=gettext_lazy("They are approved; issue them as a batch."),
        permission=Permission.AWARD,
        url=lambda task: desk_url(task.about),
        clock_days=5,
        describe=lambda facts: facts.about.code,
        refs=_COHORT,
    )
)
REVISE = register(
    TaskKind(
        code="training.revise_dossier",
        title=gettext_lazy("Prepare a dossier anew"),
        sentence=gettext_lazy("It was returned, or something it quotes has changed."),
        permission=Permission.RUN_TRAINING,
        url=lambda task: reverse("training:dossier", args=[task.about_id]),
        describe=lambda facts: facts.about.enrolment.cohort.code,
        refs=_DOSSIER,
    )
)
DECIDE = register(
    TaskKind(
        code="training.decide_revocation",
        title=gettext_lazy("Decide whether to revoke a certificate"),
        sentence=gettext_lazy("Somebody proposed it; the holder is heard first."),
        permission=Permission.AWARD,
        url=lambda task: reverse("training:certificate_case", args=[task.about_id]),
        describe=lambda facts: facts.about.certificate.number,
        refs=_CASE,
    )
)


# Who is told --------------------------------------------------------------------------------------------------------


def _partner(version: CurriculumVersion, role: str) -> Organisation:
    from .building import named

    return named(version, role)


def tell_prepared(dossier: Dossier, *, by: User) -> None:
    services.close_tasks(dossier, kind=REVISE, by=by, outcome="prepared")
    services.open_task(
        APPROVE,
        about=dossier.enrolment.cohort,
        organisation=_partner(dossier.version, Role.AWARDING),
        opened_by=by,
    )


def tell_approved(dossier: Dossier, *, by: User) -> None:
    _close_when_none_waits(dossier.enrolment.cohort, by=by)
    services.open_task(
        ISSUE, about=dossier.enrolment.cohort, organisation=_partner(dossier.version, Role.AWARDING), opened_by=by
    )


def tell_returned(dossier: Dossier, *, by: User) -> None:
    _close_when_none_waits(dossier.enrolment.cohort, by=by)
    _ask_again(dossier, by)
    if dossier.prepared_by is not None and dossier.prepared_by != by:
        services.notify(
            RETURNED,
            to=[dossier.prepared_by],
            about=dossier,
            actor=by,
            key=f"{dossier.pk}:{dossier.prepared_at:%s.%f}",
        )


def tell_lapsed(dossier: Dossier) -> None:
    _close_when_none_waits(dossier.enrolment.cohort, by=None)
    _ask_again(dossier, None)
    if dossier.prepared_by is not None:
        services.notify(
            LAPSED, to=[dossier.prepared_by], about=dossier, key=f"{dossier.pk}:{dossier.prepared_at:%s.%f}"
        )


def _ask_again(dossier: Dossier, by: User | None) -> None:
    services.open_task(REVISE, about=dossier, organisation=_partner(dossier.version, Role.TEACHING), opened_by=by)


def close_dossier(dossier: Dossier, *, by: User) -> None:
    services.close_tasks(dossier, by=by, outcome="issued")
    _close_when_none_waits(dossier.enrolment.cohort, by=by)


def _close_when_none_waits(cohort: Cohort, *, by: User | None) -> None:
    here = Dossier.objects.filter(enrolment__cohort=cohort)
    for kind, state in ((APPROVE, Dossier.State.DOSSIER), (ISSUE, Dossier.State.APPROVED)):
        if not here.filter(state=state).exists():
            services.close_tasks(cohort, kind=kind, by=by, outcome="done")


def tell_issued(certificate: Certificate, *, by: User) -> None:
    services.notify(ISSUED, to=[certificate.person], about=certificate, actor=by, key=certificate.pk)


def tell_revoked(certificate: Certificate, *, by: User) -> None:
    services.notify(REVOKED, to=[certificate.person], about=certificate, actor=by, key=certificate.pk)


def tell_case_opened(case: RevocationCase, *, by: User) -> None:
    version = case.certificate.version
    services.open_task(
        DECIDE,
        about=case,
        organisation=_partner(version, Role.AWARDING),
        due_at=case.heard_until,
        opened_by=by,
    )
    if not policies.is_holder(by, case.certificate):
        services.notify(CASE_OPENED, to=[case.certificate.person], about=case, actor=by, key=case.pk)


def tell_heard(case: RevocationCase, *, by: User) -> None:
    awarding = services.people_with(Permission.AWARD, _partner(case.certificate.version, Role.AWARDING))
    services.notify(
        HEARD, to=[case.proposed_by, *awarding], about=case, actor=by, key=f"{case.pk}:{case.stated_at:%s.%f}"
    )


def close_case(case: RevocationCase, *, by: User) -> None:
    services.close_tasks(case, by=by, outcome=case.state)


def tell_dropped(case: RevocationCase, *, by: User) -> None:
    services.notify(CASE_DROPPED, to=[case.certificate.person], about=case, actor=by, key=case.pk)


def tell_expiring(certificate: Certificate, days: int) -> bool:
    """Once for each of the three days."""
    told = services.notify(
        EXPIRING, to=[certificate.person], about=certificate, key=f"{certificate.pk}:{days}", days=days
    )
    return told is not None


def _watchers() -> list[User]:
    secretariat = Organisation.objects.secretariat()
    return [
        *services.people_with(Permission.OVERSEE_TRAINING, secretariat),
        *services.people_with(Permission.SET_ALLIANCE, secretariat),
    ]


def tell_compromised(key: IssuerKey, *, by: User | None) -> None:
    services.notify(KEY_WITHDRAWN, to=_watchers(), about=key, actor=by, key=key.pk)
    holders = User.objects.filter(pk__in=Certificate.objects.live().filter(key=key).values("person"))
    services.notify(KEY_WITHDRAWN_HOLDER, to=holders, about=key, actor=by, key=key.pk)


def tell_mismatch(certificate: Certificate) -> None:
    """At most once a day for each certificate, however often it is looked at."""
    services.notify(MISMATCH, to=_watchers(), about=certificate, key=f"{certificate.pk}:{timezone.localdate():%Y%m%d}")
