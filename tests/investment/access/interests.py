"""Interests and confidentiality agreements: who may open what."""

from tests.access_rules import ANALYST, INVESTMENT_DESK, INVESTOR, SECOND_INVESTOR, SIGNED_IN, Rule, fixed

OWN = INVESTOR | ANALYST
INVESTORS = OWN | SECOND_INVESTOR
PROMOTERS = frozenset({"manager", "other_manager"})
LEAD = frozenset({"manager"})
SEES = OWN | PROMOTERS | INVESTMENT_DESK
DESKS = PROMOTERS | INVESTMENT_DESK


def _project(world):
    return {"slug": world.project.slug}


def _token(thing):
    return lambda world: {"token": getattr(world, thing).token}


def _step(verb):
    return lambda world: {"token": world.interest.token, "verb": verb}


INTERESTS = {
    "investment:office_interests": Rule(get=INVESTMENT_DESK, hidden=SIGNED_IN - INVESTMENT_DESK),
    "investment:interests": Rule(get=INVESTORS, hidden=SIGNED_IN - INVESTORS, seen_by=("investor",)),
    "investment:interest_new": Rule(
        get=SIGNED_IN,
        post=SIGNED_IN,
        query="?project=sample-joint-project",
        seen_by=("investor",),
    ),
    # With something to see in it only for those who promote.
    "investment:inbox": Rule(get=PROMOTERS, hidden=SIGNED_IN - PROMOTERS, seen_by=("manager",)),
    # The second investor never learns of it.
    "investment:interest": Rule(
        get=SEES,
        hidden=SIGNED_IN - SEES,
        args=_token("interest"),
        seen_by=("investor", "manager", "investment_desk"),
    ),
    "investment:interest_edit": Rule(
        get=OWN, post=OWN, hidden=SIGNED_IN - OWN, args=_token("drafted_interest"), seen_by=("investor",)
    ),
    "investment:interest_move": Rule(
        get=PROMOTERS,
        post=PROMOTERS,
        hidden=SIGNED_IN - SEES,
        args=_step("lose"),
        data=fixed(code="terms", reason="Sample reason"),
        seen_by=("manager",),
    ),
    "investment:agreement_accept": Rule(
        get=OWN, post=INVESTOR, hidden=SIGNED_IN - OWN, args=_token("interest"), seen_by=("investor",)
    ),
    "investment:project_interests": Rule(get=PROMOTERS, hidden=SIGNED_IN - DESKS, args=_project, seen_by=("manager",)),
    "investment:agreement": Rule(get=DESKS, hidden=SIGNED_IN - DESKS, args=_project, seen_by=("manager",)),
    "investment:agreement_write": Rule(
        get=LEAD, post=LEAD, hidden=SIGNED_IN - DESKS, args=_project, seen_by=("manager",)
    ),
}
