"""Parks asked and leaving, projects handed in, decided and moved on."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message, NoticeKind

from .. import policies
from ..models import Project, ProjectParty, ProjectSignature
from .kinds import for_the_desk, notice, task
from .people import desk, once, promoters

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


def desk_notice(code: str, title: Any, sentence: Any, render: Any, refs: dict, *, must: bool = False) -> NoticeKind:
    """A notice to those who see a project's desk."""
    return notice(
        code, title, sentence, render, refs=refs, may_see=sees_desk, concerns=policies.promotes_any, must=must
    )


PARK_ASKED = desk_notice(
    "park_asked",
    gettext_lazy("We are asked to promote a project"),
    gettext_lazy("A park asks yours to promote a joint project."),
    _asked,
    _PARTY,
    must=True,
)
PARK_LEAVING = desk_notice(
    "park_leaving",
    gettext_lazy("A park leaves a project"),
    gettext_lazy("A park you promote a project with wants to leave it."),
    _leaving,
    _PARTY,
    must=True,
)
PROJECT_MOVED = desk_notice(
    "project_moved",
    gettext_lazy("A project moved on"),
    gettext_lazy("A project of yours was handed in, returned, admitted, published, put on hold or ended."),
    _moved,
    _PROJECT,
    must=True,
)
PROJECT_SUBMITTED = notice(
    "project_submitted",
    gettext_lazy("A project to admit"),
    gettext_lazy("A joint project is handed in to the investment desk."),
    _submitted,
    refs=_PROJECT,
    may_see=for_the_desk,
    concerns=policies.oversees,
)
ADMIT_PROJECT = task(
    "admit_project",
    gettext_lazy("Decide on a joint project"),
    gettext_lazy("Check each of the nine criteria with its evidence, then admit, return or refuse."),
    Permission.OVERSEE_INVESTMENT,
    lambda project: reverse("investment:office_project", args=[project.slug]),
    refs=_PROJECT,
    describe=lambda facts: facts.about.title,
    clock_days=15,
)


def tell_asked(party: ProjectParty, *, by: User) -> None:
    asked = services.people_with(Permission.PROMOTE, party.park.organisation)
    services.notify(PARK_ASKED, to=asked, about=party, actor=by, key=party.pk)


def tell_leaving(party: ProjectParty, *, by: User) -> None:
    services.notify(PARK_LEAVING, to=once(promoters(party.project), but=by), about=party, actor=by, key=party.pk)


def tell_moved(project: Project, *, by: User | None) -> None:
    if project.state == State.SUBMITTED:
        secretariat = Organisation.objects.secretariat()
        services.open_task(ADMIT_PROJECT, about=project, organisation=secretariat, opened_by=by)
        services.notify(PROJECT_SUBMITTED, to=desk(), about=project, actor=by, key=f"{project.pk}:{project.version_id}")
    elif project.state != State.IN_REVIEW:
        services.close_tasks(project, kind=ADMIT_PROJECT, by=by, outcome=project.state)
    if project.state not in TOLD:
        return
    key = f"{project.pk}:{project.state}:{project.state_since:%s.%f}"
    services.notify(PROJECT_MOVED, to=once(promoters(project), but=by), about=project, actor=by, key=key)
