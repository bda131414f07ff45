"""Lists as files: at once where they are short, by a job where they are long, with the rights of who asked."""

import csv
import io

import openpyxl
import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from alliance.core import limits
from alliance.core.jobs import running
from alliance.core.lists import export
from alliance.core.models import Job
from parks.models import FieldOfWork, Figure
from tests.factories import make_officer, make_park, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def long_lists(monkeypatch):
    """Two rows are a long list."""
    for module in ("alliance.core.lists.export", "alliance.core.views.lists"):
        monkeypatch.setattr(f"{module}.AT_ONCE", 1)


def url(name, *args, language="en", query=""):
    with translation.override(language):
        return reverse(name, args=args) + query


def sheets_of(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def finished(job):
    running.run(job.pk)
    job.refresh_from_db()
    return job


class TestAtOnce:
    def test_a_workbook_with_both_languages_and_real_numbers(self, client):
        FieldOfWork.objects.create(code="design", name_zh="设计", name_en="Design")
        park = make_park(
            name_zh="=1+1",
            name_en="Harmony",
            fields=["design"],
            former_use_zh="纱厂",
            formation="cultivated",
            summary_en="Small.",
        )
        Figure.objects.create(park=park, indicator="floor_area", year=2024, value=2000)

        response = client.get(url("core:list_file", "parks", "xlsx", query="?field=design"))

        rows, definitions, about = sheets_of(response.content).worksheets
        heads, cells = [cell.value for cell in rows[1]], rows[2]
        found = dict(zip(heads, cells, strict=True))
        assert (found["Chinese name"].value, found["Chinese name"].data_type) == ("=1+1", "s")
        assert (found["Floor area (m²)"].value, found["Floor area: year"].value) == (2000, 2024)
        assert (found["Former use"].value, found["Former use (Chinese)"].value) == ("纱厂", "纱厂")
        assert (found["Summary"].value, found["Summary (Chinese)"].value) == ("Small.", None)
        assert (found["Fields of work"].value, found["Fields of work (Chinese)"].value) == ("Design", "设计")
        assert (found["Formation"].value, found["Formation (Chinese)"].value) == ("Policy-cultivated", "政府主动培育型")
        assert [row[0].value for row in definitions.iter_rows(min_row=2)] == heads
        assert all(row[1].value for row in definitions.iter_rows(min_row=2)), "every column is explained"
        units = {row[0].value: row[2].value for row in definitions.iter_rows(min_row=2) if row[2].value}
        assert (units["Floor area (m²)"], units["Resident organisations"]) == ("m²", "organisations")
        said = {row[0].value: row[1].value for row in about.iter_rows(min_row=2)}
        assert said["Conditions"] == "Field of work = Design"
        assert said["Rows"] == 1
        assert said["The same list in the portal"].endswith("/en/parks/?field=design")
        assert said["Who may see this"].startswith("everybody")

    def test_csv_and_workbook_hold_the_same(self, client):
        for number in range(3):
            make_park(name_zh=f"园区{number}", year_opened=2000 + number)

        rows = list(
            csv.reader(
                io.StringIO(
                    b"".join(client.get(url("core:list_file", "parks", "csv")).streaming_content).decode("utf-8-sig")
                )
            )
        )
        sheet = sheets_of(client.get(url("core:list_file", "parks", "xlsx")).content).worksheets[0]

        assert [["" if cell.value is None else str(cell.value)[:10] for cell in row] for row in sheet.iter_rows()] == [
            [text[:10] for text in row] for row in rows
        ]

    def test_a_long_list_leads_to_the_page_that_has_it_written(self, client, long_lists):
        make_park(), make_park()

        response = client.get(url("core:list_file", "parks", "csv", query="?sort=name&page=2"))

        assert response.status_code == 302
        assert response["Location"] == url("core:list_export", "parks", query="?sort=name")
        page = client.get(response["Location"]).content.decode()
        assert "Sign in" in page
        assert "Job" not in page
        assert client.post(response["Location"], {"format": "csv"}).status_code == 302
        assert not Job.objects.exists()

    def test_lists_of_the_office_do_not_exist_for_others(self, client):
        make_park(standing="draft", name_zh="草稿")
        address = url("core:list_file", "office_parks", "csv")

        assert "/account/login/" in client.get(address)["Location"]
        client.force_login(make_user())
        assert client.get(address).status_code == 404
        assert client.get(url("core:list_export", "office_parks")).status_code == 404
        client.force_login(make_officer())
        assert "草稿" in b"".join(client.get(address).streaming_content).decode()

    @pytest.mark.parametrize("path", ["lists/nothing/export/", "lists/nothing/export.csv", "lists/parks/export.exe"])
    def test_what_is_not_there(self, client, path):
        assert client.get(f"/en/{path}").status_code == 404

    def test_so_often_and_no_more(self, client, settings, monkeypatch):
        settings.RATE_LIMITS = True
        limits._here.clear()
        cache.clear()
        monkeypatch.setattr("alliance.core.views.lists.EXPORTS", limits.Limit("export", each=2, seconds=600))

        answers = [client.get(url("core:list_file", "parks", "csv")) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert int(answers[2]["Retry-After"]) > 0


class TestInBackground:
    def test_the_file_holds_what_was_asked_for(self, client, long_lists):
        for number in range(3):
            make_park(name_en=f"Park {number}", formation="cultivated" if number else "")
        client.force_login(make_user())

        response = client.post(
            url("core:list_export", "parks", query="?formation=cultivated&sort=name&page=7"), {"format": "xlsx"}
        )

        job = finished(Job.objects.get())
        assert response["Location"].endswith(f"/jobs/{job.pk}/")
        assert (job.state, job.result, job.done, job.total) == ("done", {"rows": 2}, 2, 2)
        sheet = sheets_of(job.content.read()).worksheets[0]
        assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["Park 1", "Park 2"]
        page = client.get(response["Location"]).content.decode()
        assert "Directory of parks: Formation = Policy-cultivated, as XLSX" in page

    def test_a_double_click_makes_one_file(self, client, long_lists):
        make_park(), make_park()
        client.force_login(make_user())

        first, second = (client.post(url("core:list_export", "parks"), {"format": "csv"}) for _ in range(2))

        assert first["Location"] == second["Location"]
        assert Job.objects.count() == 1

    def test_rows_are_those_one_may_see_when_it_runs(self, client, long_lists):
        park = make_park(name_zh="后来暂停"), make_park(name_zh="留下")
        client.force_login(make_user())
        client.post(url("core:list_export", "parks"), {"format": "csv"})
        park[0].standing = "draft"
        park[0].save()

        text = finished(Job.objects.get()).content.read().decode()

        assert ("留下" in text, "后来暂停" in text) == (True, False)

    def test_a_right_lost_before_it_runs_gives_no_file(self, client, long_lists):
        make_park(), make_park()
        officer = make_officer()
        client.force_login(officer)
        client.post(url("core:list_export", "office_parks"), {"format": "csv"})
        officer.duties.all().delete()

        job = finished(Job.objects.get())

        assert (job.state, job.error, bool(job.content)) == ("failed", "not_allowed", False)

    def test_a_right_lost_afterwards_closes_the_file(self, client, long_lists):
        make_park(), make_park()
        officer = make_officer()
        client.force_login(officer)
        client.post(url("core:list_export", "office_parks"), {"format": "csv"})
        job = finished(Job.objects.get())
        assert client.get(url("core:job_file", job.pk)).status_code == 200

        officer.duties.all().delete()

        assert client.get(url("core:job_file", job.pk)).status_code == 404

    @pytest.mark.parametrize("count", [1, 30])
    def test_queries_do_not_grow_within_a_chunk(self, django_assert_num_queries, count):
        from django.http import QueryDict

        from parks.directory import PARKS

        for _ in range(count):
            make_park()
        listing = PARKS.read(QueryDict(""))

        # One for the rows, two for what belongs to them.
        with django_assert_num_queries(3):
            assert len(list(export.Table(listing).rows())) == count


class TestPage:
    def test_says_what_will_stand_in_it(self, client):
        make_park(formation="cultivated")

        page = client.get(url("core:list_export", "parks", query="?formation=cultivated")).content.decode()

        assert "Formation = Policy-cultivated" in page
        assert "/en/lists/parks/export.xlsx?formation=cultivated" in page
        assert "Floor area of all buildings." in page

    def test_the_directory_offers_both(self, client):
        make_park()

        page = client.get("/en/parks/?sort=name&view=table").content.decode()

        assert "/en/lists/parks/export.xlsx?sort=name" in page
        assert "/en/lists/parks/export.csv?sort=name" in page
