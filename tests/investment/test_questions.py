"""D-11: questions with a clock, answers once for all, a moderator before anything is published, no word who asked."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from alliance.core.calendar import add_working_days
from alliance.core.errors import MoveRefused, RuleBroken
from alliance.core.models import AuditEvent
from alliance.notifications.models import Notice, Task
from investment.models import Question, QuestionRound
from investment.services import interests, questions
from investment.workflows.questions import QUESTION
from tests.factories import make_organisation, make_user
from tests.investment.factories import make_project
from tests.investment.investing import make_investor, send_interest
from tests.investment.talking import WORDS, in_days, make_dialogue

pytestmark = pytest.mark.django_db
State = Question.State


@pytest.fixture(autouse=True)
def _ground(settings):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    make_organisation("secretariat")


def visitor(person=None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def page(name: str, *args, by=None) -> str:
    with translation.override("en"):
        url = reverse(f"investment:{name}", args=args)
    return visitor(by).get(url).content.decode()


def told(person, kind: str) -> int:
    return Notice.objects.filter(recipient=person, event__kind=f"investment.{kind}").count()


def waits(about, kind: str) -> bool:
    return Task.objects.about(about).open().filter(kind=f"investment.{kind}").exists()


class TestAsking:
    def test_the_parks_are_told_and_their_clock_runs(self):
        talk = make_dialogue()
        question = talk.ask()

        assert question.state == State.ASKED
        assert question.due_at == add_working_days(question.asked_at, 5)
        assert [told(one, "question_asked") for one in talk.promoters.managers] == [1, 1]
        assert waits(question, "answer_question")
        assert AuditEvent.objects.filter(verb="investor_question.asked", object_id=str(question.pk)).count() == 1

    def test_only_an_accepted_open_interest_of_a_verified_investor_asks(self):
        promoters, investing = make_project(), make_investor()
        sent = send_interest(investing, promoters.project)
        with pytest.raises(PermissionDenied):
            questions.ask_question(sent, text="Sample", by=investing.signatory)

        talk = make_dialogue(promoters)
        for person in (investing.signatory, promoters.lead, promoters.officer, make_user()):
            with pytest.raises(PermissionDenied):
                questions.ask_question(talk.interest, text="Sample", by=person)
        interests.move_interest(talk.interest, "withdraw", by=talk.asker)
        with pytest.raises(PermissionDenied):
            talk.ask()

    def test_6_53_neither_number_nor_address_counts_the_questions_of_others(self):
        first = make_dialogue()
        second = make_dialogue(first.promoters)
        first.ask()
        asked = second.ask()

        assert [asked.number, first.ask().number] == [1, 2]
        body = page("questions", by=second.asker)
        assert f"/desk/questions/{asked.token}/" in body
        assert not re.search(r"/questions/\d+/", body + page("question", asked.token, by=second.asker))
        assert visitor(second.asker).get(f"/en/desk/questions/{asked.pk}/").status_code == 404


class TestAnswering:
    def test_a_private_answer_stays_in_its_dialogue(self):
        talk = make_dialogue()
        other = make_dialogue(talk.promoters)
        question = talk.answer(talk.ask("Private words"), "Private answer")

        assert question.state == State.ANSWERED
        assert told(talk.asker, "question_moved") == 1
        assert told(other.asker, "question_moved") == told(other.asker, "question_published") == 0
        assert not waits(question, "answer_question")
        assert "Private answer" in page("question", question.token, by=talk.asker)
        assert "Private" not in page("interest_questions", other.interest.token, by=other.asker)
        assert visitor(other.asker).get(f"/en/desk/questions/{question.token}/").status_code == 404

    def test_d11_a_material_answer_cannot_stay_private(self):
        talk = make_dialogue()
        question = talk.answer(talk.ask(), is_material=True)

        assert question.state == State.IN_MODERATION
        assert question.publish_due_at == add_working_days(question.answered_at, 3)
        assert waits(question, "publish_answer")
        with pytest.raises(RuleBroken):
            questions.move_question(question, "keep_private", by=talk.promoters.officer, reason="Sample")
        with pytest.raises(DatabaseError), transaction.atomic():
            Question.objects.filter(pk=question.pk).update(state=State.ANSWERED)

    def test_d11_marked_material_later_it_is_raised_with_a_clock(self):
        talk = make_dialogue()
        question = talk.answer(talk.ask())
        found = questions.mark_material(question, by=talk.promoters.officer)

        assert (found.state, found.is_material) == (State.IN_MODERATION, True)
        assert found.publish_due_at is not None
        with pytest.raises(PermissionDenied):
            questions.mark_material(question, by=talk.asker)

    def test_the_other_side_answers_and_nobody_else(self):
        talk, other = make_dialogue(), make_dialogue()
        question = talk.ask()

        for person in (talk.asker, other.promoters.lead, talk.promoters.officer):
            with pytest.raises(PermissionDenied):
                questions.answer_question(question, answer="Sample", by=person)
        with pytest.raises(RuleBroken):
            talk.answer(question, "  ")

    def test_every_edge_that_is_not_in_the_table_is_refused(self):
        talk = make_dialogue()
        question = talk.ask()
        for move in QUESTION.moves:
            if State.ASKED not in move.sources:
                with pytest.raises((MoveRefused, PermissionDenied)):
                    questions.move_question(question, move.verb, by=talk.promoters.officer, reason="Sample")
        question.refresh_from_db()
        assert question.state == State.ASKED


class TestRounds:
    def test_d11_answers_after_the_deadline_are_refused_and_the_clock_closes_the_question(self):
        talk = make_dialogue()
        made = questions.open_round(
            talk.promoters.project, ask_until=in_days(3), answer_until=in_days(6), by=talk.promoters.lead
        )
        question = talk.ask()
        assert (question.round, question.due_at) == (made, made.answer_until)

        past = timezone.now() - timedelta(minutes=1)
        QuestionRound.objects.update(ask_until=past - timedelta(days=1), answer_until=past)
        with pytest.raises(RuleBroken):
            talk.answer(question)
        questions.mind()
        questions.mind()
        question.refresh_from_db()
        assert question.state == State.UNANSWERED
        assert told(talk.asker, "question_moved") == 1
        assert not waits(question, "answer_question")

    def test_after_the_deadline_for_questions_nobody_asks_until_the_answers_are_given(self):
        talk = make_dialogue()
        questions.open_round(
            talk.promoters.project, ask_until=in_days(3), answer_until=in_days(6), by=talk.promoters.lead
        )
        QuestionRound.objects.update(ask_until=timezone.now() - timedelta(minutes=1))
        with pytest.raises(RuleBroken):
            talk.ask()

        QuestionRound.objects.update(
            ask_until=timezone.now() - timedelta(days=2), answer_until=timezone.now() - timedelta(days=1)
        )
        assert talk.ask().round is None

    def test_one_round_at_a_time_in_order_and_by_the_parks(self):
        talk = make_dialogue()
        project, lead = talk.promoters.project, talk.promoters.lead

        with pytest.raises(RuleBroken):
            questions.open_round(project, ask_until=in_days(6), answer_until=in_days(3), by=lead)
        with pytest.raises(RuleBroken):
            questions.open_round(project, ask_until=in_days(-1), answer_until=in_days(3), by=lead)
        with pytest.raises(PermissionDenied):
            questions.open_round(project, ask_until=in_days(3), answer_until=in_days(6), by=talk.promoters.officer)
        questions.open_round(project, ask_until=in_days(3), answer_until=in_days(6), by=lead)
        with pytest.raises(RuleBroken):
            questions.open_round(project, ask_until=in_days(9), answer_until=in_days(12), by=lead)


class TestPublishing:
    def test_d11_a_moderator_publishes_and_everybody_in_dialogue_is_told(self):
        talk = make_dialogue()
        other, outside = make_dialogue(talk.promoters), make_investor()
        question = talk.publish(talk.answer(talk.ask("Words of the asker"), for_all=True))

        assert question.state == State.PUBLISHED
        assert [told(one, "question_published") for one in (talk.asker, other.asker, outside.signatory)] == [1, 1, 0]
        assert not waits(question, "publish_answer")
        shown = page("interest_questions", other.interest.token, by=other.asker)
        assert "Sample answer for all" in shown
        # Nobody learns who asked, nor in which words.
        name = talk.investing.investor.organisation.name_en
        assert name not in shown
        assert "Words of the asker" not in shown
        assert talk.asker.name not in shown

    def test_d11_what_tells_who_asked_is_not_published(self):
        talk = make_dialogue()
        question = talk.answer(talk.ask(), is_material=True)
        organisation = talk.investing.investor.organisation

        for name in (organisation.name_zh, organisation.name_en.upper(), talk.asker.name):
            with pytest.raises(RuleBroken):
                talk.publish(question, published_answer_en=f"As {name} asked")
        with pytest.raises(RuleBroken):
            talk.publish(question, published_question_en=" ")
        with pytest.raises(RuleBroken):
            talk.publish(question, audience="nobody")
        assert talk.publish(question).state == State.PUBLISHED

    def test_only_the_desk_moderates(self):
        talk = make_dialogue()
        question = talk.answer(talk.ask(), for_all=True)

        for person in (talk.asker, talk.promoters.lead, make_user()):
            with pytest.raises(PermissionDenied):
                questions.publish_question(question, audience="public", texts=WORDS, by=person)

    @pytest.mark.parametrize(
        ("audience", "visitors", "verified"),
        [("dialogue", False, False), ("verified", False, True), ("public", True, True)],
    )
    def test_who_reads_it_on_the_page_of_the_project(self, audience: str, visitors: bool, verified: bool):
        talk = make_dialogue()
        talk.publish(talk.answer(talk.ask(), for_all=True), audience=audience)
        slug, reader = talk.promoters.project.slug, make_investor().signatory

        assert ("Sample answer for all" in page("project_detail", slug)) is visitors
        assert ("Sample answer for all" in page("project_detail", slug, by=reader)) is verified

    def test_who_left_the_dialogue_reads_what_is_for_all_investors_alone(self):
        talk = make_dialogue()
        talk.publish(talk.answer(talk.ask(), for_all=True))
        talk.publish(
            talk.answer(talk.ask(), for_all=True), audience="verified", published_answer_en="For all investors"
        )
        shown = page("interest_questions", talk.interest.token, by=talk.asker)
        assert ("Sample answer for all" in shown, "For all investors" in shown) == (True, True)

        interests.move_interest(talk.interest, "withdraw", by=talk.asker)
        shown = page("interest_questions", talk.interest.token, by=talk.asker)
        assert ("Sample answer for all" in shown, "For all investors" in shown) == (False, True)

    def test_taken_back_nobody_reads_it_until_it_is_published_again(self):
        talk = make_dialogue()
        question = talk.publish(talk.answer(talk.ask(), for_all=True), audience="public")
        questions.move_question(question, "take_back", by=talk.promoters.officer, reason="Sample")

        assert "Sample answer for all" not in page("project_detail", talk.promoters.project.slug)
        assert waits(question, "publish_answer")
        talk.publish(question, audience="public")
        assert "Sample answer for all" in page("project_detail", talk.promoters.project.slug)


class TestClocks:
    def test_an_overdue_answer_comes_to_the_desk_once(self):
        talk = make_dialogue()
        question = talk.ask()
        Question.objects.update(due_at=timezone.now() - timedelta(hours=1))
        questions.mind()
        questions.mind()

        assert told(talk.promoters.officer, "question_late") == told(talk.promoters.lead, "question_late") == 1
        assert waits(question, "chase_question")
        assert "1 question is beyond its clock" in page("office_questions", by=talk.promoters.officer)
        talk.answer(question)
        assert not waits(question, "chase_question")

    def test_d11_an_overdue_publication_is_shown_at_the_desk(self):
        talk = make_dialogue()
        talk.answer(talk.ask(), is_material=True)
        Question.objects.update(publish_due_at=timezone.now() - timedelta(hours=1))
        questions.mind()

        assert told(talk.promoters.officer, "question_late") == 1
        assert "1 question is beyond its clock" in page("office_questions", by=talk.promoters.officer)

    def test_a_dialogue_that_ended_leaves_no_question_behind(self):
        talk = make_dialogue()
        question = talk.ask()
        interests.move_interest(talk.interest, "withdraw", by=talk.asker)
        questions.mind()

        question.refresh_from_db()
        assert question.state == State.WITHDRAWN
        assert not waits(question, "answer_question")


def test_lists_cost_the_same_with_one_row_and_with_ten():
    talk = make_dialogue()
    talk.ask()
    places = [
        ("questions", (), talk.asker),
        ("project_questions", (talk.promoters.project.slug,), talk.promoters.lead),
        ("office_questions", (), talk.promoters.officer),
        ("interest_questions", (talk.interest.token,), talk.asker),
    ]

    def costs() -> list[int]:
        found = []
        for name, args, person in places:
            with translation.override("en"):
                url = reverse(f"investment:{name}", args=args)
            client = visitor(person)
            client.get(url)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    before = costs()
    # Platform spec, 4: on any page.
    assert max(before) <= 12
    for _each in range(9):
        talk.ask()
    assert costs() == before
