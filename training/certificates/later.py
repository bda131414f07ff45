"""What follows a certificate: a corrected one (X-10), a renewed one (X-11), all of a withdrawn key anew (4.4)."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import User
from alliance.core.errors import RuleBroken

from .. import acting
from ..credentials.texts import line
from ..models import Certificate, CurriculumVersion, Dossier, IssuerKey
from ..requirements import Requirement
from . import dossiers, policies

OPENS, CLOSES = timedelta(days=180), timedelta(days=365)
Purpose, State = Dossier.Purpose, Dossier.State


# Correction ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def prepare_correction(certificate: Certificate, name: str, *, by: User) -> Dossier:
    """Another spelling of the name, for the awarding partner to approve. The old certificate is revoked on issue."""
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    name = line(name)
    if certificate.revoked_at is not None or certificate.superseded_at is not None:
        raise RuleBroken(_("Only a certificate that counts can be corrected."))
    if not name:
        raise RuleBroken(_("The certificate needs its holder's name."))
    if name == certificate.holder_name and certificate.key.state != IssuerKey.State.COMPROMISED:
        raise RuleBroken(_("The name is the same as before."))
    dossier = dossiers.find_or_open(
        certificate.enrolment, certificate.version, Purpose.CORRECTION, earlier=certificate, holder_name=name
    )
    if dossier.purpose != Purpose.CORRECTION or dossier.earlier_id != certificate.pk:
        raise RuleBroken(
            _("Another dossier of this trainee is under way: %(what)s.") % {"what": dossier.get_purpose_display()}
        )
    if dossier.state in {State.DOSSIER, State.APPROVED}:
        return dossier
    dossier.holder_name = name
    return dossiers.freeze(dossier, by=by)


def correction_requirement(dossier: Dossier) -> Requirement:
    earlier = dossier.earlier
    assert earlier is not None
    counts = earlier.revoked_at is None and earlier.superseded_at is None
    return Requirement(
        "correction",
        gettext_lazy("Corrects a certificate that counts"),
        needed=earlier.number,
        value=earlier.holder_name,
        is_met=counts,
        facts={"counts": counts, "dossier": earlier.dossier_id},
        evidence=[f"training.Certificate:{earlier.pk}"],
    )


# Renewal ------------------------------------------------------------------------------------------------------------


def window(certificate: Certificate) -> tuple[date, date] | None:
    """From and until when it can be renewed; None for one that never ends."""
    if certificate.valid_until is None:
        return None
    return (
        timezone.localtime(certificate.valid_until - OPENS).date(),
        timezone.localtime(certificate.valid_until + CLOSES).date(),
    )


def current_version(certificate: Certificate) -> CurriculumVersion | None:
    return certificate.curriculum.versions.filter(state=CurriculumVersion.State.PUBLISHED).first()


@transaction.atomic
def prepare_renewal(
    certificate: Certificate, *, by: User, refreshed_minutes: int | None = None, reassessed_on: date | None = None
) -> Dossier:
    """Renew against the present version: so many refresher minutes, or a new assessment. The old one runs out."""
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    now = timezone.now()
    if certificate.revoked_at is not None:
        raise RuleBroken(_("A revoked certificate is not renewed."))
    if certificate.superseded_at is not None:
        raise RuleBroken(_("A later certificate exists already."))
    if certificate.valid_until is None:
        raise RuleBroken(_("This certificate does not run out."))
    if now < certificate.valid_until - OPENS:
        raise RuleBroken(_("It can be renewed from 180 days before it runs out."))
    if now > certificate.valid_until + CLOSES:
        raise RuleBroken(_("It ran out more than 365 days ago; only the full route leads to a new certificate."))
    version = current_version(certificate)
    if version is None or version.renewal_minutes is None:
        raise RuleBroken(_("The present version of the curriculum has no rule for renewals."))
    if reassessed_on is not None and reassessed_on > timezone.localdate():
        raise RuleBroken(_("The day of the assessment lies in the future."))
    dossier = dossiers.find_or_open(
        certificate.enrolment,
        version,
        Purpose.RENEWAL,
        earlier=certificate,
        holder_name=certificate.holder_name,
    )
    if dossier.purpose != Purpose.RENEWAL or dossier.earlier_id != certificate.pk:
        raise RuleBroken(
            _("Another dossier of this trainee is under way: %(what)s.") % {"what": dossier.get_purpose_display()}
        )
    if dossier.state in {State.DOSSIER, State.APPROVED}:
        return dossier
    dossier.version = version
    dossier.refreshed_minutes, dossier.reassessed_on = refreshed_minutes, reassessed_on
    dossier.save(update_fields=["version", "refreshed_minutes", "reassessed_on"])
    return dossiers.freeze(dossier, by=by)


def renewal_requirement(dossier: Dossier) -> Requirement:
    needed = dossier.version.renewal_minutes
    have = dossier.refreshed_minutes or 0
    again = dossier.reassessed_on
    earlier = dossier.earlier
    assert earlier is not None
    counts = earlier.revoked_at is None
    return Requirement(
        "renewal",
        gettext_lazy("Refresher hours, or a new assessment"),
        needed=_("%(n)d hours") % {"n": (needed or 0) // 60},
        value=again.isoformat() if again else _("%(n)d hours") % {"n": have // 60},
        is_met=counts and needed is not None and (again is not None or have >= needed),
        facts={
            "counts": counts,
            "needed": needed,
            "minutes": have,
            "reassessed_on": again.isoformat() if again else None,
        },
        evidence=[f"training.Certificate:{earlier.pk}"],
    )


# A withdrawn key ----------------------------------------------------------------------------------------------------


def prepare_reissues(key: IssuerKey, *, by: User) -> int:
    """Dossiers for every certificate that counts and rests on a compromised key; gives how many are waiting.

    Prepared by the training desk or the teaching partner; the awarding partner approves and issues them as a batch.
    """
    if not policies.can_turn_keys(by):
        raise PermissionDenied
    if key.state != IssuerKey.State.COMPROMISED:
        raise RuleBroken(_("Only certificates of a compromised key are issued anew."))
    count = 0
    for pk in Certificate.objects.live().filter(key=key).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=pk)
            if certificate.is_expired(timezone.now()):
                continue
            dossier = dossiers.find_or_open(
                certificate.enrolment,
                certificate.version,
                Purpose.CORRECTION,
                earlier=certificate,
                holder_name=certificate.holder_name,
            )
            if dossier.earlier_id != certificate.pk:
                continue
            if dossier.state in {State.ELIGIBLE, State.RETURNED}:
                found = dossiers.requirements_of(dossier)
                content = dossiers.content_of(dossier, found)
                acting.apply(
                    dossiers.flow(),
                    dossier,
                    "prepare",
                    by=by,
                    content=content,
                    shown=dossiers.shown(found),
                    holder_name=dossier.holder_name,
                )
            count += 1
    return count
