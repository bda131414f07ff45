from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Synonym
from .synonyms import split

MAX_WORDS = 12
MAX_LENGTH = 20


class SynonymForm(forms.ModelForm):
    """A group of words that mean the same when people search."""

    class Meta:
        model = Synonym
        fields = ["words"]
        widgets = {"words": forms.TextInput(attrs={"autocomplete": "off"})}
        help_texts = {"words": _("Two words or more, in any language, with spaces between them: 文创 文化创意")}

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        group = split(words)
        if len(group) < 2:
            raise forms.ValidationError(_("Give at least two different words."))
        if len(group) > MAX_WORDS:
            raise forms.ValidationError(_("Give at most %(most)d words in one group."), params={"most": MAX_WORDS})
        if long := next((word for word in words.split() if len(word) > MAX_LENGTH), None):
            raise forms.ValidationError(
                _("“%(word)s” is too long; a word has at most %(most)d characters."),
                params={"word": long, "most": MAX_LENGTH},
            )
        if not all(group):
            raise forms.ValidationError(_("Each word needs a letter or a number."))
        return " ".join(words.split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if words := cleaned.get("words"):
            same = set(split(words))
            for other in Synonym.objects.exclude(pk=self.instance.pk):
                if same == set(split(other.words)):
                    self.add_error("words", _("This group is in the list already."))
        return cleaned
