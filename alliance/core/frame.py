"""What stands around every page: masthead, footer, palette. Drawn once for all who see the same menus.

Half of the time of a page went into its frame, and nearly all readers of a role have the same one. What differs from
page to page and from reader to reader is a hole in what is kept: the address to come back to, the same page in the
other language, the name, the token of the forms.
"""

from collections import OrderedDict
from typing import Any

from django.conf import settings
from django.middleware.csrf import get_token
from django.template import Context
from django.template.loader import get_template
from django.utils.crypto import salted_hmac
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from . import navigation

# Nobody can guess it, so nobody can write it.
HOLE = salted_hmac("portal.frame", "hole").hexdigest()[:32]
WHO, TOKEN, HERE, OTHER = (f"{name}-{HOLE}" for name in ("who", "token", "here", "other"))

PUBLIC = ("public", "more")
MENUS = (*PUBLIC, "desk", "office", "council", "account")
# Beside menus, language and theme, a part may show what operators set.
SET = ("secretariat_email", "icp_number", "psb_number")

KEPT = 500
_kept: "OrderedDict[tuple[Any, ...], str]" = OrderedDict()


def draw(context: Context, part: str) -> SafeString:
    """This part of the frame for this page. Where the page itself has holes for name and token, these stay open."""
    request = context.get("request")
    template = f"_components/{part}.html"
    if request is None:
        return mark_safe(get_template(template).template.render(context))  # type: ignore[attr-defined]
    user = context.get("user")
    signed_in = user is not None and user.is_authenticated
    menus = navigation.seen(request, MENUS if signed_in else PUBLIC)
    key = (template, get_language(), menus, signed_in, context.get("theme"), *(context.get(name) for name in SET))
    drawn = None if settings.DEBUG else _kept.get(key)
    if drawn is None:
        with context.push(who=mark_safe(WHO), csrf_token=TOKEN, here=HERE, other_language=OTHER):
            drawn = get_template(template).template.render(context)  # type: ignore[attr-defined]
        _keep(key, drawn)
    return mark_safe(_filled(drawn, context, request))


def _keep(key: tuple[Any, ...], drawn: str) -> None:
    _kept[key] = drawn
    while len(_kept) > KEPT:
        try:
            _kept.popitem(last=False)
        except KeyError:  # another thread was faster
            break


def _filled(drawn: str, context: Context, request: Any) -> str:
    if HERE in drawn:
        drawn = drawn.replace(HERE, conditional_escape(request.get_full_path()))
    if OTHER in drawn:
        drawn = drawn.replace(OTHER, conditional_escape(str(context.get("other_language") or "")))
    if WHO in drawn and context.get("who") != WHO:
        drawn = drawn.replace(WHO, who(context["user"], context.get("acting")))
    if TOKEN in drawn and context.get("csrf_token") != TOKEN:
        drawn = drawn.replace(TOKEN, get_token(request))
    return drawn


def who(user: Any, acting: Any) -> SafeString:
    """Who is signed in, and for whom they act."""
    from .templatetags.ui import bi  # which draws the frame

    name = format_html("<b>{}</b>", user.name or user.email)
    return name + format_html("{} · {}", acting.role.title, bi(acting.organisation.name)) if acting else name
