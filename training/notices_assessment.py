"""What people are told about marks, and what waits for them there."""

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message, NoticeKind, TaskKind, register

from .models import Appeal, Attempt, Cohort, DriftRequest, Moderation, Programme, ProgrammePartner, Recognition

GROUP = gettext_lazy("Training: marks")
_ATTEMPT = {"about": ("training.Attempt", "item__unit", "enrolment__cohort", "appeal__decision")}
_APPEAL = {"about": ("training.Appeal", "attempt__item__unit", "attempt__enrolment__cohort")}
_RECOGNITION = {"about": ("training.Recognition", "unit", "enrolment__cohort")}
_MODERATION = {"about": ("training.Moderation", "cohort", "item__unit")}
_DRIFT = {"about": ("training.DriftRequest", "unit__version__curriculum", "organisation")}


def _what(attempt: Attempt) -> dict[str, Any]:
    return {"unit": attempt.item.unit.title, "item": attempt.item.title, "cohort": attempt.enrolment.cohort.title}


def results_url(enrolment_id: int) -> str:
    return reverse("training:my_results", args=[enrolment_id])


def _released(facts: Facts, language: str, recipient: User | None) -> Message:
    attempt: Attempt = facts.about
    until = date_format(timezone.localtime(attempt.appeal_until), "DATETIME_FORMAT")
    return Message(
        subject=_("Your mark is there: %(unit)s, %(item)s") % _what(attempt),
        lines=(
            _("The mark of “%(item)s” in %(cohort)s is released. You see it with every term of the result.")
            % _what(attempt),
            _("If you think it is wrong, you can appeal until %(until)s.") % {"until": until},
        ),
        url=results_url(attempt.enrolment_id),
        action=_("See my results"),
    )


def _voided(facts: Facts, language: str, recipient: User | None) -> Message:
    attempt: Attempt = facts.about
    return Message(
        subject=_("Void: your attempt at %(unit)s, %(item)s") % _what(attempt),
        lines=(
            _("The attempt counts for nothing, and it uses up no resit."),
            _("Reason: %(reason)s") % {"reason": attempt.void_reason},
        ),
        url=results_url(attempt.enrolment_id),
        action=_("See my results"),
    )


def _appeal_decided(facts: Facts, language: str, recipient: User | None) -> Message:
    attempt: Attempt = facts.about
    changed = attempt.appeal.decision.mark is not None
    return Message(
        subject=_("Decided: your appeal about %(unit)s, %(item)s") % _what(attempt),
        lines=(
            _("The awarding partner decided another mark. It counts from now on.")
            if changed
            else _("The awarding partner looked at it anew. The mark stands."),
            _("Why: %(reason)s") % {"reason": attempt.appeal.answer},
        ),
        url=results_url(attempt.enrolment_id),
        action=_("See my results"),
    )


def _recognition_decided(facts: Facts, language: str, recipient: User | None) -> Message:
    recognition: Recognition = facts.about
    names = {"unit": recognition.unit.title}
    granted = recognition.state == Recognition.State.GRANTED
    return Message(
        subject=(_("Recognised: %(unit)s") if granted else _("Not recognised: %(unit)s")) % names,
        lines=(_("Why: %(reason)s") % {"reason": recognition.answer},),
        url=results_url(recognition.enrolment_id),
        action=_("See my results"),
    )


def _look_again(facts: Facts, language: str, recipient: User | None) -> Message:
    attempt: Attempt = facts.about
    return Message(
        subject=_("Please look at a mark again: %(unit)s, %(item)s") % _what(attempt),
        lines=(
            _("Whoever checks the marks of %(cohort)s asks you to look at one again.") % _what(attempt),
            _("Their comment stands beside the mark. You decide, and they look at it once more."),
        ),
        url=marking_url(attempt.enrolment.cohort, attempt.item_id),
        action=_("Open the marks"),
    )


def marking_url(cohort: Cohort, item_id: int) -> str:
    return reverse("training:marking_grid", args=[cohort.code, item_id])


def _own_attempt(person: User, facts: Facts) -> bool:
    return facts.about.enrolment.person_id == person.pk


def _notice(code: str, title: Any, sentence: Any, render: Any, refs: dict, **more: Any) -> NoticeKind:
    return register(
        NoticeKind(
            code=f"training.{code}", title=title, sentence=sentence, group=GROUP, render=render, refs=refs, **more
        )
    )


MARK_RELEASED = _notice(
    "mark_released",
    gettext_lazy("A mark of yours is released"),
    gettext_lazy("You can see it, and for ten working days you can appeal."),
    _released,
    _ATTEMPT,
    must_know=True,
    may_see=_own_attempt,
)
ATTEMPT_VOID = _notice(
    "attempt_void",
    gettext_lazy("An attempt of yours is void"),
    gettext_lazy("It counts for nothing, and you read why."),
    _voided,
    _ATTEMPT,
    must_know=True,
    may_see=_own_attempt,
)
APPEAL_DECIDED = _notice(
    "appeal_decided",
    gettext_lazy("Your appeal is decided"),
    gettext_lazy("The awarding partner answers with reasons."),
    _appeal_decided,
    _ATTEMPT,
    must_know=True,
    may_see=_own_attempt,
)
RECOGNITION_DECIDED = _notice(
    "recognition_decided",
    gettext_lazy("Your recognition is decided"),
    gettext_lazy("Whether what you learned elsewhere counts as a unit."),
    _recognition_decided,
    _RECOGNITION,
    must_know=True,
    may_see=_own_attempt,
)
LOOK_AGAIN = _notice(
    "mark_again",
    gettext_lazy("A mark to look at again"),
    gettext_lazy("Whoever checks the marks has a question about one of yours."),
    _look_again,
    _ATTEMPT,
)


# Tasks ----------------------------------------------------------------------------------------------------------------


def _task(code: str, title: Any, sentence: Any, permission: Permission, url: Callable, **more: Any) -> TaskKind:
    return register(
        TaskKind(code=f"training.{code}", title=title, sentence=sentence, permission=permission, url=url, **more)
    )


MODERATE = _task(
    "moderate",
    gettext_lazy("Check a sample of marks"),
    gettext_lazy("All fails, all near the pass mark, and some of the rest; you did not mark them yourself."),
    Permission.TEACH,
    lambda task: reverse("training:moderation", args=[task.about_id]),
    clock_days=5,
    describe=lambda facts: f"{facts.about.cohort.title} · {facts.about.item.title}",
    refs=_MODERATION,
)
DECIDE_APPEAL = _task(
    "decide_appeal",
    gettext_lazy("Decide an appeal"),
    gettext_lazy("A trainee asks that a mark be looked at anew. The trainee sees the same clock."),
    Permission.AWARD,
    lambda task: reverse("training:appeal", args=[task.about_id]),
    clock_days=10,
    describe=lambda facts: f"{facts.about.attempt.enrolment.cohort.title} · {facts.about.attempt.item.title}",
    refs=_APPEAL,
)
DECIDE_RECOGNITION = _task(
    "decide_recognition",
    gettext_lazy("Decide a recognition"),
    gettext_lazy("A trainee asks that something learned elsewhere counts as a unit."),
    Permission.AWARD,
    lambda task: reverse("training:recognition", args=[task.about_id]),
    clock_days=10,
    describe=lambda facts: f"{facts.about.enrolment.cohort.title} · {facts.about.unit.title}",
    refs=_RECOGNITION,
)
LOOK_AT_DRIFT = _task(
    "look_at_drift",
    gettext_lazy("Look at marks that lie apart"),
    gettext_lazy(
        "One host's marks of a unit differ from the others'. Nothing changes by itself: look, and say what you found."
    ),
    Permission.RUN_TRAINING,
    lambda task: reverse("training:drift"),
    clock_days=20,
    describe=lambda facts: f"{facts.about.unit.title} · {facts.about.organisation.name}",
    refs=_DRIFT,
)


# Who is told ----------------------------------------------------------------------------------------------------------


def partners(programme: Programme, *roles: str) -> Iterable[Organisation]:
    parts = programme.partners.filter(
        role__in=roles, accepted_at__isnull=False, declined_at__isnull=True, until_on__isnull=True
    ).select_related("organisation")
    return [part.organisation for part in parts]


def lead(programme: Programme) -> Organisation:
    return next(iter(partners(programme, ProgrammePartner.Role.LEAD)))


def programme_of(cohort: Cohort) -> Programme:
    return cohort.version.curriculum.programme


def tell_released(attempt: Attempt, *, by: User) -> None:
    services.notify(MARK_RELEASED, to=[attempt.enrolment.person], about=attempt, actor=by, key=attempt.pk)


def tell_void(attempt: Attempt, *, by: User) -> None:
    if attempt.released_at:
        services.notify(ATTEMPT_VOID, to=[attempt.enrolment.person], about=attempt, actor=by, key=attempt.pk)
    appeal = getattr(attempt, "appeal", None)
    if appeal is not None:
        services.close_tasks(appeal, by=by, outcome="void")


def tell_drawn(moderation: Moderation, *, by: User) -> None:
    """The programme's lead checks what others marked; where its own trainers marked, any second person may."""
    services.open_task(MODERATE, about=moderation, organisation=lead(programme_of(moderation.cohort)), opened_by=by)


def tell_checked(moderation: Moderation, *, by: User) -> None:
    services.close_tasks(moderation, kind=MODERATE, by=by, outcome="checked")


def tell_look_again(attempt: Attempt, *, by: User, key: str) -> None:
    if attempt.marker is not None:
        services.notify(LOOK_AGAIN, to=[attempt.marker], about=attempt, actor=by, key=key)


def tell_appealed(appeal: Appeal, *, by: User) -> None:
    programme = programme_of(appeal.attempt.enrolment.cohort)
    for organisation in partners(programme, ProgrammePartner.Role.AWARDING):
        services.open_task(DECIDE_APPEAL, about=appeal, organisation=organisation, due_at=appeal.due_at, opened_by=by)


def tell_appeal_decided(appeal: Appeal, *, by: User) -> None:
    services.close_tasks(appeal, kind=DECIDE_APPEAL, by=by, outcome=appeal.attempt.state)
    attempt = appeal.attempt
    services.notify(APPEAL_DECIDED, to=[attempt.enrolment.person], about=attempt, actor=by, key=attempt.pk)


def tell_recognition_asked(recognition: Recognition, *, by: User) -> None:
    programme = programme_of(recognition.enrolment.cohort)
    for organisation in partners(programme, ProgrammePartner.Role.AWARDING):
        services.open_task(DECIDE_RECOGNITION, about=recognition, organisation=organisation, opened_by=by)


def tell_recognition_decided(recognition: Recognition, *, by: User) -> None:
    close_recognition(recognition, by=by)
    services.notify(
        RECOGNITION_DECIDED, to=[recognition.enrolment.person], about=recognition, actor=by, key=recognition.pk
    )


def close_recognition(recognition: Recognition, *, by: User) -> None:
    services.close_tasks(recognition, kind=DECIDE_RECOGNITION, by=by, outcome=recognition.state)


def tell_drift(request: DriftRequest) -> None:
    programme = request.unit.version.curriculum.programme
    services.open_task(LOOK_AT_DRIFT, about=request, organisation=lead(programme))


def tell_drift_answered(request: DriftRequest, *, by: User) -> None:
    services.close_tasks(request, kind=LOOK_AT_DRIFT, by=by, outcome="answered")
