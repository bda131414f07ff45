"""The pages around places: what people see and do, and as many queries for 3,000 people as for 30."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.accounts.models import User
from tests.factories import make_user
from training import seats
from training.models import Cohort, Enrolment, EnrolmentLog, Nomination

from .making import ask, hold, lead_of, make_open_cohort, make_sending_park, manager_of, states, wait

pytestmark = pytest.mark.django_db


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def url(name, *args):
    return reverse(f"training:{name}", args=args)


def text(response):
    return response.content.decode()


class TestPublicPage:
    def test_says_how_many_seats_are_left_in_which_pool_and_that_quick_approvers_win(self, client):
        park = make_sending_park(name_en="Alpha Park")
        cohort = make_open_cohort(quotas={park: 3}, shared=2)
        hold(cohort, park)

        page = text(client.get(cohort.get_absolute_url()))

        assert '<b class="num">4</b> of 5 seats are left' in page
        assert "Alpha Park" in page
        assert "A park that approves quickly thus wins over one that takes its time" in page

    def test_a_planned_cohort_is_nobodys_business(self, client):
        cohort = make_open_cohort(shared=1, state="planned")

        assert client.get(cohort.get_absolute_url()).status_code == 404


class TestTrainee:
    def test_asks_and_sees_position_and_reason(self):
        park = make_sending_park(name_en="Alpha Park")
        cohort = make_open_cohort(quotas={park: 1})
        hold(cohort, park)
        for _ in range(2):
            wait(cohort, park)
        person = make_user()
        client = client_of(person)

        response = client.post(url("cohort_apply", cohort.code), {"park": park.pk, "learner": "university"})
        row = Enrolment.objects.get(person=person)
        assert response.url == url("place", row.pk)
        assert "Waiting for Alpha Park to approve." in text(client.get(response.url))
        seats.approve(row, by=manager_of(park))
        page = text(client.get(response.url))

        assert 'Position <b class="num">3</b>' in page
        assert "Waiting for a seat of Alpha Park&#x27;s quota." in page

    def test_a_park_that_could_not_answer_is_not_offered(self):
        cohort = make_open_cohort(shared=1)

        response = client_of(make_user()).post(url("cohort_apply", cohort.code), {"park": 999999, "learner": "adult"})

        assert response.status_code == 409
        assert not Enrolment.objects.exists()

    def test_answers_an_offer_after_one_more_question(self):
        row = wait(make_open_cohort(shared=1), make_sending_park())
        client = client_of(row.person)
        assert "Accept the seat" in text(client.get(url("place", row.pk)))
        assert "48 hours left" in text(client.get(url("place", row.pk))) or "47 hours left" in text(
            client.get(url("place", row.pk))
        )

        client.get(url("place_answer", row.pk, "accept"))
        row.refresh_from_db()
        assert row.state == "offered"
        client.post(url("place_answer", row.pk, "accept"))

        row.refresh_from_db()
        assert row.state == "enrolled"

    def test_an_offer_that_is_over_is_refused_on_the_page(self):
        row = wait(make_open_cohort(shared=1), make_sending_park())
        Enrolment.objects.update(offer_until="2026-01-01T00:00Z")

        response = client_of(row.person).post(url("place_answer", row.pk, "accept"))

        assert response.status_code == 409
        assert "The offer has lapsed" in text(response)

    def test_nobody_sees_somebody_elses_place(self):
        row = wait(make_open_cohort(shared=1), make_sending_park())

        assert client_of(make_user()).get(url("place", row.pk)).status_code == 404


class TestPark:
    def test_approves_the_ticked_ones(self):
        park = make_sending_park()
        cohort = make_open_cohort(shared=2)
        rows = [ask(cohort, park) for _ in range(3)]

        client_of(manager_of(park)).post(
            url("park_approve", park.slug, cohort.code), {"row": [row.pk for row in rows[:2]]}
        )

        assert states(cohort) == "oos"

    def test_checks_a_paste_first_and_keeps_the_text(self):
        park, person = make_sending_park(), make_user("Li Wei")
        cohort = make_open_cohort(shared=1)
        client = client_of(manager_of(park))
        data = {"text": f"Li Wei {person.email}\nWang Fang wang@example.org\nnobody", "learner": "adult", "mode": "all"}

        page = text(client.post(url("park_nominate", park.slug, cohort.code), data))
        assert "gets a seat at once" in page
        assert "no account yet" in page
        assert "no e-mail address can be read" in page
        assert not Enrolment.objects.exists()
        page = text(client.post(url("park_nominate", park.slug, cohort.code), data | {"enter": "1"}))

        assert "What became of each line" in page
        assert (Enrolment.objects.get().learner, Nomination.objects.get().name) == ("adult", "Wang Fang")

    def test_reads_a_table(self):
        park = make_sending_park()
        cohort = make_open_cohort(shared=1)
        file = SimpleUploadedFile("people.csv", "姓名,邮箱\n李伟,liwei@example.org\n".encode())

        response = client_of(manager_of(park)).post(
            url("park_nominate", park.slug, cohort.code), {"file": file, "learner": "adult", "mode": "all"}
        )

        assert "liwei@example.org" in text(response)

    def test_a_file_that_is_none_is_said_beside_its_field(self):
        park = make_sending_park()
        cohort = make_open_cohort(shared=1)
        file = SimpleUploadedFile("people.pdf", b"%PDF-1.7")

        response = client_of(manager_of(park)).post(
            url("park_nominate", park.slug, cohort.code),
            {"file": file, "text": "Li Wei a@example.org", "learner": "adult", "mode": "all"},
        )

        assert response.status_code == 409
        assert "Li Wei a@example.org" in text(response)


class TestLead:
    def test_e9_the_number_that_stands_in_the_way_is_said_beside_the_field(self):
        park = make_sending_park()
        cohort = make_open_cohort(quotas={park: 3})
        for _ in range(2):
            hold(cohort, park)

        response = client_of(lead_of(cohort)).post(
            url("cohort_seats", cohort.code), {"shared": "0", f"quota_{park.pk}": "1"}
        )

        assert response.status_code == 409
        assert "2 people hold seats of" in text(response)

    def test_removes_with_a_reason(self):
        row = hold(make_open_cohort(shared=1), make_sending_park())
        client = client_of(lead_of(row.cohort))
        page = url("person_end", row.cohort.code, row.pk, "remove")

        assert client.post(page, {"reason": " "}).status_code == 409
        client.post(page, {"reason": "Never came"})

        row.refresh_from_db()
        assert (row.state, row.reason) == ("removed", "Never came")

    def test_the_list_of_a_cohort_filters_and_exports_its_people_alone(self):
        park = make_sending_park()
        cohort = make_open_cohort(shared=1)
        row = hold(cohort, park)
        other = hold(make_open_cohort(shared=1), park)
        client = client_of(lead_of(cohort))

        page = text(client.get(url("cohort_people", cohort.code) + "?state=enrolled"))

        assert row.person.name in page
        assert other.person.name not in page
        file = client.get(reverse("core:list_file", args=["training_people", "csv"]) + f"?cohort={cohort.code}")
        exported = b"".join(file.streaming_content).decode() if file.streaming else text(file)
        assert row.person.email in exported
        assert other.person.email not in exported


def fill(cohort: Cohort, park, count: int) -> None:
    """So many who wait, written at once."""
    first = cohort.seq + 1
    people = User.objects.bulk_create(
        User(email=f"many{first + n}@example.org", password="!", name=f"Sample {first + n}") for n in range(count)
    )
    rows = Enrolment.objects.bulk_create(
        Enrolment(
            cohort=cohort,
            person=person,
            park=park,
            state="waitlisted",
            queue_no=number,
            home_approved_at=cohort.enrol_from,
        )
        for number, person in enumerate(people, start=first)
    )
    EnrolmentLog.objects.bulk_create(EnrolmentLog(enrolment=row, to_state="waitlisted") for row in rows)
    cohort.seq += count
    cohort.save(update_fields=["seq"])


def test_pages_cost_as_many_queries_at_30_as_at_3000():
    park = make_sending_park()
    cohort = make_open_cohort(quotas={park: 3})
    held = [hold(cohort, park) for _ in range(3)]
    trainee = wait(cohort, park)
    lead, manager = lead_of(cohort), manager_of(park)
    visits = {
        "public": (None, cohort.get_absolute_url()),
        "place": (trainee.person, url("place", trainee.pk)),
        "learning": (trainee.person, url("learning")),
        "park": (manager, url("park_desk", park.slug)),
        "park cohort": (manager, url("park_cohort", park.slug, cohort.code)),
        "roster": (lead, url("cohort_people", cohort.code)),
        "person": (lead, url("person", cohort.code, held[0].pk)),
        "people": (lead, url("people")),
    }
    cohort.refresh_from_db()
    counted: dict[str, list[int]] = {name: [] for name in visits}
    for more in (26, 2970):
        fill(cohort, park, more)
        for name, (person, address) in visits.items():
            client = client_of(person) if person else Client()
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200, name
            counted[name].append(len(queries))

    assert cohort.enrolments.count() == 3000
    assert {name: few for name, (few, _many) in counted.items()} == {
        name: many for name, (_few, many) in counted.items()
    }
    assert max(few for few, _many in counted.values()) <= 30
