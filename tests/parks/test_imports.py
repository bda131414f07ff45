"""Parks from a table: what a row may change, what only a person decides, and the way back."""

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliance.accounts.models import Organisation
from alliance.core import audit, imports
from alliance.core.imports import requests
from alliance.core.models import AuditEvent, Division, ImportBatch, StoredFile
from alliance.notifications.models import Notice
from parks import services
from parks.blocks import BLOCKS
from parks.importing.columns import INDICATORS
from parks.models import BlockEdit, FieldOfWork, Figure, Park
from tests.core.importing import english, outcomes, row, send, take_back, take_over, verdicts, work
from tests.factories import make_duty, make_officer, make_organisation, make_park, make_province, make_user

pytestmark = pytest.mark.django_db

CODE = "91330200144052096U"


@pytest.fixture(autouse=True)
def files_in_memory(monkeypatch):
    monkeypatch.setattr(StoredFile._meta.get_field("content"), "storage", InMemoryStorage())


@pytest.fixture
def officer():
    province = make_province()
    make_province("360000", name_zh="江西省", name_en="Jiangxi Province", short_zh="江西", short_en="Jiangxi")
    Division.objects.create(
        code="330200", level="prefecture", parent=province, name_zh="宁波市", name_en="Ningbo", short_zh="宁波",
        short_en="Ningbo", band="east",
    )  # fmt: skip
    for position, (code, zh, en) in enumerate([("design", "设计", "Design"), ("animation", "动漫", "Animation")]):
        FieldOfWork.objects.create(code=code, name_zh=zh, name_en=en, position=position)
    return make_officer("membership_desk")


class TestNew:
    def test_a_row_becomes_an_entry_with_all_it_says(self, officer):
        batch = send(
            "parks",
            [
                [
                    "园区名称",
                    "Province",
                    "城市",
                    "开园年份",
                    "主要业态",
                    "建筑面积",
                    "数据年份",
                    "数据来源类别",
                    "网址",
                ],
                ["样例创意园", "浙江", "宁波", "２０１１年", "动漫；Design", "34万", 2025, "统计年鉴", "example.org"],
            ],
            officer,
        )
        assert verdicts(batch) == [(2, "new")]

        take_over(batch, officer)

        park = Park.objects.get()
        assert (park.standing, park.province_id, park.city_id, park.city_zh) == ("draft", "330000", "330200", "宁波市")
        assert (park.year_opened, park.fields, park.website) == (
            2011,
            ["animation", "design"],
            "https://example.org",
        )
        figure = Figure.objects.get()
        assert (figure.indicator, figure.value, figure.year, figure.source) == ("floor_area", 340_000, 2025, "yearbook")
        assert park.completeness_zh > 0
        assert park.history.exists()
        assert audit.verify() is None

    def test_is_shown_to_visitors_only_where_that_was_asked_and_its_source_named(self, officer):
        rows = [["名称", "省份", "简介", "来源"], ["甲园", "浙江", "简介。", "样例年鉴"], ["乙园", "浙江", "", ""]]
        batch = send("parks", rows, officer, publish=True)
        assert verdicts(batch) == [(2, "new"), (3, "error")]
        assert [column for column, _text in english(row(batch, 3).notes)] == ["source", "summary_zh"]

        take_over(batch, officer)

        park = Park.objects.get()
        assert (park.standing, park.source, park.compiled_on) == ("catalogued", "样例年鉴", timezone.localdate())

    def test_takes_the_organisation_that_a_table_brought_before(self, officer):
        body = make_organisation(name_zh="运营公司", credit_code=CODE)
        take_over(send("parks", [["名称", "省份", "信用代码"], ["甲园", "浙江", CODE]], officer), officer)

        assert Park.objects.get().organisation == body

    def test_a_credit_code_of_the_secretariat_is_wrong(self, officer):
        Organisation.objects.filter(kind="secretariat").update(credit_code=CODE)
        batch = send("parks", [["名称", "省份", "信用代码"], ["甲园", "浙江", CODE]], officer)

        assert [note["column"] for note in row(batch, 2).notes] == ["credit_code"]

    def test_is_for_the_desk_that_lists_parks(self, officer):
        data_desk = make_officer("data_desk")
        batch = send("parks", [["名称", "省份"], ["甲园", "浙江"]], data_desk, publish=True)

        assert english(row(batch, 2).notes) == [("", "Adding parks is for the membership desk.")]
        assert imports.kind_of("parks").options_form(data_desk) is None

    def test_a_name_like_one_of_the_province_is_for_a_person_to_decide(self, officer):
        known = make_park(name_zh="和丰创意广场")
        batch = send("parks", [["名称", "省份"], ["和丰文创园", "浙江"], ["和丰文创园", "江西"]], officer)

        assert verdicts(batch) == [(2, "conflict"), (3, "new")]
        assert [offer["code"] for offer in row(batch, 2).offers] == ["create", f"update:{known.pk}"]

        requests.choose(batch, {2: "create"}, by=officer)
        take_over(batch, officer)
        assert Park.objects.count() == 3


class TestRules:
    @pytest.mark.parametrize(
        ("head", "cell", "column"),
        [
            ("开园年份", "2999", "year_opened"),
            ("开园年份", "很久以前", "year_opened"),
            ("网址", "javascript:alert(1)", "website"),
            ("邮箱", "not-an-address", "contact_email"),
            ("信用代码", "91330200144052096A", "credit_code"),
            ("称号", "没有这种", "national_status"),
            ("主要业态", "设计；种地", "fields"),
            ("园区英文名称", "x" * 201, "name_en"),
            ("来源", "x" * 301, "source"),
        ],
    )
    def test_are_those_of_the_forms(self, officer, head: str, cell: str, column: str):
        batch = send("parks", [["名称", "省份", head], ["甲园", "浙江", cell]], officer)

        assert verdicts(batch) == [(2, "error")]
        assert [note["column"] for note in row(batch, 2).notes] == [column]

    @pytest.mark.parametrize(
        ("year", "source", "value", "columns"),
        [
            ("", "", "34万", ["figures_year", "figures_source"]),
            ("2025", "", "34万", ["figures_source"]),
            ("", "统计年鉴", "34万", ["figures_year"]),
            ("2999", "统计年鉴", "34万", ["figures_year"]),
            ("2025", "统计年鉴", "三十四", ["floor_area"]),
            ("2025", "统计年鉴", "1E+308", ["floor_area"]),
        ],
    )
    def test_figures_need_year_source_and_a_number(self, officer, year, source, value, columns):
        batch = send(
            "parks",
            [["名称", "省份", "建筑面积", "数据年份", "数据来源类别"], ["甲园", "浙江", value, year, source]],
            officer,
        )

        assert [note["column"] for note in row(batch, 2).notes] == columns

    def test_a_year_alone_says_nothing(self, officer):
        batch = send("parks", [["名称", "省份", "数据年份"], ["甲园", "浙江", "2025"]], officer)

        assert verdicts(batch) == [(2, "new")]

    def test_every_field_of_the_forms_has_a_column(self):
        codes = {column.code for column in imports.kind_of("parks").columns()}
        fields = {name for block in BLOCKS.values() for name in block.fields}

        assert fields - codes == {"city_zh"}
        assert set(INDICATORS) <= codes


class TestChange:
    def test_a_compiled_entry_takes_what_the_row_says_and_keeps_the_rest(self, officer):
        park = make_park(name_zh="甲园", address_zh="旧路 1 号", year_opened=2001)
        Figure.objects.create(park=park, indicator="jobs", year=2024, value=500, source="yearbook")
        Figure.objects.create(park=park, indicator="floor_area", year=2025, value=1, source="public")
        batch = send(
            "parks",
            [
                ["名称", "省份", "开园年份", "地址", "建筑面积", "数据年份", "数据来源类别"],
                ["甲园", "浙江", "2002", "", "34万", "2025", "统计年鉴"],
            ],
            officer,
        )
        assert verdicts(batch) == [(2, "update")]
        assert row(batch, 2).changes == {
            "year_opened": [2001, 2002],
            "floor_area": [1, 340_000],
            "figures_source": ["public", "yearbook"],
        }

        take_over(batch, officer)

        park.refresh_from_db()
        assert (park.year_opened, park.address_zh) == (2002, "旧路 1 号")
        assert sorted(park.figures.values_list("indicator", "year", "value")) == [
            ("floor_area", 2025, 340_000),
            ("jobs", 2024, 500),
        ]
        assert BlockEdit.objects.filter(park=park, way="correction").count() == 2

    def test_the_same_again_is_as_it_is_already(self, officer):
        rows = [
            ["名称", "省份", "城市", "主要业态", "建筑面积", "数据年份", "数据来源类别", "来源"],
            ["甲园", "浙江", "宁波", "设计", "34万", "2025", "统计年鉴", "样例年鉴"],
        ]
        take_over(send("parks", rows, officer), officer)

        assert verdicts(send("parks", rows, officer)) == [(2, "same")]

    @pytest.mark.parametrize("how", ["listed", "draft", "edited"])
    def test_what_the_park_itself_said_is_never_overwritten_unasked(self, officer, how):
        manager = make_user()
        park = make_park(name_zh="甲园", year_opened=2001, managers=[manager])
        if how == "listed":
            Park.objects.update(standing="listed", listed_at=timezone.now(), confirmed_at=timezone.now())
        else:
            services.save_block(park, BLOCKS["story"], {"summary_zh": "我们自己写的。"}, by=manager)
        if how == "edited":
            park.drafts.update(data={})
        batch = send("parks", [["名称", "省份", "开园年份", "网址"], ["甲园", "浙江", "2002", "example.org"]], officer)
        assert verdicts(batch) == [(2, "conflict")]
        assert [offer["code"] for offer in row(batch, 2).offers] == [f"fill:{park.pk}", f"update:{park.pk}"]

        requests.choose(batch, {2: f"fill:{park.pk}"}, by=officer)
        take_over(batch, officer)

        park.refresh_from_db()
        assert (park.year_opened, park.website) == (2001, "https://example.org")

    def test_the_park_is_told_of_a_correction(self, officer):
        manager = make_user()
        make_park(name_zh="甲园", managers=[manager])
        take_over(send("parks", [["名称", "省份", "开园年份"], ["甲园", "浙江", "2002"]], officer), officer)

        assert Notice.objects.filter(recipient=manager, event__kind="parks.corrected").count() == 1

    def test_a_suspended_park_is_left_alone(self, officer):
        make_park(name_zh="甲园", standing="suspended", suspended_at=timezone.now())
        batch = send("parks", [["名称", "省份", "开园年份"], ["甲园", "浙江", "2002"]], officer)

        assert verdicts(batch) == [(2, "error")]

    def test_a_draft_begun_after_the_check_puts_the_row_aside(self, officer):
        manager = make_user()
        park = make_park(name_zh="甲园", managers=[manager])
        batch = send("parks", [["名称", "省份", "开园年份"], ["甲园", "浙江", "2002"]], officer)
        services.save_block(park, BLOCKS["story"], {"summary_zh": "我们自己写的。"}, by=manager)

        assert outcomes(take_over(batch, officer)) == [(2, "put_aside")]

    def test_questions_for_a_chunk_do_not_grow_with_its_rows(self, officer, django_assert_num_queries):
        parks = [make_park(name_zh=f"样例园区第{number}号楼宇") for number in range(30)]
        kind = imports.kind_of("parks")
        batch = ImportBatch(kind="parks", created_by=officer)
        for count in (1, 30):
            checker = kind.checker(kind, batch, officer)
            drafts = [
                imports.Draft(number, {"name_zh": park.name_zh, "province": "330000", "year_opened": "2002"})
                for number, park in enumerate(parks[:count])
            ]
            with django_assert_num_queries(5):
                judged = checker.judge(drafts)
            assert {found.verdict for found in judged} == {"update"}


class TestTakeBack:
    def test_new_entries_go_and_changed_ones_become_as_they_were(self, officer):
        park = make_park(name_zh="甲园", year_opened=2001)
        Figure.objects.create(park=park, indicator="jobs", year=2024, value=500, source="yearbook")
        before = Park.objects.filter(pk=park.pk).values().get()
        batch = send(
            "parks",
            [
                ["名称", "省份", "开园年份", "来源", "建筑面积", "数据年份", "数据来源类别"],
                ["甲园", "浙江", "2002", "新来源", "34万", "2025", "统计年鉴"],
                ["另一处", "江西", "2003", "", "", "", ""],
            ],
            officer,
        )
        batch = take_over(batch, officer)
        assert Park.objects.count() == 2

        batch = take_back(batch, officer)

        assert outcomes(batch) == [(2, "undone"), (3, "undone")]
        after = Park.objects.values().get()
        kept = {"updated_at", "completeness_zh", "completeness_en"}
        assert {k: v for k, v in after.items() if k not in kept} == {k: v for k, v in before.items() if k not in kept}
        assert list(park.figures.values_list("indicator", "value")) == [("jobs", 500)]
        assert not Organisation.objects.filter(name_zh="另一处").exists()
        assert audit.verify() is None

    def test_what_people_have_worked_on_since_stays(self, officer):
        batch = send("parks", [["名称", "省份"], ["甲园", "浙江"], ["乙园", "江西"], ["丙园", "浙江"]], officer)
        batch = take_over(batch, officer)
        one, two = Park.objects.get(name_zh="甲园"), Park.objects.get(name_zh="乙园")
        make_duty(make_user(), one.organisation)
        services.correct_block(two, BLOCKS["identity"], {"year_opened": 2009}, by=officer, note="Found it.")

        batch = take_back(batch, officer)

        assert outcomes(batch) == [(2, "kept"), (3, "kept"), (4, "undone")]
        assert sorted(Park.objects.values_list("name_zh", flat=True)) == ["乙园", "甲园"]

    def test_a_field_changed_since_keeps_the_row_as_it_is(self, officer):
        park = make_park(name_zh="甲园", year_opened=2001)
        sent = send("parks", [["名称", "省份", "开园年份", "网址"], ["甲园", "浙江", "2002", "a.example.org"]], officer)
        batch = take_over(sent, officer)
        services.correct_block(park, BLOCKS["identity"], {"year_opened": 2005}, by=officer, note="Found it.")

        batch = take_back(batch, officer)

        park.refresh_from_db()
        assert (park.year_opened, park.website) == (2005, "https://a.example.org")
        assert row(batch, 2).outcome_note["en"] == "It has been changed since: year opened."


class TestManyRows:
    """Rows are written together; what one of them breaks is nobody else's."""

    def test_one_that_cannot_be_done_is_put_aside_alone(self, officer):
        full = make_park(
            name_zh="甲园", year_opened=2001, standing="listed", listed_at=timezone.now(), confirmed_at=timezone.now()
        )
        names = ["乙园", "丙园", "丁园", "戊园", "己园"]
        batch = send(
            "parks",
            [
                ["名称", "省份", "开园年份", "网址"],
                ["甲园", "浙江", "2002", ""],
                *([name, "江西", "2003", ""] for name in names),
            ],
            officer,
        )
        # Nothing of it is empty there, which only the row itself finds out.
        batch.rows.filter(number=2).update(choice=f"fill:{full.pk}")

        batch = take_over(batch, officer)

        assert outcomes(batch) == [(2, "put_aside"), *((number, "created") for number in range(3, 8))]
        assert row(batch, 2).outcome_note["en"] == "There was nothing to fill in."
        assert sorted(Park.objects.filter(province="360000").values_list("name_zh", flat=True)) == sorted(names)
        assert AuditEvent.objects.filter(verb="park.created").count() == len(names)
        assert audit.verify() is None

        assert outcomes(take_back(batch, officer))[1:] == [(number, "undone") for number in range(3, 8)]
        assert list(Park.objects.all()) == [full]

    def test_a_second_row_about_one_park_comes_after_the_first(self, officer):
        park = make_park(name_zh="甲园", year_opened=2001)
        make_park(name_zh="甲园", year_opened=2001)
        rows = [
            ["名称", "省份", "开园年份", "网址"],
            ["甲园", "浙江", "2002", ""],
            ["甲园创意", "浙江", "2003", "example.org"],
        ]
        batch = send("parks", rows, officer)
        requests.choose(batch, {2: f"update:{park.pk}", 3: f"update:{park.pk}"}, by=officer)

        batch = take_over(batch, officer)
        park.refresh_from_db()
        assert (park.name_zh, park.year_opened, park.website) == ("甲园创意", 2003, "https://example.org")

        assert outcomes(take_back(batch, officer)) == [(2, "undone"), (3, "undone")]
        park.refresh_from_db()
        assert (park.name_zh, park.year_opened, park.website) == ("甲园", 2001, "")

    def test_questions_to_the_database_hardly_grow_with_the_rows(self, officer):
        counted = []
        for first, count in ((0, 2), (100, 42)):
            known = [make_park(name_zh=f"样例园区第{first + number}号楼宇") for number in range(count // 2)]
            rows = [[park.name_zh, "浙江", "2002", "34万"] for park in known]
            rows += [[f"新园区第{first + number}处", "江西", "2003", "5万"] for number in range(count // 2)]
            head = ["名称", "省份", "开园年份", "建筑面积", "数据年份", "数据来源类别"]
            batch = send("parks", [head, *([*cells, "2025", "统计年鉴"] for cells in rows)], officer)
            requests.choose_all(batch, "conflict", "take", by=officer)
            confirmed = requests.confirm(batch, by=officer)
            with CaptureQueriesContext(connection) as queries:
                work(confirmed)
            counted.append(len(queries))
            assert {outcome for _number, outcome in outcomes(batch)} == {"created", "updated"}
            assert len(outcomes(batch)) == count

        assert counted[1] - counted[0] <= 5
