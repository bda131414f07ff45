from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .models import User


class SignUpForm(forms.Form):
    """What joining asks beyond e-mail and password; allauth adds those."""

    name = forms.CharField(label=_("Name"), max_length=80)

    field_order = ["name", "email", "password1", "password2"]

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.language = get_language() or User.Language.CHINESE
        user.save(update_fields=["name", "language"])
