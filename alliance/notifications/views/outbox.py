from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import policies
from ..models import OutboxMail

PAGE = 25

# In the demo run a newcomer reads the letter that confirms the address here, before they can sign in.
open_in_demo = login_not_required if settings.DEMO else lambda view: view


@open_in_demo
def outbox(request: HttpRequest) -> HttpResponse:
    """Mails kept in the portal because no mail server is named, newest first."""
    _check(request)
    asked = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
    mails = OutboxMail.objects.defer("text", "html")
    if asked:
        mails = mails.filter(Q(to__icontains=asked) | Q(subject__icontains=asked))
    context = {
        "page": Paginator(mails, PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "crumbs": [(_("Mailbox of this portal"), None)],
    }
    return render(request, "notifications/outbox.html", context)


@open_in_demo
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    _check(request)
    kept = get_object_or_404(OutboxMail, pk=pk)
    crumbs = [(_("Mailbox of this portal"), reverse("notifications:outbox")), (kept.subject, None)]
    context = {"mail": kept, "crumbs": crumbs}
    return render(request, "notifications/outbox_mail.html", context)


@open_in_demo
def design(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML part as a mail program shows it: a page of its own with no script and nothing from elsewhere."""
    _check(request)
    kept = get_object_or_404(OutboxMail.objects.exclude(html=""), pk=pk)
    response = HttpResponse(kept.html)
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
    )
    return response


def _check(request: HttpRequest) -> None:
    """There is no mailbox where a mail server is named. Else the demo run's is everybody's, others the data desk's."""
    if settings.EMAIL_HOST:
        raise Http404
    if not settings.DEMO and not policies.can_see_deliveries(request.user):
        raise PermissionDenied
