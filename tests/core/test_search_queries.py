"""What people really type, over the 200 real parks, and what they should find first."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance.core import search
from alliance.core.search import synonyms
from alliance.core.search.cut import is_han
from parks import reference
from parks.models import Park
from parks.search import SOURCE

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _real_parks(django_db_setup, django_db_blocker):
    """Loaded once for this file, and taken back with the transaction it stands in."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        # Completeness is nothing that is searched.
        patch.setattr(reference, "refresh", lambda changed: None)
        reference.load()
        search.reindex(SOURCE)
        synonyms.forget()
        yield
        transaction.set_rollback(True)
    synonyms.forget()


def found(text: str, **limits) -> list[str]:
    """Slugs in the order in which they are found."""
    results = search.find(text, **limits)
    ids = [document.object_id for document in results[0 : search.BEST]]
    slugs = dict(Park.objects.values_list("pk", "slug"))
    return [slugs[pk] for pk in ids]


# (what is typed, what comes first, how many are found: exactly, or None where the list may grow with the data)
QUERIES = [
    # One character, two, three and more
    ("和", ["hefeng"], None),
    ("瓷", ["zibo-1954", "jingdezhen-1949"], 4),
    ("和丰", ["hefeng"], 1),
    ("大芬", ["dafen"], 1),
    ("敦煌", ["dunhuang"], 1),
    ("画家村", ["qingdao-dani", "songzhuang"], 2),
    ("丝绸之路", ["dingxi-silkroad"], 1),
    ("和丰创意广场", ["hefeng"], 1),
    # Two words: place and field, place and title
    ("宁波 动漫", ["tianzhiying", "yinzhou-animation", "chuangxin-128"], 3),
    ("北京 设计", ["751-d-park"], None),
    ("广东 油画", ["dafen"], 1),
    ("景德镇 陶瓷", ["jingdezhen-1949", "taoxichuan"], 2),
    ("国家级文化产业示范园区 西安", ["qujiang"], 1),
    # The same written as one stretch
    ("宁波动漫", ["tianzhiying", "yinzhou-animation", "chuangxin-128"], 3),
    ("上海创意园", ["bridge-8", "m50"], None),
    # English
    ("Hefeng Creative", ["hefeng"], 1),
    ("oil painting village", ["dafen", "xiamen-wushipu"], 2),
    ("design in Shenzhen", ["tianmian-design"], None),
    ("cotton mill", ["tianjin-mian3"], None),
    ("sculp", ["quyang-sculpture"], None),
    # Mixed, numbers, signs
    ("798艺术区", ["798-art-zone"], 1),
    ("8号桥", ["bridge-8"], 1),
    ("M50", ["m50"], 1),
    ("loft 49", ["loft49"], 1),
    ("ecool", ["nanhai-yiku"], 1),
    ("tai'erzhuang", ["taierzhuang"], 1),
    ("1933", ["1933-old-millfun"], 1),
    # Pinyin and its initials
    ("hefeng", ["hefeng"], 1),
    ("hfcygc", ["hefeng"], 1),
    ("tianzifang", ["tianzifang"], 1),
    ("luzhou", ["qingyang-lvzhou"], 1),
    # Traditional characters and full width
    ("和豐創意廣場", ["hefeng"], 1),
    ("華山", ["huashan-1914"], 1),
    ("駁二", ["pier-2"], 1),
    ("ＬＯＦＴ４９", ["loft49"], 1),
    # Synonyms
    ("动画 宁波", ["tianzhiying"], 3),
    ("台湾 文创", ["songshan"], None),
    ("Macau", ["ten-fantasia", "albergue-scm", "st-lazarus"], 3),
    # Former use, institutions
    ("棉纺厂", ["m50", "hefeng", "qifangjie"], 3),
    ("兵工厂", ["taiyuan-arsenal-1898"], None),
    ("尤伦斯", ["798-art-zone"], 1),
]


@pytest.mark.parametrize(("typed", "first", "count"), QUERIES, ids=[query[0] for query in QUERIES])
def test_finds(typed, first, count):
    slugs = found(typed)

    assert slugs[: len(first)] == first or (set(slugs[: len(first)]) == set(first) and len(first) > 1)
    assert count is None or len(slugs) == count


def test_there_are_enough_queries():
    assert len(QUERIES) >= 30


@pytest.mark.parametrize("typed", ["造船厂 敦煌", "qqqq", "龘"])
def test_finds_nothing(typed):
    assert found(typed) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # The same sound, other characters
        ("和风创意", "和丰创意广场"),
        ("大粉油画村", "大芬油画村"),
        # A slip of the finger
        ("hefong", "和丰创意广场"),
        ("tianzhifang", "田子坊"),
        ("Redtorry", "红专厂创意艺术区"),
    ],
)
def test_did_you_mean(typed, meant):
    results = search.find(typed)

    assert len(results) == 0
    assert meant in [document.title_zh for document in search.suggestions(results.query)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_one_or_two_characters_of_a_title_find_it(data):
    park = data.draw(st.sampled_from(sorted(Park.objects.values_list("pk", "name_zh"))))
    start = data.draw(st.integers(0, len(park[1]) - 1))
    length = data.draw(st.integers(1, 2))
    typed = park[1][start : start + length]

    # Of words and numbers the beginning is enough, the middle is not.
    if all(is_han(character) for character in typed):
        assert park[0] in search.matching(Park, typed).values_list("object_id", flat=True)


def test_a_province_narrows_it_down():
    assert "hefeng" in found("创意", province="330000")
    assert all(slug != "m50" for slug in found("创意", province="330000"))


class TestInLists:
    def test_matching_finds_what_find_finds(self):
        for typed in ["动漫", "宁波动漫", "loft", "hefeng"]:
            parks = Park.objects.filter(pk__in=search.matching(Park, typed))

            assert set(parks.values_list("slug", flat=True)) == set(found(typed))

    def test_an_order_by_relevance(self):
        parks = Park.objects.filter(pk__in=search.matching(Park, "和"))
        ordered = parks.annotate(relevance=search.rank_annotation(Park, "和")).order_by("-relevance", "pk")

        assert ordered[0].slug == found("和")[0] == "hefeng"

    def test_nothing_typed_finds_nothing(self):
        assert not search.matching(Park, "😀").exists()
        assert set(Park.objects.annotate(r=search.rank_annotation(Park, "")).values_list("r", flat=True)) == {0.0}
