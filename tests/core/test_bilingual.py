"""Texts in two languages: fallback, out of date, order."""

from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from alliance.core import bilingual
from alliance.core.bilingual import EN, ZH
from alliance.core.models import Translation
from parks.models import Park
from tests.factories import make_park

CURRENT, OUTDATED, MISSING = Translation.State.CURRENT, Translation.State.OUTDATED, Translation.State.MISSING


class TestReading:
    @pytest.mark.parametrize(
        ("language", "zh", "en", "text", "lang", "is_fallback"),
        [
            ("zh-hans", "和丰", "Hefeng", "和丰", ZH, False),
            ("en", "和丰", "Hefeng", "Hefeng", EN, False),
            ("zh-hans", "", "Hefeng", "Hefeng", EN, True),
            ("en", "和丰", "", "和丰", ZH, True),
            ("en", "", "", "", ZH, False),
            ("zh-hans", "", "", "", EN, False),
        ],
    )
    def test_the_readers_language_or_the_other_one_marked(self, language, zh, en, text, lang, is_fallback):
        with translation.override(language):
            for read in (Park(name_zh=zh, name_en=en).name, bilingual.pick(zh, en)):
                assert (read, read.lang, read.is_fallback) == (text, lang, is_fallback)

    @pytest.mark.parametrize(
        ("language", "zh", "en", "other"),
        [
            ("zh-hans", "和丰", "Hefeng", ("Hefeng", EN)),
            ("en", "和丰", "Hefeng", ("和丰", ZH)),
            ("en", "M50", "M50", None),
            ("en", "", "Hefeng", None),
            ("zh-hans", "和丰", "", None),
        ],
    )
    def test_the_other_language_where_it_says_something_else(self, language, zh, en, other):
        with translation.override(language):
            found = bilingual.in_other_language(Park(name_zh=zh, name_en=en), "name")

        assert (found and (str(found), found.lang)) == other

    def test_the_class_gives_the_pair_itself(self):
        assert Park.name.name == "name"

    def test_on_a_page_a_fallback_carries_its_language_and_says_so(self):
        page = Template("{% bi park.name %}")
        with translation.override("en"):
            here = page.render(Context({"park": Park(name_zh="和丰", name_en="Hefeng")}))
            fallback = page.render(Context({"park": Park(name_zh="和丰", name_en="")}))

        assert "Hefeng" in here
        assert 'lang="zh-Hans"' not in here
        assert 'lang="zh-Hans"' in fallback
        assert "和丰" in fallback

    def test_on_a_page_a_text_stays_text(self):
        with translation.override("zh-hans"):
            page = Template("{% bi park.name %}").render(Context({"park": Park(name_zh="<b>和丰</b>")}))

        assert "<b>和丰" not in page


class TestOrder:
    NAMES = [("张三", "Zulu"), ("阿明", ""), ("王五", "alpha"), ("李四", "Mike"), ("赵六", "Bravo")]

    @pytest.fixture
    def parks(self, db):
        return [make_park(name_zh=zh, name_en=en) for zh, en in self.NAMES]

    def test_chinese_names_by_pinyin(self, parks):
        with translation.override("zh-hans"):
            names = Park.objects.order_by(*bilingual.order_by_name()).values_list("name_zh", flat=True)

            assert list(names) == ["阿明", "李四", "王五", "张三", "赵六"]

    def test_english_names_by_letter_and_those_without_last(self, parks):
        with translation.override("en"):
            names = Park.objects.order_by(*bilingual.order_by_name()).values_list("name_en", flat=True)

            assert list(names) == ["alpha", "Bravo", "Mike", "Zulu", ""]

    def test_any_character_can_be_ordered(self, db):
        make_park(name_zh="🎨艺术𠮷区", name_en="")

        with translation.override("zh-hans"):
            assert Park.objects.order_by(*bilingual.order_by_name()).count() == 1


def states(park: Park, field: str = "summary") -> dict[str, str]:
    return dict(Translation.objects.filter(subject_id=park.pk, field=field).values_list("language", "state"))


def write(park: Park, **texts: str) -> None:
    for name, text in texts.items():
        setattr(park, name, text)
    park.save()
    bilingual.track(park, ["summary"])


@pytest.mark.django_db
class TestTrack:
    def test_both_written_together_are_current(self):
        park = make_park()
        write(park, summary_zh="老厂房", summary_en="Old mill")

        assert states(park) == {ZH: CURRENT, EN: CURRENT}

    def test_both_empty_miss_nothing(self):
        park = make_park()
        write(park)

        assert states(park) == {ZH: CURRENT, EN: CURRENT}
        assert not Translation.objects.to_do().exists()

    @pytest.mark.parametrize(
        ("zh", "en", "expected"), [("老厂房", "", {ZH: CURRENT, EN: MISSING}), ("", "Mill", {ZH: MISSING, EN: CURRENT})]
    )
    def test_one_without_the_other_is_missing_it(self, zh, en, expected):
        park = make_park()
        write(park, summary_zh=zh, summary_en=en)

        assert states(park) == expected

    def test_a_changed_chinese_leaves_the_english_outdated_until_it_moves_too(self):
        park = make_park()
        write(park, summary_zh="老厂房", summary_en="Old mill")

        write(park, summary_zh="老纺织厂")
        after_chinese = states(park)
        write(park)
        unchanged = states(park)
        write(park, summary_en="Old textile mill")

        assert after_chinese == unchanged == {ZH: CURRENT, EN: OUTDATED}
        assert states(park) == {ZH: CURRENT, EN: CURRENT}

    def test_a_chinese_changed_back_makes_the_english_current_again(self):
        park = make_park()
        write(park, summary_zh="老厂房", summary_en="Old mill")
        write(park, summary_zh="老纺织厂")

        write(park, summary_zh="老厂房")

        assert states(park) == {ZH: CURRENT, EN: CURRENT}

    def test_polishing_the_english_leaves_the_chinese_alone(self):
        park = make_park()
        write(park, summary_zh="老厂房", summary_en="Old mill")

        write(park, summary_en="An old mill")

        assert states(park) == {ZH: CURRENT, EN: CURRENT}

    def test_a_chinese_written_after_the_english_does_not_outdate_it(self):
        park = make_park()
        write(park, summary_en="Old mill")

        write(park, summary_zh="老厂房")

        assert states(park) == {ZH: CURRENT, EN: CURRENT}

    def test_the_time_is_that_of_the_state(self):
        park = make_park()
        write(park, summary_zh="一")
        since = Translation.objects.get(subject_id=park.pk, field="summary", language=EN).since

        write(park, summary_zh="二")

        assert Translation.objects.get(subject_id=park.pk, field="summary", language=EN).since == since

    def test_weight_follows_the_last_word(self):
        park = make_park()
        write(park, summary_zh="一")

        bilingual.track(park, ["summary"], weight=7)

        assert set(Translation.objects.values_list("weight", flat=True)) == {7}

    def test_an_unchanged_row_writes_nothing(self, django_assert_num_queries):
        park = make_park()
        write(park, summary_zh="一", summary_en="one")

        with django_assert_num_queries(1):
            bilingual.track(park, ["summary"])

    @hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
    @given(
        steps=st.lists(
            st.tuples(st.sampled_from(["zh", "en", "both", "confirm"]), st.sampled_from(["", "a", "b"])), max_size=8
        )
    )
    def test_properties_of_any_history(self, steps):
        """Missing means exactly: empty beside a text. Nothing empty is outdated, nor anything just written."""
        park = make_park()
        for what, text in steps:
            match what:
                case "zh":
                    write(park, summary_zh=text)
                case "en":
                    before = park.summary_en
                    write(park, summary_en=text)
                    if text and text != before:
                        assert states(park)[EN] == CURRENT
                case "both":
                    write(park, summary_zh=text, summary_en=text.upper())
                case "confirm":
                    bilingual.confirm(park, "summary", EN)
            found = states(park)
            if found:
                zh, en = park.summary_zh, park.summary_en
                assert (found[ZH] == MISSING) == bool(en and not zh)
                assert (found[EN] == MISSING) == bool(zh and not en)
                assert found[ZH] != OUTDATED
                assert found[EN] != OUTDATED or (zh and en)


@pytest.mark.django_db
class TestConfirm:
    def test_a_person_says_that_the_english_still_fits(self):
        park = make_park()
        write(park, summary_zh="老厂房", summary_en="Old mill")
        write(park, summary_zh="老厂房。")

        bilingual.confirm(park, "summary", EN)
        confirmed = states(park)
        write(park)

        assert confirmed == states(park) == {ZH: CURRENT, EN: CURRENT}
        write(park, summary_zh="新厂房")
        assert states(park)[EN] == OUTDATED

    def test_a_missing_text_cannot_be_confirmed(self):
        park = make_park()
        write(park, summary_zh="老厂房")

        bilingual.confirm(park, "summary", EN)

        assert states(park)[EN] == MISSING


def test_texts_that_are_not_on_a_model_are_picked_alike():
    row = SimpleNamespace(title_zh="标题", title_en="")
    with translation.override("en"):
        assert bilingual.pick(row.title_zh, row.title_en).is_fallback
