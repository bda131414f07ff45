"""The fact sheet, the comparison and the pipeline of joint projects."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from investment import comparison, factsheet, pipeline
from investment.models import Project, ProjectStep
from investment.presentation import money
from investment.services import outcomes, projects, updates
from tests.factories import make_council_member, make_park, make_user
from tests.investment.factories import make_project
from tests.parks.clusters import make_cluster

pytestmark = pytest.mark.django_db
MILLION = 1_000_000 * 100


def page(address: str, person=None) -> str:
    client = Client()
    if person is not None:
        client.force_login(person)
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


class TestFactSheet:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_it_says_all_that_one_compares_by(self, language):
        made = make_project("published", parks=3)
        project, text = made.project, page(f"/{language}/projects/{made.project.slug}/")

        with translation.override(language):
            said = [money(project.need), money(project.cost), str(project.field.name), project.get_kind_display()]
        assert [words for words in said if words not in text] == []
        assert [share for share in ("33.34 %", "33.33 %") if share not in text] == []
        for park in made.parks:
            assert str(park.name_zh if language == "zh-hans" else park.name_en) in text
            assert f"/{language}/parks/{park.slug}/" in text
        assert project.version.sha256 in text

    def test_what_is_not_public_does_not_exist(self):
        for state in ("draft", "admitted"):
            made = make_project(state)
            assert Client().get(f"/en/projects/{made.project.slug}/").status_code == 404
        gone = make_project("published")
        projects.move_project(gone.project, "withdraw", by=gone.lead, reason="Sample reason")
        assert Client().get(f"/en/projects/{gone.project.slug}/").status_code == 404

    def test_j2_it_says_the_version_in_force_while_another_is_written(self):
        from investment.services import versions

        made = make_project("published")
        draft = versions.start_version(made.project, by=made.lead)
        content = draft.content | {"title_zh": "尚未签署的题目", "risks_zh": "尚未签署的风险"}
        versions.write_version(draft, content, edition=draft.edition, by=made.lead)

        text = page(f"/zh-hans/projects/{made.project.slug}/")
        assert "尚未签署" not in text
        assert "样例风险。" in text

    def test_a_sample_says_so_and_is_not_for_search_engines(self):
        made = make_project("published")
        Project.objects.filter(pk=made.project.pk).update(is_sample=True)

        text = page(f"/en/projects/{made.project.slug}/")
        assert "This is a sample" in text
        assert '<meta name="robots" content="noindex">' in text
        assert made.project.slug not in b"".join(Client().get("/sitemap.xml")).decode()

    def test_j3_reasons_are_public_for_a_cancellation_alone(self):
        held, cancelled = make_project("published"), make_project("implementation")
        projects.move_project(held.project, "hold", by=held.lead, reason="只说给秘书处听的理由")
        projects.move_project(cancelled.project, "cancel", by=cancelled.lead, reason="建设条件变了的理由")

        assert "只说给秘书处听的理由" not in page(f"/zh-hans/projects/{held.project.slug}/")
        assert "建设条件变了的理由" in page(f"/zh-hans/projects/{cancelled.project.slug}/")

    def test_interest_is_offered_only_where_it_is_taken(self):
        agreed = make_project("financing_agreed")

        assert "takes interest" not in page(f"/en/projects/{agreed.project.slug}/")
        assert "takes interest" in page(f"/en/projects/{make_project('in_dialogue').project.slug}/")

    def test_a_part_that_is_not_there_is_no_link(self):
        assert factsheet.address_of("investment:no_such_page") == ""
        with translation.override("en"):
            assert factsheet.address_of("investment:project_list") == "/en/projects/"

    def test_following_keeps_a_search_for_projects_like_it(self):
        project = make_project("published").project
        with translation.override("en"):
            url = factsheet.follow_url(project)

        assert url.endswith(f"?field={project.field_id}&province={project.province_id}")
        assert url in page(f"/en/projects/{project.slug}/").replace("&amp;", "&")

    def test_ten_updates_cost_no_more_than_one(self):
        made = make_project("published", parks=3)

        def asked() -> int:
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                page(f"/en/projects/{made.project.slug}/")
            return len(queries)

        updates.publish_update(made.project, title_zh="样例", text_zh="样例", by=made.lead)
        few = asked()
        for _number in range(9):
            updates.publish_update(made.project, title_zh="样例", text_zh="样例", by=made.lead)
        assert asked() <= few <= 14


class TestStepLine:
    def stops(self, made) -> list[tuple[str, bool, bool]]:
        with translation.override("en"):
            line = factsheet.step_line(factsheet.rows().get(pk=made.project.pk))
            return [(str(stop.label), stop.is_reached, stop.is_current) for stop in line]

    def test_j3_a_committee_and_its_return_are_one_stage(self):
        made = make_project("ic_review")
        projects.move_project(made.project, "step_back", by=made.lead, reason="Sample reason")

        assert self.stops(made)[:4] == [
            ("Published", True, False),
            ("In dialogue", True, False),
            ("Due diligence", True, True),
            ("Financing agreed", False, False),
        ]
        project = factsheet.rows().get(pk=made.project.pk)
        assert [state for state, _at in factsheet.public_steps(project)] == [
            "published",
            "in_dialogue",
            "due_diligence",
        ]

    def test_what_is_cancelled_ends_the_line(self):
        made = make_project("financing_agreed")
        projects.move_project(made.project, "cancel", by=made.lead, reason="Sample reason")

        assert self.stops(made)[-2:] == [("Financing agreed", True, False), ("Cancelled", True, True)]

    def test_what_is_on_hold_stands_beside_where_it_was(self):
        made = make_project("published")
        projects.move_project(made.project, "hold", by=made.lead, reason="Sample reason")

        assert self.stops(made)[:3] == [
            ("Published", True, False),
            ("On hold", True, True),
            ("In dialogue", False, False),
        ]


class TestComparison:
    def test_two_to_five_in_the_order_of_the_address(self):
        made = [make_project("published").project.slug for _number in range(3)]

        selection = comparison.select([made[2], made[0], made[2], "", "nowhere"])

        assert (selection.slugs, selection.unknown, selection.left_over) == ([made[2], made[0]], ["nowhere"], [])

    def test_what_is_not_public_is_unknown(self):
        draft = make_project("draft").project.slug

        assert comparison.select([draft]) == comparison.Selection([], [draft], [])

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_side_by_side(self, language):
        one, two = make_project(need=5 * MILLION).project, make_project(need=60 * MILLION).project

        text = page(f"/{language}/projects/compare/?project={one.slug}&project={two.slug}")

        with translation.override(language):
            assert money(one.need) in text
            assert money(two.need) in text
        assert text.count('<th scope="col">') == 3
        assert 'class="differs"' in text

    def test_the_shares_are_those_that_were_signed(self):
        one, two = make_project(parks=3).project, make_project(parks=2).project

        with translation.override("en"):
            sections = comparison.compare(comparison.select([one.slug, two.slug]).rows)
        line = next(line for section in sections for line in section.lines if line.label == "Shares of cost")
        assert [len(cell.items) for cell in line.cells] == [3, 2]
        assert [item.rpartition(": ")[2] for item in line.cells[0].items] == ["33.34 %", "33.33 %", "33.33 %"]

    def test_one_alone_is_told_what_to_do(self):
        one = make_project().project

        assert "Choose one more project" in page(f"/en/projects/compare/?project={one.slug}")

    def test_the_file_says_the_same(self):
        one, two = make_project().project, make_project().project

        response = Client().get(f"/en/projects/compare.csv?project={one.slug}&project={two.slug}")
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))

        assert rows[0] == ["", one.title_en, two.title_en]
        assert rows[1][1:] == [one.title_zh, two.title_zh]
        assert any(row[0] == "Shares of risk" for row in rows)

    def test_five_cost_no_more_queries_than_two(self):
        made = [make_project().project.slug for _number in range(5)]

        def asked(slugs: list[str]) -> int:
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                page("/en/projects/compare/?" + "&".join(f"project={slug}" for slug in slugs))
            return len(queries)

        assert asked(made) <= asked(made[:2]) <= 12


class TestPipeline:
    def test_it_adds_up_and_every_number_opens_its_rows(self):
        for state in ("published", "published", "ic_review", "due_diligence"):
            make_project(state, need=5 * MILLION)
        make_project("admitted")

        with translation.override("en"):
            found = pipeline.read()
            stages = {str(row.label): (row.number, row.need, row.url) for row in found.stages if row.number}

        assert (found.number, found.need) == (4, "CNY 20 million")
        assert stages == {
            "Published": (2, "CNY 10 million", "/en/projects/?stage=published"),
            "Due diligence": (2, "CNY 10 million", "/en/projects/?stage=due_diligence"),
        }
        rows = page("/en/projects/?stage=due_diligence")
        assert re.search(r'<b class="num">2</b> projects', rows)
        assert sum(row.number for row in found.provinces) == sum(row.number for row in found.fields) == 4

    def test_a_project_counts_once_in_each_cluster_of_its_parks(self):
        both = make_project("published", need=5 * MILLION).project
        other = make_project("published", need=3 * MILLION).project
        make_project("published", need=MILLION)
        first, second = (party.park for party in both.parties.order_by("pk")[:2])
        beside = [make_park(city_zh=city) for city in ("兰州", "西宁")]
        make_cluster([first, second, *beside], name_zh="样例影视集群", name_en="Sample film cluster")
        theirs = other.parties.first().park
        cluster = make_cluster([second, theirs, *beside], name_zh="样例设计集群", name_en="Sample design")

        with translation.override("en"):
            rows = {str(row.label): (row.number, row.need) for row in pipeline.read().clusters}

        assert rows == {"Sample design": (2, "CNY 8 million"), "Sample film cluster": (1, "CNY 5 million")}
        listed = page(f"/en/projects/?cluster={cluster.slug}")
        assert re.search(r'<b class="num">2</b> projects', listed)
        assert "Sample design" in listed

    def test_j3_the_public_page_knows_no_committee(self):
        make_project("ic_review")

        assert "investment committee" not in page("/en/projects/pipeline/")
        council = page("/en/desk/pipeline/", make_council_member())
        assert "Before the investment committee" in council

    def test_only_council_and_desks_read_how_long(self):
        client = Client()
        client.force_login(make_user())

        assert client.get("/en/desk/pipeline/").status_code == 403

    def test_time_in_each_state(self):
        now = timezone.now()
        for days in (10, 20, 60):
            project = Project.objects.create(slug=f"sample-{days}", title_zh="样例")
            for state, ago in (("published", days), ("in_dialogue", days / 2)):
                ProjectStep.objects.create(project=project, to_state=state, at=now - timedelta(days=ago))

        stays = {stay.state: stay for stay in pipeline.stays()}

        assert (stays["published"].here, stays["published"].left, stays["published"].left_median) == (0, 3, 10.0)
        there = stays["in_dialogue"]
        assert (there.here, there.here_median, there.here_longest, there.left) == (3, 10.0, 30.0, 0)
        assert stays["completed"].here_median is None

    def test_results_are_counted_by_kind(self):
        made = make_project("financing_agreed")
        words = {"happened_zh": "样例", "learnt_zh": "样例", "happened_on": timezone.localdate()}
        outcomes.record_outcome(made.project, "financed", amount=100, by=made.lead, **words)
        outcomes.record_outcome(made.project, "failed", by=made.lead, **words)

        text = page("/en/projects/results/")
        assert re.search(r'Financed <span class="num muted">1</span>', text)
        assert re.search(r'Failed <span class="num muted">1</span>', text)
