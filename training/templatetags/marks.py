"""How marks and minutes are shown on the pages of training: `{% load marks %}`."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .. import attendance, marks

register = template.Library()


@register.filter
def points(mark: int | None) -> str:
    """Basis points as points of a hundred."""
    return marks.shown(mark)


@register.filter
def percent(rate: int | None) -> str:
    """Basis points as a share."""
    return attendance.percent(rate)


@register.filter
def hours(minutes: int | None) -> str | SafeString:
    """Minutes as hours and minutes, in words short enough for a table."""
    if minutes is None:
        return ""
    whole, rest = divmod(minutes, 60)
    if not rest:
        return _("%(hours)d h") % {"hours": whole}
    return _("%(hours)d h %(minutes)d min") % {"hours": whole, "minutes": rest}
