"""What people read about certificates: one function for each message."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.notifications.kinds import Facts, Message

from ..models import Certificate, Cohort, Dossier, IssuerKey, RevocationCase


def desk_url(cohort: Cohort) -> str:
    return reverse("training:certificates_cohort", args=[cohort.code])


def case_url(case: RevocationCase) -> str:
    return reverse("training:certificate_case", args=[case.pk])


def mine_url() -> str:
    return reverse("training:my_certificates")


def _names(certificate: Certificate) -> dict[str, Any]:
    return {"number": certificate.number, "title": certificate.version.title}


def issued(facts: Facts, language: str, recipient: User | None) -> Message:
    certificate: Certificate = facts.about
    lines = [
        _("Your certificate “%(title)s” is issued under the number %(number)s.") % _names(certificate),
        _("Print it, share its address, or download the signed file: anybody can check it without asking us."),
        _("You decide what the public page shows; whether others find it by number and name is off until you say so."),
    ]
    if certificate.valid_until is not None:
        lines.append(_("It is valid until %(day)s.") % {"day": _day(certificate.valid_until)})
    return Message(
        subject=_("Your certificate: %(title)s") % _names(certificate),
        lines=tuple(lines),
        url=mine_url(),
        action=_("See my certificates"),
    )


def revoked(facts: Facts, language: str, recipient: User | None) -> Message:
    certificate: Certificate = facts.about
    lines = [
        _("Certificate %(number)s is revoked. Category: %(category)s.")
        % {"number": certificate.number, "category": certificate.get_revoked_category_display()}
    ]
    later = getattr(certificate, "replaced_by", None)
    if later is not None:
        lines.append(_("Certificate %(number)s takes its place.") % {"number": later.number})
    lines.append(_("Its public page shows the date and the category, never the reasons. They stand in the case."))
    return Message(
        subject=_("Revoked: certificate %(number)s") % _names(certificate),
        lines=tuple(lines),
        url=mine_url(),
        action=_("See my certificates"),
    )


def case_opened(facts: Facts, language: str, recipient: User | None) -> Message:
    case: RevocationCase = facts.about
    return Message(
        subject=_("Please say what you think: certificate %(number)s") % _names(case.certificate),
        lines=(
            _("It is proposed to revoke your certificate. Category: %(category)s.")
            % {"category": case.get_category_display()},
            _("Reason: %(reason)s") % {"reason": case.reason},
            _("You can speak until %(time)s. Another person decides after that, and the decision is final.")
            % {"time": timezone.localtime(case.heard_until).strftime("%Y-%m-%d %H:%M")},
        ),
        url=case_url(case),
        action=_("Read the case and answer"),
    )


def case_dropped(facts: Facts, language: str, recipient: User | None) -> Message:
    case: RevocationCase = facts.about
    return Message(
        subject=_("Your certificate stays: %(number)s") % _names(case.certificate),
        lines=(
            _("Somebody looked at the proposal to revoke it and dropped it. The certificate is valid as before."),
            _("Reason: %(reason)s") % {"reason": case.decision},
        ),
        url=case_url(case),
        action=_("See the case"),
    )


def heard(facts: Facts, language: str, recipient: User | None) -> Message:
    case: RevocationCase = facts.about
    return Message(
        subject=_("The holder has answered: certificate %(number)s") % _names(case.certificate),
        lines=(_("What the holder says stands in the case. It can be decided now."),),
        url=case_url(case),
        action=_("Read the case"),
    )


def expiring(facts: Facts, language: str, recipient: User | None) -> Message:
    certificate: Certificate = facts.about
    days = facts.get("days") or 0
    assert certificate.valid_until is not None
    lines = [
        _("Certificate %(number)s is valid until %(day)s.")
        % {"number": certificate.number, "day": _day(certificate.valid_until)},
        _(
            "It can be renewed from 180 days before until 365 days after that day, if the present curriculum has a "
            "rule for it. Ask the school that taught you."
        ),
    ]
    return Message(
        subject=_("Runs out in %(n)d days: %(title)s") % {"n": days, "title": certificate.version.title},
        lines=tuple(lines),
        url=mine_url(),
        action=_("See my certificates"),
    )


def returned(facts: Facts, language: str, recipient: User | None) -> Message:
    dossier: Dossier = facts.about
    lines = [_("The dossier of %(name)s came back.") % {"name": dossier.enrolment.person.name}]
    if dossier.reasons:
        lines.append(dossier.reasons)
    return Message(
        subject=_("Please look again: a dossier of %(cohort)s") % {"cohort": dossier.enrolment.cohort.code},
        lines=tuple(lines),
        url=reverse("training:dossier", args=[dossier.pk]),
        action=_("Open the dossier"),
    )


def lapsed(facts: Facts, language: str, recipient: User | None) -> Message:
    dossier: Dossier = facts.about
    return Message(
        subject=_("Prepare anew: a dossier of %(cohort)s") % {"cohort": dossier.enrolment.cohort.code},
        lines=(
            _("Something that the dossier of %(name)s quotes has changed, so it cannot be issued as it was frozen.")
            % {"name": dossier.enrolment.person.name},
        ),
        url=reverse("training:dossier", args=[dossier.pk]),
        action=_("Open the dossier"),
    )


def key_withdrawn(facts: Facts, language: str, recipient: User | None) -> Message:
    key: IssuerKey = facts.about
    return Message(
        subject=_("Withdrawn: the key %(key)s that signs certificates") % {"key": key.fragment},
        lines=(
            _("Everything it signed turns invalid everywhere, at once. What happened: %(words)s")
            % {"words": str(key.incident)},
            _("Put another key in use, then have the certificates issued anew from their dossiers."),
        ),
        url=reverse("training:issuer_keys"),
        action=_("See the keys"),
    )


def key_withdrawn_holder(facts: Facts, language: str, recipient: User | None) -> Message:
    key: IssuerKey = facts.about
    return Message(
        subject=_("Your certificate will be issued anew"),
        lines=(
            _("A key that signs our certificates had to be withdrawn, and yours was signed with it."),
            str(key.incident),
            _("You keep what you reached: a new certificate follows, and you will be told. You need do nothing."),
        ),
        url=mine_url(),
        action=_("See my certificates"),
    )


def mismatch(facts: Facts, language: str, recipient: User | None) -> Message:
    certificate: Certificate = facts.about
    return Message(
        subject=_("Alarm: certificate %(number)s cannot be confirmed") % _names(certificate),
        lines=(
            _("The signed file or its list and the register do not say the same. Verifiers are told that it cannot be "
              "confirmed. Please find out why at once."),
        ),
        url=certificate.get_absolute_url(),
        action=_("See the certificate"),
    )  # fmt: skip


def _day(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d")
