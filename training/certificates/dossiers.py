"""A dossier: what is true of a trainee today, frozen by one person and approved by another (X-1 to X-3)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import workflow
from alliance.core.canonical import canonical
from alliance.core.errors import RuleBroken

from .. import acting, requirements
from ..credentials.texts import line
from ..models import Certificate, CurriculumVersion, Dossier, Enrolment, ProgrammePartner
from ..requirements import Requirement
from . import building, policies, texts, wording

FORMAT = 1
Role = ProgrammePartner.Role
State, Purpose = Dossier.State, Dossier.Purpose


class Changed(RuleBroken):
    """What the dossier quotes is no longer so; it went back to where it can be prepared anew (X-2)."""

    def __init__(self) -> None:
        super().__init__(
            _("Something the dossier quotes has changed since it was frozen. It has to be prepared and approved anew.")
        )


def loaded() -> Any:
    """Dossiers with all that policies and requirements ask of them."""
    return Dossier.objects.select_related(
        "enrolment__person",
        "enrolment__park",
        "enrolment__cohort__version__curriculum__programme",
        "version__curriculum",
        "earlier__key",
        "prepared_by",
        "approved_by",
    ).prefetch_related("enrolment__cohort__version__curriculum__programme__partners")


# What it says -------------------------------------------------------------------------------------------------------


def requirements_of(dossier: Dossier) -> list[Requirement]:
    """What must hold for this one, worked out now."""
    return of_many([dossier])[dossier.pk]


def of_many(dossiers: Sequence[Dossier]) -> dict[int, list[Requirement]]:
    """The same for many, with a number of queries that does not grow with them."""
    known = requirements.of_many({dossier.enrolment_id: dossier.enrolment for dossier in dossiers}.values())
    return {dossier.pk: _for_purpose(dossier, known[dossier.enrolment_id]) for dossier in dossiers}


def _for_purpose(dossier: Dossier, known: list[Requirement]) -> list[Requirement]:
    if dossier.purpose == Purpose.FIRST:
        return known
    from . import later

    trust = [requirement for requirement in known if requirement.code in {"identity", "integrity"}]
    if dossier.purpose == Purpose.RENEWAL:
        return [later.renewal_requirement(dossier), *trust]
    return [later.correction_requirement(dossier), *trust]


def content_of(dossier: Dossier, found: Sequence[Requirement]) -> str:
    """The canonical JSON of what the dossier rests on: codes, numbers and rows, no words that a translation changes."""
    enrolment = dossier.enrolment
    return canonical(
        {
            "format": FORMAT,
            "purpose": dossier.purpose,
            "enrolment": enrolment.pk,
            "person": enrolment.person_id,
            "park": enrolment.park_id,
            "cohort": enrolment.cohort.code,
            "curriculum": dossier.version.curriculum.code,
            "version": dossier.version.number,
            "version_sha256": dossier.version.content_sha256,
            "earlier": dossier.earlier.number if dossier.earlier else None,
            "name": line(enrolment.person.name) if dossier.purpose == Purpose.FIRST else dossier.holder_name,
            "requirements": [
                {
                    "code": requirement.code,
                    "met": requirement.is_met,
                    "facts": dict(requirement.facts),
                    "evidence": list(requirement.evidence),
                }
                for requirement in found
            ],
        }
    )


def shown(found: Sequence[Requirement]) -> list[dict[str, Any]]:
    """The same in words, in both languages, as whoever decides reads them."""
    lines: list[dict[str, Any]] = [{"code": requirement.code, "met": requirement.is_met} for requirement in found]
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for row, requirement in zip(lines, found, strict=True):
                row[language] = {
                    "label": str(requirement.label),
                    "needed": str(requirement.needed),
                    "value": str(requirement.value),
                }
    return lines


def is_as_frozen(dossier: Dossier) -> bool:
    """Whether everything it quotes is still so, the place in the cohort included."""
    return _holds(dossier, requirements_of(dossier))


def _holds(dossier: Dossier, found: Sequence[Requirement]) -> bool:
    return has_place(dossier) and texts.sha256(content_of(dossier, found)) == dossier.content_sha256


def has_place(dossier: Dossier) -> bool:
    """A first certificate is for who learns here or has finished; what follows one asks of that certificate alone."""
    return dossier.purpose != Purpose.FIRST or dossier.enrolment.is_certifiable


# Moves --------------------------------------------------------------------------------------------------------------


def flow() -> workflow.Workflow:
    from ..workflows.certificates import DOSSIER

    return DOSSIER


def find_or_open(enrolment: Enrolment, version: CurriculumVersion, purpose: str, **fields: Any) -> Dossier:
    """The one open dossier of this enrolment."""
    found = Dossier.objects.filter(enrolment=enrolment, state__in=Dossier.OPEN).first()
    if found is None:
        try:
            with transaction.atomic():
                found = Dossier.objects.create(enrolment=enrolment, version=version, purpose=purpose, **fields)
        except IntegrityError:
            found = Dossier.objects.get(enrolment=enrolment, state__in=Dossier.OPEN)
    return loaded().get(pk=found.pk)


@transaction.atomic
def prepare(enrolment: Enrolment, *, by: User) -> Dossier:
    """Freeze what a trainee has reached, for the awarding partner to approve. Refused while anything is missing."""
    dossier = find_or_open(enrolment, enrolment.cohort.version, Purpose.FIRST, holder_name=line(enrolment.person.name))
    if dossier.purpose != Purpose.FIRST:
        raise RuleBroken(
            _("Another dossier of this trainee is under way: %(what)s.") % {"what": dossier.get_purpose_display()}
        )
    if dossier.state in {State.DOSSIER, State.APPROVED}:
        return dossier
    require_none_live(dossier)
    dossier.holder_name = line(enrolment.person.name)
    return freeze(dossier, by=by)


def require_place(dossier: Dossier) -> None:
    """Raises RuleBroken with the state that stands in the way."""
    if not has_place(dossier):
        raise RuleBroken(
            _("%(name)s neither learns here nor has finished (%(state)s), so there is no certificate.")
            % {"name": dossier.enrolment.person.name, "state": dossier.enrolment.get_state_display()}
        )


def freeze(dossier: Dossier, *, by: User) -> Dossier:
    """The move itself, for every purpose."""
    if not policies.can_prepare(by, dossier):
        raise PermissionDenied
    require_place(dossier)
    found = requirements_of(dossier)
    missing = [str(requirement.label) for requirement in found if not requirement.is_met]
    if missing or not requirements.is_eligible(found):
        raise RuleBroken(_("Not yet: %(names)s.") % {"names": _(", ").join(missing) or _("no requirement is known")})
    if not dossier.holder_name:
        raise RuleBroken(_("The certificate needs its holder's name."))
    wording.require_allowed(dossier.version, words_of(dossier))
    content = content_of(dossier, found)
    return acting.apply(
        flow(), dossier, "prepare", by=by, content=content, shown=shown(found), holder_name=dossier.holder_name
    )


def words_of(dossier: Dossier) -> Iterable[str]:
    """Everything on the certificate that people wrote: what is signed, and what prints and pages add to it (X-14)."""
    version = dossier.version
    return (
        *building.words(dossier),
        version.title_zh,
        version.title_en,
        version.description_zh,
        version.description_en,
        version.curriculum.title_zh,
        version.curriculum.title_en,
        *[text for unit in version.units.all() for text in (unit.title_zh, unit.title_en)],
    )


def require_none_live(dossier: Dossier) -> None:
    """One live certificate for a person, a major version and a kind (X-4). One that ran out stands in nobody's way."""
    live = (
        Certificate.objects.live()
        .filter(
            person=dossier.enrolment.person_id,
            curriculum=dossier.version.curriculum_id,
            major=dossier.version.major,
        )
        .exclude(pk=dossier.earlier_id)
    )
    now = timezone.now()
    for certificate in live:
        if not certificate.is_expired(now):
            raise RuleBroken(
                _("%(name)s already has certificate %(number)s of this curriculum.")
                % {"name": dossier.enrolment.person.name, "number": certificate.number}
            )


@transaction.atomic
def send_back(dossier: Dossier, *, by: User, reason: str) -> Dossier:
    """Return it with reasons; it can be prepared again."""
    return acting.apply(flow(), dossier, "return", by=by, reason=reason)


@transaction.atomic
def approve(dossiers: Iterable[Dossier], *, by: User) -> list[Dossier]:
    """Approve every one of these, or none: whoever approves has read the list of names (X-3).

    Those that were approved already stay as they are, so a second click changes nothing.
    """
    done = []
    for dossier in sorted(dossiers, key=lambda dossier: dossier.pk):
        locked = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
        if locked.state in {State.APPROVED, State.ISSUED}:
            done.append(locked)
            continue
        done.append(acting.apply(flow(), locked, "approve", by=by, roles=(Role.AWARDING,)))
    return done


@transaction.atomic
def lapse(dossier: Dossier) -> Dossier:
    """Something it quotes has changed: back to where it can be prepared anew (X-2)."""
    locked = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    if locked.state not in {State.DOSSIER, State.APPROVED}:
        return locked
    return workflow.apply(flow(), locked, "lapse", by=None)


def lapse_changed(limit: int = 500) -> int:
    """Look through what waits, and put back what has changed. Gives how many."""
    waiting = list(loaded().filter(state__in=[State.DOSSIER, State.APPROVED]).order_by("pk")[:limit])
    found = of_many(waiting)
    changed = [dossier for dossier in waiting if not _holds(dossier, found[dossier.pk])]
    for dossier in changed:
        lapse(dossier)
    return len(changed)
