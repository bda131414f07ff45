"""The document of one certificate, built from typed fields and nothing else (training spec, 4.3).

Free-form members are not possible: a term that no context defines would stand in the file unsigned. Never in it:
identity-card numbers, not even hashed; the name and the mark without their holder's consent, for a signed file can be
taken back and not changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from . import contexts
from .proofs import moment
from .statuses import entry
from .texts import clean, line, number, percent

SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
COMPETENCY = "ext:AllianceCompetency"
HOURS = "ext:AllianceHours"


@dataclass(frozen=True)
class Party:
    """An organisation named in the file; `id` is an address or a DID."""

    id: str
    name: str
    url: str = ""

    def document(self) -> dict[str, Any]:
        found = {"id": self.id, "type": ["Profile"], "name": line(self.name)}
        return found | ({"url": self.url} if self.url else {})


@dataclass(frozen=True)
class Holder:
    """Whose it is: always by the salted hash of an address, by name only where the holder agreed."""

    uuid: str
    email: str
    salt: str
    name: str = ""

    def identifiers(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = [
            {
                "type": "IdentityObject",
                "hashed": True,
                "salt": self.salt,
                "identityType": "emailAddress",
                "identityHash": hashed(self.email, self.salt),
            }
        ]
        if self.name:
            found.append(
                {"type": "IdentityObject", "hashed": False, "identityType": "name", "identityHash": line(self.name)}
            )
        return found


@dataclass(frozen=True)
class Competency:
    code: str
    name: str
    address: str


@dataclass(frozen=True)
class UnitTaken:
    """One unit of the curriculum that was passed."""

    code: str
    name: str
    hours: int


@dataclass(frozen=True)
class Evidence:
    address: str
    name: str
    genre: str
    narrative: str


@dataclass(frozen=True)
class Curriculum:
    """The pinned version, as its own page tells it."""

    address: str
    code: str
    version: str
    name: str
    description: str
    criteria: str
    creator: Party
    credits_hundredths: int
    hours: int
    pass_mark: int  # basis points
    competencies: tuple[Competency, ...] = ()
    units: tuple[UnitTaken, ...] = ()
    framework: str = ""


@dataclass(frozen=True)
class Badge:
    """Everything that is signed of one certificate."""

    address: str
    number: str
    name: str
    issuer: Party
    assessor: Party
    holder: Holder
    curriculum: Curriculum
    cohort: str
    awarded: datetime
    valid_from: datetime
    status_list: str
    status_index: int
    began: datetime | None = None
    ended: datetime | None = None
    valid_until: datetime | None = None
    mark: int | None = None  # basis points; None where the holder does not want it in the file
    evidence: tuple[Evidence, ...] = field(default=())

    def document(self) -> dict[str, Any]:
        """As it is to be signed."""
        document: dict[str, Any] = {
            "@context": list(contexts.OF_BADGES),
            "id": self.address,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": line(self.name),
            "issuer": self.issuer.document(),
            "validFrom": moment(self.valid_from),
        }
        if self.valid_until is not None:
            document["validUntil"] = moment(self.valid_until)
        document["awardedDate"] = moment(self.awarded)
        document["credentialSubject"] = self._subject()
        if self.evidence:
            document["evidence"] = [
                {
                    "id": piece.address,
                    "type": ["Evidence"],
                    "name": line(piece.name),
                    "genre": line(piece.genre),
                    "narrative": clean(piece.narrative),
                }
                for piece in self.evidence
            ]
        document["credentialStatus"] = entry(self.status_list, self.status_index)
        document["credentialSchema"] = [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}]
        return document

    def _subject(self) -> dict[str, Any]:
        subject: dict[str, Any] = {
            "id": f"urn:uuid:{self.holder.uuid}",
            "type": ["AchievementSubject"],
            "identifier": self.holder.identifiers(),
            "licenseNumber": self.number,
            "term": line(self.cohort),
        }
        if self.began is not None:
            subject["activityStartDate"] = moment(self.began)
        if self.ended is not None:
            subject["activityEndDate"] = moment(self.ended)
        if self.curriculum.credits_hundredths:
            subject["creditsEarned"] = number(self.curriculum.credits_hundredths)
        subject["source"] = self.assessor.document()
        subject["achievement"] = achievement(self.curriculum, with_mark=self.mark is not None)
        subject["result"] = self._results()
        return subject

    def _results(self) -> list[dict[str, Any]]:
        of = self.curriculum
        found = [
            _result(f"{of.address}#hours", value=str(of.hours)),
            *[_result(f"{of.address}#unit-{unit.code}") for unit in of.units],
        ]
        if self.mark is not None:
            found.insert(0, _result(f"{of.address}#final", value=percent(self.mark)))
        return found


def achievement(of: Curriculum, *, with_mark: bool) -> dict[str, Any]:
    """What is certified, as it stands in each certificate and at its own address."""
    found: dict[str, Any] = {
        "id": of.address,
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "version": of.version,
        "humanCode": of.code,
        "inLanguage": "zh-CN",
        "name": line(of.name),
        "description": clean(of.description) or line(of.name),
        "criteria": {"narrative": clean(of.criteria)},
        "creator": of.creator.document(),
    }
    if of.credits_hundredths:
        found["creditsAvailable"] = number(of.credits_hundredths)
    if of.competencies:
        found["alignment"] = [
            {
                "type": ["Alignment"],
                "targetName": line(competency.name),
                "targetCode": competency.code,
                "targetType": COMPETENCY,
                "targetFramework": line(of.framework),
                "targetUrl": competency.address,
            }
            for competency in of.competencies
        ]
    found["resultDescription"] = _measured(of, with_mark)
    return found


def _measured(of: Curriculum, with_mark: bool) -> list[dict[str, Any]]:
    mark = {
        "id": f"{of.address}#final",
        "type": ["ResultDescription"],
        "name": "总评成绩 · Final mark",
        "resultType": "Percent",
        "valueMin": "0",
        "valueMax": "100",
        "requiredValue": percent(of.pass_mark),
    }
    hours = {
        "id": f"{of.address}#hours",
        "type": ["ResultDescription"],
        "name": "学时 · Hours",
        "resultType": HOURS,
        "requiredValue": str(of.hours),
    }
    units = [
        {
            "id": f"{of.address}#unit-{unit.code}",
            "type": ["ResultDescription"],
            "name": line(f"{unit.code} {unit.name}"),
            "resultType": "Status",
        }
        for unit in of.units
    ]
    return [*([mark] if with_mark else []), hours, *units]


def _result(described: str, value: str = "") -> dict[str, Any]:
    found = {"type": ["Result"], "resultDescription": described}
    return found | ({"value": value} if value else {}) | {"status": "Completed"}


def hashed(email: str, salt: str) -> str:
    """The address as the file holds it: nobody reads it there, and whoever knows it can compare."""
    return "sha256$" + sha256((email.strip().lower() + salt).encode()).hexdigest()


def is_for(badge: Mapping[str, Any], email: str) -> bool:
    """Whether the file says that it belongs to this address.

    Asked here and not of the library, which looks at the subject's number first and then ignores the address (4.7-13).
    """
    subject = badge.get("credentialSubject")
    identifiers = subject.get("identifier") if isinstance(subject, dict) else None
    return any(
        isinstance(one, dict)
        and one.get("identityType") == "emailAddress"
        and one.get("hashed") is True
        and isinstance(one.get("salt"), str)
        and one.get("identityHash") == hashed(email, one["salt"])
        for one in (identifiers if isinstance(identifiers, list) else [])
    )


def names(badge: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Where the file names its holder; the name is their `identityHash`."""
    for one in _of_subject(badge, "identifier"):
        if one.get("identityType") == "name" and one.get("hashed") is False:
            yield one


def final_marks(badge: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Where the file says the final mark; it is their `value`."""
    for one in _of_subject(badge, "result"):
        if str(one.get("resultDescription", "")).endswith("#final"):
            yield one


def _of_subject(badge: Mapping[str, Any], member: str) -> Iterator[dict[str, Any]]:
    subject = badge.get("credentialSubject")
    found = subject.get(member) if isinstance(subject, dict) else None
    yield from (one for one in (found if isinstance(found, list) else []) if isinstance(one, dict))


def name_of(badge: Mapping[str, Any]) -> str:
    """The holder's name, where the file has it."""
    return next((str(one.get("identityHash", "")) for one in names(badge)), "")


def final_mark_of(badge: Mapping[str, Any]) -> str:
    """The final mark, where the file has it."""
    return next((str(one.get("value", "")) for one in final_marks(badge)), "")
