"""What to translate next, for those who may."""

import pytest
from django.urls import reverse
from django.utils import translation

from alliance.core import bilingual
from tests.factories import make_duty, make_officer, make_park, make_user

pytestmark = pytest.mark.django_db


def make_texts(weight: int = 0, **fields):
    """A park with a text to translate."""
    park = make_park(**fields)
    bilingual.track(park, park.BILINGUAL, weight=weight)
    return park


def shown(page) -> list[tuple[str, str, str]]:
    return [(line.subject.slug, line.translation.field, line.translation.state) for line in page.context["lines"]]


@pytest.fixture
def board(client):
    def visit(person, **query):
        client.force_login(person)
        with translation.override("en"):
            return client.get(reverse("core:translations"), query)

    return visit


class TestBoard:
    def test_the_most_read_first_then_the_longest_waiting(self, board):
        make_texts(10, slug="first", summary_zh="一")
        make_texts(10, slug="second", summary_zh="二")
        make_texts(20, slug="listed", summary_zh="三", story_en="Story")

        page = board(make_officer())

        assert shown(page) == [
            ("listed", "summary", "missing"),
            ("listed", "story", "missing"),
            ("first", "summary", "missing"),
            ("second", "summary", "missing"),
        ]

    def test_an_english_left_behind_is_out_of_date(self, board):
        park = make_texts(slug="old", summary_zh="一", summary_en="One")
        park.summary_zh = "二"
        park.save()
        bilingual.track(park, park.BILINGUAL)

        page = board(make_officer())

        assert shown(page) == [("old", "summary", "outdated")]
        assert page.context["lines"][0].source == "二"
        assert page.context["lines"][0].source_language == "zh-hans"

    def test_the_parks_people_see_their_own_alone(self, board):
        mine, manager = make_texts(slug="mine", summary_zh="一"), make_user()
        make_duty(manager, mine.organisation)
        make_texts(slug="theirs", summary_zh="二")

        page = board(manager)

        assert shown(page) == [("mine", "summary", "missing")]
        assert [count["n"] for count in page.context["counts"]] == [1, 1]
        assert "theirs" not in page.content.decode()

    def test_a_person_without_duty_sees_none(self, board):
        make_texts(summary_zh="一")

        page = board(make_user())

        assert (page.status_code, shown(page)) == (200, [])

    @pytest.mark.parametrize(
        ("query", "fields"),
        [
            ({"language": "en"}, ["summary"]),
            ({"language": "zh-hans"}, ["story"]),
            ({"language": "en", "state": "outdated"}, []),
            ({"language": "klingon", "state": "lost"}, ["summary", "story"]),
            ({"page": "10000"}, ["summary", "story"]),
        ],
    )
    def test_filters(self, board, query, fields):
        make_texts(summary_zh="一", story_en="Story")

        assert [field for _slug, field, _state in shown(board(make_officer(), **query))] == fields

    def test_each_line_leads_to_where_this_person_edits_it(self, board, client):
        park, manager = make_texts(slug="mine", summary_zh="一"), make_user()
        make_duty(manager, park.organisation)

        for person, part in (
            (manager, "/desk/parks/mine/edit/story/"),
            (make_officer(), "/office/parks/mine/correct/"),
        ):
            url = board(person).context["lines"][0].url
            assert part in url
            assert client.get(url).status_code == 200

    @pytest.mark.parametrize("size", [1, 10])
    def test_queries_are_those_of_one_row(self, board, client, size, django_assert_num_queries):
        for _number in range(size):
            make_texts(summary_zh="一")
        board(make_officer())

        with django_assert_num_queries(5):
            client.get(reverse("core:translations"))
