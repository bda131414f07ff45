"""The promoters' desk and the admission desk: who may open what."""

from tests.access_rules import INVESTMENT_DESK, SIGNED_IN, Rule, fixed

PROMOTERS = frozenset({"manager", "other_manager"})
LEAD = frozenset({"manager"})
SEES = PROMOTERS | INVESTMENT_DESK
HIDDEN = SIGNED_IN - SEES


def _project(world):
    return {"slug": world.project.slug}


def _draft(world):
    return {"slug": world.drafted_project.slug}


def _step(verb):
    return lambda world: {"slug": world.project.slug, "verb": verb}


def _version(world):
    return {"slug": world.project.slug, "number": 1}


def _other_party(world):
    return {
        "slug": world.drafted_project.slug,
        "pk": world.drafted_project.parties.get(park=world.other_park).pk,
    }


def _letter(world):
    return {"slug": world.project.slug, "number": world.project.letters.get().number}


DESK = {
    "investment:office_projects": Rule(get=INVESTMENT_DESK, hidden=SIGNED_IN - INVESTMENT_DESK),
    "investment:office_project": Rule(get=INVESTMENT_DESK, hidden=SIGNED_IN - INVESTMENT_DESK, args=_project),
    "investment:criteria_check": Rule(
        post=INVESTMENT_DESK,
        hidden=SIGNED_IN - INVESTMENT_DESK,
        args=_project,
        data=fixed(criterion="size", is_met="yes", evidence="Sample"),
    ),
    "investment:desk_projects": Rule(get=PROMOTERS, hidden=SIGNED_IN - PROMOTERS, seen_by=("manager",)),
    "investment:project_new": Rule(get=PROMOTERS, post=PROMOTERS, hidden=SIGNED_IN - PROMOTERS),
    "investment:desk_project": Rule(get=SEES, hidden=HIDDEN, args=_project, seen_by=("manager", "investment_desk")),
    "investment:version_edit": Rule(get=PROMOTERS, post=PROMOTERS, hidden=HIDDEN, args=_draft, seen_by=("manager",)),
    "investment:park_ask": Rule(post=LEAD, hidden=HIDDEN, args=_draft, data=fixed(park="Sample")),
    "investment:park_drop": Rule(post=LEAD, hidden=HIDDEN, args=_other_party),
    "investment:park_leave": Rule(
        get=frozenset({"other_manager"}), post=frozenset({"other_manager"}), hidden=HIDDEN, args=_other_party
    ),
    "investment:code_enter": Rule(post=PROMOTERS, hidden=HIDDEN, args=_project, data=fixed(project_code="")),
    "investment:project_move": Rule(
        get=LEAD | INVESTMENT_DESK,
        post=LEAD | INVESTMENT_DESK,
        hidden=HIDDEN,
        args=_step("hold"),
        data=fixed(reason="A reason"),
        seen_by=("manager",),
    ),
    "investment:version_act": Rule(
        post=PROMOTERS, hidden=HIDDEN, args=_step("next"), but=dict.fromkeys(PROMOTERS, 302)
    ),
    "investment:version_page": Rule(get=SEES, hidden=HIDDEN, args=_version, seen_by=("manager",)),
    "investment:version_sign": Rule(
        post=LEAD,
        hidden=HIDDEN,
        args=_version,
        data=lambda world: {"park": world.park.pk, "read": "", "sha256": ""},
    ),
    "investment:approvals": Rule(
        get=SEES,
        post=PROMOTERS,
        hidden=HIDDEN,
        args=_project,
        data=fixed(kind="land", agency_zh="样例部门"),
        seen_by=("manager",),
    ),
    "investment:approval_step": Rule(
        get=PROMOTERS,
        post=PROMOTERS,
        hidden=HIDDEN,
        args=lambda world: {"slug": world.project.slug, "pk": world.approval.pk, "verb": "apply"},
        seen_by=("manager",),
    ),
    "investment:approval_remove": Rule(
        post=PROMOTERS,
        hidden=HIDDEN,
        args=lambda world: {"slug": world.project.slug, "pk": world.approval.pk},
    ),
    "investment:letter": Rule(get=SEES, hidden=HIDDEN, args=_letter, seen_by=("manager",)),
}
