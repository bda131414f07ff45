"""Requests about personal data, closing accounts, data incidents: who is told, and what waits for the data desk."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import DataRequest, User
from alliance.accounts.permissions import Permission

from ..kinds import Facts, Message, NoticeKind, TaskKind, register
from ..models import Task

_REQUEST = {"about": ("accounts.DataRequest", "person")}
GROUP = gettext_lazy("Personal data")


def _closing(facts: Facts, language: str, recipient: User | None) -> Message:
    request: DataRequest = facts.about
    words = {"day": _day(request)}
    return Message(
        subject=_("Your account will be closed on %(day)s") % words,
        lines=(
            _("You, or somebody who is signed in as you, asked to close your account."),
            _("Until %(day)s everything stays as it is. If you change your mind, sign in and keep it with one click.")
            % words,
            _("If this was not you, keep the account, set a new password at once and write to the secretariat."),
        ),
        url=reverse("accounts:my_data"),
        action=_("See it, or keep the account"),
    )


def _kept(facts: Facts, language: str, recipient: User | None) -> Message:
    return Message(
        subject=_("Your account stays"),
        lines=(_("The closing of your account was stopped. Nothing was changed."),),
        url=reverse("accounts:my_data"),
        action=_("My data"),
    )


def _answered(facts: Facts, language: str, recipient: User | None) -> Message:
    request: DataRequest = facts.about
    return Message(
        subject=_("Answer to your request: %(kind)s") % {"kind": request.get_kind_display()},
        lines=(_("The data desk answers:"), request.answer),
        url=reverse("accounts:my_data"),
        action=_("See the request"),
    )


def _holder_leaves(facts: Facts, language: str, recipient: User | None) -> Message:
    request: DataRequest = facts.about
    words = {"person": request.person.name, "day": _day(request)}
    return Message(
        subject=_("%(person)s leaves on %(day)s") % words,
        lines=(
            _("%(person)s is closing the account and is the only one in a role that somebody must hold.") % words,
            _("Please find a successor before %(day)s.") % words,
        ),
        url=reverse("accounts:organisations"),
        action=_("Organisations and teams"),
    )


def _incident(facts: Facts, language: str, recipient: User | None) -> Message:
    return Message(
        subject=_("A data incident was recorded"),
        lines=(_("Its clocks run. Please assess it at once, and decide who has to be told."),),
        url=reverse("accounts:breach", args=[facts["about"]]),
        action=_("See the entry"),
    )


def _day(request: DataRequest) -> str:
    return date_format(timezone.localtime(request.takes_effect_at), "DATE_FORMAT")


def _is_closing(person: User, facts: Facts) -> bool:
    return facts.about.state == DataRequest.State.OPEN


CLOSING_ASKED = register(
    NoticeKind(
        code="accounts.closing_asked",
        title=gettext_lazy("Your account will be closed"),
        sentence=gettext_lazy("You asked to close it; until its day you can keep it."),
        group=GROUP,
        render=_closing,
        must_know=True,
        refs=_REQUEST,
        may_see=_is_closing,
        priority=2,
    )
)
CLOSING_STOPPED = register(
    NoticeKind(
        code="accounts.closing_stopped",
        title=gettext_lazy("Your account stays"),
        sentence=gettext_lazy("Its closing was stopped."),
        group=GROUP,
        render=_kept,
        must_know=True,
        refs=_REQUEST,
        priority=2,
    )
)
DATA_REQUEST_ANSWERED = register(
    NoticeKind(
        code="accounts.data_request_answered",
        title=gettext_lazy("Your request about your data was answered"),
        sentence=gettext_lazy("The data desk has answered."),
        group=GROUP,
        render=_answered,
        must_know=True,
        refs=_REQUEST,
    )
)
HOLDER_LEAVES = register(
    NoticeKind(
        code="accounts.holder_leaves",
        title=gettext_lazy("Somebody who is the only one in a role leaves"),
        sentence=gettext_lazy("The account is being closed; somebody else should take the role."),
        group=GROUP,
        render=_holder_leaves,
        refs=_REQUEST,
        may_see=_is_closing,
        concerns=lambda person: False,
    )
)
BREACH_RECORDED = register(
    NoticeKind(
        code="accounts.breach_recorded",
        title=gettext_lazy("A data incident was recorded"),
        sentence=gettext_lazy("Clocks run until authorities have to be told."),
        group=GROUP,
        render=_incident,
        must_know=True,
        refs={"about": ("accounts.Breach",)},
        priority=1,
    )
)


def _request_url(task: Task) -> str:
    return reverse("accounts:data_request", args=[task.about_id])


def _described(facts: Facts) -> str:
    return f"{facts.about.get_kind_display()} · {facts.about.person.name}"


ANSWER_DATA_REQUEST = register(
    TaskKind(
        code="accounts.answer_data_request",
        title=gettext_lazy("Answer a request about personal data"),
        sentence=gettext_lazy("The law sets the clock."),
        permission=Permission.CORRECT_DATA,
        url=_request_url,
        describe=_described,
        refs=_REQUEST,
        outcomes={"done": gettext_lazy("done"), "refused": gettext_lazy("refused")},
    )
)
