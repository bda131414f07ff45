"""Who may open which address of placements."""

from tests.access_rules import ANYONE, SCHOOL, SIGNED_IN, TRAINEE, TRAINER, TRAINING_DESK, Rule, fixed, number_of

from .assessment import ELSEWHERE, RUNNERS

TUTORS = RUNNERS | TRAINER
SEE = TUTORS | TRAINING_DESK
SEE_PLACES = RUNNERS | TRAINING_DESK
_mine = {"hidden": SIGNED_IN - TRAINEE}
_placement = number_of("placement")


def _with(thing, **more):
    return lambda world: {"pk": getattr(world, thing).pk} | more


def _with_programme(world):
    """A page without an object in its address, about programmes that are there."""
    assert world.programme.pk
    return {}


PLACEMENTS = {
    "training:placements": Rule(get=SEE | ELSEWHERE, seen_by=("school", "trainer")),
    "training:placement_new": Rule(
        get=RUNNERS, post=RUNNERS, hidden=SIGNED_IN - RUNNERS, args=number_of("enrolment"), seen_by=("school",)
    ),
    "training:placement": Rule(get=SEE, hidden=SIGNED_IN - SEE, args=_placement, seen_by=("school", "trainer")),
    "training:placement_terms": Rule(
        get=RUNNERS, post=RUNNERS, hidden=SIGNED_IN - SEE, args=number_of("proposal"), seen_by=("school",)
    ),
    "training:placement_sign": Rule(post=SCHOOL, hidden=SIGNED_IN - SEE, args=_placement, data=fixed(party="school")),
    "training:placement_send": Rule(
        post=TUTORS, hidden=SIGNED_IN - SEE, args=_placement, data=fixed(purpose="confirm")
    ),
    "training:placement_look": Rule(post=TUTORS, hidden=SIGNED_IN - SEE, args=_placement),
    "training:placement_grade": Rule(post=TUTORS, hidden=SIGNED_IN - SEE, args=_placement),
    "training:incident_new": Rule(
        get=TUTORS | TRAINEE,
        post=TUTORS | TRAINEE,
        hidden=SIGNED_IN - SEE - TRAINEE,
        args=_placement,
        seen_by=("trainee",),
    ),
    "training:placement_move": Rule(
        get=RUNNERS, post=RUNNERS, hidden=SIGNED_IN - SEE, args=_with("placement", verb="pause"), seen_by=("school",)
    ),
    "training:host_places": Rule(get=SEE | ELSEWHERE, seen_by=("school",)),
    "training:host_place_new": Rule(get=RUNNERS, post=RUNNERS, args=_with_programme, seen_by=("manager",)),
    "training:host_place": Rule(
        get=SEE_PLACES, hidden=SIGNED_IN - SEE_PLACES, args=number_of("host_place"), seen_by=("school", "training_desk")
    ),
    "training:host_place_edit": Rule(
        get=RUNNERS, post=RUNNERS, hidden=SIGNED_IN - SEE_PLACES, args=number_of("host_place")
    ),
    "training:host_place_move": Rule(
        get=SEE_PLACES, post=SEE_PLACES, hidden=SIGNED_IN - SEE_PLACES, args=_with("host_place", verb="suspend")
    ),
    "training:incident": Rule(
        get=SEE_PLACES, post=SCHOOL, hidden=SIGNED_IN - SEE_PLACES, args=number_of("incident"), seen_by=("school",)
    ),
    "training:my_placements": Rule(get=SIGNED_IN, seen_by=("trainee", "nobody")),
    "training:my_placement": Rule(get=TRAINEE, args=_placement, **_mine),
    "training:my_consent": Rule(post=TRAINEE, args=number_of("proposal"), **_mine),
    "training:my_signature": Rule(post=TRAINEE, args=_placement, **_mine),
    "training:my_cancel": Rule(get=TRAINEE, post=TRAINEE, args=number_of("proposal"), **_mine),
    "training:my_day_new": Rule(get=TRAINEE, post=TRAINEE, args=_placement, **_mine),
    "training:my_day": Rule(get=TRAINEE, post=TRAINEE, args=_with("placement", on="2026-01-05"), **_mine),
    "training:my_day_remove": Rule(post=TRAINEE, args=number_of("placement_day"), **_mine),
    "training:placement_link": Rule(
        get=ANYONE,
        post=ANYONE,
        args=lambda world: {"token": world.link_token},
        seen_by=("anonymous",),
    ),
    "training:placement_rules": Rule(get=TRAINING_DESK),
    "training:placement_rule": Rule(
        get=TRAINING_DESK, post=TRAINING_DESK, args=fixed(learner="vocational", kind="min_age")
    ),
}
