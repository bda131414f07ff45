"""X-6: a number that people can read out, and that notices a slip."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from training.credentials import numbers

CODES = st.text(string.ascii_uppercase + string.digits + "-", min_size=4, max_size=14).filter(
    lambda code: 2 <= len(code.replace("-", "")) <= 16
)
NUMBERS = st.builds(numbers.compose, CODES, st.integers(2020, 2099), st.integers(1, 999_999))


def spelled(text: str) -> str:
    """The digits that ISO 7064 mod 97-10 counts with: letters are 10 to 35."""
    return "".join(str(int(character, 36)) for character in text if character != "-")


def value(text: str) -> int:
    """The whole as one large number, by its definition."""
    return int(spelled(text)) % 97


class TestX6Number:
    def test_is_made_of_curriculum_year_serial_and_check_digits(self):
        number = numbers.compose("ANI-201", 2026, 123)

        assert number.startswith("CC-ANI201-2026-000123-")
        assert value(number) == 1

    @given(NUMBERS)
    def test_every_number_reads_back_as_itself(self, number):
        assert numbers.read(number) == number
        assert value(number) == 1

    @given(NUMBERS, st.data())
    def test_one_wrong_digit_or_letter_is_noticed(self, number, data):
        at = data.draw(st.integers(3, len(number) - 1).filter(lambda n: number[n] != "-"))
        other = data.draw(st.sampled_from(string.digits if number[at].isdigit() else string.ascii_uppercase))

        assert (numbers.read(number[:at] + other + number[at + 1 :]) == number) == (other == number[at])

    @given(NUMBERS, st.data())
    def test_two_digits_changed_over_are_noticed(self, number, data):
        plain = number.replace("-", "")
        at = data.draw(st.integers(2, len(plain) - 2))
        swapped = plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]
        # "2M" and "M2" are both 222 to the standard, which no check digit of it can tell apart.
        assume(swapped == plain or spelled(swapped) != spelled(plain))

        assert numbers.read(swapped) in ({number} if swapped == plain else {None})

    @pytest.mark.parametrize(
        "typed",
        [
            "ccani201-2026-000123-{}",
            " CC ANI201 2026 000123 {} ",
            "CC–ANI201–2026–000123–{}",
            "ＣＣ-ＡＮＩ201-２０２６-000123-{}",
        ],
    )
    def test_is_read_however_it_was_typed(self, typed):
        number = numbers.compose("ANI-201", 2026, 123)

        assert numbers.read(typed.format(number[-2:])) == number

    @pytest.mark.parametrize(
        "typed", ["", "CC", "CC-ANI201-2026-000123-00", "x" * 5000, "CC-ANI201-2026-000123", "证书"]
    )
    def test_anything_else_is_no_number(self, typed):
        assert numbers.read(typed) is None

    @pytest.mark.parametrize(
        ("code", "year", "serial"), [("A", 2026, 1), ("ANI-201", 2026, 0), ("ANI-201", 2026, 10**6)]
    )
    def test_none_is_made_of_what_has_no_place(self, code, year, serial):
        with pytest.raises(ValueError, match="No number"):
            numbers.compose(code, year, serial)
