"""Session, person and duties in one trip, and only ever the person whose session it is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.accounts import reader
from tests.factories import make_duty, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client):
    person = make_user("Reader One", email="one@example.org")
    client.force_login(person)
    client.get("/en/desk/")
    return person


def key_of(client):
    return client.session.session_key


def asked(client):
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/en/parks/").content.decode()
    return page, [one["sql"] for one in queries if "django_session" in one["sql"] or "accounts_duty" in one["sql"]]


def test_all_three_come_in_one_trip(client, signed_in):
    page, queries = asked(client)

    assert "Reader One" in page
    assert len(queries) == 1
    assert "accounts_user" in queries[0]


def test_a_wrong_guess_changes_nobody(client, signed_in):
    other = make_user("Reader Two", email="two@example.org")
    make_duty(other, make_organisation("secretariat"), "data_desk")
    reader._seen[key_of(client)] = other.pk

    page, _queries = asked(client)

    assert "Reader One" in page
    assert "Reader Two" not in page
    assert "/en/office/" not in page
    assert reader._seen[key_of(client)] == signed_in.pk


def test_without_a_guess(client, signed_in):
    reader._seen.clear()

    assert "Reader One" in asked(client)[0]


def test_who_may_not_sign_in_any_more_is_out_at_once(client, signed_in):
    type(signed_in).objects.filter(pk=signed_in.pk).update(is_active=False)

    assert "Reader One" not in asked(client)[0]


def test_a_duty_that_ended_is_gone_at_once(client, signed_in):
    duty = make_duty(signed_in, make_organisation("secretariat"), "data_desk")
    assert client.get("/en/desk/").wsgi_request.duties == [duty]

    type(duty).objects.filter(pk=duty.pk).update(ends_on="2020-02-01")

    assert client.get("/en/desk/").wsgi_request.duties == []
