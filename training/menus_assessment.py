"""Where marks and results stand in the menus and on the desk."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from alliance.core import navigation
from alliance.notifications import desk

from . import policies_assessment as policies
from .models import Enrolment


def _learns(request: HttpRequest) -> bool:
    """Asked on the desk alone, so that no other page pays for it."""
    person = request.user
    return person.is_authenticated and Enrolment.objects.filter(person=person, state__in=Enrolment.HOLD).exists()


navigation.register(
    navigation.Entry(
        "desk",
        _("Marks"),
        "training:marking",
        order=50,
        who=lambda request: policies.assesses_any(request.user),
        also=tuple(
            f"desk/training/{part}/"
            for part in ("second-marking", "release", "appeals", "recognitions", "comparison", "results", "attempts")
        ),
    )
)
desk.register_panel("training:results_panel", 15, who=_learns, title=_("My results"))
