"""E-12: many at once, an answer for every line, twice without harm; and nominees without an account."""

from datetime import timedelta
from io import BytesIO

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied

from alliance.core.errors import RuleBroken
from alliance.notifications.models import Delivery
from tests.core.workbooks import xlsx
from tests.factories import make_user
from training import nominees, seats
from training.models import Cohort, Enrolment, Nomination
from training.seats import Line, Mode, clock
from training.seats.nominating import MOST

from .making import ask, make_open_cohort, make_sending_park, manager_of, states, wait

pytestmark = pytest.mark.django_db


def line(person, number=1):
    return Line(number, person.name, person.email)


def nominate(cohort, park, *lines, mode=Mode.ALL, act=seats.nominate):
    return act(cohort, park, lines, mode=mode, learner="employed", by=manager_of(park))


def verdicts(answers):
    return [str(answer.verdict) for answer in answers]


def test_e12_every_line_has_an_answer():
    park, other = make_sending_park(), make_sending_park()
    cohort = make_open_cohort(quotas={park: 1, other: 1})
    there, elsewhere, asked = wait(cohort, park), wait(cohort, other), ask(cohort, park)
    closed, new = make_user(is_active=False), make_user()

    answers = nominate(
        cohort,
        park,
        line(there.person),
        line(elsewhere.person),
        line(asked.person),
        line(closed),
        line(new),
        line(new),
        Line(7, "张样例", "zhang@example.org"),
        Line(8, "", "nameless@example.org"),
        Line(9, "没有地址", ""),
        Line(10, "Wrong", "wrong@"),
    )

    assert verdicts(answers) == [
        "there",
        "elsewhere",
        "asked",
        "closed",
        "waits",
        "twice",
        "invited",
        "no_name",
        "no_address",
        "no_address",
    ]
    assert states(cohort) == "ooww"


def test_e12_told_again_it_finds_everybody_there():
    park, people = make_sending_park(), [make_user() for _ in range(3)]
    cohort = make_open_cohort(quotas={park: 2})
    lines = [*map(line, people), Line(4, "张样例", "zhang@example.org")]

    first, again = nominate(cohort, park, *lines), nominate(cohort, park, *lines)

    assert verdicts(first) == ["seat", "seat", "waits", "invited"]
    assert verdicts(again) == ["there", "there", "there", "pending"]
    assert (Enrolment.objects.count(), Nomination.objects.count()) == (3, 1)


def test_e12_as_many_as_fit_after_those_who_stand_before():
    park = make_sending_park()
    cohort = make_open_cohort(quotas={park: 2}, shared=1)
    ask(cohort, park)  # waits for approval: a seat is left for them

    answers = nominate(cohort, park, *[line(make_user()) for _ in range(4)], mode=Mode.FIT)

    assert verdicts(answers) == ["seat", "seat", "no_seat", "no_seat"]
    assert states(cohort) == "soo"


def test_c3_a_batch_cohort_gives_no_seat_yet():
    park = make_sending_park()
    cohort = make_open_cohort(quotas={park: 2}, allocation="batch")

    answers = nominate(cohort, park, *[line(make_user()) for _ in range(3)], mode=Mode.FIT)

    assert verdicts(answers) == ["waits", "waits", "no_seat"]
    assert states(cohort) == "ww"


def test_e3_where_the_lead_approves_too_nominees_wait_for_it():
    park = make_sending_park()
    cohort = make_open_cohort(quotas={park: 1}, asks_host=True)

    assert verdicts(nominate(cohort, park, line(make_user()))) == ["host"]
    assert states(cohort) == "s"


def test_a_rehearsal_says_the_same_and_leaves_nothing():
    park, people = make_sending_park(), [make_user() for _ in range(2)]
    cohort = make_open_cohort(quotas={park: 1})
    lines = [*map(line, people), Line(3, "张样例", "zhang@example.org")]

    said = nominate(cohort, park, *lines, act=seats.rehearse)

    assert verdicts(said) == ["seat", "waits", "invited"]
    assert not Enrolment.objects.exists()
    assert not Nomination.objects.exists()
    assert not Delivery.objects.exists()
    cohort.refresh_from_db()
    assert cohort.seq == 0
    assert verdicts(nominate(cohort, park, *lines)) == verdicts(said)


def test_another_name_at_the_address_is_said():
    park = make_sending_park()
    person = make_user("Li Wei")

    answers = nominate(make_open_cohort(shared=9), park, Line(1, "Wang Fang", person.email), Line(2, "x", "y"))

    assert [answer.other_name for answer in answers] == [True, False]


def test_nobody_nominates_for_another_park_or_too_many():
    park, other = make_sending_park(), make_sending_park()
    cohort = make_open_cohort(shared=1)

    with pytest.raises(PermissionDenied):
        seats.nominate(cohort, park, [], mode=Mode.ALL, learner="adult", by=manager_of(other))
    with pytest.raises(RuleBroken, match="500"):
        nominate(cohort, park, *[Line(n, "x", "x@example.org") for n in range(MOST + 1)])


class TestWithoutAccount:
    @pytest.fixture
    def park(self):
        return make_sending_park()

    @pytest.fixture
    def cohort(self, park):
        cohort = make_open_cohort(quotas={park: 1})
        nominate(cohort, park, Line(1, "张样例", "zhang@example.org"))
        return cohort

    def sign_up(self, verified=True):
        person = make_user(email="zhang@example.org")
        EmailAddress.objects.create(user=person, email=person.email, verified=verified, primary=True)
        return person

    def test_a_letter_leaves_and_no_seat_is_kept(self, cohort, park):
        assert Delivery.objects.filter(event__kind="training.invitation", recipient=None).count() == 1
        assert wait(cohort, park).queue_no == 1

    def test_the_number_is_given_when_the_address_is_confirmed(self, cohort, park):
        wait(cohort, park)
        person = self.sign_up()

        (row,) = seats.claim(person)

        row.refresh_from_db()
        assert (row.queue_no, row.state, row.home_approved_by) == (2, "waitlisted", manager_of(park))
        assert seats.claim(person) == []
        assert Nomination.objects.get().enrolment == row

    def test_an_address_that_is_not_confirmed_takes_nothing(self, cohort):
        assert seats.claim(self.sign_up(verified=False)) == []

    def test_confirming_in_the_portal_is_enough(self, cohort, rf):
        from allauth.account.signals import email_confirmed

        person = self.sign_up()

        email_confirmed.send(sender=EmailAddress, request=rf.get("/"), email_address=person.emailaddress_set.get())

        assert Enrolment.objects.get().person == person

    def test_a_letter_taken_back_leads_nowhere(self, cohort, park):
        seats.take_letter_back(Nomination.objects.get(), by=manager_of(park))

        assert seats.claim(self.sign_up()) == []
        assert not Nomination.objects.exists()

    def test_addresses_go_some_weeks_after_the_window(self, cohort):
        clock.mind(cohort.enrol_until + timedelta(days=29))
        assert Nomination.objects.exists()

        clock.mind(cohort.enrol_until + timedelta(days=31))

        assert not Nomination.objects.exists()
        assert Cohort.objects.get().state == "cancelled"


class TestReading:
    def test_lines_are_read_however_they_are_typed(self):
        text = (
            "李伟 liwei@example.org\n"
            "\n"
            "Wang Fang <Wang.Fang@Example.org>\n"
            "zhang@example.org，张三\n"
            "赵六\tzhao@example.org\t13800000000\n"
            "陈七；chen＠example.org\n"
            "只有名字\n"
        )

        assert [(one.number, one.name, one.email) for one in nominees.read_text(text)] == [
            (1, "李伟", "liwei@example.org"),
            (3, "Wang Fang", "wang.fang@example.org"),
            (4, "张三", "zhang@example.org"),
            (5, "赵六 13800000000", "zhao@example.org"),
            (6, "陈七", "chen@example.org"),
            (7, "只有名字", ""),
        ]

    def test_what_is_carried_to_the_confirmation_is_read_alike(self):
        lines = nominees.read_text("李伟 liwei@example.org\nWang Fang <w@example.org>\n只有名字")

        assert nominees.read_text(nominees.as_text(lines)) == lines

    def test_a_table_needs_no_template(self):
        file = xlsx([["序号", "姓名", "邮箱"], ["1", "李伟", "liwei@example.org"], ["2", "无地址", ""]])

        lines = nominees.read_table(file, "people.xlsx")

        assert [(one.name, one.email) for one in lines] == [("李伟", "liwei@example.org"), ("2", "")]

    def test_a_csv_without_headers(self):
        lines = nominees.read_table(BytesIO("liwei@example.org,李伟\n".encode("gb18030")), "people.csv")

        assert [(one.name, one.email) for one in lines] == [("李伟", "liwei@example.org")]
