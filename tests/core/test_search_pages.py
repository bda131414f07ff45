"""Search over everything, the palette and the list of synonyms: what each person sees, and at what cost."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.accounts.models import Organisation
from alliance.core import search
from alliance.core.models import AuditEvent, SearchDocument, Synonym
from alliance.core.search import sources, synonyms
from parks.models import Park
from tests.factories import make_council_member, make_officer, make_organisation, make_park, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_synonyms():
    synonyms.forget()
    yield
    synonyms.forget()


@pytest.fixture
def papers(monkeypatch):
    """A kind whose objects are for different people: the organisation's slug says for whom."""

    def document(organisation):
        if organisation.slug.startswith("draft"):
            return None
        return search.Document(
            title_zh=organisation.name_zh,
            title_en=organisation.name_en,
            visibility=organisation.slug.split("-")[0],
            updated_at=datetime(2026, 1, 1, tzinfo=UTC),
            path=f"/papers/{organisation.pk}/",
        )

    monkeypatch.setattr(sources, "_sources", dict(sources._sources))
    search.register(search.SearchSource("paper", Organisation, "Papers", document, Organisation.objects.all))
    made = {}
    for audience in ("public", "members", "office", "draft"):
        made[audience] = make_organisation(
            slug=f"{audience}-paper", name_zh=f"机密文件{audience}", name_en=f"Paper {audience}"
        )
        search.index(made[audience])
    return made


def titles(text, person=None, **limits):
    results = search.find(text, person=person, **limits)
    return {document.title_zh.removeprefix("机密文件") for document in results[0:500]}


class TestWhoSeesWhat:
    def test_find(self, papers):
        nobody, member, officer = make_user(), make_council_member(), make_officer()

        assert titles("机密文件") == {"public"}
        assert titles("机密文件", nobody) == {"public"}
        assert titles("机密文件", member) == {"public", "members"}
        assert titles("机密文件", officer) == {"public", "members", "office"}

    def test_a_duty_that_ended_shows_nothing_more(self, papers):
        member = make_council_member()
        member.duties.update(ends_on="2020-12-31")

        assert titles("机密文件", member) == {"public"}

    def test_lists_suggestions_and_palette(self, papers, client):
        assert search.matching(Organisation, "机密文件").count() == 1
        assert search.matching(Organisation, "机密文件", make_officer()).count() == 3

        meant = search.suggestions(search.parse("鸡密文件"))
        assert {document.title_zh for document in meant} == {"机密文件public"}

        body = client.get("/zh-hans/palette/?q=机密", headers={"HX-Request": "true"}).content.decode()
        assert "public" in body
        assert "office" not in body
        assert "members" not in body

    def test_page(self, papers, client):
        for query in ("机密文件", "机密", "paper", "jimi", "机密文件office"):
            body = client.get("/zh-hans/search/", {"q": query}).content.decode()
            assert f"/papers/{papers['office'].pk}/" not in body
            assert f"/papers/{papers['members'].pk}/" not in body


class TestParks:
    def test_only_what_is_public_is_found(self):
        park = make_park(
            name_zh="云锦织造园",
            contact_phone="0574-88887777",
            contact_email="secret@example.org",
            contact_visibility="members",
            source_urls=["https://source.example/"],
        )
        search.index(park)

        assert len(search.find("云锦")) == 1
        for hidden in ("88887777", "secret", "source"):
            assert len(search.find(hidden)) == 0

    @pytest.mark.parametrize("standing", [Park.Standing.DRAFT, Park.Standing.SUSPENDED])
    def test_a_park_taken_down_is_found_no_more(self, standing):
        park = make_park(name_zh="云锦织造园")
        search.index(park)
        Park.objects.filter(pk=park.pk).update(standing=standing, suspended_at="2026-01-01T00:00Z")
        park.refresh_from_db()
        search.index(park)

        assert len(search.find("云锦")) == 0
        assert not SearchDocument.objects.exists()

    def test_a_change_is_found_at_once_and_the_old_name_no_more(self):
        park = make_park(name_zh="云锦织造园")
        search.index(park)
        park.name_zh = "蜀绣坊"
        park.save()
        search.index(park)

        assert len(search.find("蜀绣")) == 1
        assert len(search.find("云锦")) == 0

    def test_reindex_adds_what_is_missing_and_takes_out_what_is_gone(self):
        kept, gone, new = make_park(name_zh="留园"), make_park(name_zh="去园"), make_park(name_zh="新园")
        search.index(kept)
        search.index(gone)
        Park.objects.filter(pk=gone.pk).delete()
        source = search.source_of(Park)

        assert search.reindex(source, batch=1) == 2
        assert set(SearchDocument.objects.values_list("object_id", flat=True)) == {kept.pk, new.pk}


BAD = [
    *["", "   ", "😀", "\x00", "a\x00b", "\u202e反", "\ud800", "０", "的", "the of in"],
    *["'", '"', "\\", "' | 'a", "!!", "&", "<->", ":*", "a:*", "%", "_", "--", "(", "和 & 丰", "~a", "=a", "!a"],
    *["园" * 10_000, "a" * 10_000, "a " * 5_000, "ﷺ" * 300],
]


class TestReindexCommand:
    def test_fills_the_index_and_says_how_many(self, capsys):
        make_park(name_zh="云锦织造园")
        make_park(standing=Park.Standing.DRAFT)

        call_command("reindex", "park", batch=1)

        assert len(search.find("云锦")) == 1
        assert "park: 1 of 2 can be found" in capsys.readouterr().out

    def test_an_unknown_kind_is_named(self):
        with pytest.raises(CommandError, match="nonsense"):
            call_command("reindex", "nonsense")


class TestSearchPage:
    def test_what_was_typed_keeps_its_language_where_nothing_is_found(self, client):
        page = client.get("/en/search/", {"q": "海港样例基金<b>"}).content.decode()

        assert '<bdi lang="zh-Hans">海港样例基金&lt;b&gt;</bdi>' in page

    def test_marks_the_hit_and_offers_the_other_name(self, client):
        search.index(make_park(slug="hefeng", name_zh="和丰创意广场", name_en="Hefeng Creative Square"))

        body = client.get("/en/search/", {"q": "和丰"}).content.decode()

        assert '<a href="/en/parks/hefeng/">Hefeng Creative Square</a>' in body
        assert '<p class="alt" lang="zh-Hans"><mark>和丰</mark>创意广场</p>' in body
        assert '<meta name="robots" content="noindex">' in body

    def test_what_was_typed_and_found_is_text_never_markup(self, client):
        search.index(make_park(name_zh="<b>园</b>", summary_zh="<script>alert(1)</script>园"))

        for typed in ("园", "<script>", "script", "<b>园</b>", '"><img src=x>'):
            body = client.get("/zh-hans/search/", {"q": typed}).content.decode()
            assert "<script>alert" not in body
            assert "<img src=x" not in body
            assert "<b>园" not in body

    @pytest.mark.parametrize("typed", BAD)
    def test_bad_input_is_answered(self, client, typed):
        search.index(make_park())

        response = client.get(f"/zh-hans/search/?q={quote(typed.encode('utf-8', 'surrogatepass'))}")

        assert response.status_code == 200

    def test_lone_surrogates_do_not_reach_the_database(self):
        search.index(make_park(name_zh="园\ud800区".encode("utf-8", "ignore").decode()))

        assert len(search.find("园\ud800区")) <= 1

    def test_a_long_text_is_cut_with_a_word_about_it(self, client):
        body = client.get("/en/search/", {"q": "park " * 100}).content.decode()

        assert "first 100 characters" in body

    @pytest.mark.parametrize("page", ["0", "-1", "10000", "x", ""])
    def test_pages_that_are_not_there(self, client, page):
        for _ in range(25):
            search.index(make_park())

        response = client.get("/zh-hans/search/", {"q": "样例", "page": page})

        assert response.status_code == 200
        assert response.context["page"].paginator.num_pages == 2

    def test_kinds_are_grouped_and_narrow_it_down(self, client, papers):
        search.index(make_park(name_zh="机密文件馆"))

        both = client.get("/en/search/", {"q": "机密文件"})
        papers_only = client.get("/en/search/", {"q": "机密文件", "kind": "paper"})
        unknown = client.get("/en/search/", {"q": "机密文件", "kind": "nonsense"})

        assert {str(group["title"]) for group in both.context["groups"]} == {"Papers", "Parks"}
        assert papers_only.context["shown"] == 1
        assert unknown.context["shown"] == 2

    def test_queries_do_not_grow_with_what_is_found(self, client, django_assert_num_queries):
        search.index(make_park())
        synonyms.variants("园")
        client.get("/zh-hans/search/", {"q": "样例"})
        with CaptureQueriesContext(connection) as one:
            client.get("/zh-hans/search/", {"q": "样例"})
        for _ in range(19):
            search.index(make_park())
        with CaptureQueriesContext(connection) as many:
            response = client.get("/zh-hans/search/", {"q": "样例"})

        assert response.context["total"] == 20
        assert len(one) == len(many) == 2


class TestPalette:
    def test_pages_in_either_language_and_by_pinyin(self, client):
        for typed in ("parks", "园区", "yuanqu"):
            body = client.get("/en/palette/", {"q": typed}, headers={"HX-Request": "true"}).content.decode()
            assert 'href="/en/parks/"' in body

    def test_a_visitor_sees_no_desks(self, client):
        body = client.get("/en/palette/", headers={"HX-Request": "true"}).content.decode()

        assert "/office/" not in body
        assert "/desk/" not in body

    def test_an_officer_sees_the_office(self, client):
        client.force_login(make_officer("data_desk"))

        body = client.get("/en/palette/", {"q": "synonyms"}, headers={"HX-Request": "true"}).content.decode()

        assert "/en/office/synonyms/" in body

    def test_without_scripts_it_is_the_search_page(self, client):
        response = client.get("/en/palette/", {"q": "和丰"})

        assert response.status_code == 302
        assert response["Location"].startswith("/en/search/?q=")

    def test_the_search_address_answers_the_palette_too(self, client):
        response = client.get("/en/search/", {"q": "parks", "palette": "1"}, headers={"HX-Request": "true"})

        assert "<html" not in response.content.decode()
        assert "HX-Request" in response["Vary"]


class TestSynonyms:
    def test_the_data_desk_adds_changes_and_removes(self, client, django_capture_on_commit_callbacks):
        client.force_login(make_officer("data_desk"))
        search.index(make_park(name_zh="剪纸坊"))
        assert len(search.find("窗花")) == 0

        with django_capture_on_commit_callbacks(execute=True):
            client.post("/en/office/synonyms/", {"words": "窗花 剪纸"})
        synonym = Synonym.objects.get(words="窗花 剪纸")
        assert len(search.find("窗花")) == 1

        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"/en/office/synonyms/{synonym.pk}/", {"words": "窗花 窗棂"})
        assert len(search.find("窗花")) == 0

        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"/en/office/synonyms/{synonym.pk}/", {"remove": "1"})
        assert not Synonym.objects.filter(pk=synonym.pk).exists()
        verbs = AuditEvent.objects.filter(verb__startswith="synonym.").values_list("verb", flat=True)
        assert list(verbs.order_by("seq")) == ["synonym.added", "synonym.changed", "synonym.removed"]

    @pytest.mark.parametrize(
        "words", ["", "一", "文创 文創", "a " * 60, "词" * 60 + " 词", "😀 文创", "文创 文化创意 创意"]
    )
    def test_a_group_that_says_nothing_is_refused_beside_its_field(self, client, words):
        client.force_login(make_officer("data_desk"))

        response = client.post("/en/office/synonyms/", {"words": words})

        assert response.status_code == 200
        assert response.context["form"].errors["words"]

    @pytest.mark.parametrize("role", ["membership_desk"])
    def test_others_may_not(self, client, role):
        synonym = Synonym.objects.first()
        client.force_login(make_officer(role))

        for address in ("/en/office/synonyms/", f"/en/office/synonyms/{synonym.pk}/"):
            assert client.get(address).status_code == 403
            assert client.post(address, {"words": "甲 乙"}).status_code == 403
        assert not Synonym.objects.filter(words="甲 乙").exists()

    def test_a_visitor_signs_in_first(self, client):
        assert client.get("/en/office/synonyms/").status_code == 302
