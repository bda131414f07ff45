"""Texts into tokens, and what people type into questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.search import normalise as n
from alliance.core.search import parse, synonyms
from alliance.core.search.cut import cut, pinyin, pinyin_tokens, whole


@pytest.fixture(autouse=True, scope="module")
def _without_synonyms():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synonyms, "_table", dict)
        yield


class TestNormalise:
    @pytest.mark.parametrize(
        ("typed", "compared"),
        [
            ("ＬＯＦＴ４９", "loft49"),
            ("和豐創意廣場", "和丰创意广场"),
            ("臺北 華山1914", "台北 华山1914"),
            ("Café Zürich", "cafe zurich"),
            ("㎡", "m2"),
            ("a\x00b", "a b"),
            ("a\ud800b", "a b"),
            ("zero\u200bwidth", "zerowidth"),
            ("", ""),
        ],
    )
    def test_one_spelling(self, typed, compared):
        assert n.normalise(typed) == compared

    def test_a_cut_out_comes_out_as_within_the_whole(self):
        whole_text = "乾坤后里，皇后與後台"

        assert "".join(n.normalise(character) for character in whole_text) == n.normalise(whole_text)

    @given(st.text())
    def test_never_fails_and_is_stable(self, text):
        once = n.normalise(text)

        assert n.normalise(once) == once or not once.isascii()

    @given(st.text())
    def test_origin_points_into_the_text(self, text):
        folded, origin = n.normalise_with_origin(text)

        assert len(folded) == len(origin)
        assert all(0 <= index < len(text) for index in origin)


class TestCut:
    def test_chinese_into_characters_and_pairs(self):
        assert list(cut("和丰创意")) == ["和", "和丰", "丰", "丰创", "创", "创意", "意"]

    def test_punctuation_parts_stretches(self):
        assert list(cut("影视、动漫")) == ["影", "影视", "视", "动", "动漫", "漫"]

    @pytest.mark.parametrize(
        ("text", "tokens"),
        [
            ("LOFT49", ["loft49", "loft", "49"]),
            ("E-Cool", ["ecool", "e", "cool"]),
            ("Tai'erzhuang", ["taierzhuang", "tai", "erzhuang"]),
            ("T.I.T", ["tit", "t", "i"]),
            ("parks", ["parks", "park"]),
            ("798艺术区", ["798", "艺", "艺术", "术", "术区", "区"]),
        ],
    )
    def test_words(self, text, tokens):
        assert list(cut(text)) == tokens

    def test_pinyin_of_names(self):
        assert pinyin("和丰创意广场") == "hefengchuangyiguangchang"
        assert pinyin("重庆") == "chongqing"
        tokens = list(pinyin_tokens("和丰创意广场"))
        assert "~hefengchuangyiguangchang" in tokens
        assert "~chuangyiguangchang" in tokens
        assert "!hfcygc" in tokens
        assert list(pinyin_tokens("Hefeng")) == []

    def test_titles_that_read_alike_are_alike(self):
        assert whole("和丰 创意·广场") == whole("和豐創意廣場")


class TestParse:
    def test_words_are_joined_by_and(self):
        assert parse("宁波 动漫园区").text == "宁波 动漫园区"
        assert parse("和丰").all == "'和丰'"
        assert parse("和").all == "'和'"
        assert parse("和丰广场").all == "('和丰' & '丰广' & '广场')"

    def test_only_the_last_word_may_be_unfinished(self):
        asked = parse("art cen").all

        assert "'art'" in asked
        assert "'art':*" not in asked
        assert "'cen':*" in asked

    def test_stop_words_are_left_out_unless_alone(self):
        assert "'in'" not in parse("painting in Shenzhen").all
        assert parse("the").all != ""
        assert parse("宁波的园区").marks[0] == "宁波"

    @pytest.mark.parametrize("typed", ["", "   ", "😀🎉", "\x00", "、。！", "'\"\\", "& | ! ( ) <-> :*", "%%__"])
    def test_nothing_to_look_for(self, typed):
        assert not parse(typed)

    def test_long_text_is_cut_and_says_so(self):
        query = parse("园" * 10_000)

        assert query.is_cut
        assert len(query.text) == 100
        assert len(query.all) < 5_000

    @given(st.text(max_size=200))
    def test_never_fails(self, text):
        query = parse(text)

        assert len(query.text) <= 100
        assert len(query.all) < 60_000
