"""Programmes and curricula: who may open what."""

from tests.access_rules import (
    ANYONE,
    AWARDING,
    SCHOOL,
    SIGNED_IN,
    TRAINER,
    TRAINING_DESK,
    Rule,
    fixed,
)

MANAGERS = frozenset({"manager", "other_manager"})
# Whose organisations are partners of the sample programme: the academy leads, the manager's park teaches.
PARTNERS = SCHOOL | frozenset({"manager"})
SEES = PARTNERS | TRAINER | AWARDING | TRAINING_DESK
HIDDEN = SIGNED_IN - SEES
HAVE_A_DESK = SCHOOL | TRAINER | AWARDING | MANAGERS
RUN = SCHOOL | MANAGERS


def _programme(world):
    return {"slug": world.programme.slug}


def _step(verb):
    return lambda world: {"slug": world.programme.slug, "verb": verb}


def _version(world):
    return {"pk": world.version.pk}


def _draft(world):
    return {"pk": world.draft.pk}


def _partner(world):
    return {"pk": world.asked_partner.pk}


def _public(world):
    return {"code": world.version.curriculum.code, "number": world.version.number}


PROGRAMMES = {
    "training:programme_list": Rule(get=ANYONE),
    "training:university_list": Rule(get=ANYONE),
    "training:programme_detail": Rule(get=ANYONE, args=_programme),
    "training:version_detail": Rule(get=ANYONE, args=_public),
    "training:version_changes": Rule(
        get=ANYONE,
        args=lambda world: {"code": world.newer.curriculum.code, "number": world.newer.number},
    ),
    "training:office_programmes": Rule(get=TRAINING_DESK, hidden=SIGNED_IN - TRAINING_DESK),
    "training:desk_programmes": Rule(get=HAVE_A_DESK, hidden=SIGNED_IN - HAVE_A_DESK, seen_by=("school",)),
    "training:programme_new": Rule(get=RUN, post=RUN, hidden=SIGNED_IN - RUN, seen_by=("school",)),
    "training:desk_programme": Rule(get=SEES, hidden=HIDDEN, args=_programme, seen_by=("school", "training_desk")),
    "training:programme_edit": Rule(get=SCHOOL, post=SCHOOL, hidden=HIDDEN, args=_programme),
    "training:partner_add": Rule(post=SCHOOL, hidden=HIDDEN, args=_programme),
    "training:programme_move": Rule(
        get=SCHOOL | TRAINING_DESK,
        post=SCHOOL | TRAINING_DESK,
        hidden=HIDDEN,
        args=_step("suspend"),
        data=fixed(reason="A reason"),
        seen_by=("school",),
    ),
    "training:curriculum_new": Rule(get=PARTNERS, post=PARTNERS, hidden=HIDDEN, args=_programme, seen_by=("school",)),
    "training:partner_accept": Rule(
        post=frozenset({"other_manager"}), hidden=HIDDEN - {"other_manager"}, args=_partner
    ),
    "training:partner_decline": Rule(
        get=frozenset({"other_manager"}),
        post=frozenset({"other_manager"}),
        hidden=HIDDEN - {"other_manager"},
        args=_partner,
    ),
    "training:partner_end": Rule(post=SCHOOL, hidden=HIDDEN - {"other_manager"}, args=_partner),
    "training:partner_register": Rule(post=TRAINING_DESK, hidden=HIDDEN - {"other_manager"}, args=_partner),
    "training:desk_version": Rule(get=SEES, hidden=HIDDEN, args=_version, seen_by=("school",)),
    "training:version_edit": Rule(get=PARTNERS, post=PARTNERS, hidden=HIDDEN, args=_draft, seen_by=("school",)),
    "training:version_discard": Rule(get=PARTNERS, post=PARTNERS, hidden=HIDDEN, args=_draft, seen_by=("school",)),
    "training:version_next": Rule(post=PARTNERS, hidden=HIDDEN, args=_version),
    "training:version_ask": Rule(post=PARTNERS, hidden=HIDDEN, args=_draft),
    "training:version_review": Rule(
        post=frozenset({"other_manager"}),
        hidden=HIDDEN - {"other_manager"},
        args=lambda world: {"pk": world.reviewed.pk},
    ),
    "training:version_sunset": Rule(post=SCHOOL, hidden=HIDDEN, args=_version),
    "training:desk_changes": Rule(
        get=SEES, hidden=HIDDEN, args=lambda world: {"pk": world.newer.pk}, seen_by=("school",)
    ),
    "training:version_move": Rule(
        get=SCHOOL | TRAINING_DESK,
        post=SCHOOL | TRAINING_DESK,
        hidden=HIDDEN,
        args=lambda world: {"pk": world.version.pk, "verb": "withdraw"},
        data=fixed(reason="An error in unit 2"),
        seen_by=("school",),
    ),
    "training:unit_edit": Rule(
        get=PARTNERS,
        post=PARTNERS,
        hidden=HIDDEN,
        args=lambda world: {"pk": world.draft.units.first().pk},
        seen_by=("school",),
    ),
}
