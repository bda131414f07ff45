from django import forms

from .models import WritingHours


class HoursForm(forms.ModelForm):
    """When a person wants to be written to."""

    class Meta:
        model = WritingHours
        fields = ["quiet", "quiet_from", "quiet_until", "digest_at", "time_zone"]
        widgets = {
            "quiet": forms.RadioSelect,
            "quiet_from": forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "short"}),
            "quiet_until": forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "short"}),
            "digest_at": forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "short"}),
        }
