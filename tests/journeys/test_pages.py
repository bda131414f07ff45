"""Every page of the portal in both languages, themes and widths, by those who may open it."""

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page

from tests.access_table import TABLE, Rule
from tests.journeys.conftest import settled
from tests.journeys.looking import LANGUAGES, look, watching
from tests.world import make_world

# Who looks at a page that does not name its viewers: the first of these who may.
VIEWERS = (
    "anonymous",
    "manager",
    "editor",
    "membership_desk",
    "data_desk",
    "council",
    "nobody",
    "trainee",
    "school",
    "trainer",
    "awarding",
    "training_desk",
    "investor",
    "investment_desk",
    "other_manager",
)


def viewers(rule: Rule) -> tuple[str, ...]:
    may = [role for role in VIEWERS if role in (rule.get or set()) and rule.but.get(role, 200) == 200]
    return rule.seen_by or tuple(may[:1])


def pages_of(role: str) -> list[str]:
    return [name for name, rule in TABLE.items() if rule.is_page and role in viewers(rule)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", VIEWERS)
def test_pages(role: str, language: str, page: Page, site: str, sign_in, settings):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    world = make_world()
    world.people()
    world.furnish()
    addresses = {}
    for name in pages_of(role):
        with translation.override(language):
            addresses[name] = reverse(name, kwargs=dict(TABLE[name].args(world))) + TABLE[name].query
    sign_in(world.person(role))
    troubles: dict[str, list[str]] = {}

    for name, address in addresses.items():
        with watching(page, site) as watch:
            response = page.goto(address)
            assert response is not None
            settled(page)
            found = watch.troubles + look(page, language)
            if response.status != 200:
                found.insert(0, f"answers {response.status}")
        if found:
            troubles[f"{name} {address}"] = found

    assert troubles == {}, "\n".join(f"{place}\n  " + "\n  ".join(found) for place, found in troubles.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_is_not_there(language: str, visit):
    visit(f"/{language}/there-is-nothing-here/", status=404)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_is_not_for_this_person(language: str, visit, sign_in):
    world = make_world()
    sign_in(world.manager)

    visit(f"/{language}/desk/dashboard/", status=403)
