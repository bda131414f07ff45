"""Promotion events: who may open what."""

from tests.access_rules import ANALYST, INVESTMENT_DESK, INVESTOR, SECOND_INVESTOR, SIGNED_IN, Rule, fixed

OWN = INVESTOR | ANALYST
PROMOTERS = frozenset({"manager", "other_manager"})
JOINS = OWN | SECOND_INVESTOR | PROMOTERS
SEES = JOINS | INVESTMENT_DESK
HIDDEN = SIGNED_IN - SEES
NOT_DESK = SIGNED_IN - INVESTMENT_DESK
# Seen by those who have a part in it; to all others the request is not there.
SIDES = OWN | PROMOTERS


def _token(thing):
    return lambda world: {"token": getattr(world, thing).token}


def _event(world):
    return {"token": world.promotion_event.token}


def _step(verb):
    return lambda world: _event(world) | {"verb": verb}


def _request(world):
    return _event(world) | {
        "project": world.event_project.project.slug,
        "investor": world.event_investor.investor.organisation.slug,
    }


VALUES = {
    "title_zh": "样例活动",
    "title_en": "Sample event",
    "place": "样例展厅",
    "on": "2099-05-05",
    "at": "09:00",
    "minutes": "20",
    "times": "6",
    "tables": "4",
}
EVENTS = {
    "investment:promotion_events": Rule(get=SEES, hidden=HIDDEN, seen_by=("investor", "investment_desk")),
    "investment:event_new": Rule(
        get=INVESTMENT_DESK,
        post=INVESTMENT_DESK,
        hidden=NOT_DESK,
        data=fixed(**VALUES),
        seen_by=("investment_desk",),
    ),
    "investment:promotion_event": Rule(
        get=SEES, hidden=HIDDEN, args=_event, seen_by=("investor", "manager", "investment_desk")
    ),
    "investment:event_edit": Rule(
        get=INVESTMENT_DESK,
        post=INVESTMENT_DESK,
        hidden=NOT_DESK,
        args=_token("drafted_event"),
        data=fixed(**VALUES),
        seen_by=("investment_desk",),
    ),
    "investment:event_join": Rule(
        post=JOINS, hidden=HIDDEN, args=_event, data=lambda world: {"part": f"project-{world.project.slug}"}
    ),
    "investment:event_leave": Rule(
        post=OWN,
        hidden=SIGNED_IN - OWN,
        args=_event,
        data=lambda world: {"part": f"investor-{world.event_investor.investor.organisation.slug}"},
    ),
    "investment:event_ask": Rule(post=SIDES, hidden=SIGNED_IN - SIDES, args=_request),
    "investment:event_move": Rule(
        get=INVESTMENT_DESK,
        post=INVESTMENT_DESK,
        hidden=HIDDEN,
        args=_step("cancel"),
        data=fixed(reason="Sample reason"),
        seen_by=("investment_desk",),
    ),
    "investment:event_result": Rule(
        get=PROMOTERS,
        post=PROMOTERS,
        hidden=SIGNED_IN - PROMOTERS,
        args=lambda world: {"token": world.event_meeting.event.token, "meeting": world.event_meeting.pk},
        data=fixed(is_held="yes", outcome_code="again", outcome="Sample"),
        seen_by=("manager",),
    ),
}
