"""Sample placements in every state that a demo needs: proposed, to be signed, at work with a log, broken off."""

from datetime import date, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from alliance.accounts.models import Organisation, User
from parks.models import Park

from ..forms_placements import competencies_of
from ..models import Cohort, Enrolment, HostPlace, Placement
from ..services import placement_days, placement_links, placements, places, tutoring

WORDS = (
    "样例：整理分镜脚本。",
    "样例：绘制中间帧。",
    "样例：合成测试镜头。",
)


def make_sample_placements(
    cohort: Cohort, *, manager: User, tutor: User, school: Organisation, host: User, park: Park
) -> None:
    """For a cohort under way; `host` speaks for the organisation of `park`, a placement host of the programme."""
    if not settings.DEMO:
        raise RuntimeError("Sample placements exist only with DEMO=1.")
    people = list(cohort.enrolments.filter(state__in=("enrolled", "active")).order_by("queue_no")[:4])
    if not people or Placement.objects.filter(enrolment__cohort=cohort).exists():
        return
    place = open_place(cohort, park, manager=manager)
    made = [propose(row, place, manager=manager, tutor=tutor, school=school) for row in people]
    for placement in made[:3]:
        _agree(placement)
    for placement in made[:2]:
        _sign(placement, manager=manager, host=host)
        begin(placement, manager=manager)
        _work(placement, tutor=tutor)
    if len(made) > 1:
        placements.move(made[1], "terminate", by=host, reason="样例：项目提前结束。")


def offer(cohort: Cohort, park: Park) -> dict[str, Any]:
    """What a host offers."""
    today = timezone.localdate()
    return {
        "programme": cohort.version.curriculum.programme,
        "organisation": park.organisation,
        "park": park,
        "company_zh": "样例动画工作室",
        "company_en": "Sample Animation Studio",
        "post_zh": "样例动画助理",
        "post_en": "Sample animation assistant",
        "supervisor_name": "样例主管",
        "supervisor_email": "supervisor@sample.example",
        "max_interns": 5,
        "staff": 60,
        "post_staff": 30,
        "from_on": today - timedelta(days=120),
        "until_on": today + timedelta(days=240),
    }


def open_place(cohort: Cohort, park: Park, *, manager: User) -> HostPlace:
    """The programme's place at this park that takes somebody; offered when first needed."""
    known = HostPlace.objects.filter(
        programme=cohort.version.curriculum.programme, park=park, state=HostPlace.State.OPEN
    ).first()
    return known or places.save_place(HostPlace(**offer(cohort, park)), by=manager)


def propose(row: Enrolment, place: HostPlace, *, manager: User, tutor: User, school: Organisation) -> Placement:
    first = timezone.localdate() + timedelta(days=7)
    return placements.propose(
        row,
        place,
        by=manager,
        tutor=tutor,
        school=school,
        competencies=competencies_of(row.cohort.version),
        starts_on=first,
        ends_on=first + timedelta(days=90),
        day_from=time(9),
        day_until=time(18),
        pay=280_000,
        probation_pay=300_000,
        insurance="样例保单001",
    )


def _agree(placement: Placement) -> None:
    placements.consent(
        placement,
        by=placement.enrolment.person,
        born_on=date(2003, 5, 6),
        study_year=3,
        emergency_contact="样例联系人，电话从略",
    )


def sign(placement: Placement, *, manager: User, host: User) -> Placement:
    """Agreed to by the trainee and signed by both sides."""
    _agree(placement)
    return _sign(placement, manager=manager, host=host)


def _sign(placement: Placement, *, manager: User, host: User) -> Placement:
    placements.sign(placement, "school", by=manager)
    return placements.sign(placement, "host", by=host)


def make_sample_placement_done(
    row: Enrolment,
    *,
    manager: User,
    tutor: User,
    school: Organisation,
    host: User,
    park: Park,
    upto: str = "completed",
) -> Placement:
    """From the proposal to the end, in the past of a cohort that was taught: every day confirmed, graded by both.

    `upto` is the state that it stops at: `hours_done`, `assessed` or `completed`.
    """
    place = open_place(row.cohort, park, manager=manager)
    placement = propose(row, place, manager=manager, tutor=tutor, school=school)
    sign(placement, manager=manager, host=host)
    first = timezone.localdate(row.cohort.starts_at) + timedelta(days=14)
    begin(placement, manager=manager, first=first, last=first + timedelta(days=30))
    # On days of the cohort's sessions hours may not count (W-4).
    met = {timezone.localdate(starts_at) for starts_at in row.cohort.sessions.values_list("starts_at", flat=True)}
    days = [first + timedelta(days=ahead) for ahead in range(30)]
    needed = -(-row.cohort.version.placement_minutes // 480)
    worked = [day for day in days if day.isoweekday() < 6 and day not in met][:needed]
    for number, day in enumerate(worked):
        _enter(placement, day, number)
    link = placement_links.send_by_hand(placement, "confirm", by=tutor)
    asked = {day.pk: day.minutes for day in placement_links.asks_about(placement, timezone.localdate())}
    placement_links.confirm(link, dict.fromkeys(asked, ""), asked)
    tutoring.look(placement, by=tutor, note="样例：进展顺利。")
    placement = placements.move(placement, "finish_hours", by=tutor)
    if upto == "hours_done":
        return placement
    grades = {str(competency.pk): "good" for competency in placement.competencies.all()}
    placements.assess_as_tutor(placement, grades, by=tutor)
    placement = placements.assess_by_link(placement.links.get(purpose="assess", used_at__isnull=True), grades)
    return placement if upto == "assessed" else placements.move(placement, "complete", by=manager)


def begin(placement: Placement, *, manager: User, first: date | None = None, last: date | None = None) -> Placement:
    """Signed a week before the first day, as the rules want; then time is turned back, which only a demo may."""
    dates = {"starts_on": first or timezone.localdate() - timedelta(days=21)} | ({"ends_on": last} if last else {})
    Placement.objects.filter(pk=placement.pk).update(**dates)
    return placements.move(placement, "begin", by=manager)


def _enter(placement: Placement, day: date, number: int) -> None:
    placement_days.enter(
        placement,
        day,
        by=placement.enrolment.person,
        begins=time(9),
        ends=time(18),
        pause_minutes=60,
        words=WORDS[number % len(WORDS)],
    )


def _work(placement: Placement, *, tutor: User) -> None:
    """Some days confirmed but for one, the last three not asked about yet."""
    today = timezone.localdate()
    days = [today - timedelta(days=ago) for ago in range(9, 0, -1)]
    worked = [day for day in days if day.isoweekday() < 6]

    for place, day in enumerate(worked[:-3]):
        _enter(placement, day, place)
    link = placement_links.send_by_hand(placement, "confirm", by=tutor)
    asked = list(placement_links.asks_about(placement, today))
    words = "样例：当天十五点已离开。"
    answers = {day.pk: words if day == asked[-1] else "" for day in asked}
    placement_links.confirm(link, answers, {day.pk: day.minutes for day in asked})
    for place, day in enumerate(worked[-3:]):
        _enter(placement, day, place)
    tutoring.look(placement, by=tutor, note="样例：进展顺利。")
