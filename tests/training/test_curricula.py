"""Curricula: checks, versions, reviews, freezing, publishing (V-1 to V-7)."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.canonical import digest
from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent
from tests.factories import make_duty, make_park, make_user
from tests.training.factories import make_competency, make_programme, make_version
from training import content
from training.checks import checks
from training.difference import difference
from training.models import CurriculumVersion, VersionReview
from training.services import curricula as services

State = CurriculumVersion.State


@pytest.fixture
def writer(db):
    return make_duty(make_user("Writer"), make_park().organisation, "park_manager").person


@pytest.fixture
def programme(writer):
    return make_programme(writer.duties.get().organisation)


@pytest.fixture
def draft(programme, writer):
    version = make_version(programme, state="draft")
    version.authors.add(writer)
    return version


def reviewer_for(version, writer):
    park = make_park()
    person = make_duty(make_user(), park.organisation, "park_manager").person
    services.ask_reviewer(version, park.organisation, by=writer)
    return person, park.organisation


def reviewed(version, writer, n=2):
    for _number in range(n):
        person, organisation = reviewer_for(version, writer)
        services.review_version(version, organisation, "approve", by=person)


def whole(version):
    return CurriculumVersion.objects.with_content().get(pk=version.pk)


class TestChecks:
    def test_v4_a_complete_draft_meets_all(self, draft):
        assert [check.code for check in checks(content.content_of(whole(draft))) if not check.is_met] == []

    @pytest.mark.parametrize(
        ("code", "change"),
        [
            ("weights", lambda v: v.units.update(weight=4_000)),
            ("minutes", lambda v: CurriculumVersion.objects.filter(pk=v.pk).update(minutes=5)),
            ("outcomes", lambda v: v.units.first().outcomes.all().delete()),
            ("covered", lambda v: v.units.first().items.get().outcomes.clear()),
            ("items", lambda v: v.units.first().items.update(weight=9_999)),
            ("languages", lambda v: v.units.filter(code="U1").update(title_en="")),
        ],
    )
    def test_v4_each_gap_is_named_and_stops_submitting(self, draft, writer, code, change):
        change(draft)

        missing = [check.code for check in checks(content.content_of(whole(draft))) if not check.is_met]
        assert code in missing
        with pytest.raises(RuleBroken):
            services.move_version(draft, "submit", by=writer)


class TestVersions:
    def test_v2_words_alone_make_a_minor_version(self, programme, writer):
        before = make_version(programme, major=2, minor=1)
        draft = services.start_version(before.curriculum, by=writer)

        assert draft.number == "2.2"
        services.write_version(draft, by=writer, title_en="Another title", reading_list="一本书", description_zh="新")
        draft.refresh_from_db()
        assert draft.number == "2.2"

    def test_v2_a_requirement_makes_a_major_version_and_back(self, programme, writer):
        before = make_version(programme)
        draft = services.start_version(before.curriculum, by=writer)

        services.write_version(draft, by=writer, pass_mark=6_500)
        draft.refresh_from_db()
        assert draft.number == "2.0"
        services.write_version(draft, by=writer, pass_mark=before.pass_mark)
        draft.refresh_from_db()
        assert draft.number == "1.1"

    def test_v2_a_copy_says_the_same(self, programme, writer):
        before = make_version(programme)
        draft = services.start_version(before.curriculum, by=writer)

        assert difference(json.loads(before.content), content.content_of(whole(draft))) == []

    def test_one_version_is_written_at_a_time(self, programme, writer):
        before = make_version(programme)
        services.start_version(before.curriculum, by=writer)

        with pytest.raises(RuleBroken):
            services.start_version(before.curriculum, by=writer)

    def test_units_change_places_and_codes(self, draft, writer):
        first, second = draft.units.all()
        fields = ("title_zh", "title_en", "minutes", "weight", "pass_mark", "credits", "is_mandatory")

        def row(unit, code):
            return {"pk": unit.pk, "code": code} | {name: getattr(unit, name) for name in fields}

        services.write_units(draft, [row(second, "U1"), row(first, "U2")], by=writer)

        assert [(unit.pk, unit.code) for unit in draft.units.all()] == [(second.pk, "U1"), (first.pk, "U2")]


class TestReviews:
    def test_v7_two_reviewers_of_two_parks_none_an_author(self, draft, writer):
        services.move_version(draft, "submit", by=writer)
        with pytest.raises(RuleBroken):
            services.move_version(draft, "approve", by=writer)
        reviewed(draft, writer, 1)
        with pytest.raises(RuleBroken):
            services.move_version(draft, "approve", by=writer)
        reviewed(draft, writer, 1)

        services.move_version(draft, "approve", by=writer)

        draft.refresh_from_db()
        assert draft.state == State.APPROVED
        assert digest(json.loads(draft.content)) == draft.content_sha256

    def test_v7_two_people_of_one_park_are_one_park(self, draft, writer):
        services.move_version(draft, "submit", by=writer)
        person, organisation = reviewer_for(draft, writer)
        colleague = make_duty(make_user(), organisation, "training_manager").person
        for one in (person, colleague):
            services.review_version(draft, organisation, "approve", by=one)

        with pytest.raises(RuleBroken):
            services.move_version(draft, "approve", by=writer)

    def test_v7_what_was_said_is_about_the_text_as_it_was(self, draft, writer):
        services.move_version(draft, "submit", by=writer)
        reviewed(draft, writer)
        services.write_version(draft, by=writer, title_en="Changed after the review")

        with pytest.raises(RuleBroken):
            services.move_version(draft, "approve", by=writer)
        assert VersionReview.objects.filter(version=draft).count() == 2

    def test_v7_a_wish_for_changes_stands_until_the_text_changes(self, draft, writer):
        services.move_version(draft, "submit", by=writer)
        reviewed(draft, writer)
        person, organisation = reviewer_for(draft, writer)
        with pytest.raises(RuleBroken):
            services.review_version(draft, organisation, "change", by=person)
        services.review_version(draft, organisation, "change", by=person, comment="权重不合适")

        with pytest.raises(RuleBroken):
            services.move_version(draft, "approve", by=writer)

    def test_v7_an_author_reviews_nothing_of_their_own(self, draft, writer):
        services.move_version(draft, "submit", by=writer)
        person, organisation = reviewer_for(draft, writer)
        draft.authors.add(person)

        with pytest.raises(PermissionDenied):
            services.review_version(draft, organisation, "approve", by=person)
        with pytest.raises(RuleBroken):
            services.ask_reviewer(draft, draft.curriculum.author, by=writer)


class TestPublishing:
    def published_after(self, before, writer, **values):
        draft = services.start_version(before.curriculum, by=writer)
        services.write_version(draft, by=writer, **values)
        services.move_version(draft, "submit", by=writer)
        reviewed(draft, writer)
        services.move_version(draft, "approve", by=writer)
        services.move_version(draft, "publish", by=writer)
        draft.refresh_from_db()
        return draft

    def test_v3_publishing_supersedes_the_former(self, programme, writer):
        before = make_version(programme)
        after = self.published_after(before, writer, pass_mark=7_000)

        before.refresh_from_db()
        assert (before.state, after.state, after.number) == (State.SUPERSEDED, State.PUBLISHED, "2.0")
        assert AuditEvent.objects.filter(verb="curriculum_version.supersede", object_id=str(before.pk)).exists()

    def test_v3_the_database_holds_one_published_version(self, programme):
        before = make_version(programme)
        other = make_version(programme, curriculum=before.curriculum, state="superseded", minor=1)

        with pytest.raises(IntegrityError), transaction.atomic():
            CurriculumVersion.objects.filter(pk=other.pk).update(state="published")

    def test_v6_retiring_waits_for_its_cohorts(self, programme, writer):
        from tests.training.factories import make_cohort

        version = make_version(programme, state="superseded")
        cohort = make_cohort(version, state="running")

        with pytest.raises(RuleBroken, match=cohort.code):
            services.move_version(version, "retire", by=writer)


_text = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


def _content() -> dict:
    unit = {
        **dict.fromkeys(content.UNIT, 1),
        "code": "U1",
        "title_zh": "单元",
        "title_en": "Unit",
        "outcomes": [{**dict.fromkeys(content.OUTCOME, "x"), "code": "O1", "competencies": ["C-ANI-03"]}],
        "items": [{**dict.fromkeys(content.ITEM, 1), "code": "A1", "title_zh": "项", "title_en": "I", "outcomes": []}],
    }
    return {
        "curriculum": "ANI-201",
        **dict.fromkeys(content.REQUIREMENTS, 1),
        **dict.fromkeys(content.TEXTS, "x"),
        "units": [unit],
    }


PATHS = [(name,) for name in (*content.TEXTS, *content.REQUIREMENTS) if name != "attempt_rule"] + [
    *(("units", 0, name) for name in content.UNIT),
    *(("units", 0, "outcomes", 0, name) for name in (*content.OUTCOME, "competencies")),
    *(("units", 0, "items", 0, name) for name in (*content.ITEM, "outcomes")),
]


class TestRequirementHash:
    @given(path=st.sampled_from(PATHS), number=st.integers(2, 5_000), text=_text.filter(lambda text: text not in "x1"))
    def test_v2_flipping_any_field_but_words_changes_the_requirements(self, path, number, text):
        before, after = _content(), _content()
        place = after
        for step in path[:-1]:
            place = place[step]
        was = place[path[-1]]
        place[path[-1]] = [text] if isinstance(was, list) else number if isinstance(was, int) else text

        changed = digest(content.requirements_of(before)) != digest(content.requirements_of(after))
        is_word = path[-1].startswith(content.WORDS)
        assert changed is (not is_word)
        assert digest(before) != digest(after)
        if path[-1] != "code":
            places = difference(before, after)
            assert places
            assert any(place.makes_major for place in places) is changed


class TestEditor:
    def test_checks_answer_to_what_is_typed_without_saving(self, client, draft, writer):
        client.force_login(writer)
        url = reverse("training:version_edit", args=[draft.pk])
        page = client.get(url)
        data = {**page.context["form"].initial, "only": "checks"}
        rows = page.context["rows"]
        data = {name: "" if value is None else value for name, value in data.items()}
        data |= {
            "minutes": "20",
            "credits": "6",
            "pass_mark": "60",
            "attendance_minimum": "80",
            "recognition_most": "50",
        }
        data |= {f"units-{name}": value for name, value in rows.management_form.initial.items()}
        for number, row in enumerate(rows):
            for name in row.fields:
                value = row[name].value()
                data[f"units-{number}-{name}"] = "" if value in (None, False) else value
        data["units-0-weight"] = "40"

        answer = client.post(url, data, headers={"HX-Request": "true"}).content.decode()

        assert "90 %" in answer
        assert draft.units.first().weight == 5_000

    def test_bad_numbers_are_said_beside_the_field_and_kept(self, client, draft, writer):
        client.force_login(writer)
        url = reverse("training:version_edit", args=[draft.pk])

        answer = client.post(
            url,
            {
                "title_zh": "新名",
                "minutes": "abc",
                "pass_mark": "120",
                "units-TOTAL_FORMS": "0",
                "units-INITIAL_FORMS": "0",
            },
        )

        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'value="abc"' in page
        assert 'value="120"' in page
        draft.refresh_from_db()
        assert draft.title_zh != "新名"

    def test_a_unit_keeps_outcomes_items_and_their_competencies(self, client, draft, writer):
        competency = make_competency()
        unit = draft.units.first()
        client.force_login(writer)

        answer = client.post(
            reverse("training:unit_edit", args=[unit.pk]),
            {
                "outcomes-TOTAL_FORMS": "1",
                "outcomes-INITIAL_FORMS": "0",
                "outcomes-0-code": "O7",
                "outcomes-0-text_zh": "能画分镜",
                "outcomes-0-is_mandatory": "on",
                "outcomes-0-competencies": [competency.pk],
                "items-TOTAL_FORMS": "1",
                "items-INITIAL_FORMS": "0",
                "items-0-code": "A7",
                "items-0-title_zh": "作品",
                "items-0-weight": "１００",
                "items-0-is_summative": "on",
                "items-0-outcomes": "O7",
            },
        )

        assert answer.status_code == 302
        outcome = unit.outcomes.get()
        assert (outcome.code, list(outcome.competencies.all())) == ("O7", [competency])
        assert [item.code for item in outcome.items.all()] == ["A7"]
