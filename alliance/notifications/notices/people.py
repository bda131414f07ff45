"""Joining, invitations and duties: what those concerned are told and what waits for them."""

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts import policies
from alliance.accounts.models import Duty, Invitation, JoinRequest, Organisation, User
from alliance.accounts.permissions import Permission
from alliance.accounts.roles import ROLES
from alliance.accounts.services import find_invitation

from .. import sealed
from ..decided import JOIN_DAYS, NEW_HOLDER_DAYS, RENEW_DAYS
from ..kinds import Facts, Gone, Letter, Message, NoticeKind, TaskKind, register

PEOPLE = gettext_lazy("People and roles")
_INVITATION = {"about": ("accounts.Invitation", "organisation", "invited_by", "accepted_by")}
_JOIN = {"about": ("accounts.JoinRequest", "organisation", "person", "decided_by")}
_DUTY = {"about": ("accounts.Duty", "organisation", "person", "substitute")}


def team_url(organisation: Organisation) -> str:
    return reverse("accounts:organisation_team", args=[organisation.slug])


# Invitations ----------------------------------------------------------------------------------------------------------


def _invitation_letter(facts: Facts) -> Letter | None:
    invitation: Invitation = facts.about
    if not invitation.is_pending or invitation.is_expired() or facts["link"] != _link(invitation):
        return None
    return Letter(invitation.email, invitation.language, invitation.name)


def _link(invitation: Invitation) -> str:
    """Which of an invitation's links: sending it again gives a new one."""
    return invitation.token_digest[:16]


def _token(facts: Facts) -> str:
    invitation: Invitation = facts.about
    for token in sealed.opened(facts["sealed"], invitation.token_digest):
        if find_invitation(token) == invitation:
            return token
    raise Gone("token")


def _invited(facts: Facts, language: str, recipient: User | None) -> Message:
    invitation: Invitation = facts.about
    names = {
        "person": invitation.invited_by.name,
        "role": invitation.role.title,
        "organisation": invitation.organisation.name,
        "day": date_format(timezone.localtime(invitation.expires_at), "DATE_FORMAT"),
    }
    return Message(
        subject=_("Invitation: %(role)s of %(organisation)s") % names,
        lines=(
            _("%(person)s invites you to act for %(organisation)s in the portal of the alliance, as %(role)s.") % names,
            str(invitation.role.sentence),
            _("The link is yours alone and works until %(day)s. If you have no account yet, it leads you to one.")
            % names,
        ),
        url=reverse("accounts:invitation", args=[_token(facts)]),
        action=_("See the invitation"),
    )


def _accepted(facts: Facts, language: str, recipient: User | None) -> Message:
    invitation: Invitation = facts.about
    names = {
        "person": invitation.accepted_by.name if invitation.accepted_by else invitation.email,
        "role": invitation.role.title,
        "organisation": invitation.organisation.name,
    }
    return Message(
        subject=_("%(person)s has joined %(organisation)s") % names,
        lines=(_("%(person)s accepted the invitation and is now %(role)s of %(organisation)s.") % names,),
        url=team_url(invitation.organisation),
        action=_("See the team"),
    )


def _expired(facts: Facts, language: str, recipient: User | None) -> Message:
    invitation: Invitation = facts.about
    names = {"person": invitation.name or invitation.email, "organisation": invitation.organisation.name}
    return Message(
        subject=_("%(person)s asks for a new link to join %(organisation)s") % names,
        lines=(_("The link of the invitation had expired when it was opened. You can send it again with one click."),),
        url=team_url(invitation.organisation),
        action=_("See the team"),
    )


def _may_invite(person: User) -> bool:
    return policies.has_permission(person, Permission.INVITE)


def _may_manage_invitation(person: User, facts: Facts) -> bool:
    return policies.can_manage_invitation(person, facts.about)


INVITATION = register(
    NoticeKind(
        code="accounts.invitation",
        title=gettext_lazy("Invitation"),
        sentence=gettext_lazy("The letter that invites somebody to a role."),
        render=_invited,
        must_know=True,
        once="at_most",
        channels=("mail",),
        letter_to=_invitation_letter,
        refs=_INVITATION,
        priority=1,
    )
)
INVITATION_ACCEPTED = register(
    NoticeKind(
        code="accounts.invitation_accepted",
        title=gettext_lazy("An invitation was accepted"),
        sentence=gettext_lazy("Somebody you invited has joined."),
        concerns=_may_invite,
        group=PEOPLE,
        render=_accepted,
        refs=_INVITATION,
    )
)
INVITATION_EXPIRED = register(
    NoticeKind(
        code="accounts.invitation_expired",
        title=gettext_lazy("An invitation has expired"),
        sentence=gettext_lazy("Somebody opened the link of your invitation too late and asks for a new one."),
        group=PEOPLE,
        render=_expired,
        may_see=_may_manage_invitation,
        concerns=_may_invite,
        refs=_INVITATION,
    )
)
RENEW_INVITATION = register(
    TaskKind(
        code="accounts.renew_invitation",
        title=gettext_lazy("Send an invitation again"),
        permission=Permission.INVITE,
        url=lambda task: team_url(task.about.organisation),
        clock_days=RENEW_DAYS,
        describe=lambda facts: f"{facts.about.name or facts.about.email} · {facts.about.organisation.name}",
        refs=_INVITATION,
        outcomes={"sent": gettext_lazy("sent again"), "revoked": gettext_lazy("taken back")},
    )
)


# Joining --------------------------------------------------------------------------------------------------------------


def _join_requested(facts: Facts, language: str, recipient: User | None) -> Message:
    asked: JoinRequest = facts.about
    names = {"person": asked.person.name, "organisation": asked.organisation.name, "role": asked.role.title}
    return Message(
        subject=_("%(person)s asks to join %(organisation)s") % names,
        lines=(
            _("%(person)s would like to act for %(organisation)s as %(role)s and writes:") % names,
            asked.message,
            _("Please answer within %(n)d working days. The person sees the same clock.") % {"n": JOIN_DAYS.value()},
        ),
        url=team_url(asked.organisation),
        action=_("Decide"),
    )


def _join_decided(facts: Facts, language: str, recipient: User | None) -> Message:
    asked: JoinRequest = facts.about
    names = {"organisation": asked.organisation.name, "role": asked.role.title}
    if asked.state == JoinRequest.State.APPROVED:
        return Message(
            subject=_("Welcome to %(organisation)s") % names,
            lines=(
                _("Your request was approved: you now act for %(organisation)s as %(role)s.") % names,
                str(asked.role.sentence),
            ),
            url=reverse("notifications:desk"),
            action=_("Go to my desk"),
        )
    lines = [_("Your request to act for %(organisation)s was refused.") % names]
    if asked.decision_note:
        lines.append(_("The reason given: %(reason)s") % {"reason": asked.decision_note})
    return Message(
        subject=_("Your request to join %(organisation)s was refused") % names,
        lines=tuple(lines),
        url=reverse("accounts:join"),
        action=_("Find my organisation"),
    )


JOIN_REQUESTED = register(
    NoticeKind(
        code="accounts.join_requested",
        title=gettext_lazy("Somebody asks to join"),
        sentence=gettext_lazy("A person asks to act for your organisation, and you decide."),
        group=PEOPLE,
        render=_join_requested,
        may_see=lambda person, facts: policies.can_decide_join(person, facts.about.organisation),
        concerns=lambda person: policies.has_permission(person, Permission.DECIDE_JOIN),
        refs=_JOIN,
    )
)
JOIN_DECIDED = register(
    NoticeKind(
        code="accounts.join_decided",
        title=gettext_lazy("Answer to my request to join"),
        sentence=gettext_lazy("Whether you may act for the organisation you asked to join."),
        group=PEOPLE,
        render=_join_decided,
        must_know=True,
        refs=_JOIN,
    )
)
DECIDE_JOIN = register(
    TaskKind(
        code="accounts.decide_join",
        title=gettext_lazy("Decide who joins"),
        permission=Permission.DECIDE_JOIN,
        url=lambda task: team_url(task.about.organisation),
        clock_days=JOIN_DAYS,
        describe=lambda facts: f"{facts.about.person.name} · {facts.about.organisation.name}",
        refs=_JOIN,
        outcomes=dict(JoinRequest.State.choices),
    )
)


# Duties ---------------------------------------------------------------------------------------------------------------


def _names(duty: Duty) -> dict[str, object]:
    return {"person": duty.person.name, "role": duty.role.title, "organisation": duty.organisation.name}


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def _duty_changed(facts: Facts, language: str, recipient: User | None) -> Message:
    duty: Duty = facts.about
    lines = [_("Something about your duty as %(role)s of %(organisation)s was changed.") % _names(duty)]
    if duty.ends_on:
        lines.append(_("It lasts until %(day)s.") % {"day": _day(duty.ends_on)})
    if duty.substitute:
        lines.append(_("Your substitute is %(name)s.") % {"name": duty.substitute.name})
    if duty.away_from:
        lines.append(_("You are away from %(first)s to %(last)s.") % _absence(duty))
    return Message(
        subject=_("Your duty at %(organisation)s was changed") % _names(duty),
        lines=tuple(lines),
        url=reverse("accounts:duties"),
        action=_("See my duties"),
    )


def _absence(duty: Duty) -> dict[str, str]:
    return {"first": _day(duty.away_from), "last": _day(duty.away_until)}


def _stands_in(facts: Facts, language: str, recipient: User | None) -> Message:
    duty: Duty = facts.about
    names = {**_names(duty), **_absence(duty)}
    return Message(
        subject=_("You stand in for %(person)s at %(organisation)s") % names,
        lines=(
            _("From %(first)s to %(last)s %(person)s is away, and you act as %(role)s of %(organisation)s.") % names,
            _("What waits there then also waits on your desk."),
        ),
        url=reverse("notifications:desk"),
        action=_("Go to my desk"),
    )


def _duty_ended(facts: Facts, language: str, recipient: User | None) -> Message:
    duty: Duty = facts.about
    names = _names(duty)
    reason = [_("The reason given: %(reason)s") % {"reason": duty.end_reason}] if duty.end_reason else []
    if recipient is not None and recipient.pk == duty.person_id:
        return Message(
            subject=_("Your duty at %(organisation)s has ended") % names,
            lines=(
                _("You no longer act for %(organisation)s as %(role)s. Your account stays as it is.") % names,
                *reason,
            ),
            url=reverse("accounts:duties"),
            action=_("See my duties"),
        )
    return Message(
        subject=_("%(person)s no longer acts for %(organisation)s") % names,
        lines=(_("%(person)s has stepped down as %(role)s of %(organisation)s.") % names, *reason),
        url=team_url(duty.organisation),
        action=_("See the team"),
    )


def _duty_ending(facts: Facts, language: str, recipient: User | None) -> Message:
    duty: Duty = facts.about
    names = {**_names(duty), "day": _day(duty.ends_on)}
    if recipient is not None and recipient.pk == duty.person_id:
        return Message(
            subject=_("Your term at %(organisation)s ends on %(day)s") % names,
            lines=(
                _("Until then you act as %(role)s of %(organisation)s.") % names,
                _("If you are to continue, ask whoever manages the team, or the secretariat, to extend the term."),
            ),
            url=reverse("accounts:duties"),
            action=_("See my duties"),
        )
    return Message(
        subject=_("The term of %(person)s at %(organisation)s ends on %(day)s") % names,
        lines=(_("Until then %(person)s acts as %(role)s. Extend the term or invite a successor in time.") % names,),
        url=team_url(duty.organisation),
        action=_("See the team"),
    )


def _duty_ran_out(facts: Facts, language: str, recipient: User | None) -> Message:
    duty: Duty = facts.about
    names = {**_names(duty), "day": _day(duty.ends_on)}
    if recipient is not None and recipient.pk == duty.person_id:
        return Message(
            subject=_("Your term at %(organisation)s is over") % names,
            lines=(_("It lasted until %(day)s. You no longer act as %(role)s; your account stays as it is.") % names,),
            url=reverse("accounts:duties"),
            action=_("See my duties"),
        )
    return Message(
        subject=_("The term of %(person)s at %(organisation)s is over") % names,
        lines=(_("It lasted until %(day)s. %(person)s no longer acts as %(role)s.") % names,),
        url=team_url(duty.organisation),
        action=_("See the team"),
    )


def _no_holder(facts: Facts, language: str, recipient: User | None) -> Message:
    names = {"role": ROLES[facts["role"]].title, "organisation": facts.about.name}
    return Message(
        subject=_("%(organisation)s no longer has a %(role)s") % names,
        lines=(_("The last %(role)s of %(organisation)s has left. Please find and invite a successor.") % names,),
        url=team_url(facts.about),
        action=_("See the team"),
    )


DUTY_CHANGED = register(
    NoticeKind(
        code="accounts.duty_changed",
        title=gettext_lazy("My duty was changed"),
        sentence=gettext_lazy("Somebody changed the term, the substitute or the absence of a duty of yours."),
        group=PEOPLE,
        render=_duty_changed,
        may_see=lambda person, facts: facts.about.person_id == person.pk,
        refs=_DUTY,
    )
)
STANDS_IN = register(
    NoticeKind(
        code="accounts.stands_in",
        title=gettext_lazy("I stand in for somebody"),
        sentence=gettext_lazy("A colleague will be away and named you as substitute."),
        group=PEOPLE,
        render=_stands_in,
        may_see=lambda person, facts: facts.about.substitute_id == person.pk and facts.about.away_from is not None,
        refs=_DUTY,
    )
)
DUTY_ENDED = register(
    NoticeKind(
        code="accounts.duty_ended",
        title=gettext_lazy("A duty has ended"),
        sentence=gettext_lazy("A duty of yours, or of somebody in your team, was ended before its term."),
        group=PEOPLE,
        render=_duty_ended,
        must_know=True,
        refs=_DUTY,
    )
)
DUTY_ENDING = register(
    NoticeKind(
        code="accounts.duty_ending",
        title=gettext_lazy("A term ends soon"),
        sentence=gettext_lazy("A duty of yours, or of somebody in your team, ends within two weeks."),
        group=PEOPLE,
        render=_duty_ending,
        may_see=lambda person, facts: facts.about.is_active(),
        refs=_DUTY,
    )
)
DUTY_RAN_OUT = register(
    NoticeKind(
        code="accounts.duty_ran_out",
        title=gettext_lazy("A term is over"),
        sentence=gettext_lazy("The term of a duty of yours, or of somebody in your team, has run out."),
        group=PEOPLE,
        render=_duty_ran_out,
        refs=_DUTY,
    )
)
NO_HOLDER = register(
    NoticeKind(
        code="accounts.no_holder",
        title=gettext_lazy("An organisation has nobody in charge"),
        sentence=gettext_lazy("The last person in a role has left, and nobody there can invite a successor."),
        group=PEOPLE,
        render=_no_holder,
        may_see=lambda person, facts: policies.can_see_team(person, facts.about),
        concerns=lambda person: policies.has_desk_permission(person, Permission.INVITE),
        refs={"about": "accounts.Organisation"},
    )
)
NEW_HOLDER = register(
    TaskKind(
        code="accounts.new_holder",
        title=gettext_lazy("Find somebody in charge"),
        permission=Permission.INVITE,
        url=lambda task: team_url(task.about),
        clock_days=NEW_HOLDER_DAYS,
        describe=lambda facts: facts.about.name,
        refs={"about": "accounts.Organisation"},
        outcomes={"found": gettext_lazy("somebody is in charge again")},
    )
)


def is_in_charge(role_code: str) -> bool:
    """Whether holders of this role bring in others, so that without one an organisation is stuck."""
    return bool(ROLES[role_code].grants)
