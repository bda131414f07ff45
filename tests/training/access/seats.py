"""Who may open which address of places in cohorts."""

from tests.access_rules import (
    ANYONE,
    AWARDING,
    SCHOOL,
    SIGNED_IN,
    TRAINEE,
    TRAINER,
    TRAINING_DESK,
    Roles,
    Rule,
)

MANAGER: Roles = frozenset({"manager"})
MANAGERS: Roles = frozenset({"manager", "other_manager"})
# The partners of the sample programme, and the training desk.
SEEN = SCHOOL | TRAINER | AWARDING | TRAINING_DESK | MANAGER
NOT_SEEN = SIGNED_IN - SEEN


def _cohort(**others):  # type: ignore[no-untyped-def]
    return lambda world: {"code": world.cohort.code} | {name: value(world) for name, value in others.items()}


def _park(**others):  # type: ignore[no-untyped-def]
    return lambda world: (
        {"slug": world.park.slug, "code": world.cohort.code} | {name: value(world) for name, value in others.items()}
    )


def _enrolment(world):  # type: ignore[no-untyped-def]
    return world.enrolment.pk


def _is(value):  # type: ignore[no-untyped-def]
    return lambda world: value


SEATS = {
    "training:cohort_detail": Rule(get=ANYONE, args=_cohort(), seen_by=("anonymous", "manager")),
    "training:cohort_apply": Rule(get=SIGNED_IN, post=SIGNED_IN, args=_cohort(), seen_by=("nobody",)),
    "training:learning": Rule(get=SIGNED_IN, seen_by=("trainee", "nobody")),
    "training:learning_panel": Rule(get=SIGNED_IN, is_page=False),
    "training:learning_claim": Rule(post=SIGNED_IN),
    "training:place": Rule(get=TRAINEE, hidden=SIGNED_IN - TRAINEE, args=lambda world: {"pk": world.enrolment.pk}),
    "training:place_answer": Rule(
        get=TRAINEE,
        post=TRAINEE,
        hidden=SIGNED_IN - TRAINEE,
        args=lambda world: {"pk": world.enrolment.pk, "verb": "withdraw"},
    ),
    "training:park_training": Rule(get=SIGNED_IN, but=dict.fromkeys(MANAGERS, 302), seen_by=("nobody",)),
    "training:park_desk": Rule(get=MANAGER, hidden=SIGNED_IN - MANAGER, args=lambda world: {"slug": world.park.slug}),
    "training:park_cohort": Rule(get=MANAGER, hidden=SIGNED_IN - MANAGER, args=_park()),
    "training:park_nominate": Rule(get=MANAGER, post=MANAGER, hidden=SIGNED_IN - MANAGER, args=_park()),
    "training:park_approve": Rule(post=MANAGER, hidden=SIGNED_IN - MANAGER, args=_park()),
    "training:park_give": Rule(
        post=MANAGER, hidden=SIGNED_IN - MANAGER, args=_park(verb=_is("give-back")), data=lambda world: {"seats": 1}
    ),
    "training:park_person": Rule(
        get=MANAGER,
        post=MANAGER,
        hidden=SIGNED_IN - MANAGER,
        args=_park(pk=_enrolment, verb=_is("take-back")),
    ),
    "training:letter_take_back": Rule(
        post=MANAGER, hidden=SIGNED_IN - MANAGER, args=_park(pk=lambda world: world.nomination.pk)
    ),
    "training:people": Rule(get=SEEN | MANAGERS, hidden=SIGNED_IN - SEEN - MANAGERS, seen_by=("school",)),
    "training:cohort_people": Rule(get=SEEN, hidden=NOT_SEEN, args=_cohort(), seen_by=("school",)),
    # This programme does not ask the lead.
    "training:people_approve": Rule(post=frozenset(), hidden=NOT_SEEN, args=_cohort()),
    "training:person": Rule(get=SEEN, hidden=NOT_SEEN, args=_cohort(pk=_enrolment), seen_by=("school",)),
    "training:person_end": Rule(
        get=SCHOOL | TRAINING_DESK,
        post=SCHOOL | TRAINING_DESK,
        hidden=NOT_SEEN,
        args=_cohort(pk=_enrolment, verb=_is("remove")),
    ),
    "training:person_transfer": Rule(
        get=SCHOOL | AWARDING, post=SCHOOL | AWARDING, hidden=NOT_SEEN, args=_cohort(pk=_enrolment)
    ),
    "training:cohort_seats": Rule(
        get=SCHOOL | MANAGER, post=SCHOOL | MANAGER, hidden=NOT_SEEN, args=_cohort(), seen_by=("school",)
    ),
    "training:cohort_release": Rule(post=SCHOOL, hidden=NOT_SEEN, args=_cohort()),
}
