"""What a password must be: long, and nothing that somebody who knows the alliance would try first.

No rule about kinds of characters, nothing is cut off, and nothing is asked of another server (platform spec, 6.1-6.2).
"""

import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator as DjangoCommon
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from . import policies
from .models import Organisation, User
from .models.people import PRIVILEGED_LENGTH

SHORTEST, LONGEST = 12, 128
# What must be left of a password once everything that anybody would guess is taken away.
LEFT_OVER = 6

HELP = gettext_lazy(
    "At least 12 characters, of any kind; pasting works. A few words that only you would put together are easier to "
    "remember than symbols. Common passwords, words of the alliance and your own name or address are refused."
)
HELP_PRIVILEGED = gettext_lazy(
    "At least 15 characters, because of your duty; of any kind, and pasting works. A few words that only you would put "
    "together are easier to remember than symbols. Common passwords, words of the alliance and your own name or "
    "address are refused."
)

# The alliance, its trade, its cities; and what people here type when they are asked for something long.
WORDS = frozenset((Path(__file__).parent / "guessable.txt").read_text(encoding="utf-8").split())


def required_length(person: User | None) -> int:
    return PRIVILEGED_LENGTH if person is not None and person.pk and policies.is_privileged(person) else SHORTEST


def help_for(length: int) -> str:
    return HELP_PRIVILEGED if length > SHORTEST else HELP  # type: ignore[return-value]


def check_length(password: str, least: int) -> None:
    if len(password) < least:
        raise ValidationError(
            ngettext(
                "This password is too short. It must contain at least %(least)d character.",
                "This password is too short. It must contain at least %(least)d characters.",
                least,
            )
            % {"least": least},
            code="password_too_short",
        )


class LengthValidator:
    """Twelve characters, fifteen for who holds a privileged duty; at most 128, so that hashing stays quick."""

    def validate(self, password: str, user: User | None = None) -> None:
        check_length(password, required_length(user))
        if len(password) > LONGEST:
            raise ValidationError(
                _("This password is too long. It may contain up to %(most)d characters.") % {"most": LONGEST},
                code="password_too_long",
            )

    def get_help_text(self) -> str:
        return str(HELP)


class GuessableValidator:
    """Refuses what is little more than words of the alliance, its parks, its trade, or the person's own."""

    def validate(self, password: str, user: User | None = None) -> None:
        plain = _plain(password)
        if len(set(plain)) < 5 or _is_run(plain):
            raise ValidationError(
                _("This password is a repetition or a sequence. Please choose words that only you would put together."),
                code="password_repeats",
            )
        own = _own_words(user)
        if _left_over(plain, own) < LEFT_OVER and own and _left_over(plain, frozenset()) >= LEFT_OVER:
            raise ValidationError(
                _("This password is made of your own name, address or telephone number."), code="password_own_words"
            )
        if _left_over(plain, own | _names_of_organisations()) < LEFT_OVER:
            raise ValidationError(
                _("This password is too common here: it is made of words of the alliance, or ones that many choose."),
                code="password_organisation_words",
            )

    def get_help_text(self) -> str:
        return ""


def _plain(text: str) -> str:
    """Without case, blanks, punctuation and width: what is left are letters, digits and pictures."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in text if c in "@$!" or unicodedata.category(c)[0] not in "ZPC")


def _is_run(plain: str) -> bool:
    """Whether it is one piece repeated, or counts on."""
    if re.fullmatch(r"(.{1,5}?)\1+.{0,4}", plain):
        return True
    steps = [ord(b) - ord(a) for a, b in pairwise(plain)]
    return len(steps) > 0 and sum(step in (1, -1, 0) for step in steps) >= 0.8 * len(steps)


def _left_over(plain: str, words: frozenset[str]) -> int:
    """How many characters are in none of these words, and in no number that stands beside them."""
    for word in sorted(WORDS | words, key=len, reverse=True):
        plain = plain.replace(word, "\0")
    return len(re.sub(r"[\0\d@$!]+", "", plain))


def _own_words(person: User | None) -> frozenset[str]:
    if person is None:
        return frozenset()
    parts = [*re.split(r"[\s·.@_+-]+", f"{person.name} {person.email}"), person.name, person.phone]
    return frozenset(word for part in parts if len(word := _plain(part)) >= (2 if _is_han(part) else 3))


def _is_han(text: str) -> bool:
    return any("\u3400" <= c <= "\u9fff" for c in text)


def _names_of_organisations() -> frozenset[str]:
    """The names that stand in the directory, in both languages."""
    names = Organisation.objects.values_list("name_zh", "name_en")
    return frozenset(
        word for pair in names for name in pair if len(word := _plain(name)) >= (2 if _is_han(name) else 4)
    )


class CommonValidator(DjangoCommon):
    """The twenty thousand passwords that are tried first, also with digits and signs put around or between them."""

    def validate(self, password: str, user: Any = None) -> None:
        super().validate(password, user)
        bare = re.sub(r"[\W\d_]+", "", password.casefold())
        if bare in self.passwords and len(bare) < SHORTEST:
            raise ValidationError(self.get_error_message(), code="password_too_common")
