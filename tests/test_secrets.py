"""Secrets come from environment and files alone, and can be changed (platform spec, 6.59, 6.60)."""

import os
import re
import subprocess
import sys

import pytest
from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import RegexBasedDetector
from django.conf import settings as configured
from django.core import signing

ROOT = configured.BASE_DIR
# Addresses of machines are no secret.
OTHER = {"Public IP (ipv4)"}
# What examples and tests of ours say on purpose.
MADE_UP = {
    "://u:p@",
    "://{NAME}:{password}@",
    "://user:password@",
    "://portal:tall-grass@",
    "://portal:p%40ss@",
    "://portal:change-me@",
    "://a:b@",
}
LONGEST_LINE = 2000


def rules() -> dict[str, list[re.Pattern[str]]]:
    """The patterns of detect-secrets, by kind of secret."""
    return {
        kind: list(plugin.denylist)
        for kind, plugin in get_mapping_from_secret_type_to_class().items()
        if issubclass(plugin, RegexBasedDetector) and kind not in OTHER and not isinstance(plugin.denylist, property)
    }


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("Not a git checkout: what was ever committed is not known.")
    return done.stdout.decode("utf-8", "replace")


def ever_committed() -> str:
    """Every line that any commit added, and those that are staged now."""
    said = git("log", "--all", "-p", "--unified=0", "--no-color", "--no-ext-diff", "--no-textconv")
    said += git("diff", "--cached", "--unified=0", "--no-color", "--no-ext-diff")
    lines = (line[1:] for line in said.splitlines() if line.startswith("+") and not line.startswith("+++"))
    return "\n".join(line for line in lines if len(line) < LONGEST_LINE)


def test_no_secret_was_ever_committed():
    text = ever_committed()
    found = {
        f"{kind}: {match.group(0)[:60]}"
        for kind, patterns in rules().items()
        for pattern in patterns
        for match in pattern.finditer(text)
        if match.group(0) not in MADE_UP
    }

    assert found == set()


def test_the_rules_find_what_they_are_for():
    samples = {"Private Key": "-----BEGIN RSA " + "PRIVATE KEY-----", "AWS Access Key": "AKIA" + "Z7QH2M4LXW5T9KPD"}

    for kind, sample in samples.items():
        assert any(pattern.search(f"x = '{sample}'") for pattern in rules()[kind]), kind


def test_no_file_of_secrets_is_the_repositorys():
    kept = [name for name in git("ls-files").split("\n") if re.search(r"(^|/)(\.env$|secrets/)|\.(pem|key|p12)$", name)]

    assert kept == []


class TestRotation:
    """A new SECRET_KEY in front, the old one among the fallbacks: nobody notices; without it, old signatures end."""

    SIGNED = "from django.core import signing; print(signing.dumps('a link in a letter', salt='x'))"
    READ = "import sys; from django.core import signing; print(signing.loads(sys.argv[1], salt='x', max_age=600))"

    def run(self, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{script}", *arguments],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "alliance.settings", **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def test_what_was_signed_before_still_opens(self):
        signed = self.run(self.SIGNED, SECRET_KEY="the first of the two").stdout.strip()

        both = self.run(self.READ, signed, SECRET_KEY="the second", SECRET_KEY_FALLBACKS="the first of the two")
        alone = self.run(self.READ, signed, SECRET_KEY="the second", SECRET_KEY_FALLBACKS="")

        assert both.stdout.strip() == "a link in a letter"
        assert "BadSignature" in alone.stderr

    @pytest.mark.django_db
    def test_people_stay_signed_in(self, client, settings):
        from tests.factories import make_user

        client.force_login(make_user())
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another one, of this test"
        kept = client.get("/en/desk/").status_code
        settings.SECRET_KEY_FALLBACKS = []
        settings.SECRET_KEY = "a third one"
        ended = client.get("/en/desk/").status_code

        assert (kept, ended) == (200, 302)
        assert signing.loads(signing.dumps("x")) == "x"


class TestRequirements:
    FILES = sorted((ROOT / "requirements").glob("*.txt"))

    @pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
    def test_each_is_pinned_with_its_hashes(self, file):
        text = file.read_text(encoding="utf-8").replace("\\\n", " ")
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]

        assert lines
        for line in lines:
            assert re.match(r"[\w.\[\],-]+==[^\s;]+", line), line
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), line

    def test_advisories_are_asked_for_all_of_them_and_nothing_is_passed_over(self):
        said = subprocess.run(["make", "-n", "advisories"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

        audit = said.replace("\\\n", " ").splitlines()[-1]
        assert "pip_audit" in audit
        assert {"--strict", "--require-hashes", "requirements/base.txt"} <= set(audit.split())
        assert "--ignore-vuln" not in audit

    def test_what_is_installed_here_is_what_is_pinned(self):
        from importlib.metadata import PackageNotFoundError, version

        pinned = dict(
            re.findall(
                r"^([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", (ROOT / "requirements" / "base.txt").read_text(), re.MULTILINE
            )
        )
        wrong = {}
        for name, wanted in pinned.items():
            try:
                if version(name) != wanted:
                    wrong[name] = (wanted, version(name))
            except PackageNotFoundError:
                continue  # of another platform
        assert (len(pinned) > 20, wrong) == (True, {})
