"""Where the public pages of projects, and the council's pipeline, stand in the menus."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from alliance.core import navigation

from . import policies


def _sees_pipeline(request: HttpRequest) -> bool:
    return policies.can_see_pipeline(request.user)


navigation.register(
    navigation.Entry("public", _("Projects"), "investment:project_list", order=30),
    navigation.Entry("council", _("Pipeline of projects"), "investment:council_pipeline", order=15, who=_sees_pipeline),
)
