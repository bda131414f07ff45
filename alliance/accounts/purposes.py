"""For what the portal asks people's agreement: each purpose with its words in both languages and their version (6.63).

What is necessary to keep an account needs no consent of its own: the terms are agreed to and the notice is read on
signing up. Everything else is asked apart from that, one by one, and a no closes nothing else. A purpose is asked only
while the use it names exists (`exists`): nobody agrees to what there is not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import User
from .providers import switched_on

Words = str | Promise


def _always() -> bool:
    return True


def _not_yet() -> bool:
    return False


@dataclass(frozen=True)
class Purpose:
    """One thing that can be agreed to. `withdrawn` undoes the use when the person takes the agreement back."""

    code: str
    version: str
    title: Words
    words: Words
    is_needed: bool = False
    exists: Callable[[], bool] = _always
    without: Words = ""
    withdrawn: Callable[[User], None] | None = None


def _unlink_all(person: User) -> None:
    from .services import foreign

    foreign.unlink_all(person)


TERMS = Purpose(
    "terms",
    "2026-11",
    _("Terms of use"),
    _("I have read the terms of use and agree to them."),
    is_needed=True,
)
NOTICE = Purpose(
    "privacy_notice",
    "2026-11-28",
    _("Privacy notice"),
    _("I have read the privacy notice: which of my data are used, for what, and what I can do about it."),
    is_needed=True,
)
ADULT = Purpose(
    "adult",
    "2026-11",
    _("Age"),
    _("I am 18 years old or older."),
    is_needed=True,
)
FOREIGN_ACCOUNT = Purpose(
    "foreign_account",
    "2026-11",
    _("Signing in with an account elsewhere"),
    _(
        "Separately from all else I agree that the provider of the account I link learns that I sign in here, and that "
        "the portal gets from it the number of that account and the name it shows."
    ),
    exists=lambda: bool(switched_on()),
    without=_("You sign in with e-mail and password; nothing else changes."),
    withdrawn=_unlink_all,
)
PUBLISHED_NAME = Purpose(
    "published_name",
    "2026-11",
    _("Publication of my name"),
    _("Separately from all else I agree that my name stands on public pages beside what I am responsible for."),
    exists=_not_yet,
    without=_("Public pages name your role without you."),
)
ABROAD = Purpose(
    "abroad",
    "2026-11",
    _("Transfer to a receiver outside the mainland of China"),
    _(
        "Separately from all else I agree that my name and work contact go to the partner abroad that was named to me, "
        "for the purpose named with it."
    ),
    exists=_not_yet,
    without=_("Your data stay where they are; the partner hears from your organisation without your name."),
)
THIRD_PARTY = Purpose(
    "third_party",
    "2026-11",
    _("Handing over to another organisation"),
    _("Separately from all else I agree that my name and work contact are given to the organisation named to me."),
    exists=_not_yet,
    without=_("The organisation hears from yours without your name."),
)

PURPOSES: dict[str, Purpose] = {
    purpose.code: purpose for purpose in (TERMS, NOTICE, ADULT, FOREIGN_ACCOUNT, PUBLISHED_NAME, ABROAD, THIRD_PARTY)
}
AT_SIGN_UP = (ADULT, TERMS, NOTICE)
# Texts that change: whoever confirmed another version is told on every page until they have read the new one.
TEXTS = (TERMS, NOTICE)


def new_texts(person: Any) -> list[Purpose]:
    """The texts in force whose present version this person has not confirmed. Asks the database nothing."""
    if person is None or not person.is_authenticated:
        return []
    return [text for text in TEXTS if person.confirmed_texts.get(text.code) != text.version]


def asked_apart() -> list[Purpose]:
    """The separate consents that can be given today."""
    return [purpose for purpose in PURPOSES.values() if not purpose.is_needed and purpose.exists()]


def not_in_use() -> list[Purpose]:
    """Uses that would need a consent of their own and do not exist."""
    return [purpose for purpose in PURPOSES.values() if not purpose.exists()]
