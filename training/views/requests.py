"""What views of closed pages get: `LoginRequiredMiddleware` has made sure that somebody is signed in."""

from django.http import HttpRequest

from alliance.accounts.models import User


class PersonRequest(HttpRequest):
    """A request of a person."""

    user: User  # nobody else comes here
