import time

import pytest
from django.db import transaction

from alliance.core import broker
from alliance.notifications import wake
from alliance.notifications.services import notify, open_task
from tests.factories import make_organisation, make_user

from .kinds import CHECK, NEWS


@pytest.mark.django_db
class TestWake:
    def tell(self, key):
        notify(NEWS, to=[make_user()], about=make_organisation(), key=key)

    def test_once_for_each_transaction(self, handed_over, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            self.tell("a")
            self.tell("b")

        assert len(callbacks) == 1
        assert handed_over == [("notifications.dispatch", ())]

    def test_at_most_once_in_a_fifth_of_a_second(self, handed_over):
        for _ in range(10):
            wake.wake()

        assert len(handed_over) == 1

    def test_a_broker_that_is_away_is_left_alone_for_ten_seconds(self, monkeypatch):
        tried = []
        monkeypatch.setattr(broker, "send", lambda *args, **options: tried.append(1))
        clock = [1000.0]
        monkeypatch.setattr(time, "monotonic", lambda: clock[0])

        for seconds in (0, 1, 9, 11):
            clock[0] = 1000.0 + seconds
            wake.wake()

        assert len(tried) == 2

    def test_a_failure_of_the_broker_does_not_reach_the_page(self, monkeypatch, django_capture_on_commit_callbacks):
        def explode(*args, **options):
            raise RuntimeError

        monkeypatch.setattr(broker, "send", explode)
        with transaction.atomic():
            self.tell("a")
        # Django logs what a robust callback raises and goes on.
        assert any(robust for _sids, _call, robust in transaction.get_connection().run_on_commit)


class TestBroker:
    @pytest.mark.parametrize("url", ["redis+socket:///nowhere/valkey.sock", "redis://127.0.0.1:1/0"])
    def test_away_is_found_out_quickly(self, url, monkeypatch):
        from alliance.celery import app

        template = app.connection_for_write(
            url, transport_options={**app.conf.broker_transport_options, **broker.IMPATIENT}
        )
        monkeypatch.setattr(broker, "_template", lambda: template)

        began = time.monotonic()
        assert not broker.send("notifications.dispatch")
        assert time.monotonic() - began < 1


@pytest.mark.django_db
class TestBrokerAway:
    """Invariant 7: every page still works, and hardly slower."""

    def test_pages_work_and_what_was_told_waits(self, client, monkeypatch, django_capture_on_commit_callbacks):
        from alliance.celery import app
        from alliance.notifications.models import Delivery
        from tests.factories import make_officer

        options = {**app.conf.broker_transport_options, **broker.IMPATIENT}
        nowhere = app.connection_for_write("redis+socket:///nowhere/valkey.sock", transport_options=options)
        monkeypatch.setattr(broker, "_template", lambda: nowhere)
        officer, colleague = make_officer(), make_officer()
        task = open_task(CHECK, about=make_organisation(), organisation=make_organisation("secretariat"))
        client.force_login(officer)

        with django_capture_on_commit_callbacks() as callbacks:
            response = client.post("/en/office/tasks/", {"do": f"assign:{task.pk}", "to": colleague.pk})
        began = time.monotonic()
        for callback in callbacks:
            callback()

        assert response.status_code == 302
        assert time.monotonic() - began < 1
        assert list(Delivery.objects.values_list("state", "attempts")) == [("pending", 0)]
