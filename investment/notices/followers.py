"""What those who follow a project hear: news, another public stage, a result. One event for all of them.

Whoever may no longer see what it is about is left out when it is told, and asked again before a mail leaves. What a
committee has before it is told to nobody (J-3), what is for verified investors to them alone (J-5).
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import User
from alliance.accounts.permissions import Permission
from alliance.core import markdown
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message, NoticeKind

from .. import policies
from ..models import Investor, Project, ProjectFollow, ProjectOutcome, ProjectStep, ProjectUpdate
from ..presentation import money
from .kinds import notice
from .people import desk

FIRST_WORDS = 240
State = Project.State


def _sees_project(person: User, facts: Facts) -> bool:
    return facts.about.project.is_public


def _sees_update(person: User, facts: Facts) -> bool:
    update: ProjectUpdate = facts.about
    if update.retracted_at is not None or not update.project.is_public:
        return False
    if update.disclosure == ProjectUpdate.Disclosure.PUBLIC:
        return True
    return policies.is_verified_investor(person) or policies.can_see_desk(person, update.project)


def _sees_outcome(person: User, facts: Facts) -> bool:
    outcome: ProjectOutcome = facts.about
    return outcome.project.is_public and ProjectOutcome.objects.standing().filter(pk=outcome.pk).exists()


def _why() -> str:
    return _("You hear of this because you follow the project. Its page lets you stop.")


def _updated(facts: Facts, language: str, recipient: User | None) -> Message:
    update: ProjectUpdate = facts.about
    project = update.project
    return Message(
        subject=_("News of %(project)s: %(title)s") % {"project": project.title, "title": update.title},
        lines=(markdown.plain(update.text, FIRST_WORDS), _why()),
        url=f"{project.get_absolute_url()}#updates",
        action=_("Read the update"),
    )


def public_state(state: str) -> str:
    """As everybody sees it (J-3)."""
    return State.DUE_DILIGENCE.value if state == State.IC_REVIEW else state


def _stage(facts: Facts, language: str, recipient: User | None) -> Message:
    step: ProjectStep = facts.about
    names = {"project": step.project.title, "stage": State(public_state(step.to_state)).label}
    return Message(
        subject=_("%(project)s: now %(stage)s") % names,
        lines=(_("The project you follow has reached another stage: %(stage)s.") % names, _why()),
        url=step.project.get_absolute_url(),
        action=_("Open the project"),
    )


def _result(facts: Facts, language: str, recipient: User | None) -> Message:
    outcome: ProjectOutcome = facts.about
    project = outcome.project
    names = {"project": project.title, "result": outcome.get_kind_display(), "amount": money(outcome.amount)}
    lines = [_("Amount: %(amount)s") % names] if outcome.amount else []
    return Message(
        subject=_("Result of %(project)s: %(result)s") % names,
        lines=(*lines, markdown.plain(outcome.happened, FIRST_WORDS), _why()),
        url=f"{project.get_absolute_url()}#results",
        action=_("Read the result"),
    )


def _follows_any(person: User) -> bool:
    return ProjectFollow.objects.filter(person=person.pk).exists()


def _to_followers(code: str, title: Any, sentence: Any, render: Any, may_see: Any, model: str) -> NoticeKind:
    refs = {"about": (f"investment.{model}", "project")}
    return notice(code, title, sentence, render, refs=refs, may_see=may_see, concerns=_follows_any)


FOLLOWED_UPDATE = _to_followers(
    "followed_update",
    gettext_lazy("News of a project you follow"),
    gettext_lazy("The parks of a project that you follow published an update."),
    _updated,
    _sees_update,
    "ProjectUpdate",
)
FOLLOWED_STAGE = _to_followers(
    "followed_stage",
    gettext_lazy("A project you follow moved on"),
    gettext_lazy("A project that you follow reached another public stage."),
    _stage,
    _sees_project,
    "ProjectStep",
)
FOLLOWED_RESULT = _to_followers(
    "followed_result",
    gettext_lazy("A result of a project you follow"),
    gettext_lazy("A project that you follow was financed or not, delivered, or failed."),
    _result,
    _sees_outcome,
    "ProjectOutcome",
)


# To whom ------------------------------------------------------------------------------------------------------------


def _followers(project: Project, *, but: User | None) -> list[User]:
    """One query; never who did it."""
    found = ProjectFollow.objects.filter(project=project, person__is_active=True).select_related("person")
    return [one.person for one in found if but is None or one.person_id != but.pk]


def _verified_readers(project: Project) -> set[int]:
    """Whoever reads what is for verified investors: their people, the promoters, the desk. The same few queries for any
    number of each."""
    investors = Investor.objects.verified().values_list("organisation_id", flat=True)
    parks = project.parties.current().values_list("park__organisation_id", flat=True)
    people = services.people_with_each(Permission.INVEST, set(investors))
    promoters = services.people_with_each(Permission.PROMOTE, set(parks))
    keys = {key for found in (people, promoters) for ones in found.values() for key in ones}
    return keys | {person.pk for person in desk()}


def tell_update(update: ProjectUpdate, *, by: User) -> None:
    people = _followers(update.project, but=by)
    if people and update.disclosure == ProjectUpdate.Disclosure.VERIFIED:
        readers = _verified_readers(update.project)
        people = [person for person in people if person.pk in readers]
    if people:
        services.notify(FOLLOWED_UPDATE, to=people, about=update, actor=by, key=update.pk)


def tell_stage(step: ProjectStep, *, by: User | None) -> None:
    """Where the public sees another stage than before; not where the project left the public."""
    before, now = public_state(step.from_state), public_state(step.to_state)
    if now == before or now not in Project.PUBLIC_STATES:
        return
    if people := _followers(step.project, but=by):
        services.notify(FOLLOWED_STAGE, to=people, about=step, actor=by, key=step.pk)


def tell_outcome(outcome: ProjectOutcome, *, by: User) -> None:
    if people := _followers(outcome.project, but=by):
        services.notify(FOLLOWED_RESULT, to=people, about=outcome, actor=by, key=outcome.pk)
