"""Badges made without the database: an issuer with keys, its DID document and list, and what a stranger is given."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from training.credentials import badge, checking, dids, keys, proofs, statuses

ORIGIN = "https://alliance.example"
NOW = datetime.now(UTC).replace(microsecond=0)
LIST = f"{ORIGIN}/credentials/status/revocation/1"
VERSION = f"{ORIGIN}/curricula/ANI-201/versions/2.1"
EMAIL = "sample@example.org"


@dataclass
class Issuer:
    """Whoever signs; `held` maps the name of each key to the key."""

    origin: str = ORIGIN
    held: dict[str, Ed25519PrivateKey] = field(default_factory=lambda: {"key-1": keys.generate()})
    trusted: set[str] = field(default_factory=lambda: {"key-1"})
    revoked: set[int] = field(default_factory=set)

    @property
    def did(self) -> str:
        return dids.of(self.origin)

    def signer(self, fragment: str = "key-1") -> keys.KeySigner:
        return keys.KeySigner(dids.method(self.did, fragment), self.held[fragment])

    def did_document(self) -> dict[str, Any]:
        listed = [(fragment, keys.multibase(key)) for fragment, key in self.held.items()]
        return dids.document(self.did, listed, sorted(self.trusted))

    def badge(self, **changes: Any) -> badge.Badge:
        return replace(sample(self), **changes)

    def sign(self, document: dict[str, Any], fragment: str = "key-1") -> str:
        return json.dumps(proofs.signed(document, self.signer(fragment), NOW), ensure_ascii=False)

    def issue(self, fragment: str = "key-1", **changes: Any) -> str:
        return self.sign(self.badge(**changes).document(), fragment)

    def status_list(self, *, at: datetime = NOW, fragment: str = "key-1", **changes: Any) -> str:
        listed = statuses.document(LIST, self.did, self.revoked, at=at)
        subject = changes.pop("credentialSubject", {})
        document = listed | {"credentialSubject": listed["credentialSubject"] | subject} | changes
        return self.sign({name: value for name, value in document.items() if value is not None}, fragment)

    def sources(self, listed: str | None = None) -> checking.Sources:
        served = self.status_list() if listed is None else listed
        return checking.Sources(
            did=self.did,
            did_document=lambda did: self.did_document() if did == self.did else None,
            status_list=lambda address: (served or None) if address == LIST else None,
        )

    def given(self, listed: str | None = None) -> dict[str, str]:
        """What the foreign verifier may read."""
        served = self.status_list() if listed is None else listed
        documents = {f"{self.origin}/.well-known/did.json": json.dumps(self.did_document())}
        return documents | ({LIST: served} if served else {})


def sample(issuer: Issuer) -> badge.Badge:
    # Partners as files named them before those had documents of their own: what was signed so stays valid (4.5).
    party = badge.Party(issuer.did, "样例联盟 · Sample Alliance", issuer.origin)
    return badge.Badge(
        address=f"{issuer.origin}/credentials/k2QvYqXxq9mVt0b7cJdH3w",
        number="CC-ANI201-2026-000123-42",
        name="二维动画制作(二级) · 2D Animation Production, Level 2",
        issuer=party,
        assessor=badge.Party(f"{issuer.did}#partner-sample-school", "样例学院 · Sample School"),
        holder=badge.Holder(
            "6f1c3c3e-6a43-4fd0-9c43-3b4d5a6f7a10", EMAIL, "c0ffee00c0ffee00c0ffee00c0ffee00", "样例学员"
        ),
        curriculum=badge.Curriculum(
            address=VERSION,
            code="ANI-201",
            version="2.1",
            name="二维动画制作 · 2D Animation Production",
            description="样例课程 · A sample curriculum",
            criteria="出勤、单元、实习 · Attendance, units, placement",
            creator=badge.Party(f"{issuer.did}#partner-sample-university", "样例大学 · Sample University"),
            credits_hundredths=1250,
            hours=320,
            pass_mark=6000,
            competencies=(
                badge.Competency("C-ANI-03", "分镜 · Storyboarding", f"{issuer.origin}/competencies/C-ANI-03"),
            ),
            units=(badge.UnitTaken("U1", "分镜 · Storyboarding", 120), badge.UnitTaken("U2", "原画 · Key frames", 200)),
            framework="样例能力框架 · Sample framework",
        ),
        cohort="ANI-201-2026A",
        awarded=NOW - timedelta(days=30),
        valid_from=NOW - timedelta(days=30),
        valid_until=NOW + timedelta(days=700),
        began=NOW - timedelta(days=150),
        ended=NOW - timedelta(days=40),
        status_list=LIST,
        status_index=94567,
        mark=8400,
        evidence=(badge.Evidence(f"{issuer.origin}/evidence/Jq3", "实习 · Placement", "Placement", "128 h"),),
    )


def check(issuer: Issuer, text: str, listed: str | None = None, now: datetime = NOW) -> checking.Report:
    return checking.check(text, issuer.sources(listed), now=now)


def altered(text: str, path: Iterable[str | int], value: Any) -> str:
    """The same file with one member changed after signing."""
    document = json.loads(text)
    *way, last = path
    place = document
    for step in way:
        place = place[step]
    place[last] = value
    return json.dumps(document, ensure_ascii=False)
