"""The way of a table through its pages, as somebody at a desk goes it."""

import io
import re

import openpyxl
import pytest
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from alliance.accounts.models import Organisation
from alliance.core.imports import requests
from alliance.core.jobs import running
from alliance.core.models import ImportBatch, StoredFile
from tests.core.importing import send, take_over
from tests.core.workbooks import csv_file, xlsx
from tests.factories import make_officer, make_organisation, make_province

pytestmark = pytest.mark.django_db

HEAD = ["名称", "英文名", "省份"]


@pytest.fixture(autouse=True)
def files_in_memory(monkeypatch):
    monkeypatch.setattr(StoredFile._meta.get_field("content"), "storage", InMemoryStorage())


@pytest.fixture
def officer(client):
    make_province()
    person = make_officer("membership_desk")
    client.force_login(person)
    return person


def url(name: str, *args) -> str:
    with translation.override("en"):
        return reverse(f"core:{name}", args=args)


def upload(client, file: io.BytesIO, name: str = "机构.xlsx", kind: str = "organisations", **more):
    sent = SimpleUploadedFile(name, file.getvalue())
    return client.post(url("import_new", kind), {"file": sent, **more}, follow=True)


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


class TestWay:
    def test_from_the_file_to_the_register_and_back(self, client, officer):
        known = make_organisation(name_zh="甲公司", name_en="A")
        file = xlsx([HEAD, ["甲公司", "A Company", ""], ["新公司", "", "浙江"], ["坏行", "", "火星"]])

        page = upload(client, file)
        batch = ImportBatch.objects.get()
        # A small file is checked at once.
        assert page.redirect_chain[-1][0] == url("import_batch", batch.token)
        assert "Nothing has been changed yet." in text(page)
        assert "Go on with 2 rows" in text(page)

        page = client.get(url("import_confirm", batch.token))
        assert 'name="expected" value="2"' in page.content.decode()
        page = client.post(url("import_confirm", batch.token), {"expected": "2"}, follow=True)
        assert "Being taken over" in text(page)
        assert 'hx-trigger="every 1s"' in page.content.decode()

        batch.refresh_from_db()
        running.run(batch.job.pk)
        page = client.get(url("import_batch", batch.token))
        assert "1 row to correct" in text(page)
        known.refresh_from_db()
        assert known.name_en == "A Company"

        client.post(url("import_undo", batch.token))
        batch.refresh_from_db()
        running.run(batch.job.pk)
        assert "Taken back by" in text(client.get(url("import_batch", batch.token)))
        known.refresh_from_db()
        assert (known.name_en, Organisation.objects.filter(name_zh="新公司").exists()) == ("A", False)

    @pytest.mark.parametrize(("language", "said"), [("en", "an old Excel workbook"), ("zh-hans", "旧版Excel")])
    def test_a_file_of_another_kind_is_refused_beside_its_field(self, client, officer, language, said):
        file = SimpleUploadedFile("parks.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
        with translation.override(language):
            address = reverse("core:import_new", args=["organisations"])

        page = client.post(address, {"file": file})

        assert page.status_code == 422
        assert said in text(page)
        assert not ImportBatch.objects.exists()

    def test_fifty_megabytes_are_refused_by_name_without_being_kept(self, client, officer):
        page = upload(client, csv_file("名称\n" + ("x" * 1023 + "\n") * 51_200), "big.csv")

        assert page.status_code == 422
        assert "The file is larger than 20 MB." in text(page)
        assert not StoredFile.objects.exists()

    def test_a_file_of_flawed_rows_alone_offers_no_decisions_to_keep(self, client, officer):
        page = upload(client, xlsx([["名称", "税号"], ["甲", "123"]]))
        assert "Keep the decisions of this page" not in text(page)

        page = upload(client, xlsx([["名称"], ["甲"]]))
        assert "Keep the decisions of this page" in text(page)

    def test_unknown_headers_are_assigned_on_a_page(self, client, officer):
        page = upload(client, xlsx([["名称", "Bemerkung", "税号2"], ["甲", "x", ""]]))
        assert "These headers are not known" in text(page)
        batch = ImportBatch.objects.get()

        page = client.post(url("import_columns", batch.token), {"column-0": "name_zh", "column-2": "name_zh"})
        assert page.status_code == 422
        page = client.post(url("import_columns", batch.token), {"column-0": "name_zh", "column-2": ""}, follow=True)

        assert "Columns of the file that are not read: Bemerkung · 税号2" in text(page)

    def test_what_was_typed_stays_text(self, client, officer):
        page = upload(client, xlsx([HEAD, ["<script>alert(1)</script>", "{{ settings.SECRET_KEY }}", "火星"]]))

        body = page.content.decode()
        assert "<script>alert" not in body
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body


class TestRows:
    def test_are_filtered_paged_and_asked_for_in_the_same_number_of_questions(
        self, client, officer, django_assert_max_num_queries
    ):
        batch = send(
            "organisations", [HEAD, *([f"公司{n}", "", "浙江" if n % 3 else "火星"] for n in range(90))], officer
        )
        address = url("import_batch", batch.token)

        client.get(address)
        with django_assert_max_num_queries(24):
            page = client.get(address, {"show": "new"})
        assert len(page.context["rows"]) == 25
        assert [(tab.code, tab.count, tab.is_current) for tab in page.context["filters"]] == [
            ("", 90, False),
            ("new", 60, True),
            ("error", 30, False),
        ]
        with django_assert_max_num_queries(24):
            page = client.get(address, {"show": "error", "page": "2"})
        assert [line.row.verdict for line in page.context["rows"]] == ["error"] * 5
        assert client.get(address, {"show": "<b>", "page": "999999999999999999999"}).status_code == 200

    def test_are_decided_one_by_one_and_all_at_once(self, client, officer):
        batch = send("organisations", [HEAD, ["甲", "", ""], ["乙", "", ""], ["丙", "", "火星"]], officer)
        address = url("import_choose", batch.token)

        client.post(address, {"row-2": "skip", "row-4": "take", "row-99": "take", "row-x": "skip"})
        assert list(batch.rows.values_list("number", "choice")) == [(2, "skip"), (3, "take"), (4, "")]

        client.post(address, {"show": "new", "all": "skip"})
        assert batch.rows.chosen().count() == 0
        client.post(address, {"show": "error", "all": "take"})
        assert batch.rows.chosen().count() == 0

    def test_conflicts_offer_what_can_be_done(self, client, officer):
        make_organisation(name_zh="同名"), make_organisation(name_zh="同名")
        batch = send("organisations", [HEAD, ["同名", "Same", ""]], officer)
        page = client.get(url("import_batch", batch.token), {"show": "conflict"})

        assert page.content.decode().count("Change “同名”") == 2
        assert "1 row waits for your decision" in text(page)
        client.post(url("import_choose", batch.token), {"show": "conflict", "all": "take"})
        assert batch.rows.get().choice.startswith("update:")

    def test_the_reader_gets_their_own_language(self, client, officer):
        batch = send("organisations", [HEAD, ["甲", "", "火星"]], officer)
        with translation.override("zh-hans"):
            address = reverse("core:import_batch", args=[batch.token])

        assert "不在本列可选值之内" in text(client.get(address))
        assert "is not a value of this column" in text(client.get(url("import_batch", batch.token)))


class TestFiles:
    def test_rows_to_correct_are_a_download_that_nobody_keeps(self, client, officer):
        batch = send("organisations", [HEAD, ["甲", "", "火星"]], officer)

        response = client.get(url("import_refused", batch.token))

        assert response["Content-Disposition"].startswith('attachment; filename="organisations-')
        assert "no-store" in response["Cache-Control"]
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
        assert [cell.value for cell in sheet[1]] == ["原行号 / Row", "原因 / Reason", *HEAD]

    def test_there_is_none_where_all_is_well(self, client, officer):
        batch = take_over(send("organisations", [HEAD, ["甲", "", ""]], officer), officer)

        assert client.get(url("import_refused", batch.token)).status_code == 404

    def test_other_desks_of_the_kind_see_a_file_and_nobody_else(self, client, officer):
        batch = send("organisations", [HEAD, ["甲", "", ""]], officer)
        address = url("import_batch", batch.token)

        client.force_login(make_officer("data_desk"))
        assert client.get(address).status_code == 200
        officer.duties.update(ends_on="2020-06-01")
        client.force_login(officer)
        assert client.get(address).status_code == 404

    def test_a_refusal_kept_with_its_file_is_said_on_its_page(self, client, officer):
        page = upload(client, xlsx([HEAD]))

        assert "The table has no rows." in text(page)
        assert ImportBatch.objects.get().state == "refused"

    def test_a_discarded_file_leads_to_another(self, client, officer):
        batch = send("organisations", [HEAD, ["甲", "", ""]], officer)

        page = client.post(url("import_discard", batch.token), follow=True)
        assert "No file yet" in text(page)
        assert "This file was discarded" in text(client.get(url("import_batch", batch.token)))
        assert requests.forget() == 0
