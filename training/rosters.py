"""The roster that a trainer's device takes along: signed by the portal, so that an upload shows where it comes from."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.utils import timezone

from alliance.accounts.models import User

from .models import Enrolment, Session

SALT = "training.roster"
# A device that comes back later than this is taken at its word, with a flag.
FRESH = timedelta(days=14)


@dataclass(frozen=True)
class Signed:
    """What the portal said when it gave the roster out."""

    session: int
    person: int
    at: datetime
    digest: str

    def is_of(self, session: Session, person: User, now: datetime) -> bool:
        """Given to this person for this session, not too long ago."""
        return self.session == session.pk and self.person == person.pk and now - self.at <= FRESH


class NotOurs(Exception):
    """It does not carry the portal's signature."""


def learners(session: Session) -> list[Enrolment]:
    return list(
        Enrolment.objects.on_roster()
        .filter(cohort=session.cohort_id)
        .select_related("person", "park")
        .order_by("park__slug", "person__name", "pk")
    )


def digest(rows: Sequence[Enrolment]) -> str:
    return hashlib.sha256(json.dumps([row.pk for row in rows]).encode()).hexdigest()


def sign(session: Session, rows: Sequence[Enrolment], person: User) -> str:
    said: dict[str, Any] = {
        "session": session.pk,
        "person": person.pk,
        "at": int(timezone.now().timestamp()),
        "digest": digest(rows),
    }
    return signing.dumps(said, salt=SALT)


def read(token: str) -> Signed:
    try:
        said = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise NotOurs from None
    return Signed(
        said["session"],
        said["person"],
        datetime.fromtimestamp(said["at"], tz=timezone.get_default_timezone()),
        said["digest"],
    )
