"""Who reads a closed page: there is nobody else than somebody signed in."""

from typing import cast

from django.http import HttpRequest

from alliance.accounts.models import User


def me(request: HttpRequest) -> User:
    return cast(User, request.user)
