from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language

from ..models import User
from .fields import NameField


class SignUpForm(forms.Form):
    """What joining asks beyond e-mail and password; allauth adds those."""

    name = NameField()

    field_order = ["name", "email", "password1", "password2"]

    def signup(self, request: HttpRequest, user: User) -> None:
        from .. import services

        services.welcome(user, name=self.cleaned_data["name"], language=get_language() or User.Language.CHINESE)
