"""From approval on, the content of a curriculum version cannot be changed by anybody, in the database itself (V-1)."""

import pytest
from django.db import IntegrityError, transaction

from tests.training.factories import make_cohort, make_competency, make_version
from training.models import AssessmentItem, Cohort, CurriculumVersion, Outcome, Unit

pytestmark = pytest.mark.django_db


def refused(action):
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        action()


class TestFrozenVersions:
    def test_v1_columns_of_a_published_version_refuse_every_write(self):
        version = make_version()

        for column, value in {
            "pass_mark": 1,
            "title_zh": "别的",
            "reading_list": "x",
            "content": "[]",
            "validity_months": 1,
        }.items():
            refused(lambda c=column, v=value: CurriculumVersion.objects.filter(pk=version.pk).update(**{c: v}))
        refused(lambda: CurriculumVersion.objects.filter(pk=version.pk).update(state="draft"))

    def test_v1_units_outcomes_items_and_their_links_refuse_it_too(self):
        version = make_version()
        unit = version.units.first()
        outcome, item = unit.outcomes.get(), unit.items.get()

        refused(lambda: Unit.objects.filter(pk=unit.pk).update(weight=1))
        refused(lambda: Unit.objects.create(version=version, code="U9", title_zh="新"))
        refused(lambda: Outcome.objects.filter(pk=outcome.pk).update(text_zh="别的"))
        refused(lambda: AssessmentItem.objects.filter(pk=item.pk).update(weight=1))
        refused(lambda: outcome.competencies.add(make_competency()))
        refused(lambda: item.outcomes.clear())
        refused(lambda: unit.delete())

    def test_v1_a_unit_cannot_be_moved_into_or_out_of_a_frozen_version(self):
        frozen = make_version()
        draft = make_version(state="draft")

        refused(lambda: Unit.objects.filter(pk=draft.units.first().pk).update(version=frozen, code="U8"))
        refused(lambda: Unit.objects.filter(pk=frozen.units.first().pk).update(version=draft, code="U8"))

    def test_a_draft_can_be_written(self):
        version = make_version(state="draft")

        Unit.objects.filter(version=version).update(minutes=5)
        version.units.first().delete()

        assert version.units.count() == 1

    def test_its_state_goes_on(self):
        version = make_version()

        CurriculumVersion.objects.filter(pk=version.pk).update(state="superseded")

    def test_v5_a_cohort_keeps_its_version_once_it_enrols(self):
        cohort = make_cohort()
        other = make_version()

        with pytest.raises(IntegrityError, match="keeps the curriculum version"), transaction.atomic():
            Cohort.objects.filter(pk=cohort.pk).update(version=other)
