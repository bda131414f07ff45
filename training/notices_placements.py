"""What people are told about placements, and the letters to supervisors and guardians who have no account."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.notifications import sealed, services
from alliance.notifications.kinds import Facts, Gone, Letter, Message, NoticeKind, TaskKind, register

from .models import Placement, PlacementDay, PlacementLink, Programme, ProgrammePartner, SafetyIncident
from .tokens import digest_of

GROUP = gettext_lazy("Training: placements")
_PLACEMENT = {"about": ("training.Placement", "place", "enrolment__person", "enrolment__cohort")}
_DAY = {"about": ("training.PlacementDay", "placement__enrolment", "placement__place")}
_INCIDENT = {"about": ("training.SafetyIncident", "place__programme")}
_LINK = {"about": ("training.PlacementLink", "placement__place", "placement__enrolment__person", "placement__school")}
Purpose = PlacementLink.Purpose


def desk_url(placement: Placement) -> str:
    return reverse("training:placement", args=[placement.pk])


def my_url(placement: Placement) -> str:
    return reverse("training:my_placement", args=[placement.pk])


def _names(placement: Placement) -> dict[str, Any]:
    return {
        "company": placement.place.company,
        "post": placement.place.post,
        "person": placement.enrolment.person.name,
        "from": date_format(placement.starts_on, "DATE_FORMAT"),
        "until": date_format(placement.ends_on, "DATE_FORMAT"),
    }


# To the trainee -------------------------------------------------------------------------------------------------------


def _proposed(facts: Facts, language: str, recipient: User | None) -> Message:
    placement: Placement = facts.about
    return Message(
        subject=_("A placement for you: %(post)s at %(company)s") % _names(placement),
        lines=(
            _("Your school proposes it from %(from)s to %(until)s.") % _names(placement),
            _("Read what it says. It becomes an agreement only if you agree; you may also say no."),
        ),
        url=my_url(placement),
        action=_("Read the proposal"),
    )


def _signed(facts: Facts, language: str, recipient: User | None) -> Message:
    placement: Placement = facts.about
    return Message(
        subject=_("Signed: your placement at %(company)s") % _names(placement),
        lines=(
            _("All have signed. Your first day is %(from)s.") % _names(placement),
            _("From then on you enter each day on your telephone; the host confirms once a week."),
        ),
        url=my_url(placement),
        action=_("See my placement"),
    )


def _over(facts: Facts, language: str, recipient: User | None) -> Message:
    placement: Placement = facts.about
    lines = []
    if placement.state_reason:
        lines.append(_("Reason: %(reason)s") % {"reason": placement.state_reason})
    if placement.state == Placement.State.TERMINATED:
        lines.append(_("Hours that the host has confirmed stay yours and count on."))
    subject = {
        Placement.State.COMPLETED: _("Completed: your placement at %(company)s"),
        Placement.State.CANCELLED: _("Cancelled: your placement at %(company)s"),
    }.get(Placement.State(placement.state), _("Broken off: your placement at %(company)s"))
    return Message(
        subject=subject % _names(placement), lines=tuple(lines), url=my_url(placement), action=_("See my placement")
    )


def _disputed(facts: Facts, language: str, recipient: User | None) -> Message:
    day: PlacementDay = facts.about
    shown = {"day": date_format(day.on, "DATE_FORMAT"), "reason": day.dispute_reason}
    return Message(
        subject=_("Not confirmed: your day of %(day)s") % shown,
        lines=(
            _("The host writes: %(reason)s") % shown,
            _("Correct the day; it is then asked about again. If you disagree, talk to your tutor."),
        ),
        url=my_url(day.placement),
        action=_("Correct the day"),
    )


def _incident(facts: Facts, language: str, recipient: User | None) -> Message:
    incident: SafetyIncident = facts.about
    names = {"company": incident.place.company}
    return Message(
        subject=_("Safety incident: %(company)s") % names,
        lines=(
            _("Something happened at a host. It takes nobody new until the lead has cleared it."),
            _("Those who are there stay; decide whether they can."),
        ),
        url=reverse("training:host_place", args=[incident.place_id]),
        action=_("See what happened"),
    )


def _own(person: User, facts: Facts) -> bool:
    placement = facts.about if isinstance(facts.about, Placement) else facts.about.placement
    return placement.enrolment.person_id == person.pk


def _notice(code: str, title: Any, sentence: Any, render: Any, refs: dict, **more: Any) -> NoticeKind:
    return register(
        NoticeKind(
            code=f"training.{code}", title=title, sentence=sentence, group=GROUP, render=render, refs=refs, **more
        )
    )


PROPOSED = _notice(
    "placement_proposed",
    gettext_lazy("A placement is proposed to me"),
    gettext_lazy("Your school proposes a placement; you decide."),
    _proposed,
    _PLACEMENT,
    must_know=True,
    may_see=_own,
)
SIGNED = _notice(
    "placement_signed",
    gettext_lazy("My placement is signed"),
    gettext_lazy("All parties have signed; you know your first day."),
    _signed,
    _PLACEMENT,
    must_know=True,
    may_see=_own,
)
OVER = _notice(
    "placement_over",
    gettext_lazy("My placement is over"),
    gettext_lazy("It is completed, cancelled or broken off."),
    _over,
    _PLACEMENT,
    must_know=True,
    may_see=_own,
)
DAY_DISPUTED = _notice(
    "placement_day_disputed",
    gettext_lazy("A day of mine is not confirmed"),
    gettext_lazy("The host says what is not right in your log."),
    _disputed,
    _DAY,
    may_see=_own,
)
INCIDENT = _notice(
    "safety_incident",
    gettext_lazy("A safety incident at a host"),
    gettext_lazy("Somebody reported that something happened during a placement."),
    _incident,
    _INCIDENT,
    must_know=True,
    urgent=True,
)


# Letters to people without an account ---------------------------------------------------------------------------------


def _letter_to(facts: Facts) -> Letter | None:
    link: PlacementLink = facts.about
    if not link.is_open() or facts["link"] != link.token_digest[:16]:
        return None
    placement = link.placement
    if link.purpose == Purpose.SIGN_GUARDIAN:
        return Letter(placement.guardian_email, placement.place.supervisor_language, placement.guardian_name)
    place = placement.place
    return Letter(place.supervisor_email, place.supervisor_language, place.supervisor_name)


def _token(facts: Facts) -> str:
    link: PlacementLink = facts.about
    for token in sealed.opened(facts["sealed"], link.token_digest):
        if digest_of(token) == link.token_digest:
            return token
    raise Gone("token")


def _link(facts: Facts, language: str, recipient: User | None) -> Message:
    link: PlacementLink = facts.about
    placement = link.placement
    names = _names(placement) | {
        "school": placement.school.name,
        "day": date_format(timezone.localtime(link.expires_at), "DATE_FORMAT"),
    }
    subject, line, action = {
        Purpose.CONFIRM: (
            _("Please confirm: the days of %(person)s"),
            _("%(person)s entered what they did at %(company)s. Confirm the days that are right; it takes a minute."),
            _("See the days"),
        ),
        Purpose.SIGN_HOST: (
            _("Please sign: the placement of %(person)s"),
            _("%(school)s, %(person)s and %(company)s agree on a placement from %(from)s to %(until)s."),
            _("Read and sign"),
        ),
        Purpose.SIGN_GUARDIAN: (
            _("Please sign: the placement of %(person)s"),
            _("%(person)s is under 18 and begins a placement at %(company)s on %(from)s. You sign too."),
            _("Read and sign"),
        ),
        Purpose.ASSESS: (
            _("Please assess: %(person)s"),
            _("The hours of %(person)s at %(company)s are done. Say how well they did what they came to learn."),
            _("Assess"),
        ),
    }[Purpose(link.purpose)]
    return Message(
        subject=subject % names,
        lines=(
            line % names,
            _("You need no account. The link is for you alone, works once, and until %(day)s.") % names,
        ),
        url=reverse("training:placement_link", args=[_token(facts)]),
        action=action,
    )


LINK = register(
    NoticeKind(
        code="training.placement_link",
        title=gettext_lazy("A link for a supervisor or guardian"),
        sentence=gettext_lazy("A letter to somebody without an account: confirm days, sign, or assess."),
        group=GROUP,
        render=_link,
        refs=_LINK,
        letter_to=_letter_to,
        once="at_most",
        must_know=True,
    )
)


# Tasks ----------------------------------------------------------------------------------------------------------------


def _describe(facts: Facts) -> str:
    return f"{facts.about.enrolment.person.name} · {facts.about.place.company}"


def _task(code: str, title: Any, sentence: Any, permission: Permission, **more: Any) -> TaskKind:
    return register(
        TaskKind(
            code=f"training.{code}",
            title=title,
            sentence=sentence,
            permission=permission,
            describe=more.pop("describe", _describe),
            refs=more.pop("refs", _PLACEMENT),
            url=more.pop("url", lambda task: reverse("training:placement", args=[task.about_id])),
            **more,
        )
    )


SIGN = _task(
    "placement_sign",
    gettext_lazy("Sign a placement"),
    gettext_lazy("The trainee agreed. All sign before the first day."),
    Permission.RUN_TRAINING,
    clock_days=5,
)
LOOK_AT_LOG = _task(
    "placement_look",
    gettext_lazy("Look at the log of a placement"),
    gettext_lazy("The tutor looks at least every fourteen days."),
    Permission.TEACH,
)
ASSESS = _task(
    "placement_assess",
    gettext_lazy("Assess a placement"),
    gettext_lazy("The hours are done: grade each competency as the tutor."),
    Permission.TEACH,
    clock_days=5,
)
CLEAR = _task(
    "clear_host",
    gettext_lazy("Clear a host after a safety incident"),
    gettext_lazy("Find out what happened and what was done; until then the host takes nobody new."),
    Permission.RUN_TRAINING,
    clock_days=3,
    url=lambda task: reverse("training:incident", args=[task.about_id]),
    describe=lambda facts: str(facts.about.place.company),
    refs=_INCIDENT,
)


# Who is told ----------------------------------------------------------------------------------------------------------


def _trainee(kind: NoticeKind, placement: Placement, *, by: User | None) -> None:
    services.notify(kind, to=[placement.enrolment.person], about=placement, actor=by, key=f"{placement.pk}")


def tell_proposed(placement: Placement, *, by: User | None) -> None:
    _trainee(PROPOSED, placement, by=by)


def tell_agreed(placement: Placement, *, by: User | None) -> None:
    """School and host partner have a task; the supervisor's and the guardian's letters are sent by the service."""
    for organisation in {
        placement.school_id: placement.school,
        placement.place.organisation_id: placement.place.organisation,
    }.values():
        services.open_task(SIGN, about=placement, organisation=organisation, opened_by=by)


def tell_signed(placement: Placement, *, by: User | None) -> None:
    services.close_tasks(placement, kind=SIGN, by=by, outcome="signed")
    _trainee(SIGNED, placement, by=by)


def tell_begun(placement: Placement, *, by: User | None) -> None:
    from .services.tutoring import plan_next_look

    plan_next_look(placement)


def tell_hours_done(placement: Placement, *, by: User | None) -> None:
    services.close_tasks(placement, kind=LOOK_AT_LOG, by=by, outcome="done")
    services.open_task(ASSESS, about=placement, organisation=placement.school)


def tell_over(placement: Placement, *, by: User | None) -> None:
    services.close_tasks(placement, by=by, outcome=placement.state)
    _trainee(OVER, placement, by=by)


def tell_disputed(day: PlacementDay) -> None:
    key = f"{day.pk}:{day.decided_at:%s.%f}"
    services.notify(DAY_DISPUTED, to=[day.placement.enrolment.person], about=day, key=key)


def tell_incident(incident: SafetyIncident, *, by: User) -> None:
    lead = lead_of(incident.place.programme)
    services.open_task(CLEAR, about=incident, organisation=lead, opened_by=by)
    desk = Organisation.objects.filter(kind=Organisation.Kind.SECRETARIAT).first()
    people = list(services.people_with(Permission.RUN_TRAINING, lead))
    if desk is not None:
        people += services.people_with(Permission.OVERSEE_TRAINING, desk)
    services.notify(INCIDENT, to=people, about=incident, actor=by, key=incident.pk)


def tell_cleared(incident: SafetyIncident, *, by: User) -> None:
    services.close_tasks(incident, kind=CLEAR, by=by, outcome="cleared")


def lead_of(programme: Programme) -> Organisation:
    part = programme.partners.filter(
        role=ProgrammePartner.Role.LEAD, declined_at__isnull=True, until_on__isnull=True
    ).select_related("organisation")
    return part.get().organisation


def send_link(link: PlacementLink, token: str, *, by: User | None) -> None:
    services.letter(
        LINK,
        about=link,
        actor=by,
        key=f"{link.pk}",
        link=link.token_digest[:16],
        sealed=sealed.seal(token, link.token_digest),
    )
