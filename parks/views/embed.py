"""A park's card for other people's pages, and the page that gives the lines to copy."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.core.sharedparts import shared
from alliance.core.templatetags.ui import bi

from .. import embedding

FRESH_FOR = 300
# The only page that others may frame. It runs nothing, sends nothing and keeps nothing.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)


@login_not_required
@require_safe
def park_embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The card alone. The same for everybody: no cookie, no script, nothing of the reader's own."""
    park = get_object_or_404(embedding.rows(), slug=slug)
    size = request.GET.get("size", "")
    theme = request.GET.get("theme", "")
    chosen = size if size in embedding.SIZE_OF else "card"
    context = {
        **embedding.card_of(park),
        "size": chosen,
        "theme": theme if theme in embedding.THEMES else "",
    }
    response = HttpResponse(shared("parks:park_embed", f"{slug} {chosen} {context['theme']}", lambda: _page(context)))
    response["Content-Security-Policy"] = POLICY
    response["X-Robots-Tag"] = "noindex"
    response.may_be_framed = True  # type: ignore[attr-defined]
    patch_cache_control(response, public=True, max_age=FRESH_FOR)
    return response


def _page(context: dict) -> str:
    return render_to_string("parks/embed.html", context)


@login_not_required
@require_safe
def park_embed_code(request: HttpRequest, slug: str) -> HttpResponse:
    """How to show this park on one's own page: see the card, choose a size, copy the lines."""
    park = get_object_or_404(embedding.rows(), slug=slug)
    theme = request.GET.get("theme", "")
    theme = theme if theme in embedding.THEMES else ""
    context = {
        **embedding.card_of(park),
        "snippets": embedding.snippets(park, theme),
        "link": embedding.link(park),
        "theme": theme,
        "crumbs": [
            (_("Home"), reverse("home")),
            (_("Parks"), reverse("parks:park_list")),
            (bi(park.name, mark=False), park.get_absolute_url()),
            (_("Embed"), None),
        ],
    }
    return render(request, "parks/embed_code.html", context)
