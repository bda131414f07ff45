"""A list as a file: the same filter, the same rows, the same permissions."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone, translation

from .listing import Listing

CHUNK = 500
BOM = "\ufeff"
# A spreadsheet takes a text that begins so for a formula (platform spec, 6.46).
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


class Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def cell(value: Any) -> Any:
    """What stands in a cell. Numbers stay numbers; a text that could be taken for a formula gets a quote."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def lines(listing: Listing) -> Iterator[str]:
    """The file line by line: column names in the reader's language, then every row of the list."""
    language = translation.get_language()
    columns = [column for column in listing.definition.columns if column.in_file]
    write = csv.writer(Echo()).writerow
    yield BOM + write([cell(column.head) for column in columns])
    for row in listing.all_rows().iterator(chunk_size=CHUNK):
        # The answer is sent after the request's language has gone.
        with translation.override(language):
            line = write([cell(listing.value(column, row)) for column in columns])
        yield line


def csv_response(listing: Listing) -> StreamingHttpResponse:
    """Send the whole list, row by row, however long it is."""
    response = StreamingHttpResponse(lines(listing), content_type="text/csv; charset=utf-8")
    name = f"{listing.definition.code}-{timezone.localdate():%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Robots-Tag"] = "noindex"
    return response
