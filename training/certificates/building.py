"""From rows to the typed fields that are signed."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from alliance.accounts.models import Organisation

from ..credentials import badge, dids
from ..credentials.texts import line
from ..models import (
    CertificateWishes,
    Competency,
    Curriculum,
    CurriculumVersion,
    Dossier,
    ProgrammePartner,
)
from . import keys, lists

Role = ProgrammePartner.Role
ISSUER = ("中国文化产业园区区域联盟", "China Cultural Industry Park Regional Alliance")
FRAMEWORK = "联盟能力框架 · Competency framework of the alliance"


@dataclass(frozen=True)
class Piece:
    """Something the certificate points at as evidence, with the address it will have."""

    token: str
    genre: str
    name_zh: str
    name_en: str
    narrative_zh: str
    narrative_en: str


@dataclass(frozen=True)
class Facts:
    """What was decided about a certificate before it is built."""

    token: str
    number: str
    awarded_at: datetime
    valid_from: datetime
    valid_until: datetime | None
    list_number: int
    index: int
    evidence: tuple[Piece, ...]


def both(zh: str, en: str) -> str:
    """Two languages in one plain text, as the standard wants names."""
    return line(f"{zh} · {en}") if en and en != zh else line(zh)


def version_address(version: CurriculumVersion) -> str:
    return f"{settings.CREDENTIAL_ORIGIN}/curricula/{version.curriculum.code}/versions/{version.number}"


def competency_address(competency: Competency) -> str:
    return f"{settings.CREDENTIAL_ORIGIN}/competencies/{competency.code}"


def evidence_address(token: str) -> str:
    return f"{settings.CREDENTIAL_ORIGIN}/evidence/{token}"


def issuer() -> badge.Party:
    return badge.Party(keys.did(), both(*ISSUER), settings.CREDENTIAL_ORIGIN)


def party(organisation: Organisation) -> badge.Party:
    """A partner under the address where `partner_document` is served, so that whoever reads the file can look it up."""
    return badge.Party(dids.of_partner(keys.did(), organisation.slug), both(organisation.name_zh, organisation.name_en))


def partner_document(organisation: Organisation) -> dict[str, Any]:
    return dids.partner_document(keys.did(), organisation.slug, both(organisation.name_zh, organisation.name_en))


def partners() -> QuerySet[Organisation]:
    """Whom a certificate may name: who has, or had, a part in a programme, and who writes curricula."""
    return Organisation.objects.filter(
        Q(pk__in=ProgrammePartner.objects.filter(accepted_at__isnull=False).values("organisation"))
        | Q(pk__in=Curriculum.objects.values("author"))
    )


def partner(version: CurriculumVersion, role: str) -> ProgrammePartner | None:
    """The one that certificates name in a role: the first of the present, accepted partners."""
    for one in sorted(version.curriculum.programme.partners.all(), key=lambda one: one.pk):
        if one.role == role and one.accepted_at and not one.declined_at and one.until_on is None:
            return one
    return None


def named(version: CurriculumVersion, role: str) -> Organisation:
    """Whom certificates name in a role: that partner, else the author of the curriculum."""
    found = partner(version, role)
    return found.organisation if found is not None else version.curriculum.author


def end_of_validity(issued: datetime, months: int | None) -> datetime | None:
    """The end of the day on which so many months are over, in Shanghai (X-8)."""
    if months is None:
        return None
    day = timezone.localtime(issued).date()
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            ends = day.replace(year=year, month=month + 1, day=last)
        except ValueError:
            continue
        break
    return timezone.make_aware(datetime.combine(ends, time(23, 59, 59)))


def evidence(dossier: Dossier) -> tuple[Piece, ...]:
    """Pages without a name for what can be shown: the placement, with its confirmed hours."""
    pieces = []
    for requirement in json.loads(dossier.content)["requirements"]:
        minutes = requirement["facts"].get("minutes")
        if requirement["code"] == "placement" and isinstance(minutes, int) and minutes > 0:
            hours = minutes // 60
            pieces.append(
                Piece(
                    secrets.token_urlsafe(16),
                    "Placement",
                    "实习记录",
                    "Placement record",
                    f"企业已逐日确认实习 {hours} 小时。",
                    f"{hours} hours of placement, confirmed day by day by the host company.",
                )
            )
    return tuple(pieces)


def mark_of(dossier: Dossier) -> int | None:
    """The final mark in basis points, from the frozen requirement `total`."""
    for requirement in json.loads(dossier.content)["requirements"]:
        if requirement["code"] == "total" and isinstance(requirement["facts"].get("mark"), int):
            return requirement["facts"]["mark"]
    return None


def curriculum(version: CurriculumVersion) -> badge.Curriculum:
    """The version as certificates and its own page hold it."""
    units = list(version.units.prefetch_related("outcomes__competencies"))
    found: dict[str, Competency] = {
        competency.code: competency
        for unit in units
        for outcome in unit.outcomes.all()
        for competency in outcome.competencies.all()
    }
    return badge.Curriculum(
        address=version_address(version),
        code=version.curriculum.code,
        version=version.number,
        name=both(version.title_zh, version.title_en),
        description="\n".join(text for text in (version.description_zh, version.description_en) if text),
        criteria=criteria(version),
        creator=party(named(version, Role.AWARDING)),
        credits_hundredths=version.credits,
        hours=version.minutes // 60,
        pass_mark=version.pass_mark,
        competencies=tuple(
            badge.Competency(code, both(one.name_zh, one.name_en), competency_address(one))
            for code, one in sorted(found.items())
        ),
        units=tuple(
            badge.UnitTaken(unit.code, both(unit.title_zh, unit.title_en), unit.minutes // 60) for unit in units
        ),
        framework=FRAMEWORK,
    )


def build(dossier: Dossier, facts: Facts) -> badge.Badge:
    """Everything that is signed, and nothing else."""
    version, cohort, person = dossier.version, dossier.enrolment.cohort, dossier.enrolment.person
    wishes = CertificateWishes.objects.filter(enrolment=dossier.enrolment_id).first() or CertificateWishes()
    return badge.Badge(
        address=f"{settings.CREDENTIAL_ORIGIN}/credentials/{facts.token}",
        number=facts.number,
        name=both(version.title_zh, version.title_en),
        issuer=issuer(),
        assessor=party(named(version, Role.TEACHING)),
        holder=badge.Holder(
            uuid=str(uuid4()),
            email=person.email,
            salt=secrets.token_hex(16),
            name=dossier.holder_name if wishes.name_in_file else "",
        ),
        curriculum=curriculum(version),
        cohort=cohort.code,
        awarded=facts.awarded_at,
        valid_from=facts.valid_from,
        valid_until=facts.valid_until,
        began=cohort.starts_at,
        ended=cohort.ends_at,
        status_list=lists.address(facts.list_number),
        status_index=facts.index,
        mark=mark_of(dossier) if wishes.mark_in_file else None,
        evidence=tuple(
            badge.Evidence(
                evidence_address(piece.token),
                both(piece.name_zh, piece.name_en),
                piece.genre,
                f"{piece.narrative_zh}\n{piece.narrative_en}",
            )
            for piece in facts.evidence
        ),
    )


def strings(value: Any) -> Iterator[str]:
    """Every text in a document, wherever it stands."""
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from strings(inner)
        case list() | tuple():
            for inner in value:
                yield from strings(inner)


def words(dossier: Dossier) -> tuple[str, ...]:
    """What will be signed of this dossier and is known before it is: the achievement, who teaches, cohort and name."""
    version = dossier.version
    return (
        *strings(badge.achievement(curriculum(version), with_mark=True)),
        *strings(party(named(version, Role.TEACHING)).document()),
        *strings(issuer().document()),
        dossier.enrolment.cohort.code,
        dossier.holder_name,
    )


def criteria(version: CurriculumVersion) -> str:
    """What was asked, in both languages, from the numbers of the version."""
    attendance, mark = version.attendance_minimum / 100, version.pass_mark / 100
    zh = f"出勤率不低于 {attendance:g}%，必修单元全部合格，总评成绩不低于 {mark:g} 分"
    en = f"Attendance of at least {attendance:g} %, every mandatory unit passed, a final mark of {mark:g} of 100"
    if version.placement_minutes:
        zh += f"，企业确认的实习不少于 {version.placement_minutes // 60} 小时"
        en += f", at least {version.placement_minutes // 60} hours of placement confirmed by the host"
    return f"{zh}。\n{en}."
