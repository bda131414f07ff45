"""The marking desk: cohorts and their items, the grid of one item, a pasted column, the file."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core import sheets
from alliance.core.errors import RuleBroken
from alliance.core.parts import wants_part

from .. import marks, origins, pasting, policies, results, transcripts
from .. import policies_assessment as allowed
from ..forms_assessment import PasteForm
from ..models import AssessmentItem, Attempt, Cohort, Enrolment, Moderation
from ..services import attempts, moderation
from ..workflows.attempts import MARKED_IN, MARKED_WHO
from .reader import me

PAGE = 100
State = Attempt.State


def cohort_rows(rows: QuerySet[Cohort]) -> QuerySet[Cohort]:
    return rows.select_related("version__curriculum__programme", "host").prefetch_related(
        "version__curriculum__programme__partners"
    )


def crumbs(*trail: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    return [(_("Desk"), reverse("notifications:desk")), (_("Marks"), reverse("training:marking")), *trail]


def cohort_and_item(request: HttpRequest, code: str, item: int, rows: QuerySet[Cohort] | None = None):
    """Within what the person may see: other cohorts and items of other curricula do not exist."""
    cohort = get_object_or_404(cohort_rows(allowed.cohorts_marked(request.user) if rows is None else rows), code=code)
    found = get_object_or_404(AssessmentItem.objects.select_related("unit"), pk=item, unit__version=cohort.version_id)
    return cohort, found


# The list ------------------------------------------------------------------------------------------------------------


@dataclass
class ItemCounts:
    item: AssessmentItem
    unit: Any
    counts: dict[str, int]
    trainees: int

    @property
    def to_mark(self) -> int:
        return max(self.trainees - sum(self.counts.get(state, 0) for state in ("marked", "moderated", "told")), 0)


@require_safe
def marking(request: HttpRequest) -> HttpResponse:
    """Cohorts under way with their items: what is to be marked, checked and released."""
    if not allowed.assesses_any(request.user):
        raise PermissionDenied
    mine = allowed.cohorts_marked(request.user).filter(state__in=MARKED_IN)
    page = Paginator(
        cohort_rows(mine)
        .annotate(trainees=Count("enrolments", filter=Q(enrolments__state__in=MARKED_WHO)))
        .prefetch_related("version__units__items")
        .order_by("-starts_at", "-pk"),
        20,
    ).get_page(request.GET.get("page"))
    counted: dict[tuple[int, int], dict[str, int]] = {}
    rows = Attempt.objects.filter(enrolment__cohort__in=list(page)).exclude(state=State.VOID)
    for cohort, item, state, number in rows.values_list("enrolment__cohort", "item", "state").annotate(Count("pk")):
        key = "told" if state in Attempt.COUNTING else state
        known = counted.setdefault((cohort, item), {})
        known[key] = known.get(key, 0) + number
    for cohort in page:
        cohort.lines = [  # type: ignore[attr-defined]
            ItemCounts(item, unit, counted.get((cohort.pk, item.pk), {}), cohort.trainees)  # type: ignore[attr-defined]
            for unit in cohort.version.units.all()
            for item in unit.items.all()
        ]
    return render(
        request, "training/marking/list.html", {"page": page, "tabs": tabs(request, "marking"), "crumbs": crumbs()[:2]}
    )


def tabs(request: HttpRequest, here: str) -> list[tuple[Any, str, bool]]:
    """What else there is about marks, for this person."""
    person = request.user
    shown = [(_("Marks"), "marking", allowed.marks_any(person)), (_("Second marking"), "moderations", True)]
    shown += [
        (_("Release"), "releases", allowed.marks_any(person)),
        (_("Appeals"), "appeals", policies.awards_any(person) or policies.oversees(person)),
        (_("Recognition"), "recognitions", policies.awards_any(person) or policies.oversees(person)),
        (_("Comparison of hosts"), "drift", policies.runs_any(person) or policies.oversees(person)),
    ]
    return [(label, reverse(f"training:{name}"), name == here) for label, name, is_shown in shown if is_shown]


# The grid ------------------------------------------------------------------------------------------------------------


@dataclass
class Row:
    """One trainee in the grid, with what was typed where it could not be taken."""

    enrolment: Enrolment
    attempt: Attempt | None
    number: int
    distance: str = ""
    may_try_again: bool = False
    is_held: bool = False
    question: str = ""
    mark: str = ""
    feedback: str = ""
    error: str = ""
    is_saved: bool = False

    @property
    def seen(self) -> str:
        return marks.shown(self.attempt.mark) if self.attempt else ""

    @property
    def can_type(self) -> bool:
        return not self.distance and not self.is_held and not (self.attempt and self.attempt.is_told)


def enrolments_of(cohort: Cohort) -> QuerySet[Enrolment]:
    return (
        cohort.enrolments.filter(state__in=MARKED_WHO)
        .select_related("person", "park", "line_manager")
        .order_by("queue_no")
    )


def rows_of(request: HttpRequest, cohort: Cohort, item: AssessmentItem, people: list[Enrolment]) -> list[Row]:
    rules = transcripts.rules_of(cohort.version)
    found = origins.of_many(people)
    # Marks told before a transfer stand in the trainee's row of this cohort.
    now_in = {
        before.pk: row.pk for row in people for before in origins.within_version(found.path(row)) if before is not row
    }
    made: dict[int, list[Attempt]] = {}
    for attempt in (
        Attempt.objects.filter(
            Q(enrolment__in=people) | Q(enrolment__in=list(now_in), state__in=Attempt.COUNTING), item=item
        )
        .exclude(state=State.VOID)
        .select_related("marker")
        .prefetch_related("checks", "files__file")
        .order_by("enrolment_id", "number")
    ):
        made.setdefault(now_in.get(attempt.enrolment_id, attempt.enrolment_id), []).append(attempt)
    rows = []
    for enrolment in people:
        tried = made.get(enrolment.pk, [])
        last = tried[-1] if tried else None
        asked = next((check for check in last.checks.all() if check.verdict == "change"), None) if last else None
        held = last is not None and last.state == State.MARKED and last.moderation_id is not None and asked is None
        rows.append(
            Row(
                enrolment,
                last,
                number=len(tried),
                distance=str(allowed.distance(me(request), enrolment, item)),
                may_try_again=last is not None
                and last.is_told
                and last.state != State.APPEALED
                and results.may_try_again(len(tried), rules),
                is_held=held or (last is not None and last.state == State.MODERATED),
                question=asked.comment if asked else "",
                mark=marks.shown(last.mark) if last else "",
                feedback=last.feedback if last else "",
            )
        )
    return rows


@require_http_methods(["GET", "POST"])
def marking_grid(request: HttpRequest, code: str, item: int) -> HttpResponseBase:
    """All trainees with a mark and a line of feedback. Each row saves itself; without scripts one button saves all."""
    cohort, found = cohort_and_item(request, code, item)
    page = Paginator(enrolments_of(cohort), PAGE).get_page(request.GET.get("page"))
    rows = rows_of(request, cohort, found, list(page))
    if request.method == "POST":
        if not policies.can_teach(request.user, cohort):
            raise PermissionDenied
        saved = sum(take_row(request, row, found) for row in rows)
        wrong = sum(bool(row.error) for row in rows)
        if saved:
            messages.success(request, ngettext("%(n)d mark is saved.", "%(n)d marks are saved.", saved) % {"n": saved})
        if not wrong:
            return redirect(request.get_full_path())
    return _grid(request, cohort, found, page, rows)


def _grid(
    request: HttpRequest, cohort: Cohort, item: AssessmentItem, page: Any, rows: list[Row], **more: Any
) -> HttpResponse:
    waiting = Moderation.objects.filter(cohort=cohort, item=item, closed_at__isnull=True).first()
    unchecked = Attempt.objects.filter(
        enrolment__cohort=cohort, item=item, state=State.MARKED, moderation__isnull=True
    ).count()
    context = {
        "cohort": cohort,
        "item": item,
        "page": page,
        "rows": rows,
        "may_mark": policies.can_teach(request.user, cohort),
        "moderation": waiting,
        "unchecked": unchecked,
        "paste": PasteForm(),
        "crumbs": crumbs((f"{cohort.code} · {item.title}", None)),
        **more,
    }
    wrong = any(row.error for row in rows) or more.get("problems")
    return render(request, "training/marking/grid.html", context, status=422 if wrong else 200)


def take_row(request: HttpRequest, row: Row, item: AssessmentItem) -> bool:
    """Save what was typed in one row, if it differs from what is there; what cannot be taken stays typed."""
    pk = row.enrolment.pk
    typed = request.POST.get(f"mark-{pk}")
    if typed is None or not row.can_type:
        return False
    feedback = request.POST.get(f"feedback-{pk}", "").strip()[:2000]
    was = (row.mark, row.feedback)
    row.mark, row.feedback = typed.strip(), feedback
    if not row.mark:
        if row.seen:
            row.error = _("A mark that was given can be changed, not emptied.")
        elif feedback:
            row.error = _("Please give the mark first; the feedback goes with it.")
        return False
    if (row.mark, row.feedback) == was:
        return False
    try:
        mark = marks.read(row.mark)
        row.attempt = attempts.set_mark(
            row.enrolment,
            item,
            mark,
            by=me(request),
            feedback=feedback,
            seen=request.POST.get(f"seen-{pk}", ""),
        )
    except RuleBroken as broken:
        row.error = str(broken)
        return False
    row.mark, row.is_saved = marks.shown(mark), True
    row.number = row.number or 1
    row.question = ""
    return True


@require_POST
def marking_row(request: HttpRequest, code: str, item: int, pk: int) -> HttpResponseBase:
    """Autosave of one row: its state comes back. Without htmx the grid."""
    cohort, found = cohort_and_item(request, code, item)
    if not policies.can_teach(request.user, cohort):
        raise PermissionDenied
    enrolment = get_object_or_404(enrolments_of(cohort), pk=pk)
    (row,) = rows_of(request, cohort, found, [enrolment])
    take_row(request, row, found)
    if not wants_part(request):
        if row.error:
            messages.error(request, row.error)
        return redirect("training:marking_grid", cohort.code, found.pk)
    return render(
        request, "training/marking/_state.html", {"row": row, "cohort": cohort, "item": found, "may_mark": True}
    )


@require_POST
def marking_paste(request: HttpRequest, code: str, item: int) -> HttpResponseBase:
    """A column from a spreadsheet: all of it is read, or nothing is saved and each bad line says why."""
    cohort, found = cohort_and_item(request, code, item)
    if not policies.can_teach(request.user, cohort):
        raise PermissionDenied
    people = {row.pk: row for row in enrolments_of(cohort)}
    form = PasteForm(request.POST)
    problems: list[pasting.Problem] = []
    if form.is_valid():
        known = [pasting.Known(row.pk, row.person.name, row.person.email) for row in people.values()]
        read, problems = pasting.read(form.cleaned_data["column"], known)
        if not problems:
            refused = attempts.paste(cohort, found, [(people[pk], mark) for pk, mark in read], by=me(request))
            problems = [pasting.Problem(0, row.person.name, why) for row, why in refused]
            saved = len(read) - len(refused)
            if saved:
                messages.success(
                    request, ngettext("%(n)d mark is saved.", "%(n)d marks are saved.", saved) % {"n": saved}
                )
            if not problems:
                return redirect("training:marking_grid", cohort.code, found.pk)
    page = Paginator(enrolments_of(cohort), PAGE).get_page(1)
    rows = rows_of(request, cohort, found, list(page))
    return _grid(request, cohort, found, page, rows, paste=form, problems=problems or form.errors)


@require_POST
def marking_draw(request: HttpRequest, code: str, item: int) -> HttpResponseBase:
    """Hand what is marked to a second person: draw the sample."""
    cohort, found = cohort_and_item(request, code, item)
    try:
        drawn = moderation.draw(cohort, found, by=me(request))
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        if drawn.closed_at:
            messages.success(request, _("These marks do not count for the result: they can be released at once."))
        else:
            messages.success(request, _("The sample is drawn. A second person has a task now."))
    return redirect("training:marking_grid", cohort.code, found.pk)


@require_POST
def marking_resit(request: HttpRequest, code: str, item: int, pk: int) -> HttpResponseBase:
    cohort, found = cohort_and_item(request, code, item)
    enrolment = get_object_or_404(enrolments_of(cohort), pk=pk)
    try:
        attempts.schedule(enrolment, found, by=me(request))
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("A resit of %(person)s is planned.") % {"person": enrolment.person.name})
    return redirect(f"{reverse('training:marking_grid', args=[cohort.code, found.pk])}#row-{pk}")


@require_safe
def marking_file(request: HttpRequest, code: str, item: int) -> HttpResponse:
    """The marks of one item as a workbook."""
    cohort, found = cohort_and_item(request, code, item)
    people = list(enrolments_of(cohort))
    columns = [
        sheets.Column(_("Trainee")),
        sheets.Column(_("Home park")),
        sheets.Column(_("Attempt"), kind="number"),
        sheets.Column(_("Mark"), kind="number", unit=_("points")),
        sheets.Column(_("State")),
        sheets.Column(_("Marked by")),
        sheets.Column(_("Feedback"), width=60),
    ]
    rows = (
        (
            row.enrolment.person.name,
            row.enrolment.park.name,
            row.attempt.number if row.attempt else None,
            row.attempt.mark / 100 if row.attempt and row.attempt.mark is not None else None,
            row.attempt.get_state_display() if row.attempt else _("not marked yet"),
            row.attempt.marker.name if row.attempt and row.attempt.marker else "",
            row.attempt.feedback if row.attempt else "",
        )
        for row in rows_of(request, cohort, found, people)
    )
    file = BytesIO()
    sheets.write_xlsx(file, [sheets.Sheet(f"{found.unit.code} {found.code}", columns, rows)], title=str(cohort))
    response = HttpResponse(file.getvalue(), content_type=sheets.XLSX)
    response["Content-Disposition"] = f'attachment; filename="{cohort.code}-{found.unit.code}-{found.code}.xlsx"'
    return response
