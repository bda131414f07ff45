"""Opening a block and saving it as it is changes nothing, for real parks."""

from typing import Any

import pytest
from django.http import QueryDict

from parks import blocks, drafts
from parks.blocks import BLOCKS
from parks.forms import FORMS, BlockForm
from parks.models import Park
from parks.overview import with_profile


def as_posted(form: BlockForm) -> QueryDict:
    """What a browser sends when nobody touched the form."""
    data = QueryDict(mutable=True)

    def put(bound: Any) -> None:
        value = bound.value()
        if isinstance(value, list | tuple):
            data.setlist(bound.html_name, [str(entry) for entry in value])
        elif value is True:
            data[bound.html_name] = "on"
        elif value is not None and value is not False:
            data[bound.html_name] = str(value)

    for bound in form:
        put(bound)
    for rowset in form.rowsets.values():
        for bound in (*rowset.management_form, *(bound for row in rowset.forms for bound in row)):
            put(bound)
    return data


@pytest.mark.parametrize("code", list(BLOCKS))
def test_saving_a_block_untouched_changes_nothing(real_parks, code):
    changed = {}
    for park in with_profile(Park.objects.order_by("pk"))[::10]:
        opened = FORMS[code](park=drafts.overlay(park), published=park)
        sent = FORMS[code](as_posted(opened), park=drafts.overlay(park), published=park)
        before = blocks.published(park, BLOCKS[code])
        after = sent.values()
        if sent.all_errors() or after != before:
            differing = {name: (before[name], after.get(name)) for name in before if before[name] != after.get(name)}
            changed[park.slug] = (sent.all_errors(), differing)

    assert changed == {}
