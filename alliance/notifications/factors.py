"""Somebody lost every second factor: the secretariat hears of it, and it waits in its queue until two have decided."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts import events, policies
from alliance.accounts.models import LostFactor, Organisation, User
from alliance.accounts.permissions import Permission

from .kinds import Facts, Message, NoticeKind, TaskKind, register
from .notices.tasks import TASKS
from .services import close_tasks, notify, open_task, people_with

_LOST = {"about": ("accounts.LostFactor", "person")}


def _asked(facts: Facts, language: str, recipient: User | None) -> Message:
    return Message(
        subject=_("%(person)s has lost their second factor") % {"person": facts.about.person.name},
        lines=(
            _("Two people of the secretariat must approve before the account can be opened with a new one."),
            _("First make sure it is really them: by telephone on a number you knew before, or face to face."),
        ),
        url=reverse("accounts:lost_factors"),
        action=_("Open the requests"),
    )


def _may_help(person: User, facts: Facts) -> bool:
    return policies.can_help_with_factors(person) and person.pk != facts.about.person_id


FACTOR_LOST = register(
    NoticeKind(
        code="accounts.factor_lost",
        title=gettext_lazy("Somebody lost their second factor"),
        sentence=gettext_lazy("Two people of the secretariat must approve that the person sets up a new one."),
        group=TASKS,
        render=_asked,
        must_know=True,
        may_see=_may_help,
        concerns=policies.can_help_with_factors,
        refs=_LOST,
    )
)
HELP_WITH_FACTOR = register(
    TaskKind(
        code="accounts.help_with_factor",
        title=gettext_lazy("Approve a new second factor"),
        permission=Permission.SEE_OFFICE,
        url=lambda task: reverse("accounts:lost_factors"),
        clock_days=1,
        describe=lambda facts: facts.about.person.name,
        refs=_LOST,
        outcomes={
            "approved": gettext_lazy("approved by two"),
            LostFactor.State.REFUSED: gettext_lazy("refused"),
            LostFactor.State.WITHDRAWN: gettext_lazy("withdrawn"),
        },
    )
)


def listen() -> None:
    events.factor_lost.listen(factor_lost)
    events.factor_lost_decided.listen(factor_lost_decided)


def factor_lost(*, lost: LostFactor) -> None:
    secretariat = Organisation.objects.filter(kind=Organisation.Kind.SECRETARIAT).first()
    if secretariat is None:
        return
    open_task(HELP_WITH_FACTOR, about=lost, organisation=secretariat, opened_by=lost.person)
    helpers = people_with(Permission.SEE_OFFICE, secretariat).exclude(pk=lost.person_id)
    notify(FACTOR_LOST, to=helpers, about=lost, actor=lost.person, key=lost.pk)


def factor_lost_decided(*, lost: LostFactor, by: User) -> None:
    outcome = "approved" if lost.state == LostFactor.State.ASKED else lost.state
    close_tasks(lost, kind=HELP_WITH_FACTOR, by=by, outcome=outcome)
