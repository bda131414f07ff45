import csv
import re

import pytest

from alliance.accounts.models import Organisation
from alliance.core.models import Division
from parks import reference
from parks.models import AnchorInstitution, BlockEdit, Figure, Park
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("real_parks")


def entry(**fields):
    """A row of parks.csv."""
    with (reference.DATA / "parks.csv").open(encoding="utf-8-sig", newline="") as file:
        blank = dict.fromkeys(next(csv.reader(file)), "")
    return blank | fields


class TestLoad:
    def test_second_run_writes_nothing(self, django_assert_max_num_queries):
        with django_assert_max_num_queries(22):
            done = reference.load()

        assert done == reference.Loaded(created=0, updated=0, unchanged=200, kept=0)
        assert Park.history.count() == 200
        assert Figure.objects.filter(park__slug="hefeng").count() == 2

    def test_a_park_says_what_its_entry_says(self):
        park = Park.objects.get(slug="798-art-zone")

        assert park.standing == Park.Standing.CATALOGUED
        assert (park.formation, park.site_form, park.structure) == ("regeneration", "rebuilt", "sme_spontaneous")
        assert park.is_coded_by_researchers
        assert (park.province.abbr_zh, park.city, park.city_zh) == ("京", None, "北京市")
        assert park.fields == ["visual_arts", "design", "cultural_tourism"]
        assert park.industries == ["02", "03", "04", "06"]
        assert len(park.source_urls) == 3
        assert park.organisation.slug == "798-art-zone"
        assert list(park.figures.values_list("indicator", "value", "year", "is_planned")) == [
            ("site_area", 640_000, None, False)
        ]
        assert list(park.institutions.values_list("name_zh", "name_en", "kind")) == [
            ("尤伦斯当代艺术中心（UCCA）", "UCCA Center for Contemporary Art", "gallery")
        ]

    def test_city_of_a_prefecture_is_a_division(self):
        assert Park.objects.get(slug="hefeng").city_id == "330200"

    def test_bands_are_those_of_the_statistics_bureau(self):
        bands = list(Division.objects.provinces().values_list("band", flat=True))

        assert {band: bands.count(band) for band in bands} == {
            "east": 10, "central": 6, "west": 12, "northeast": 3, "hmt": 3,
        }  # fmt: skip

    def test_english_names_are_as_mainland_sources_write_them(self):
        assert Division.objects.get(code="540000").short_en == "Xizang"


class TestWhatPeopleDidStays:
    def test_a_changed_file_updates_an_untouched_park(self):
        Park.objects.filter(slug="hefeng").update(summary_zh="旧的简介")

        done = reference.load()

        assert (done.updated, done.kept) == (1, 0)
        assert Park.objects.get(slug="hefeng").summary_zh.startswith("位于宁波市鄞州区")

    def test_a_confirmed_park_is_left_alone(self):
        Park.objects.filter(slug="hefeng").update(
            standing=Park.Standing.LISTED, listed_at="2026-11-20T00:00Z", name_zh="新名字"
        )
        Figure.objects.filter(park__slug="hefeng").delete()

        done = reference.load()

        park = Park.objects.get(slug="hefeng")
        assert (park.name_zh, park.standing, done.kept) == ("新名字", Park.Standing.LISTED, 1)
        assert not park.figures.exists()

    def test_an_edited_park_is_left_alone(self):
        park = Park.objects.get(slug="hefeng")
        BlockEdit.objects.create(park=park, block="story", changes={"summary_zh": ["a", "b"]}, by=make_user())
        Park.objects.filter(pk=park.pk).update(summary_zh="园区写的")

        assert reference.load().kept == 1
        assert Park.objects.get(pk=park.pk).summary_zh == "园区写的"

    def test_a_correction_by_hand_is_left_alone(self):
        park = Park.objects.get(slug="hefeng")
        park.summary_zh = "更正"
        park.save()

        assert reference.load().kept == 1
        assert Park.objects.get(pk=park.pk).summary_zh == "更正"

    def test_a_figure_the_park_reported_stays(self):
        park = Park.objects.get(slug="zhihuishan")
        Figure.objects.create(park=park, indicator="tenants", year=2025, value=120)

        reference.load()

        assert park.figures.filter(indicator="tenants", value=120).exists()

    def test_a_renamed_organisation_stays(self):
        Organisation.objects.filter(slug="hefeng").update(name_zh="宁波和丰运营公司")

        reference.load()

        assert Organisation.objects.get(slug="hefeng").name_zh == "宁波和丰运营公司"


class TestFigures:
    def test_planned_areas_of_a_year(self):
        found = list(
            reference.figures_of(
                entry(
                    floor_area_m2="340000",
                    site_area_ha="14.67",
                    status_note_zh="建筑面积、占地为2009年规划值",
                    status_note_en="floor and site areas are the 2009 planned figures",
                    source="一份文件",
                )
            )
        )

        assert [(f["indicator"], f["value"], f["year"], f["is_planned"]) for f in found] == [
            ("floor_area", 340_000, 2009, True),
            ("site_area", 146_700, 2009, True),
        ]
        assert found[0]["source_note_zh"] == "建筑面积、占地为2009年规划值；一份文件"

    def test_only_the_area_that_the_note_names_is_planned(self):
        floor, site = reference.figures_of(
            entry(
                floor_area_m2="770000",
                site_area_ha="100",
                status_note_zh="国家动漫产业综合示范园;建筑面积为规划值",
                status_note_en="National park; floor area is the planned figure",
            )
        )

        assert (floor["is_planned"], floor["source_note_en"]) == (True, "floor area is the planned figure")
        assert (site["is_planned"], site["source_note_en"]) == (False, "")

    @pytest.mark.parametrize(
        ("source", "year"),
        [
            ("网易河北 启新工业厂区(2025-04-20)", 2025),
            ("家纺网转载报道 华丽转身(2011)", 2011),
            ("新华网报道", None),
            ("新华社(2018-03-01) ; 中国新闻网(2009-07-02)", None),
        ],
    )
    def test_year_of_the_report(self, source, year):
        (figure,) = reference.figures_of(entry(site_area_ha="7.67", source=source))

        assert (figure["value"], figure["year"]) == (76_700, year)


class TestChinese:
    @pytest.mark.parametrize(
        ("written", "set"),
        [
            (
                "位于宁波,利用棉纺厂(和丰纱厂)改造而成;以设计为主。",
                "位于宁波，利用棉纺厂（和丰纱厂）改造而成；以设计为主。",
            ),
            ("艺术中心(UCCA)", "艺术中心（UCCA）"),
            ("LOFT(杭州)", "LOFT（杭州）"),
            ("751D·PARK (A, B)", "751D·PARK (A, B)"),
            ("2009-04-14, 10:30", "2009-04-14, 10:30"),
            ("", ""),
        ],
    )
    def test_punctuation(self, written, set):
        assert reference.chinese(written) == set

    def test_no_half_width_mark_between_chinese(self):
        texts = Park.objects.values_list("name_zh", "summary_zh", "former_use_zh", "status_note_zh")

        assert [text for row in texts for text in row if re.search("[\u3400-\u9fff][,;(]", text)] == []

    def test_sources_carry_no_shelf_marks(self):
        assert not Park.objects.filter(source__contains="project seed").exists()


class TestInstitutions:
    def test_equal_lists_are_paired(self):
        found = reference.institutions_of(
            entry(
                anchor_institutions_zh="中国美术学院；良渚博物院、大剧院",
                anchor_institutions_en="CAA; Liangzhu; Grand Theatre",
            )
        )

        assert [(i["name_zh"], i["name_en"]) for i in found] == [
            ("中国美术学院", "CAA"),
            ("良渚博物院", "Liangzhu"),
            ("大剧院", "Grand Theatre"),
        ]

    def test_unequal_lists_stay_whole(self):
        (found,) = reference.institutions_of(
            entry(anchor_institutions_zh="甲大学;乙大学", anchor_institutions_en="A and B")
        )

        assert (found["name_zh"], found["name_en"]) == ("甲大学；乙大学", "A and B")

    def test_without_english(self):
        found = reference.institutions_of(entry(anchor_institutions_zh="甲大学;乙博物馆"))

        assert [(i["name_zh"], i["name_en"], i["kind"]) for i in found] == [
            ("甲大学", "", "university"),
            ("乙博物馆", "", "museum"),
        ]

    def test_a_comma_belongs_to_the_name(self):
        (found,) = reference.institutions_of(
            entry(anchor_institutions_zh="华清学院", anchor_institutions_en="Huaqing College, Xi'an University")
        )

        assert found["name_en"] == "Huaqing College, Xi'an University"

    def test_all_rows_of_the_file_pair(self):
        assert AnchorInstitution.objects.count() == 35
        assert not AnchorInstitution.objects.filter(name_en="").exists()
