from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..forms.people import ProfileForm
from ..models import User

A_YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """My details. A chosen language is spoken at once; this device remembers language and appearance."""
    # A copy: the page's head shows the person as they are until the form is in order.
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=person)
    if not form.is_valid():
        return render(request, "accounts/profile.html", {"form": form})
    person = form.save()
    with translation.override(person.language):
        target = reverse("accounts:profile")
        messages.success(request, _("Your details were saved."))
    response = redirect(target)
    cookie = {"max_age": A_YEAR, "samesite": "Lax", "secure": settings.HTTPS, "httponly": True}
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, **cookie)
    response.set_cookie("theme", person.theme, **cookie)
    return response
