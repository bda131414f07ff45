"""Whoever is at one page of their account finds the others beside it."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from alliance.core import navigation
from tests.factories import make_user

pytestmark = pytest.mark.django_db

# Messages are read at the desk, whose menu leads there.
AT_THE_DESK = {"notifications:inbox"}

PAGES = [
    entry.url_name
    for entry in navigation._entries.values()
    if entry.area == "account" and entry.url_name not in AT_THE_DESK
]


@pytest.mark.parametrize("page", PAGES)
def test_each_page_stands_among_the_tabs(client, page):
    person = make_user()
    person.set_password("kitchen-lamp-oriole-42")
    person.save()
    client.force_login(person)
    with translation.override("en"):
        address = reverse(page)

    html = client.get(address).content.decode()

    tabs = re.search(r'<nav class="tabs many".*?</nav>', html, re.DOTALL)
    assert tabs, "no tabs"
    assert re.findall(r'<a href="([^"]+)"[^>]*aria-current="page"', tabs[0]) == [address]
