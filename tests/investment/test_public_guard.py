"""J-5: a crawl as anonymous and as an unverified investor finds nothing of what is offered. J-3: nor of a committee."""

import html
import io
import re
import zipfile
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import translation

from alliance.core.pagecache import PageCache
from investment.lists import NO_PROMISE
from investment.models import Project
from investment.services import updates
from tests.investment.factories import Promoters, make_project
from tests.investment.investing import make_investor

pytestmark = pytest.mark.django_db

# Words that stand nowhere else, and an amount as each language and each format would write it.
OFFER = {"offer_zh": "优先回报条款丙丁", "offer_en": "Preferredreturnclause twelve", "least": 7_654_321_00}
VERIFIED_NEWS = "仅供核验者的消息戊己"
SECRETS = (
    "优先回报条款丙丁",
    "Preferredreturnclause",
    "765.4321",
    "7.654321",
    "7,654,321",
    "7654321",
    "765432100",
    VERIFIED_NEWS,
    "Verifiedonlynews",
)
STARTS = (
    "/{language}/projects/",
    "/{language}/projects/?view=table",
    "/{language}/projects/?view=map",
    "/{language}/projects/?province=330000&stage=due_diligence",
    "/{language}/projects/list.json",
    "/{language}/projects/list.csv",
    "/{language}/projects/feed/",
    "/{language}/projects/oc4ids.json",
    "/{language}/projects/results/",
    "/{language}/projects/pipeline/",
    "/{language}/projects/?q=%E6%A0%B7%E4%BE%8B",
    "/{language}/search/?q=%E6%A0%B7%E4%BE%8B%E8%81%94%E5%90%88",
    "/{language}/search/?q=%E4%BC%98%E5%85%88%E5%9B%9E%E6%8A%A5",
    "/{language}/lists/projects/export/",
    "/{language}/",
)
LINK = re.compile(r'(?:href|src|<loc>|<link>|"url": |"next": )="?"?([^"<>\s]+)')
OURS = re.compile(r"^/(?:zh-hans|en)/(?:projects|parks|embed|lists/projects|search)\b")
MOST = 400


@dataclass
class Setting:
    projects: list[Promoters]

    @property
    def slugs(self) -> list[str]:
        return [one.project.slug for one in self.projects]


@pytest.fixture
def setting(settings) -> Setting:
    settings.RATE_LIMITS = False
    made = [make_project("published", **OFFER), make_project("ic_review", **OFFER)]
    for one in made:
        updates.publish_update(
            one.project,
            title_zh=VERIFIED_NEWS,
            title_en="Verifiedonlynews",
            text_zh=VERIFIED_NEWS,
            text_en="Verifiedonlynews",
            disclosure="verified",
            by=one.lead,
        )
    return Setting(made)


def readers() -> dict[str, Client]:
    unverified, contact = make_investor("registered").signatory, make_investor("contact_verified").signatory
    revoked = make_investor("revoked", reason_code="other", state_reason="Sample reason").signatory
    found = {"anonymous": Client()}
    for name, person in (("registered", unverified), ("contact verified", contact), ("revoked", revoked)):
        found[name] = Client()
        found[name].force_login(person)
    return found


def body(response) -> str:
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            raw = b"\n".join(book.read(name) for name in book.namelist())
    return html.unescape(raw.decode("utf-8", "replace"))


def crawl(client: Client, starts: list[str]) -> dict[str, str]:
    """Every page of projects that can be reached from these, with what it says."""
    waiting, seen = list(starts), {}
    while waiting and len(seen) < MOST:
        address = waiting.pop(0).split("#")[0]
        if address in seen:
            continue
        response = client.get(address)
        seen[address] = body(response) if response.status_code == 200 else ""
        for found in LINK.findall(seen[address]):
            path = re.sub(r"^https?://[^/]+", "", found)
            # The conditions of lists are among the starts; all their combinations are the same rows in other orders.
            if OURS.match(path) and path not in seen and "?" not in path:
                waiting.append(path)
    return seen


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_j5_a_crawl_finds_nothing_of_what_is_offered(setting, language):
    pair = "&".join(f"project={slug}" for slug in setting.slugs)
    starts = [
        *(start.format(language=language) for start in STARTS),
        f"/{language}/projects/compare/?{pair}",
        f"/{language}/projects/compare.csv?{pair}",
        "/sitemap.xml",
        *(f"/{language}/projects/{slug}/" for slug in setting.slugs),
        *(f"/{language}/projects/{slug}/oc4ids.json" for slug in setting.slugs),
        *(f"/{language}/lists/projects/export.{suffix}" for suffix in ("csv", "xlsx")),
    ]
    for name, client in readers().items():
        pages = crawl(client, starts)
        # The crawl has seen what it is meant to see.
        for slug in setting.slugs:
            assert pages[f"/{language}/projects/{slug}/"], (name, slug)
        assert len([page for page in pages.values() if page]) >= 14
        found = {(address, secret) for address, page in pages.items() for secret in SECRETS if secret in page}
        assert found == set(), name


def test_j5_the_crawl_would_find_it_where_it_stands(setting):
    """For a verified investor the same words are there: the guard above can fail."""
    client = Client()
    client.force_login(make_investor().signatory)

    zh, en = (body(client.get(f"/{lang}/projects/{setting.slugs[0]}/")) for lang in ("zh-hans", "en"))

    assert [secret for secret in SECRETS if secret in zh + en] == [
        "优先回报条款丙丁",
        "Preferredreturnclause",
        "765.4321",
        "7.654321",
        VERIFIED_NEWS,
        "Verifiedonlynews",
    ]


def test_j5_promoters_and_the_desk_read_it_others_who_promote_do_not(setting):
    first, second = setting.projects
    address = f"/zh-hans/projects/{first.project.slug}/"
    read = {}
    for name, person in {"own": first.lead, "desk": first.officer, "other park": second.lead}.items():
        client = Client()
        client.force_login(person)
        read[name] = OFFER["offer_zh"] in body(client.get(address))

    assert read == {"own": True, "desk": True, "other park": False}


def test_j5_the_page_kept_for_visitors_is_never_that_of_a_verified_investor(setting):
    """What is kept in front of Django is keyed to nobody with a session."""
    path = f"/zh-hans/projects/{setting.slugs[0]}/"
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_HOST": "localhost", "QUERY_STRING": ""}
    cache = PageCache(lambda environ, start: [b""])

    assert cache._key(environ) is not None
    assert cache._key(environ | {"HTTP_COOKIE": "sessionid=abc"}) is None


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_j3_a_committee_leaves_no_mark_in_public(setting, language):
    before = make_project("due_diligence", **OFFER)
    slug = before.project.slug
    addresses = [
        f"/{language}/projects/{slug}/",
        f"/{language}/projects/{slug}/oc4ids.json",
        f"/{language}/projects/list.json",
        f"/{language}/projects/?view=table",
        f"/{language}/projects/pipeline/",
        f"/{language}/projects/feed/",
        "/sitemap.xml",
    ]
    seen = [_without_tokens(body(Client().get(address))) for address in addresses]

    from investment.services import projects

    projects.move_project(before.project, "put_before", by=before.lead)
    assert Project.objects.get(pk=before.project.pk).state == "ic_review"
    assert [_without_tokens(body(Client().get(address))) for address in addresses] == seen

    projects.move_project(before.project, "step_back", by=before.lead, reason="委员会要求补充材料庚辛")
    assert [_without_tokens(body(Client().get(address))) for address in addresses] == seen


def _without_tokens(page: str) -> str:
    """Without what differs from one answer to the next for the same thing."""
    page = re.sub(r'nonce="[^"]+"|csrfmiddlewaretoken[^>]+>|"X-CSRFToken": "[^"]+"', "", page)
    return re.sub(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}|<lastBuildDate>[^<]+", "", page)


def test_j3_every_page_says_that_listed_is_not_funded(setting):
    for language in ("zh-hans", "en"):
        with translation.override(language):
            words = str(NO_PROMISE)
        for address in (
            f"/{language}/projects/",
            f"/{language}/projects/{setting.slugs[0]}/",
            f"/{language}/projects/compare/?project={setting.slugs[0]}&project={setting.slugs[1]}",
            f"/{language}/projects/results/",
            f"/{language}/projects/pipeline/",
            f"/{language}/projects/feed/",
            f"/{language}/projects/list.json",
        ):
            assert words in body(Client().get(address)), address
