"""Spec 3.11 and D-11: every state of questions, meetings and events is reached by its own moves, and by no other."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from alliance.core import workflow
from alliance.core.errors import MoveRefused, RuleBroken
from investment.models import EventMeeting, Meeting, PromotionEvent, Question, QuestionRound
from investment.services import events, interests, meetings, questions
from investment.workflows.events import EVENT
from investment.workflows.meetings import MEETING
from investment.workflows.questions import QUESTION
from tests.factories import make_organisation
from tests.investment.talking import Dialogue, in_days, make_dialogue, make_event, shift

pytestmark = pytest.mark.django_db
REASON = "Sample reason"


@pytest.fixture(autouse=True)
def _ground(settings):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    make_organisation("secretariat")


# How each state is reached; what stands twice is reached in two ways.


def _by_parks(verb: str) -> Callable[[Dialogue], Question]:
    return lambda talk: questions.move_question(talk.ask(), verb, by=talk.promoters.lead, reason=REASON)


def _unanswered(talk: Dialogue) -> Question:
    questions.open_round(talk.promoters.project, ask_until=in_days(1), answer_until=in_days(2), by=talk.promoters.lead)
    left, past = talk.ask(), timezone.now() - timedelta(minutes=1)
    QuestionRound.objects.update(ask_until=past - timedelta(days=1), answer_until=past)
    questions.mind()
    return left


def _kept_private(talk: Dialogue) -> Question:
    return questions.move_question(
        talk.answer(talk.ask(), for_all=True), "keep_private", by=talk.promoters.officer, reason=REASON
    )


def _taken_back(talk: Dialogue) -> Question:
    published = talk.publish(talk.answer(talk.ask(), for_all=True))
    return questions.move_question(published, "take_back", by=talk.promoters.officer, reason=REASON)


def _withdrawn_by_clock(talk: Dialogue) -> Question:
    left = talk.ask()
    interests.move_interest(talk.interest, "withdraw", by=talk.asker)
    questions.mind()
    return left


QUESTIONS: list[tuple[str, Callable[[Dialogue], Question]]] = [
    ("asked", lambda talk: talk.ask()),
    ("answered", lambda talk: talk.answer(talk.ask())),
    ("answered", _kept_private),
    ("in_moderation", lambda talk: talk.answer(talk.ask(is_for_all=True))),
    (
        "in_moderation",
        lambda talk: questions.move_question(talk.answer(talk.ask()), "raise", by=talk.promoters.lead),
    ),
    ("in_moderation", _taken_back),
    ("published", lambda talk: talk.publish(talk.answer(talk.ask(), for_all=True))),
    ("refused", _by_parks("refuse")),
    ("unanswered", _unanswered),
    ("withdrawn", lambda talk: questions.move_question(talk.ask(), "withdraw", by=talk.asker)),
    ("withdrawn", _withdrawn_by_clock),
]


def _requested(talk: Dialogue) -> Meeting:
    return talk.request(talk.offer())


def _moved(verb: str, make: Callable[[Dialogue], Meeting], *, by: str = "parks") -> Callable[[Dialogue], Meeting]:
    def moved(talk: Dialogue) -> Meeting:
        person = talk.promoters.lead if by == "parks" else talk.asker
        return meetings.move_meeting(make(talk), verb, by=person, reason=REASON)

    return moved


def _held(talk: Dialogue) -> Meeting:
    over = shift(talk.confirmed(), 8)
    return meetings.move_meeting(over, "hold", by=talk.promoters.lead, outcome="Sample", outcome_code="again")


def _lapsed(talk: Dialogue) -> Meeting:
    passed = shift(_requested(talk), 8)
    meetings.mind()
    return passed


def _ended(talk: Dialogue) -> Meeting:
    booked = talk.confirmed()
    interests.move_interest(talk.interest, "withdraw", by=talk.asker)
    meetings.mind()
    return booked


MEETINGS: list[tuple[str, Callable[[Dialogue], Meeting]]] = [
    ("offered", lambda talk: talk.offer()),
    ("requested", _requested),
    ("confirmed", lambda talk: talk.confirmed()),
    ("held", _held),
    ("no_show", _moved("miss", lambda talk: shift(talk.confirmed(), 8))),
    ("cancelled", _moved("withdraw", lambda talk: talk.offer())),
    ("cancelled", _moved("decline", _requested)),
    ("cancelled", _moved("release", _requested, by="investor")),
    ("cancelled", _moved("cancel", lambda talk: talk.confirmed())),
    ("cancelled", _moved("cancel", lambda talk: talk.confirmed(), by="investor")),
    ("cancelled", _lapsed),
    ("cancelled", _ended),
]


def _planned(talk: Dialogue) -> PromotionEvent:
    desk = talk.promoters.officer
    event = make_event(desk)
    ours = events.join_project(event, talk.promoters.project, by=talk.promoters.lead)
    theirs = events.join_investor(event, talk.investing.investor, by=talk.asker)
    events.ask(ours, theirs, by=talk.asker)
    return events.move_event(event, "plan", by=desk)


def _closed(talk: Dialogue) -> PromotionEvent:
    event = _planned(talk)
    PromotionEvent.objects.update(starts_at=timezone.now() - timedelta(days=1))
    (met,) = EventMeeting.objects.filter(event=event)
    events.record_result(met, is_held=True, outcome="Sample", outcome_code="again", by=talk.promoters.lead)
    return events.move_event(event, "close", by=talk.promoters.officer)


EVENTS: list[tuple[str, Callable[[Dialogue], PromotionEvent]]] = [
    ("draft", lambda talk: make_event(talk.promoters.officer, "draft")),
    ("open", lambda talk: make_event(talk.promoters.officer)),
    ("planned", _planned),
    ("closed", _closed),
    ("cancelled", lambda talk: _cancelled(talk, make_event(talk.promoters.officer, "draft"))),
    ("cancelled", lambda talk: _cancelled(talk, make_event(talk.promoters.officer))),
    ("cancelled", lambda talk: _cancelled(talk, _planned(talk))),
]


def _cancelled(talk: Dialogue, event: PromotionEvent) -> PromotionEvent:
    return events.move_event(event, "cancel", by=talk.promoters.officer, reason=REASON)


WAYS: list[tuple[Any, str, Callable[[Dialogue], Any]]] = [
    *((QUESTION, state, reach) for state, reach in QUESTIONS),
    *((MEETING, state, reach) for state, reach in MEETINGS),
    *((EVENT, state, reach) for state, reach in EVENTS),
]


@pytest.mark.parametrize(
    ("flow", "state", "reach"), WAYS, ids=[f"{flow.code}-{state}-{at}" for at, (flow, state, _r) in enumerate(WAYS)]
)
def test_a_state_is_reached_and_left_by_its_own_moves_alone(flow, state: str, reach):
    talk = make_dialogue()
    thing = reach(talk)
    thing.refresh_from_db()
    assert thing.state == state

    for move in flow.moves:
        if state in move.sources:
            continue
        for person in (talk.promoters.lead, talk.asker, talk.promoters.officer, None):
            with pytest.raises(MoveRefused):
                workflow.apply(flow, thing, move.verb, by=person, reason=REASON)
    thing.refresh_from_db()
    assert thing.state == state


def test_no_state_was_left_out():
    for flow, states in ((QUESTION, Question.State), (MEETING, Meeting.State), (EVENT, PromotionEvent.State)):
        assert {state for other, state, _reach in WAYS if other is flow} == set(states.values)


# Who moves what: the side that may, and every other side refused.
@pytest.mark.parametrize(
    ("flow", "verb", "reach", "may"),
    [
        (QUESTION, "answer", QUESTIONS[0][1], "parks"),
        (QUESTION, "answer_for_all", QUESTIONS[0][1], "parks"),
        (QUESTION, "refuse", QUESTIONS[0][1], "parks"),
        (QUESTION, "withdraw", QUESTIONS[0][1], "investor clock"),
        (QUESTION, "lapse", QUESTIONS[0][1], "clock"),
        (QUESTION, "raise", QUESTIONS[1][1], "parks desk"),
        (QUESTION, "publish", QUESTIONS[3][1], "desk"),
        (QUESTION, "keep_private", QUESTIONS[3][1], "desk"),
        (QUESTION, "take_back", QUESTIONS[6][1], "desk"),
        (MEETING, "request", MEETINGS[0][1], "investor"),
        (MEETING, "withdraw", MEETINGS[0][1], "parks"),
        (MEETING, "confirm", MEETINGS[1][1], "parks"),
        (MEETING, "decline", MEETINGS[1][1], "parks"),
        (MEETING, "release", MEETINGS[1][1], "investor"),
        (MEETING, "cancel", MEETINGS[2][1], "parks investor"),
        (MEETING, "hold", MEETINGS[2][1], "parks"),
        (MEETING, "miss", MEETINGS[2][1], "parks"),
        (MEETING, "lapse", MEETINGS[1][1], "clock"),
        (MEETING, "end", MEETINGS[2][1], "clock"),
        (EVENT, "open", EVENTS[0][1], "desk"),
        (EVENT, "plan", EVENTS[1][1], "desk"),
        (EVENT, "close", EVENTS[2][1], "desk"),
        (EVENT, "cancel", EVENTS[1][1], "desk"),
    ],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "code", ""),
)
def test_who_makes_a_move(flow, verb: str, reach, may: str):
    talk = make_dialogue()
    other = make_dialogue(talk.promoters)
    thing = reach(talk)
    people = {
        "parks": talk.promoters.lead,
        "investor": talk.asker,
        "desk": talk.promoters.officer,
        "clock": None,
        "another investor": other.asker,
    }
    if flow is MEETING and verb == "request":
        # Everybody in dialogue asks for a time that is free.
        may = f"{may} another investor"
        del people["another investor"]
    for side, person in people.items():
        if side not in may:
            with pytest.raises(PermissionDenied):
                workflow.apply(flow, thing, verb, by=person, reason=REASON)
        else:
            # Whoever may comes as far as the rule, which asks for what a step of this kind needs.
            _tries(flow, thing, verb, person)


def _tries(flow: Any, thing: Any, verb: str, person: Any) -> None:
    from django.db import transaction

    class Back(Exception):
        pass

    try:
        with transaction.atomic():
            workflow.apply(flow, thing, verb, by=person, reason=REASON)
            raise Back
    except (RuleBroken, Back):
        pass
