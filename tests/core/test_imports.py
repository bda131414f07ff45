"""A table on its way into the portal, with organisations as its rows."""

import io

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import InMemoryStorage
from django.utils import timezone, translation

from alliance.accounts.models import Organisation
from alliance.core import audit, imports, spreadsheets
from alliance.core.errors import RuleBroken, Stale
from alliance.core.imports import refused, requests, template
from alliance.core.imports.columns import Headers
from alliance.core.jobs import cancel, running
from alliance.core.models import AuditEvent, ImportBatch, ImportRow, StoredFile
from tests.core.importing import english, outcomes, row, send, send_file, take_back, take_over, verdicts, work
from tests.core.workbooks import csv_file, pack, parts, xlsx
from tests.factories import make_officer, make_organisation, make_park, make_province, make_user

pytestmark = pytest.mark.django_db

CODE = "91330200144052096U"
OTHER_CODE = "91310000132200821H"


@pytest.fixture(autouse=True)
def files_in_memory(monkeypatch):
    """A field keeps the store it began with."""
    monkeypatch.setattr(StoredFile._meta.get_field("content"), "storage", InMemoryStorage())


@pytest.fixture
def officer():
    make_province()
    return make_officer("membership_desk")


def names() -> list[str]:
    return sorted(Organisation.objects.filter(kind="park_operator").values_list("name_zh", flat=True))


class TestHeaders:
    @pytest.mark.parametrize(
        "text",
        [
            "name_zh",
            "机构名称",
            "Chinese name",
            "ＣＨＩＮＥＳＥ ＮＡＭＥ",
            "中文名称 / Chinese name *",
            "Chinese\nname",
            "name（必填）",
        ],
    )
    def test_are_known_in_either_language_whatever_their_width_case_and_marks(self, text: str):
        columns = imports.kind_of("organisations").columns()
        with translation.override("zh-hans"):
            label = str(columns[0].label)

        headers = Headers(columns)
        assert headers.meaning(text.replace("中文名称", label)) == "name_zh"

    @pytest.mark.parametrize("text", ["", "备注", "name of the dog", "/"])
    def test_others_mean_nothing(self, text: str):
        assert Headers(imports.kind_of("organisations").columns()).meaning(text) == ""

    def test_stand_in_any_order_below_titles(self, officer):
        batch = send(
            "organisations",
            [
                ["2026 年运营机构汇总表"],
                ["填表：秘书处", "", "日期"],
                ["省份", "信用代码", "名称"],
                ["浙江", CODE, "甲"],
            ],
            officer,
        )

        assert (batch.state, batch.read_as["header_row"]) == ("checked", 3)
        assert row(batch, 4).values == {"name_zh": "甲", "credit_code": CODE, "province": "330000"}

    def test_unknown_ones_are_asked_about_and_then_left_out_or_assigned(self, officer):
        batch = send("organisations", [["名称", "备注", "Nummer"], ["甲", "x", CODE]], officer)
        assert (batch.state, batch.read_as["unknown"]) == ("columns", [1, 2])

        batch = work(requests.assign(batch, {0: "name_zh", 1: "", 2: "credit_code"}, by=officer))

        assert batch.state == "checked"
        assert row(batch, 2).values == {"name_zh": "甲", "credit_code": CODE}

    def test_a_missing_required_one_is_asked_about(self, officer):
        batch = send("organisations", [["信用代码", "省份"], [CODE, "浙江"]], officer)

        assert batch.state == "columns"
        with pytest.raises(RuleBroken, match="名称"):
            requests.assign(batch, {0: "credit_code", 1: "province"}, by=officer)

    def test_one_column_is_assigned_once(self, officer):
        batch = send("organisations", [["名称", "备注"], ["甲", "x"]], officer)

        with pytest.raises(RuleBroken):
            requests.assign(batch, {0: "name_zh", 1: "name_zh"}, by=officer)


class TestCheck:
    def test_each_row_gets_its_verdict_and_nothing_is_written(self, officer):
        make_organisation(name_zh="甲公司", province=make_province(), credit_code=OTHER_CODE)
        make_organisation(name_zh="乙公司", name_en="B")
        before = list(Organisation.objects.order_by("pk").values())
        batch = send(
            "organisations",
            [
                ["名称", "信用代码", "省份", "英文名"],
                ["新公司", CODE, "浙江省", ""],
                ["乙公司", "", "", "B Company"],
                ["乙公司二", "", "火星", ""],
                ["甲公司", "", "浙江", ""],
                ["甲公司", CODE.replace("6U", "6A"), "", ""],
            ],
            officer,
        )

        assert verdicts(batch) == [(2, "new"), (3, "update"), (4, "error"), (5, "same"), (6, "error")]
        assert batch.counts == {"new": 1, "update": 1, "same": 1, "error": 2}
        assert row(batch, 3).changes == {"name_en": ["B", "B Company"]}
        assert english(row(batch, 4).notes) == [
            ("province", "“火星” is not a value of this column. The help sheet of the template lists them.")
        ]
        assert [note["column"] for note in row(batch, 6).notes] == ["credit_code"]
        assert list(Organisation.objects.order_by("pk").values()) == before

    def test_two_that_fit_are_for_a_person_to_decide(self, officer):
        one = make_organisation(name_zh="同名公司")
        two = make_organisation(name_zh="同名公司")
        three = make_organisation(name_zh="别家", credit_code=CODE)
        batch = send(
            "organisations",
            [["名称", "信用代码", "省份"], ["同名公司", "", "浙江"], ["同名公司", CODE, ""]],
            officer,
        )

        assert verdicts(batch) == [(2, "conflict"), (3, "conflict")]
        assert [offer["code"] for offer in row(batch, 2).offers] == [f"update:{one.pk}", f"update:{two.pk}"]
        assert [offer["code"] for offer in row(batch, 3).offers] == [f"update:{three.pk}"]

    def test_a_name_with_another_credit_code_is_for_a_person_to_decide(self, officer):
        known = make_organisation(name_zh="甲公司", credit_code=OTHER_CODE)
        batch = send("organisations", [["名称", "信用代码"], ["甲公司", CODE]], officer)

        assert [offer["code"] for offer in row(batch, 2).offers] == ["create", f"update:{known.pk}"]

    def test_the_same_twice_in_a_file_is_wrong_the_second_time(self, officer):
        batch = send(
            "organisations", [["名称", "信用代码"], ["甲", CODE], ["乙", CODE], ["丙", ""], ["丙", ""]], officer
        )

        assert verdicts(batch) == [(2, "new"), (3, "error"), (4, "new"), (5, "error")]
        assert english(row(batch, 3).notes) == [("", "The same as row 2 of this file.")]

    def test_flaws_of_cells_are_errors_of_their_row_alone(self, officer):
        file = pack(
            parts(
                '<row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c>'
                '<c r="B1" t="inlineStr"><is><t>信用代码</t></is></c></row>'
                '<row r="2"><c r="A2" t="str"><f>B2</f><v>x</v></c></row>'
                '<row r="3"><c r="A3" t="inlineStr"><is><t>甲</t></is></c><c r="B3"><v>913302001440520960</v></c></row>'
                '<row r="4"><c r="A4" t="inlineStr"><is><t>乙</t></is></c></row>'
            )
        )
        batch = send_file("organisations", file, officer)

        assert verdicts(batch) == [(2, "error"), (3, "error"), (4, "new")]
        assert english(row(batch, 2).notes)[0] == (
            "name_zh",
            "This cell has a formula. Copy it and paste it as values.",
        )
        assert [note["column"] for note in row(batch, 3).notes] == ["credit_code"]

    def test_a_file_without_rows_or_beyond_reading_is_refused_with_the_reason(self, officer):
        empty = send("organisations", [["名称", "信用代码"]], officer)
        long = send_file("organisations", csv_file("名称\n" + "甲\n" * 20_001), officer, "a.csv")
        bomb = send_file("organisations", pack(parts(after=" " * 3_000_000)), officer)

        assert [(batch.state, batch.problem["code"]) for batch in (empty, long, bomb)] == [
            ("refused", "no_rows"),
            ("refused", "too_many_rows"),
            ("refused", "ratio"),
        ]
        assert not ImportRow.objects.exists()

    def test_what_is_no_table_is_refused_before_it_is_kept(self, officer):
        with pytest.raises(spreadsheets.Refused):
            send_file("organisations", io.BytesIO(b"MZ" + b"x" * 100), officer)
        assert not ImportBatch.objects.exists()

    def test_run_again_it_says_the_same(self, officer):
        batch = send("organisations", [["名称"], ["甲"]], officer)
        ImportBatch.objects.update(state="reading")
        job = batch.job
        type(job).objects.filter(pk=job.pk).update(state="queued", attempts=0, finished_at=None, next_at=timezone.now())

        running.run(job.pk)

        assert ImportBatch.objects.get().rows.count() == 1

    def test_questions_to_the_database_do_not_grow_with_the_rows(self, officer, django_assert_num_queries):
        kind = imports.kind_of("organisations")
        few = [imports.Draft(number, {"name_zh": f"公司{number}"}) for number in range(2)]
        many = [imports.Draft(number, {"name_zh": f"公司{number}"}) for number in range(500)]
        batch = send("organisations", [["名称"], ["甲"]], officer)
        for drafts in (few, many):
            checker = kind.checker(kind, batch, officer)
            with django_assert_num_queries(0):
                checker.judge(drafts)

    def test_only_a_desk_may(self, officer):
        kind = imports.kind_of("organisations")
        for person in (make_user(), make_officer("data_desk")):
            assert kind.may(person) is (person.duties.exists())
        with pytest.raises(PermissionDenied):
            send("organisations", [["名称"], ["甲"]], make_user())


class TestTakeOver:
    def test_takes_what_was_chosen_in_one_step(self, officer):
        known = make_organisation(name_zh="甲公司")
        batch = send(
            "organisations",
            [
                ["名称", "信用代码", "省份"],
                ["甲公司", CODE, "浙江"],
                ["新公司", "", "浙江"],
                ["不要", "", ""],
                ["", "1", ""],
            ],
            officer,
        )
        requests.choose(batch, {4: "skip"}, by=officer)

        batch = take_over(batch, officer)

        assert (batch.state, outcomes(batch)) == ("applied", [(2, "updated"), (3, "created")])
        known.refresh_from_db()
        assert (known.credit_code, known.province_id) == (CODE, "330000")
        assert names() == ["新公司", "甲公司"]
        assert audit.verify() is None
        verbs = list(AuditEvent.objects.order_by("seq").values_list("verb", flat=True))
        assert [verb for verb in verbs if not verb.startswith("job")] == [
            "import.uploaded",
            "import.checked",
            "import.decided",
            "import.confirmed",
            "organisation.corrected",
            "organisation.created",
            "import.applied",
        ]

    def test_a_double_click_and_a_second_run_take_over_once(self, officer):
        batch = send("organisations", [["名称"], ["甲"]], officer)
        first = requests.confirm(batch, by=officer)
        second = requests.confirm(batch, by=officer)
        assert first.job == second.job

        work(first)
        job = first.job
        type(job).objects.filter(pk=job.pk).update(state="queued", attempts=0, finished_at=None, next_at=timezone.now())
        running.run(job.pk)

        assert names() == ["甲"]

    def test_a_worker_that_dies_in_the_middle_leaves_nothing(self, officer, monkeypatch):
        batch = send("organisations", [["名称"], ["甲"], ["乙"]], officer)
        requests.confirm(batch, by=officer)
        batch.refresh_from_db()
        create = Organisation.objects.create
        calls = []

        def dies(**values):
            calls.append(values)
            if len(calls) == 2:
                raise MemoryError
            return create(**values)

        monkeypatch.setattr(Organisation.objects, "create", dies)
        running.run(batch.job.pk)
        batch.refresh_from_db()
        assert (batch.state, names()) == ("applying", [])

        monkeypatch.undo()
        type(batch.job).objects.update(next_at=timezone.now())
        running.run(batch.job.pk)
        assert names() == ["乙", "甲"]

    def test_a_row_whose_ground_has_moved_is_put_aside_and_the_others_go_on(self, officer):
        known = make_organisation(name_zh="甲公司")
        batch = send("organisations", [["名称", "信用代码"], ["甲公司", CODE], ["乙公司", ""]], officer)
        Organisation.objects.filter(pk=known.pk).update(name_en="Changed meanwhile")

        batch = take_over(batch, officer)

        assert outcomes(batch) == [(2, "put_aside"), (3, "created")]
        assert row(batch, 2).outcome_note["en"].startswith("This changed since the check.")
        known.refresh_from_db()
        assert known.credit_code == ""

    def test_a_credit_code_taken_meanwhile_is_put_aside(self, officer):
        batch = send("organisations", [["名称", "信用代码"], ["甲公司", CODE], ["乙公司", ""]], officer)
        make_organisation(name_zh="快一步", credit_code=CODE)

        batch = take_over(batch, officer)

        assert outcomes(batch) == [(2, "put_aside"), (3, "created")]

    def test_conflicts_wait_for_a_decision_and_are_else_left_out(self, officer):
        one, two = make_organisation(name_zh="同名"), make_organisation(name_zh="同名")
        batch = send("organisations", [["名称", "英文名"], ["同名", "Same"], ["别的", ""]], officer)
        assert requests.choose(batch, {2: "update:999"}, by=officer) == 0
        requests.choose(batch, {2: f"update:{two.pk}"}, by=officer)

        take_over(batch, officer)

        one.refresh_from_db(), two.refresh_from_db()
        assert (two.name_en == "Same", one.name_en == "Same") == (True, False)

    def test_stopping_it_takes_everything_back_and_asks_again(self, officer):
        batch = send("organisations", [["名称"], ["甲"]], officer)
        batch = requests.confirm(batch, by=officer)

        cancel(batch.job, by=officer)

        batch.refresh_from_db()
        assert (batch.state, names()) == ("checked", [])

    def test_what_a_colleague_decided_meanwhile_is_said_first(self, officer):
        batch = send("organisations", [["名称"], ["甲"], ["乙"]], officer)
        requests.choose(batch, {2: "skip"}, by=make_officer("data_desk"))

        with pytest.raises(Stale):
            requests.confirm(batch, by=officer, expected=2)

    def test_nothing_chosen_is_nothing_to_do(self, officer):
        batch = send("organisations", [["名称"], ["甲"]], officer)
        requests.choose_all(batch, "new", "skip", by=officer)

        with pytest.raises(RuleBroken):
            requests.confirm(batch, by=officer)


class TestTakeBack:
    def test_what_it_made_goes_and_what_it_changed_becomes_as_it_was(self, officer):
        known = make_organisation(name_zh="甲公司", name_en="")
        batch = take_over(send("organisations", [["名称", "英文名"], ["甲公司", "A"], ["乙", "B"]], officer), officer)

        batch = take_back(batch, officer)

        known.refresh_from_db()
        assert (batch.state, known.name_en, names()) == ("undone", "", ["甲公司"])
        assert outcomes(batch) == [(2, "undone"), (3, "undone")]
        assert audit.verify() is None

    def test_what_has_changed_since_or_is_in_use_stays_and_says_why(self, officer):
        known = make_organisation(name_zh="甲公司", name_en="")
        sent = send("organisations", [["名称", "英文名"], ["甲公司", "A"], ["乙", "B"], ["丙", "C"]], officer)
        batch = take_over(sent, officer)
        Organisation.objects.filter(pk=known.pk).update(name_en="Better")
        make_park(organisation=Organisation.objects.get(name_zh="乙"))

        batch = take_back(batch, officer)

        assert outcomes(batch) == [(2, "kept"), (3, "kept"), (4, "undone")]
        assert row(batch, 2).outcome_note["en"] == "It has been changed since."
        assert row(batch, 3).outcome_note["en"].startswith("It is now in use")
        assert names() == ["乙", "甲公司"]

    def test_twice_is_once(self, officer):
        batch = take_over(send("organisations", [["名称"], ["甲"]], officer), officer)
        take_back(batch, officer)

        assert requests.take_back(batch, by=officer).state == "undone"


class TestKeeping:
    def test_file_is_private_under_a_random_name_and_its_own_name_is_shown_safely(self, officer):
        batch = send("organisations", [["名称"], ["甲"]], officer, name="../../a\u202egnp.xlsx")

        assert batch.file_name == "agnp.xlsx"
        assert "agnp" not in batch.file.content.name
        assert batch.file.content.storage.exists(batch.file.content.name)

    def test_is_forgotten_when_its_time_is_over(self, officer, django_capture_on_commit_callbacks):
        never = send("organisations", [["名称"], ["甲"]], officer)
        done = take_over(send("organisations", [["名称"], ["乙"], [""], ["丙"]], officer), officer)
        stored = never.file.content
        later = timezone.now() + requests.KEEP_FILE + requests.KEEP_FILE

        with django_capture_on_commit_callbacks(execute=True):
            assert requests.forget(later) == 2
        never.refresh_from_db(), done.refresh_from_db()
        assert (never.state, never.file, never.rows.count()) == ("discarded", None, 0)
        assert (done.state, done.file, done.rows.count()) == ("applied", None, 2)
        assert not stored.storage.exists(stored.name)

        assert requests.forget(timezone.now() + requests.KEEP_ROWS * 2) == 1
        done.refresh_from_db()
        assert done.rows.count() == 0
        assert not requests.can_be_undone(done)

    def test_discarding_removes_file_and_rows(self, officer, django_capture_on_commit_callbacks):
        batch = send("organisations", [["名称"], ["甲"]], officer)
        stored = batch.file.content

        with django_capture_on_commit_callbacks(execute=True):
            requests.discard(batch, by=officer)

        batch.refresh_from_db()
        assert (batch.state, batch.rows.count(), stored.storage.exists(stored.name)) == ("discarded", 0, False)


class TestFiles:
    @pytest.mark.parametrize("kind", ["organisations", "people", "parks"])
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_template_is_read_back_with_every_column_known_and_no_row(self, kind: str, language: str, officer):
        found = imports.kind_of(kind)
        file = io.BytesIO()
        with translation.override(language):
            template.write(file, found)

        with spreadsheets.open_table(file, "template.xlsx") as table:
            rows = list(table.rows())
        assert len(rows) == 1
        known = found.headers().recognise(rows[0].cells)
        assert list(known.values()) == [column.code for column in found.columns()]
        book = openpyxl.load_workbook(file)
        assert [sheet.sheet_state for sheet in book.worksheets] == ["visible", "visible", "hidden"]
        assert book.worksheets[1].max_row > len(found.columns())

    def test_template_offers_the_choices_of_the_live_model(self, officer):
        file = io.BytesIO()
        with translation.override("zh-hans"):
            template.write(file, imports.kind_of("organisations"))

        book = openpyxl.load_workbook(file)
        rules = book.worksheets[0].data_validations.dataValidation
        assert [(rule.type, rule.formula1) for rule in rules] == [("list", "Lists!$D$1:$D$1")]
        assert book["Lists"]["D1"].value == "浙江省"

    def test_refused_rows_come_back_with_their_reasons_and_can_be_sent_again(self, officer):
        batch = send(
            "organisations",
            [["名称", "省份", "信用代码"], ["甲", "火星", ""], ["好", "浙江", ""], ["=1+1", "火星", "+86"]],
            officer,
        )
        file = io.BytesIO()
        with translation.override("en"):
            assert refused.write(file, batch, imports.kind_of("organisations")) == 2

        sheet = openpyxl.load_workbook(file).worksheets[0]
        rows = [[cell.value for cell in line] for line in sheet.iter_rows()]
        assert rows[0] == ["原行号 / Row", "原因 / Reason", "名称", "省份", "信用代码"]
        assert rows[1][0] == 2
        assert rows[1][1].startswith("Province: “火星” is not")
        assert rows[1][2:] == ["甲", "火星", ""]
        # A text that looks like a formula is a text, here and for whoever edits the cell.
        assert (sheet["C3"].value, sheet["C3"].data_type, sheet["C3"].quotePrefix) == ("=1+1", "s", True)

        sheet["D2"].value = "浙江"
        sheet.delete_rows(3)
        again = io.BytesIO()
        sheet.parent.save(again)
        batch = send_file("organisations", again, officer)
        assert (batch.state, verdicts(batch)) == ("checked", [(2, "new")])

    def test_rows_keep_their_texts_whatever_the_file_was(self, officer):
        texts = ["名称\n", '"甲,\n""乙"""\n', "丙\n"]
        gbk = send_file("organisations", csv_file("".join(texts), "gbk"), officer, "a.csv")
        excel = send_file("organisations", xlsx([["名称"], ['甲,\n"乙"'], ["丙"]]), officer)

        assert [list(batch.rows.values_list("cells", flat=True)) for batch in (gbk, excel)] == [
            [['甲,\n"乙"'], ["丙"]],
            [['甲,\n"乙"'], ["丙"]],
        ]
        assert gbk.read_as["encoding"] == "gb18030"
