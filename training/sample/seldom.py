"""States that one sees seldom, beside those that the other samples show: each lifecycle with every state it has."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from alliance.core import workflow
from parks.models import Park

from .. import acting
from ..models import Attempt, Cohort, CurriculumVersion, Enrolment, HostPlace, Session
from ..services import appeals, attempts, curricula, marking, placements, places, recognition, sessions
from ..workflows.attempts import ATTEMPT
from ..workflows.sessions import SESSION
from . import graduates, person, teaching
from . import placements as placed
from .programmes import approve, publish

DISRUPTED = "样例：主管病假两周。"
CALLED_OFF = "样例：学员改到另一家企业实习。"
FULL = "样例：工作室正在搬迁。"
WITHDRAWN = "样例：第二单元的安全说明有误，以新版本为准。"


def show_other_states(running: Cohort, graded: Cohort, taught: Cohort) -> None:
    """Of a cohort under way, one about to be graded, and one that was taught to its end."""
    if not settings.DEMO:
        raise RuntimeError("These samples exist only with DEMO=1.")
    _placements(running, graded)
    _attempts(running, taught)
    _recognitions(running)
    _sessions(running)
    _changes(running)


def show_other_versions(version: CurriculumVersion) -> None:
    """After it came four more: it is retired, one was withdrawn, one superseded, one in force, one to be published."""
    school, curriculum = person("school"), version.curriculum
    made = [version]
    for number in range(2, 6):
        draft = curricula.start_version(curriculum, by=school)
        curricula.write_version(draft, by=school, reading_list=f"样例书目，第{number}次修订")
        made.append((publish if number < 5 else approve)(draft, by=school))
    curricula.move_version(made[0], "retire", by=school)
    curricula.move_version(made[1], "withdraw", by=school, reason=WITHDRAWN)
    curricula.set_sunset(made[2], timezone.localdate() + timedelta(days=90), by=school)


def _placements(running: Cohort, graded: Cohort) -> None:
    school, tutor, host = person("school"), person("trainer"), person("park-a")
    park = Park.objects.get(organisation=host.duties.get().organisation)
    sides = {"manager": school, "tutor": tutor, "school": graduates.academy()}
    done, assessed, paused = graduates.learners(graded)[:3]
    placed.make_sample_placement_done(done, **sides, host=host, park=park, upto="hours_done")
    placed.make_sample_placement_done(assessed, **sides, host=host, park=park, upto="assessed")
    place = placed.open_place(graded, park, manager=school)
    broken = placed.begin(
        placed.sign(placed.propose(paused, place, **sides), manager=school, host=host), manager=school
    )
    placements.move(broken, "pause", by=school, reason=DISRUPTED)
    free = next(row for row in graduates.learners(running) if not row.placements.exists())
    placements.move(placed.propose(free, place, **sides), "cancel", by=school, reason=CALLED_OFF)
    placed.sign(placed.propose(free, place, **sides), manager=school, host=host)
    for verb, zh, en in (
        ("suspend", "样例绘本工作室", "Sample Picture Books"),
        ("close", "样例配音棚", "Sample Dubbing"),
    ):
        other = HostPlace(**placed.offer(running, park) | {"company_zh": zh, "company_en": en})
        places.move(places.save_place(other, by=school), verb, by=school, reason=FULL)


def _attempts(running: Cohort, taught: Cohort) -> None:
    """Beside those of `assessment`: upheld, void, handed in; and final, in the cohort that was taught."""
    school, trainer = person("school"), person("trainer")
    first, last = graduates.items(running)[0], graduates.items(running)[-1]
    rows = graduates.learners(running)
    told = rows[3].attempts.get(item=first)
    made = appeals.appeal(told, by=rows[3].person, words="样例申诉：希望复核第一题。")
    appeals.decide(made, by=person("awarding"), words="样例决定：评分符合标准，维持原成绩。")
    attempts.declare_void(rows[4].attempts.get(item=first), by=school, reason="样例：试卷印错，另行安排。")
    attempts.hand_in(attempts.schedule(rows[2], last, by=trainer), by=rows[2].person)
    # The days for an appeal are over there: only a demo may turn the clock on.
    later = timezone.now() + timedelta(days=60)
    for attempt in Attempt.objects.filter(enrolment__cohort=taught, state=Attempt.State.RELEASED).order_by("pk"):
        workflow.apply(ATTEMPT, attempt, "finish", by=None, now=later)


def _recognitions(cohort: Cohort) -> None:
    """One was refused, one taken back."""
    first, second = graduates.learners(cohort)[:2]
    units = list(cohort.version.units.all())
    asked = recognition.ask(second, units[1], by=second.person, words="样例：自学半年。")
    recognition.decide(asked, by=person("awarding"), words="样例：没有可核对的材料。", mark=None)
    asked = recognition.ask(first, units[2], by=first.person, words="样例：参加过短训班。")
    recognition.withdraw(asked, by=first.person)


def _sessions(cohort: Cohort) -> None:
    """One is open now and half noted; one was closed yesterday and is not final yet."""
    trainer, now = person("trainer"), timezone.now()
    learners = graduates.learners(cohort)
    yesterday = _passed(cohort, now - timedelta(hours=24), days=33)
    marking.mark_rest_present(yesterday, by=trainer)
    acting.apply(SESSION, yesterday, "close", by=trainer)
    Session.objects.filter(pk=yesterday.pk).update(opened_at=yesterday.starts_at, closed_at=yesterday.ends_at)
    # Over before the cohort that meets right after the start begins, with the same trainer.
    today = _passed(cohort, now + timedelta(minutes=2), days=34)
    for learner in learners[:2]:
        marking.mark(today, learner, "present", by=trainer)


def _passed(cohort: Cohort, ends_at: datetime, *, days: int) -> Session:
    """Planned for a free day in so many days, and moved to where it has begun."""
    planned = timezone.now() + timedelta(days=days)
    session = sessions.add_session(
        cohort,
        by=person("school"),
        unit=cohort.version.units.all()[0],
        starts_at=planned,
        ends_at=planned + teaching.LASTS,
        room=teaching.room(),
        trainer=person("trainer"),
    )
    Session.objects.filter(pk=session.pk).update(starts_at=ends_at - teaching.LASTS, ends_at=ends_at)
    return acting.apply(SESSION, session, "open", by=person("trainer"))


def _changes(cohort: Cohort) -> None:
    """Of a session that is final: a change confirmed, one refused, one taken back, one that waits."""
    trainer, school = person("trainer"), person("school")
    session = cohort.sessions.filter(state=Session.State.LOCKED).order_by("starts_at")[0]

    def ask(row: Enrolment, kind: str, reason: str):
        return marking.correct(session, row, kind, by=trainer, reason=reason)

    rows = graduates.learners(cohort)
    marking.confirm_change(ask(rows[0], "present", "样例：门禁记录显示准时到达。"), by=school)
    refused = ask(rows[1], "excused", "样例：学员称已请假。")
    marking.refuse_change(refused, by=school, reason="样例：没有请假记录。")
    marking.withdraw_change(ask(rows[2], "absent", "样例：误选了学员。"), by=trainer)
    ask(rows[3], "excused", "样例：医院证明已补交。")
