"""Pitfalls 2 to 6 and 12 at the door: what may stand in a signed file."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.credentials import texts


class TestPitfall4Input:
    @given(st.text())
    def test_no_control_character_and_no_other_form_gets_in(self, typed):
        cleaned = texts.clean(typed)

        assert cleaned == unicodedata.normalize("NFC", cleaned)
        assert not {character for character in cleaned if ord(character) < 32 or ord(character) == 127} - set("\t\n")
        cleaned.encode()
        assert "\n" not in texts.line(typed)

    def test_what_keyboards_make_stays(self):
        assert texts.clean("李伟\r\n第二行\t𪚥 🎬 Zoë") == "李伟\n第二行\t𪚥 🎬 Zoë"
        assert texts.line(" 李\x00伟\x7f \n Li  Wei ") == "李伟 Li Wei"

    @pytest.mark.parametrize(("hundredths", "written"), [(1, 0.01), (1250, 12.5), (1200, 12), (99_999_999, 999_999.99)])
    def test_numbers_are_those_that_all_libraries_write_alike(self, hundredths, written):
        assert texts.number(hundredths) == written

    @pytest.mark.parametrize("hundredths", [0, -1, 100_000_000])
    def test_no_other_number_gets_in(self, hundredths):
        with pytest.raises(ValueError, match="hundredths"):
            texts.number(hundredths)

    @pytest.mark.parametrize(
        ("basis_points", "written"), [(8400, "84"), (8450, "84.5"), (8405, "84.05"), (0, "0"), (10_000, "100")]
    )
    def test_pitfall_6_a_mark_is_a_text(self, basis_points, written):
        assert texts.percent(basis_points) == written
