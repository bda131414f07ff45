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


def _document(world):
    return {"slug": world.project.slug, "token": world.project_document.token}


def _document_desk(world):
    """The desk with a document on it."""
    return {"slug": world.project_document.project.slug}


def _followed(world):
    return {"slug": world.followed_project.slug}


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
    "investment:project_document": Rule(get=ANYONE, args=_document, is_page=False),
    "investment:project_follow": Rule(get=SIGNED_IN, post=SIGNED_IN, args=_project, seen_by=("investor",)),
    # Only what one follows can be let go.
    "investment:project_unfollow": Rule(post=frozenset({"analyst"}), hidden=SIGNED_IN - {"analyst"}, args=_followed),
    "investment:followed_projects": Rule(get=SIGNED_IN, seen_by=("investor",)),
    "investment:desk_documents": Rule(
        get=SEE_DESK,
        post=PROMOTERS,
        hidden=SIGNED_IN - SEE_DESK,
        args=_document_desk,
        seen_by=("manager", "investment_desk"),
    ),
    "investment:desk_document": Rule(
        get=PROMOTERS, post=PROMOTERS, hidden=SIGNED_IN - SEE_DESK, args=_document, seen_by=("manager",)
    ),
    "investment:desk_document_renew": Rule(post=PROMOTERS, hidden=SIGNED_IN - SEE_DESK, args=_document),
    "investment:desk_document_withdraw": Rule(post=PROMOTERS, hidden=SIGNED_IN - SEE_DESK, args=_document),
    "investment:desk_document_version": Rule(
        get=SEE_DESK,
        hidden=SIGNED_IN - SEE_DESK,
        args=lambda world: _document(world) | {"number": 1},
        is_page=False,
    ),
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
