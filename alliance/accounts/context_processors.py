from django.http import HttpRequest

from . import policies, second_factor
from .providers import switched_on
from .purposes import new_texts


def acting(request: HttpRequest) -> dict:
    """`acting` and `duties` for templates; both stay unasked until a template uses them."""
    return {
        "acting": getattr(request, "acting", None),
        "duties": getattr(request, "duties", []),
        "asks_second_factor": lambda: _asks_second_factor(request),
        "new_texts": lambda: new_texts(getattr(request, "user", None)),
        "foreign_providers": lambda: list(switched_on().values()),
    }


def _asks_second_factor(request: HttpRequest) -> bool:
    """Whether a duty asks for a second factor that is not set up; what is required never comes as far as a page."""
    return policies.second_factor_of(request.user) == "asked" and not second_factor.has_factor(request.user)  # type: ignore[arg-type]
