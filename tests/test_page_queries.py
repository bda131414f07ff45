"""Twelve queries at most on any page (platform spec, 4)."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from tests.access_table import TABLE
from tests.journeys.test_pages import viewers
from tests.test_access import world  # noqa: F401
from tests.test_queries import MOST
from tests.world import World

# Pages that need more, why, and how many exactly: what takes fewer is written down here, or leaves.
ABOVE = {
    # What they tell lies in every table of the portal.
    "accounts:my_data": 67,
    "accounts:close_account": 68,
    "parks:merge": 98,
    "parks:merge_prepare": 100,
    # One for each kind of thing that the notices of the page are about, however many notices.
    "notifications:inbox": 43,
    "notifications:desk": 21,
    # Whatever a certificate rests on is counted anew from where it stands: attendance, marks, placements, trust.
    "training:certificates_cohort": 19,
    "training:certificate_trainee": 16,
    "training:dossier": 13,
    # All of a project that its reader may see, each part from its own table.
    "investment:project_detail": 14,
    # The choice in words: regions, clusters and facets beside the projects.
    "investment:project_prospectus": 15,
    # Two versions side by side, each with its units, outcomes and items.
    "training:desk_changes": 17,
}


@pytest.mark.django_db
def test_no_page_asks_more(world: World):  # noqa: F811
    """Counted at the second visit, as a page costs them day by day."""
    world.people()
    world.furnish()
    found, worst = {}, {}
    for name in sorted(name for name, rule in TABLE.items() if rule.is_page):
        rule = TABLE[name]
        for role in viewers(rule):
            with translation.override("zh-hans"):
                address = reverse(name, kwargs=dict(rule.args(world))) + rule.query
            client = Client()
            if (person := world.person(role)) is not None:
                client.force_login(person)
            assert client.get(address).status_code == 200, name
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            # What a page writes down of the visit itself is no question.
            asked = [query["sql"] for query in captured if not query["sql"].startswith("INSERT")]
            worst[name] = max(len(asked), worst.get(name, 0))
            if len(asked) > ABOVE.get(name, MOST):
                found[f"{name} as {role}"] = [sql[:120] for sql in asked]

    assert not found, "\n".join(f"{len(asked)} {place}" for place, asked in found.items())
    assert {name: worst[name] for name in ABOVE} == ABOVE
