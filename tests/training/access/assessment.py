"""Who may open which address of marks and results."""

from tests.access_rules import AWARDING, SCHOOL, SIGNED_IN, TRAINEE, TRAINER, TRAINING_DESK, Roles, Rule, number_of

# The park that teaches too, by its manager; another park's manager has a training desk, but no programme here.
TEACHING_PARK: Roles = frozenset({"manager"})
ELSEWHERE: Roles = frozenset({"other_manager"})
MARKERS = SCHOOL | TRAINER | TEACHING_PARK
SEE_MARKS = MARKERS | TRAINING_DESK
CHECKERS = MARKERS | AWARDING
SEE_CHECKS = CHECKERS | TRAINING_DESK
RUNNERS = SCHOOL | TEACHING_PARK


def _item(world):
    return {"code": world.enrolment.cohort.code, "item": world.item.pk}


def _row(world):
    return _item(world) | {"pk": world.enrolment.pk}


def _work(world):
    return {"token": world.work_file.file.token}


_mine = {"hidden": SIGNED_IN - TRAINEE}
_told = number_of("told")
_enrolment = number_of("enrolment")

ASSESSMENT = {
    "training:marking": Rule(get=SEE_CHECKS | ELSEWHERE, seen_by=("trainer", "other_manager")),
    "training:marking_grid": Rule(
        get=SEE_MARKS, post=MARKERS, hidden=SIGNED_IN - SEE_MARKS, args=_item, seen_by=("trainer", "training_desk")
    ),
    "training:marking_row": Rule(post=MARKERS, hidden=SIGNED_IN - SEE_MARKS, args=_row),
    "training:marking_paste": Rule(post=MARKERS, hidden=SIGNED_IN - SEE_MARKS, args=_item),
    "training:marking_draw": Rule(post=MARKERS, hidden=SIGNED_IN - SEE_MARKS, args=_item),
    "training:marking_resit": Rule(post=MARKERS, hidden=SIGNED_IN - SEE_MARKS, args=_row),
    "training:marking_file": Rule(get=SEE_MARKS, hidden=SIGNED_IN - SEE_MARKS, args=_item, is_page=False),
    "training:moderations": Rule(get=SEE_CHECKS | ELSEWHERE, seen_by=("awarding",)),
    "training:moderation": Rule(
        get=SEE_CHECKS,
        post=CHECKERS,
        hidden=SIGNED_IN - SEE_CHECKS,
        args=number_of("moderation"),
        seen_by=("school", "trainer"),
    ),
    "training:releases": Rule(get=SEE_MARKS | ELSEWHERE, seen_by=("school",)),
    "training:release": Rule(
        get=RUNNERS | TRAINING_DESK,
        post=RUNNERS,
        hidden=SIGNED_IN - RUNNERS - TRAINING_DESK,
        args=_item,
        seen_by=("school",),
    ),
    "training:appeals": Rule(get=AWARDING | TEACHING_PARK | ELSEWHERE | TRAINING_DESK, seen_by=("awarding",)),
    "training:appeal": Rule(
        get=AWARDING | TRAINING_DESK,
        post=AWARDING,
        hidden=SIGNED_IN - AWARDING - TRAINING_DESK,
        args=number_of("appeal"),
        seen_by=("awarding",),
    ),
    "training:recognitions": Rule(get=AWARDING | TEACHING_PARK | ELSEWHERE | TRAINING_DESK, seen_by=("awarding",)),
    "training:recognition": Rule(
        get=SEE_CHECKS,
        post=AWARDING,
        hidden=SIGNED_IN - SEE_CHECKS,
        args=number_of("recognition"),
        seen_by=("awarding",),
    ),
    "training:drift": Rule(get=RUNNERS | ELSEWHERE | TRAINING_DESK, seen_by=("school",)),
    "training:drift_answer": Rule(
        post=SCHOOL | TRAINING_DESK,
        hidden=SIGNED_IN - RUNNERS - TRAINING_DESK,
        args=number_of("drift_request"),
    ),
    "training:result_sheet": Rule(
        get=SEE_CHECKS, hidden=SIGNED_IN - SEE_CHECKS, args=_enrolment, seen_by=("school", "awarding")
    ),
    "training:result_manager": Rule(post=RUNNERS, hidden=SIGNED_IN - SEE_CHECKS, args=_enrolment),
    "training:attempt_void": Rule(
        get=RUNNERS | TRAINING_DESK,
        post=RUNNERS | TRAINING_DESK,
        hidden=SIGNED_IN - SEE_CHECKS,
        args=_told,
        seen_by=("school",),
    ),
    "training:results_panel": Rule(get=SIGNED_IN, is_page=False),
    "training:my_results_list": Rule(get=SIGNED_IN, seen_by=("trainee", "nobody")),
    "training:my_results": Rule(get=TRAINEE, args=_enrolment, **_mine),
    "training:my_recognition": Rule(post=TRAINEE, args=_enrolment, **_mine),
    "training:my_manager": Rule(post=TRAINEE, args=_enrolment, **_mine),
    "training:my_recognition_withdraw": Rule(post=TRAINEE, args=number_of("recognition"), **_mine),
    "training:my_work": Rule(
        get=TRAINEE, post=TRAINEE, args=lambda world: {"pk": world.enrolment.pk, "item": world.item.pk}, **_mine
    ),
    "training:my_work_remove": Rule(post=TRAINEE, args=_work, **_mine),
    # Not in a sample and without an appeal: neither the awarding partner nor the desk has a reason to read it. The park
    # that teaches too is the trainee's home park here, and keeps distance (G-1).
    "training:work_file": Rule(
        get=TRAINEE | SCHOOL | TRAINER, hidden=SIGNED_IN - TRAINEE - SCHOOL - TRAINER, args=_work, is_page=False
    ),
    "training:my_appeal": Rule(get=TRAINEE, post=TRAINEE, args=_told, **_mine),
}
