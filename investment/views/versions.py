"""Write a version, read it whole, sign it (J-2)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.accounts.reauthentication import recently_authenticated
from alliance.core import markdown
from alliance.core.errors import RuleBroken

from .. import policies
from ..checks import checks
from ..content import parks_of
from ..difference import difference
from ..forms.versions import ShareRows, UseRows, VersionForm, shares_of
from ..models import Project, ProjectVersion
from ..presentation import facts, share_lines, text_of, use_lines
from ..services import versions as services
from ..tones import tone_of
from .access import desk_project_of, trail_of, version_of

State = ProjectVersion.State


# Write ---------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def version_edit(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The editor: texts, figures, uses and shares, with the checklist beside them as one types.

    A POST saves all of it, adds an empty row (`add`), or only checks what is typed (htmx asks for `checks`).
    """
    project = desk_project_of(request, slug)
    if not policies.promotes(request.user, project):
        raise PermissionDenied
    version = project.versions.filter(state=State.DRAFT).select_related("written_by").first()
    if version is None:
        messages.info(request, _("Nothing is being written now. Begin the next version first."))
        return redirect("investment:desk_project", slug)
    version.project = project
    if request.method == "GET":
        rows = UseRows(initial=version.content["uses"], prefix="uses")
        shares = ShareRows(initial=version.content["shares"], prefix="shares")
        return _editor(request, version, VersionForm.of(version.content), rows, shares)
    form = VersionForm.of(version.content, request.POST)
    rows = UseRows(_with_row(request), prefix="uses")
    shares = ShareRows(request.POST, prefix="shares")
    if request.POST.get("only") == "checks":
        typed = checks(_typed(version, form, rows, shares), today=timezone.localdate())
        return render(request, "investment/desk/_checks.html", {"checks": typed})
    if "add" in request.POST:
        return _editor(request, version, form, rows, shares, is_bound=True)
    if form.is_valid() and rows.is_valid() and shares.is_valid():
        try:
            edition = int(request.POST.get("edition", ""))
        except ValueError:
            # Whose page says none saved nothing yet that anybody could have seen.
            edition = -1
        try:
            services.write_version(version, _typed(version, form, rows, shares), edition=edition, by=request.user)
        except services.WrittenMeanwhile as meanwhile:
            # What was typed stays; saving once more keeps it.
            form.add_error(None, str(meanwhile))
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Saved."))
            to = "investment:version_edit" if "stay" in request.POST else "investment:desk_project"
            return redirect(to, slug)
    return _editor(request, version, form, rows, shares, status=422)


def _with_row(request: HttpRequest) -> Any:
    """What was typed, with one more empty row where somebody asked for it."""
    data = request.POST
    if data.get("add") == "uses":
        data = data.copy()
        total = data.get("uses-TOTAL_FORMS", "0")
        data["uses-TOTAL_FORMS"] = str(min(int(total) if total.isascii() and total.isdigit() else 0, 29) + 1)
    return data


def _typed(version: ProjectVersion, form: VersionForm, rows: Any, shares: Any) -> dict[str, Any]:
    """The content as it would be with what is typed, as far as that is well formed."""
    form.is_valid()
    uses = [row.plain() for row in rows.forms if row.is_valid() and row.is_filled()]
    return {
        **version.content,
        **form.plain(),
        "uses": uses,
        "shares": shares_of(shares, version.content["shares"]),
    }


def _editor(
    request: HttpRequest,
    version: ProjectVersion,
    form: VersionForm,
    rows: Any,
    shares: Any,
    *,
    is_bound: bool = False,
    status: int = 200,
) -> HttpResponse:
    names = {share["park"]: text_of(share, "name") for share in version.content["shares"]}
    content = _typed(version, form, rows, shares) if form.is_bound else version.content
    context = {
        "project": version.project,
        "version": version,
        "form": form,
        "rows": rows,
        "shares": shares,
        "share_rows": [(row, names.get(_number(row["park"].value()), "")) for row in shares],
        "checks": checks(content, today=timezone.localdate()),
        "show_errors": form.is_bound and not is_bound,
        "crumbs": trail_of(version.project, (_("Write"), None)),
    }
    return render(request, "investment/desk/version_edit.html", context, status=status)


def _number(value: Any) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else 0


# Read and sign --------------------------------------------------------------------------------------------------------


@require_safe
def version_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """All that a version says, what it changes, who has signed it."""
    return _page(request, version_of(request, slug, number))


def _page(request: HttpRequest, version: ProjectVersion, *, problem: str = "", status: int = 200) -> HttpResponse:
    project = version.project
    before = project.version if project.version_id != version.pk else None
    if before is None:
        before = project.versions.filter(
            number__lt=version.number, state__in=(State.SUPERSEDED, State.IN_FORCE)
        ).first()
    signed = {signature.park_id: signature for signature in version.signatures.all()}
    waits = [park for park in parks_of(version.content) if park not in signed]
    mine = [park for park in policies.signing_parks(request.user, project) if park.pk in waits]
    content = version.content
    context = {
        "project": project,
        "version": version,
        "tone": tone_of(version),
        "facts": facts(content),
        "texts": [
            (label, text_of(content, name), markdown.render(text_of(content, name)))
            for name, label in (
                ("description", _("Description")),
                ("risks", _("Risks")),
                ("offer", _("What is offered to investors")),
            )
        ],
        "title": text_of(content, "title"),
        "summary": text_of(content, "summary"),
        "uses": use_lines(content),
        "lines": [(line, signed.get(line.park)) for line in share_lines(content)],
        "mine": mine if version.state == State.OFFERED else [],
        "before": before,
        "changes": difference(before.content, content) if before else [],
        "may_take_back": version.state == State.OFFERED and policies.leads(request.user, project),
        "problem": problem,
        "crumbs": trail_of(project, (_("Version %(number)d") % {"number": version.number}, None)),
    }
    return render(request, "investment/desk/version.html", context, status=status)


@require_POST
@recently_authenticated
def version_sign(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """A park's signature on exactly what its manager read: the hash travels with the page."""
    version = version_of(request, slug, number)
    park = next(
        (
            park
            for park in policies.signing_parks(request.user, version.project)
            if str(park.pk) == request.POST.get("park")
        ),
        None,
    )
    if park is None:
        raise PermissionDenied
    if request.POST.get("read") != "yes":
        problem = _("Tick that you have read the whole version, then sign.")
        return _page(request, version, problem=problem, status=422)
    try:
        services.sign_version(version, park, sha256=request.POST.get("sha256", ""), by=request.user)
    except RuleBroken as broken:
        return _page(request, version_of(request, slug, number), problem=str(broken), status=422)
    messages.success(request, _("Signed for %(park)s.") % {"park": park.name})
    return redirect("investment:desk_project", slug)


@require_POST
def version_act(request: HttpRequest, slug: str, verb: str) -> HttpResponseBase:
    """Offer the draft, take the offered one back, discard the draft, begin the next."""
    project = desk_project_of(request, slug)
    try:
        done = _act(request, project, verb)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, done)
        if verb in ("next", "take-back"):
            return redirect("investment:version_edit", slug)
    return redirect(reverse("investment:desk_project", args=[slug]) + "#versions")


def _act(request: HttpRequest, project: Project, verb: str) -> str:
    state = State.OFFERED if verb == "take-back" else State.DRAFT
    if verb == "next":
        services.start_version(project, by=request.user)
        return _("The next version is there to be written. What is in force stays until every park has signed it.")
    if verb not in ("offer", "take-back", "discard"):
        raise Http404
    version = project.versions.filter(state=state).first()
    if version is None:
        raise RuleBroken(_("Somebody was faster: the versions changed meanwhile."))
    match verb:
        case "offer":
            services.offer_version(version, by=request.user)
            return _("Offered. Every park is asked to sign.")
        case "take-back":
            services.take_version_back(version, by=request.user)
            return _("Taken back. You can write on.")
        case _:
            services.discard_version(version, by=request.user)
            return _("The draft is gone. What is in force stays.")
