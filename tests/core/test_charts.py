import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.charts import (
    Bar,
    Point,
    Slice,
    bar_chart,
    donut_chart,
    flow_chart,
    line_chart,
    nice_ticks,
    sparkline,
)

amounts = st.floats(min_value=0, max_value=1e12, allow_nan=False)


class TestBarChart:
    def test_the_longest_bar_fills_the_line(self):
        chart = bar_chart([Bar("East", 80, "/east/"), Bar("West", 20), Bar("North", None)])

        assert [(row.label, row.width) for row in chart.rows] == [("East", "100"), ("West", "25"), ("North", "0")]

    def test_a_missing_amount_stays_missing(self):
        chart = bar_chart([Bar("North", None)])

        assert chart.rows[0].value is None

    def test_a_small_amount_stays_visible(self):
        chart = bar_chart([Bar("Much", 100_000), Bar("Little", 1), Bar("None", 0)])

        assert [row.width for row in chart.rows] == ["100", "0.5", "0"]

    def test_no_amount_at_all(self):
        assert [row.width for row in bar_chart([Bar("a", 0), Bar("b", None)]).rows] == ["0", "0"]

    @given(st.lists(st.one_of(st.none(), amounts), max_size=20))
    def test_no_bar_leaves_the_line(self, values):
        chart = bar_chart([Bar(str(i), value) for i, value in enumerate(values)])

        assert all(0 <= float(row.width) <= 100 for row in chart.rows)


class TestLineChart:
    def test_a_gap_parts_the_line_and_is_joined_by_dots(self):
        chart = line_chart([Point("2020", 10), Point("2021", None), Point("2022", 30)])

        assert chart.line.count("M") == 2
        assert chart.gaps.count("L") == 1
        assert chart.area == ""
        assert [mark.label for mark in chart.marks] == ["2020", "2022"]

    def test_the_last_known_point_is_named(self):
        chart = line_chart([Point("2020", 1), Point("2021", 2), Point("2022", None)])

        assert (chart.last.label, chart.last.value) == ("2021", 2)

    def test_nothing_known(self):
        chart = line_chart([Point("2020", None)])

        assert (chart.line, chart.last) == ("", None)

    def test_few_labels_first_and_last_among_them(self):
        chart = line_chart([Point(str(year), year) for year in range(1990, 2027)])

        labels = [tick.label for tick in chart.x_ticks]
        assert (labels[0], labels[-1], len(labels)) == ("1990", "2026", 5)

    @given(st.lists(st.one_of(st.none(), amounts), min_size=1, max_size=40))
    def test_points_stay_between_axis_and_top(self, values):
        chart = line_chart([Point(str(i), value) for i, value in enumerate(values)])

        assert all(0 <= float(mark.y) <= chart.bottom for mark in chart.marks)
        assert all(chart.left <= float(mark.x) <= chart.right for mark in chart.marks)


class TestNiceTicks:
    @given(st.floats(min_value=0.001, max_value=1e12))
    def test_ticks_start_at_zero_and_reach_the_top(self, top):
        ticks = nice_ticks(top)

        assert ticks[0] == 0
        assert ticks[-1] >= top * 0.999999
        assert 2 <= len(ticks) <= 6

    def test_round_steps(self):
        assert nice_ticks(51) == [0, 20, 40, 60]


class TestSparkline:
    def test_a_gap_lifts_the_pen(self):
        assert sparkline([1, None, 3]).line == "M0 22M96 2"

    def test_a_flat_line_lies_in_the_middle(self):
        assert sparkline([5, 5]).line == "M0 12L96 12"

    def test_nothing_known(self):
        assert sparkline([None, None]).line == ""


class TestFlowChart:
    states = (("draft", "Draft", "start"), ("open", "Open", ""), ("closed", "Closed", "final"))

    def test_states_stand_in_a_line_and_moves_beside_it(self):
        chart = flow_chart(self.states, [("draft", "open"), ("open", "closed"), ("draft", "closed")])

        assert [node.y for node in chart.nodes] == [20, 80, 140]
        assert len(chart.arcs) == 3
        assert not any(arc.is_back for arc in chart.arcs)

    def test_what_leads_back_is_told_apart(self):
        chart = flow_chart(self.states, [("draft", "open"), ("open", "draft")])

        assert [arc.is_back for arc in chart.arcs] == [False, True]
        assert len({arc.path for arc in chart.arcs}) == 2

    def test_two_steps_between_the_same_states_are_one_arc(self):
        assert len(flow_chart(self.states, [("draft", "open"), ("draft", "open"), ("open", "open")]).arcs) == 1

    def test_a_single_state(self):
        chart = flow_chart([("only", "Only", "start")], [])

        assert (chart.arcs, chart.last_y) == ([], 20)


class TestDonutChart:
    def test_shares_follow_one_another_around_the_ring(self):
        chart = donut_chart([Slice("a", 50), Slice("b", 25), Slice("c", 25), Slice("none", 0)])

        assert [(arc.label, arc.share, arc.offset) for arc in chart.arcs] == [
            ("a", "50.00", "0.00"),
            ("b", "25.00", "-50.00"),
            ("c", "25.00", "-75.00"),
        ]
        assert chart.total == 100

    def test_too_many_parts_are_refused(self):
        with pytest.raises(ValueError, match="at most 6"):
            donut_chart([Slice(str(i), 1) for i in range(7)])

    def test_an_empty_whole(self):
        assert donut_chart([]).arcs == []
