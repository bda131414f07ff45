"""What people are told about gaps in the register and about entries that became one."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts import events
from alliance.accounts.models import JoinRequest, Organisation, User
from alliance.accounts.permissions import Permission
from alliance.core import merging
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message, NoticeKind, TaskKind, register

from . import quality
from .decided import ANSWER_DAYS
from .models import Park
from .notices import PARKS, _acts_for_a_park, _park_sees, desk_url, park_people

_PARK = {"about": ("parks.Park", "organisation")}


def nudge_message(park: Park, gap: quality.Gap) -> Message:
    """The letter in the active language; the preview shows this very one."""
    url = desk_url(park)
    if gap.code == "no_picture":
        url = reverse("parks:pictures", args=[park.slug])
    elif gap.block:
        url = reverse("parks:edit_block", args=[park.slug, gap.block])
    return Message(
        subject=_("A gap in the profile of %(park)s: %(gap)s") % {"park": park.name, "gap": gap.title},
        lines=(
            _("The secretariat looks after the directory with you and noticed a gap in the profile of %(park)s.")
            % {"park": park.name},
            str(gap.ask),
            _("If it is filled already, or if you have a question, answer the secretariat."),
        ),
        url=url,
        action=_("Fill the gap"),
    )


def _nudged(facts: Facts, language: str, recipient: User | None) -> Message:
    return nudge_message(facts.about, quality.GAPS[facts["gap"]])


NUDGED = register(
    NoticeKind(
        code="parks.nudged",
        title=gettext_lazy("A gap in our profile"),
        sentence=gettext_lazy("The secretariat asks you to fill a gap in your park's profile."),
        group=PARKS,
        render=_nudged,
        refs=_PARK,
        may_see=_park_sees,
        concerns=_acts_for_a_park,
    )
)


def _merged(facts: Facts, language: str, recipient: User | None) -> Message:
    park: Park = facts.about
    return Message(
        subject=_("Two entries are one now: %(park)s") % {"park": park.name},
        lines=(
            _("The secretariat found that two entries in the directory were the same park, and merged them."),
            _("People, figures and pictures of both stand together; the old address leads to the surviving entry."),
            _("If this is wrong, tell the secretariat: within 30 days it can be undone exactly."),
        ),
        url=desk_url(park),
        action=_("Open the park's desk"),
    )


MERGED = register(
    NoticeKind(
        code="parks.merged",
        title=gettext_lazy("Our entry was merged with another one"),
        sentence=gettext_lazy("The secretariat merged two entries that were the same park."),
        group=PARKS,
        render=_merged,
        refs=_PARK,
        may_see=_park_sees,
        must_know=True,
        concerns=_acts_for_a_park,
    )
)

FIND_MANAGER = register(
    TaskKind(
        code="parks.find_manager",
        title=gettext_lazy("Find somebody to write to"),
        sentence=gettext_lazy("The profile has a gap and nobody acts for the park: invite its first manager."),
        permission=Permission.CHECK_PROFILES,
        url=lambda task: reverse("accounts:organisation_team", args=[task.about.organisation.slug]),
        clock_days=ANSWER_DAYS,
        describe=lambda facts: facts.about.name,
        refs=_PARK,
        outcomes={"found": gettext_lazy("somebody acts for it now")},
    )
)


def _tell_merged(*, merge: Any, gone: Any, kept: Any, by: Any) -> None:
    park = Park.objects.filter(organisation=kept).first() if isinstance(kept, Organisation) else None
    if park is not None:
        services.notify(MERGED, to=park_people(park), about=park, actor=by, key=f"{merge.pk}")


merging.merged.listen(_tell_merged)


def _settle(organisation: Organisation) -> None:
    """Somebody acts for the park now: nobody need be looked for."""
    park = Park.objects.filter(organisation=organisation).first()
    if park is not None:
        services.close_tasks(park, kind=FIND_MANAGER, outcome="found")


def _accepted(*, invitation: Any, duty: Any) -> None:
    _settle(duty.organisation)


def _decided(*, join_request: Any) -> None:
    if join_request.state == JoinRequest.State.APPROVED:
        _settle(join_request.organisation)


events.invitation_accepted.listen(_accepted)
events.join_decided.listen(_decided)
