"""What a person sees of their long work, with and without scripts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from alliance.core import jobs
from alliance.core.jobs import running
from alliance.core.models import Job
from parks.directory import PARKS
from tests.core.counting import COUNTING
from tests.factories import make_park, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    person = make_user()
    client.force_login(person)
    return person


def of(name, job=None, language="en"):
    with translation.override(language):
        return reverse(f"core:{name}", args=[job.pk] if job else [])


def under_way(job, **values):
    """The job as it stands while a worker is at it."""
    now = timezone.now()
    values = {"started_at": now - timedelta(seconds=10), "done": 4000, "total": 10_000, "stage": "rows"} | values
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1, lease_token=job.pk, heartbeat_at=now, **values)
    job.refresh_from_db()
    return job


class TestUnderWay:
    def test_says_how_far_it_is_and_that_one_may_leave(self, client, person):
        job = under_way(jobs.request(COUNTING, by=person, upto=3))

        html = client.get(of("job", job)).content.decode()

        assert "<title>40 % · Counting" in html
        assert 'value="40"' in html
        assert "4,000 of 10,000" in html
        assert "about 15 seconds left" in html
        assert "You can leave this page" in html

    def test_works_without_scripts(self, client, person):
        job = jobs.request(COUNTING, by=person, upto=3)

        html = client.get(of("job", job)).content.decode()

        assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in html
        assert "Look again" in html

    def test_the_part_asks_again_each_second_and_ends_when_it_is_over(self, client, person):
        job = under_way(jobs.request(COUNTING, by=person, upto=3))
        part = client.get(of("job", job), headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert 'hx-trigger="every 1s"' in part

        Job.objects.update(state="queued", lease_token=None, heartbeat_at=None, attempts=0)
        running.run(job.pk)
        part = client.get(of("job", job), headers={"HX-Request": "true"}).content.decode()

        assert "hx-trigger" not in part
        assert of("job_file", job) in part

    def test_only_milestones_are_said_aloud(self, client, person):
        job = under_way(jobs.request(COUNTING, by=person, upto=3))

        def said(mark):
            part = client.get(of("job", job) + f"?said={mark}", headers={"HX-Request": "true"})
            return 'id="job-said"' in part.content.decode()

        assert (said(""), said("running-rows-1-0-1"), said("running-rows-0-0-1")) == (True, False, True)

    def test_who_waits_sees_how_many_wait_before(self, client, person):
        for number in range(2):
            jobs.request(COUNTING, by=make_user(), upto=number)
        Job.objects.update(created_at=timezone.now() - timedelta(minutes=1))
        job = jobs.request(COUNTING, by=person, upto=9)

        assert "2 before it" in client.get(of("job", job)).content.decode()

    def test_a_second_attempt_is_said(self, client, person):
        job = under_way(jobs.request(COUNTING, by=person, upto=3))
        Job.objects.update(attempts=2)

        assert "attempt 2 of 3" in client.get(of("job", job)).content.decode()

    def test_stop(self, client, person):
        waiting = jobs.request(COUNTING, by=person, upto=3)
        working = under_way(jobs.request(COUNTING, by=person, upto=4))

        for job in (waiting, working):
            client.post(of("job_cancel", job))

        assert "Cancelled" in client.get(of("job", waiting)).content.decode()
        assert "Being stopped" in client.get(of("job", working)).content.decode()


class TestOver:
    def test_done(self, client, person):
        job = jobs.request(COUNTING, by=person, upto=3)
        running.run(job.pk)

        html = client.get(of("job", job)).content.decode()

        assert "numbers.txt" in html
        assert "It is kept until" in html
        assert "http-equiv" not in html

    def test_failed_says_why_and_offers_another_try(self, client, person):
        job = jobs.request(COUNTING, by=person, upto=3)
        Job.objects.update(state="failed", error="too_long", finished_at=timezone.now())

        html = client.get(of("job", job)).content.decode()
        response = client.post(of("job_again", job))

        assert "It took too long and was stopped." in html
        assert "Try again" in html
        new = Job.objects.exclude(pk=job.pk).get()
        assert response["Location"] == of("job", new)
        assert new.params == job.params

    def test_what_would_fail_again_offers_no_other_try(self, client, person):
        job = jobs.request(COUNTING, by=person, upto=3)
        Job.objects.update(state="failed", error="not_allowed", finished_at=timezone.now())

        html = client.get(of("job", job)).content.decode()

        assert "You may no longer see" in html
        assert "Try again" not in html

    def test_a_removed_file_says_so(self, client, person):
        job = jobs.request(COUNTING, by=person, upto=3)
        running.run(job.pk)
        Job.objects.update(expires_at=timezone.now() - timedelta(days=1))

        assert "The file was removed when its time was over." in client.get(of("job", job)).content.decode()


class TestList:
    def test_teaches_while_it_is_empty(self, client, person):
        html = client.get(of("jobs")).content.decode()

        assert "Nothing yet" in html
        assert "/en/parks/" in html

    @pytest.mark.parametrize("count", [1, 10])
    def test_queries_do_not_grow(self, client, person, django_assert_max_num_queries, count):
        from alliance.core.lists import export

        make_park()
        for number in range(count):
            jobs.request(export.LIST_EXPORT, by=person, list="parks", query=f"q={number}", format="csv")
            Job.objects.filter(state="queued").update(state="cancelled", finished_at=timezone.now())
        assert PARKS.code == "parks"

        with django_assert_max_num_queries(14):
            html = client.get(of("jobs")).content.decode()

        assert html.count("Directory of parks") == count

    def test_keeps_itself_fresh_while_something_is_under_way(self, client, person):
        under_way(jobs.request(COUNTING, by=person, upto=3))
        assert 'hx-trigger="every 2s"' in client.get(of("jobs")).content.decode()

        Job.objects.update(state="cancelled", lease_token=None, finished_at=timezone.now())

        assert 'hx-trigger="every' not in client.get(of("jobs")).content.decode()
