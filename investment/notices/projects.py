"""Parks asked and leaving, projects handed in, decided and moved on."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message, NoticeKind, TaskKind, register

from .. import policies
from ..models import Project, ProjectParty, ProjectSignature

INVESTMENT = gettext_lazy("Joint investment")
_PARTY = {"about": ("investment.ProjectParty", "project", "park", "park__organisation", "asked_by")}
_PROJECT = {"about": ("investment.Project", "created_by")}
State = Project.State
# Every promoter hears of these; steps in between are on the desk.
TOLD = (
    State.SUBMITTED,
    State.RETURNED,
    State.REJECTED,
    State.ADMITTED,
    State.PUBLISHED,
    State.ON_HOLD,
    State.EXPIRED,
    State.FINANCING_AGREED,
    State.COMPLETED,
    State.WITHDRAWN,
    State.CANCELLED,
)


def desk_url(project: Project) -> str:
    return reverse("investment:desk_project", args=[project.slug])


def project_of(facts: Facts) -> Project:
    match facts.about:
        case Project():
            return facts.about
        case ProjectSignature():
            return facts.about.version.project
        case _:
            return facts.about.project


def sees_desk(person: User, facts: Facts) -> bool:
    return policies.can_see_desk(person, project_of(facts))


def _asked(facts: Facts, language: str, recipient: User | None) -> Message:
    party: ProjectParty = facts.about
    names = {"project": party.project.title, "us": party.park.name}
    return Message(
        subject=_("Promote together? %(project)s") % names,
        lines=(
            _("%(us)s is asked to promote this joint project.") % names,
            _("Read and write with the others. Nothing binds your park before its manager signs."),
        ),
        url=desk_url(party.project),
        action=_("Open the project"),
    )


def _leaving(facts: Facts, language: str, recipient: User | None) -> Message:
    party: ProjectParty = facts.about
    names = {"project": party.project.title, "park": party.park.name}
    lines = [_("%(park)s wants to leave the project.") % names]
    if party.until_at is None:
        lines.append(_("It stays bound until the others have signed a version without it."))
    return Message(
        subject=_("%(park)s leaves: %(project)s") % names,
        lines=tuple(lines),
        url=desk_url(party.project),
        action=_("Open the project"),
    )


def _moved(facts: Facts, language: str, recipient: User | None) -> Message:
    project: Project = facts.about
    names = {"project": project.title, "state": project.get_state_display()}
    lines = [_("The project is now: %(state)s.") % names]
    if project.state_reason:
        lines.append(_("Reason: %(reason)s") % {"reason": project.state_reason})
    return Message(
        subject=_("%(state)s: %(project)s") % names,
        lines=tuple(lines),
        url=desk_url(project),
        action=_("Open the project"),
    )


def _submitted(facts: Facts, language: str, recipient: User | None) -> Message:
    project: Project = facts.about
    return Message(
        subject=_("To admit: the project %(project)s") % {"project": project.title},
        lines=(_("A joint project, signed by all its parks, was handed in. Check the nine criteria."),),
        url=reverse("investment:office_project", args=[project.slug]),
        action=_("Look at the project"),
    )


def notice(code: str, title: Any, sentence: Any, render: Any, refs: dict, *, must: bool = False) -> NoticeKind:
    """A notice to those who see a project's desk."""
    return register(
        NoticeKind(
            code=f"investment.{code}",
            title=title,
            sentence=sentence,
            group=INVESTMENT,
            render=render,
            refs=refs,
            may_see=sees_desk,
            must_know=must,
            concerns=policies.promotes_any,
        )
    )


PARK_ASKED = notice(
    "park_asked",
    gettext_lazy("We are asked to promote a project"),
    gettext_lazy("A park asks yours to promote a joint project."),
    _asked,
    _PARTY,
    must=True,
)
PARK_LEAVING = notice(
    "park_leaving",
    gettext_lazy("A park leaves a project"),
    gettext_lazy("A park you promote a project with wants to leave it."),
    _leaving,
    _PARTY,
    must=True,
)
PROJECT_MOVED = notice(
    "project_moved",
    gettext_lazy("A project moved on"),
    gettext_lazy("A project of yours was handed in, returned, admitted, published, put on hold or ended."),
    _moved,
    _PROJECT,
    must=True,
)
PROJECT_SUBMITTED = register(
    NoticeKind(
        code="investment.project_submitted",
        title=gettext_lazy("A project to admit"),
        sentence=gettext_lazy("A joint project is handed in to the investment desk."),
        group=INVESTMENT,
        render=_submitted,
        refs=_PROJECT,
        may_see=lambda person, facts: policies.oversees(person),
        concerns=policies.oversees,
    )
)
ADMIT_PROJECT = register(
    TaskKind(
        code="investment.admit_project",
        title=gettext_lazy("Decide on a joint project"),
        sentence=gettext_lazy("Check each of the nine criteria with its evidence, then admit, return or refuse."),
        permission=Permission.OVERSEE_INVESTMENT,
        url=lambda task: reverse("investment:office_project", args=[task.about.slug]),
        clock_days=15,
        describe=lambda facts: facts.about.title,
        refs=_PROJECT,
    )
)


def promoters(project: Project, permission: Permission = Permission.PROMOTE) -> list[User]:
    """Whoever works on the project for one of its parks."""
    parks = project.parties.current().values_list("park__organisation", flat=True)
    people = services.people_with_each(permission, set(parks)).values()
    return list(User.objects.filter(pk__in={pk for some in people for pk in some}, is_active=True).order_by("pk"))


def tell_asked(party: ProjectParty, *, by: User) -> None:
    asked = services.people_with(Permission.PROMOTE, party.park.organisation)
    services.notify(PARK_ASKED, to=asked, about=party, actor=by, key=party.pk)


def tell_leaving(party: ProjectParty, *, by: User) -> None:
    told = [person for person in promoters(party.project) if person.pk != by.pk]
    services.notify(PARK_LEAVING, to=told, about=party, actor=by, key=party.pk)


def tell_moved(project: Project, *, by: User | None) -> None:
    if project.state == State.SUBMITTED:
        secretariat = Organisation.objects.secretariat()
        services.open_task(ADMIT_PROJECT, about=project, organisation=secretariat, opened_by=by)
        desk = services.people_with(Permission.OVERSEE_INVESTMENT, secretariat)
        services.notify(PROJECT_SUBMITTED, to=desk, about=project, actor=by, key=f"{project.pk}:{project.version_id}")
    elif project.state != State.IN_REVIEW:
        services.close_tasks(project, kind=ADMIT_PROJECT, by=by, outcome=project.state)
    if project.state not in TOLD:
        return
    told = [person for person in promoters(project) if by is None or person.pk != by.pk]
    key = f"{project.pk}:{project.state}:{project.state_since:%s.%f}"
    services.notify(PROJECT_MOVED, to=told, about=project, actor=by, key=key)
