"""A mail filled in is to the byte the mail written for its reader alone."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.accounts.models import User
from alliance.notifications import emails, stencils
from alliance.notifications.kinds import Message
from alliance.notifications.models import Delivery

from .kinds import DUTY_NEWS, NEWS

WORDS = (
    "Short words",
    "一句话",
    ".a dot begins this line",
    "%(name)s {{ name }} & <b>",
    "é" * 700,
    "长" * 400,
    "x" * 1200,
)
NAMES = ("", "Li Wei", "李伟", "Ann <O'Neil> & Sons", ".Dotted", "Zoë", "“引号”", "n" * 120, "名" * 40, "名" * 41)
ADDRESSES = (
    *(
        "a@b.example",
        "li.wei+tag@mail.example.org",
        "x" * 52 + "@example.org",
        "x" * 60 + "@" + "y" * 60 + ".example.org",
    ),
    *('"odd one"@example.org', "jos@bücher.example", "o'neil@example.org"),
)


def planned(to_person=True):
    pk = uuid.uuid4()
    row = Delivery(pk=pk, created_at=datetime(2026, 2, 9, 3, 4, 5, tzinfo=UTC), message_id=f"<{pk}@localhost>")
    row.recipient = User(pk=7) if to_person else None
    return row


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from([NEWS, DUTY_NEWS]),
    subject=st.sampled_from(["News", "和丰的消息", "Long " * 30, "消息" * 40]),
    lines=st.lists(st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=("Cs", "Cc"))), max_size=3),
    url=st.sampled_from(["", "/en/desk/?a=1&b=2"]),
    action=st.sampled_from(["", "Look"]),
    name=st.sampled_from(NAMES),
    to=st.sampled_from(ADDRESSES),
    language=st.sampled_from(["en", "zh-hans"]),
    to_person=st.booleans(),
)
def test_to_the_byte(kind, subject, lines, url, action, name, to, language, to_person):
    row = planned(to_person)
    message = Message(subject=subject, lines=tuple(lines), url=url, action=action)

    with translation.override(language):
        alone = emails.compose(row, message, kind, to=to, name=name)
        filled = stencils.compose(row, message, kind, to=to, name=name)

    assert filled.as_bytes() == alone.message().as_bytes(linesep="\r\n")
    # What does not speak SMTP gets the same.
    assert filled.message().as_bytes() == alone.message().as_bytes()


@pytest.mark.django_db
def test_many_readers_are_one_rendering():
    stencils._stencil.cache_clear()
    message = Message(subject="News of a park", lines=("One line.",))

    with CaptureQueriesContext(connection) as queries:
        mails = [
            stencils.compose(planned(), message, NEWS, to=f"p{number}@example.org", name=f"Person {number}")
            for number in range(20)
        ]

    assert stencils._stencil.cache_info().misses == 1
    assert len({mail.as_bytes() for mail in mails}) == 20
    assert len(queries) == 0


def test_nothing_of_one_reader_reaches_another():
    message = Message(subject="News", lines=("One line.",))
    first, second = planned(), planned()

    stencils.compose(first, message, NEWS, to="first@example.org", name="First Reader")
    mail = stencils.compose(second, message, NEWS, to="second@example.org", name="Second Reader").as_bytes()

    assert b"first" not in mail.lower().replace(b"first-", b"")
    assert first.pk.hex.encode() not in mail
    assert mail.count(second.pk.hex.encode()) >= 3
