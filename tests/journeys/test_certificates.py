"""Certificates in a real browser: the pages of no language in both, and a stranger who checks what they were given."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.access_table import TABLE
from tests.journeys.conftest import settled
from tests.journeys.looking import LANGUAGES, look, watching
from tests.world import make_world
from training.models import Certificate

OPEN = ("keys", "credential", "achievement", "competency", "evidence")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_no_language(language: str, page: Page, site: str, shot, db):
    world = make_world()
    world.people()
    troubles = {}
    for name in OPEN:
        rule = TABLE[f"credentials:{name}"]
        address = reverse(f"credentials:{name}", kwargs=dict(rule.args(world)))
        with watching(page, site) as watch:
            page.goto(f"{address}?lang={language}")
            settled(page)
            found = watch.troubles + look(page, language)
        shot(f"{name}-{language}")
        if found:
            troubles[name] = found

    assert troubles == {}, troubles


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_checks_a_certificate(language: str, page: Page, site: str, shot, db, tmp_path):
    """By number and name; with the file; and with a file in which one mark was changed."""
    world = make_world()
    certificate = world.certificate
    Certificate.objects.filter(pk=certificate.pk).update(is_searchable=True)
    file = tmp_path / "certificate.json"
    with watching(page, site) as watch:
        page.goto(f"/{language}/verify/")
        assert look(page, language) == []
        page.locator("[name=number]").fill(certificate.number)
        page.locator("[name=name]").fill("Trainee")
        page.locator("[name=by_number]").click()
        expect(page.locator("[data-verdict=valid]")).to_be_visible()
        expect(page.locator("table.signed")).to_contain_text(certificate.number)
        assert look(page, language) == []
        for text, verdict in ((certificate.body, "valid"), (certificate.body.replace("Completed", "Failed"), "forged")):
            file.write_text(text, encoding="utf-8")
            page.locator("[name=file]").set_input_files(file)
            page.locator("form[enctype] button.primary").click()
            expect(page.locator(f"[data-verdict={verdict}]")).to_be_visible()
        # Last: taking a picture leaves empty style attributes on fields.
        shot(f"forged-{language}")
    assert watch.troubles == []
