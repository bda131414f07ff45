"""The pure parts of a profile: completeness, freshness, quantities, differences; and what the database refuses."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from parks import completeness, diff, quantities
from parks.blocks import BLOCKS, digest, fingerprint, merge_rows
from parks.completeness import REQUIREMENTS, UNLOCKS, measure
from parks.freshness import state_of
from parks.models import BlockDraft, Submission
from parks.services.office import name_key
from tests.factories import make_park, make_user

FULL = {
    "name_zh": "和丰创意广场",
    "name_en": "Hefeng Creative Plaza",
    "province": "330000",
    "address_zh": "江东北路",
    "address_en": "Jiangdong North Road",
    "year_opened": 2011,
    "summary_zh": "字" * 60,
    "summary_en": "w" * 120,
    "story_zh": "字" * 200,
    "story_en": "w" * 400,
    "formation": "regeneration",
    "structure": "government_led",
    "site_form": "rebuilt",
    "fields": ["design"],
    "industries": ["03"],
    "facilities": ["cafe"],
    "services": ["ip"],
    "opening_hours_zh": "全天",
    "opening_hours_en": "All day",
    "figures": [{"indicator": code} for code in ("floor_area", "tenants", "jobs")],
    "contact_email": "office@example.org",
    "contact_visibility": "public",
    "website": "https://example.org",
    "credit_code": "91330200144052096U",
}


class TestCompleteness:
    def test_everything_is_a_hundred_and_opens_every_door(self):
        counted = measure(FULL)

        assert (counted.zh, counted.en) == (100, 100)
        assert all(door.is_open for door in counted.doors)
        assert counted.may_submit

    def test_nothing_is_nothing(self):
        counted = measure({})

        assert (counted.zh, counted.en) == (0, 0)
        assert not counted.may_submit
        assert {requirement.code for requirement in counted.missing} == set(REQUIREMENTS)

    @given(st.sets(st.sampled_from(sorted(FULL))), st.sampled_from(sorted(FULL)))
    def test_filling_in_never_lowers_anything(self, given_fields, more):
        before = measure({name: FULL[name] for name in given_fields})
        after = measure({name: FULL[name] for name in {*given_fields, more}})

        assert after.zh >= before.zh
        assert after.en >= before.en
        assert all(new.percent >= old.percent for old, new in zip(before.doors, after.doors, strict=True))

    @given(st.sets(st.sampled_from(sorted(FULL))))
    def test_a_hundred_means_that_nothing_is_missing(self, given_fields):
        counted = measure({name: FULL[name] for name in given_fields})

        assert (counted.zh == 100) == (not [r for r in counted.missing if r.zh])
        assert (counted.en == 100) == (not [r for r in counted.missing if r.en])

    def test_every_requirement_leads_to_a_field(self):
        for requirement in REQUIREMENTS.values():
            assert requirement.field in BLOCKS[requirement.block].names

    def test_every_door_and_the_listing_name_known_requirements(self):
        assert {code for unlock in UNLOCKS for code in unlock.needs} <= set(REQUIREMENTS)
        assert set(completeness.FOR_LISTING) <= set(REQUIREMENTS)

    def test_a_contact_for_members_opens_no_letters_from_visitors(self):
        counted = measure({**FULL, "contact_visibility": "members"})

        assert [door.unlock.code for door in counted.doors if not door.is_open] == ["visitors"]

    def test_missing_is_not_zero(self):
        """A figure of nought is a figure."""
        assert measure({**FULL, "figures": [{"indicator": "tenants", "value": 0}]}).missing[0].code == "area"


class TestFreshness:
    @pytest.mark.parametrize(
        ("days", "state"),
        [(0, "fresh"), (364, "fresh"), (365, "ageing"), (729, "ageing"), (730, "stale"), (4000, "stale")],
    )
    def test_ages(self, days, state):
        now = timezone.now()

        assert state_of(now - timedelta(days=days), now) == state

    def test_never(self):
        assert state_of(None, timezone.now()) == "never"


class TestQuantities:
    @pytest.mark.parametrize(
        ("text", "indicator", "value"),
        [
            ("340000", "floor_area", 340_000),
            ("340,000", "floor_area", 340_000),
            ("34万", "floor_area", 340_000),
            ("34 万平方米", "floor_area", 340_000),
            ("34 公顷", "site_area", 340_000),
            ("34 ha", "site_area", 340_000),
            ("15亩", "site_area", 10_000),
            ("1.5 km²", "site_area", 1_500_000),
            ("３４０", "tenants", 340),
            ("1.2 亿元", "revenue", 120_000_000),
            ("1.2 million", "visits", 1_200_000),
            ("12 万人次", "visits", 120_000),
            ("95 %", "occupancy", 95),
            ("340 000", "floor_area", 340_000),
        ],
    )
    def test_read_as_people_write(self, text, indicator, value):
        assert quantities.parse(text, indicator) == value

    @pytest.mark.parametrize(
        ("text", "indicator", "code"),
        [
            ("-1", "jobs", "negative"),
            ("abc", "jobs", "number"),
            ("", "jobs", "number"),
            ("5 公顷", "jobs", "unit"),
            ("1.5", "tenants", "whole"),
            ("101", "occupancy", "share"),
            ("9" * 40, "revenue", "large"),
            ("٣٤", "jobs", "number"),
            ("1e9", "jobs", "unit"),
        ],
    )
    def test_refused(self, text, indicator, code):
        if text == "٣٤":
            # Arabic-Indic digits are digits; they are read.
            assert quantities.parse(text, indicator) == 34
            return
        with pytest.raises(ValidationError) as refused:
            quantities.parse(text, indicator)
        assert refused.value.code == code

    @given(st.text(max_size=40), st.sampled_from(sorted(quantities.UNITS)))
    def test_anything_typed_is_read_or_refused(self, text, indicator):
        try:
            value = quantities.parse(text, indicator)
        except ValidationError:
            return
        assert 0 <= value <= quantities.LIMIT

    @given(st.integers(0, 10**12), st.integers(0, 10**12))
    def test_a_leap_is_more_than_tenfold_either_way(self, now, before):
        leap = quantities.jump(now, before)

        assert (leap is not None) == (bool(now) and bool(before) and max(now, before) > 10 * min(now, before))


class TestDifferences:
    @given(st.text(max_size=60), st.text(max_size=60))
    def test_both_texts_can_be_read_back(self, before, after):
        parts = diff.segments(before, after)

        assert "".join(text for kind, text in parts if kind != "ins") == before
        assert "".join(text for kind, text in parts if kind != "del") == after

    def test_chinese_by_character_english_by_word(self):
        assert diff.segments("利用棉纺厂改造而成。", "利用老棉纺厂改建而成。") == [
            ("same", "利用"),
            ("ins", "老"),
            ("same", "棉纺厂改"),
            ("del", "造"),
            ("ins", "建"),
            ("same", "而成。"),
        ]
        assert diff.segments("an old cotton mill", "an old silk mill") == [
            ("same", "an old "),
            ("del", "cotton"),
            ("ins", "silk"),
            ("same", " mill"),
        ]

    @given(st.lists(st.text(max_size=4), max_size=8), st.lists(st.text(max_size=4), max_size=8))
    def test_lists(self, before, after):
        parts = diff.items(before, after)

        assert [text for kind, text in parts if kind != "ins"] == before
        assert [text for kind, text in parts if kind != "del"] == after

    def test_long_texts_do_not_take_long(self):
        parts = diff.segments("甲乙丙丁" * 1500, "乙甲丁丙" * 1500)

        assert parts

    @pytest.mark.django_db
    def test_codes_become_words(self):
        make_park()
        with translation.override("en"):
            change = diff.change("formation", "", "regeneration", diff.Words())
            place = diff.change("province", "", "330000", diff.Words())

        assert change.segments == [("ins", "Industrial-area regeneration")]
        assert place.segments == [("ins", "Zhejiang Province")]


rows = st.lists(
    st.fixed_dictionaries({"name_zh": st.sampled_from("甲乙丙丁"), "kind": st.sampled_from(["museum", "theatre"])}),
    max_size=4,
    unique_by=lambda row: row["name_zh"],
)


class TestMerge:
    @given(rows, rows)
    def test_what_only_one_side_changed_is_kept(self, base, mine):
        seen = fingerprint("institutions", base)

        assert merge_rows("institutions", seen, base, mine) == mine
        assert sorted(map(digest, merge_rows("institutions", seen, mine, base))) == sorted(map(digest, mine))

    @given(rows, rows, rows)
    def test_no_row_is_lost_silently(self, base, theirs, mine):
        merged = merge_rows("institutions", fingerprint("institutions", base), theirs, mine)
        if merged is None:
            return
        before = {row["name_zh"]: row for row in base}
        kept = {row["name_zh"]: row for row in merged}
        for side in (theirs, mine):
            for row in side:
                if before.get(row["name_zh"]) != row:
                    assert kept[row["name_zh"]] == row


class TestNames:
    @pytest.mark.parametrize(
        ("one", "other"),
        [("和丰创意广场", "和丰文化园"), ("798艺术区", "798 艺术区"), ("Hefeng Creative Plaza", "HEFENG culture park")],
    )
    def test_common_words_do_not_count(self, one, other):
        assert name_key(one) == name_key(other)

    def test_a_name_of_common_words_alone_stays(self):
        assert name_key("文化创意园") == "文化创意园"


@pytest.mark.django_db
class TestConstraints:
    def refused(self, make):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()

    def test_one_draft_for_each_block(self):
        park, person = make_park(), make_user()
        BlockDraft.objects.create(park=park, block="story", edited_by=person)

        self.refused(lambda: BlockDraft.objects.create(park=park, block="story", edited_by=person))

    def test_a_returned_submission_has_reasons_of_either_kind(self):
        park, person = make_park(), make_user()
        now = timezone.now()
        returned = {"state": "returned", "submitted_by": person, "due_at": now, "decided_by": person, "decided_at": now}

        self.refused(lambda: Submission.objects.create(park=park, **returned))
        Submission.objects.create(park=park, **returned, block_reasons={"story": "why"})

    def test_a_decision_has_its_person_and_time(self):
        park, person = make_park(), make_user()

        self.refused(
            lambda: Submission.objects.create(park=park, state="accepted", submitted_by=person, due_at=timezone.now())
        )

    @pytest.mark.parametrize(
        "fields",
        [
            {"standing": "listed"},
            {"standing": "suspended"},
            {"standing": "catalogued", "source": ""},
            {"formation": "cultivated", "second_formation": "cultivated"},
            {"year_opened": 1492},
            {"services": ["nonsense"]},
        ],
    )
    def test_a_park_that_cannot_be(self, fields):
        self.refused(lambda: make_park(**fields))
