"""Placements from the proposal to the end (W-1 to W-7)."""

import itertools
from datetime import date, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from alliance.core import workflow
from alliance.core.errors import MoveRefused, RuleBroken
from alliance.notifications.models import Delivery, OutboxEvent, Task
from tests.factories import make_officer, make_user
from tests.training.assessing import School
from tests.training.factories import make_session
from training import placing, reference, requirements
from training.models import Placement, PlacementDay, PlacementLink, PlacementRule, PlacementSignature
from training.services import placement_links, placements, places, rules, tutoring
from training.workflows.placements import DAY, PLACEMENT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def school() -> School:
    return School(placement_minutes=960)


def rule(kind: str, level: str = "block", learner: str = "employed", **fields) -> PlacementRule:
    return PlacementRule.objects.create(
        learner=learner, kind=kind, level=level, text_zh="样例规定", text_en=f"Rule {kind}.", source="Sample", **fields
    )


class TestAgreement:
    def test_w1_a_proposal_is_nothing_without_the_trainee(self, school):
        placement = school.propose()

        for person in (school.manager, school.host, school.marker):
            with pytest.raises(PermissionDenied):
                placements.consent(placement, by=person, born_on=date(2000, 1, 1), emergency_contact="x")
        assert OutboxEvent.objects.filter(kind="training.placement_proposed").count() == 1

    def test_w1_a_host_takes_no_more_than_it_offers(self, school):
        place = school.place(max_interns=1)
        first, second = school.propose(place=place), school.propose(place=place)
        school.agree(first)

        with pytest.raises(RuleBroken, match="All 1 places"):
            school.agree(second)
        assert Placement.objects.get(pk=second.pk).born_on is None

    def test_w1_only_within_the_dates_of_the_place(self, school):
        with pytest.raises(RuleBroken, match="offered from"):
            school.propose(place=school.place(until_on=timezone.localdate() + timedelta(days=5)))

    def test_one_placement_at_a_time(self, school):
        placement = school.propose()

        with pytest.raises(RuleBroken, match="under way"):
            school.propose(placement.enrolment)

    def test_w2_three_signatures_close_it(self, school):
        placement = school.agree()
        assert placement.state == "agreement"
        assert placements.sign(placement, "school", by=school.manager).state == "agreement"

        placement = placements.sign(placement, "host", by=school.host)

        assert placement.state == "signed"
        assert set(placement.signatures.values_list("party", flat=True)) == {"school", "host", "learner"}
        assert not Task.objects.filter(kind="training.placement_sign", state="open").exists()

    def test_w2_a_guardian_signs_under_18(self, school):
        born = timezone.localdate().replace(year=timezone.localdate().year - 17)
        with pytest.raises(RuleBroken, match="under 18"):
            school.agree(school.propose(), born_on=born)
        placement = school.agree(
            school.propose(), born_on=born, guardian_name="样例家长", guardian_email="g@example.org"
        )
        placements.sign(placement, "school", by=school.manager)
        assert placements.sign(placement, "host", by=school.host).state == "agreement"

        link = placement.links.get(purpose="sign_guardian")
        assert placements.sign_by_link(link, name="样例家长").state == "signed"

    @pytest.mark.parametrize("missing", ["insurance", "late"])
    def test_w2_insurance_and_a_day_before_the_first_one(self, school, missing):
        if missing == "insurance":
            placement = school.agree(school.propose(insurance=""))
        else:
            placement = school.agree(school.propose(starts_on=timezone.localdate()))
        placements.sign(placement, "school", by=school.manager)
        placement = placements.sign(placement, "host", by=school.host)

        assert placement.state == "agreement"
        with pytest.raises(RuleBroken, match="insurance" if missing == "insurance" else "before the first day"):
            placements.move(placement, "sign", by=school.manager)

    def test_w2_changed_terms_need_new_signatures(self, school):
        placement = school.agree()
        placements.sign(placement, "school", by=school.manager)
        placements.change_terms(placement, by=school.manager, day_until=time(17))

        placement = placements.sign(placement, "host", by=school.host)
        assert placement.state == "agreement"
        placements.sign(placement, "school", by=school.manager)
        assert placements.sign(placement, "learner", by=placement.enrolment.person).state == "signed"

    def test_w2_a_signature_never_changes(self, school):
        placement = school.signed()

        rows = PlacementSignature.objects.filter(placement=placement)
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            rows.update(agreement_sha256="0" * 64)
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            rows.delete()
        rows.update(signer_name="–")

    def test_w2_nobody_signs_for_another_party(self, school):
        placement = school.agree()

        for party, person in (
            ("school", school.host),
            ("host", school.manager),
            ("learner", school.manager),
            ("guardian", school.manager),
            ("school", make_user()),
        ):
            with pytest.raises(PermissionDenied):
                placements.sign(placement, party, by=person)

    def test_w2_without_signatures_no_day_is_entered(self, school):
        for placement in (school.propose(), school.agree()):
            with pytest.raises(RuleBroken, match="not signed"):
                school.enter(placement, 0)


class TestRulePack:
    def test_w6_a_stopping_rule_stops_in_its_own_words(self, school):
        rule("max_day", number=420)

        with pytest.raises(RuleBroken, match=r"Rule max_day\."):
            school.agree()
        rule("max_day", level="warn", number=420)
        assert school.agree().state == "agreement"

    def test_w6_what_was_not_said_stops_too(self, school):
        rule("min_study_year", number=2)

        with pytest.raises(RuleBroken, match="cannot be checked"):
            school.agree(study_year=None)

    def test_w6_rules_are_asked_again_at_each_step(self, school):
        placement = school.agree()
        placements.sign(placement, "school", by=school.manager)
        rule("venues", venues=["studio"])

        assert placements.sign(placement, "host", by=school.host).state == "agreement"

    def test_w6_rules_of_another_status_do_not_matter(self, school):
        rule("max_day", number=1, learner="vocational")

        assert school.agree().state == "agreement"

    def test_w6_every_version_is_kept(self, school):
        desk = make_officer("training_desk")
        said = {"level": "block", "text_zh": "样例", "text_en": "Sample.", "source": "Sample"}
        rules.decide("adult", "min_age", by=desk, number=16, **said)
        newer = rules.decide("adult", "min_age", by=desk, number=18, **said)

        assert [row.number for row in PlacementRule.objects.filter(learner="adult", kind="min_age")] == [18, 16]
        with pytest.raises(IntegrityError), transaction.atomic():
            PlacementRule.objects.filter(pk=newer.pk).update(number=3)
        with pytest.raises(PermissionDenied):
            rules.decide("adult", "min_age", by=school.manager, number=3, **said)
        with pytest.raises(RuleBroken, match="number"):
            rules.decide("adult", "min_age", by=desk, **said)

    def test_w6_the_pack_to_begin_with_covers_every_status_and_decides_no_twice(self):
        reference._load_placement_rules()
        first = PlacementRule.objects.count()
        reference._load_placement_rules()

        assert PlacementRule.objects.count() == first == 4 * len(PlacementRule.Kind)
        assert not PlacementRule.objects.filter(checked_on__isnull=False).exists()


class TestLog:
    def test_w3_confirmed_by_a_link_of_one_use(self, school):
        placement = school.active()
        right, wrong = school.enter(placement, 3), school.enter(placement, 2)
        link = placement_links.send_by_hand(placement, "confirm", by=school.marker)
        seen = {right.pk: 480, wrong.pk: 480}

        assert placement_links.confirm(link, {right.pk: "", wrong.pk: "Left at three"}, seen) == (1, 1)

        with pytest.raises(RuleBroken, match="used already"):
            placement_links.confirm(link, {right.pk: "", wrong.pk: ""}, seen)
        right.refresh_from_db()
        wrong.refresh_from_db()
        assert (right.state, wrong.state, wrong.dispute_reason) == ("confirmed", "disputed", "Left at three")
        assert placing.of_one(placement.enrolment).total == 480
        assert OutboxEvent.objects.filter(kind="training.placement_day_disputed").count() == 1

    def test_w3_a_disputed_day_is_corrected_and_asked_about_again(self, school):
        placement = school.active()
        day = school.enter(placement, 2)
        school.confirm(placement, {day.pk: "Left at three"})

        again = school.enter(placement, 2, ends=time(15))
        assert (again.pk, again.state, again.minutes, again.dispute_reason) == (day.pk, "entered", 300, "")
        assert school.confirm(placement) == (1, 0)

    def test_w3_the_token_is_in_the_letter_alone(self, school):
        placement = school.active()
        school.enter(placement, 1)
        link = placement_links.send_by_hand(placement, "confirm", by=school.marker)

        event = OutboxEvent.objects.get(kind="training.placement_link", about_id=str(link.pk))
        assert Delivery.objects.filter(event=event).count() == 1
        assert link.token_digest not in str(event.payload)

    def test_w3_expired_replaced_and_used_links_open_nothing(self, school):
        placement = school.active()
        day = school.enter(placement, 1)
        old = placement_links.send_by_hand(placement, "confirm", by=school.marker)
        new = placement_links.send_by_hand(placement, "confirm", by=school.marker)
        PlacementLink.objects.filter(pk=new.pk).update(expires_at=timezone.now())

        for link in (old, new):
            with pytest.raises(RuleBroken, match="no longer valid"):
                placement_links.confirm(link, {day.pk: ""}, {day.pk: 480})
        day.refresh_from_db()
        assert day.state == "entered"

    def test_w3_a_day_changed_meanwhile_is_not_confirmed_unseen(self, school):
        placement = school.active()
        day = school.enter(placement, 1)
        link = placement_links.send_by_hand(placement, "confirm", by=school.marker)
        school.enter(placement, 1, ends=time(23))

        with pytest.raises(RuleBroken, match="meanwhile"):
            placement_links.confirm(link, {day.pk: ""}, {day.pk: 480})
        link.refresh_from_db()
        assert link.used_at is None

    def test_w3_nobody_with_an_account_confirms_in_the_supervisors_place(self, school):
        placement = school.active()
        day = school.enter(placement, 1)

        for person in (school.manager, school.marker, school.host, placement.enrolment.person):
            with pytest.raises(PermissionDenied):
                workflow.apply(DAY, day, "confirm", by=person, link=None)

    def test_w7_a_confirmed_day_never_changes(self, school):
        placement = school.active()
        day = school.enter(placement, 1)
        school.confirm(placement)

        with pytest.raises(RuleBroken, match="confirmed this day"):
            school.enter(placement, 1, ends=time(20))
        for change in ({"minutes": 900}, {"on": date(2020, 1, 1)}, {"state": "entered"}):
            with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
                PlacementDay.objects.filter(pk=day.pk).update(**change)
        PlacementDay.objects.filter(pk=day.pk).update(words="–", note="")

    @pytest.mark.parametrize(
        ("ago", "fields", "words"),
        [
            (-1, {}, "not come"),
            (40, {}, "from"),
            (1, {"pause_minutes": 600}, "longer"),
            (1, {"words": " "}, "what you did"),
        ],
    )
    def test_bad_days_are_refused_with_the_reason(self, school, ago, fields, words):
        with pytest.raises(RuleBroken, match=words):
            school.enter(school.active(), ago, **fields)

    def test_w3_one_letter_a_week(self, school):
        placement = school.active()
        for ago in (9, 10):
            school.enter(placement, ago)
        now = timezone.now()

        assert tutoring.mind(now)["letters"] == 1
        assert tutoring.mind(now)["letters"] == 0
        assert tutoring.mind(now + timedelta(days=7))["letters"] == 1

    def test_w3_the_tutor_looks_every_fourteen_days(self, school):
        placement = school.active()
        task = Task.objects.get(kind="training.placement_look", state="open")
        assert timedelta(days=13, hours=23) < task.due_at - timezone.now() < timedelta(days=14, minutes=1)

        tutoring.look(placement, by=school.marker, note="All well")

        task.refresh_from_db()
        assert task.state == "done"
        assert Task.objects.filter(kind="training.placement_look", state="open").count() == 1
        with pytest.raises(PermissionDenied):
            tutoring.look(placement, by=school.second)

    def test_w4_a_required_session_takes_its_minutes_and_a_voluntary_one_does_not(self, school):
        placement = school.active()
        school.enter(placement, 1)
        school.confirm(placement)
        morning = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=1)
        make_session(school.cohort, starts_at=morning, hours=2, is_required=False)
        assert placing.of_one(placement.enrolment).total == 480
        make_session(school.cohort, starts_at=morning, hours=3)

        assert placing.of_one(placement.enrolment).total == 300


class TestEnd:
    def test_w5_hours_grades_of_both_sides_and_completion(self, school):
        placement = school.active()
        for ago in (1, 2):
            school.enter(placement, ago)
        school.confirm(placement)
        assert tutoring.mind()["done"] == 1
        placement.refresh_from_db()
        link = placement.links.get(purpose="assess")

        with pytest.raises(RuleBroken, match="each competency"):
            placements.assess_as_tutor(placement, {}, by=school.marker)
        placements.assess_as_tutor(placement, {"C-ANI-03": "good"}, by=school.marker)
        placement = placements.assess_by_link(link, {"C-ANI-03": "excellent"})
        assert placement.state == "assessed"
        assert placements.move(placement, "complete", by=school.manager).state == "completed"

    def test_hours_are_done_only_with_the_minutes(self, school):
        placement = school.active()
        school.enter(placement, 1)
        school.confirm(placement)

        with pytest.raises(RuleBroken, match="480 of 960"):
            placements.move(placement, "finish_hours", by=school.marker)

    def test_w7_breaking_off_keeps_confirmed_hours_for_the_next_one(self, school):
        placement = school.active()
        school.enter(placement, 1)
        school.confirm(placement)
        placements.move(placement, "terminate", by=school.host, reason="The studio closes")
        enrolment = placement.enrolment
        found = {r.code: r for r in requirements.of_one(enrolment)}["placement"]
        assert (found.facts["minutes"], found.is_met) == (480, False)

        second = school.active(school.propose(enrolment))
        school.enter(second, 3)
        school.confirm(second)

        assert {r.code: r for r in requirements.of_one(enrolment)}["placement"].is_met

    def test_w7_an_incident_stops_new_placements_until_the_lead_clears_it(self, school):
        place, other = school.place(max_interns=9), school.place(post_zh="样例另一岗位")
        placement = school.active(school.propose(place=place))
        waiting = school.propose(place=other)
        incident = places.report_incident(placement, by=placement.enrolment.person, words="A lamp fell")

        other.refresh_from_db()
        placement.refresh_from_db()
        assert (other.state, placement.state) == ("suspended", "active")
        with pytest.raises(RuleBroken, match="takes nobody new"):
            school.agree(waiting)
        with pytest.raises(RuleBroken, match="not cleared"):
            school.propose(place=school.place(post_zh="样例第三岗位"))
        with pytest.raises(RuleBroken, match="not cleared"):
            places.move(other, "clear", by=school.manager)
        with pytest.raises(PermissionDenied):
            places.clear_incident(incident, by=school.host, words="Fixed")
        places.clear_incident(incident, by=school.manager, words="Lamps were checked")

        assert school.agree(waiting).state == "agreement"

    def test_before_the_first_day_the_trainee_can_step_back(self, school):
        placement = school.signed()

        moved = placements.move(placement, "cancel", by=placement.enrolment.person, reason="Found work")

        assert moved.state == "cancelled"
        assert not Task.objects.filter(state="open", about_id=str(placement.pk)).exists()

    def test_versions_without_a_placement_ask_for_none(self):
        school = School()

        assert "placement" not in {r.code for r in requirements.of_one(school.trainee())}


class TestLifecycle:
    @pytest.mark.parametrize(
        ("state", "verb"), list(itertools.product(Placement.State.values, [m.verb for m in PLACEMENT.moves]))
    )
    def test_every_other_edge_is_refused_for_everyone(self, school, state, verb):
        if state in PLACEMENT.move(verb).sources:
            pytest.skip("an edge of the table")
        placement = school.propose()
        now = timezone.now()
        Placement.objects.filter(pk=placement.pk).update(state=state, signed_at=now, consented_at=now)

        for person in (None, school.manager, school.host, school.marker, placement.enrolment.person):
            with pytest.raises(MoveRefused):
                workflow.apply(PLACEMENT, placement, verb, by=person, reason="x")
