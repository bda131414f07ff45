"""Findings in words: the verdict, each step, and every field of the signed text under a name people read."""

from collections.abc import Collection, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from ..credentials import badge as badges
from ..credentials.checking import Outcome, Verdict
from ..credentials.texts import percent
from ..models import Certificate, CertificateEvent, CurriculumVersion
from . import building, consents
from .checking import Finding

Words = str | Promise


def evidence(names: Iterable[str]) -> str:
    """The rows a requirement rests on: "training.Session:37" as people call it, with its number."""
    found = []
    for name in names:
        label, _colon, number = name.partition(":")
        found.append(f"{apps.get_model(label)._meta.verbose_name} {number}")
    return _(", ").join(found)


def event_detail(event: CertificateEvent) -> str:
    """What an event keeps as a code, in words: which consent and how, which category, which later certificate."""
    if event.kind == CertificateEvent.Kind.CONSENT:
        consent, _colon, answer = event.detail.partition(":")
        said = pgettext("consent", "yes") if answer == "yes" else pgettext("consent", "no")
        return f"{consents.LABELS.get(consent, consent)}{_(': ')}{said}"
    categories = {str(category.value): str(category.label) for category in Certificate.Category}
    return categories.get(event.detail, event.detail)


@dataclass(frozen=True)
class Said:
    """A verdict for people: words, a sign and a tone that say the same."""

    code: str
    title: Words
    text: Words
    icon: str
    tone: str


_VERDICTS: dict[Verdict, tuple[Words, Words, str, str]] = {
    Verdict.VALID: (
        pgettext_lazy("verdict", "Valid"),
        gettext_lazy("The signature is ours, nothing was changed, and it is not revoked."),
        "check",
        "ok",
    ),
    Verdict.EXPIRED: (
        pgettext_lazy("verdict", "Expired"),
        gettext_lazy("It was genuine and valid; its time is over."),
        "clock",
        "wait",
    ),
    Verdict.REVOKED: (
        pgettext_lazy("verdict", "Revoked"),
        gettext_lazy("It was issued by us and taken back. It no longer counts."),
        "close",
        "bad",
    ),
    Verdict.REPLACED: (
        pgettext_lazy("verdict", "Replaced"),
        gettext_lazy("A corrected certificate has taken its place."),
        "forward",
        "wait",
    ),
    Verdict.NOT_YET: (
        pgettext_lazy("verdict", "Not yet valid"),
        gettext_lazy("It is genuine, and its time has not begun."),
        "clock",
        "wait",
    ),
    Verdict.UNCHECKABLE: (
        pgettext_lazy("verdict", "Cannot be checked now"),
        gettext_lazy(
            "A key or the list of revoked certificates cannot be read at the moment. This does not mean that it is "
            "valid. Please try again later."
        ),
        "warning",
        "wait",
    ),
    Verdict.UNCONFIRMED: (
        pgettext_lazy("verdict", "Cannot be confirmed"),
        gettext_lazy(
            "The file and our register do not say the same. Please do not rely on it; the secretariat looks into it."
        ),
        "warning",
        "bad",
    ),
    Verdict.FORGED: (
        pgettext_lazy("verdict", "Not genuine"),
        gettext_lazy("The signature does not fit: something in the file was changed, or we never signed it."),
        "close",
        "bad",
    ),
    Verdict.FOREIGN: (
        pgettext_lazy("verdict", "Another issuer"),
        gettext_lazy("The signature is correct, but the issuer is not this alliance. We say nothing about its worth."),
        "warning",
        "wait",
    ),
    Verdict.ELSEWHERE: (
        pgettext_lazy("verdict", "Another issuer, not checked here"),
        gettext_lazy(
            "The issuer is not this alliance. We do not fetch the keys of other issuers, so we say nothing about the "
            "signature. Please ask the issuer, or check the file with the commands under “Check it without us”."
        ),
        "warning",
        "wait",
    ),
    Verdict.UNKNOWN: (
        pgettext_lazy("verdict", "Unknown"),
        gettext_lazy(
            "No certificate fits what you gave. Number and name may not belong together, the holder may not want to "
            "be found so, or the file holds no certificate."
        ),
        "warning",
        "bad",
    ),
}

STEPS: dict[str, Words] = {
    "form": gettext_lazy("It is an Open Badges 3.0 credential"),
    "issuer": gettext_lazy("Who issued it"),
    "key": gettext_lazy("The key is one that the issuer lets sign"),
    "signature": gettext_lazy("The signature fits every field"),
    "status": gettext_lazy("The list of revoked certificates"),
    "dates": gettext_lazy("It is within its dates"),
    "register": gettext_lazy("Our register says the same"),
}
OUTCOMES: dict[Outcome, tuple[Words, str, str]] = {
    Outcome.OK: (pgettext_lazy("check", "in order"), "check", "ok"),
    Outcome.BAD: (pgettext_lazy("check", "not in order"), "close", "bad"),
    Outcome.UNKNOWN: (pgettext_lazy("check", "cannot be said"), "warning", "wait"),
    Outcome.SKIPPED: (pgettext_lazy("check", "not looked at"), "warning", ""),
}


def of(finding: Finding) -> Said:
    """The verdict with its day or category, as the page shows it."""
    title, text, icon, tone = _VERDICTS[finding.verdict]
    certificate = finding.certificate
    if finding.verdict == Verdict.REVOKED and certificate is not None and certificate.revoked_at is not None:
        title = _("Revoked on %(day)s (%(category)s)") % {
            "day": _day(certificate.revoked_at),
            "category": certificate.get_revoked_category_display(),
        }
    elif finding.verdict == Verdict.EXPIRED and certificate is not None and certificate.valid_until is not None:
        title = _("Expired on %(day)s") % {"day": _day(certificate.valid_until)}
    elif finding.verdict == Verdict.NOT_YET and certificate is not None:
        title = _("Not valid before %(day)s") % {"day": _day(certificate.valid_from)}
    elif finding.verdict in {Verdict.FOREIGN, Verdict.ELSEWHERE} and (issuer := _issuer(finding)):
        title = _("%(verdict)s: %(issuer)s") % {"verdict": title, "issuer": issuer}
    elif finding.verdict == Verdict.REPLACED and certificate is not None:
        later = Certificate.objects.filter(replaces=certificate).first()
        if later is not None:
            title = _("Replaced by %(number)s") % {"number": later.number}
    return Said(finding.verdict.value, title, text, icon, tone)


def _issuer(finding: Finding) -> str:
    """As the file names it: an identifier, which is what was compared, and not the name that anybody may write."""
    return next((step.detail for step in finding.steps if step.code == "issuer"), "")


def steps(finding: Finding) -> list[dict[str, Any]]:
    """What was looked at, in order, with the time of each."""
    found = []
    for step in finding.steps:
        word, icon, tone = OUTCOMES[step.outcome]
        found.append(
            {"label": STEPS[step.code], "word": word, "icon": icon, "tone": tone, "at": step.at, "detail": step.detail}
        )
    return found


# Every signed field -------------------------------------------------------------------------------------------------

FIELDS: dict[str, Words] = {
    "@context": gettext_lazy("Vocabularies"),
    "id": gettext_lazy("Address"),
    "type": pgettext_lazy("signed field", "Type"),
    "name": pgettext_lazy("signed field", "Name"),
    "url": gettext_lazy("Website"),
    "issuer": gettext_lazy("Issuer"),
    "validFrom": gettext_lazy("Valid from"),
    "validUntil": gettext_lazy("Valid until"),
    "awardedDate": gettext_lazy("Awarded"),
    "credentialSubject": gettext_lazy("Holder and achievement"),
    "identifier": gettext_lazy("Holder's identifier"),
    "hashed": gettext_lazy("Hashed"),
    "salt": gettext_lazy("Salt"),
    "identityType": gettext_lazy("Kind of identifier"),
    "identityHash": gettext_lazy("Identifier"),
    "licenseNumber": gettext_lazy("Certificate number"),
    "term": gettext_lazy("Cohort"),
    "activityStartDate": gettext_lazy("Training began"),
    "activityEndDate": gettext_lazy("Training ended"),
    "creditsEarned": gettext_lazy("Credits earned"),
    "creditsAvailable": gettext_lazy("Credits to be earned"),
    "source": gettext_lazy("Taught and assessed by"),
    "achievement": gettext_lazy("Achievement"),
    "achievementType": gettext_lazy("Kind of achievement"),
    "version": gettext_lazy("Version of the curriculum"),
    "humanCode": gettext_lazy("Code of the curriculum"),
    "inLanguage": pgettext_lazy("signed field", "Language"),
    "description": gettext_lazy("Description"),
    "criteria": gettext_lazy("Criteria"),
    "narrative": gettext_lazy("In words"),
    "creator": gettext_lazy("Awarded by"),
    "alignment": gettext_lazy("Competency"),
    "targetName": gettext_lazy("Name of the competency"),
    "targetCode": gettext_lazy("Code of the competency"),
    "targetType": gettext_lazy("Kind of target"),
    "targetFramework": gettext_lazy("Framework"),
    "targetUrl": gettext_lazy("Page of the competency"),
    "resultDescription": gettext_lazy("What is measured"),
    "resultType": gettext_lazy("Kind of result"),
    "valueMin": gettext_lazy("Lowest value"),
    "valueMax": gettext_lazy("Highest value"),
    "requiredValue": gettext_lazy("Needed"),
    "result": gettext_lazy("Result"),
    "value": pgettext_lazy("signed field", "Value"),
    "status": pgettext_lazy("signed field", "Status"),
    "evidence": gettext_lazy("Evidence"),
    "genre": pgettext_lazy("signed field", "Genre"),
    "credentialStatus": gettext_lazy("Place on the list of revoked ones"),
    "statusPurpose": gettext_lazy("Purpose of the list"),
    "statusListIndex": gettext_lazy("Place on the list"),
    "statusListCredential": gettext_lazy("Address of the list"),
    "credentialSchema": gettext_lazy("Schema"),
    "proof": gettext_lazy("Proof"),
    "cryptosuite": gettext_lazy("Way of signing"),
    "created": gettext_lazy("Signed at"),
    "verificationMethod": gettext_lazy("Key"),
    "proofPurpose": gettext_lazy("Purpose of the signature"),
    "proofValue": gettext_lazy("Signature"),
}


@dataclass(frozen=True)
class Field:
    """One signed value. `path` is where it stands in the file, `label` the same for people."""

    path: str
    label: str
    value: str
    is_address: bool


HIDDEN = gettext_lazy("In the signed file; the holder does not show it here.")


def fields(document: dict[str, Any], *, hide: Collection[str] = ()) -> list[Field]:
    """All of them, none left out: to be compared with the paper in one's hand.

    `hide` names consents that the holder does not give: of those values the table says that they are in the file.
    """
    return [
        Field(
            ".".join(path),
            " › ".join(str(FIELDS.get(part, part)) for part in path),
            value,
            value.startswith(f"{settings.CREDENTIAL_ORIGIN}/"),
        )
        for path, value in _leaves(_without(document, hide), ())
    ]


def _without(document: dict[str, Any], hide: Collection[str]) -> dict[str, Any]:
    """A copy for the page, which follows the consents; the signed text stays as it is (X-15)."""
    shown = deepcopy(document)
    for one in badges.names(shown) if "shows_name" in hide else ():
        one["identityHash"] = str(HIDDEN)
    for one in badges.final_marks(shown) if "shows_mark" in hide else ():
        one["value"] = str(HIDDEN)
    return shown


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    match value:
        case dict():
            for name, inner in value.items():
                yield from _leaves(inner, (*path, str(name)))
        case list():
            for number, inner in enumerate(value, 1):
                yield from _leaves(inner, path if len(value) == 1 else (*path, str(number)))
        case bool():
            yield path, pgettext("signed field", "yes") if value else pgettext("signed field", "no")
        case None:
            yield path, ""
        case _:
            yield path, str(value)


# What stands beside it ----------------------------------------------------------------------------------------------


def mark_of(certificate: Certificate) -> str:
    mark = building.mark_of(certificate.dossier)
    return percent(mark) if mark is not None else ""


def later(certificate: Certificate) -> Certificate | None:
    """What follows it: the corrected one, or the renewed one."""
    return (
        Certificate.objects.filter(replaces=certificate).first()
        or Certificate.objects.filter(renews=certificate).order_by("-issued_at").first()
    )


def successor(version: CurriculumVersion) -> CurriculumVersion | None:
    if version.state == CurriculumVersion.State.PUBLISHED:
        return None
    return (
        CurriculumVersion.objects.filter(curriculum=version.curriculum_id, state=CurriculumVersion.State.PUBLISHED)
        .select_related("curriculum")
        .first()
    )


def achievement(version: CurriculumVersion) -> dict[str, Any]:
    """The achievement as certificates hold it, under its own address."""
    return badges.achievement(building.curriculum(version), with_mark=True)


def _day(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d")
