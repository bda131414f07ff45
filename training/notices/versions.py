"""Reviews of curricula asked for and written, versions approved and published."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import User
from alliance.accounts.permissions import Permission
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message, NoticeKind, TaskKind, register

from .. import policies
from ..models import CurriculumVersion, ReviewAsk, VersionReview
from .programmes import TRAINING, concerns, people_of

_VERSION = {"about": ("training.CurriculumVersion", "curriculum", "curriculum__programme")}
_ASK = {
    "about": ("training.ReviewAsk", "version", "version__curriculum", "version__curriculum__programme", "organisation")
}
_REVIEW = {
    "about": (
        "training.VersionReview",
        "version",
        "version__curriculum",
        "version__curriculum__programme",
        "reviewer",
        "organisation",
    )
}


def desk_url(version: CurriculumVersion) -> str:
    return reverse("training:desk_version", args=[version.pk])


def _asked(facts: Facts, language: str, recipient: User | None) -> Message:
    version: CurriculumVersion = facts.about.version
    names = {"version": version.curriculum.code, "title": version.title, "number": version.number}
    return Message(
        subject=_("Please review: curriculum %(version)s %(number)s") % names,
        lines=(
            _("Your park is asked to review “%(title)s” before it is approved.") % names,
            _("Two parks other than its authors look at every curriculum. What you say is tied to the text as it is."),
        ),
        url=desk_url(version),
        action=_("Read and review"),
    )


def _reviewed(facts: Facts, language: str, recipient: User | None) -> Message:
    review: VersionReview = facts.about
    names = {
        "version": str(review.version),
        "park": review.organisation.name,
        "verdict": review.get_verdict_display(),
    }
    lines = [_("%(park)s reviewed the version: %(verdict)s.") % names]
    if review.comment:
        lines.append(review.comment)
    return Message(
        subject=_("Reviewed by %(park)s: %(version)s") % names,
        lines=tuple(lines),
        url=desk_url(review.version),
        action=_("See the reviews"),
    )


def _state(facts: Facts, language: str, recipient: User | None) -> Message:
    version: CurriculumVersion = facts.about
    names = {"version": str(version), "title": version.title, "state": version.get_state_display()}
    lines = [_("“%(title)s” is now: %(state)s.") % names]
    if version.state_reason:
        lines.append(_("Reason: %(reason)s") % {"reason": version.state_reason})
    return Message(
        subject=_("%(state)s: curriculum %(version)s") % names,
        lines=tuple(lines),
        url=desk_url(version),
        action=_("Open the version"),
    )


def _version(facts: Facts) -> CurriculumVersion:
    return facts.about if isinstance(facts.about, CurriculumVersion) else facts.about.version


def _sees(person: User, facts: Facts) -> bool:
    return policies.can_see_version_desk(person, _version(facts))


def _notice(code: str, title: Any, sentence: Any, render: Any, refs: dict, *, must: bool = False) -> NoticeKind:
    return register(
        NoticeKind(
            code=f"training.{code}",
            title=title,
            sentence=sentence,
            group=TRAINING,
            render=render,
            refs=refs,
            may_see=_sees,
            must_know=must,
            concerns=concerns,
        )
    )


REVIEW_ASKED = _notice(
    "review_asked",
    gettext_lazy("A curriculum to review"),
    gettext_lazy("A programme asks your park to review a curriculum."),
    _asked,
    _ASK,
)
REVIEWED = _notice(
    "reviewed",
    gettext_lazy("Our curriculum was reviewed"),
    gettext_lazy("A park says what it thinks of a curriculum of yours."),
    _reviewed,
    _REVIEW,
)
VERSION_STATE = _notice(
    "version_state",
    gettext_lazy("A curriculum moved on"),
    gettext_lazy("A curriculum version of yours is approved, published or withdrawn."),
    _state,
    _VERSION,
)

REVIEW = register(
    TaskKind(
        code="training.review_version",
        title=gettext_lazy("Review a curriculum"),
        sentence=gettext_lazy("Approve it, or say what should change."),
        permission=Permission.RUN_TRAINING,
        url=lambda task: desk_url(task.about.version),
        clock_days=10,
        describe=lambda facts: str(facts.about.version),
        refs=_ASK,
        outcomes={"approve": gettext_lazy("approved"), "change": gettext_lazy("asked for changes")},
    )
)


def ask_for_review(ask: ReviewAsk, *, by: User) -> None:
    services.open_task(REVIEW, about=ask, organisation=ask.organisation, opened_by=by)
    people = services.people_with(Permission.RUN_TRAINING, ask.organisation)
    key = f"{ask.pk}:{ask.asked_at:%s.%f}"
    services.notify(REVIEW_ASKED, to=people, about=ask, actor=by, key=key)


def ask_for_reviews(version: CurriculumVersion, *, by: User) -> None:
    for ask in version.asks.select_related("organisation", "organisation__province"):
        ask_for_review(ask, by=by)


def tell_reviewed(review: VersionReview, *, by: User) -> None:
    for ask in review.version.asks.filter(organisation=review.organisation_id):
        services.close_tasks(ask, kind=REVIEW, by=by, outcome=review.verdict)
    told = [person for person in people_of(review.version.curriculum.programme) if person.pk != by.pk]
    key = f"{review.pk}:{review.content_sha256[:12]}:{review.verdict}"
    services.notify(REVIEWED, to=told, about=review, actor=by, key=key)


def tell_state(version: CurriculumVersion, *, by: User) -> None:
    if version.state != CurriculumVersion.State.IN_REVIEW:
        for ask in version.asks.all():
            services.close_tasks(ask, kind=REVIEW, by=by, outcome=version.state)
    told = [person for person in people_of(version.curriculum.programme) if by is None or person.pk != by.pk]
    services.notify(VERSION_STATE, to=told, about=version, actor=by, key=f"{version.pk}:{version.state}")
