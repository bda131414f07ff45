"""The state's words for its own certificates may stand only where the awarding body is registered for them (X-14)."""

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext as _

from alliance.core.errors import RuleBroken

from ..models import CurriculumVersion, ProgrammePartner
from . import building

# What only a registered body may write on a certificate. Compared without blanks and hyphens, in any case and width.
STATE_TERMS = (
    "职业技能等级证书",
    "职业技能等级认定",
    "国家职业资格",
    "职业资格证书",
    "国家职业技能",
    "職業技能等級證書",
    "國家職業資格",
    "national vocational qualification",
    "vocational skill level certificate",
    "vocational skills level certificate",
    "state vocational certificate",
)


class StateTerm(RuleBroken):
    """A term that is the state's stands where nobody is registered for it."""

    def __init__(self, term: str) -> None:
        super().__init__(
            _(
                "“%(term)s” is a term of the state. It may stand on a certificate only when the registration of the "
                "awarding body is recorded with the programme."
            )
            % {"term": term}
        )


def found_in(texts: Iterable[str]) -> str:
    """The first term of the state in these texts, or nothing."""
    plain = " ".join(_plain(text) for text in texts)
    return next((term for term in STATE_TERMS if _plain(term) in plain), "")


def _plain(text: str) -> str:
    return re.sub(r"[-_\s\u200b-\u200f\u2060\ufeff]+", "", unicodedata.normalize("NFKC", text)).casefold()


def registration_of(version: CurriculumVersion) -> str:
    """The number in the state's register of the awarding body that the certificate names; no other's counts for it."""
    awarding = building.partner(version, ProgrammePartner.Role.AWARDING)
    return awarding.state_registration.strip() if awarding is not None else ""


def require_allowed(version: CurriculumVersion, texts: Iterable[str]) -> None:
    """Raises StateTerm."""
    term = found_in(texts)
    if term and not registration_of(version):
        raise StateTerm(term)
