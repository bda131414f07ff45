"""Production by hand: the commands of docker-compose.yml as processes, behind Caddy with TLS, killed on purpose."""

import contextlib
import http.client
import io
import json
import re
import shutil
import ssl
import time

import pytest
import requests
import urllib3
from PIL import Image

from tests.deploy.servers import ROOT, Deployment, caddy_words, free_port, wait_until
from tests.notifications.mail_server import MailServer

pytestmark = [pytest.mark.xdist_group("deployment"), pytest.mark.faults]

PASSWORD = "quiet rivers carry long boats"  # pragma: allowlist secret
MANAGER = "wang.fang@example.org"
FILL = f"""
from alliance.accounts.models import User
from alliance.accounts.services.duties import appoint
from parks.models import Park
person = User.objects.create_user({MANAGER!r}, {PASSWORD!r}, name="王芳")
person.emailaddress_set.create(email=person.email, verified=True, primary=True)
park = Park.objects.select_related("organisation").get(slug="taoxichuan")
appoint(person, park.organisation, "park_manager", by=None)
"""
urllib3.disable_warnings()
INSIDE = requests.Session()
INSIDE.trust_env = False


class Visitor(requests.Session):
    """A browser as far as this goes: keeps cookies, sends the form's token and where it comes from."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base, self.verify = base, False
        self.trust_env = False  # no proxy of this machine, no certificates of its own
        self.headers["Accept-Language"] = "en"

    def open(self, path: str, **more) -> requests.Response:
        return self.get(self.base + path, timeout=30, **more)

    def fill(self, path: str, files=None, **fields: str) -> requests.Response:
        page = self.open(path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token, page.status_code
        return self.post(
            self.base + path,
            data={"csrfmiddlewaretoken": token.group(1), **fields},
            files=files,
            headers={"Referer": self.base + path},
            timeout=30,
        )


@pytest.fixture(scope="module")
def portal(deployment: Deployment):
    """Two web and two worker processes, the others, and the door."""
    caddy = shutil.which("caddy")
    if caddy is None:
        pytest.skip("Caddy is not installed here (Debian: apt-get install caddy): production was not tried.")
    job = deployment.job("web", "python", "manage.py", "collectstatic", "--noinput", "-v0", PRODUCTION="0")
    assert job.returncode == 0, job.stderr
    made = deployment.job("migrate", "python", "manage.py", "shell", "-v0", "-c", FILL)
    assert made.returncode == 0, made.stderr
    ports = [free_port(), free_port()]
    for number, port in enumerate(ports, 1):
        deployment.start("web", number, BIND=f"127.0.0.1:{port}", WEB_PROCESSES="1")
        deployment.start("worker", number)
    for name in ("reports", "media", "beat"):
        deployment.start(name)
    deployment.run(
        "caddy",
        [caddy, "run", "--config", str(ROOT / "deploy/Caddyfile"), "--adapter", "caddyfile"],
        {
            "PATH": "/usr/bin:/bin",
            "HOME": str(deployment.home),
            "XDG_DATA_HOME": str(deployment.home / "caddy"),
            "HTTP_PORT": str(free_port()),
            "HTTPS_PORT": str(deployment.door),
            "HEALTH_PORT": str(free_port()),
            **caddy_words(caddy),
            "SITE_ADDRESS": f"https://localhost:{deployment.door}",
            "UPSTREAMS": "to " + " ".join(f"127.0.0.1:{port}" for port in ports),
        },
        lambda: True,
    )
    deployment.ports = ports
    visitor = Visitor(f"https://localhost:{deployment.door}")
    wait_until(lambda: _status(visitor, "/healthz") == 200, f"the door: see {deployment.home}/log")
    return deployment


def _status(visitor: Visitor, path: str) -> int:
    try:
        return visitor.open(path).status_code
    except requests.RequestException:
        return 0


@pytest.fixture
def visitor(portal) -> Visitor:
    return Visitor(f"https://localhost:{portal.door}")


@pytest.fixture(scope="module")
def manager(portal) -> Visitor:
    someone = Visitor(f"https://localhost:{portal.door}")
    answer = someone.fill("/en/account/login/", login=MANAGER, password=PASSWORD)
    assert answer.url.endswith("/en/desk/"), (answer.status_code, answer.url)
    return someone


def test_every_part_says_that_it_is_well(portal):
    for name in ("worker", "reports", "media", "beat"):
        wait_until(lambda name=name: portal.is_healthy(name), f"{name}: {portal.log(f'{name}-1')[-2000:]}", 60)
    assert portal.is_healthy("web", BIND=f"127.0.0.1:{portal.ports[0]}")
    assert not portal.is_healthy("web", BIND=f"127.0.0.1:{free_port()}")


def test_checks_of_the_deployment_are_clean(portal):
    done = portal.job(
        *("web", "python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        ICP_NUMBER="京ICP备00000000号",
        PSB_NUMBER="京公网安备 00000000000000号",
    )

    assert done.returncode == 0, done.stderr


def test_pages_come_sealed(visitor):
    answer = visitor.open("/en/parks/")

    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not {"Server", "Via"} & set(answer.headers)
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["X-Request-ID"])
    style = re.search(r'href="(/static/css/portal\.[0-9a-f]{12}\.css)"', answer.text)
    kept = visitor.open(style.group(1))
    assert (kept.status_code, kept.headers["Content-Encoding"]) == (200, "gzip")
    assert "immutable" in kept.headers["Cache-Control"]


def test_what_watches_the_portal_is_closed_to_strangers_and_open_inside(portal, visitor):
    token = {"Authorization": f"Bearer {portal.secret('metrics_token')}"}
    inside = f"http://127.0.0.1:{portal.ports[0]}"

    assert [visitor.open(path, headers=token).status_code for path in ("/metrics", "/readyz")] == [404, 404]
    assert INSIDE.get(f"{inside}/metrics", timeout=10).status_code == 404
    assert "portal_requests_total" in INSIDE.get(f"{inside}/metrics", headers=token, timeout=10).text
    assert INSIDE.get(f"{inside}/readyz", timeout=10).json() == {
        "database": True,
        "migrations": True,
        "broker": True,
    }


def test_an_unknown_host_is_refused(portal, visitor):
    with INSIDE.get(
        f"http://127.0.0.1:{portal.ports[0]}/en/",
        headers={"Host": "evil.example", "X-Forwarded-Proto": "https"},
        timeout=10,
    ) as answer:
        assert answer.status_code == 400


def test_cookies_belong_to_this_host_alone(manager):
    (session,) = [cookie for cookie in manager.cookies if cookie.name == "__Host-session"]

    assert (session.secure, session.path, session.has_nonstandard_attr("HttpOnly")) == (True, "/", True)
    assert "__Host-csrf" in set(manager.cookies.keys())


def test_who_asks_is_known_whatever_they_claim(portal, visitor):
    """Six wrong passwords under six claimed addresses are six of one person's."""
    answers = []
    for number in range(6):
        visitor.headers["X-Forwarded-For"] = f"198.51.100.{number}"
        answers.append(visitor.fill("/en/account/login/", login=f"nobody{number % 2}@example.org", password="x" * 15))

    assert all(answer.status_code in (200, 429) for answer in answers)
    assert "198.51.100" not in "".join(portal.log(f"web-{number}") for number in (1, 2))


def test_an_upload_is_read_by_the_worker_for_pictures(manager):
    pixels = io.BytesIO()
    Image.new("RGB", (1600, 900), "#8a5300").save(pixels, "JPEG")

    sent = manager.fill(
        "/en/desk/parks/taoxichuan/pictures/", files={"pictures": ("hall.jpg", pixels.getvalue(), "image/jpeg")}
    )

    assert sent.status_code == 200, sent.text[:500]
    shown = r'src="(/en/desk/parks/taoxichuan/pictures/\d+/\d+/?)"'
    wait_until(
        lambda: re.search(shown, manager.open("/en/desk/parks/taoxichuan/pictures/").text), "the picture's copies"
    )


def test_too_large_is_refused_at_the_door(portal, manager):
    """The door says so while the browser still sends."""
    path = "/en/desk/parks/taoxichuan/pictures/"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', manager.open(path).text).group(1)
    line = http.client.HTTPSConnection("localhost", portal.door, context=ssl._create_unverified_context(), timeout=60)
    line.putrequest("POST", path)
    line.putheader("Cookie", "; ".join(f"{cookie.name}={cookie.value}" for cookie in manager.cookies))
    line.putheader("X-CSRFToken", token)
    line.putheader("Referer", manager.base + path)
    line.putheader("Content-Type", "multipart/form-data; boundary=cut")
    line.putheader("Content-Length", "60000000")
    line.endheaders()
    with contextlib.suppress(OSError):
        line.send(b'--cut\r\nContent-Disposition: form-data; name="pictures"; filename="a.jpg"\r\n\r\n')
        for _ in range(60):
            line.send(bytes(1_000_000))

    answer = line.getresponse()

    assert answer.status == 413
    assert "文件过大" in answer.read().decode()


def test_the_list_is_exported(visitor):
    answer = visitor.open("/en/parks/export.csv")

    assert answer.status_code == 200
    assert "陶溪川" in answer.content.decode("utf-8-sig")


def test_a_letter_reaches_the_mail_server(visitor, mail: MailServer):
    before = len(mail.accepted)

    visitor.fill("/en/account/password/reset/", email=MANAGER)

    wait_until(lambda: len(mail.accepted) > before, "the letter")
    assert b"https://localhost" in mail.accepted[-1].replace(b"=\r\n", b"").replace(b"=3D", b"=")


def test_a_killed_web_process_costs_nobody_their_session(portal, manager):
    portal.kill("web-1")

    # Forms first: one that meets the gap is sent to the other process, body and all.
    saved = [manager.fill("/en/account/notices/").status_code for _ in range(4)]
    answers = [manager.open("/en/desk/").status_code for _ in range(6)]
    again = Visitor(manager.base)
    signed_in = again.fill("/en/account/login/", login=MANAGER, password=PASSWORD)

    assert (saved, answers) == ([200] * 4, [200] * 6)
    assert signed_in.url.endswith("/en/desk/")


INVITE = f"""
from alliance.accounts.models import User
from alliance.accounts.services.invitations import invite
from parks.models import Park
park = Park.objects.select_related("organisation").get(slug="taoxichuan")
invite(park.organisation, "colleague@example.org", "park_editor", by=User.objects.get(email={MANAGER!r}))
"""


def test_a_killed_worker_costs_no_letter(portal, mail: MailServer):
    portal.kill("worker-1")

    done = portal.job("worker", "python", "manage.py", "shell", "-v0", "-c", INVITE)

    assert done.returncode == 0, done.stderr
    wait_until(lambda: [letter for letter in mail.accepted if b"colleague@example.org" in letter], "the letter", 90)


def test_while_the_database_is_away_the_portal_is_calm_and_comes_back_by_itself(portal, visitor):
    visitor.open("/en/about/")
    portal.kill("PostgreSQL")

    began = time.monotonic()
    page = visitor.open("/en/parks/taoxichuan/?asked=now")
    kept = visitor.open("/en/about/")
    waited = time.monotonic() - began

    assert (page.status_code, page.headers.get("Retry-After")) == (503, "15"), page.text[:2000]
    assert "Back in a moment" in page.text
    assert kept.status_code == 200
    assert waited < 30
    wait_until(
        lambda: portal.supervisor.glance() or _status(visitor, "/en/parks/taoxichuan/?asked=again") == 200,
        "the database",
        60,
    )


def test_logs_are_lines_of_json_without_people(portal, manager):
    lines = [line for name in ("web-1", "web-2") for line in portal.log(name).splitlines()]
    said = [json.loads(line) for line in lines]

    assert {"portal.access", "gunicorn.error"} <= {line["logger"] for line in said}
    people = {line["person"] for line in said if "person" in line}
    assert people
    assert all(re.fullmatch(r"p-[0-9a-f]{12}", person) for person in people)
    ours = [name for name in portal.running if name.rpartition("-")[0] in portal.services]
    everything = "\n".join(portal.log(name) for name in ours)
    assert len(ours) == 7
    for marked in (MANAGER, PASSWORD, "王芳", portal.secret("secret_key"), portal.secret("redis_password")):
        assert marked not in everything
