"""Write a curriculum, have it reviewed, freeze it, publish it, and begin the next version (V-1 to V-7)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import Organisation, User
from alliance.core import audit
from alliance.core.canonical import digest
from alliance.core.errors import RuleBroken
from alliance.core.pagecache import public_data_changed

from .. import acting, policies
from ..content import REQUIREMENTS, TEXTS, content_of, requirements_of
from ..models import AssessmentItem, Curriculum, CurriculumVersion, Outcome, Programme, ReviewAsk, Unit, VersionReview
from ..notices import versions as notices
from ..reviews import standing
from ..workflows.versions import VERSION

State = CurriculumVersion.State
EDITABLE = (*TEXTS, *REQUIREMENTS)
UNIT_FIELDS = ("code", "title_zh", "title_en", "minutes", "weight", "pass_mark", "credits", "is_mandatory", "position")


def _open_version(version: CurriculumVersion, by: User) -> CurriculumVersion:
    """Locked, and still to be written."""
    version = (
        CurriculumVersion.objects.select_for_update(of=("self",))
        .select_related("curriculum", "curriculum__programme")
        .get(pk=version.pk)
    )
    if not policies.can_write_curriculum(by, version.curriculum.programme):
        raise PermissionDenied
    if version.is_frozen:
        raise RuleBroken(_("This version is approved and never changes. Begin the next version instead."))
    return version


@transaction.atomic
def start_curriculum(
    programme: Programme, author: Organisation, *, code: str, title_zh: str, title_en: str = "", by: User
) -> CurriculumVersion:
    """A new curriculum with its first draft, 1.0."""
    if not policies.can_write_curriculum(by, programme):
        raise PermissionDenied
    if programme.state in (Programme.State.ARCHIVED, Programme.State.REJECTED, Programme.State.CLOSING):
        raise RuleBroken(_("This programme takes no new curricula."))
    if Curriculum.objects.filter(code=code).exists():
        raise RuleBroken(_("There is a curriculum %(code)s already.") % {"code": code})
    curriculum = Curriculum.objects.create(
        code=code, programme=programme, title_zh=title_zh, title_en=title_en, author=author
    )
    version = CurriculumVersion.objects.create(curriculum=curriculum, title_zh=title_zh, title_en=title_en)
    version.authors.add(by)
    audit.record("curriculum.started", curriculum, by=by, on_behalf_of=author, code=code)
    return version


@transaction.atomic
def start_version(curriculum: Curriculum, *, by: User) -> CurriculumVersion:
    """The next draft, beginning as a copy of the newest frozen version. Its number follows from what changes (V-2)."""
    curriculum = Curriculum.objects.select_for_update(of=("self",)).select_related("programme").get(pk=curriculum.pk)
    if not policies.can_write_curriculum(by, curriculum.programme):
        raise PermissionDenied
    if curriculum.versions.filter(state__in=[State.DRAFT, State.IN_REVIEW]).exists():
        raise RuleBroken(_("A version of this curriculum is being written already."))
    source = curriculum.versions.with_content().filter(state__in=CurriculumVersion.FROZEN_STATES).first()
    if source is None:
        raise RuleBroken(_("There is nothing to go on from."))
    version = CurriculumVersion.objects.create(
        curriculum=curriculum,
        based_on=source,
        major=source.major,
        minor=_next_minor(curriculum, source.major),
        **{name: getattr(source, name) for name in EDITABLE},
    )
    version.authors.add(by)
    _copy_units(source, version)
    audit.record(
        "curriculum_version.started", version, by=by, on_behalf_of=acting.acting_for(by, version), based_on=source.pk
    )
    return version


def _copy_units(source: CurriculumVersion, version: CurriculumVersion) -> None:
    for unit in source.units.all():
        copy = Unit.objects.create(version=version, **{name: getattr(unit, name) for name in UNIT_FIELDS})
        outcomes: dict[str, Outcome] = {}
        for outcome in unit.outcomes.all():
            outcomes[outcome.code] = made = Outcome.objects.create(
                unit=copy,
                code=outcome.code,
                text_zh=outcome.text_zh,
                text_en=outcome.text_en,
                is_mandatory=outcome.is_mandatory,
                position=outcome.position,
            )
            made.competencies.set(outcome.competencies.all())
        for item in unit.items.all():
            made_item = AssessmentItem.objects.create(
                unit=copy,
                code=item.code,
                title_zh=item.title_zh,
                title_en=item.title_en,
                weight=item.weight,
                is_summative=item.is_summative,
                position=item.position,
            )
            made_item.outcomes.set([outcomes[outcome.code] for outcome in item.outcomes.all()])


def _next_minor(curriculum: Curriculum, major: int) -> int:
    newest = curriculum.versions.filter(major=major).aggregate(newest=Max("minor"))["newest"]
    return 0 if newest is None else newest + 1


def _number(version: CurriculumVersion) -> None:
    """V-2: words alone make a minor version, any requirement a major one. Counted anew at every save."""
    before = version.based_on
    if before is None:
        return
    content = content_of(CurriculumVersion.objects.with_content().get(pk=version.pk))
    others = version.curriculum.versions.exclude(pk=version.pk)
    if digest(requirements_of(content)) == before.requirements_sha256:
        newest = others.filter(major=before.major).aggregate(newest=Max("minor"))["newest"]
        number = before.major, (newest if newest is not None else -1) + 1
    else:
        newest = others.aggregate(newest=Max("major"))["newest"]
        number = (newest or 0) + 1, 0
    if (version.major, version.minor) != number:
        version.major, version.minor = number
        version.save(update_fields=["major", "minor"])


def _written(version: CurriculumVersion, by: User, what: str, **details: Any) -> None:
    version.authors.add(by)
    _number(version)
    content = content_of(CurriculumVersion.objects.with_content().get(pk=version.pk))
    audit.record(
        "curriculum_version.written",
        version,
        by=by,
        on_behalf_of=acting.acting_for(by, version),
        what=what,
        content=digest(content),
        **details,
    )


@transaction.atomic
def write_version(version: CurriculumVersion, *, by: User, **values: Any) -> CurriculumVersion:
    """Texts and requirements of the version itself."""
    version = _open_version(version, by)
    changed = [name for name in EDITABLE if name in values and getattr(version, name) != values[name]]
    if changed:
        for name in changed:
            setattr(version, name, values[name])
        version.save(update_fields=changed)
        _written(version, by, "version", fields=sorted(changed))
    return version


@transaction.atomic
def write_units(version: CurriculumVersion, rows: Sequence[Mapping[str, Any]], *, by: User) -> CurriculumVersion:
    """The table of units: rows with `pk` change, those without are new, units that no row names go."""
    version = _open_version(version, by)
    units = {unit.pk: unit for unit in version.units.all()}
    named = {row["pk"] for row in rows if row.get("pk")}
    if strangers := named - units.keys():
        raise RuleBroken(_("A unit was removed meanwhile: %(n)d.") % {"n": len(strangers)})
    codes = [row["code"] for row in rows]
    if len(set(codes)) != len(codes):
        raise RuleBroken(_("Two units cannot have the same code."))
    before = [(unit.pk, *(getattr(unit, name) for name in UNIT_FIELDS)) for unit in units.values()]
    Unit.objects.filter(version=version).exclude(pk__in=named).delete()
    # Codes may change places among rows; the unique key is per statement, so they pass through other names.
    moved = [units[row["pk"]] for row in rows if row.get("pk") and units[row["pk"]].code != row["code"]]
    for unit in moved:
        Unit.objects.filter(pk=unit.pk).update(code=f"~{unit.pk}"[:12])
    for position, row in enumerate(rows):
        values = {name: row[name] for name in UNIT_FIELDS if name in row} | {"position": position}
        if row.get("pk"):
            Unit.objects.filter(pk=row["pk"]).update(**values)
        else:
            Unit.objects.create(version=version, **values)
    after = [tuple(values) for values in version.units.values_list("pk", *UNIT_FIELDS)]
    if before != after:
        _written(version, by, "units")
    return version


@transaction.atomic
def write_unit(
    unit: Unit, outcomes: Sequence[Mapping[str, Any]], items: Sequence[Mapping[str, Any]], *, by: User
) -> CurriculumVersion:
    """The outcomes of a unit and the items that assess them; each row as the form has it, `competencies` and `outcomes`
    by code."""
    version = _open_version(unit.version, by)
    unit = Unit.objects.select_for_update().get(pk=unit.pk, version=version)
    for rows in (outcomes, items):
        codes = [row["code"] for row in rows]
        if len(set(codes)) != len(codes):
            raise RuleBroken(_("The same code stands twice."))
    unit.items.all().delete()
    unit.outcomes.all().delete()
    made: dict[str, Outcome] = {}
    for position, row in enumerate(outcomes):
        made[row["code"]] = outcome = Outcome.objects.create(
            unit=unit,
            code=row["code"],
            text_zh=row["text_zh"],
            text_en=row["text_en"],
            is_mandatory=row["is_mandatory"],
            position=position,
        )
        outcome.competencies.set(row["competencies"])
    for position, row in enumerate(items):
        item = AssessmentItem.objects.create(
            unit=unit,
            code=row["code"],
            title_zh=row["title_zh"],
            title_en=row["title_en"],
            weight=row["weight"],
            is_summative=row["is_summative"],
            position=position,
        )
        unknown = [code for code in row["outcomes"] if code not in made]
        if unknown:
            raise RuleBroken(
                _("%(item)s covers outcomes that are not there: %(codes)s.")
                % {"item": row["code"], "codes": _(", ").join(unknown)}
            )
        item.outcomes.set([made[code] for code in row["outcomes"]])
    _written(version, by, "unit", unit=unit.pk)
    return version


@transaction.atomic
def discard_version(version: CurriculumVersion, *, by: User) -> None:
    """Throw a draft away that nobody reviewed."""
    version = _open_version(version, by)
    if version.state != State.DRAFT:
        raise RuleBroken(_("Others are reviewing it already."))
    audit.record(
        "curriculum_version.discarded",
        version,
        by=by,
        on_behalf_of=acting.acting_for(by, version),
        curriculum=version.curriculum_id,
    )
    for unit in version.units.all():
        unit.items.all().delete()
    version.delete()


@transaction.atomic
def ask_reviewer(version: CurriculumVersion, organisation: Organisation, *, by: User) -> ReviewAsk:
    """Ask a park that is not the author's to review. Asked again, the same question stands."""
    version = _open_version(version, by)
    if organisation.kind != Organisation.Kind.PARK_OPERATOR:
        raise RuleBroken(_("Parks review curricula."))
    if organisation.pk == version.curriculum.author_id:
        raise RuleBroken(_("Nobody reviews what they wrote themselves."))
    ask, is_new = ReviewAsk.objects.get_or_create(version=version, organisation=organisation, defaults={"asked_by": by})
    if is_new:
        audit.record(
            "curriculum_version.review_asked",
            version,
            by=by,
            on_behalf_of=acting.acting_for(by, version),
            organisation=organisation.pk,
        )
        if version.state == State.IN_REVIEW:
            notices.ask_for_review(ask, by=by)
    return ask


@transaction.atomic
def review_version(
    version: CurriculumVersion, organisation: Organisation, verdict: str, *, by: User, comment: str = ""
) -> VersionReview:
    """One park's word on the content as it is now, tied to its hash (V-7). A second word of the same person on the
    same content replaces the first."""
    version = (
        CurriculumVersion.objects.select_for_update(of=("self",))
        .select_related("curriculum", "curriculum__programme")
        .prefetch_related("authors", "asks")
        .get(pk=version.pk)
    )
    if organisation.pk not in policies.reviewing_organisations(by, version):
        raise PermissionDenied
    if version.state != State.IN_REVIEW:
        raise RuleBroken(_("This version is not being reviewed now."))
    comment = comment.strip()
    if verdict == VersionReview.Verdict.CHANGE and not comment:
        raise RuleBroken(_("Please say what should change."))
    sha256 = standing(CurriculumVersion.objects.with_content().get(pk=version.pk)).sha256
    review, _is_new = VersionReview.objects.update_or_create(
        version=version,
        reviewer=by,
        content_sha256=sha256,
        defaults={
            "organisation": organisation,
            "verdict": verdict,
            "comment": comment,
            "at": timezone.now(),
        },
    )
    audit.record(
        "curriculum_version.reviewed",
        version,
        by=by,
        on_behalf_of=organisation,
        verdict=verdict,
        content=sha256,
        **({"comment": audit.text_digest(comment)} if comment else {}),
    )
    notices.tell_reviewed(review, by=by)
    return review


def move_version(version: CurriculumVersion, verb: str, *, by: User, reason: str = "") -> CurriculumVersion:
    """Submit, approve, publish, retire, withdraw. Of two who publish, the curriculum's row lets one in at a time."""
    with transaction.atomic():
        Curriculum.objects.select_for_update().get(pk=version.curriculum_id)
        public_data_changed()
        return acting.apply(VERSION, version, verb, by=by, reason=reason)


@transaction.atomic
def set_sunset(version: CurriculumVersion, sunset_on: Any, *, by: User) -> CurriculumVersion:
    """The last day on which a cohort may be planned by a superseded version (V-6)."""
    version = (
        CurriculumVersion.objects.select_for_update(of=("self",))
        .select_related("curriculum__programme")
        .get(pk=version.pk)
    )
    if not policies.leads(by, version.curriculum.programme):
        raise PermissionDenied
    if version.state not in (State.PUBLISHED, State.SUPERSEDED):
        raise RuleBroken(_("Only a published or superseded version has such a day."))
    version.sunset_on = sunset_on
    version.save(update_fields=["sunset_on"])
    audit.record("curriculum_version.sunset", version, by=by, on_behalf_of=acting.acting_for(by, version), on=sunset_on)
    return version
