"""A question, its answer, what the moderator publishes, and the deadlines of a round."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.core.calendar import CLOSING
from alliance.core.forms import Tidy

from ..models import Question


def area(label: Any, help_text: Any = "", *, rows: int = 5, longest: int = 3000, required: bool = True) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=longest,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def day(label: Any, help_text: Any = "") -> Any:
    return forms.DateField(
        label=label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def close_of(on: Any) -> datetime:
    """Clocks end at the close of business."""
    return timezone.make_aware(datetime.combine(on, CLOSING))


class QuestionForm(Tidy):
    text = area(
        pgettext_lazy("investor", "Question"),
        _("One matter in each question; the parks read who asks, no other investor does."),
    )
    is_for_all = forms.BooleanField(
        label=_("The answer may be published to all in dialogue"),
        help_text=_("The investment desk rewrites it first, so that nobody learns who asked."),
        required=False,
    )


class AnswerForm(Tidy):
    answer = area(_("Answer"), _("The investor who asked reads it at once, in these words."), rows=8, longest=6000)
    is_material = forms.BooleanField(
        label=_("It is material: it could change what an investor decides"),
        help_text=_("Then it must be published to all in dialogue within three working days."),
        required=False,
    )
    for_all = forms.BooleanField(
        label=_("Answer once for all"),
        help_text=_("The investment desk edits it, and everybody in dialogue reads the same."),
        required=False,
    )


class PublishForm(Tidy):
    published_question_zh = area(_("Question in Chinese"))
    published_question_en = area(_("Question in English"))
    published_answer_zh = area(_("Answer in Chinese"), rows=8, longest=6000)
    published_answer_en = area(_("Answer in English"), rows=8, longest=6000)
    audience = forms.ChoiceField(
        label=_("Who reads it"),
        choices=Question.Audience.choices,
        widget=forms.RadioSelect,
        initial=Question.Audience.DIALOGUE,
        help_text=_("What is offered, and on which terms, is for verified investors only."),
    )

    def texts(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name != "audience"}


class RoundForm(Tidy):
    ask_on = day(_("Questions until"), _("The end of business on this day, Beijing time."))
    answer_on = day(_("Answers until"), _("Later answers are refused, for all alike."))

    def moments(self) -> dict[str, datetime]:
        return {
            "ask_until": close_of(self.cleaned_data["ask_on"]),
            "answer_until": close_of(self.cleaned_data["answer_on"]),
        }


def moment_of(on: Any, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(on, at))
