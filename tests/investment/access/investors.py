"""Investors: who may open what."""

from tests.access_rules import ANALYST, INVESTMENT_DESK, INVESTOR, SECOND_INVESTOR, SIGNED_IN, Rule, fixed

OWN = INVESTOR | ANALYST
HIDDEN = SIGNED_IN - OWN
NOT_DESK = SIGNED_IN - INVESTMENT_DESK


def _investor(world):
    return {"slug": world.investor_entry.organisation.slug}


def _document(world):
    return {"slug": world.investor_entry.organisation.slug, "token": world.document.file.token}


def _step(verb):
    return lambda world: _investor(world) | {"verb": verb}


INVESTORS = {
    "investment:office_investors": Rule(get=INVESTMENT_DESK, hidden=NOT_DESK),
    "investment:office_investor": Rule(get=INVESTMENT_DESK, hidden=NOT_DESK, args=_investor),
    "investment:investor_move": Rule(
        get=INVESTMENT_DESK,
        post=INVESTMENT_DESK,
        hidden=NOT_DESK,
        args=_step("suspend"),
        data=fixed(code="conduct", reason="Sample reason"),
    ),
    "investment:investor_home": Rule(get=SIGNED_IN, but=dict.fromkeys(OWN | SECOND_INVESTOR, 302), seen_by=("nobody",)),
    "investment:investor_new": Rule(get=SIGNED_IN, post=SIGNED_IN, seen_by=("nobody",)),
    "investment:desk_investor": Rule(get=OWN, hidden=HIDDEN, args=_investor, seen_by=("investor",)),
    "investment:investor_edit": Rule(get=OWN, post=OWN, hidden=HIDDEN, args=_investor, seen_by=("investor",)),
    "investment:investor_wishes": Rule(get=OWN, post=OWN, hidden=HIDDEN, args=_investor, seen_by=("investor",)),
    "investment:investor_hand_in": Rule(post=INVESTOR, hidden=HIDDEN, args=_investor),
    "investment:investor_again": Rule(post=INVESTOR, hidden=HIDDEN, args=_investor),
    "investment:document_add": Rule(post=OWN, hidden=HIDDEN, args=_investor),
    "investment:investor_document": Rule(
        get=OWN | INVESTMENT_DESK, hidden=HIDDEN - INVESTMENT_DESK, args=_document, is_page=False
    ),
    "investment:document_remove": Rule(post=OWN, hidden=HIDDEN, args=_document),
}
