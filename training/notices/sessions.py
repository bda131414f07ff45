"""What learners and trainers are told about sessions and attendance, and what waits for a second person."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliance.accounts.models import User
from alliance.accounts.permissions import Permission
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message, NoticeKind, TaskKind, register

from .. import policies
from ..attendance import percent
from ..models import AttendanceChange, Enrolment, Session

TRAINING = gettext_lazy("Joint training")
_OF_SESSION = ("cohort__version__curriculum__programme", "unit", "room", "trainer")
_SESSION = {"about": ("training.Session", *_OF_SESSION)}
_ENROLMENT = {"about": ("training.Enrolment", "cohort__version__curriculum__programme", "person", "park")}
_CHANGE = {
    "about": (
        "training.AttendanceChange",
        "enrolment__person",
        "asked_by",
        *(f"session__{name}" for name in _OF_SESSION),
    )
}


def time_of(session: Session) -> str:
    start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    until = date_format(end, "TIME_FORMAT" if end.date() == start.date() else "DATETIME_FORMAT")
    return f"{date_format(start, 'DATETIME_FORMAT')}–{until}"


def place_of(session: Session) -> str:
    return str(session.room.name) if session.room else _("Online")


def _names(session: Session) -> dict[str, Any]:
    return {
        "session": str(session),
        "cohort": str(session.cohort.title),
        "when": time_of(session),
        "place": place_of(session),
    }


def desk_url(session: Session) -> str:
    return reverse("training:desk_session", args=[session.pk])


# Who is told ----------------------------------------------------------------------------------------------------------


def holders(session: Session) -> QuerySet[User]:
    """Everybody with a seat, offered ones included: they decide by the calendar too (C-5)."""
    seats = Enrolment.objects.holding().filter(cohort=session.cohort_id)
    return User.objects.filter(pk__in=seats.values("person"), is_active=True)


def concerned(session: Session) -> QuerySet[User]:
    """Those with a seat, and the trainer."""
    return holders(session) | User.objects.filter(pk=session.trainer_id or 0, is_active=True)


def _is_concerned(person: User, facts: Facts) -> bool:
    session: Session = facts.about
    return session.trainer_id == person.pk or holders(session).filter(pk=person.pk).exists()


def _teaches(person: User, facts: Facts) -> bool:
    about = facts.about
    return policies.can_teach(person, about.cohort if isinstance(about, Session) else about.session.cohort)


def _is_own(person: User, facts: Facts) -> bool:
    enrolment: Enrolment = facts.about
    return enrolment.person_id == person.pk or policies.can_nominate(person, enrolment.park)


# Texts ----------------------------------------------------------------------------------------------------------------


def _session_url(session: Session, recipient: User | None) -> str:
    if recipient is not None and recipient.pk == session.trainer_id:
        return desk_url(session)
    return reverse("training:my_calendar")


def _moved(facts: Facts, language: str, recipient: User | None) -> Message:
    session: Session = facts.about
    names = _names(session)
    was = date_format(timezone.localtime(datetime.fromisoformat(facts["was"])), "DATETIME_FORMAT")
    lines = [_("“%(session)s” of %(cohort)s now meets %(when)s.") % names, _("Place: %(place)s") % names]
    if datetime.fromisoformat(facts["was"]) != session.starts_at:
        lines.append(_("It was to begin %(was)s.") % {"was": was})
    lines.append(_("Calendars that read our address show it by themselves."))
    return Message(
        subject=_("Moved: %(session)s, %(when)s") % names,
        lines=tuple(lines),
        url=_session_url(session, recipient),
        action=_("Open the calendar"),
    )


def _cancelled(facts: Facts, language: str, recipient: User | None) -> Message:
    session: Session = facts.about
    names = _names(session)
    lines = [_("“%(session)s” of %(cohort)s, %(when)s, does not take place.") % names]
    if session.state_reason:
        lines.append(_("Reason: %(reason)s") % {"reason": session.state_reason})
    lines.append(_("It does not count for anybody's attendance."))
    return Message(
        subject=_("Cancelled: %(session)s, %(when)s") % names,
        lines=tuple(lines),
        url=_session_url(session, recipient),
        action=_("Open the calendar"),
    )


def _to_teach(facts: Facts, language: str, recipient: User | None) -> Message:
    session: Session = facts.about
    count = int(facts.get("count") or 1)
    names = _names(session)
    return Message(
        subject=_("You teach: %(session)s, %(when)s") % names,
        lines=(
            ngettext(
                "You were named as the trainer of this session of %(cohort)s.",
                "You were named as the trainer of %(n)d sessions of %(cohort)s; this is the first.",
                count,
            )
            % {**names, "n": count},
            _("Place: %(place)s") % names,
        ),
        url=desk_url(session),
        action=_("Open the session"),
    )


def _unfinished(facts: Facts, language: str, recipient: User | None) -> Message:
    session: Session = facts.about
    names = _names(session)
    return Message(
        subject=_("Attendance to finish: %(session)s, %(when)s") % names,
        lines=(
            _("Some learners have no mark yet."),
            _("24 hours from now they count as absent, and every change then needs two people."),
        ),
        url=reverse("training:session_attendance", args=[session.pk]),
        action=_("Finish the attendance"),
    )


def _was_it_held(facts: Facts, language: str, recipient: User | None) -> Message:
    session: Session = facts.about
    names = _names(session)
    return Message(
        subject=_("Was it held? %(session)s, %(when)s") % names,
        lines=(
            _("The session is over and nobody opened it."),
            _("If it was held, open it and mark who was there. If not, have it cancelled; it then counts for nobody."),
        ),
        url=desk_url(session),
        action=_("Open the session"),
    )


def _near(facts: Facts, language: str, recipient: User | None) -> Message:
    enrolment: Enrolment = facts.about
    minimum = percent(enrolment.cohort.version.attendance_minimum)
    return Message(
        subject=_("Your attendance in %(cohort)s is close to the minimum") % {"cohort": enrolment.cohort.title},
        lines=(
            _("The certificate needs an attendance of %(minimum)s. Yours is less than five points above, or below.")
            % {"minimum": minimum},
            _("The page shows every session and how the rate is worked out. If a mark is wrong, tell your trainer."),
        ),
        url=reverse("training:learner_attendance", args=[enrolment.pk]),
        action=_("See how it is worked out"),
    )


def _out_of_reach(facts: Facts, language: str, recipient: User | None) -> Message:
    enrolment: Enrolment = facts.about
    own = recipient is not None and recipient.pk == enrolment.person_id
    names = {
        "cohort": enrolment.cohort.title,
        "person": enrolment.person.name,
        "minimum": percent(enrolment.cohort.version.attendance_minimum),
    }
    return Message(
        subject=(
            _("You can no longer reach the attendance that %(cohort)s asks for")
            if own
            else _("%(person)s can no longer reach the attendance that %(cohort)s asks for")
        )
        % names,
        lines=(
            _("Even if every coming session is attended in full, the rate stays below %(minimum)s.") % names,
            _("Talk to the trainer: a wrong mark can still be corrected, with a reason."),
        ),
        url=reverse("training:learner_attendance", args=[enrolment.pk]),
        action=_("See how it is worked out"),
    )


def _change_decided(facts: Facts, language: str, recipient: User | None) -> Message:
    change: AttendanceChange = facts.about
    names = {"person": change.enrolment.person.name, **_names(change.session)}
    confirmed = change.state == AttendanceChange.State.CONFIRMED
    lines = [
        _("The change counts: %(kind)s.") % {"kind": change.get_kind_display()}
        if confirmed
        else _("The attendance stays as it was.")
    ]
    if change.answer:
        lines.append(_("Reason: %(reason)s") % {"reason": change.answer})
    return Message(
        subject=(
            _("Confirmed: the change for %(person)s, %(session)s")
            if confirmed
            else _("Refused: the change for %(person)s, %(session)s")
        )
        % names,
        lines=tuple(lines),
        url=reverse("training:mark_history", args=[change.session_id, change.enrolment_id]),
        action=_("See the marks"),
    )


# Kinds ----------------------------------------------------------------------------------------------------------------


def _learns_or_teaches(person: User) -> bool:
    return policies.teaches_any(person) or person.enrolments.exists()


def _trains(person: User) -> bool:
    return policies.teaches_any(person) or policies.runs_any(person)


def _notice(
    code: str, title: Any, sentence: Any, render: Any, refs: dict, may_see: Any, concerns: Any, **options: Any
) -> NoticeKind:
    return register(
        NoticeKind(
            code=f"training.{code}",
            title=title,
            sentence=sentence,
            group=TRAINING,
            render=render,
            refs=refs,
            may_see=may_see,
            concerns=concerns,
            **options,
        )
    )


MOVED = _notice(
    "session_moved",
    gettext_lazy("A session is moved"),
    gettext_lazy("A session you attend or teach gets another time or place."),
    _moved,
    _SESSION,
    _is_concerned,
    _learns_or_teaches,
    must_know=True,
    urgent=True,
)
CANCELLED = _notice(
    "session_cancelled",
    gettext_lazy("A session is cancelled"),
    gettext_lazy("A session you attend or teach does not take place."),
    _cancelled,
    _SESSION,
    _is_concerned,
    _learns_or_teaches,
    must_know=True,
    urgent=True,
)
TO_TEACH = _notice(
    "session_to_teach",
    gettext_lazy("I am to teach a session"),
    gettext_lazy("Somebody names you as the trainer of a session."),
    _to_teach,
    _SESSION,
    _teaches,
    _trains,
)
UNFINISHED = _notice(
    "attendance_unfinished",
    gettext_lazy("Attendance to finish"),
    gettext_lazy("24 hours after a session some learners have no mark yet."),
    _unfinished,
    _SESSION,
    _teaches,
    _trains,
    must_know=True,
)
NOT_OPENED = _notice(
    "session_not_opened",
    gettext_lazy("A session that nobody opened"),
    gettext_lazy("24 hours after its end it is not known whether a session was held."),
    _was_it_held,
    _SESSION,
    _teaches,
    _trains,
    must_know=True,
)
NEAR = _notice(
    "attendance_near",
    gettext_lazy("My attendance is close to the minimum"),
    gettext_lazy("Less than five points above what the certificate needs."),
    _near,
    _ENROLMENT,
    _is_own,
    _learns_or_teaches,
    must_know=True,
)
OUT_OF_REACH = _notice(
    "attendance_out_of_reach",
    gettext_lazy("The attendance minimum is out of reach"),
    gettext_lazy("You, or somebody your park sent, can no longer reach the attendance the certificate needs."),
    _out_of_reach,
    _ENROLMENT,
    _is_own,
    _learns_or_teaches,
    must_know=True,
)
CHANGE_DECIDED = _notice(
    "attendance_change_decided",
    gettext_lazy("A change of attendance is decided"),
    gettext_lazy("A second person confirms or refuses the change you asked for."),
    _change_decided,
    _CHANGE,
    _teaches,
    _trains,
)
CONFIRM = register(
    TaskKind(
        code="training.confirm_attendance",
        title=gettext_lazy("Confirm a change of attendance"),
        sentence=gettext_lazy("The attendance is final: a change of it needs a second person."),
        permission=Permission.RUN_TRAINING,
        url=lambda task: reverse("training:attendance_change", args=[task.about_id]),
        describe=lambda facts: f"{facts.about.enrolment.person.name} · {facts.about.session}",
        refs=_CHANGE,
        outcomes={
            "confirmed": gettext_lazy("Confirmed"),
            "refused": gettext_lazy("Refused"),
            "withdrawn": gettext_lazy("Taken back"),
        },
    )
)


# Telling --------------------------------------------------------------------------------------------------------------


def tell_moved(session: Session, *, by: User, was: datetime) -> None:
    key = f"{session.pk}:{session.sequence}"
    services.notify(MOVED, to=concerned(session), about=session, actor=by, key=key, was=was.isoformat())


def tell_cancelled(session: Session, *, by: User | None) -> None:
    services.notify(CANCELLED, to=concerned(session), about=session, actor=by, key=session.pk)


def tell_teaches(session: Session, *, by: User, count: int) -> None:
    if session.trainer_id in (None, by.pk):
        return
    services.notify(
        TO_TEACH,
        to=User.objects.filter(pk=session.trainer_id),
        about=session,
        actor=by,
        key=f"{session.pk}:{session.trainer_id}:{session.sequence}",
        count=count,
    )


def trainers(session: Session) -> QuerySet[User]:
    """The trainer of the session; where none is named, whoever runs training at the host."""
    if session.trainer_id:
        return User.objects.filter(pk=session.trainer_id, is_active=True)
    return services.people_with(Permission.RUN_TRAINING, session.cohort.host)


def tell_unfinished(session: Session) -> bool:
    return services.notify(UNFINISHED, to=trainers(session), about=session, key=session.pk) is not None


def tell_not_opened(session: Session) -> bool:
    key = f"{session.pk}:{session.sequence}"
    return services.notify(NOT_OPENED, to=trainers(session), about=session, key=key) is not None


def tell_near(enrolment: Enrolment) -> None:
    services.notify(NEAR, to=User.objects.filter(pk=enrolment.person_id), about=enrolment, key=enrolment.pk)


def tell_out_of_reach(enrolment: Enrolment) -> None:
    people = User.objects.filter(pk=enrolment.person_id) | services.people_with(
        Permission.NOMINATE, enrolment.park.organisation
    )
    services.notify(OUT_OF_REACH, to=people, about=enrolment, key=enrolment.pk)


def tell_change_asked(change: AttendanceChange, *, by: User) -> None:
    services.open_task(CONFIRM, about=change, organisation=change.session.cohort.host, opened_by=by)


def tell_change_decided(change: AttendanceChange, *, by: User) -> None:
    services.close_tasks(change, kind=CONFIRM, by=by, outcome=change.state)
    if change.asked_by_id != by.pk:
        asker = User.objects.filter(pk=change.asked_by_id)
        services.notify(CHANGE_DECIDED, to=asker, about=change, actor=by, key=change.pk)
