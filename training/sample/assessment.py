"""Sample marks in every state: released, under appeal, changed, to be resat, being checked, half marked."""

from django.conf import settings

from alliance.accounts.models import User

from ..models import AssessmentItem, Cohort, Enrolment
from ..services import appeals, attempts, moderation, recognition

# As they fall on the trainees in their order, again and again.
MARKS = (5_400, 6_150, 7_800, 8_450, 9_100, 7_250, 6_900, 8_800)
SEED = "73616d706c65" + "0" * 20
FEEDBACK = "样例评语：节奏清楚，第二镜头的透视再看一遍。"


def make_sample_assessment(cohort: Cohort, *, marker: User, second: User, manager: User, awarding: User) -> None:
    """For a cohort under way with trainees. `marker` and `second` are two people of the teaching side."""
    if not settings.DEMO:
        raise RuntimeError("Sample marks exist only with DEMO=1.")
    people = list(cohort.enrolments.filter(state__in=("enrolled", "active")).order_by("queue_no"))
    items = list(
        AssessmentItem.objects.filter(unit__version=cohort.version).select_related("unit").order_by("unit__position")
    )
    if not people or not items or people[0].attempts.exists():
        return
    _released(cohort, items[0], people, marker=marker, second=second, manager=manager, awarding=awarding)
    if len(items) > 1:
        _being_checked(cohort, items[1], people, marker=marker, second=second)
    if len(items) > 2:
        _mark(items[2], people[: len(people) // 2], marker=marker)
        _recognitions(items[2], people, awarding=awarding)


def _mark(item: AssessmentItem, people: list[Enrolment], *, marker: User, shift: int = 0) -> None:
    for place, enrolment in enumerate(people):
        mark = MARKS[(place + shift) % len(MARKS)]
        attempts.set_mark(enrolment, item, mark, by=marker, feedback=FEEDBACK if place % 3 == 0 else "")


def _released(
    cohort: Cohort,
    item: AssessmentItem,
    people: list[Enrolment],
    *,
    marker: User,
    second: User,
    manager: User,
    awarding: User,
) -> None:
    """Released; the first trainee plans a resit, the second appeals, the third was granted another mark."""
    _mark(item, people, marker=marker)
    drawn = moderation.draw(cohort, item, by=marker, seed=SEED)
    for check in drawn.checks.all():
        moderation.say(check, "agree", by=second)
    moderation.close(drawn, by=second)
    attempts.release(list(drawn.attempts.all()), by=manager)
    attempts.schedule(people[0], item, by=marker)
    for place, enrolment in enumerate(people[1:3]):
        told = enrolment.attempts.get(item=item, number=1)
        made = appeals.appeal(told, by=enrolment.person, words="样例申诉：第三题的评分标准。")
        if place:
            words = "样例决定：第三题计分有误。"
            appeals.decide(made, by=awarding, words=words, mark=(told.mark or 0) + 300)


def _being_checked(
    cohort: Cohort, item: AssessmentItem, people: list[Enrolment], *, marker: User, second: User
) -> None:
    """The second person has begun: some agreed, one asked about."""
    _mark(item, people, marker=marker, shift=2)
    drawn = moderation.draw(cohort, item, by=marker, seed=SEED)
    for place, check in enumerate(drawn.checks.all()[:2]):
        words = "样例：请复核第二题。"
        moderation.say(check, "change" if place else "agree", by=second, comment=words if place else "")


def _recognitions(item: AssessmentItem, people: list[Enrolment], *, awarding: User) -> None:
    """The last trainee was recognised in a unit, the one before asks."""
    for place, enrolment in enumerate(people[-2:]):
        if item.unit.credits > recognition.credits_left(enrolment):
            return
        words = "样例：两年相关工作经历。"
        asked = recognition.ask(enrolment, item.unit, by=enrolment.person, words=words)
        if place:
            recognition.decide(asked, by=awarding, words="样例：材料齐全。", mark=item.unit.pass_mark)
