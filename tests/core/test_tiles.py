import csv
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.tiles import tile_map, upper_bounds


@dataclass
class Province:
    code: str
    iso_code: str
    abbr_zh: str
    tile_column: int | None
    tile_row: int | None
    short: str


def provinces() -> list[Province]:
    return [
        Province("330000", "CN-ZJ", "浙", 5, 5, "Zhejiang"),
        Province("110000", "CN-BJ", "京", 4, 1, "Beijing"),
        Province("540000", "CN-XZ", "藏", 0, 4, "Xizang"),
    ]


class TestTileMap:
    def test_every_division_is_there_in_reading_order(self):
        chart = tile_map(provinces(), {"330000": 23})

        assert [(tile.code, tile.value) for tile in chart.tiles] == [("110000", 0), ("540000", 0), ("330000", 23)]
        assert len(chart.tiles) + len(chart.panes) == 7 * 8

    def test_not_reported_is_not_zero(self):
        chart = tile_map(provinces(), {"330000": 23, "110000": 0}, missing=None)

        assert {tile.code: tile.step for tile in chart.tiles} == {"110000": "qz", "540000": "q0", "330000": "q6"}
        assert (chart.legend[0].step, chart.legend[-1].step) == ("qz", "q0")

    def test_links_abbreviation_and_the_present_filter(self):
        chart = tile_map(provinces(), {"330000": 1}, url=lambda p: f"/parks/?province={p.code}", current={"330000"})

        tile = chart.tiles[-1]
        assert (tile.url, tile.abbr_en, tile.is_current) == ("/parks/?province=330000", "ZJ", True)

    def test_a_map_of_few_amounts_still_reads(self):
        chart = tile_map(provinces(), {"330000": 2, "110000": 1})

        assert [(step.step, step.label) for step in chart.legend] == [("qz", "0"), ("q3", "1"), ("q6", "2")]

    def test_the_only_amount_has_the_strongest_ink(self):
        chart = tile_map(provinces(), {"330000": 28})

        assert [(step.step, step.label) for step in chart.legend] == [("qz", "0"), ("q6", "28")]

    def test_totals(self):
        chart = tile_map(provinces(), {"330000": 23, "110000": 12})

        assert (chart.total, chart.filled) == (35, 2)

    @given(st.dictionaries(st.sampled_from(["330000", "110000", "540000"]), st.integers(0, 10**9)))
    def test_more_is_never_a_lighter_step(self, counts):
        tiles = sorted(tile_map(provinces(), counts).tiles, key=lambda tile: tile.value)

        steps = ["qz", "q1", "q2", "q3", "q4", "q5", "q6"]
        order = [steps.index(tile.step) for tile in tiles]
        assert order == sorted(order)


class TestUpperBounds:
    @pytest.mark.parametrize(
        ("counts", "bounds"),
        [([], []), ([1], [1]), ([1, 2, 5, 5], [1, 2, 5]), (range(1, 24), [2, 3, 5, 8, 14, 23])],
    )
    def test_examples(self, counts, bounds):
        assert upper_bounds(counts) == bounds

    @given(st.lists(st.integers(1, 10**9), min_size=1))
    def test_every_count_has_a_step(self, counts):
        bounds = upper_bounds(counts)

        assert bounds == sorted(set(bounds))
        assert len(bounds) <= 6
        assert bounds[-1] == max(counts)


class TestReferenceData:
    def test_all_34_divisions_have_a_pane_of_their_own(self):
        found = list(Path(__file__).resolve().parents[2].glob("**/data/province_tiles.csv"))
        if not found:
            pytest.skip("The reference data are not there.")
        rows = list(csv.DictReader(found[0].open(encoding="utf-8")))

        assert len({(row["col"], row["row"]) for row in rows}) == 34
        assert all(0 <= int(row["col"]) <= 6 and 0 <= int(row["row"]) <= 7 for row in rows)
