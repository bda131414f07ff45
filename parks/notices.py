"""What parks and the secretariat are told about profiles, and what waits for them."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.accounts.policies import duties_of
from alliance.notifications import services
from alliance.notifications.kinds import Facts, ForGroups, Message, NoticeKind, TaskKind, register, subject_only

from . import policies
from .blocks import BLOCKS
from .decided import ANSWER_DAYS, FRESH_MONTHS, fresh_months
from .models import BlockEdit, Park, Submission

PARKS = gettext_lazy("Park profiles")
_SUBMISSION = {"about": ("parks.Submission", "park", "park__organisation", "submitted_by", "decided_by")}
_PARK = {"about": ("parks.Park", "organisation")}
_EDIT = {"about": ("parks.BlockEdit", "park", "park__organisation")}


def desk_url(park: Park) -> str:
    return reverse("parks:desk_park", args=[park.slug])


def check_url(submission: Submission) -> str:
    return reverse("parks:office_submission", args=[submission.pk])


def _park_sees(person: User, facts: Facts) -> bool:
    park = facts.about if isinstance(facts.about, Park) else facts.about.park
    return policies.can_edit_profile(person, park)


def _acts_for_a_park(person: User) -> bool:
    return any(duty.organisation.kind == Organisation.Kind.PARK_OPERATOR for duty in duties_of(person))


def _desk_sees(person: User, facts: Facts) -> bool:
    return policies.can_check(person)


def _secretariat(facts: Facts) -> list[Organisation]:
    return [Organisation.objects.secretariat()]


def _parks_own(facts: Facts) -> list[Organisation]:
    park = facts.about if isinstance(facts.about, Park) else facts.about.park
    return [park.organisation]


# Texts ----------------------------------------------------------------------------------------------------------------


def _submitted_desk(facts: Facts, language: str, recipient: User | None) -> Message:
    submission: Submission = facts.about
    names = {"park": submission.park.name, "person": submission.submitted_by.name, "round": submission.round}
    lines = [
        _("%(person)s of %(park)s asks you to check the profile and publish it.") % names
        if submission.round == 1
        else _("%(person)s of %(park)s submits the profile again, round %(round)s.") % names
    ]
    if submission.message:
        lines.append(_("Their message: %(message)s") % {"message": submission.message})
    lines.append(_("The park sees the same clock: %(n)d working days.") % {"n": ANSWER_DAYS.value()})
    return Message(
        subject=_("To check: the profile of %(park)s") % names,
        lines=tuple(lines),
        url=check_url(submission),
        action=_("Check the profile"),
    )


def _submitted_park(facts: Facts, language: str, recipient: User | None) -> Message:
    submission: Submission = facts.about
    names = {"park": submission.park.name, "person": submission.submitted_by.name}
    return Message(
        subject=_("Submitted: the profile of %(park)s") % names,
        lines=(
            _("%(person)s submitted the profile. The secretariat answers within %(n)d working days.")
            % {**names, "n": ANSWER_DAYS.value()},
            _("Until then it cannot be changed; whoever answers for the park can withdraw it at any time."),
        ),
        url=desk_url(submission.park),
        action=_("See where it stands"),
    )


def _returned(facts: Facts, language: str, recipient: User | None) -> Message:
    submission: Submission = facts.about
    lines = [_("The secretariat read the profile and asks for changes before it is published.")]
    if submission.reasons:
        lines.append(submission.reasons)
    for code, text in submission.block_reasons.items():
        if code in BLOCKS:
            lines.append(_("%(block)s: %(reason)s") % {"block": BLOCKS[code].title, "reason": text})
    lines.append(_("Nothing you wrote is lost. Change what is named and submit again."))
    return Message(
        subject=_("Please revise: the profile of %(park)s") % {"park": submission.park.name},
        lines=tuple(lines),
        url=desk_url(submission.park),
        action=_("Revise the profile"),
    )


def _published(facts: Facts, language: str, recipient: User | None) -> Message:
    submission: Submission = facts.about
    park = submission.park
    first = facts.get("first")
    return Message(
        subject=(_("Listed: %(park)s is in the directory") if first else _("Published: the profile of %(park)s"))
        % {"park": park.name},
        lines=(
            _("The secretariat accepted the profile. The directory now says that the park itself confirmed it.")
            if first
            else _("The secretariat accepted your changes. They are public now."),
            _("Once a year the portal asks whether everything is still true; one click answers."),
        ),
        url=park.get_absolute_url(),
        action=_("See the public page"),
    )


def _withdrawn(facts: Facts, language: str, recipient: User | None) -> Message:
    submission: Submission = facts.about
    return Message(
        subject=_("Withdrawn: the profile of %(park)s") % {"park": submission.park.name},
        lines=(_("The park took its submission back. There is nothing to check any more."),),
        url=reverse("parks:office_park", args=[submission.park.slug]),
        action=_("See the park"),
    )


def _suspended(facts: Facts, language: str, recipient: User | None) -> Message:
    park: Park = facts.about
    lines = [
        _("The secretariat suspended the park. Visitors no longer find it; your desk and your texts stay as they are.")
    ]
    if park.standing_reason:
        lines.append(_("Reason: %(reason)s") % {"reason": park.standing_reason})
    return Message(
        subject=_("Suspended: %(park)s") % {"park": park.name},
        lines=tuple(lines),
        url=desk_url(park),
        action=_("See what to do"),
    )


def _restored(facts: Facts, language: str, recipient: User | None) -> Message:
    park: Park = facts.about
    return Message(
        subject=_("Restored: %(park)s") % {"park": park.name},
        lines=(_("The secretariat lifted the suspension. Visitors find the park again."),),
        url=desk_url(park),
        action=_("Open the park's desk"),
    )


def _corrected(facts: Facts, language: str, recipient: User | None) -> Message:
    edit: BlockEdit = facts.about
    block = BLOCKS[edit.block].title
    return Message(
        subject=_("Corrected by the secretariat: %(block)s of %(park)s") % {"park": edit.park.name, "block": block},
        lines=(
            _("The secretariat corrected “%(block)s” in the public profile.") % {"block": block},
            _("Their note: %(note)s") % {"note": edit.note},
            _(
                "The history shows each word that changed. If you disagree, change it and submit, or write to the "
                "secretariat."
            ),
        ),
        url=reverse("parks:history", args=[edit.park.slug]),
        action=_("See what changed"),
    )


def _stale(facts: Facts, language: str, recipient: User | None) -> Message:
    park: Park = facts.about
    return Message(
        subject=_("Still true? The profile of %(park)s") % {"park": park.name},
        lines=(
            _("Parts of the profile were last confirmed more than %(n)d months ago.") % {"n": FRESH_MONTHS.value()},
            _("Look at them on the park's desk: one click says that they are still true, or change what is not."),
        ),
        url=f"{desk_url(park)}#freshness",
        action=_("Look and confirm"),
    )


# Kinds ----------------------------------------------------------------------------------------------------------------


def _notice(
    code: str, title: Any, sentence: Any, render: Any, refs: dict, *, to_desk: bool = False, must: bool = False
) -> NoticeKind:
    return register(
        NoticeKind(
            code=f"parks.{code}",
            title=title,
            sentence=sentence,
            group=PARKS,
            render=render,
            refs=refs,
            may_see=_desk_sees if to_desk else _park_sees,
            must_know=must,
            concerns=policies.can_check if to_desk else _acts_for_a_park,
            # Their subjects name parks, never people.
            for_groups=ForGroups(
                _secretariat if to_desk else _parks_own,
                (Organisation.Kind.SECRETARIAT if to_desk else Organisation.Kind.PARK_OPERATOR,),
                subject_only(render),
            ),
        )
    )


SUBMITTED_DESK = _notice(
    "submitted_desk",
    gettext_lazy("A profile to check"),
    gettext_lazy("A park submits its profile to the secretariat."),
    _submitted_desk,
    _SUBMISSION,
    to_desk=True,
)
SUBMITTED_PARK = _notice(
    "submitted_park",
    gettext_lazy("Our profile is submitted"),
    gettext_lazy("You or a colleague submitted the profile of your park."),
    _submitted_park,
    _SUBMISSION,
)
RETURNED = _notice(
    "returned",
    gettext_lazy("Our profile came back"),
    gettext_lazy("The secretariat asks for changes before it publishes the profile."),
    _returned,
    _SUBMISSION,
    must=True,
)
PUBLISHED = _notice(
    "published",
    gettext_lazy("Our profile is published"),
    gettext_lazy("The secretariat lists your park or publishes your changes."),
    _published,
    _SUBMISSION,
    must=True,
)
WITHDRAWN = _notice(
    "withdrawn",
    gettext_lazy("A profile was withdrawn"),
    gettext_lazy("A park takes back what it submitted."),
    _withdrawn,
    _SUBMISSION,
    to_desk=True,
)
SUSPENDED = _notice(
    "suspended",
    gettext_lazy("Our park is suspended"),
    gettext_lazy("The secretariat takes your park out of the directory for a time."),
    _suspended,
    _PARK,
    must=True,
)
RESTORED = _notice(
    "restored",
    gettext_lazy("Our park is restored"),
    gettext_lazy("Visitors find your park again."),
    _restored,
    _PARK,
    must=True,
)
CORRECTED = _notice(
    "corrected",
    gettext_lazy("Our profile was corrected"),
    gettext_lazy("The secretariat put something right in your public profile."),
    _corrected,
    _EDIT,
    must=True,
)
STALE = _notice(
    "stale",
    gettext_lazy("Is our profile still true?"),
    format_lazy(
        gettext_lazy("At most twice a year, when a part of the profile was not confirmed for {months} months."),
        months=fresh_months,
    ),
    _stale,
    _PARK,
)


CHECK = register(
    TaskKind(
        code="parks.check_submission",
        title=gettext_lazy("Check a profile"),
        sentence=gettext_lazy(
            "Compare what the park submitted with what is public, then publish it or return it with reasons."
        ),
        permission=Permission.CHECK_PROFILES,
        url=lambda task: reverse("parks:office_submission", args=[task.about_id]),
        clock_days=ANSWER_DAYS,
        describe=lambda facts: facts.about.park.name,
        refs=_SUBMISSION,
    )
)
REVISE = register(
    TaskKind(
        code="parks.revise_profile",
        title=gettext_lazy("Revise the profile and submit it again"),
        sentence=gettext_lazy("The secretariat named what to change."),
        permission=Permission.EDIT_PROFILE,
        url=lambda task: desk_url(task.about.park),
        describe=lambda facts: facts.about.park.name,
        refs=_SUBMISSION,
    )
)


# Who is told ----------------------------------------------------------------------------------------------------------


def park_people(park: Park) -> Any:
    return services.people_with(Permission.EDIT_PROFILE, park.organisation)


def desk_people() -> Any:
    return services.people_with(Permission.CHECK_PROFILES, Organisation.objects.secretariat())


def tell_submitted(submission: Submission, *, by: User) -> None:
    """The desk has a clock running; the park has a receipt."""
    key = f"{submission.pk}:{submission.round}"
    services.close_tasks(submission, kind=REVISE, by=by, outcome="submitted")
    services.open_task(
        CHECK,
        about=submission,
        organisation=Organisation.objects.secretariat(),
        due_at=submission.due_at,
        opened_by=by,
        province=submission.park.province,
    )
    services.notify(SUBMITTED_DESK, to=desk_people(), about=submission, actor=by, key=key)
    services.notify(SUBMITTED_PARK, to=park_people(submission.park), about=submission, actor=by, key=key)


def tell_returned(submission: Submission, *, by: User) -> None:
    services.close_tasks(submission, kind=CHECK, by=by, outcome="returned")
    services.open_task(REVISE, about=submission, organisation=submission.park.organisation, opened_by=by)
    services.notify(
        RETURNED, to=park_people(submission.park), about=submission, actor=by, key=f"{submission.pk}:{submission.round}"
    )


def tell_published(submission: Submission, *, by: User, first: bool) -> None:
    services.close_tasks(submission, by=by, outcome="published")
    services.notify(
        PUBLISHED, to=park_people(submission.park), about=submission, actor=by, key=submission.pk, first=first
    )


def tell_withdrawn(submission: Submission, *, by: User, was_submitted: bool) -> None:
    services.close_tasks(submission, by=by, outcome="withdrawn")
    if was_submitted:
        services.notify(WITHDRAWN, to=desk_people(), about=submission, actor=by, key=submission.pk)


def tell_suspended(park: Park, *, by: User) -> None:
    services.notify(SUSPENDED, to=park_people(park), about=park, actor=by, key=f"{park.pk}:{park.suspended_at:%s.%f}")


def tell_restored(park: Park, *, by: User, suspended_at: Any) -> None:
    services.notify(RESTORED, to=park_people(park), about=park, actor=by, key=f"{park.pk}:{suspended_at:%s.%f}")


def tell_corrected(edits: Sequence[BlockEdit], *, by: User) -> None:
    """Each park's people read what was corrected; `edits` know their parks."""
    people = services.people_with_each(Permission.EDIT_PROFILE, {edit.park.organisation_id for edit in edits})
    tellings = [services.Telling(edit, str(edit.pk), people.get(edit.park.organisation_id, [])) for edit in edits]
    services.notify_each(CORRECTED, tellings, actor=by)


def tell_stale(park: Park, *, key: str) -> bool:
    """Whether a reminder was written; in one half-year there is one."""
    return services.notify(STALE, to=park_people(park), about=park, key=f"{park.pk}:{key}") is not None
