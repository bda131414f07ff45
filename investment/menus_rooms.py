"""Where data rooms stand in the menus."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from alliance.core import navigation

from . import policies


def _invests(request: HttpRequest) -> bool:
    return policies.invests_any(request.user)


navigation.register(navigation.Entry("desk", _("Data rooms"), "investment:rooms", order=54, who=_invests))
