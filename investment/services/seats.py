"""The time people keep for meetings; the database lets nobody sit in two at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance.core.errors import RuleBroken

ONE_IN = "investment_meeting_person_in_one"


@contextmanager
def nobody_twice() -> Iterator[None]:
    """Says as a rule what the exclusion in the database refused."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if ONE_IN not in str(error):
            raise
        raise RuleBroken(_("One of the two has another meeting at this time.")) from None
