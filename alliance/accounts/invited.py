"""The invitation a visitor came with, kept for signing up or in: its number, and the digest of the link they held."""

from django.http import HttpRequest

from .models import Invitation

SESSION_KEY = "invitation"


def remember(request: HttpRequest, invitation: Invitation) -> None:
    request.session[SESSION_KEY] = [invitation.pk, invitation.token_digest]


def remembered(request: HttpRequest | None) -> Invitation | None:
    """The invitation, while its link is good: a link that was replaced, revoked or has expired confirms no address."""
    if request is None or SESSION_KEY not in request.session:
        return None
    pk, digest = request.session[SESSION_KEY]
    return Invitation.objects.open().select_related("organisation").filter(pk=pk, token_digest=digest).first()


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)
