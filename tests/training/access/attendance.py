"""Who may open what belongs to sessions, calendars and attendance."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.access_rules import ANYONE, SCHOOL, SIGNED_IN, TRAINEE, TRAINER, Roles, Rule, fixed
from tests.world import World

MANAGER: Roles = frozenset({"manager"})
# Who sees the programme's own pages, plans its cohorts, keeps its attendance, reads it.
SEE: Roles = frozenset({"manager", "school", "trainer", "awarding", "training_desk"})
PLAN: Roles = MANAGER | SCHOOL
TEACH: Roles = PLAN | TRAINER
READ: Roles = TEACH | {"training_desk"}
RUNS: Roles = frozenset({"manager", "other_manager", "school"})
NOT_SEE = SIGNED_IN - SEE

Args = Callable[[World], Mapping[str, Any]]
_COHORT: Args = lambda world: {"code": world.cohort.code}  # noqa: E731
_SESSION: Args = lambda world: {"pk": world.session.pk}  # noqa: E731
_LEARNER: Args = lambda world: {"pk": world.session.pk, "enrolment": world.enrolment.pk}  # noqa: E731
_PARK: Args = lambda world: {"slug": world.park.slug}  # noqa: E731

ATTENDANCE: dict[str, Rule] = {
    # A park's manager plans cohorts once the park takes part in a programme.
    "training:desk_cohorts": Rule(
        get=SEE | RUNS,
        hidden=NOT_SEE - RUNS,
        seen_by=("school", "other_manager"),
    ),
    "training:cohort_add": Rule(
        get=PLAN,
        post=PLAN,
        hidden=NOT_SEE,
        args=lambda world: {"slug": world.version.curriculum.programme.slug},
    ),
    "training:desk_cohort": Rule(get=SEE, hidden=NOT_SEE, args=_COHORT, seen_by=("school", "trainer")),
    "training:cohort_plan": Rule(get=PLAN, post=PLAN, hidden=NOT_SEE, args=_COHORT),
    "training:cohort_seats": Rule(get=PLAN, post=PLAN, hidden=NOT_SEE, args=_COHORT),
    "training:cohort_move": Rule(
        get=PLAN, post=PLAN, hidden=NOT_SEE, args=lambda world: {"code": world.cohort.code, "verb": "confirm"}
    ),
    "training:teaching": Rule(get=RUNS | TRAINER, hidden=SIGNED_IN - RUNS - TRAINER, seen_by=("trainer",)),
    "training:teaching_panel": Rule(get=SIGNED_IN, seen_by=("trainer",)),
    "training:rooms": Rule(get=RUNS, hidden=SIGNED_IN - RUNS, seen_by=("school",)),
    "training:room_add": Rule(
        get=SCHOOL, post=SCHOOL, hidden=SIGNED_IN - SCHOOL, args=lambda world: {"slug": world.academy.slug}
    ),
    "training:room_edit": Rule(
        get=SCHOOL, post=SCHOOL, hidden=SIGNED_IN - SCHOOL, args=lambda world: {"pk": world.room.pk}
    ),
    "training:room_remove": Rule(post=SCHOOL, hidden=SIGNED_IN - SCHOOL, args=lambda world: {"pk": world.room.pk}),
    "training:cohort_calendar": Rule(get=SEE, hidden=NOT_SEE, args=_COHORT, seen_by=("school", "trainer")),
    "training:cohort_feed": Rule(post=PLAN, hidden=NOT_SEE, args=_COHORT),
    "training:session_add": Rule(get=PLAN, post=PLAN, hidden=NOT_SEE, args=_COHORT),
    "training:session_clashes": Rule(get=PLAN, hidden=NOT_SEE, args=_COHORT),
    "training:park_calendar": Rule(get=MANAGER, hidden=SIGNED_IN - MANAGER, args=_PARK),
    "training:park_feed": Rule(post=MANAGER, hidden=SIGNED_IN - MANAGER, args=_PARK),
    "training:desk_session": Rule(get=SEE, hidden=NOT_SEE, args=_SESSION, seen_by=("school", "trainer")),
    "training:session_edit": Rule(get=PLAN, post=PLAN, hidden=NOT_SEE, args=_SESSION),
    "training:session_move": Rule(
        get=PLAN, post=PLAN, hidden=NOT_SEE, args=lambda world: {"pk": world.session.pk, "verb": "cancel"}
    ),
    "training:session_screen": Rule(get=TEACH, hidden=NOT_SEE, args=_SESSION),
    "training:session_code": Rule(get=TEACH, hidden=NOT_SEE, args=_SESSION),
    "training:session_attendance": Rule(get=READ, hidden=NOT_SEE, args=_SESSION),
    "training:attendance_rest": Rule(post=TEACH, hidden=NOT_SEE, args=_SESSION),
    "training:mark_history": Rule(get=READ, post=TEACH, hidden=NOT_SEE, args=_LEARNER),
    "training:attendance_mark": Rule(
        post=TEACH, hidden=NOT_SEE, args=_LEARNER, data=fixed(kind="present", nonce="c" * 32)
    ),
    "training:unlisted_settle": Rule(
        post=TEACH, hidden=NOT_SEE, args=lambda world: {"pk": world.session.pk, "unlisted": world.unlisted.pk}
    ),
    # Giving the roster out is written down.
    "training:session_offline": Rule(get=TEACH, hidden=NOT_SEE, args=_SESSION, writes=True),
    "training:offline_worker": Rule(get=TEACH, hidden=NOT_SEE, args=_SESSION, is_page=False),
    "training:offline_upload": Rule(post=TEACH, hidden=NOT_SEE, args=_SESSION),
    "training:attendance_change": Rule(
        get=READ,
        post=TEACH,
        hidden=NOT_SEE,
        args=lambda world: {"pk": world.attendance_change.pk},
        data=fixed(verb="confirm"),
    ),
    "training:my_calendar": Rule(get=SIGNED_IN, seen_by=("trainee", "trainer")),
    "training:my_feed": Rule(post=SIGNED_IN),
    # Who works there goes on to the desk.
    "training:session": Rule(
        get=SEE | TRAINEE,
        hidden=NOT_SEE - TRAINEE,
        args=lambda world: {"pk": world.enrolment.cohort.sessions.get(pk=world.session.pk).pk},
        but=dict.fromkeys(SEE, 302),
        seen_by=("trainee",),
    ),
    "training:learner_attendance": Rule(
        get=SEE | TRAINEE,
        hidden=NOT_SEE - TRAINEE,
        args=lambda world: {"pk": world.enrolment.pk},
        seen_by=("trainee", "manager"),
    ),
    # The code of a session that is not open: the trainee reads why not, to everybody else it does not exist.
    "training:check_in": Rule(
        get=TRAINEE,
        post=TRAINEE,
        hidden=SIGNED_IN - TRAINEE,
        args=lambda world: {"pk": world.session.pk if world.enrolment else 0, "code": "0" * 32},
        but={"trainee": 409},
        is_page=False,
    ),
    "training:calendar_feed": Rule(
        get=ANYONE, args=lambda world: {"token": world.cohort_feed.token}, is_page=False, is_cacheable=True
    ),
}
