from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from .models import Duty
from .policies import duties_of

SESSION_KEY = "acting_duty"


def acting_duty(request: HttpRequest) -> Duty | None:
    """The duty the person acts in on this device: the chosen one while it lasts, else their first."""
    duties = duties_of(request.user)
    chosen = request.session.get(SESSION_KEY)
    return next((duty for duty in duties if duty.pk == chosen), duties[0] if duties else None)


class ActingMiddleware:
    """`request.acting` is the duty the person acts in, `request.duties` all they can switch to; asked on first use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.duties = SimpleLazyObject(lambda: duties_of(request.user))  # type: ignore[attr-defined]
        request.acting = SimpleLazyObject(lambda: acting_duty(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        if getattr(request, "signed_out", False):
            # Cookies stay: they hold theme and language, and the session is gone by now (platform spec, 6.17).
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response
