"""Kinds of notices and tasks for the tests of this package, which knows no parks."""

from alliance.accounts.models import User
from alliance.accounts.permissions import Permission
from alliance.accounts.purposes import Purpose
from alliance.notifications.kinds import (
    Facts,
    ForGroups,
    Letter,
    Message,
    NoticeKind,
    TaskKind,
    register,
    subject_only,
)


def _news(facts: Facts, language: str, recipient: User | None) -> Message:
    return Message(
        subject=f"News of {facts.about.name}" if language == "en" else f"{facts.about.name}的消息",
        lines=("Something happened.", "It matters."),
        url=f"/{language}/desk/",
        action="Look",
    )


NEWS = register(NoticeKind(code="tests.news", title="News", sentence="Something happened.", render=_news))
DUTY_NEWS = register(
    NoticeKind(code="tests.must_know", title="Must know", sentence="Must be known.", render=_news, must_know=True)
)
URGENT = register(NoticeKind(code="tests.urgent", title="Urgent", sentence="At any hour.", render=_news, urgent=True))
NEWS_BY_CONSENT = register(
    NoticeKind(
        code="tests.by_consent",
        title="By consent",
        sentence="If agreed to.",
        render=_news,
        consent=Purpose("tests", "1", "News", "I agree to news."),
    )
)
GROUP_NEWS = register(
    NoticeKind(
        code="tests.group_news",
        title="News for groups",
        sentence="Something happened.",
        render=_news,
        for_groups=ForGroups(
            lambda facts: [facts.about], ("park_operator", "secretariat", "council"), subject_only(_news)
        ),
    )
)
ONCE = register(NoticeKind(code="tests.once", title="Code", sentence="A code.", render=_news, once="at_most"))
SECRET = register(
    NoticeKind(
        code="tests.secret",
        title="Secret",
        sentence="Only for some.",
        render=_news,
        may_see=lambda person, facts: person.job_title != "outsider",
    )
)


def _poison(facts: Facts, language: str, recipient: User | None) -> Message:
    raise ValueError("poison")


POISON = register(NoticeKind(code="tests.poison", title="Poison", sentence="Cannot be written.", render=_poison))
LETTER = register(
    NoticeKind(
        code="tests.letter",
        title="Letter",
        sentence="A letter.",
        render=_news,
        once="at_most",
        channels=("mail",),
        letter_to=lambda facts: Letter(f"{facts.about.slug}@example.org", "en"),
    )
)
CHECK = register(
    TaskKind(
        code="tests.check",
        title="Check",
        permission=Permission.CHECK_PROFILES,
        url=lambda task: f"/checks/{task.about_id}/",
        clock_days=5,
    )
)
FILL_IN = register(
    TaskKind(
        code="tests.fill_in",
        title="Fill in",
        permission=Permission.EDIT_PROFILE,
        url=lambda task: f"/fill-in/{task.about_id}/",
    )
)
