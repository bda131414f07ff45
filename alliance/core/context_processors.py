"""What every page needs to know about itself: its addresses in both languages, its theme, who answers for the site."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

# Language code -> the tag that html, hreflang and lang attributes carry.
LANGUAGE_TAGS = {"zh-hans": "zh-Hans", "en": "en"}
THEMES = ("light", "dark")


def page(request: HttpRequest) -> dict:
    """Context of base.html. Nothing here asks the database on its own."""
    alternates = _alternates(request.path)
    query = request.META.get("QUERY_STRING", "")
    other = "zh-Hans" if get_language() == "en" else "en"
    return {
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "theme": _theme(request),
        "alternates": alternates,
        # What a reader filtered by goes along into the other language.
        "other_language": f"{alternates[other]}?{query}" if query else alternates[other],
        "public_base_url": settings.PUBLIC_BASE_URL,
        "canonical": settings.PUBLIC_BASE_URL + request.path,
        "secretariat_email": settings.SECRETARIAT_EMAIL,
        "icp_number": settings.ICP_NUMBER,
        "psb_number": settings.PSB_NUMBER,
        # The record is looked up by its digits.
        "psb_code": "".join(filter(str.isdigit, settings.PSB_NUMBER)),
    }


def _theme(request: HttpRequest) -> str:
    """Light or dark where somebody chose; empty leaves it to the reader's system."""
    user = getattr(request, "user", None)
    chosen = user.theme if user is not None and user.is_authenticated else request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""


def _alternates(path: str) -> dict[str, str]:
    """The same page in each language. An address without a language has its counterpart on the home pages."""
    for code in LANGUAGE_TAGS:
        prefix = f"/{code}/"
        if path.startswith(prefix):
            rest = path.removeprefix(prefix)
            return {tag: f"/{other}/{rest}" for other, tag in LANGUAGE_TAGS.items()}
    return {tag: f"/{other}/" for other, tag in LANGUAGE_TAGS.items()}
