"""Look-alikes: what is found, what is not, why, and that a judgement is remembered."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from alliance.accounts.models import Organisation
from alliance.core import merging
from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent
from parks import lookalikes
from parks.lookalikes import keys
from parks.lookalikes.scoring import LEAST, compare, facts_of
from parks.models import LookAlike, LookAlikeKey, Park
from tests.factories import make_officer, make_organisation, make_park, make_province

NAMES = st.text(alphabet="和丰创意广场文化产业园区宁波市798艺术区 abcＡＢ１２·（）國際", max_size=20)


@pytest.fixture
def sichuan(db):
    return make_province("510000", name_zh="四川省", name_en="Sichuan Province", short_zh="四川", short_en="Sichuan")


class TestKeys:
    @pytest.mark.parametrize(
        ("name", "places", "core"),
        [
            ("宁波市和丰创意广场", ["宁波市", "宁波"], "和丰"),
            ("和丰文化创意产业园区", [], "和丰"),
            ("和豐創意廣場", [], "和丰"),
            ("Ｍ５０创意园", [], "m50"),
            ("羊城创意产业园", ["广州市"], "羊城"),
            # Nothing but shared words: the place tells it from others.
            ("湖南文化产业园", ["湖南省", "湖南"], "湖南"),
            ("文化创意产业园", [], "文化创意产业园"),
            ("和丰运营管理有限公司", [], "和丰"),
        ],
    )
    def test_what_tells_a_chinese_name_from_others(self, name, places, core):
        assert keys.core_zh(name, places) == core

    def test_an_english_name_without_place_and_shared_words(self):
        assert keys.core_en("Ningbo Hefeng Creative Plaza", ["Ningbo"]) == "hefeng"

    @pytest.mark.parametrize(
        ("name", "found"), [("和丰二期", {"2"}), ("E9区创新产业园", {"9"}), ("798艺术区", {"798"}), ("田子坊", set())]
    )
    def test_numbers_of_a_name(self, name, found):
        assert keys.numbers(name) == found

    @pytest.mark.parametrize(
        ("address", "found"),
        [("浙江省宁波市鄞州区江东北路317号", "江东北路317"), ("酒仙桥路4号", "酒仙桥路4"), ("市中心", ""), ("", "")],
    )
    def test_street_and_number(self, address, found):
        assert keys.street(address) == found

    @given(NAMES)
    def test_any_name_has_a_core_of_its_own_letters(self, name):
        core = keys.core_zh(name)

        assert set(core) <= set(keys.plain(name))
        assert bool(core) == bool(keys.plain(name))

    @given(NAMES, NAMES)
    def test_likeness_is_the_same_both_ways(self, one, other):
        mine = facts_of(Organisation(name_zh=one), None)
        theirs = facts_of(Organisation(name_zh=other), None)

        assert compare(mine, theirs)[0] == compare(theirs, mine)[0]
        assert 0 <= compare(mine, theirs)[0] <= 100


def score(one: Park, other: Park) -> int:
    return compare(facts_of(one.organisation, one), facts_of(other.organisation, other))[0]


@pytest.mark.django_db
class TestScore:
    @pytest.mark.parametrize(
        "other",
        [
            "宁波和丰创意广场",
            "和豐創意廣場",
            "和丰创意广场运营管理有限公司",
            "和丰文化创意产业园",
            "（宁波）和丰　创意广场",
            "合丰创意广场",
        ],
    )
    def test_spellings_of_one_name_are_found(self, other):
        first = make_park(name_zh="和丰创意广场", name_en="Hefeng Creative Plaza", city_zh="宁波市")
        second = make_park(name_zh=other, name_en="", city_zh="宁波市")

        assert score(first, second) >= LEAST

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("台南文化创意产业园区", "花莲文化创意产业园区"),
            ("E9区创新产业园", "E10区创新产业园"),
            ("东信和创园一期", "东信和创园二期"),
            ("田子坊", "红坊"),
            ("西岸文化艺术区", "北岸文化艺术区"),
        ],
    )
    def test_neighbours_with_names_of_one_kind_are_not(self, one, other):
        first, second = make_park(name_zh=one, name_en=""), make_park(name_zh=other, name_en="")

        assert score(first, second) < LEAST

    def test_the_same_name_in_another_province_is_another_park(self, sichuan):
        first = make_park(name_zh="国家动漫游戏产业振兴基地", name_en="")
        second = make_park(name_zh="国家动漫游戏产业振兴基地", name_en="", province=sichuan)

        assert score(first, second) < LEAST

    def test_the_same_credit_code_says_enough(self, sichuan):
        first, second = make_park(name_zh="甲园"), make_park(name_zh="乙园", province=sichuan)
        first.organisation.credit_code = "91330200144052096U"
        second.organisation.credit_code = "９１３３０２００ １４４０５２０９６ｕ"

        assert score(first, second) == 100

    def test_street_and_number_tell_only_together_with_a_name(self):
        first = make_park(name_zh="甲园艺术中心", name_en="", address_zh="江东北路317号")
        second = make_park(name_zh="青山书院", name_en="", address_zh="宁波市江东北路317号")

        assert score(first, second) < LEAST


@pytest.mark.django_db
class TestRefresh:
    def test_pairs_are_kept_with_their_reasons(self):
        first = make_park(name_zh="和丰创意广场", name_en="Hefeng", city_zh="宁波市")
        second = make_park(name_zh="宁波和丰创意广场", name_en="Hefeng", city_zh="宁波市")
        make_park(name_zh="田子坊", name_en="Tianzifang")

        lookalikes.refresh()

        pair = LookAlike.objects.get()
        assert {pair.first_id, pair.second_id} == {first.organisation_id, second.organisation_id}
        assert [code for code, _points in pair.reasons] == ["same_core", "english", "city"]
        assert LookAlikeKey.objects.count() == Organisation.objects.filter(kind="park_operator").count()

    def test_a_judged_pair_is_not_asked_about_again(self):
        make_park(name_zh="和丰创意广场", city_zh="宁波市"), make_park(name_zh="宁波和丰创意广场", city_zh="宁波市")
        lookalikes.refresh()
        officer = make_officer()

        lookalikes.judge_different(LookAlike.objects.get(), by=officer, reason="Two licences, two streets")
        lookalikes.judge_different(LookAlike.objects.get(), by=officer, reason="Again")
        lookalikes.refresh()

        pair = LookAlike.objects.get()
        assert (pair.state, pair.judgement) == ("different", "Two licences, two streets")
        assert AuditEvent.objects.filter(verb="duplicate.dismissed").count() == 1

    def test_a_pair_that_is_no_longer_alike_goes(self):
        first = make_park(name_zh="和丰创意广场", city_zh="宁波市")
        make_park(name_zh="宁波和丰创意广场", city_zh="宁波市")
        lookalikes.refresh()

        Park.objects.filter(pk=first.pk).update(name_zh="青山书院")
        Organisation.objects.filter(pk=first.organisation_id).update(name_zh="青山书院")
        lookalikes.refresh(timezone.now() + timedelta(seconds=1))

        assert not LookAlike.objects.exists()

    def test_a_merged_entry_is_no_longer_asked_about(self):
        first = make_park(name_zh="和丰创意广场", city_zh="宁波市")
        second = make_park(name_zh="宁波和丰创意广场", city_zh="宁波市")
        lookalikes.refresh()
        officer = make_officer()

        proposal = merging.propose(first.organisation, second.organisation, by=officer, reason="One", choices={})
        merging.confirm(proposal, by=officer)

        assert not LookAlike.objects.to_look_at().exists()
        assert lookalikes.refresh() == 0

    def test_a_judgement_needs_a_reason(self):
        one, two = sorted([make_organisation().pk, make_organisation().pk])
        pair = LookAlike.objects.create(first_id=one, second_id=two, score=60)

        with pytest.raises(RuleBroken):
            lookalikes.judge_different(pair, by=make_officer(), reason=" ")

    @pytest.mark.parametrize("parks", [1, 12])
    def test_looking_for_one_name_asks_the_same_however_many_there_are(self, django_assert_num_queries, parks):
        for number in range(parks):
            make_park(name_zh=f"和丰创意广场{number}", name_en="")
        lookalikes.refresh()
        province = make_province()

        with django_assert_num_queries(QUERIES):
            found = lookalikes.find_like("和丰创意广场", "", province)

        assert found


# Strong keys, cut-outs, what is not remembered yet, the organisations and their parks.
QUERIES = 5


@pytest.mark.django_db
class TestPages:
    def test_a_look_alike_is_named_with_its_reason_when_somebody_adds_an_entry(self, client):
        park = make_park(name_zh="和丰创意广场", name_en="Hefeng Creative Plaza")
        client.force_login(make_officer())

        with translation.override("en"):
            page = client.post(
                reverse("parks:office_park_add"),
                {"name_zh": "宁波和丰文化园", "kind": "park", "province": park.province_id},
            )

        assert page.status_code == 409
        assert "one Chinese name holds the other" in page.content.decode()

    def test_a_pair_is_judged_from_the_list(self, client):
        make_park(name_zh="和丰创意广场", city_zh="宁波市"), make_park(name_zh="宁波和丰创意广场", city_zh="宁波市")
        lookalikes.refresh()
        pair = LookAlike.objects.get()
        client.force_login(make_officer())
        judge = reverse("parks:duplicate_judge", args=[pair.pk])

        assert "和丰" in client.get(reverse("parks:duplicates")).content.decode()
        assert client.post(judge, {"reason": ""}).status_code == 422
        assert client.post(judge, {"reason": "Two licences"}).status_code == 302

        assert "和丰" not in client.get(reverse("parks:duplicates")).content.decode()
        assert "Two licences" in client.get(reverse("parks:duplicates") + "?show=different").content.decode()

        client.post(judge, {"reopen": "1"})
        assert LookAlike.objects.to_look_at().count() == 1
