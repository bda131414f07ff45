"""Joint projects for everybody, and the promoters' pages for news and results."""

from tests.access_rules import ANYONE, COUNCIL, DESKS, INVESTMENT_DESK, SIGNED_IN, Rule, fixed

PROMOTERS = frozenset({"manager", "other_manager"})
SEE_DESK = PROMOTERS | INVESTMENT_DESK
WATCH = DESKS | COUNCIL | INVESTMENT_DESK
UPDATE = {"title_zh": "样例进展", "text_zh": "样例正文。", "disclosure": "public"}


def _project(world):
    return {"slug": world.project.slug}


def _one_is_public(world):
    """The address has no arguments; with no project there is no package."""
    assert world.project.is_public
    return {}


def _update(world):
    return {"slug": world.project.slug, "pk": world.project_update.pk}


PUBLIC = {
    "investment:project_list": Rule(get=ANYONE),
    "investment:project_json": Rule(get=ANYONE, is_page=False),
    "investment:project_csv": Rule(get=ANYONE, is_page=False),
    "investment:project_feed": Rule(get=ANYONE, is_page=False),
    "investment:projects_oc4ids": Rule(get=ANYONE, args=_one_is_public, is_page=False),
    "investment:project_compare": Rule(get=ANYONE),
    # With fewer than two projects it leads to the page that says how to choose.
    "investment:project_compare_export": Rule(get=ANYONE, but=dict.fromkeys(ANYONE, 302), is_page=False),
    # With fewer than two projects nothing is made: the page says so.
    "investment:project_prospectus": Rule(get=ANYONE, post=SIGNED_IN, seen_by=("anonymous", "investor")),
    "investment:project_results": Rule(get=ANYONE),
    "investment:project_pipeline": Rule(get=ANYONE),
    "investment:project_detail": Rule(get=ANYONE, args=_project, seen_by=("anonymous", "investor", "manager")),
    "investment:project_oc4ids": Rule(get=ANYONE, args=_project, is_page=False),
    "investment:council_pipeline": Rule(get=WATCH, seen_by=("council",)),
    "investment:desk_updates": Rule(
        get=SEE_DESK,
        post=PROMOTERS,
        hidden=SIGNED_IN - SEE_DESK,
        args=_project,
        data=fixed(**UPDATE),
        seen_by=("manager", "investment_desk"),
    ),
    "investment:update_retract": Rule(
        get=PROMOTERS,
        post=PROMOTERS,
        hidden=SIGNED_IN - SEE_DESK,
        args=_update,
        data=fixed(reason="A reason"),
        seen_by=("manager",),
    ),
    "investment:desk_results": Rule(
        get=SEE_DESK, post=PROMOTERS, hidden=SIGNED_IN - SEE_DESK, args=_project, seen_by=("manager",)
    ),
}
