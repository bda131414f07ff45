"""What stands between a trainee and the certificate (X-1): each part of training declares its requirements here.

    def attendance(enrolments):                      # loaded with cohort and version; two queries, however many
        ...
        return {enrolment.pk: [Requirement("attendance", _("Attendance"), needed="80 %", value="86.25 %", is_met=True)]}

    requirements.register("attendance", order=10, of=attendance)

Everything is worked out anew at each question: nobody keeps an answer, and the dossier freezes what it was told (X-2).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

from .models import Enrolment

Words = str | Promise


@dataclass(frozen=True)
class Requirement:
    """One condition with what is needed, what there is, and which rows say so.

    `code` is stable (`attendance`, `unit:U1`, `placement`): it stands in dossiers. `needed` and `value` are for people;
    `facts` are integers and codes, what the dossier freezes; `evidence` names rows as `"training.Attempt:12"`.
    """

    code: str
    label: Words
    needed: Words
    value: Words
    is_met: bool
    facts: Mapping[str, int | str | bool | None] = field(default_factory=dict)
    evidence: Sequence[str] = ()
    # Where the reader sees the rows behind it.
    url: str = ""


Evaluator = Callable[[Sequence[Enrolment]], Mapping[int, Sequence[Requirement]]]


@dataclass(frozen=True)
class _Part:
    code: str
    order: int
    of: Evaluator


_parts: dict[str, _Part] = {}


def register(code: str, *, order: int, of: Evaluator) -> None:
    """`of` answers for many enrolments at once, with a number of queries that does not grow with them."""
    part = _parts.setdefault(code, _Part(code, order, of))
    if part.of is not of:
        raise ValueError(f"The requirement {code} is registered twice.")


def of_many(enrolments: Iterable[Enrolment]) -> dict[int, list[Requirement]]:
    """All requirements of these enrolments, in their order, by enrolment."""
    rows = list(enrolments)
    found: dict[int, list[Requirement]] = {enrolment.pk: [] for enrolment in rows}
    for part in sorted(_parts.values(), key=lambda part: part.order):
        for pk, requirements in part.of(rows).items():
            found[pk] += requirements
    return found


def of_one(enrolment: Enrolment) -> list[Requirement]:
    return of_many([enrolment])[enrolment.pk]


def is_eligible(requirements: Sequence[Requirement]) -> bool:
    """Nothing is missing. Without any requirement nobody is eligible: an empty list is a fault, not a yes."""
    return bool(requirements) and all(requirement.is_met for requirement in requirements)
