"""Who did what, as those who watch over the alliance read it."""

import io
import json
import re
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from alliance.core import audit, chain_check, release, workflow
from alliance.core.jobs import running
from alliance.core.models import Job
from alliance.reports import audit_sentences
from tests.factories import make_council_member, make_duty, make_officer, make_park, make_user


@pytest.fixture
def reader(client, db):
    client.force_login(make_council_member())
    return client


@pytest.fixture
def events(db):
    """Three people did five things to two parks."""
    li, wang = make_user("李伟"), make_user("Wang Fang")
    hefeng = make_park(name_zh="和丰创意广场", name_en="Hefeng")
    nantang = make_park(name_zh="南塘老街", name_en="Nantang")
    audit.record("profile.edit", hefeng, by=li, on_behalf_of=hefeng.organisation, block="story", fields=["summary_zh"])
    audit.record("profile.edit", nantang, by=wang, on_behalf_of=nantang.organisation, block="story")
    audit.record("park.list", hefeng, by=wang, **{"from": "catalogued", "to": "listed"})
    audit.record("park.list", nantang, by=None, **{"from": "catalogued", "to": "listed"})
    audit.record("something.new", hefeng, by=li, share="50 %(x)s <b>")
    return {"hefeng": hefeng, "nantang": nantang, "li": li}


def shown(response) -> list[tuple[str, str]]:
    return [(line.event.verb, line.event.object_id) for line in response.context["lines"]]


class TestAuditLog:
    def test_the_latest_first_in_sentences(self, reader, events):
        with translation.override("en"):
            page = reader.get(reverse("reports:audit_log"))

        text = [re.sub(r"<[^>]+>", "", line.sentence) for line in page.context["lines"]]
        assert text == [
            "李伟 · something.new · Hefeng",
            "The portal listed Nantang",
            "Wang Fang listed Hefeng",
            "Wang Fang edited the profile of Nantang",
            "李伟 edited the profile of Hefeng",
        ]
        assert "<b>" not in [line.details for line in page.context["lines"]]
        assert "50 %(x)s &lt;b&gt;" in page.content.decode()

    def test_in_chinese_too(self, reader, events):
        with translation.override("zh-hans"):
            page = reader.get(reverse("reports:audit_log"))

        assert "和丰创意广场" in page.content.decode()

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ({}, 5),
            ({"person": "李"}, 2),
            ({"person": "fang"}, 2),
            ({"person": "nobody"}, 0),
            ({"verb": "park.list"}, 2),
            ({"verb": "park.list", "person": "wang"}, 1),
            ({"kind": "parks.park"}, 5),
            ({"kind": "accounts.duty"}, 0),
            ({"organisation": "南塘"}, 1),
            ({"since": "2000-01-01"}, 5),
            ({"until": "2000-01-01"}, 0),
        ],
    )
    def test_filters(self, reader, events, query, count):
        assert len(shown(reader.get(reverse("reports:audit_log"), query))) == count

    def test_by_day(self, reader, events):
        today = timezone.localdate()

        assert len(shown(reader.get(reverse("reports:audit_log"), {"since": today, "until": today}))) == 5
        assert shown(reader.get(reverse("reports:audit_log"), {"since": today + timedelta(days=1)})) == []

    def test_all_that_happened_to_one_object(self, reader, events):
        hefeng = events["hefeng"]

        page = reader.get(reverse("reports:audit_log"), {"object": f"parks.park:{hefeng.pk}"})

        assert {object_id for _verb, object_id in shown(page)} == {str(hefeng.pk)}
        assert len(shown(page)) == 3

    @pytest.mark.parametrize(
        "query",
        [
            {"verb": "unknown"},
            {"since": "yesterday"},
            {"object": "'; DROP TABLE"},
            {"before": "x"},
            {"since": "9999-99-99"},
            {"page": "9" * 40},
            {"person": "\x00"},
            {"kind": "no.model"},
        ],
    )
    def test_a_filter_that_makes_no_sense_is_no_error(self, reader, events, query):
        assert reader.get(reverse("reports:audit_log"), query).status_code == 200

    def test_pages_follow_by_number(self, reader):
        park = make_park()
        for step in range(120):
            audit.record("profile.edit", park, by=None, step=step)

        page = reader.get(reverse("reports:audit_log"), {"verb": "profile.edit"})
        steps = []
        for number in range(2, 5):
            steps += [line.event.payload["step"] for line in page.context["lines"]]
            page = reader.get(reverse("reports:audit_log"), {"verb": "profile.edit", "page": number})

        assert steps == list(range(119, -1, -1))
        assert page.status_code == 404

    def test_it_turns_round_and_counts_what_each_choice_would_show(self, reader, events):
        page = reader.get(reverse("reports:audit_log"), {"sort": "oldest"})
        assert shown(page)[0] == ("profile.edit", str(events["hefeng"].pk))

        facet = next(one for one in page.context["listing"].facets if one.name == "verb")
        assert {option.value: option.count for option in facet.options} == {"profile.edit": 2, "park.list": 2}
        narrowed = reader.get(reverse("reports:audit_log"), {"verb": ["profile.edit", "park.list"], "person": "wang"})
        assert len(shown(narrowed)) == 2

    def test_a_wrong_day_is_named_and_the_rest_holds(self, reader, events):
        page = reader.get(reverse("reports:audit_log"), {"since": "yesterday", "verb": "park.list"})

        assert len(shown(page)) == 2
        assert "yesterday" in str(page.context["listing"].problems[0].text)

    @pytest.mark.parametrize("size", [1, 10])
    def test_queries_are_those_of_one_row(self, reader, size, django_assert_num_queries):
        for _number in range(size):
            park = make_park()
            audit.record("profile.edit", park, by=make_user(), on_behalf_of=park.organisation)

        with django_assert_num_queries(7):
            reader.get(reverse("reports:audit_log"))

    def test_what_is_gone_is_named_by_kind_and_number(self, reader, db):
        person = make_user()
        audit.record("person.joined", person, by=person)
        pk = person.pk
        person.delete()

        assert f"{pk}" in reader.get(reverse("reports:audit_log")).context["lines"][0].sentence

    def test_a_park_manager_does_not_read_it(self, client, events):
        client.force_login(make_duty(make_user()).person)

        assert client.get(reverse("reports:audit_log")).status_code == 403
        assert client.get(reverse("reports:audit_export")).status_code == 403

    def test_an_officer_finds_the_way_to_the_object(self, client, events):
        client.force_login(make_officer())

        page = client.get(reverse("reports:audit_log"))

        assert all(line.url for line in page.context["lines"])


class TestFile:
    def test_says_it_in_sentences_with_a_sheet_of_definitions(self, reader, events):
        response = reader.get(reverse("core:list_file", args=["audit_log", "xlsx"]), {"verb": "park.list"})

        book = openpyxl.load_workbook(io.BytesIO(response.content))
        heads, *rows = book.worksheets[0].iter_rows(values_only=True)
        found = [dict(zip(heads, row, strict=True)) for row in rows if row[0] is not None]
        assert len(found) == 2
        assert "Wang Fang" in str(found)
        assert json.loads(next(value for value in found[0].values() if str(value).startswith("{")))["to"] == "listed"
        assert len(book.worksheets) == 3

    def test_is_written_in_the_background_with_the_right_asked_again(self, reader, events):
        page = reader.post(reverse("core:list_export", args=["audit_log"]) + "?person=wang", {"format": "csv"})
        assert page.status_code == 302

        job = Job.objects.get()
        running.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.result) == ("done", {"rows": 2})

    def test_is_not_there_for_others(self, client, events):
        client.force_login(make_duty(make_user()).person)

        assert client.get(reverse("core:list_file", args=["audit_log", "csv"])).status_code == 404

    @pytest.mark.parametrize("size", [2, 30])
    def test_asks_the_same_for_any_number_of_rows(self, reader, size, django_assert_max_num_queries):
        for _number in range(size):
            park = make_park()
            audit.record("profile.edit", park, by=make_user(), on_behalf_of=park.organisation)

        with django_assert_max_num_queries(12):
            reader.get(reverse("core:list_file", args=["audit_log", "csv"])).getvalue()


class TestExport:
    def test_the_file_is_the_chain(self, reader, events):
        response = reader.get(reverse("reports:audit_export"))

        lines = [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]
        assert chain_check.check(lines) is None
        assert lines[-1]["verb"] == "something.new"


def recorded_verbs() -> set[str]:
    """Every verb that the code writes into the chain, literally or as a move of a lifecycle."""
    found: set[str] = set()
    for folder in release.packages():
        for file in (Path(settings.BASE_DIR) / folder).rglob("*.py"):
            source = file.read_text(encoding="utf-8")
            found |= set(re.findall(r'record\(\s*"([a-z_]+\.[a-z_]+)"', source))
            found |= set(re.findall(r'verb="([a-z_]+\.[a-z_]+)"', source))
            found |= {f"enrolment.{cause}" for cause in re.findall(r'\bcause(?:: str)? ?= ?"([a-z_]+)"', source)}
    found |= {f"job.{state}" for state in (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)}
    return found | {f"{flow.code}.{move.verb}" for flow in workflow.registry.values() for move in flow.moves}


def test_every_verb_the_portal_records_is_a_sentence():
    assert sorted(recorded_verbs() - set(audit_sentences.SENTENCES)) == []


def test_kinds_without_a_name_of_their_own_get_one():
    for object_type in audit_sentences.KINDS:
        own = apps.get_model(object_type)._meta.verbose_name
        assert audit_sentences.kind_title(object_type) != own, object_type


def test_sentences_name_who_or_what():
    for verb, words in audit_sentences.SENTENCES.items():
        assert "%(what)s" in str(words), verb
