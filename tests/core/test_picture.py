import re
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.picture import SIZES, Place, building_for, draw, place_of, render
from alliance.core.picture.choose import FIELDS, FORMER, INKS
from alliance.core.picture.land import BEHIND

PROVINCES = [code for codes in BEHIND.values() for code in codes] + ["11", "31", ""]
FORMER_USES = ["", *(words[0] + "厂" for words, _ in FORMER)]
places = st.builds(
    Place,
    slug=st.text(min_size=1, max_size=60),
    kind=st.sampled_from(["park", "cluster", "village", "firm"]),
    formation=st.sampled_from(["", "metropolis", "regeneration", "cultivated"]),
    former_use_zh=st.sampled_from(FORMER_USES),
    province_code=st.sampled_from(PROVINCES),
    abbr_zh=st.sampled_from(["", "浙", "<", "&"]),
    fields=st.lists(st.sampled_from([*FIELDS, "unheard_of"]), max_size=3).map(tuple),
)


class TestDraw:
    @given(places, st.sampled_from(sorted(SIZES)))
    def test_it_is_wellformed_light_and_obeys_the_content_policy(self, place, size):
        svg = draw(place, size)

        root = ET.fromstring(svg)
        names = {name for element in root.iter() for name in element.attrib}
        assert names <= {"class", "viewBox", "preserveAspectRatio", "aria-hidden", "focusable", "d", "x", "y"}
        assert len(svg) < 10_000
        assert "nan" not in svg
        assert "None" not in svg

    @given(places)
    def test_the_same_place_has_the_same_picture(self, place):
        again = Place(**vars(place))
        first = draw(place)
        draw.cache_clear()

        assert draw(again) == first

    def test_two_places_differ(self):
        assert draw(Place("one", former_use_zh="棉纺厂")) != draw(Place("two", former_use_zh="棉纺厂"))

    def test_coordinates_have_one_decimal_at_most(self):
        assert not re.search(r"\.\d\d", draw(Place("hefeng", former_use_zh="棉纺厂"), "wide").split('viewBox="')[1])

    def test_a_card_is_about_four_kilobytes(self):
        sizes = sorted(len(draw(Place(f"park-{n}", former_use_zh=use))) for n in range(8) for use in FORMER_USES)

        assert sizes[len(sizes) // 2] < 4_600
        assert sizes[-1] < 6_500

    def test_the_seal_bears_the_province(self):
        assert ">浙</text>" in draw(Place("hefeng", abbr_zh="浙"))
        assert "<text" not in draw(Place("hefeng", abbr_zh="浙"), "small")


class TestBuildingFor:
    @pytest.mark.parametrize(
        ("place", "building"),
        [
            (Place("hefeng", former_use_zh="棉纺厂(和丰纱厂)"), "mill"),
            (Place("798-art-zone", former_use_zh="电子元件厂(718联合厂)"), "vaults"),
            (Place("taoxichuan", former_use_zh="瓷厂(国营宇宙瓷厂)"), "kilns"),
            (Place("zhenbeibu", former_use_zh="明清边防城堡遗址"), "fort"),
            (Place("chenguang-1865", former_use_zh="兵工厂(金陵机器局)"), "warehouses"),
            (Place("dafen", kind="village", fields=("visual_arts",)), "studios"),
            (Place("tianzhiying", kind="firm", fields=("animation",)), "tower"),
            (Place("dunhuang", fields=("cultural_tourism", "heritage")), "hall"),
            (Place("malanshan", fields=("digital_media", "film")), "pixels"),
            (Place("nothing-known"), "blocks"),
        ],
    )
    def test_what_is_known_decides(self, place, building):
        assert building_for(place) == building

    def test_every_building_exists_and_has_its_ink(self):
        from alliance.core.picture import buildings

        named = {building for _, building in FORMER} | set(FIELDS.values()) | {"studios", "tower", "towers", "hall"}
        assert named == set(INKS)
        assert all(callable(getattr(buildings, name)) for name in named)


class TestRender:
    def test_a_caption_says_that_it_is_no_photograph(self):
        html = render(Place("hefeng", former_use_zh="棉纺厂"), size="wide", caption=True)

        assert html.startswith("<figure><svg")
        assert "<figcaption>" in html

    def test_a_park_row_is_read(self):
        park = SimpleNamespace(
            slug="hefeng",
            kind="park",
            formation="regeneration",
            site_form="rebuilt",
            former_use_zh="棉纺厂",
            province=SimpleNamespace(code="330000", abbr_zh="浙"),
            fields=["design"],
        )

        place = place_of(park)

        assert place == Place("hefeng", "park", "regeneration", "rebuilt", "棉纺厂", "330000", "浙", ("design",))
