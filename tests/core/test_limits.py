import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import RequestFactory

from alliance.core import limits
from alliance.core.cache import PatientRedisCache
from alliance.core.limits import Limit

HOUR = 3600


@pytest.fixture(autouse=True)
def limits_hold(settings, monkeypatch):
    """Limits are on, nobody has used anything yet, and the clock stands still in the first third of a window."""
    settings.RATE_LIMITS = True
    limits._here.clear()
    cache.clear()
    clock = Clock()
    monkeypatch.setattr(limits.time, "time", clock)
    yield clock
    limits._here.clear()
    cache.clear()


class Clock:
    def __init__(self):
        self.now = 1_000 * HOUR + 1_200.0

    def __call__(self):
        return self.now


def request(address="203.0.113.7", **meta):
    made = RequestFactory().get("/zh-hans/search/", REMOTE_ADDR=address, **meta)
    made.user = AnonymousUser()
    return made


class TestTake:
    def test_each_has_a_number_of_their_own(self):
        limit = Limit("try", each=2, seconds=HOUR)

        assert [limits.take(limit, "a") for _ in range(3)] == [0, 0, 2400]
        assert limits.take(limit, "b") == 0

    def test_a_refused_attempt_does_not_count(self, limits_hold):
        limit = Limit("try", each=2, seconds=HOUR)
        for _ in range(50):
            limits.take(limit, "a")

        limits_hold.now += 1.5 * HOUR

        assert limits.take(limit, "a") == 0

    def test_the_window_slides(self, limits_hold):
        limit = Limit("try", each=10, seconds=HOUR)
        for _ in range(10):
            assert limits.take(limit, "a") == 0
        # One second into the next window nearly all ten are still in reach.
        limits_hold.now += 2_401

        wait = limits.take(limit, "a")

        assert wait == 359
        limits_hold.now += wait
        assert limits.take(limit, "a") == 0
        assert limits.take(limit, "a") > 0

    def test_all_together_have_a_limit_too(self):
        limit = Limit("try", each=10, overall=3, seconds=HOUR)

        assert [limits.take(limit, str(number)) for number in range(5)] == [0, 0, 0, 2400, 2400]

    def test_what_all_used_up_is_not_counted_for_one(self, limits_hold):
        limit = Limit("try", each=1, overall=1, seconds=HOUR)
        limits.take(limit, "a")
        assert limits.take(limit, "b") > 0

        limits._here.add(limits._key("try:all", limits._window(HOUR)[0]), -1)
        cache.delete(limits._key("try:all", limits._window(HOUR)[0]))

        assert limits.take(limit, "b") == 0

    def test_other_processes_count_as_well(self):
        limit = Limit("try", each=3, seconds=HOUR)
        for _ in range(3):
            limits.take(limit, "a")
        limits._here.clear()  # as in a process that has just begun

        assert limits.take(limit, "a") == 2400

    def test_without_the_cache_the_process_counts_alone(self, monkeypatch):
        monkeypatch.setattr(PatientRedisCache, "_closed_until", float("inf"))
        limit = Limit("try", each=2, seconds=HOUR)

        assert [limits.take(limit, "a") for _ in range(3)] == [0, 0, 2400]

    def test_operators_can_switch_them_off(self, settings):
        settings.RATE_LIMITS = False

        assert [limits.take(Limit("try", each=1, seconds=HOUR), "a") for _ in range(3)] == [0, 0, 0]


class TestWho:
    def test_a_forged_header_changes_nothing(self, settings):
        settings.TRUSTED_PROXY_COUNT = 0

        assert limits.who(request(HTTP_X_FORWARDED_FOR="198.51.100.1")) == "address-203.0.113.7"

    def test_behind_a_proxy_only_its_own_entry_counts(self, settings):
        settings.TRUSTED_PROXY_COUNT = 1
        forged = request("10.0.0.2", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.9")

        assert limits.who(forged) == "address-203.0.113.9"

    @pytest.mark.parametrize(
        ("address", "counted"),
        [
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("unix:", "unix:"),
        ],
    )
    def test_addresses(self, address, counted):
        assert limits.address(request(address)) == counted


class TestLimited:
    def test_the_answer_says_how_long_to_wait(self):
        @limits.limited(Limit("page", each=1, seconds=HOUR))
        def view(request):
            return limits.HttpResponse("seen")

        first, second = view(request()), view(request())

        assert (first.status_code, second.status_code) == (200, 429)
        assert (second["Retry-After"], second["Cache-Control"]) == ("2400", "no-store")
        assert "40 " in second.content.decode()

    def test_only_what_costs_counts(self):
        @limits.limited(Limit("page", each=1, seconds=HOUR), when=lambda request: "q" in request.GET)
        def view(request):
            return limits.HttpResponse("seen")

        assert [view(request()).status_code for _ in range(3)] == [200, 200, 200]


@pytest.mark.django_db
class TestSearch:
    @pytest.mark.parametrize("path", ["search/?q=a{}", "parks/?q=a{}", "palette/?q=a{}"])
    def test_is_limited_and_says_so(self, client, monkeypatch, path):
        monkeypatch.setattr(limits, "_take", lambda name, most, seconds: 17 if name.startswith("search:address") else 0)

        answer = client.get(f"/en/{path.format(1)}")

        assert (answer.status_code, answer["Retry-After"]) == (429, "17")
        assert "Please try again in 17 seconds." in answer.content.decode()

    @pytest.mark.parametrize("path", ["search/", "parks/", "parks/?province=330000"])
    def test_looking_without_words_is_not(self, client, monkeypatch, path):
        monkeypatch.setattr(limits, "_take", lambda name, most, seconds: 17)

        assert client.get(f"/en/{path}").status_code == 200
