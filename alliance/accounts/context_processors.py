from django.http import HttpRequest

from .providers import switched_on


def acting(request: HttpRequest) -> dict:
    """`acting` and `duties` for templates; both stay unasked until a template uses them."""
    return {
        "acting": getattr(request, "acting", None),
        "duties": getattr(request, "duties", []),
        "foreign_providers": lambda: list(switched_on().values()),
    }
