"""The tools agree: lint, format, types, migrations, deployment checks; and nothing private is in the repository."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
BIN = Path(sys.executable).parent


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # What the browser tests allow themselves is no part of a deployment.
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return subprocess.run(
        command, cwd=ROOT, env=inherited | environment, capture_output=True, text=True, check=False, timeout=600
    )


def tracked_files() -> list[Path]:
    listed = run("git", "ls-files", "-z")
    if listed.returncode:
        pytest.skip("Not a git checkout: which files are the project's is not known.")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    found = []
    for file in tracked_files():
        try:
            found.append((str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


@pytest.mark.parametrize("command", [("check",), ("format", "--check")], ids=["lint", "format"])
def test_ruff(command):
    done = run(str(BIN / "ruff"), *command)

    assert done.returncode == 0, done.stdout + done.stderr


def test_types():
    done = run(str(BIN / "mypy"))

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


PRODUCTION = {
    "PRODUCTION": "1",
    "DEBUG": "0",
    "DEMO": "0",
    "SECRET_KEY": "k8~Vw2)qLz7#TnX5^rB9&mJ4*hG1!cD6(fS3@pA0%yE-uI_oQ+eR=tW",
    "AUDIT_SALT": "another long value that only this deployment knows, 2026",
    "PUBLIC_BASE_URL": "https://portal.example.org",
    "ALLOWED_HOSTS": "portal.example.org",
    "TRUSTED_PROXY_COUNT": "1",
    "EMAIL_HOST": "mail.example.org",
    "DEFAULT_FROM_EMAIL": "CCIPRA <portal@example.org>",
    "SECRETARIAT_EMAIL": "secretariat@example.org",
    "PLAIN_STATIC": "0",
    "ICP_NUMBER": "样例备案号",
    "PSB_NUMBER": "样例备案号 1",
}


def test_the_checks_of_a_deployment_are_clean():
    done = run(sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"DEMO": "1"}, "DEMO=1"),
        ({"DEBUG": "perhaps"}, "DEBUG must be 1 or 0"),
        ({"EMAIL_PORT": "many"}, "EMAIL_PORT must be a whole number"),
        ({"DATABASE_URL": "mysql://localhost/portal"}, "DATABASE_URL must begin with postgresql://"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_start_that_would_be_unsafe_is_refused_with_a_sentence(change, words):
    done = run(sys.executable, "manage.py", "check", **(PRODUCTION | change))

    assert done.returncode != 0
    assert words in done.stdout + done.stderr


# What must not be in a public repository ---------------------------------------------------------------------------

ABSOLUTE = re.compile(r"(?<![\w.:/<])/(?:home|root|Users|work|mnt|srv)/\w[\w./-]*")
REGISTRY = re.compile(
    r"https?://[^\s\"')]*(?:/simple/?\b|/pypi\b|/npm\b|artifactory|nexus|index-url)[^\s\"')]*", re.IGNORECASE
)
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bghp_\w{36}\b|\bsk-[A-Za-z0-9]{32,}\b|xox[bap]-\w{10,}"
)


def findings(pattern: re.Pattern[str], but: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{name}: {match.group(0)}"
        for name, text in texts()
        if name not in but
        for match in [pattern.search(text)]
        if match
    ]


def test_no_path_of_one_machine_is_in_the_repository():
    assert findings(ABSOLUTE, but=("tests/test_quality.py",)) == []


def test_no_address_of_a_package_registry_is_in_the_repository():
    assert findings(REGISTRY, but=("tests/test_quality.py",)) == []


def test_no_secret_is_in_the_repository():
    assert findings(SECRET, but=("tests/test_quality.py",)) == []


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    tools = ("tests/test_quality.py", "tests/journeys/looking.py")

    assert findings(marks, but=tools) == []


def test_what_is_made_at_run_time_is_not_in_the_repository():
    made = [
        str(file.relative_to(ROOT))
        for file in tracked_files()
        if file.relative_to(ROOT).parts[0] in {"var", ".venv", "node_modules"} or "__pycache__" in file.parts
    ]
    assert made == []
