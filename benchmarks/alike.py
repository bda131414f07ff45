"""Do the doors answer alike to known and unknown addresses (platform spec, 6.3)? Signing in, signing up, asking for a
new password: times of answers in turns, on a real server with a real mail server beside it.

python -m benchmarks.alike            some two minutes
python -m benchmarks.alike --rounds 10
"""

import argparse
import http.client
import http.cookies
import os
import re
import secrets
import time
from statistics import median
from urllib.parse import urlencode

from . import servers
from .notices import Sink
from .run import table, verdict

GOAL = 50.0  # milliseconds between the medians
PASSWORD = "lantern harbour willow"
WRONG = "wrong password here"
DOORS = ("login", "signup", "password/reset")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.alike", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    print(f"Load of the machine at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.")
    with servers.data_servers(), Sink("disk") as sink:
        os.environ |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(sink.port), "PLAIN_STATIC": "1"}
        # Every answer goes to another network address: the limit for one is not what is measured.
        os.environ["TRUSTED_PROXY_COUNT"] = "1"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        known = make_accounts(options.rounds)
        with servers.web_server(servers.HOME / "web.log") as (port, pid):
            for door in DOORS:
                for _ in range(4):
                    knock(port, door, "nobody-warm@example.org")
            rows = [measured(port, pid, door, known) for door in DOORS]
    heads = ["door", "known: median (p90) ms", "unknown: median (p90) ms", "apart ms", f"≤ {GOAL:g}"]
    heads += ["CPU ms, known", "CPU ms, unknown"]
    table(f"{options.rounds} answers each, in turns", heads, rows)
    print(f"\nLoad of the machine at the end: {os.getloadavg()[0]:.1f}.")


def make_accounts(count: int) -> list[str]:
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password

    from alliance.accounts.models import User

    hashed = make_password(PASSWORD)
    people = User.objects.bulk_create(
        User(email=f"synthetic{number}@example.org", password=hashed, name=f"Synthetic Person {number}")
        for number in range(count)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people
    )
    return [person.email for person in people]


def measured(port: int, pid: int, door: str, known: list[str]) -> tuple:
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    work = dict.fromkeys(times, 0.0)
    answers = set()
    for number, address in enumerate(known):
        # As long as the known one, and first in every second turn.
        pair = [("known", address), ("unknown", f"nonbody{secrets.token_hex(1)}{number}@example.org")]
        for who, asked in pair if number % 2 else pair[::-1]:
            before = servers.cpu_seconds(pid)
            status, place, took = knock(port, door, asked)
            work[who] += servers.cpu_seconds(pid) - before
            times[who].append(took * 1000)
            answers.add((status, place))
    assert len(answers) == 1, (door, answers)
    apart = abs(median(times["known"]) - median(times["unknown"]))
    shown = [f"{median(found):.0f} ({sorted(found)[int(len(found) * 0.9)]:.0f})" for found in times.values()]
    spent = [f"{seconds / len(known) * 1000:.1f}" for seconds in work.values()]
    return door, *shown, f"{apart:.1f}", verdict(apart <= GOAL), *spent


def knock(port: int, door: str, address: str) -> tuple[int, str, float]:
    """Status, where it leads and seconds of the answer, as a browser with cookies of its own gets it."""
    path = f"/en/account/{door}/"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Host": "localhost"})
    answer = connection.getresponse()
    page = answer.read().decode()
    cookies = "; ".join(
        f"{morsel.key}={morsel.value}"
        for header in answer.headers.get_all("Set-Cookie") or []
        for morsel in http.cookies.SimpleCookie(header).values()
    )
    fields = {
        "csrfmiddlewaretoken": _hidden(page, "csrfmiddlewaretoken"),
        "login": address,
        "email": address,
        "password": WRONG,
        "password1": PASSWORD,
        "password2": PASSWORD,
        "name": "Synthetic Visitor",
        "language": "en",
        # Every box of the form, whatever it asks.
        **dict.fromkeys(re.findall(r'<input[^>]*type="checkbox"[^>]*name="([^"]+)"', page), "on"),
        **dict.fromkeys(re.findall(r'<input[^>]*name="([^"]+)"[^>]*type="checkbox"', page), "on"),
    }
    headers = {
        "Host": "localhost",
        "Cookie": cookies,
        "Origin": "http://localhost",
        "X-Forwarded-For": f"198.18.{secrets.randbelow(256)}.{secrets.randbelow(256)}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    begun = time.perf_counter()
    connection.request("POST", path, urlencode(fields), headers)
    answer = connection.getresponse()
    answer.read()
    took = time.perf_counter() - begun
    connection.close()
    return answer.status, answer.headers.get("Location", ""), took


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, page[:2000]
    return found[1]


if __name__ == "__main__":
    main()
