"""Dates and times in English can end a sentence: nothing of them ends in a full stop."""

from datetime import datetime

import pytest
from django.utils import timezone, translation
from django.utils.formats import date_format

MOMENT = timezone.make_aware(datetime(2026, 12, 8, 21, 35))
FORMATS = {
    "DATE_FORMAT": ("8 Dec 2026", "2026年12月8日"),
    "TIME_FORMAT": ("21:35", "21:35"),
    "DATETIME_FORMAT": ("8 Dec 2026, 21:35", "2026年12月8日 21:35"),
    "SHORT_DATETIME_FORMAT": ("2026-12-08 21:35", "2026年12月8日 21:35"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_dates_read_as_in_their_language(name):
    for language, expected in zip(("en", "zh-hans"), FORMATS[name], strict=True):
        with translation.override(language):
            assert date_format(MOMENT, name) == expected
