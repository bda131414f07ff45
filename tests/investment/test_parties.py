"""J-2: parks that come, go and merge while versions are written and signed; and what holds when a project has ended."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.urls import reverse

from alliance.accounts.models import User
from alliance.core import merging
from alliance.core.errors import RuleBroken
from alliance.core.models import SearchDocument
from alliance.notifications.models import Task
from investment import content
from investment.models import Project, ProjectStep
from investment.services import parties, projects, versions
from investment.services.locking import lock
from tests.factories import make_duty, make_officer, make_park
from tests.investment.factories import make_project, make_promoters, ready_content, sign_all

pytestmark = pytest.mark.django_db


def offer(promoters):
    return versions.offer_version(promoters.draft, by=promoters.lead)


def leave(promoters, number: int):
    party = promoters.project.parties.get(park=promoters.parks[number])
    return parties.leave_project(party, by=promoters.managers[number])


class TestLeavingWhileOffered:
    def test_the_others_go_on_with_a_draft_without_it_and_sign(self):
        promoters = make_promoters(parks=3)
        offer(promoters)
        leave(promoters, 2)

        draft = promoters.draft
        assert content.parks_of(draft.content) == [park.pk for park in promoters.parks[:2]]
        versions.write_version(draft, ready_content(draft), edition=draft.edition, by=promoters.lead)
        promoters.parks, promoters.managers = promoters.parks[:2], promoters.managers[:2]
        assert sign_all(promoters).version is not None

    def test_nobody_is_asked_to_sign_what_was_taken_back(self):
        promoters = make_promoters(parks=3)
        offer(promoters)
        assert Task.objects.open().filter(kind="investment.sign_version").count() == 3
        leave(promoters, 2)

        assert not Task.objects.open().filter(kind="investment.sign_version").exists()

    def test_it_can_be_asked_again(self):
        promoters = make_promoters(parks=3)
        offer(promoters)
        leave(promoters, 2)
        parties.ask_park(promoters.fresh(), promoters.parks[2], by=promoters.lead)

        assert content.parks_of(promoters.draft.content).count(promoters.parks[2].pk) == 1

    def test_the_next_version_is_without_those_who_want_to_leave(self):
        promoters = make_promoters(parks=3)
        sign_all(promoters)
        leave(promoters, 2)
        draft = versions.start_version(promoters.fresh(), by=promoters.lead)

        assert promoters.parks[2].pk not in content.parks_of(draft.content)
        assert promoters.parks[2].pk in content.parks_of(promoters.fresh().version.content)


class TestEnded:
    def test_nothing_is_rewritten_or_signed(self):
        promoters = make_project("published")
        draft = versions.start_version(promoters.project, by=promoters.lead)
        projects.move_project(promoters.project, "withdraw", by=promoters.lead, reason="Over")

        for act in (
            lambda: versions.write_version(draft, {"months": 3}, edition=draft.edition, by=promoters.lead),
            lambda: versions.offer_version(draft, by=promoters.lead),
            lambda: versions.start_version(promoters.project, by=promoters.lead),
        ):
            with pytest.raises(RuleBroken):
                act()

    def test_nobody_needs_to_sign_it_any_more(self):
        promoters = make_promoters()
        version = offer(promoters)
        projects.move_project(promoters.project, "withdraw", by=promoters.lead, reason="Over")

        assert not Task.objects.open().filter(kind="investment.sign_version").exists()
        with pytest.raises(RuleBroken):
            versions.sign_version(version, promoters.parks[0], sha256=version.sha256, by=promoters.lead)


class TestDeciding:
    @pytest.mark.parametrize("verb", ["return", "reject", "admit"])
    def test_j1_nobody_decides_about_a_project_of_their_own_park(self, verb: str):
        promoters = make_project("in_review")
        make_duty(promoters.officer, promoters.parks[1].organisation, "project_manager")
        officer = User.objects.get(pk=promoters.officer.pk)

        with pytest.raises(PermissionDenied):
            projects.move_project(promoters.project, verb, by=officer, reason="A reason")
        assert promoters.fresh().state == "in_review"


class TestLetterAndSearch:
    def test_a_letter_names_the_parks_and_the_title_it_decided_on(self, client):
        promoters = make_project("admitted")
        letter = promoters.project.letters.get()
        draft = versions.start_version(promoters.project, by=promoters.lead)
        newcomer = make_park(name_zh="样例后来园", name_en="Sample Latecomer")
        parties.ask_park(promoters.fresh(), newcomer, by=promoters.lead)
        draft.refresh_from_db()
        client.force_login(promoters.lead)
        page = client.get(reverse("investment:letter", args=[promoters.project.slug, letter.number]))

        assert "样例后来园" not in page.content.decode()
        assert promoters.parks[1].name_zh in page.content.decode()

    def test_a_park_that_left_is_not_found_by_its_name_any_more(self):
        promoters = make_project("published", parks=3)
        leave(promoters, 2)
        draft = versions.start_version(promoters.fresh(), by=promoters.lead)
        versions.write_version(draft, ready_content(draft), edition=draft.edition, by=promoters.lead)
        gone = promoters.parks[2].name_zh
        promoters.parks, promoters.managers = promoters.parks[:2], promoters.managers[:2]
        sign_all(promoters)

        found = SearchDocument.objects.get(kind="project", object_id=promoters.project.pk)
        assert not any(gone in str(getattr(found, column.name)) for column in found._meta.concrete_fields)


class TestMerging:
    def merge(self, gone, kept):
        officer = make_officer("data_desk")
        merge = merging.propose(gone, kept, by=officer, reason="Twice", choices={})
        return merging.confirm(merge, by=make_officer("membership_desk"))

    def test_a_park_that_signed_versions_is_the_one_that_stays(self):
        """Signed versions name it by its number; whoever merges is told which way round it goes."""
        promoters = make_project("published")
        twin = make_park()

        with pytest.raises(RuleBroken):
            self.merge(promoters.parks[1], twin)
        promoters.parks[1].refresh_from_db()
        assert promoters.parks[1].merged_into_id is None

    def test_when_its_projects_have_ended_it_can_go(self):
        promoters = make_project("published")
        projects.move_project(promoters.project, "withdraw", by=promoters.lead, reason="Over")
        self.merge(promoters.parks[1], make_park())

        promoters.parks[1].refresh_from_db()
        assert promoters.parks[1].merged_into_id is not None


@pytest.mark.django_db(transaction=True)
def test_whoever_adds_to_a_project_does_not_wait_for_whoever_changes_it():
    """Rows that name a project are checked against it at commit, while the audit chain is held: a lock with the key of
    the project would let two people wait for one another."""
    promoters = make_promoters()
    failed: list[Exception] = []

    def add() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                ProjectStep.objects.create(project=promoters.project, to_state=Project.State.DRAFT)
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        lock(promoters.project)
        thread = threading.Thread(target=add)
        thread.start()
        thread.join(10)

    assert failed == []
    assert not thread.is_alive()
