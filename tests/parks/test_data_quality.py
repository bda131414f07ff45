"""Gaps of the register: a number and its rows are one condition; letters go to those who can fill them."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from alliance.accounts.services import approve_join, ask_to_join
from alliance.core.alliance_settings import decide
from alliance.core.jobs import running
from alliance.core.models import AuditEvent, Job
from alliance.notifications.models import AddressTrouble, Notice, Task
from parks import quality
from parks.decided import NUDGE_PAUSE_DAYS
from parks.models import Figure, Nudge, NudgedPark, Park, QualityDay
from parks.services import nudging
from tests.factories import make_duty, make_officer, make_organisation, make_park, make_province, make_user

pytestmark = pytest.mark.django_db
USCC = "91330200144052096U"


@pytest.fixture(autouse=True)
def _english():
    make_organisation("secretariat")
    with translation.override("en"):
        yield


def gaps_of(park: Park) -> set[str]:
    return {code for code, gap in quality.GAPS.items() if quality.rows(gap, {}).filter(pk=park.pk).exists()}


class TestGaps:
    def test_what_a_fresh_entry_misses(self):
        park = make_park(summary_zh="只有中文")

        assert gaps_of(park) == {"never", "one_language", "unmanaged", "no_code", "no_picture", "no_figure"}

    def test_each_gap_closes_by_what_it_asks_for(self):
        park = make_park([make_user()], confirmed_at=timezone.now())
        park.organisation.credit_code = USCC
        park.organisation.save()
        Figure.objects.create(park=park, indicator="tenants", year=2024, value=8, source="self_reported")

        assert gaps_of(park) == {"no_picture"}

    def test_a_figure_needs_year_and_source(self):
        park = make_park()
        Figure.objects.create(park=park, indicator="tenants", value=8, source="public", source_note_zh="年鉴")
        named = make_park()
        Figure.objects.create(park=named, indicator="tenants", year=2024, value=8, source="public", source_note_en="x")

        assert ("bare_figure" in gaps_of(park), "bare_figure" in gaps_of(named)) == (True, False)

    def test_an_address_that_letters_come_back_from(self):
        manager = make_user()
        park = make_park([manager])
        trouble = AddressTrouble.objects.create(person=manager, address=manager.email, status="5.1.1")
        assert "dead_mail" in gaps_of(park)

        AddressTrouble.objects.filter(pk=trouble.pk).update(cleared_at=timezone.now())

        assert "dead_mail" not in gaps_of(park)

    def test_drafts_are_nobodys_gap(self):
        assert gaps_of(make_park(standing="draft")) == set()

    @pytest.mark.parametrize("filters", [{}, {"province": "330000"}, {"standing": "listed"}, {"formation": "cluster"}])
    def test_every_number_is_the_number_of_its_rows(self, filters):
        sichuan = make_province("510000", name_zh="四川省", name_en="Sichuan", short_zh="四川", short_en="Sichuan")
        make_park([make_user()]), make_park(province=sichuan, summary_zh="只有中文")
        make_park(standing="listed", listed_at=timezone.now(), confirmed_at=timezone.now() - timedelta(days=800))

        counted = quality.count(filters)

        assert {code: quality.rows(gap, filters).count() for code, gap in quality.GAPS.items()} == {
            code: counted[code] for code in quality.GAPS
        }

    @pytest.mark.parametrize("parks", [1, 10])
    def test_all_numbers_are_one_query(self, django_assert_num_queries, parks):
        for _number in range(parks):
            make_park()

        with django_assert_num_queries(1):
            quality.count({})


def send(park: Park, gap: str = "no_picture", officer=None) -> str:
    nudge = nudging.start(quality.GAPS[gap], [park], {}, by=officer or make_officer())
    return nudging.write_one(nudge.parks.get()).outcome


class TestNudge:
    def test_the_duty_holders_are_written_to(self):
        manager, editor = make_user(), make_user()
        park = make_park([manager])
        make_duty(editor, park.organisation, "park_editor")

        outcome = send(park)

        assert outcome == "told"
        assert [notice.recipient for notice in Notice.objects.filter(event__kind="parks.nudged")] == [manager]

    def test_without_a_manager_the_editors_are(self):
        editor = make_user()
        park = make_park()
        make_duty(editor, park.organisation, "park_editor")

        send(park)

        assert [notice.recipient for notice in Notice.objects.filter(event__kind="parks.nudged")] == [editor]

    def test_where_nobody_acts_the_membership_desk_gets_a_task(self):
        park = make_park()

        outcome = send(park)

        task = Task.objects.get(kind="parks.find_manager")
        assert (outcome, task.about_id, task.organisation.kind) == ("task", str(park.pk), "secretariat")
        assert not Notice.objects.filter(event__kind="parks.nudged").exists()

    def test_the_task_is_done_once_somebody_acts_for_the_park(self):
        park, person = make_park(), make_user()
        send(park)
        person.emailaddress_set.create(email=person.email, verified=True, primary=True)
        asked = ask_to_join(person, park.organisation, "park_editor", message="我管网站")

        approve_join(asked, by=make_officer())

        task = Task.objects.get(kind="parks.find_manager")
        assert (task.state, task.outcome) == ("done", "found")

    def test_not_more_often_than_was_decided(self):
        park = make_park([make_user()])
        assert [send(park), send(park, "never")] == ["told", "too_soon"]

        NudgedPark.objects.update(settled_at=timezone.now() - timedelta(days=10))
        assert send(park) == "too_soon"
        decide(NUDGE_PAUSE_DAYS, 7, by=None, reason="Before the fair")

        assert send(park) == "told"
        assert Notice.objects.filter(event__kind="parks.nudged").count() == 2

    def test_a_gap_that_was_filled_meanwhile_is_not_asked_for(self):
        park = make_park([make_user()])
        nudge = nudging.start(quality.GAPS["no_figure"], [park], {}, by=make_officer())
        Figure.objects.create(park=park, indicator="tenants", year=2024, value=8, source="self_reported")

        assert nudging.write_one(nudge.parks.get()).outcome == "settled"

    def test_writing_twice_sends_one_letter(self):
        park = make_park([make_user()])
        nudge = nudging.start(quality.GAPS["no_picture"], [park], {}, by=make_officer())

        nudging.write_one(nudge.parks.get())
        nudging.write_one(nudge.parks.get())

        assert Notice.objects.filter(event__kind="parks.nudged").count() == 1

    def test_today_is_noted_once(self):
        make_park()
        nudging.note_the_day()
        make_park()
        nudging.note_the_day()

        assert QualityDay.objects.get().counts["never"] == 2


@pytest.mark.django_db(transaction=True)
def test_two_officers_write_to_one_park_at_once_and_one_letter_goes():
    make_organisation("secretariat")
    park, officer = make_park([make_user()]), make_officer()
    lines = [nudging.start(quality.GAPS["no_picture"], [park], {}, by=officer).parks.get() for _turn in range(2)]
    together = threading.Barrier(2)
    outcomes: list[str] = []

    def write(line: NudgedPark) -> None:
        together.wait()
        try:
            outcomes.append(nudging.write_one(line).outcome)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["told", "too_soon"]
    assert Notice.objects.filter(event__kind="parks.nudged").count() == 1


class TestPages:
    def test_from_a_number_to_letters(self, client):
        park, vacant = make_park([make_user("Li Wei")], name_en="Hefeng"), make_park()
        client.force_login(make_officer())
        console = client.get(reverse("parks:quality")).content.decode()
        rows = reverse("parks:quality_rows", args=["no_picture"])
        write = reverse("parks:nudge_prepare", args=["no_picture"])

        assert f'href="{rows}"' in console
        assert "Hefeng" in client.get(rows).content.decode()

        preview = client.post(write, {"all": "1"})
        words = preview.content.decode()
        assert (preview.context["told"], preview.context["vacant"]) == (1, 1)
        assert "Li Wei" in words
        assert [letter["lang"] for letter in preview.context["letters"]] == ["zh-Hans", "en"]
        assert not Nudge.objects.exists()

        sent = client.post(write, {"all": "1", "confirm": "1"})
        job = Job.objects.get(kind="nudge_parks")
        assert sent.url == reverse("core:job", args=[job.pk])
        running.run(str(job.pk))

        nudge = Nudge.objects.get()
        assert dict(nudge.parks.values_list("park", "outcome")) == {park.pk: "told", vacant.pk: "task"}
        assert "Hefeng" in client.get(reverse("parks:nudge", args=[nudge.pk])).content.decode()
        assert AuditEvent.objects.filter(verb="nudge.sent").count() == 1

    def test_only_the_ticked_ones_are_written_to(self, client):
        one = make_park([make_user()])
        make_park([make_user()])
        client.force_login(make_officer())

        preview = client.post(reverse("parks:nudge_prepare", args=["no_picture"]), {"park": [one.pk, "x", 10**30]})

        assert preview.context["total"] == 1

    def test_without_a_tick_nothing_happens(self, client):
        make_park()
        client.force_login(make_officer())

        page = client.post(reverse("parks:nudge_prepare", args=["no_picture"]), {"confirm": "1"})

        assert (page.status_code, Nudge.objects.count()) == (422, 0)

    def test_a_filter_of_the_address_narrows_rows_and_letters(self, client):
        make_park([make_user()])
        sichuan = make_province("510000", name_zh="四川省", name_en="Sichuan", short_zh="四川", short_en="Sichuan")
        make_park([make_user()], province=sichuan)
        client.force_login(make_officer())

        preview = client.post(
            reverse("parks:nudge_prepare", args=["no_picture"]) + "?province=510000&formation=nonsense", {"all": "1"}
        )

        assert (preview.context["total"], preview.context["query"]) == (1, "province=510000")

    def test_an_empty_queue_says_where_to_go_on(self, client):
        client.force_login(make_officer())

        page = client.get(reverse("notifications:office")).content.decode()

        assert "Where you can go on" in page
        assert page.count(f'href="{reverse("parks:quality")}"') > 1

    def test_the_desk_shows_the_largest_gaps(self, client):
        make_park()
        client.force_login(make_officer())

        desk = client.get(reverse("notifications:desk")).content.decode()
        part = client.get(reverse("parks:quality_panel"), headers={"HX-Request": "true"}).content.decode()

        assert reverse("parks:quality_panel") in desk
        assert reverse("parks:quality_rows", args=["no_code"]) in part

    def test_an_unknown_gap_does_not_exist(self, client):
        client.force_login(make_officer())

        assert client.get(reverse("parks:quality_rows", args=["unknown"])).status_code == 404
