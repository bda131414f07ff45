"""Partners asked and answering, programmes handed in and decided."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message, NoticeKind, TaskKind, register

from .. import policies
from ..models import Programme, ProgrammePartner

TRAINING = gettext_lazy("Joint training")
_PARTNER = {"about": ("training.ProgrammePartner", "programme", "organisation", "accepted_by", "declined_by")}
_PROGRAMME = {"about": ("training.Programme", "created_by")}


def desk_url(programme: Programme) -> str:
    return reverse("training:desk_programme", args=[programme.slug])


def _programme(facts: Facts) -> Programme:
    return facts.about if isinstance(facts.about, Programme) else facts.about.programme


def sees_desk(person: User, facts: Facts) -> bool:
    return policies.can_see_desk(person, _programme(facts))


def concerns(person: User) -> bool:
    return policies.runs_any(person) or policies.teaches_any(person) or policies.awards_any(person)


def _asked(facts: Facts, language: str, recipient: User | None) -> Message:
    partner: ProgrammePartner = facts.about
    names = {"programme": partner.programme.title, "role": partner.get_role_display(), "us": partner.organisation.name}
    return Message(
        subject=_("Take part? %(programme)s") % names,
        lines=(
            _("%(us)s is asked to take part in the joint programme as: %(role)s.") % names,
            _("Nobody accepts in your place. Read what it is about, then accept or decline."),
        ),
        url=desk_url(partner.programme),
        action=_("Read and answer"),
    )


def _answered(facts: Facts, language: str, recipient: User | None) -> Message:
    partner: ProgrammePartner = facts.about
    names = {
        "programme": partner.programme.title,
        "role": partner.get_role_display(),
        "partner": partner.organisation.name,
    }
    accepted = partner.accepted_at is not None
    lines = [
        (
            _("%(partner)s takes part as: %(role)s.")
            if accepted
            else _("%(partner)s declined to take part as: %(role)s.")
        )
        % names
    ]
    if partner.decline_reason:
        lines.append(_("Reason: %(reason)s") % {"reason": partner.decline_reason})
    return Message(
        subject=(_("Accepted: %(partner)s, %(programme)s") if accepted else _("Declined: %(partner)s, %(programme)s"))
        % names,
        lines=tuple(lines),
        url=desk_url(partner.programme),
        action=_("See the partners"),
    )


def _submitted(facts: Facts, language: str, recipient: User | None) -> Message:
    programme: Programme = facts.about
    return Message(
        subject=_("To approve: the programme %(programme)s") % {"programme": programme.title},
        lines=(_("A joint programme was handed in. Approve it when every partner has accepted, or say why not."),),
        url=desk_url(programme),
        action=_("Look at the programme"),
    )


def _state(facts: Facts, language: str, recipient: User | None) -> Message:
    programme: Programme = facts.about
    names = {"programme": programme.title, "state": programme.get_state_display()}
    lines = [_("The programme is now: %(state)s.") % names]
    if programme.state_reason:
        lines.append(_("Reason: %(reason)s") % {"reason": programme.state_reason})
    return Message(
        subject=_("%(state)s: %(programme)s") % names,
        lines=tuple(lines),
        url=desk_url(programme),
        action=_("Open the programme"),
    )


def _notice(code: str, title: Any, sentence: Any, render: Any, refs: dict, *, must: bool = False) -> NoticeKind:
    return register(
        NoticeKind(
            code=f"training.{code}",
            title=title,
            sentence=sentence,
            group=TRAINING,
            render=render,
            refs=refs,
            may_see=sees_desk,
            must_know=must,
            concerns=concerns,
        )
    )


PARTNER_ASKED = _notice(
    "partner_asked",
    gettext_lazy("We are asked to be a partner"),
    gettext_lazy("A programme asks your organisation to take part."),
    _asked,
    _PARTNER,
    must=True,
)
PARTNER_ANSWERED = _notice(
    "partner_answered",
    gettext_lazy("A partner answered"),
    gettext_lazy("Somebody you asked accepts or declines."),
    _answered,
    _PARTNER,
)
PROGRAMME_SUBMITTED = register(
    NoticeKind(
        code="training.programme_submitted",
        title=gettext_lazy("A programme to approve"),
        sentence=gettext_lazy("A joint programme is handed in to the training desk."),
        group=TRAINING,
        render=_submitted,
        refs=_PROGRAMME,
        may_see=lambda person, facts: policies.oversees(person),
        concerns=policies.oversees,
    )
)
PROGRAMME_STATE = _notice(
    "programme_state",
    gettext_lazy("A programme moved on"),
    gettext_lazy("A programme of yours is approved, rejected, started, suspended or closed."),
    _state,
    _PROGRAMME,
    must=True,
)

ANSWER_AS_PARTNER = register(
    TaskKind(
        code="training.answer_as_partner",
        title=gettext_lazy("Answer whether we take part"),
        sentence=gettext_lazy("Each partner accepts for itself; until then the programme cannot be approved."),
        permission=Permission.RUN_TRAINING,
        url=lambda task: desk_url(task.about.programme),
        clock_days=10,
        describe=lambda facts: facts.about.programme.title,
        refs=_PARTNER,
        outcomes={"accepted": gettext_lazy("accepted"), "declined": gettext_lazy("declined")},
    )
)
APPROVE_PROGRAMME = register(
    TaskKind(
        code="training.approve_programme",
        title=gettext_lazy("Approve a joint programme"),
        sentence=gettext_lazy("Check aims, partners and curriculum; every partner must have accepted."),
        permission=Permission.OVERSEE_TRAINING,
        url=lambda task: desk_url(task.about),
        clock_days=10,
        describe=lambda facts: facts.about.title,
        refs=_PROGRAMME,
    )
)


def people_of(programme: Programme, permission: Permission = Permission.RUN_TRAINING) -> list[User]:
    """Whoever runs the training of its partners."""
    found: dict[int, User] = {}
    for partner in programme.partners.current().select_related("organisation"):
        found |= {person.pk: person for person in services.people_with(permission, partner.organisation)}
    return list(found.values())


def tell_asked(partner: ProgrammePartner, *, by: User) -> None:
    services.open_task(ANSWER_AS_PARTNER, about=partner, organisation=partner.organisation, opened_by=by)
    asked = services.people_with(Permission.RUN_TRAINING, partner.organisation)
    services.notify(PARTNER_ASKED, to=asked, about=partner, actor=by, key=partner.pk)


def tell_answered(partner: ProgrammePartner, *, by: User) -> None:
    outcome = "accepted" if partner.accepted_at else "declined"
    services.close_tasks(partner, kind=ANSWER_AS_PARTNER, by=by, outcome=outcome)
    lead = partner.programme.partners.current().filter(role=ProgrammePartner.Role.LEAD).select_related("organisation")
    told = [
        person
        for one in lead
        for person in services.people_with(Permission.RUN_TRAINING, one.organisation)
        if person.pk != by.pk
    ]
    services.notify(PARTNER_ANSWERED, to=told, about=partner, actor=by, key=partner.pk)


def tell_submitted(programme: Programme, *, by: User) -> None:
    secretariat = Organisation.objects.secretariat()
    services.open_task(APPROVE_PROGRAMME, about=programme, organisation=secretariat, opened_by=by)
    desk = services.people_with(Permission.OVERSEE_TRAINING, secretariat)
    services.notify(PROGRAMME_SUBMITTED, to=desk, about=programme, actor=by, key=programme.pk)


def tell_state(programme: Programme, *, by: User) -> None:
    if programme.state != Programme.State.IN_REVIEW:
        services.close_tasks(programme, kind=APPROVE_PROGRAMME, by=by, outcome=programme.state)
    told = [person for person in people_of(programme) if by is None or person.pk != by.pk]
    key = f"{programme.pk}:{programme.state}:{programme.updated_at:%s.%f}"
    services.notify(PROGRAMME_STATE, to=told, about=programme, actor=by, key=key)
