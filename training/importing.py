"""Attendance from a table: what a school kept elsewhere, session by session (A-1, source "import").

A row is the word of whoever sends it, like a mark of the trainer; a correction still stands above it (A-2). Marks are
only added to: taking a file back writes what counted before as a correction, where anything did.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core import audit, imports
from alliance.core.errors import RuleBroken
from alliance.core.imports import Column, Draft, Judged, Made, key_of, options_of
from alliance.core.imports.kinds import changes_between, fingerprint
from alliance.core.models import ImportBatch, ImportRow

from . import acting, attendance, policies
from . import policies_assessment as allowed
from .models import AttendanceMark, Cohort, Enrolment, Kind, Session
from .services import filling, marking
from .workflows.sessions import SESSION

Verdict, Source, State = ImportRow.Verdict, AttendanceMark.Source, Session.State
MOMENTS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
DAY = "%Y-%m-%d"
MOST = 5_000


class CohortForm(forms.Form):
    cohort = forms.ChoiceField(label=_("Cohort"), help_text=_("All rows of a file belong to one cohort."))

    def __init__(self, *args: Any, codes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cohort"].choices = codes  # type: ignore[attr-defined]


class AttendanceChecker(imports.Checker):
    """Asks once for sessions and people of the cohort, and once a chunk for the marks that count."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.cohort = allowed.cohorts_marked(self.by).filter(code=self.batch.options.get("cohort", "")).first()
        if self.cohort is None or not policies.can_teach(self.by, self.cohort):
            raise PermissionDenied
        rows = (
            Session.objects.filter(cohort=self.cohort).exclude(state=State.CANCELLED).select_related("cohort", "unit")
        )
        self.sessions = {row.pk: row for row in rows.order_by("starts_at", "pk")}
        self.people: dict[str, list[Enrolment]] = {}
        for enrolment in Enrolment.objects.on_roster().filter(cohort=self.cohort).select_related("person", "cohort"):
            for name in {enrolment.person.email.lower(), key_of(enrolment.person.name)} - {""}:
                self.people.setdefault(name, []).append(enrolment)
        self.seen_rows: dict[str, int] = {}

    def judge(self, drafts: Sequence[Draft]) -> list[Judged]:
        found = [(self._session(draft), self._person(draft)) for draft in drafts]
        counting = self._effective([enrolment for _session, enrolment in found if enrolment])
        return [
            Judged(Verdict.ERROR)
            if session is None or enrolment is None
            else self._judge(draft, session, enrolment, counting.get((session.pk, enrolment.pk)))
            for draft, (session, enrolment) in zip(drafts, found, strict=True)
        ]

    def _effective(self, enrolments: Sequence[Enrolment]) -> dict[tuple[int, int], AttendanceMark]:
        rows = AttendanceMark.objects.filter(enrolment__in=enrolments, session__in=self.sessions).effective()
        return {(row.session_id, row.enrolment_id): row for row in rows}

    def _session(self, draft: Draft) -> Session | None:
        text = str(draft.values.get("session", "")).replace("/", "-").strip()
        if not text:
            draft.note("session", _("Please say which session."))
            return None
        moment, is_day = _moment(text)
        if moment is None:
            draft.note("session", _("Write the day, or the day and the hour at which it began: 2026-11-28 09:00."))
            return None
        held = [
            row
            for row in self.sessions.values()
            for began in [timezone.localtime(row.starts_at).replace(tzinfo=None, second=0, microsecond=0)]
            if (began.date() == moment.date() if is_day else began == moment.replace(second=0))
        ]
        if not held:
            draft.note("session", _("The cohort has no session then."))
        elif len(held) > 1:
            draft.note("session", _("There were several sessions that day. Write the hour too."))
        else:
            return held[0]
        return None

    def _person(self, draft: Draft) -> Enrolment | None:
        text = str(draft.values.get("trainee", "")).strip()
        found = self.people.get(text.lower()) or self.people.get(key_of(text)) or []
        if not text:
            draft.note("trainee", _("Please say who."))
        elif not found:
            draft.note("trainee", _("Nobody of this name or address has a seat in the cohort."))
        elif len(found) > 1:
            draft.note("trainee", _("Several trainees have this name. Write the e-mail address instead."))
        elif found[0].person_id == self.by.pk:
            draft.note("trainee", _("Nobody keeps their own attendance."))
        else:
            return found[0]
        return None

    def _judge(self, draft: Draft, session: Session, enrolment: Enrolment, now: AttendanceMark | None) -> Judged:
        target = f"{session.pk}:{enrolment.pk}"
        if (first := self.seen_rows.setdefault(target, draft.number)) != draft.number:
            draft.note("", lambda: _("The same as row %(row)s of this file.") % {"row": first})
        if why := _closed(session):
            draft.note("session", why)
        if now is not None and now.source == Source.CORRECTION:
            draft.note("kind", _("This attendance was corrected with a reason; only another correction changes it."))
        after = self._said(draft, session)
        if draft.notes or after is None:
            return Judged(Verdict.ERROR)
        name = f"{enrolment.person.name} · {timezone.localtime(session.starts_at):%Y-%m-%d %H:%M}"
        seen = fingerprint(session.state, now.pk if now else 0)
        before = {"kind": now.kind, "minutes": now.minutes_present} if now else {}
        if now is None or now.source == Source.SYSTEM:
            return Judged(Verdict.NEW, target=target, target_name=name, seen=seen)
        changes = changes_between(before, after, ("kind", "minutes"))
        if not changes:
            return Judged(Verdict.SAME, target=target, target_name=name, seen=seen)
        return Judged(Verdict.UPDATE, target=target, target_name=name, changes=changes, seen=seen)

    def _said(self, draft: Draft, session: Session) -> dict[str, Any] | None:
        """Kind and minutes as the mark will hold them; what is wrong with them goes to the draft."""
        kind, minutes = draft.values.get("kind"), draft.values.get("minutes")
        if not kind:
            if not any(note["column"] == "kind" for note in draft.notes):
                draft.note("kind", _("Please say how they attended."))
            return None
        if minutes not in (None, "") and not str(minutes).isdecimal():
            draft.note("minutes", _("Write whole minutes."))
            return None
        number = int(minutes) if minutes not in (None, "") else None
        try:
            there = marking.check_minutes(session, kind, number)
        except RuleBroken:
            draft.note("minutes", lambda: _refusal(session, kind, number))
            return None
        draft.values = {**draft.values, "minutes": there} if there is not None else _without(draft.values, "minutes")
        return {"kind": kind, "minutes": there}

    def lock(self, targets: Sequence[str]) -> None:
        keys = sorted({int(target.partition(":")[0]) for target in targets})
        locked = Session.objects.select_for_update(of=("self",)).select_related("cohort", "unit").filter(pk__in=keys)
        self.sessions |= {row.pk: row for row in locked.order_by("pk")}

    def apply_all(self, rows: Sequence[tuple[ImportRow, Judged]]) -> list[Made]:
        touched: dict[int, int] = {}
        made = []
        for row, judged in rows:
            session_pk, enrolment_pk = (int(part) for part in judged.target.split(":"))
            session = self.sessions[session_pk]
            if session.state == State.SCHEDULED:
                # It was held and kept elsewhere: it opens with what was noted there.
                self.sessions[session_pk] = acting.apply(SESSION, session, "open", by=self.by)
            before = self._last(session_pk, enrolment_pk)
            mark = self._add(
                row, session_pk, enrolment_pk, Source.IMPORT, row.values["kind"], row.values.get("minutes")
            )
            touched[session_pk] = touched.get(session_pk, 0) + 1
            said = {"kind": before.kind, "minutes": before.minutes_present} if before else None
            made.append(Made(judged.target, before is None, {"mark": mark.pk, "before": said}))
        self._after(touched, "attendance.imported")
        return made

    def undo_all(self, rows: Sequence[ImportRow]) -> None:
        touched: dict[int, int] = {}
        for row in rows:
            session_pk, enrolment_pk = (int(part) for part in row.target.split(":"))
            last = self._last(session_pk, enrolment_pk)
            if last is None or last.pk != row.made.get("mark"):
                raise RuleBroken(_("Somebody has marked this anew since then."))
            before = row.made.get("before")
            if not before:
                raise RuleBroken(_("A mark is never deleted. Correct it on the session's page, with the reason."))
            if why := _closed(self.sessions[session_pk]):
                raise RuleBroken(str(why))
            self._add(row, session_pk, enrolment_pk, Source.CORRECTION, before["kind"], before["minutes"])
            touched[session_pk] = touched.get(session_pk, 0) + 1
        self._after(touched, "attendance.import_undone")

    def _last(self, session: int, enrolment: int) -> AttendanceMark | None:
        return AttendanceMark.objects.filter(session=session, enrolment=enrolment).effective().first()

    def _add(
        self, row: ImportRow, session: int, enrolment: int, source: str, kind: str, minutes: int | None
    ) -> AttendanceMark:
        is_back = source == Source.CORRECTION
        return AttendanceMark.objects.create(
            session_id=session,
            enrolment_id=enrolment,
            kind=kind,
            minutes_present=minutes,
            source=source,
            nonce=f"import-{self.batch.token.hex}-{row.number}{'-back' if is_back else ''}",
            actor=self.by,
            reason=str(_("An import was taken back.")) if is_back else "",
        )

    def _after(self, touched: dict[int, int], verb: str) -> None:
        """One event for each session, and a look at the rates of those that were held (A-7)."""
        for pk, number in touched.items():
            session = self.sessions[pk]
            audit.record(
                verb,
                session,
                by=self.by,
                on_behalf_of=acting.acting_for(self.by, session),
                marks=number,
                batch=str(self.batch.token),
            )
            if session.state in attendance.HELD:
                filling.look_at_rates(session)


def _closed(session: Session) -> Any:
    """Why nothing can be noted in this session now; empty if it can."""
    if session.state == State.LOCKED:
        return _("The attendance is final. Ask for a change, which a second person confirms.")
    if session.state == State.SCHEDULED and session.starts_at > timezone.now():
        return _("This session has not begun.")
    return ""


def _refusal(session: Session, kind: str, minutes: int | None) -> str:
    """The refusal once more, in whatever language is asked for now."""
    try:
        marking.check_minutes(session, kind, minutes)
    except RuleBroken as broken:
        return str(broken)
    return ""


def _moment(text: str) -> tuple[datetime | None, bool]:
    """The moment as written in Shanghai's time, and whether only a day was meant."""
    for form in (*MOMENTS, DAY):
        try:
            return datetime.strptime(text, form), form == DAY
        except ValueError:
            continue
    return None, False


def _without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {code: value for code, value in values.items() if code != name}


class Attendance(imports.ImportKind):
    code = "attendance"
    title = _("Attendance")
    area = "desk"
    sentence = _("Who was there, session by session, for one cohort: what was kept on paper or in another program.")
    hints = (
        _("One row for each trainee and session. Late and left early need the minutes present."),
        _("A mark that was corrected with a reason stays as it is, and so does a session that is final."),
    )
    warning = _(
        "Marks are only added to. Taking the file back restores what counted before; where nothing did, the mark stays "
        "and can be corrected with a reason."
    )
    max_rows = MOST
    checker = AttendanceChecker

    def columns(self) -> list[Column]:
        return [
            Column(
                "session",
                _("Session"),
                _("The day, and the hour at which it began where there were several that day."),
                kind="date",
                is_required=True,
                example="2026-11-28 09:00",
                synonyms=("课次", "日期", "date", "上课时间", "开始时间"),
            ),
            Column(
                "trainee",
                _("Trainee"),
                _("E-mail address, or the name where only one has it."),
                is_required=True,
                synonyms=("学员", "姓名", "邮箱", "name", "email", "e-mail"),
            ),
            Column(
                "kind",
                _("Attendance"),
                kind="choice",
                is_required=True,
                options=options_of(Kind, {"present": ("到",), "absent": ("缺席",), "excused": ("请假",)}),
                synonyms=("出勤", "考勤", "status"),
            ),
            Column(
                "minutes",
                _("Minutes present"),
                _("Only for late and left early."),
                kind="number",
                unit=_("min"),
                synonyms=("到课分钟", "分钟", "minutes"),
            ),
        ]

    def may(self, person: Any) -> bool:
        return policies.teaches_any(person) or policies.runs_any(person)

    def may_see(self, person: Any, batch: ImportBatch) -> bool:
        return self.may(person) and self.batches(person).filter(pk=batch.pk).exists()

    def batches(self, person: Any) -> QuerySet[ImportBatch]:
        """Files of cohorts this person teaches: they hold names of trainees."""
        taught = Cohort.objects.filter(version__curriculum__programme__in=allowed.programmes_taught(person))
        return super().batches(person).filter(options__cohort__in=list(taught.values_list("code", flat=True)))

    def options_form(self, person: User, data: Any = None) -> forms.Form | None:
        cohorts = Cohort.objects.filter(
            version__curriculum__programme__in=allowed.programmes_taught(person),
            state__in=(Cohort.State.RUNNING, Cohort.State.GRADING),
        ).order_by("-starts_at", "-pk")
        return CohortForm(data, codes=[(row.code, f"{row.code} · {row.title}") for row in cohorts[:200]])

    def url_of(self, row: ImportRow) -> str:
        session = row.target.partition(":")[0]
        return reverse("training:session_attendance", args=[session]) if session.isdigit() else ""


ATTENDANCE = imports.register(Attendance())
