from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliance.accounts.models import Duty
from alliance.core.prepared import Prepared
from alliance.core.sessions import SessionStore
from tests.factories import make_duty, make_organisation, make_user

pytestmark = pytest.mark.django_db


def acted():
    return Prepared(
        lambda person, on: Duty.objects.acted_by(person, on).select_related("organisation"), -7_301, date(1901, 2, 3)
    )


class TestPrepared:
    def test_gives_what_the_query_gives(self):
        person, other = make_user(), make_user("Other")
        today = timezone.localdate()
        mine = make_duty(person, make_organisation(), "park_manager")
        make_duty(other, make_organisation(), "park_manager")
        stands_in = make_duty(other, make_organisation(), "park_editor")
        Duty.objects.filter(pk=stands_in.pk).update(substitute=person, away_from=today, away_until=today)
        prepared = acted()

        assert set(prepared(person.pk, today)) == {mine, stands_in}
        assert set(prepared(person.pk, today + timedelta(days=1))) == {mine}
        assert prepared(other.pk, today)[0].person_id == other.pk
        assert prepared(0, today) == []

    def test_rows_bring_what_was_selected_with_them_and_can_be_saved(self):
        person = make_user()
        organisation = make_duty(person, make_organisation(), "park_manager").organisation
        (duty,) = acted()(person.pk, timezone.localdate())

        with CaptureQueriesContext(connection) as queries:
            assert duty.organisation == organisation
        assert len(queries) == 0
        duty.save()
        assert Duty.objects.count() == 1

    def test_a_sample_that_reaches_nothing_is_refused(self):
        with pytest.raises(ValueError, match="does not reach"):
            Prepared(lambda person: Duty.objects.filter(person=1), -7_301)(1)


class TestSession:
    def test_is_found_while_it_lasts(self):
        store = SessionStore()
        store["a"] = "b"
        store.save()

        assert SessionStore(store.session_key)["a"] == "b"

        store.set_expiry(-1)
        store.save()
        late = SessionStore(store.session_key)
        assert late.get("a") is None
        assert late.session_key is None
