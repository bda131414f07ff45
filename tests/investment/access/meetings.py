"""Questions and meetings: who may open what."""

from tests.access_rules import ANALYST, INVESTMENT_DESK, INVESTOR, SECOND_INVESTOR, SIGNED_IN, Rule, fixed

OWN = INVESTOR | ANALYST
PROMOTERS = frozenset({"manager", "other_manager"})
DESKS = PROMOTERS | INVESTMENT_DESK
SEES = OWN | DESKS
TALKS = OWN | SECOND_INVESTOR | PROMOTERS
# The second investor never learns of a question, a meeting or a time offered in a dialogue it is not in.
HIDDEN = SIGNED_IN - SEES
NOT_DESK = SIGNED_IN - INVESTMENT_DESK


def _token(thing):
    return lambda world: {"token": getattr(world, thing).token}


def _project(world):
    return {"slug": world.project.slug}


def _question_step(verb):
    return lambda world: {"token": world.question.token, "verb": verb}


def _meeting_step(verb):
    return lambda world: {"token": world.meeting.token, "verb": verb}


WORDS = {
    "published_question_zh": "样例问题",
    "published_question_en": "Sample question",
    "published_answer_zh": "样例回答",
    "published_answer_en": "Sample answer",
    "audience": "dialogue",
}

QUESTIONS = {
    "investment:office_questions": Rule(get=INVESTMENT_DESK, hidden=NOT_DESK, seen_by=("investment_desk",)),
    "investment:questions": Rule(get=TALKS, hidden=SIGNED_IN - TALKS, seen_by=("investor", "manager")),
    "investment:question": Rule(
        get=SEES, hidden=HIDDEN, args=_token("question"), seen_by=("investor", "manager", "investment_desk")
    ),
    "investment:question_answer": Rule(
        get=PROMOTERS,
        post=PROMOTERS,
        hidden=HIDDEN,
        args=_token("question"),
        data=fixed(answer="Sample answer"),
        seen_by=("manager",),
    ),
    "investment:question_publish": Rule(
        get=INVESTMENT_DESK,
        post=INVESTMENT_DESK,
        hidden=NOT_DESK,
        args=_token("answered_question"),
        data=fixed(**WORDS),
        seen_by=("investment_desk",),
    ),
    "investment:question_material": Rule(post=DESKS, hidden=HIDDEN, args=_token("question")),
    "investment:question_move": Rule(
        get=OWN, post=OWN, hidden=HIDDEN, args=_question_step("withdraw"), seen_by=("investor",)
    ),
    "investment:interest_questions": Rule(
        get=SEES,
        post=OWN,
        hidden=HIDDEN,
        args=_token("interest"),
        data=fixed(text="Sample question"),
        seen_by=("investor", "manager"),
    ),
    "investment:project_questions": Rule(
        get=DESKS, post=PROMOTERS, hidden=SIGNED_IN - DESKS, args=_project, seen_by=("manager",)
    ),
}
MEETINGS = {
    "investment:office_meetings": Rule(get=INVESTMENT_DESK, hidden=NOT_DESK, seen_by=("investment_desk",)),
    "investment:meetings": Rule(get=TALKS, hidden=SIGNED_IN - TALKS, seen_by=("investor", "manager")),
    "investment:meetings_file": Rule(get=TALKS, hidden=SIGNED_IN - TALKS, is_page=False),
    "investment:meeting": Rule(
        get=SEES, hidden=HIDDEN, args=_token("meeting"), seen_by=("investor", "manager", "investment_desk")
    ),
    "investment:meeting_request": Rule(
        post=OWN,
        hidden=HIDDEN,
        args=_token("slot"),
        data=lambda world: {"interest": world.interest.token, "topic": "Sample"},
    ),
    "investment:meeting_change": Rule(
        get=PROMOTERS, post=PROMOTERS, hidden=HIDDEN, args=_token("meeting"), seen_by=("manager",)
    ),
    "investment:meeting_move": Rule(
        get=OWN | PROMOTERS,
        post=OWN | PROMOTERS,
        hidden=HIDDEN,
        args=_meeting_step("cancel"),
        data=fixed(reason="Sample reason"),
        seen_by=("investor",),
    ),
    "investment:meeting_file": Rule(get=SEES, hidden=HIDDEN, args=_token("meeting"), is_page=False),
    "investment:interest_meetings": Rule(
        get=SEES, hidden=HIDDEN, args=_token("interest"), seen_by=("investor", "manager")
    ),
    "investment:project_meetings": Rule(
        get=DESKS, post=PROMOTERS, hidden=SIGNED_IN - DESKS, args=_project, seen_by=("manager",)
    ),
}
