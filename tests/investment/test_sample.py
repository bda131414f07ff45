"""The sample run shows a joint project in every state, plainly marked."""

import pytest

from alliance import sample
from alliance.accounts.models import Organisation
from investment.models import EventMeeting, Meeting, Project, PromotionEvent, Question
from investment.sample import make
from investment.sample.projects import MANAGERS, TOPICS
from parks.models import FieldOfWork
from tests.factories import make_duty, make_officer, make_organisation, make_park, make_province, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sampled():
    """The people and parks of the sample run that projects need, without all the reference data."""
    for topic in TOPICS:
        FieldOfWork.objects.get_or_create(code=topic[2], defaults={"name_zh": topic[2], "name_en": topic[2]})
    for slug, login in MANAGERS.items():
        zh, en, province = sample.SAMPLE_PARKS[slug]
        park = make_park(slug=slug, name_zh=zh, name_en=en, province=make_province(province))
        make_duty(make_user(email=sample.address(login)), park.organisation, "park_manager")
    make_officer("investment_desk", email=sample.address("investment"))
    for slug, (zh, en) in sample.SAMPLE_INVESTORS.items():
        make_organisation("investor", slug=slug, name_zh=zh, name_en=en)
    for one in sample.PEOPLE:
        if one.at in sample.SAMPLE_INVESTORS:
            organisation = Organisation.objects.get(slug=one.at)
            user = make_user(email=sample.address(one.login))
            user.emailaddress_set.create(email=user.email, verified=True, primary=True)
            make_duty(user, organisation, one.role)
    make()


def test_every_state_is_shown_once_or_more_and_nothing_is_doubled(sampled):
    assert set(Project.objects.values_list("state", flat=True)) == set(Project.State.values)
    assert all(Project.objects.values_list("is_sample", flat=True))
    count = Project.objects.count()
    make()

    assert Project.objects.count() == count


@pytest.mark.parametrize("model", [Question, Meeting, PromotionEvent, EventMeeting])
def test_questions_meetings_and_events_show_every_state(sampled, model):
    assert set(model.objects.values_list("state", flat=True)) == set(model.State.values)


def test_titles_say_that_they_are_samples(sampled):
    for project in Project.objects.all():
        assert project.title_zh.startswith("样例")
        assert project.title_en.startswith("Sample")
