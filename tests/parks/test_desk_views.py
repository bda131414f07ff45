"""The pages of a park's desk: who sees them, what they save, what they say when something is wrong."""

import json

import pytest
from django.urls import reverse
from django.utils import translation

from alliance.notifications.models import Task
from parks import services
from parks.blocks import BLOCKS
from parks.models import BlockConfirmation, BlockDraft, BlockEdit, Park, Submission
from tests.factories import make_duty, make_officer, make_park, make_province, make_user

from .profiles import fill, make_ready_park, make_reference

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def manager():
    return make_user(name="Li Wei", language="en")


@pytest.fixture
def park(manager):
    make_reference()
    return make_park(managers=[manager], name_zh="和丰创意广场", name_en="Hefeng Creative Plaza")


@pytest.fixture
def signed_in(client, manager, park):
    client.force_login(manager)
    return client


def url(name, park, *args):
    return reverse(f"parks:{name}", args=[park.slug, *args])


def contact(**over):
    return {
        "website": "",
        "contact_phone": "",
        "contact_email": "",
        "contact_visibility": "public",
        **over,
    }


def opened(response):
    """The hidden fields of an open editor."""
    return {"seen": response.context["seen"], "page": response.context["page_token"]}


PAGES = ["desk_park", "park_submit", "park_preview", "history", "pictures"]


class TestWhoMayOpen:
    @pytest.mark.parametrize("name", PAGES)
    def test_the_parks_people(self, signed_in, park, name):
        assert signed_in.get(url(name, park)).status_code == 200

    @pytest.mark.parametrize("name", PAGES)
    def test_another_parks_people_find_nothing(self, client, park, name):
        stranger = make_user()
        make_park(managers=[stranger])
        client.force_login(stranger)

        assert client.get(url(name, park)).status_code == 404

    @pytest.mark.parametrize("name", PAGES)
    def test_visitors_are_sent_to_sign_in(self, client, park, name):
        response = client.get(url(name, park))

        assert response.status_code == 302
        assert "login" in response.url

    @pytest.mark.parametrize("code", list(BLOCKS))
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_every_block_opens_in_both_languages(self, signed_in, park, code, language):
        fill(park, make_user())
        with translation.override(language):
            assert signed_in.get(url("edit_block", park, code)).status_code == 200

    def test_an_unknown_block_does_not_exist(self, signed_in, park):
        assert signed_in.get(url("edit_block", park, "nonsense")).status_code == 404

    def test_an_ended_duty_closes_the_desk(self, client, park):
        former = make_user()
        make_duty(former, park.organisation, "park_editor", ends_on="2025-01-01")
        client.force_login(former)

        assert client.get(url("desk_park", park)).status_code == 404


class TestSaving:
    def test_saves_a_draft_and_says_so(self, signed_in, park):
        page = signed_in.get(url("edit_block", park, "contact"))

        response = signed_in.post(
            url("edit_block", park, "contact"), contact(contact_phone="0574-8888 0000", **opened(page)), follow=True
        )

        assert BlockDraft.objects.get().data == {"contact_phone": "0574-8888 0000"}
        assert "Saved as a draft" in response.content.decode()

    def test_autosave_answers_with_a_line_and_what_the_page_now_knows(self, signed_in, park):
        page = signed_in.get(url("edit_block", park, "contact"))

        response = signed_in.post(
            url("edit_block", park, "contact"),
            contact(contact_phone="0574-8888 0000", **opened(page)),
            headers={"HX-Request": "true"},
        )

        text = response.content.decode()
        assert "Saved" in text
        assert 'id="id_seen"' in text
        assert "<form" not in text

    def test_a_wrong_field_keeps_what_was_typed_and_saves_the_rest(self, signed_in, park):
        response = signed_in.post(
            url("edit_block", park, "contact"), contact(contact_email="no address", contact_phone="0574-8888 0000")
        )

        text = response.content.decode()
        assert response.status_code == 422
        assert "no address" in text
        assert "Enter a valid email address" in text
        assert BlockDraft.objects.get().data == {"contact_phone": "0574-8888 0000"}

    def test_twice_the_same_is_harmless(self, signed_in, park):
        page = signed_in.get(url("edit_block", park, "contact"))
        data = contact(contact_phone="0574-8888 0000", **opened(page))

        signed_in.post(url("edit_block", park, "contact"), data)
        signed_in.post(url("edit_block", park, "contact"), data)

        assert BlockDraft.objects.get().version == 1
        assert BlockEdit.objects.count() == 1

    @pytest.mark.parametrize(
        ("name", "ok"),
        [
            ("园" * 120, True),
            ("园" * 300, False),
            ("🏭 Loft 8", True),
            ("حديقة الثقافة", True),
            ("\u202eevil", True),
            ("a\x00b", False),
            ("", False),
        ],
    )
    def test_names_of_every_kind(self, signed_in, park, name, ok):
        data = {
            "name_zh": name,
            "name_en": "x",
            "kind": "park",
            "province": park.province_id,
            "credit_code": "",
            "year_opened": "",
        }
        response = signed_in.post(url("edit_block", park, "identity"), data)

        assert response.status_code == (302 if ok else 422)
        if ok:
            assert "\u202e" not in BlockDraft.objects.get().data["name_zh"]

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("91330200144052096U", ""),
            ("91330200144052096X", "does not fit the others"),
            ("123", "18 digits"),
        ],
    )
    def test_credit_codes(self, signed_in, park, code, words):
        data = {"name_zh": "和丰", "kind": "park", "province": park.province_id, "credit_code": code}

        response = signed_in.post(url("edit_block", park, "identity"), data)

        assert response.status_code == (422 if words else 302)
        assert words in response.content.decode()

    def test_a_credit_code_that_is_taken(self, signed_in, park):
        other = make_park().organisation
        other.credit_code = "91330200144052096U"
        other.save()
        data = {"name_zh": "和丰", "kind": "park", "province": park.province_id, "credit_code": "91330200144052096U"}

        assert (
            "already has this credit code" in signed_in.post(url("edit_block", park, "identity"), data).content.decode()
        )

    def test_a_year_to_come_and_a_city_elsewhere(self, signed_in, park):
        from alliance.core.models import Division

        make_province("320000", name_zh="江苏省", name_en="Jiangsu", short_zh="江苏", short_en="Jiangsu", abbr_zh="苏")
        Division.objects.create(
            code="320100",
            level="prefecture",
            parent_id="320000",
            name_zh="南京市",
            name_en="Nanjing",
            short_zh="南京",
            short_en="Nanjing",
        )
        data = {
            "name_zh": "和丰",
            "kind": "park",
            "province": park.province_id,
            "city": "320100",
            "year_opened": "2099",
        }

        text = signed_in.post(url("edit_block", park, "identity"), data).content.decode()

        assert "2099 has not come yet" in text
        assert "Nanjing is not in Zhejiang" in text

    def test_extra_fields_change_nothing(self, signed_in, park):
        signed_in.post(
            url("edit_block", park, "contact"), contact(standing="listed", slug="mine", contact_phone="0574-8888 0000")
        )

        park.refresh_from_db()
        assert (park.standing, BlockDraft.objects.get().data) == ("catalogued", {"contact_phone": "0574-8888 0000"})

    def test_the_main_field_comes_first(self, signed_in, park):
        signed_in.post(
            url("edit_block", park, "work"),
            {
                "fields": ["design", "exhibition"],
                "main_field": "exhibition",
                "institutions-TOTAL_FORMS": "0",
                "institutions-INITIAL_FORMS": "0",
            },
        )

        assert BlockDraft.objects.get().data["fields"] == ["exhibition", "design"]


def figures(*rows):
    data = {"figures-TOTAL_FORMS": str(len(rows)), "figures-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        row = {"indicator": "tenants", "year": "2025", "value": "120", "source": "self_reported", **row}
        data |= {f"figures-{number}-{name}": value for name, value in row.items()}
    return data


class TestFigures:
    def test_units_are_read_and_rows_kept(self, signed_in, park):
        response = signed_in.post(
            url("edit_block", park, "figures"),
            figures(
                {"indicator": "floor_area", "value": "34 公顷"},
                {"value": "1,200"},
                {"indicator": "", "value": "", "year": ""},
            ),
        )

        rows = BlockDraft.objects.get().data["figures"]
        assert response.status_code == 302
        assert [(row["indicator"], row["value"]) for row in rows] == [("floor_area", 340000), ("tenants", 1200)]

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ({"indicator": "jobs", "value": "500 公顷"}, "is not a unit of this figure"),
            ({"indicator": "occupancy", "value": "140"}, "cannot be more than 100"),
            ({"value": "-4"}, "less than zero"),
            ({"value": "many"}, "Please give a number"),
            ({"year": ""}, "needs its year"),
            ({"year": "1492"}, "between 1900 and"),
        ],
    )
    def test_what_is_wrong_stands_beside_it(self, signed_in, park, row, words):
        response = signed_in.post(url("edit_block", park, "figures"), figures(row))

        assert response.status_code == 422
        assert words in response.content.decode()

    def test_the_same_figure_twice(self, signed_in, park):
        response = signed_in.post(url("edit_block", park, "figures"), figures({}, {"value": "130"}))

        assert "already given for this year" in response.content.decode()

    def test_a_leap_is_asked_about_and_saved_all_the_same(self, signed_in, park):
        signed_in.post(url("edit_block", park, "figures"), figures({"year": "2024"}, {"value": "12 万"}))

        text = signed_in.get(url("edit_block", park, "figures")).content.decode()

        assert "times away from 2024" in text
        assert len(BlockDraft.objects.get().data["figures"]) == 2

    def test_a_row_is_removed(self, signed_in, park):
        signed_in.post(url("edit_block", park, "figures"), figures({}, {"year": "2024"}))

        signed_in.post(url("edit_block", park, "figures"), figures({"DELETE": "on"}, {"year": "2024"}))

        assert [row["year"] for row in BlockDraft.objects.get().data["figures"]] == [2024]


def institutions(*rows, initial=0):
    data = {"institutions-TOTAL_FORMS": str(len(rows)), "institutions-INITIAL_FORMS": str(initial)}
    for number, row in enumerate(rows):
        data |= {f"institutions-{number}-{name}": value for name, value in row.items()}
    return data


class TestInstitutions:
    def names(self):
        return [row["name_zh"] for row in BlockDraft.objects.get(block="work").data.get("institutions", [])]

    def test_a_row_stays_however_often_its_page_saves(self, signed_in, park):
        """The page was opened with no row; to the server the second save brings a row it knows."""
        museum = {"name_zh": "和丰博物馆", "kind": "museum"}
        for _save in range(3):
            signed_in.post(url("edit_block", park, "work"), institutions(museum, {}), headers={"HX-Request": "true"})

        assert self.names() == ["和丰博物馆"]

    def test_an_untouched_row_stays_and_an_emptied_one_goes(self, signed_in, park):
        museum, school = {"name_zh": "和丰博物馆"}, {"name_zh": "设计学院"}
        signed_in.post(url("edit_block", park, "work"), institutions(museum, school))

        signed_in.post(url("edit_block", park, "work"), institutions(museum, {"name_zh": ""}, {}, initial=2))

        assert self.names() == ["和丰博物馆"]


class TestTwoEditors:
    def test_the_second_sees_the_first_and_chooses(self, client, signed_in, manager, park):
        page = signed_in.get(url("edit_block", park, "contact"))
        colleague = make_user(name="Zhao Min")
        make_duty(colleague, park.organisation, "park_editor")
        services.save_block(park, BLOCKS["contact"], {"contact_phone": "0574-1111 0000"}, by=colleague)

        mine = signed_in.post(
            url("edit_block", park, "contact"),
            contact(contact_phone="0574-2222 0000", website="https://x.example", **opened(page)),
        )
        text = mine.content.decode()
        shown = opened(mine)
        signed_in.post(
            url("edit_block", park, "contact"),
            contact(contact_phone="0574-2222 0000", website="https://x.example", take_contact_phone="theirs", **shown),
        )
        kept_theirs = BlockDraft.objects.get().data
        signed_in.post(
            url("edit_block", park, "contact"),
            contact(contact_phone="0574-2222 0000", website="https://x.example", take_contact_phone="mine", **shown),
        )

        assert mine.status_code == 409
        assert "Zhao Min wrote something else here" in text
        assert 'value="0574-2222 0000"' in text
        assert kept_theirs == {"contact_phone": "0574-1111 0000", "website": "https://x.example"}
        assert BlockDraft.objects.get().data["contact_phone"] == "0574-2222 0000"

    def test_an_autosave_never_overwrites_what_it_has_not_seen(self, signed_in, park):
        page = signed_in.get(url("edit_block", park, "contact"))
        services.save_block(park, BLOCKS["contact"], {"contact_phone": "0574-1111 0000"}, by=make_user(name="Zhao Min"))
        htmx = {"HX-Request": "true"}

        first = signed_in.post(
            url("edit_block", park, "contact"), contact(website="https://x.example", **opened(page)), headers=htmx
        )
        seen = json.loads(first.context["seen"])
        signed_in.post(
            url("edit_block", park, "contact"),
            contact(website="https://y.example", seen=json.dumps(seen), page=opened(page)["page"]),
            headers=htmx,
        )

        assert "Compare and merge" in first.content.decode()
        assert BlockDraft.objects.get().data == {"contact_phone": "0574-1111 0000", "website": "https://y.example"}

    @pytest.mark.parametrize("seen", ["", "[]", "{not json", '{"contact_phone": {"x": 1}}', '{"contact_phone": 7}'])
    def test_a_mangled_memory_breaks_nothing(self, signed_in, park, seen):
        response = signed_in.post(
            url("edit_block", park, "contact"), contact(contact_phone="0574-8888 0000", seen=seen)
        )

        assert response.status_code in {302, 409}


class TestSubmitting:
    def test_the_whole_way(self, signed_in, manager, park):
        officer = make_officer(language="en")
        fill(park, manager)

        response = signed_in.post(url("park_submit", park), {"message": "Hello"}, follow=True)

        submission = Submission.objects.get()
        assert submission.message == "Hello"
        assert "The secretariat is checking the profile" in response.content.decode()
        assert Task.objects.waiting_for(officer).count() == 1

    def test_missing_things_are_links(self, signed_in, park):
        text = signed_in.get(url("park_submit", park)).content.decode()

        assert f"{url('edit_block', park, 'story')}#id_summary_zh" in text

    def test_too_early_says_why(self, signed_in, park):
        response = signed_in.post(url("park_submit", park), {"message": "keep this"})

        assert response.status_code == 409
        assert "Please fill in first" in response.content.decode()
        assert "keep this" in response.content.decode()

    def test_an_editor_sees_but_does_not_submit(self, client, park):
        editor = make_user()
        make_duty(editor, park.organisation, "park_editor")
        client.force_login(editor)

        assert client.get(url("park_submit", park)).status_code == 200
        assert client.post(url("park_submit", park)).status_code == 403
        assert client.post(url("park_withdraw", park)).status_code == 403

    def test_while_it_is_checked_the_editor_is_closed(self, signed_in, manager, park):
        make_officer()
        fill(park, manager)
        services.submit_profile(park, by=manager)

        page = signed_in.get(url("edit_block", park, "contact")).content.decode()
        signed_in.post(url("edit_block", park, "contact"), contact(contact_phone="0574-9999 0000"))
        line = signed_in.post(
            url("edit_block", park, "contact"), contact(contact_phone="0574-9999 0000"), headers={"HX-Request": "true"}
        )

        assert '<fieldset class="stack plain" disabled>' in page
        assert "Not saved" in line.content.decode()
        assert BlockDraft.objects.get(block="contact").data["contact_phone"] == "0574-8888 0000"

    def test_withdraw(self, signed_in, manager, park):
        make_officer()
        fill(park, manager)
        services.submit_profile(park, by=manager)

        signed_in.post(url("park_withdraw", park))

        assert Submission.objects.get().state == "withdrawn"


class TestTheRest:
    def test_still_true(self, signed_in, park):
        signed_in.post(url("park_confirm", park), {"block": "contact"})
        signed_in.post(url("park_confirm", park), {"block": "all"})

        assert BlockConfirmation.objects.count() == len(BLOCKS)
        assert signed_in.post(url("park_confirm", park), {"block": "nonsense"}).status_code == 404

    def test_the_preview_shows_the_draft_only_to_insiders(self, signed_in, client, manager, park):
        services.save_block(park, BLOCKS["story"], {"summary_en": "A brand new summary"}, by=manager)

        preview = signed_in.get(url("park_preview", park)).content.decode()
        public = signed_in.get(park.get_absolute_url()).content.decode()

        assert "A brand new summary" in preview
        assert "A brand new summary" not in public

    def test_history_and_undo(self, signed_in, manager, park):
        services.save_block(park, BLOCKS["contact"], {"contact_phone": "0574-8888 0000"}, by=manager)
        edit = BlockEdit.objects.get()

        text = signed_in.get(url("history", park)).content.decode()
        signed_in.post(url("undo", park, edit.pk))

        assert "0574-8888 0000" in text
        assert BlockDraft.objects.get().data == {}

    def test_anothers_edit_cannot_be_undone_through_ones_own_park(self, signed_in, park):
        foreign = make_park()
        services.save_block(foreign, BLOCKS["contact"], {"contact_phone": "0574-8888 0000"}, by=make_user())

        assert signed_in.post(url("undo", park, BlockEdit.objects.get().pk)).status_code == 404

    def test_the_panel_and_the_list(self, signed_in, park):
        assert signed_in.get(reverse("parks:profile_panel"), headers={"HX-Request": "true"}).status_code == 200
        assert signed_in.get(reverse("parks:profile_panel")).status_code == 200
        assert signed_in.get(reverse("parks:desk_parks")).status_code == 302

    def test_outdated_english_is_marked_and_confirmed(self, signed_in, manager, park):
        Park.objects.filter(pk=park.pk).update(summary_zh="旧的简介。", summary_en="Old summary.")
        services.save_block(park, BLOCKS["story"], {"summary_zh": "新的简介。"}, by=manager)

        marked = signed_in.get(url("edit_block", park, "story")).content.decode()
        signed_in.post(
            url("edit_block", park, "story"),
            {"summary_zh": "新的简介。", "summary_en": "Old summary.", "still_right": "summary"},
        )
        after = signed_in.get(url("edit_block", park, "story")).content.decode()

        assert "Translation out of date" in marked
        assert "Translation out of date" not in after


class TestQueries:
    def test_the_editor_asks_the_same_for_any_number_of_figures(
        self, signed_in, manager, park, django_assert_max_num_queries
    ):
        row = {
            "indicator": "tenants",
            "value": 1,
            "is_planned": False,
            "source": "self_reported",
            "source_note_zh": "",
            "source_note_en": "",
        }
        counts = []
        for rows in ([{**row, "year": 2020}], [{**row, "year": 2010 + n} for n in range(10)]):
            services.save_block(park, BLOCKS["figures"], {"figures": rows}, by=manager)
            with django_assert_max_num_queries(40) as captured:
                signed_in.get(url("edit_block", park, "figures"))
            counts.append(len(captured))

        assert counts[0] == counts[1]

    def test_the_history_asks_the_same_for_one_and_ten_changes(
        self, signed_in, manager, park, django_assert_max_num_queries
    ):
        counts = []
        for more in (1, 9):
            for number in range(more):
                services.save_block(
                    park, BLOCKS["contact"], {"contact_phone": f"0574-{more}{number}00 0000"}, by=manager
                )
            with django_assert_max_num_queries(30) as captured:
                signed_in.get(url("history", park))
            counts.append(len(captured))

        assert counts[0] == counts[1]


def test_a_ready_park_is_complete_enough(manager):
    from parks import completeness, drafts

    park = make_ready_park(manager)

    assert completeness.measure(drafts.profile(park)).may_submit
