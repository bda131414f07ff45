"""What a person types to keep a search."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import SavedSearch


class SearchForm(forms.Form):
    """A saved search: what it is called, and how often one hears of additions."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("How you will recognise it in messages and in your list.")
    )
    alerts = forms.ChoiceField(
        label=_("Messages about additions"),
        choices=SavedSearch.Alerts,
        initial=SavedSearch.Alerts.DAILY,
        widget=forms.RadioSelect,
        help_text=_(
            "“At once” is within a minute or two; daily messages come at eight in the morning, weekly ones on Mondays. "
            "You hear of each addition once."
        ),
    )
