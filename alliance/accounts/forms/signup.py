from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ..models import User
from .fields import NameField


class SignUpForm(forms.Form):
    """What joining asks beyond e-mail and password; allauth adds those.

    Accounts are for people of 18 and over, which keeps those under 14 out as well: there is no way for a guardian to
    agree in their stead (platform spec, 6.65).
    """

    name = NameField()
    adult = forms.BooleanField(
        label=gettext_lazy("I am 18 years old or older."),
        error_messages={
            "required": gettext_lazy("Accounts are for people of 18 and over. All public pages are open without one.")
        },
    )
    agreed = forms.BooleanField(
        error_messages={"required": gettext_lazy("Without this there can be no account; reading needs none.")}
    )

    field_order = ["name", "email", "password1", "password2", "adult", "agreed"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _(
            'I have read the <a href="{terms}">terms of use</a> and agree to them, and I have read the '
            '<a href="{notice}">privacy notice</a>.'
        )
        self.fields["agreed"].label = format_html(words, terms=reverse("terms"), notice=reverse("privacy"))

    def signup(self, request: HttpRequest, user: User) -> None:
        from allauth.account.adapter import get_adapter

        from .. import services

        language = get_language() or User.Language.CHINESE
        address = get_adapter().get_client_ip(request)
        services.welcome(user, name=self.cleaned_data["name"], language=language, address=address)
