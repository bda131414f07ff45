"""Which rows of questions and meetings are a person's (alliance/accounts/personal_data.py)."""

from django.utils.translation import gettext_lazy as _

from alliance.accounts.personal_data import Source, not_personal, register

from .personal import OF_ORGANISATIONS, WORK

register(
    Source(
        "investor_questions",
        "investment.Question",
        _("Questions you asked, answered or published"),
        WORK,
        traces=("asked_by", "answered_by", "published_by"),
    ),
    Source("question_rounds", "investment.QuestionRound", _("Rounds you began"), WORK, traces=("created_by",)),
    Source(
        "investor_meetings",
        "investment.Meeting",
        _("Meetings with investors you took part in"),
        WORK,
        traces=("host", "guest", "outcome_by"),
    ),
    Source(
        "investor_meeting_seats",
        "investment.MeetingSeat",
        _("Times kept for your meetings"),
        WORK,
        traces=("person",),
        is_listed=False,
    ),
    Source("promotion_events", "investment.PromotionEvent", _("Events you announced"), WORK, traces=("created_by",)),
    Source(
        "event_projects",
        "investment.EventProject",
        _("Projects you brought to an event"),
        WORK,
        traces=("person",),
    ),
    Source(
        "event_investors",
        "investment.EventInvestor",
        _("Investors you came for to an event"),
        WORK,
        traces=("person",),
    ),
    Source(
        "event_meetings",
        "investment.EventMeeting",
        _("Meetings at events you took part in"),
        WORK,
        traces=("host", "guest", "outcome_by"),
    ),
)
not_personal(
    "investment.Question",
    "text",
    "answer",
    "state_reason",
    "published_question_zh",
    "published_question_en",
    "published_answer_zh",
    "published_answer_en",
    why=OF_ORGANISATIONS,
)
not_personal("investment.Meeting", "state_reason", "topic", "outcome", "place", "link", why=OF_ORGANISATIONS)
not_personal("investment.PromotionEvent", "place", "state_reason", why=OF_ORGANISATIONS)
not_personal("investment.EventMeeting", "outcome", why=OF_ORGANISATIONS)
