from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import User
from .fields import LineField, NameField, PhoneField


class ProfileForm(forms.ModelForm):
    name = NameField(help_text=_("As colleagues know you."), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    job_title = LineField(
        label=_("Position"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    phone = PhoneField(
        label=_("Telephone"),
        required=False,
        help_text=_("Seen by your team and the secretariat, never by the public."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=User.Language,
        widget=forms.RadioSelect,
        help_text=_("In this language we write to you, and pages open in it."),
    )
    theme = forms.ChoiceField(label=_("Appearance"), choices=User.Theme, widget=forms.RadioSelect)

    class Meta:
        model = User
        fields = ["name", "job_title", "phone", "language", "theme"]
