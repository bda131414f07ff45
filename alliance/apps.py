from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AllianceConfig(AppConfig):
    """The front door, and the commands that set the whole portal up."""

    name = "alliance"
    label = "alliance"
    verbose_name = _("Alliance")
