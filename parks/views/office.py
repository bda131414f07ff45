"""The secretariat: all parks, who did what, check a submission, correct, suspend, add."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import CharField
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.accounts.models import Duty, User
from alliance.core import workflow
from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent, StoredFile
from alliance.core.views.lists import show_list
from alliance.core.views.steps import reason_in, step_of, take_step

from .. import blocks, completeness, diff, drafts, lookalikes, policies, services
from ..blocks import BLOCKS, Block
from ..forms import FORMS, BlockForm
from ..forms.office import NewParkForm, NoteForm, ReturnForm
from ..models import BlockEdit, Park, Picture, Submission
from ..office_list import OFFICE_PARKS
from ..overview import Overview
from ..workflows import PARK, SUBMISSION
from .access import any_park, block_of
from .editor import Sheet, _sheet
from .history import lines_of

RECENT = 8


@require_safe
def office_parks(request: HttpRequest) -> HttpResponse:
    """Every park, drafts included."""
    if not policies.can_see_all(request.user):
        raise Http404
    listing = OFFICE_PARKS.read(request.GET, user=request.user)
    return show_list(
        request,
        listing,
        "parks/office/parks.html",
        may_add=policies.can_list(request.user),
        crumbs=[(_("Secretariat"), reverse("notifications:office")), (_("Parks"), None)],
    )


@require_safe
def office_park(request: HttpRequest, slug: str) -> HttpResponse:
    """One park: where it stands, what lies here, who did what."""
    park = any_park(request, slug)
    submissions = list(park.submissions.select_related("submitted_by", "decided_by")[:RECENT])
    overview = Overview(park, request.user)
    # The one under way is the newest: none is handed in beside it.
    overview.submission = next((one for one in submissions if one.state in Submission.OPEN_STATES), None)
    offered = [move for move in PARK.offered(request.user, park) if move.verb != "list"]
    context = {
        "park": park,
        "overview": overview,
        "least_zh": completeness.LEAST_ZH,
        "least_en": completeness.LEAST_EN,
        "moves": [(move, reverse("parks:office_move", args=[park.slug, move.verb])) for move in offered],
        "submissions": submissions,
        "lines": lines_of(
            list(BlockEdit.objects.filter(park=park).exclude(changes={}).select_related("by", "undoes")[:5])
        ),
        "people": Duty.objects.active().filter(organisation=park.organisation).select_related("person"),
        "events": _events(park) if policies.can_see_audit(request.user) else [],
        "may_correct": policies.can_correct(request.user, park),
        "may_merge": policies.can_merge(request.user),
        "blocks": BLOCKS.values(),
        "team_url": _team_url(park),
        "crumbs": [
            (_("Secretariat"), reverse("notifications:office")),
            (_("Parks"), reverse("parks:office_parks")),
            (park.name, None),
        ],
    }
    return render(request, "parks/office/park.html", context)


def _team_url(park: Park) -> str:
    try:
        return reverse("accounts:organisation_team", args=[park.organisation.slug])
    except NoReverseMatch:
        return ""


def _events(park: Park) -> list[dict[str, Any]]:
    """What the audit chain says of this park and its submissions, the people named."""
    keys = park.submissions.annotate(key=Cast("pk", CharField())).values("key")
    about_park = AuditEvent.objects.filter(object_type="parks.park", object_id=str(park.pk))
    about_submissions = AuditEvent.objects.filter(object_type="parks.submission", object_id__in=keys)
    events = list((about_park | about_submissions).order_by("-seq")[:RECENT])
    people = User.objects.in_bulk([int(event.actor) for event in events if event.actor.isdigit()])
    return [
        {
            "event": event,
            "person": people.get(int(event.actor)) if event.actor.isdigit() else None,
            "words": _words(event),
        }
        for event in events
    ]


def _words(event: AuditEvent) -> str:
    """A readable name of the event, where the workflows know one."""
    code, _dot, verb = event.verb.partition(".")
    flow = workflow.registry.get(code)
    move = next((move for move in flow.moves if move.verb == verb), None) if flow else None
    if move is not None:
        return str(move.label)
    return {
        "submission.submitted": _("Submitted"),
        "profile.edit": _("Draft edited"),
        "profile.undo": _("Change undone"),
        "profile.corrected": _("Corrected by the secretariat"),
        "profile.confirmed": _("Confirmed as still true"),
        "profile.translation_confirmed": _("Translation confirmed"),
        "park.created": _("Entry added"),
        "picture.added": _("Picture added"),
        "picture.described": _("Picture described"),
        "picture.moved": _("Pictures reordered"),
        "picture.removed": _("Picture removed"),
        "picture.restored": _("Picture brought back"),
    }.get(event.verb, event.verb)


@require_http_methods(["GET", "POST"])
def office_move(request: HttpRequest, slug: str, verb: str) -> HttpResponseBase:
    """Make one move of the park's lifecycle; those that need a reason ask for it."""
    park = any_park(request, slug)
    if not policies.can_list(request.user, park):
        raise PermissionDenied
    move = step_of(PARK, park, verb, request.user, but=("list",))
    back = reverse("parks:office_park", args=[park.slug])
    return take_step(
        request,
        PARK,
        park,
        move,
        lambda form: workflow.apply(
            PARK, park, verb, by=request.user, on_behalf_of=park.organisation, reason=reason_in(form)
        ),
        reader=_("The park reads it."),
        back=back,
        title=park.name,
        crumbs=[(_("Parks"), reverse("parks:office_parks")), (park.name, back), (move.label, None)],
    )


@require_http_methods(["GET", "POST"])
def office_park_add(request: HttpRequest) -> HttpResponseBase:
    """A new entry, after a look at parks that may be the same."""
    if not policies.can_see_all(request.user):
        raise Http404
    if not policies.can_list(request.user):
        raise PermissionDenied
    form = NewParkForm(request.POST or None)
    alike: list[lookalikes.Match] = []
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        alike = lookalikes.find_like(
            values["name_zh"], values["name_en"], values["province"], values.get("credit_code", "")
        )
        if not alike or "different" in request.POST:
            try:
                park = services.create_park(by=request.user, **{**values, "is_different": True})
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                messages.success(request, _("Added as a draft. Fill it in, or invite its first manager."))
                return redirect("parks:office_park", park.slug)
    context = {
        "form": form,
        "alike": [(match, lookalikes.speaks_for(match.reasons)) for match in alike],
        "crumbs": [(_("Parks"), reverse("parks:office_parks")), (_("Add a park"), None)],
    }
    return render(request, "parks/office/add.html", context, status=409 if alike else 422 if form.errors else 200)


# Correct -------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def office_correct(request: HttpRequest, slug: str, block: str) -> HttpResponseBase:
    """Put something right in the public profile, at once, with a note."""
    park = any_park(request, slug)
    definition = block_of(block)
    if not policies.can_correct(request.user, park):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = _published_form(park, definition, data, more=request.GET.get("more", ""))
    note = NoteForm(data)
    if data is not None and "add" in data:
        form = _published_form(park, definition, None, typed=form.values(), more=data["add"])
        note = NoteForm(initial={"note": data.get("note", "")})
    elif data is not None and form.is_valid() & note.is_valid():
        try:
            edit = services.correct_block(
                park, definition, form.values(), by=request.user, note=note.cleaned_data["note"]
            )
        except RuleBroken as broken:
            note.add_error(None, str(broken))
        else:
            if edit is None:
                messages.info(request, _("Nothing to correct: all is as it was."))
            else:
                messages.success(request, _("Corrected and public. The park is told what changed and why."))
            return redirect("parks:office_park", park.slug)
    errors = [
        *form.all_errors(),
        *((note["note"].id_for_label, note["note"].label, e) for e in note.errors.get("note", [])),
    ]
    context = {
        "park": park,
        "topic": definition,
        "blocks": BLOCKS.values(),
        "form": form,
        "note": note,
        "sheet": _plain_sheet(park, request, definition, form),
        "errors": errors if data is not None and "add" not in data else [],
        "has_draft": definition.code in drafts.content_of(park),
        "crumbs": [
            (_("Parks"), reverse("parks:office_parks")),
            (park.name, reverse("parks:office_park", args=[park.slug])),
            (_("Correct"), None),
        ],
    }
    return render(request, "parks/office/correct.html", context, status=422 if context["errors"] else 200)


def _published_form(park: Park, block: Block, data: QueryDict | None, **kwargs: Any) -> BlockForm:
    return FORMS[block.code](data, park=drafts.overlay(park, {}), published=park, **kwargs)


def _plain_sheet(park: Park, request: HttpRequest, block: Block, form: BlockForm) -> Sheet:
    """The same layout as the park's editor, without its marks."""
    overview = Overview(park, request.user)
    overview.drafts = {}
    return _sheet(overview, block, form, None)


# Check a submission ---------------------------------------------------------------------------------------------------


@require_safe
def office_submission(request: HttpRequest, pk: int) -> HttpResponse:
    return _check_page(request, _submission(request, pk))


def _submission(request: HttpRequest, pk: int) -> Submission:
    if not policies.can_see_all(request.user):
        raise Http404
    return get_object_or_404(Submission.objects.select_related("park", "submitted_by", "decided_by"), pk=pk)


def _check_page(
    request: HttpRequest, submission: Submission, form: ReturnForm | None = None, status: int = 200
) -> HttpResponse:
    park = any_park(request, submission.park.slug)
    is_open = submission.state == Submission.State.SUBMITTED
    offered = {move.verb for move in SUBMISSION.offered(request.user, submission)}
    form = form or ReturnForm()
    checked = completeness.measure(drafts.profile(park, submission.content))
    context = {
        "submission": submission,
        "park": park,
        "is_open": is_open,
        "may_accept": "accept" in offered,
        "may_return": "return" in offered,
        "is_own": submission.submitted_by_id == request.user.pk,
        "sections": _sections(park, submission, form),
        "checked": checked,
        "checklist": _checklist(park, submission, checked),
        "least_zh": completeness.LEAST_ZH,
        "least_en": completeness.LEAST_EN,
        "pictures": _pictures(park, submission),
        "form": form,
        "may_correct": policies.can_correct(request.user, park),
        "crumbs": [
            (_("Secretariat"), reverse("notifications:office")),
            (park.name, reverse("parks:office_park", args=[park.slug])),
            (_("Check"), None),
        ],
    }
    return render(request, "parks/office/submission.html", context, status=status)


def _sections(park: Park, submission: Submission, form: ReturnForm) -> list[dict[str, Any]]:
    """Every block: what would change, what it says as a whole, and the place for the officer's reason."""
    words = diff.Words()
    # Once it is decided, the drafts are gone: what was published stands in the history.
    changed = drafts.undrafted_changes(park, submission.content)
    sections = []
    for block in BLOCKS.values():
        before = blocks.published(park, block)
        after = before | {k: v for k, v in submission.content.get(block.code, {}).items() if k in before}
        sections.append(
            {
                "block": block,
                "changes": diff.changes(
                    {name: list(pair) for name, pair in changed.get(block.code, {}).items()}, words, block.names
                ),
                "facts": [_fact(name, after[name], words) for name in block.names if after[name] not in ("", None, [])],
                "empty": [blocks.label_of(name) for name in block.names if after[name] in ("", None, [])],
                "field": form[f"block_{block.code}"],
                "earlier": submission.block_reasons.get(block.code, ""),
            }
        )
    return sections


def _fact(name: str, value: Any, words: diff.Words) -> dict[str, Any]:
    shown = diff.change(name, value, value, words)
    is_list = name in diff.LISTS
    return {
        "label": shown.label,
        "lang": shown.lang,
        "items": words.list(name, value) if is_list else [],
        "text": "" if is_list else words.text(name, value),
    }


def _checklist(park: Park, submission: Submission, checked: completeness.Completeness) -> list[dict[str, Any]]:
    """What an officer looks at before publishing: what the portal can see itself is ticked or not."""
    values = drafts.profile(park, submission.content)
    one_language = [
        pair for block in BLOCKS.values() for pair in block.pairs if values[f"{pair}_zh"] and not values[f"{pair}_en"]
    ]
    unsure = [row for row in values["figures"] if row.get("sure")]
    return [
        {
            "text": _("Complete enough: %(zh)s %% in Chinese, %(en)s %% in English")
            % {"zh": checked.zh, "en": checked.en},
            "is_met": checked.may_submit,
        },
        {
            "text": _("Every Chinese text has its English"),
            "is_met": not one_language,
            "note": _(", ").join(str(blocks.label_of(f"{pair}_en")) for pair in one_language),
        },
        {
            "text": _("The operator's credit code is given and its check digit fits"),
            "is_met": bool(values["credit_code"]),
        },
        {
            "text": _("No figure leaps more than tenfold"),
            "is_met": not unsure,
            "note": format_html_join(_(", "), "{}", ((diff.Words().figure(row),) for row in unsure)),
        },
        {"text": _("Names and places are right, and the texts are fit to publish"), "is_met": None},
        {"text": _("The pictures show the park, and the park may publish them"), "is_met": None},
    ]


def _pictures(park: Park, submission: Submission) -> list[dict[str, Any]]:
    mine = (
        Picture.objects.filter(park=park, removed_at=None, uploaded_at__lte=submission.submitted_at)
        .exclude(file__state=StoredFile.State.REFUSED)
        .select_related("file")
        .prefetch_related("file__renditions")
    )
    found = []
    for picture in mine:
        renditions = sorted(picture.file.renditions.all(), key=lambda row: row.width)
        small = renditions[min(1, len(renditions) - 1)] if renditions else None
        found.append(
            {
                "picture": picture,
                "url": reverse("parks:picture_file", args=[park.slug, picture.pk, small.width]) if small else "",
                "rendition": small,
            }
        )
    return found


@require_POST
def submission_return(request: HttpRequest, pk: int) -> HttpResponseBase:
    submission = _submission(request, pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _check_page(request, submission, form, status=422)
    try:
        services.return_to_park(
            submission, by=request.user, general=form.cleaned_data["reasons"], block_reasons=form.block_reasons
        )
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return _check_page(request, submission, form, status=409)
    messages.success(request, SUBMISSION.move("return").done)
    return redirect("parks:office_submission", submission.pk)


@require_POST
def submission_accept(request: HttpRequest, pk: int) -> HttpResponseBase:
    submission = _submission(request, pk)
    try:
        services.accept(submission, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, SUBMISSION.move("accept").done)
    return redirect("parks:office_submission", submission.pk)
