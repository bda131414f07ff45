"""The front door: what the alliance is, its words, its procedures, and who answers for the site."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, F, Q, Value
from django.db.models.functions import MD5, Concat
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from alliance import glossary as words
from alliance.core import charts, picture, tiles, workflow
from alliance.core.models import Division
from alliance.core.sharedparts import shared
from alliance.reports.policies import can_see_dashboard
from parks.choices import NationalStatus
from parks.models import Park

FEATURED = 5
# So many are drawn by lot; the most varied of them are shown.
DRAWN = 40


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    # A look at every park, and the same for all readers.
    counts, by_province, featured = shared("home", today.isoformat(), lambda: front_numbers(today))
    listing = reverse("parks:park_list")
    context = {
        "counts": counts,
        "tiles": tiles.tile_map(
            Division.objects.provinces(), by_province, url=lambda province: f"{listing}?province={province.code}"
        ),
        "listing": listing,
        "featured": featured,
        "today": today,
        # A visitor may follow the link and sign in; who is signed in sees only what opens.
        "shows_dashboard": not request.user.is_authenticated or can_see_dashboard(request.user),
    }
    return render(request, "front/home.html", context)


def front_numbers(today: date) -> tuple[dict[str, int], dict[str, int], list[Park]]:
    """How many parks there are, in all and by province, and those whose turn it is to be shown."""
    public = Park.objects.public()
    counts = public.aggregate(
        parks=Count("pk"),
        provinces=Count("province", distinct=True),
        former=Count("pk", filter=~Q(former_use_zh="", former_use_en="")),
        demonstration=Count("pk", filter=Q(national_status=NationalStatus.DEMONSTRATION_PARK)),
        confirmed=Count("pk", filter=Q(standing=Park.Standing.LISTED)),
    )
    by_province = dict(public.values_list("province").annotate(n=Count("pk")).order_by())
    return counts, by_province, featured_parks(today)


def featured_parks(today: date) -> list[Park]:
    """A few parks for the home page, others every week: each has its turn. No province and no building twice."""
    year, week, _day = today.isocalendar()
    lot = MD5(Concat(F("slug"), Value(f"{year}-{week}")))
    drawn = Park.objects.public().select_related("province").order_by(lot)[:DRAWN]
    chosen: list[Park] = []
    provinces, buildings = set[str](), set[str]()
    for park in drawn:
        building = picture.building_for(picture.place_of(park))
        if park.province_id in provinces or building in buildings:
            continue
        chosen.append(park)
        provinces.add(park.province_id)
        buildings.add(building)
        if len(chosen) == FEATURED:
            break
    return chosen


@login_not_required
@require_GET
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "front/about.html", {"crumbs": _trail(_("About the alliance"))})


@login_not_required
@require_GET
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "front/glossary.html", {"groups": words.GROUPS, "crumbs": _trail(_("Glossary"))})


# Processes: printed from the tables that the program itself obeys -----------------------------------------------------


@dataclass(frozen=True)
class State:
    """One state of a lifecycle on its page, with the moves that lead away from it."""

    code: str
    label: str
    is_initial: bool
    is_final: bool
    ways: list[tuple[workflow.Move, str]]

    @property
    def kind(self) -> str:
        return "start" if self.is_initial else "final" if self.is_final else ""


@login_not_required
@require_GET
def process_list(request: HttpRequest) -> HttpResponse:
    flows = sorted(workflow.registry.values(), key=lambda flow: flow.code)
    return render(request, "front/process_list.html", {"flows": flows, "crumbs": _trail(_("How it works"))})


@login_not_required
@require_GET
def process_detail(request: HttpRequest, code: str) -> HttpResponse:
    try:
        flow = workflow.registry[code]
    except KeyError:
        raise Http404 from None
    trail = [(_("Home"), reverse("home")), (_("How it works"), reverse("processes")), (flow.title, None)]
    states = states_of(flow)
    chart = charts.flow_chart(
        [(state.code, state.label, state.kind) for state in states],
        [(state.code, move.target) for state in states for move, _target in state.ways],
        title=_("From state to state"),
    )
    context = {"flow": flow, "states": states, "chart": chart, "crumbs": trail}
    return render(request, "front/process_detail.html", context)


def states_of(flow: workflow.Workflow) -> list[State]:
    """The states in the order in which a reader meets them: from the first one along the moves."""
    labels, order, waiting = flow.states(), list[str](), [flow.initial]
    while waiting:
        state = waiting.pop(0)
        if state in order:
            continue
        order.append(state)
        waiting += [move.target for move in flow.leaving(state)]
    order += [state for state in labels if state not in order]
    return [
        State(
            code=state,
            label=str(labels[state]),
            is_initial=state == flow.initial,
            is_final=not flow.leaving(state),
            ways=[(move, str(labels[move.target])) for move in flow.leaving(state)],
        )
        for state in order
    ]


def _trail(label: str) -> list[tuple[str, str | None]]:
    return [(_("Home"), reverse("home")), (label, None)]
