"""What both sides and the investment desk hear of interests and agreements. Investors never hear of one another."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message

from .. import policies
from .. import policies_investors as allowed
from ..models import Agreement, Interest, InterestStep, Project
from .kinds import notice, parks_and_desk, task
from .people import desk, lead_of, once, people_of, promoters

State = Interest.State
_ALONG = ("project", "investor__organisation")
_INTEREST = {"about": ("investment.Interest", *_ALONG)}
_STEP = {"about": ("investment.InterestStep", *(f"interest__{name}" for name in _ALONG))}
_AGREEMENT = {"about": ("investment.Agreement", "project"), "interest": ("investment.Interest", *_ALONG)}
# Steps of the investor, of which the promoters hear; of all others the investor does.
BY_INVESTOR = ("send", "withdraw", "sign_agreement")
SILENT = ("discard",)


def interest_url(interest: Interest) -> str:
    return reverse("investment:interest", args=[interest.token])


def agreement_url(interest: Interest) -> str:
    return reverse("investment:agreement_accept", args=[interest.token])


def interest_of(facts: Facts) -> Interest:
    about: Any = facts.about
    if isinstance(about, InterestStep):
        return about.interest
    return facts.interest if isinstance(about, Agreement) else about


def _sees(person: User, facts: Facts) -> bool:
    return allowed.can_see_interest(person, interest_of(facts))


def _names(interest: Interest) -> dict[str, Any]:
    return {
        "project": interest.project.title,
        "investor": interest.investor.organisation.name,
        "state": interest.get_state_display(),
    }


def _sent(facts: Facts, language: str, recipient: User | None) -> Message:
    interest: Interest = facts.about.interest
    names = _names(interest)
    lines = [_("%(investor)s is interested in %(project)s.") % names]
    if interest.is_flagged:
        lines.append(_("It declares that it shares a beneficial owner with a promoter. Read the declaration first."))
    lines.append(_("Please acknowledge it; the investor sees the same clock as you."))
    return Message(
        subject=_("An investor is interested: %(project)s") % names,
        lines=tuple(lines),
        url=interest_url(interest),
        action=_("Read and acknowledge"),
    )


def _moved(facts: Facts, language: str, recipient: User | None) -> Message:
    step: InterestStep = facts.about
    interest = step.interest
    names = _names(interest) | {"state": step.get_to_state_display()}
    own = recipient is not None and allowed.invests_for(recipient, interest.investor)
    lines = [(_("Your interest in %(project)s is now: %(state)s.") if own else _("%(investor)s: %(state)s.")) % names]
    if interest.reason_code and interest.state == step.to_state:
        lines.append(_("Kind of reason: %(reason)s") % {"reason": interest.get_reason_code_display()})
        if interest.state_reason:
            lines.append(_("Reason: %(reason)s") % {"reason": interest.state_reason})
    return Message(
        subject=_("%(state)s: %(project)s") % names,
        lines=tuple(lines),
        url=interest_url(interest),
        action=_("Open the interest"),
    )


def _late(facts: Facts, language: str, recipient: User | None) -> Message:
    names = _names(facts.about)
    return Message(
        subject=_("No answer in time: %(project)s") % names,
        lines=(
            _("The parks have not answered %(investor)s within the clock.") % names,
            _("The investment desk steps in."),
        ),
        url=interest_url(facts.about),
        action=_("Open the interest"),
    )


def _rests(facts: Facts, language: str, recipient: User | None) -> Message:
    interest: Interest = facts.about
    names = _names(interest)
    if facts.get("rests"):
        words = _("The verification of %(investor)s does not hold now. The interest rests, and no clock runs.")
        subject = _("At rest: %(project)s")
    else:
        words = _("%(investor)s is verified again. The interest goes on, and its clock begins anew.")
        subject = _("Goes on: %(project)s")
    return Message(
        subject=subject % names, lines=(words % names,), url=interest_url(interest), action=_("Open the interest")
    )


def _agreement(facts: Facts, language: str, recipient: User | None) -> Message:
    agreement: Agreement = facts.about
    names = {"project": agreement.project.title, "number": agreement.number}
    return Message(
        subject=_("A new confidentiality agreement: %(project)s") % names,
        lines=(
            _("Version %(number)d is in force. Until your signatory accepts it, confidential documents stay closed.")
            % names,
        ),
        url=agreement_url(facts.interest),
        action=_("Read and accept"),
    )


INTEREST_SENT = notice(
    "interest_sent",
    gettext_lazy("An investor is interested"),
    gettext_lazy("A verified investor expresses interest in a project you promote."),
    _sent,
    refs=_STEP,
    must=True,
    concerns=policies.promotes_any,
    may_see=_sees,
)
INTEREST_MOVED = notice(
    "interest_moved",
    gettext_lazy("An interest moved on"),
    gettext_lazy("The other side answered, went on, withdrew or ended an interest of yours."),
    _moved,
    refs=_STEP,
    must=True,
    may_see=_sees,
)
INTEREST_LATE = notice(
    "interest_late",
    gettext_lazy("An interest without an answer"),
    gettext_lazy("The clock of an interest has run out without an answer of the parks."),
    _late,
    refs=_INTEREST,
    concerns=parks_and_desk,
    may_see=_sees,
)
INTEREST_RESTS = notice(
    "interest_rests",
    gettext_lazy("An interest rests or goes on"),
    gettext_lazy("The verification of an investor ceased to hold, or holds again."),
    _rests,
    refs=_INTEREST,
    must=True,
    may_see=_sees,
)
AGREEMENT_NEW = notice(
    "agreement_new",
    gettext_lazy("A confidentiality agreement to accept"),
    gettext_lazy("The parks of a project put a new version in force while you are in dialogue."),
    _agreement,
    refs=_AGREEMENT,
    must=True,
    concerns=policies.invests_any,
    may_see=_sees,
)


def _describe(facts: Facts) -> str:
    return f"{facts.about.project.title} · {facts.about.investor.organisation.name}"


ACKNOWLEDGE_INTEREST = task(
    "acknowledge_interest",
    gettext_lazy("Acknowledge an investor's interest"),
    gettext_lazy("Say that you have read it; the investor sees the same clock."),
    Permission.PROMOTE,
    interest_url,
    refs=_INTEREST,
    describe=_describe,
)
ANSWER_INTEREST = task(
    "answer_interest",
    gettext_lazy("Accept or decline an investor's interest"),
    gettext_lazy("Review it and answer; the investor sees the same clock."),
    Permission.PROMOTE,
    interest_url,
    refs=_INTEREST,
    describe=_describe,
)
CHASE_INTEREST = task(
    "chase_interest",
    gettext_lazy("Help with an interest that nobody answers"),
    gettext_lazy("Ask the parks what holds them up; the investor waits beyond the clock."),
    Permission.OVERSEE_INVESTMENT,
    interest_url,
    clock_days=3,
    refs=_INTEREST,
    describe=_describe,
)
ACCEPT_AGREEMENT = task(
    "accept_agreement",
    gettext_lazy("Accept a confidentiality agreement"),
    gettext_lazy("Read it whole; a signatory accepts it, and the dialogue opens."),
    Permission.SIGN_AS_INVESTOR,
    agreement_url,
    refs=_INTEREST,
    describe=_describe,
)
WRITE_AGREEMENT = task(
    "write_agreement",
    gettext_lazy("Put a confidentiality agreement in force"),
    gettext_lazy("An investor you accepted waits for it. Begin with the template."),
    Permission.PROMOTE,
    lambda project: reverse("investment:agreement_write", args=[project.slug]),
    describe=lambda facts: str(facts.about.title),
    refs={"about": ("investment.Project",)},
    clock_days=5,
)


def tell_moved(step: InterestStep, *, by: User | None) -> None:
    """The side that did not act; both where a rule did."""
    if step.verb in SILENT:
        return
    interest = step.interest
    theirs, parks = people_of(interest.investor), promoters(interest.project)
    if step.verb == "send":
        services.notify(INTEREST_SENT, to=parks, about=step, actor=by, key=step.pk)
        return
    told = [*theirs, *parks] if by is None else parks if step.verb in BY_INVESTOR else theirs
    services.notify(INTEREST_MOVED, to=once(told, but=by), about=step, actor=by, key=step.pk)


def tell_late(interest: Interest) -> None:
    services.open_task(CHASE_INTEREST, about=interest, organisation=Organisation.objects.secretariat())
    key = f"{interest.pk}:{interest.due_at:%s}"
    services.notify(INTEREST_LATE, to=once(desk(), promoters(interest.project)), about=interest, key=key)


def tell_rests(interest: Interest, *, rests: bool) -> None:
    told = people_of(interest.investor)
    if interest.sent_at is not None:
        told += promoters(interest.project)
    at = interest.frozen_at or interest.updated_at
    key = f"{interest.pk}:{rests}:{at:%s.%f}"
    services.notify(INTEREST_RESTS, to=once(told), about=interest, key=key, rests=rests)


def tell_agreement(agreement: Agreement, interest: Interest, *, by: User) -> None:
    to = people_of(interest.investor, Permission.SIGN_AS_INVESTOR)
    services.notify(
        AGREEMENT_NEW, to=to, about=agreement, actor=by, key=f"{agreement.pk}:{interest.pk}", interest=interest.pk
    )


def ask_to_accept(interest: Interest) -> None:
    services.open_task(ACCEPT_AGREEMENT, about=interest, organisation=interest.investor.organisation)


def ask_to_write(project: Project) -> None:
    services.open_task(WRITE_AGREEMENT, about=project, organisation=lead_of(project))


def written(project: Project, *, by: User) -> None:
    services.close_tasks(project, kind=WRITE_AGREEMENT, by=by, outcome="written")


def accepted(interest: Interest, *, by: User) -> None:
    services.close_tasks(interest, kind=ACCEPT_AGREEMENT, by=by, outcome="accepted")


def mind_answer(interest: Interest, *, by: User | None) -> None:
    """The tasks of the promoters and the desk are those that the state asks for."""
    kinds = {State.SENT: ACKNOWLEDGE_INTEREST, State.ACKNOWLEDGED: ANSWER_INTEREST, State.UNDER_REVIEW: ANSWER_INTEREST}
    wanted = None if interest.is_frozen else kinds.get(interest.state)  # type: ignore[call-overload]
    for kind in (ACKNOWLEDGE_INTEREST, ANSWER_INTEREST):
        if kind is not wanted:
            services.close_tasks(interest, kind=kind, by=by, outcome=interest.state)
    if not interest.is_late:
        services.close_tasks(interest, kind=CHASE_INTEREST, by=by, outcome=interest.state)
    if wanted is not None:
        services.open_task(
            wanted, about=interest, organisation=lead_of(interest.project), due_at=interest.due_at, opened_by=by
        )
    if not interest.is_open or interest.is_frozen:
        services.close_tasks(interest, kind=ACCEPT_AGREEMENT, by=by, outcome=interest.state)
