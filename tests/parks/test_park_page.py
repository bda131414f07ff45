import json
import re

import pytest
from django.utils import timezone, translation

from alliance.core.models import Division, Rendition, StoredFile
from parks import presentation
from parks.models import AnchorInstitution, FieldOfWork, Figure, Park, Picture
from tests.factories import make_park, make_province, make_user

pytestmark = pytest.mark.django_db


def show(client, park, language="en"):
    response = client.get(f"/{language}/parks/{park.slug}/")
    assert response.status_code == 200
    return response.content.decode()


def data_block(html):
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    return json.loads(block)


def make_picture(park, **fields):
    file = StoredFile.objects.create(
        original_name="a.jpg", media_type="image/jpeg", size=1, sha256="0" * 64, state=fields.pop("state", "ready")
    )
    for width in (480, 960):
        Rendition.objects.create(file=file, width=width, height=width // 2, content=f"ab/{file.token.hex}-{width}.webp")
    fields = {
        "alt_zh": "纱厂大门",
        "alt_en": "The gate",
        "credit": "Li",
        "uploaded_by": make_user(),
        "is_published": True,
    } | fields
    return Picture.objects.create(park=park, file=file, **fields)


class TestWhoSees:
    @pytest.mark.parametrize("standing", ["draft", "suspended"])
    def test_what_is_not_public_is_not_there(self, client, standing):
        park = make_park(standing=standing, suspended_at=timezone.now() if standing == "suspended" else None)

        missing = client.get("/en/parks/no-such-park/")
        hidden = client.get(f"/en/parks/{park.slug}/")

        assert (hidden.status_code, missing.status_code) == (404, 404)
        assert park.name_en not in hidden.content.decode()

    def test_members_contact_is_for_people_of_the_alliance(self, client):
        manager = make_user()
        park = make_park(contact_phone="0574-1234", contact_email="a@example.org", contact_visibility="members")
        make_park(managers=[manager])

        anonymous = show(client, park)
        client.force_login(make_user())
        stranger = show(client, park)
        client.force_login(manager)
        member = show(client, park)

        assert ["0574-1234" in html for html in (anonymous, stranger, member)] == [False, False, True]
        assert "The park shows these to people of the alliance only." in anonymous
        assert "telephone" not in data_block(member)["@graph"][0]

    def test_people_of_the_park_are_led_to_its_desk(self, client):
        manager = make_user()
        park = make_park(managers=[manager])

        before = show(client, park)
        client.force_login(manager)

        assert f"/en/join/{park.organisation.slug}/" in before
        assert f"/en/desk/parks/{park.slug}/" not in before
        assert f'href="/en/desk/parks/{park.slug}/"' in show(client, park)


class TestWhatItSays:
    def test_figures_carry_year_source_and_plan(self, client):
        park = make_park()
        Figure.objects.create(
            park=park, indicator="floor_area", year=2009, value=340_000, is_planned=True, source="public"
        )
        Figure.objects.create(park=park, indicator="jobs", year=2023, value=1_000)
        Figure.objects.create(park=park, indicator="jobs", year=2024, value=1_200, source="audited")

        shown = {one.code: one for one in client.get(f"/en/parks/{park.slug}/").context["figures"]}

        assert list(shown) == [
            "floor_area", "site_area", "tenants", "jobs", "revenue", "visits", "occupancy", "events",
        ]  # fmt: skip
        assert (shown["jobs"].latest.year, [row.year for row in shown["jobs"].earlier]) == (2024, [2023])
        assert shown["visits"].latest is None
        html = show(client, park)
        assert "340,000" in html
        assert "planned 2009" in html
        assert "2024 · Audited" in html

    def test_missing_is_not_zero(self, client):
        html = show(client, make_park())

        figures = html[html.index('id="figures"') : html.index('id="work"')]
        assert figures.count("Not reported") == 9
        assert not re.search(r">\s*0\s*<", figures)

    def test_measured_goes_before_planned(self):
        park = make_park()
        Figure.objects.create(park=park, indicator="floor_area", year=2030, value=9, is_planned=True)
        Figure.objects.create(park=park, indicator="floor_area", year=2020, value=5)

        floor = presentation.figures_of(park)[0]

        assert (floor.latest.value, floor.earlier[0].value) == (5, 9)

    def test_numbers_as_readers_of_the_language_count(self, client):
        park = make_park()
        Figure.objects.create(park=park, indicator="revenue", year=2024, value=1_234_000_000)

        assert "12.34 亿" in show(client, park, "zh-hans")
        assert "1.23 billion" in show(client, park)

    def test_a_missing_language_is_marked(self, client):
        park = make_park(name_en="", summary_zh="中文简介", summary_en="", story_zh="**中文**故事", story_en="")

        html = show(client, park)

        assert '<span lang="zh-Hans">中文简介</span>' in html
        assert '<div class="prose" lang="zh-Hans"><p><strong>中文</strong>故事</p>' in html
        assert "The park has told its story in Chinese so far." in html

    def test_story_cannot_run_anything(self, client):
        park = make_park(story_zh="<script>alert(1)</script>[x](javascript:alert(1))", summary_zh="</script><b>")

        html = show(client, park, "zh-hans")

        assert "<script>alert" not in html
        assert 'href="javascript' not in html
        assert data_block(html)["@graph"][0]["description"] == "</script><b>"

    def test_state_of_a_compiled_and_of_a_confirmed_entry(self, client):
        compiled = make_park(
            source="宁波日报 ; 光明日报", source_urls=["https://a.example/1", "https://b.example/2"], confidence="high"
        )
        confirmed = make_park(standing="listed", listed_at=timezone.now(), confirmed_at=timezone.now())

        assert "has not confirmed it yet" in show(client, compiled)
        assert '<a href="https://b.example/2" rel="nofollow noopener external">光明日报</a>' in show(client, compiled)
        assert "Last confirmed on" in show(client, confirmed)

    def test_sources_are_paired_only_when_they_pair(self):
        park = make_park(source="甲 ; 乙", source_urls=["https://a.example/"])

        assert [(s.text, s.url) for s in presentation.sources_of(park)] == [
            ("甲", ""), ("乙", ""), ("https://a.example/", "https://a.example/"),
        ]  # fmt: skip

    def test_a_municipality_is_not_said_twice(self):
        beijing = make_province("110000", short_zh="北京", short_en="Beijing", name_zh="北京市")
        park = make_park(
            province=beijing, city_zh="北京市", city_en="Beijing", district_zh="朝阳区", district_en="Chaoyang"
        )

        for language, expected in [("zh-hans", ["北京", "朝阳区"]), ("en", ["Beijing", "Chaoyang"])]:
            with translation.override(language):
                assert presentation.place_line(park) == expected


class TestPictures:
    def test_photographs_replace_the_drawing(self, client):
        park = make_park()
        drawn = show(client, park)
        make_picture(park)

        html = show(client, park)

        assert 'class="place wide' in drawn
        assert 'class="place wide' not in html
        assert re.search(r'srcset="/media/\S+-480\.webp 480w, /media/\S+-960\.webp 960w"', html)
        assert 'width="960" height="480" alt="The gate" lang="en"' in html
        assert "Photograph: Li" in html

    @pytest.mark.parametrize("fields", [{"is_published": False}, {"removed_at": timezone.now()}, {"state": "waiting"}])
    def test_only_published_ones_are_shown(self, client, fields):
        park = make_park()
        make_picture(park, **fields)

        assert "/media/" not in show(client, park)
        assert "/media/" not in client.get("/en/parks/").content.decode()


class TestForMachines:
    def test_structured_data(self, client):
        park = make_park(
            name_zh="和丰", name_en="Hefeng", website="https://example.org", year_opened=2009, city_zh="宁波市"
        )
        Figure.objects.create(park=park, indicator="floor_area", year=2024, value=5000)

        place, trail = data_block(show(client, park))["@graph"]

        assert place["@type"] == ["Place", "Organization"]
        assert (place["name"], place["alternateName"], place["foundingDate"]) == ("Hefeng", "和丰", "2009")
        assert place["additionalProperty"] == [
            {
                "@type": "PropertyValue", "propertyID": "floor_area", "name": "Floor area", "value": 5000,
                "unitCode": "MTK", "observationDate": "2024",
            }
        ]  # fmt: skip
        assert [item["name"] for item in trail["itemListElement"]] == ["Home", "Parks", "Hefeng"]

    def test_policy_and_languages(self, client):
        park = make_park()
        response = client.get(f"/en/parks/{park.slug}/")
        html = response.content.decode()

        # A data block is no script: the policy lets it be, and the page stays the same for all visitors.
        nonce = re.search("'nonce-([^']+)'", response["Content-Security-Policy"])[1]
        assert nonce not in html
        assert re.findall(r"<script(?![^>]*(?: src=|ld\+json))", html) == []
        assert f'hreflang="zh-Hans" href="http://localhost:8000/zh-hans/parks/{park.slug}/"' in html
        assert html.count("<h1") == 1
        assert " style=" not in html


class TestAround:
    def test_neighbours_and_alike(self, client):
        zhejiang, jiangsu = make_province(), make_province("320000", short_zh="江苏", short_en="Jiangsu", abbr_zh="苏")
        names = {"name_zh": "宁波市", "name_en": "Ningbo", "short_zh": "宁波", "short_en": "Ningbo"}
        city = Division.objects.create(code="330200", level="prefecture", parent=zhejiang, **names)
        kind = {"formation": "regeneration", "fields": ["design"]}
        park = make_park(province=zhejiang, city=city, **kind)
        near = make_park(province=zhejiang, city=city)
        alike = make_park(province=jiangsu, formation="regeneration", fields=["film", "design"])
        most_alike = make_park(province=jiangsu, **kind)
        make_park(province=jiangsu, formation="cultivated", fields=["design"])
        make_park(province=zhejiang, city=city, standing="draft")
        make_park(province=jiangsu, standing="draft", **kind)

        assert presentation.neighbours(park) == {"same_city": [near], "similar": [most_alike, alike]}
        show(client, park)

    def test_the_map_counts_public_parks(self):
        province = make_province(tile_column=5, tile_row=5, iso_code="CN-ZJ")
        park = make_park(province=province)
        make_park(province=province, standing="draft")

        drawn = presentation.province_map(park)

        assert re.findall(r"<b>(\d+)", drawn) == ["1"]
        assert drawn.count('aria-current="true"') == 1

    def test_ranks_of_the_alike(self):
        zhejiang, jiangsu = make_province(), make_province("320000", short_zh="江苏", short_en="Jiangsu", abbr_zh="苏")
        regenerated = {"formation": "regeneration", "province": jiangsu}
        park = make_park(province=zhejiang, formation="regeneration", fields=["design", "film"], site_form="rebuilt")
        fourth = make_park(fields=["film"], site_form="newbuilt", **regenerated)
        third = make_park(fields=["film", "design"], site_form="rebuilt", **regenerated)
        second = make_park(fields=["design"], **regenerated)
        first = make_park(fields=["design", "games"], site_form="rebuilt", **regenerated)
        make_park(fields=["games"], site_form="rebuilt", **regenerated)
        others = [make_park(fields=["design"], site_form="rebuilt", **regenerated) for _ in range(3)]

        assert presentation.neighbours(park)["similar"] == [first, *others, second, third]
        others[0].delete()
        assert presentation.neighbours(park)["similar"] == [first, *others[1:], second, third, fourth]


class TestQueries:
    @pytest.mark.parametrize("count", [1, 10])
    def test_they_do_not_grow(self, client, django_assert_num_queries, count):
        park = make_park(fields=["design"], industries=["03"], formation="regeneration", city_zh="宁波市")
        FieldOfWork.objects.create(code="design", name_zh="设计", name_en="Design")
        for number in range(count):
            make_park(fields=["design"], formation="regeneration", city_zh="宁波市")
            Figure.objects.create(park=park, indicator="jobs", year=2000 + number, value=number)
            AnchorInstitution.objects.create(park=park, name_zh=f"大学{number}", position=number)
            make_picture(park)

        with django_assert_num_queries(10):
            client.get(f"/en/parks/{park.slug}/")


class TestDrafts:
    def test_a_copy_with_other_values_is_shown_as_it_is(self):
        park = presentation.with_relations(Park.objects.all()).get(pk=make_park(name_zh="旧名").pk)
        park.name_zh = "新名"
        park._prefetched_objects_cache["figures"] = [Figure(park=park, indicator="jobs", year=2025, value=7)]

        with translation.override("zh-hans"):
            context = presentation.present(park)

            assert context["park"].name == "新名"

        assert next(one for one in context["figures"] if one.code == "jobs").latest.value == 7
        assert Park.objects.get(pk=park.pk).name_zh == "旧名"
