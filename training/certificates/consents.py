"""What the holder lets be seen (X-15). It changes pages, never the signed file."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from ..models import Certificate, CertificateEvent, CertificateWishes, Dossier, Enrolment
from . import policies

LABELS = {
    "shows_name": gettext_lazy("My name stands on the public page"),
    "is_searchable": gettext_lazy("Whoever knows number and family name finds it"),
    "shows_mark": gettext_lazy("My final mark stands on the public page"),
    "in_directory": gettext_lazy("I am named in the directory of graduates"),
}
CONSENTS = tuple(LABELS)


@transaction.atomic
def decide(certificate: Certificate, consent: str, agrees: bool, *, by: User) -> Certificate:
    """Give or withdraw one consent; nobody but the holder."""
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if not policies.is_holder(by, certificate):
        raise PermissionDenied
    if consent not in CONSENTS:
        raise RuleBroken(_("There is no such choice."))
    if getattr(certificate, consent) == agrees:
        return certificate
    setattr(certificate, consent, agrees)
    certificate.save(update_fields=[consent])
    CertificateEvent.objects.create(
        certificate=certificate,
        kind=CertificateEvent.Kind.CONSENT,
        actor=by,
        detail=f"{consent}:{'yes' if agrees else 'no'}",
    )
    audit.record("certificate.consent", certificate, by=by, consent=consent, agrees=agrees)
    return certificate


@transaction.atomic
def wish(enrolment: Enrolment, *, by: User, name_in_file: bool, mark_in_file: bool) -> CertificateWishes:
    """What the trainee wants in the signed file. Asked before it is made: afterwards it cannot be taken out."""
    if enrolment.person_id != by.pk:
        raise PermissionDenied
    Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    if Dossier.objects.filter(enrolment=enrolment, state=Dossier.State.ISSUED).exists():
        raise RuleBroken(_("The certificate is signed already; what stands in it cannot be changed."))
    wishes, _made = CertificateWishes.objects.update_or_create(
        enrolment=enrolment, defaults={"name_in_file": name_in_file, "mark_in_file": mark_in_file}
    )
    audit.record("certificate.wishes", wishes, by=by, name=name_in_file, mark=mark_in_file)
    return wishes


def withheld(certificate: Certificate) -> frozenset[str]:
    """What no page and no print shows to others, whether or not it stands in the signed file."""
    return frozenset(consent for consent in CONSENTS if not getattr(certificate, consent))


def withdraw_all(person: User) -> None:
    """Closing the account: pages show nothing of the person any more."""
    Certificate.objects.filter(person=person).update(**dict.fromkeys(CONSENTS, False))
