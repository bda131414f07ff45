"""What everybody in a cohort is told of the cohort itself."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.notifications import services
from alliance.notifications.kinds import Facts, ForGroups, Message, NoticeKind, register, subject_only

from ..models import Cohort
from .seats import GROUP, moment

_COHORT = {"about": ("training.Cohort", "host")}


def _confirmed(facts: Facts, language: str, recipient: User | None) -> Message:
    cohort: Cohort = facts.about
    return Message(
        subject=_("It takes place: “%(cohort)s”") % {"cohort": cohort.title},
        lines=(
            _("Enough people have a seat. It begins on %(at)s.") % {"at": moment(cohort.starts_at)},
            _("Whoever waits still moves up when a seat becomes free."),
        ),
        url=cohort.get_absolute_url(),
        action=_("See the cohort"),
    )


def _cancelled(facts: Facts, language: str, recipient: User | None) -> Message:
    cohort: Cohort = facts.about
    lines = [_("Every place and every offer has ended.")]
    if cohort.state_reason:
        lines.append(_("Reason: %(reason)s") % {"reason": cohort.state_reason})
    title = (
        _("Broken off: “%(cohort)s”") if cohort.state == Cohort.State.ABORTED else _("Cancelled: “%(cohort)s”")
    ) % {"cohort": cohort.title}
    return Message(subject=title, lines=tuple(lines), url=reverse("training:learning"), action=_("Open my learning"))


def _parks(facts: Facts) -> list[Organisation]:
    cohort: Cohort = facts.about
    return list(Organisation.objects.filter(park__enrolments__cohort=cohort).distinct())


def _notice(code: str, title: Any, sentence: Any, render: Any) -> NoticeKind:
    return register(
        NoticeKind(
            code=f"training.{code}",
            title=title,
            sentence=sentence,
            group=GROUP,
            render=render,
            refs=_COHORT,
            must_know=True,
            for_groups=ForGroups(_parks, (Organisation.Kind.PARK_OPERATOR,), subject_only(render)),
        )
    )


CONFIRMED = _notice(
    "cohort_confirmed",
    gettext_lazy("A cohort takes place"),
    gettext_lazy("A cohort you are in, or whose people you sent, has enough people."),
    _confirmed,
)
CANCELLED = _notice(
    "cohort_cancelled",
    gettext_lazy("A cohort is cancelled"),
    gettext_lazy("A cohort you are in, or whose people you sent, does not take place or was broken off."),
    _cancelled,
)


def everybody(cohort: Cohort) -> list[User]:
    """Who is under way in it, and who answers for them at their parks."""
    rows = cohort.enrolments.live()
    people = {person.pk: person for person in User.objects.filter(enrolments__in=rows).distinct()}
    for organisation in Organisation.objects.filter(park__enrolments__in=rows).distinct():
        people |= {person.pk: person for person in services.people_with(Permission.NOMINATE, organisation)}
    return list(people.values())


def tell_confirmed(cohort: Cohort, *, by: User | None) -> None:
    services.notify(CONFIRMED, to=everybody(cohort), about=cohort, actor=by, key=cohort.pk)


def tell_cancelled(cohort: Cohort, *, by: User | None) -> None:
    """Before the places end, so that everybody concerned is still found."""
    services.notify(CANCELLED, to=everybody(cohort), about=cohort, actor=by, key=cohort.pk)
