"""People from a table: each row is an invitation, and no more than its sender could write by hand."""

from datetime import timedelta

import pytest
from django.core.files.storage import InMemoryStorage
from django.utils import timezone

from alliance.accounts.models import Invitation, Organisation, User
from alliance.accounts.services import accept_invitation, invite
from alliance.core.imports import requests
from alliance.core.models import ImportRow, StoredFile
from tests.accounts.people import make_person
from tests.core.importing import english, outcomes, row, send, take_back, take_over, verdicts
from tests.factories import make_duty, make_officer, make_organisation, make_park, make_user

pytestmark = pytest.mark.django_db

CODE = "91330200144052096U"
HEAD = ["邮箱", "姓名", "单位", "角色"]


@pytest.fixture(autouse=True)
def files_in_memory(monkeypatch):
    monkeypatch.setattr(StoredFile._meta.get_field("content"), "storage", InMemoryStorage())


@pytest.fixture
def officer():
    make_organisation(name_zh="甲公司", name_en="Company A", credit_code=CODE)
    return make_officer("membership_desk")


class TestPeople:
    def test_each_row_is_an_invitation_and_nobody_gets_an_account(self, officer):
        people = User.objects.count()
        batch = send(
            "people",
            [
                [*HEAD, "开始日期", "结束日期", "语言"],
                ["Ａ@Example.ORG ", "张三", "甲公司", "园区负责人", "2099-01-01", "2099/12/31", "英文"],
                ["b@example.org", "", CODE, "park_editor", "", "", ""],
            ],
            officer,
        )
        assert verdicts(batch) == [(2, "new"), (3, "new")]

        take_over(batch, officer)

        made = list(
            Invitation.objects.order_by("email").values_list("email", "name", "role_code", "language", "invited_by")
        )
        assert made == [
            ("a@example.org", "张三", "park_manager", "en", officer.pk),
            ("b@example.org", "", "park_editor", "zh-hans", officer.pk),
        ]
        assert User.objects.count() == people
        first = Invitation.objects.get(email="a@example.org")
        assert (str(first.duty_starts_on), str(first.duty_ends_on)) == ("2099-01-01", "2099-12-31")

    def test_what_is_there_already_is_left(self, officer):
        company = Organisation.objects.get(name_zh="甲公司")
        held = make_duty(make_user(email="held@example.org"), company)
        invite(company, "asked@example.org", "park_editor", by=officer)
        batch = send(
            "people",
            [
                HEAD,
                [held.person.email, "", "甲公司", "park_manager"],
                ["asked@example.org", "", "甲公司", "park_editor"],
            ],
            officer,
        )

        assert verdicts(batch) == [(2, "same"), (3, "same")]

    def test_what_a_desk_may_not_give_it_may_not_import(self, officer):
        make_organisation("council", name_zh="联盟理事会")
        rows = [HEAD, ["a@example.org", "", "联盟理事会", "council_expert"]]

        assert english(row(send("people", rows, officer), 2).notes) == [
            ("role_code", "Your desk does not give this role. Ask the desk that does.")
        ]
        assert verdicts(send("people", rows, make_officer("data_desk"))) == [(2, "new")]

    @pytest.mark.parametrize(
        ("cells", "column"),
        [
            (["nonsense", "", "甲公司", "park_editor"], "email"),
            (["a@example.org", "", "没有这家", "park_editor"], "organisation"),
            (["a@example.org", "", "", "park_editor"], "organisation"),
            (["a@example.org", "", "甲公司", "皇帝"], "role_code"),
            (["a@example.org", "", "甲公司", ""], "role_code"),
            (["a@example.org", "", "甲公司", "data_desk"], "role_code"),
            (["a@example.org", "12345", "甲公司", "park_editor"], "name"),
        ],
    )
    def test_wrong_rows_say_where(self, officer, cells, column):
        batch = send("people", [HEAD, cells], officer)

        assert [note["column"] for note in row(batch, 2).notes] == [column]

    def test_a_name_of_two_organisations_asks_for_the_credit_code(self, officer):
        make_organisation(name_zh="甲公司")
        batch = send("people", [HEAD, ["a@example.org", "", "甲公司", "park_editor"]], officer)

        assert english(row(batch, 2).notes) == [
            ("organisation", "Several organisations have this name. Give the credit code instead.")
        ]

    def test_a_term_that_is_over_is_wrong(self, officer):
        yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
        batch = send(
            "people", [[*HEAD, "结束日期"], ["a@example.org", "", "甲公司", "park_editor", yesterday]], officer
        )

        assert [note["column"] for note in row(batch, 2).notes] == ["ends_on"]

    def test_five_hundred_a_file_and_not_one_more(self, officer):
        rows = [[f"p{number}@example.org", "", "甲公司", "park_editor"] for number in range(501)]

        assert send("people", [HEAD, *rows], officer).problem["code"] == "too_many_rows"
        assert send("people", [HEAD, *rows[:500]], officer).counts == {"new": 500}

    def test_more_letters_than_a_person_may_write_by_hand_in_a_day(self, officer):
        rows = [[f"p{number}@example.org", "", "甲公司", "park_editor"] for number in range(60)]
        take_over(send("people", [HEAD, *rows], officer), officer)

        assert Invitation.objects.count() == 60

    def test_taken_back_the_links_open_nothing_but_those_accepted_stay(self, officer):
        sent = send(
            "people",
            [HEAD, ["a@example.org", "", "甲公司", "park_editor"], ["b@example.org", "", "甲公司", "park_editor"]],
            officer,
        )
        batch = take_over(sent, officer)
        person = make_person(email="a@example.org")
        accept_invitation(Invitation.objects.get(email="a@example.org"), by=person)

        batch = take_back(batch, officer)

        assert outcomes(batch) == [(2, "kept"), (3, "undone")]
        assert row(batch, 2).outcome_note["en"] == "This invitation has been accepted meanwhile."
        assert Invitation.objects.get(email="b@example.org").revoked_at is not None

    def test_an_invitation_written_meanwhile_puts_the_row_aside(self, officer):
        batch = send("people", [HEAD, ["a@example.org", "", "甲公司", "park_editor"]], officer)
        invite(Organisation.objects.get(name_zh="甲公司"), "a@example.org", "park_editor", by=officer)

        assert outcomes(take_over(batch, officer)) == [(2, "put_aside")]
        assert Invitation.objects.count() == 1

    def test_questions_do_not_grow_with_the_rows(self, officer, django_assert_num_queries):
        from alliance.core import imports

        kind = imports.kind_of("people")
        batch = send("people", [HEAD, ["a@example.org", "", "甲公司", "park_editor"]], officer)
        for count in (1, 200):
            checker = kind.checker(kind, batch, officer)
            rows = [
                {"email": f"p{number}@example.org", "organisation": "甲公司", "role_code": "park_editor"}
                for number in range(count)
            ]
            with django_assert_num_queries(2):
                checker.judge([imports.Draft(number, dict(values)) for number, values in enumerate(rows)])


class TestOrganisationsOfParks:
    def test_names_follow_their_park(self, officer):
        park = make_park(name_zh="甲园")
        batch = send("organisations", [["名称", "英文名"], ["甲园", "Other name"]], officer)
        assert english(row(batch, 2).notes) == [
            ("", "Its name and place follow its park. Change them with the table of parks.")
        ]

        other = "91310000132200821H"
        take_over(send("organisations", [["名称", "信用代码"], ["甲园", other]], officer), officer)
        park.organisation.refresh_from_db()
        assert park.organisation.credit_code == other

    def test_rows_of_people_are_forgotten_with_their_file(self, officer):
        send("people", [HEAD, ["a@example.org", "", "甲公司", "park_editor"]], officer)

        requests.forget(timezone.now() + requests.KEEP_FILE * 2)
        assert not ImportRow.objects.exists()
