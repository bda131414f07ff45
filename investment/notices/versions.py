"""Versions offered, signed, in force, taken back."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import User
from alliance.accounts.permissions import Permission
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message
from parks.models import Park

from ..models import Project, ProjectSignature, ProjectVersion
from .kinds import task
from .people import once, promoters
from .projects import desk_notice, desk_url

_VERSION = {"about": ("investment.ProjectVersion", "project", "offered_by")}
_SIGNATURE = {"about": ("investment.ProjectSignature", "version__project", "park", "signed_by")}


def sign_url(version: ProjectVersion) -> str:
    return f"{desk_url(version.project)}versions/{version.number}/"


def _offered(facts: Facts, language: str, recipient: User | None) -> Message:
    version: ProjectVersion = facts.about
    return Message(
        subject=_("To sign: %(project)s") % {"project": version.project.title},
        lines=(
            _("Version %(number)d is offered for signature. Every park signs the same content.")
            % {"number": version.number},
            _("Read it whole. With the last signature it is in force."),
        ),
        url=sign_url(version),
        action=_("Read and sign"),
    )


def _signed(facts: Facts, language: str, recipient: User | None) -> Message:
    version: ProjectVersion = facts.about.version
    names = {"project": version.project.title, "park": facts.about.park.name, "number": version.number}
    return Message(
        subject=_("Signed by %(park)s: %(project)s") % names,
        lines=(_("%(park)s signed version %(number)d.") % names,),
        url=sign_url(version),
        action=_("See who has signed"),
    )


def _in_force(facts: Facts, language: str, recipient: User | None) -> Message:
    version: ProjectVersion = facts.about
    names = {"project": version.project.title, "number": version.number}
    return Message(
        subject=_("In force: %(project)s, version %(number)d") % names,
        lines=(_("Every park has signed. The pages of the project now say what version %(number)d says.") % names,),
        url=desk_url(version.project),
        action=_("Open the project"),
    )


def _taken_back(facts: Facts, language: str, recipient: User | None) -> Message:
    version: ProjectVersion = facts.about
    names = {"project": version.project.title, "number": version.number}
    return Message(
        subject=_("Taken back: %(project)s, version %(number)d") % names,
        lines=(_("It needs no signature any more. What follows will be offered anew."),),
        url=desk_url(version.project),
        action=_("Open the project"),
    )


VERSION_OFFERED = desk_notice(
    "version_offered",
    gettext_lazy("A version to sign"),
    gettext_lazy("A version of a joint project waits for your park's signature."),
    _offered,
    _VERSION,
    must=True,
)
VERSION_SIGNED = desk_notice(
    "version_signed",
    gettext_lazy("A park signed"),
    gettext_lazy("A park signs a version of a project you promote."),
    _signed,
    _SIGNATURE,
)
VERSION_IN_FORCE = desk_notice(
    "version_in_force",
    gettext_lazy("A version is in force"),
    gettext_lazy("Every park has signed a version of a project of yours."),
    _in_force,
    _VERSION,
    must=True,
)
VERSION_TAKEN_BACK = desk_notice(
    "version_taken_back",
    gettext_lazy("A version was taken back"),
    gettext_lazy("A version you were to sign was taken back."),
    _taken_back,
    _VERSION,
    must=True,
)
SIGN_VERSION = task(
    "sign_version",
    gettext_lazy("Sign a joint project"),
    gettext_lazy("Read what is offered; every park signs the same content."),
    Permission.SIGN_PROJECTS,
    sign_url,
    refs=_VERSION,
    describe=lambda facts: facts.about.project.title,
    clock_days=10,
    outcomes={"signed": gettext_lazy("signed"), "taken_back": gettext_lazy("taken back")},
)


def tell_offered(version: ProjectVersion, *, by: User) -> None:
    for share in version.content["shares"]:
        park = Park.objects.select_related("organisation").get(pk=share["park"])
        services.open_task(SIGN_VERSION, about=version, organisation=park.organisation, opened_by=by)
    told = once(promoters(version.project, Permission.SIGN_PROJECTS), but=by)
    services.notify(VERSION_OFFERED, to=told, about=version, actor=by, key=version.pk)


def tell_signed(signature: ProjectSignature, *, by: User) -> None:
    version = signature.version
    services.close_tasks(version, kind=SIGN_VERSION, by=by, outcome="signed", organisation=signature.park.organisation)
    told = once(promoters(version.project), but=by)
    services.notify(VERSION_SIGNED, to=told, about=signature, actor=by, key=signature.pk)


def tell_in_force(version: ProjectVersion) -> None:
    services.notify(VERSION_IN_FORCE, to=promoters(version.project), about=version, actor=None, key=version.pk)


def close_signing(project: Project) -> None:
    """The project has ended: nobody needs to sign what waits."""
    for version in project.versions.filter(state=ProjectVersion.State.OFFERED):
        services.close_tasks(version, kind=SIGN_VERSION, outcome="taken_back")


def tell_taken_back(version: ProjectVersion, *, by: User) -> None:
    services.close_tasks(version, kind=SIGN_VERSION, by=by, outcome="taken_back")
    told = once(promoters(version.project, Permission.SIGN_PROJECTS), but=by)
    services.notify(VERSION_TAKEN_BACK, to=told, about=version, actor=by, key=version.pk)
