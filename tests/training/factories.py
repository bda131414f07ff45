"""Rows of joint training for tests: plain functions with sensible defaults."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from alliance.accounts.models import Organisation, User
from alliance.core import canonical
from parks.models import Park
from tests.factories import make_organisation, make_park, make_user
from training import content
from training.models import (
    AssessmentItem,
    Cohort,
    Competency,
    Curriculum,
    CurriculumVersion,
    Enrolment,
    Outcome,
    ParkQuota,
    Programme,
    ProgrammePartner,
    Room,
    Session,
    TrainingField,
    Unit,
)

_serial = count(1)


def make_field(code: str = "animation", **fields: Any) -> TrainingField:
    defaults = {"name_zh": "动漫", "name_en": "Animation", "source": "Sample source"} | fields
    return TrainingField.objects.get_or_create(code=code, defaults=defaults)[0]


def make_competency(code: str = "C-ANI-03", **fields: Any) -> Competency:
    defaults = {"field": make_field(), "name_zh": "分镜设计", "name_en": "Storyboarding"} | fields
    return Competency.objects.get_or_create(code=code, defaults=defaults)[0]


def make_programme(lead: Organisation | None = None, **fields: Any) -> Programme:
    """A running programme with an accepted lead, which also teaches and awards."""
    number = next(_serial)
    fields.setdefault("slug", f"programme-{number}")
    fields.setdefault("title_zh", f"样例项目{number}")
    fields.setdefault("title_en", f"Sample programme {number}")
    fields.setdefault("summary_zh", "样例培训项目。")
    fields.setdefault("field", make_field())
    fields.setdefault("state", Programme.State.RUNNING)
    if fields["state"] in Programme.PUBLIC_STATES:
        fields.setdefault("approved_at", timezone.now())
    programme = Programme.objects.create(**fields)
    lead = lead or make_park().organisation
    for role in ("lead", "teaching", "awarding"):
        make_partner(programme, lead, role)
    return programme


def make_partner(programme: Programme, organisation: Organisation, role: str, **fields: Any) -> ProgrammePartner:
    """An accepted partner; `accepted_at=None` for one that was asked."""
    if "accepted_at" not in fields:
        fields["accepted_at"] = timezone.now()
        fields["accepted_by"] = make_user()
    return ProgrammePartner.objects.create(programme=programme, organisation=organisation, role=role, **fields)


def make_version(programme: Programme | None = None, *, units: int = 2, **fields: Any) -> CurriculumVersion:
    """A published version with complete units; `state="draft"` for one being written."""
    programme = programme or make_programme()
    number = next(_serial)
    curriculum = fields.pop("curriculum", None) or Curriculum.objects.create(
        code=f"ANI-{100 + number % 900:03d}",
        programme=programme,
        title_zh="二维动画制作",
        title_en="2D animation production",
        author=programme.partners.get(role="lead").organisation,
    )
    state = fields.pop("state", CurriculumVersion.State.PUBLISHED)
    fields.setdefault("title_zh", "二维动画制作(二级)")
    fields.setdefault("title_en", "2D animation production, level 2")
    fields.setdefault("minutes", 600 * units)
    fields.setdefault("credits", 300 * units)
    version = CurriculumVersion.objects.create(curriculum=curriculum, state="draft", **fields)
    share = 10_000 // units
    for position in range(units):
        unit = Unit.objects.create(
            version=version,
            code=f"U{position + 1}",
            title_zh=f"单元{position + 1}",
            title_en=f"Unit {position + 1}",
            minutes=600,
            weight=share if position else 10_000 - share * (units - 1),
            credits=300,
            position=position,
        )
        outcome = Outcome.objects.create(unit=unit, code="O1", text_zh="能完成分镜", text_en="Draws a storyboard")
        item = AssessmentItem.objects.create(unit=unit, code="A1", title_zh="作品", title_en="Portfolio")
        item.outcomes.add(outcome)
    if state not in ("draft", "in_review"):
        freeze(version, state)
    elif state == "in_review":
        CurriculumVersion.objects.filter(pk=version.pk).update(state=state)
    version.refresh_from_db()
    return version


def freeze(version: CurriculumVersion, state: str) -> None:
    """As approving it does, without the reviews."""
    said = content.content_of(CurriculumVersion.objects.with_content().get(pk=version.pk))
    CurriculumVersion.objects.filter(pk=version.pk).update(
        state=state,
        content=canonical.canonical(said),
        content_sha256=canonical.digest(said),
        requirements_sha256=canonical.digest(content.requirements_of(said)),
        approved_at=timezone.now(),
        published_at=timezone.now(),
    )


def make_cohort(
    version: CurriculumVersion | None = None, *, quotas: dict[Park, int] | None = None, shared: int = 0, **fields: Any
) -> Cohort:
    """A cohort that enrols now and begins in thirty days."""
    number = next(_serial)
    version = version or make_version()
    now = timezone.now()
    fields.setdefault("code", f"cohort-{number}")
    fields.setdefault("title_zh", f"样例班次{number}")
    fields.setdefault("title_en", f"Sample cohort {number}")
    fields.setdefault("host", version.curriculum.author)
    fields.setdefault("state", Cohort.State.ENROLLING)
    fields.setdefault("enrol_from", now - timedelta(days=1))
    fields.setdefault("enrol_until", now + timedelta(days=20))
    fields.setdefault("starts_at", now + timedelta(days=30))
    fields.setdefault("ends_at", now + timedelta(days=90))
    quotas = quotas or {}
    cohort = Cohort.objects.create(version=version, shared=shared, capacity=shared + sum(quotas.values()), **fields)
    for park, seats in quotas.items():
        ParkQuota.objects.create(cohort=cohort, park=park, seats=seats)
    return cohort


def make_room(organisation: Organisation | None = None, **fields: Any) -> Room:
    fields.setdefault("name_zh", f"样例教室{next(_serial)}")
    return Room.objects.create(organisation=organisation or make_organisation(), **fields)


def make_session(
    cohort: Cohort | None = None, *, starts_at: datetime | None = None, hours: int = 2, **fields: Any
) -> Session:
    cohort = cohort or make_cohort()
    fields.setdefault("unit", cohort.version.units.first())
    if "link" not in fields:
        fields.setdefault("room", make_room(cohort.host))
    starts_at = starts_at or cohort.starts_at
    return Session.objects.create(
        cohort=cohort, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), **fields
    )


def make_enrolment(
    cohort: Cohort | None = None,
    *,
    person: User | None = None,
    park: Park | None = None,
    state: str = "enrolled",
    **fields: Any,
) -> Enrolment:
    """A row as it is after the steps that lead to `state`; those who hold a seat sit in the shared pool by default."""
    cohort = cohort or make_cohort(shared=30)
    Cohort.objects.filter(pk=cohort.pk).update(seq=cohort.seq + 1)
    cohort.refresh_from_db(fields=["seq"])
    now = timezone.now()
    if state not in ("submitted", "rejected"):
        fields.setdefault("home_approved_at", now)
        fields.setdefault("home_approved_by", make_user())
    if state in Enrolment.HOLD:
        fields.setdefault("pool", "shared")
        fields.setdefault("offered_at", now)
        fields.setdefault("offer_until", now + timedelta(hours=48))
        if state != "offered":
            fields.setdefault("enrolled_at", now)
    return Enrolment.objects.create(
        cohort=cohort,
        person=person or make_user(),
        park=park or make_park(),
        state=state,
        queue_no=cohort.seq,
        **fields,
    )
