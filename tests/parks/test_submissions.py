"""From the park's draft to the public profile: submit, return, submit again, accept, withdraw."""

import itertools
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from alliance.core import workflow
from alliance.core.errors import MoveRefused, RuleBroken
from alliance.core.models import AuditEvent, SearchDocument, Translation
from alliance.notifications.models import OutboxEvent, Task
from parks import services
from parks.blocks import BLOCKS
from parks.models import BlockConfirmation, BlockDraft, BlockEdit, Park, Submission
from parks.workflows import PARK, SUBMISSION
from tests.factories import make_duty, make_officer, make_park, make_user

from .profiles import fill, make_ready_park

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def manager():
    return make_user(name="Li Wei")


@pytest.fixture
def officer():
    return make_officer(name="Chen Yu")


def told(code):
    return OutboxEvent.objects.filter(kind=f"parks.{code}").count()


class TestSubmit:
    def test_freezes_what_the_officer_checks(self, manager, officer):
        park = make_ready_park(manager)

        submission = services.submit_profile(park, by=manager, message="Please look at the English.")

        assert submission.state == Submission.State.SUBMITTED
        assert submission.content["contact"] == {
            "contact_email": "office@example.org",
            "contact_phone": "0574-8888 0000",
        }
        assert submission.due_at > submission.submitted_at

    def test_opens_a_task_and_tells_both_sides_once(self, manager, officer):
        park = make_ready_park(manager)

        submission = services.submit_profile(park, by=manager)
        again = services.submit_profile(park, by=manager)

        assert again == submission
        task = Task.objects.get(kind="parks.check_submission")
        assert (task.organisation.kind, task.due_at) == ("secretariat", submission.due_at)
        assert (told("submitted_desk"), told("submitted_park")) == (1, 1)
        assert AuditEvent.objects.filter(verb="submission.submitted").count() == 1

    def test_locks_the_profile_until_it_is_withdrawn(self, manager, officer):
        park = make_ready_park(manager)
        submission = services.submit_profile(park, by=manager)

        with pytest.raises(RuleBroken):
            services.save_block(park, BLOCKS["contact"], {"contact_phone": "0574-1"}, by=manager)
        services.withdraw(submission, by=manager)
        services.save_block(park, BLOCKS["contact"], {"contact_phone": "0574-7777 0000"}, by=manager)

        assert BlockDraft.objects.get(park=park, block="contact").data["contact_phone"] == "0574-7777 0000"
        assert not Task.objects.open().exists()

    def test_an_unfinished_profile_is_told_what_is_missing(self, manager, officer):
        park = make_park(managers=[manager])

        with pytest.raises(RuleBroken) as refused:
            services.submit_profile(park, by=manager)

        assert "Summary in Chinese" in str(refused.value)
        assert not Submission.objects.exists()

    def test_an_editor_may_not_submit(self, officer):
        park = make_ready_park(make_user())
        editor = make_user()
        make_duty(editor, park.organisation, "park_editor")

        with pytest.raises(PermissionDenied):
            services.submit_profile(park, by=editor)

    def test_a_listed_park_without_changes_has_nothing_to_submit(self, manager, officer):
        park = make_ready_park(manager)
        services.accept(services.submit_profile(park, by=manager), by=officer)

        with pytest.raises(RuleBroken):
            services.submit_profile(park, by=manager)

    def test_only_one_submission_is_open(self, manager, officer):
        park = make_ready_park(manager)
        submission = services.submit_profile(park, by=manager)

        with pytest.raises(IntegrityError), transaction.atomic():
            Submission.objects.create(park=park, submitted_by=manager, due_at=submission.due_at)


class TestPicturesGoAlong:
    def picture(self, park, by, **texts):
        import io

        from django.core.files.uploadedfile import SimpleUploadedFile
        from PIL import Image

        from parks.services import pictures

        out = io.BytesIO()
        Image.new("RGB", (40, 30)).save(out, "PNG")
        return pictures.add(park, SimpleUploadedFile("a.png", out.getvalue()), by=by, **texts)

    def test_without_words_they_hold_the_submission_up(self, manager, officer):
        park = make_ready_park(manager)
        self.picture(park, manager)

        with pytest.raises(RuleBroken, match="what each new picture shows"):
            services.submit_profile(park, by=manager)

    def test_described_they_are_public_with_the_profile(self, manager, officer):
        park = make_ready_park(manager)
        picture = self.picture(park, manager, alt_zh="院子")

        services.accept(services.submit_profile(park, by=manager), by=officer)

        picture.refresh_from_db()
        assert (picture.is_published, picture.file.__class__.objects.get(pk=picture.file_id).is_public) == (True, True)


class TestReturn:
    def test_carries_reasons_block_by_block(self, manager, officer):
        submission = services.submit_profile(make_ready_park(manager), by=manager)

        returned = services.return_to_park(
            submission,
            by=officer,
            general="Almost.",
            block_reasons={"story": "Say when the mill closed.", "nonsense": "x"},
        )

        assert (returned.state, returned.reasons, returned.block_reasons) == (
            "returned",
            "Almost.",
            {"story": "Say when the mill closed."},
        )
        assert told("returned") == 1
        assert list(Task.objects.open().values_list("kind", flat=True)) == ["parks.revise_profile"]

    def test_needs_a_reason(self, manager, officer):
        submission = services.submit_profile(make_ready_park(manager), by=manager)

        with pytest.raises(RuleBroken):
            services.return_to_park(submission, by=officer, general="  ", block_reasons={"story": " "})

        submission.refresh_from_db()
        assert submission.state == "submitted"

    def test_a_second_round_freezes_the_new_draft(self, manager, officer):
        park = make_ready_park(manager)
        submission = services.submit_profile(park, by=manager)
        services.return_to_park(submission, by=officer, general="Another telephone, please.")
        services.save_block(park, BLOCKS["contact"], {"contact_phone": "0574-6666 0000"}, by=manager)

        again = services.submit_profile(park, by=manager)

        assert (again.pk, again.round, again.state) == (submission.pk, 2, "submitted")
        assert again.content["contact"]["contact_phone"] == "0574-6666 0000"
        assert told("submitted_desk") == 2
        assert list(Task.objects.open().values_list("kind", flat=True)) == ["parks.check_submission"]


class TestAccept:
    def test_a_new_park_is_listed_from_its_draft(self, manager, officer):
        park = make_ready_park(manager, standing="draft", source="", is_coded_by_researchers=True)

        services.accept(services.submit_profile(park, by=manager), by=officer)

        park.refresh_from_db()
        assert (park.standing, park.is_coded_by_researchers) == ("listed", False)

    def test_publishes_lists_and_tells(self, manager, officer):
        park = make_ready_park(manager)
        submission = services.submit_profile(park, by=manager)

        services.accept(submission, by=officer)

        park.refresh_from_db()
        assert park.standing == Park.Standing.LISTED
        assert (park.contact_email, park.formation, park.year_opened) == ("office@example.org", "regeneration", 2011)
        assert park.figures.get().verified_by == officer
        assert park.completeness_zh >= 70
        assert park.confirmed_at is not None
        assert set(BlockConfirmation.objects.values_list("block", flat=True)) == set(BLOCKS)
        assert not BlockDraft.objects.exclude(data={}).exists()
        assert BlockEdit.objects.filter(way="publish").count() == 7
        assert told("published") == 1
        assert not Task.objects.open().exists()
        assert SearchDocument.objects.filter(object_id=park.pk).exists()
        assert Translation.objects.filter(subject_id=park.pk, field="summary", language="en").exists()
        assert park.history.count() >= 2

    def test_the_organisation_takes_the_name_and_the_code(self, manager, officer):
        park = make_ready_park(manager)
        fill(park, manager, identity={"name_zh": "和丰创意广场", "credit_code": "91330200144052096U"})

        services.accept(services.submit_profile(park, by=manager), by=officer)

        park.organisation.refresh_from_db()
        assert (park.organisation.name_zh, park.organisation.credit_code) == ("和丰创意广场", "91330200144052096U")

    def test_a_second_click_is_refused_and_publishes_nothing(self, manager, officer):
        submission = services.submit_profile(make_ready_park(manager), by=manager)
        services.accept(submission, by=officer)

        with pytest.raises(MoveRefused):
            services.accept(submission, by=officer)

        assert told("published") == 1

    def test_nobody_accepts_what_they_submitted(self, officer):
        both = make_officer()
        park = make_ready_park(both)
        submission = services.submit_profile(park, by=both)

        with pytest.raises(PermissionDenied):
            services.accept(submission, by=both)

    def test_a_suspended_park_is_restored_first(self, manager, officer):
        park = make_ready_park(manager)
        submission = services.submit_profile(park, by=manager)
        workflow.apply(PARK, park, "suspend", by=officer, reason="Fire safety.")

        with pytest.raises(RuleBroken):
            services.accept(submission, by=officer)

        submission.refresh_from_db()
        assert submission.state == "submitted"

    def test_a_confirmed_translation_stays_right(self, manager, officer):
        park = make_ready_park(manager)
        services.accept(services.submit_profile(park, by=manager), by=officer)
        summary = "位于宁波市鄞州区，利用棉纺厂改造而成，以设计、会展为主要领域，集研发、交易与孵化于一体，全年开放。"
        services.save_block(park, BLOCKS["story"], {"summary_zh": summary}, by=manager)
        services.confirm_translation(park, BLOCKS["story"], "summary", by=manager)

        services.accept(services.submit_profile(park, by=manager), by=officer)

        state = Translation.objects.get(subject_id=park.pk, field="summary", language="en").state
        assert state == Translation.State.CURRENT

    def test_otherwise_it_is_out_of_date(self, manager, officer):
        park = make_ready_park(manager)
        services.accept(services.submit_profile(park, by=manager), by=officer)
        services.save_block(
            park,
            BLOCKS["story"],
            {"summary_zh": "另一个说法，写得足够长，读者能看出园区在哪里、从前是什么、今天做什么。"},
            by=manager,
        )

        services.accept(services.submit_profile(park, by=manager), by=officer)

        state = Translation.objects.get(subject_id=park.pk, field="summary", language="en").state
        assert state == Translation.State.OUTDATED


SUBMISSION_EDGES = {
    ("return", "submitted"),
    ("submit", "returned"),
    ("accept", "submitted"),
    ("withdraw", "submitted"),
    ("withdraw", "returned"),
}
PARK_EDGES = {
    ("catalogue", "draft"),
    ("list", "draft"),
    ("list", "catalogued"),
    ("suspend", "catalogued"),
    ("suspend", "listed"),
    ("restore", "suspended"),
    ("restore_entry", "suspended"),
    ("remove", "catalogued"),
}


class TestEveryOtherEdgeIsRefused:
    def test_the_tables_say_what_we_think(self):
        assert {(m.verb, s) for m in SUBMISSION.moves for s in m.sources} == SUBMISSION_EDGES
        assert {(m.verb, s) for m in PARK.moves for s in m.sources} == PARK_EDGES

    @pytest.mark.parametrize(
        ("verb", "state"),
        sorted(
            set(itertools.product([m.verb for m in SUBMISSION.moves], [str(s) for s in SUBMISSION.states()]))
            - SUBMISSION_EDGES
        ),
    )
    def test_submission(self, verb, state, manager, officer):
        park = make_park(managers=[manager])
        submission = Submission.objects.create(
            park=park,
            state=state,
            submitted_by=manager,
            due_at="2026-11-30T10:00Z",
            decided_by=officer,
            decided_at="2026-11-21T10:00Z",
            reasons="why",
        )

        with pytest.raises(MoveRefused):
            workflow.apply(SUBMISSION, submission, verb, by=officer, reason="why", content={})

        submission.refresh_from_db()
        assert submission.state == state

    @pytest.mark.parametrize(
        ("verb", "state"),
        sorted(set(itertools.product([m.verb for m in PARK.moves], [str(s) for s in PARK.states()])) - PARK_EDGES),
    )
    def test_park(self, verb, state, officer):
        park = make_park(standing=state, listed_at="2026-11-20T10:00Z", suspended_at="2026-11-20T10:00Z")

        with pytest.raises(MoveRefused):
            workflow.apply(PARK, park, verb, by=officer, reason="why")

        park.refresh_from_db()
        assert park.standing == state


class TestPark:
    def test_suspended_and_restored(self, manager, officer):
        park = make_ready_park(manager)
        services.accept(services.submit_profile(park, by=manager), by=officer)

        workflow.apply(PARK, park, "suspend", by=officer, reason="Fire safety.")
        gone = SearchDocument.objects.filter(object_id=park.pk).exists()
        workflow.apply(PARK, park, "restore", by=officer)

        park.refresh_from_db()
        assert (gone, park.standing) == (False, "listed")
        assert SearchDocument.objects.filter(object_id=park.pk).exists()
        assert (told("suspended"), told("restored")) == (1, 1)

    def test_listing_needs_an_accepted_submission(self, manager, officer):
        with pytest.raises(RuleBroken):
            workflow.apply(PARK, make_park(), "list", by=officer)

    def test_a_park_manager_suspends_nobody(self, manager):
        with pytest.raises(PermissionDenied):
            workflow.apply(PARK, make_park(managers=[manager]), "suspend", by=manager, reason="why")

    def test_catalogue_needs_a_source(self, officer):
        park = make_park(standing="draft", source="")

        with pytest.raises(RuleBroken):
            workflow.apply(PARK, park, "catalogue", by=officer)


class TestCorrect:
    def test_is_public_at_once_and_told(self, manager, officer):
        park = make_park(managers=[manager])

        services.correct_block(
            park, BLOCKS["contact"], {"contact_phone": "0571-1234 5678"}, by=officer, note="Misprint."
        )

        park.refresh_from_db()
        assert park.contact_phone == "0571-1234 5678"
        edit = BlockEdit.objects.get()
        assert (edit.way, edit.note, edit.changes) == (
            "correction",
            "Misprint.",
            {"contact_phone": ["", "0571-1234 5678"]},
        )
        assert told("corrected") == 1
        assert AuditEvent.objects.filter(verb="profile.corrected").count() == 1

    def test_needs_a_note(self, officer):
        with pytest.raises(RuleBroken):
            services.correct_block(
                make_park(), BLOCKS["contact"], {"contact_phone": "0571-1234 5678"}, by=officer, note=" "
            )

    def test_leaves_the_parks_own_draft(self, manager, officer):
        park = make_park(managers=[manager])
        services.save_block(park, BLOCKS["contact"], {"contact_phone": "0571-9999 9999"}, by=manager)

        services.correct_block(
            park, BLOCKS["contact"], {"contact_phone": "0571-1234 5678"}, by=officer, note="Misprint."
        )

        assert BlockDraft.objects.get().data == {"contact_phone": "0571-9999 9999"}


class TestCreate:
    def test_similar_names_must_be_looked_at(self, officer):
        park = make_park(name_zh="和丰创意广场", name_en="Hefeng Creative Plaza")

        with pytest.raises(RuleBroken) as refused:
            services.create_park(by=officer, name_zh="宁波和丰文化产业园", province=park.province)
        made = services.create_park(by=officer, name_zh="宁波和丰文化产业园", province=park.province, is_different=True)

        assert "和丰" in str(refused.value) or "Hefeng" in str(refused.value)
        assert (made.standing, made.slug) == ("draft", "ning-bo-he-feng-wen-hua-chan-ye-yuan")

    def test_the_same_credit_code_is_refused(self, officer):
        park = make_park()
        park.organisation.credit_code = "91330200144052096U"
        park.organisation.save()

        with pytest.raises(RuleBroken):
            services.create_park(
                by=officer,
                name_zh="另一处",
                province=park.province,
                credit_code="91330200144052096U",
                is_different=True,
            )


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_submission_and_one_publication():
    make_officer()
    manager, officer = make_user(), make_officer()
    park = make_ready_park(manager)
    outcomes = []

    def at_once(step, *args):
        barrier = threading.Barrier(2)

        def run():
            barrier.wait()
            try:
                outcomes.append(step(*args))
            except RuleBroken as refused:
                outcomes.append(type(refused))
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    at_once(lambda: services.submit_profile(park, by=manager).pk)
    submission = Submission.objects.get()
    at_once(lambda: services.accept(submission, by=officer).state)

    assert outcomes[0] == outcomes[1] == submission.pk
    assert sorted(map(str, outcomes[2:])) == sorted(["accepted", str(MoveRefused)])
    assert (told("submitted_desk"), told("published")) == (1, 1)
