"""The units of systemd run what docker-compose.yml runs, and systemd understands them."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from alliance.core.backup import making
from tests.deploy.composed import ROOT, compose

UNITS = ROOT / "deploy" / "systemd"
SERVICES = {
    "migrate": "ccipra-migrate.service",
    "web": "ccipra-web@.service",
    "worker": "ccipra-worker@.service",
    "reports": "ccipra-reports.service",
    "media": "ccipra-media.service",
    "beat": "ccipra-beat.service",
}


def said(unit: str, name: str) -> str:
    lines = (UNITS / unit).read_text(encoding="utf-8").splitlines()
    return next(line.partition("=")[2] for line in lines if line.startswith(f"{name}="))


def test_there_is_one_for_each_part_of_the_portal():
    assert sorted(SERVICES.values()) == sorted(path.name for path in UNITS.iterdir())


@pytest.mark.parametrize("service", SERVICES)
def test_it_starts_what_compose_starts_and_waits_as_long_for_its_end(service):
    composed = compose()["services"][service]
    program, *arguments = shlex.split(said(SERVICES[service], "ExecStart"))

    # The image holds the static files already; here they are collected on the way.
    wanted = [str(word) for word in composed["command"] if word != "--no-static"]
    assert [Path(program).name, *arguments] == wanted
    if "stop_grace_period" in composed and service != "migrate":
        assert f"{said(SERVICES[service], 'TimeoutStopSec')}s" == composed["stop_grace_period"]


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"migrate"}))
def test_it_begins_after_the_tables_and_stays_when_they_are_made_anew(service):
    """An upgrade restarts `ccipra-migrate` first and then one after the other: `Requires` would restart all at once."""
    lines = (UNITS / SERVICES[service]).read_text(encoding="utf-8").splitlines()

    tied = [line for line in lines if re.match(r"(Requires|Requisite|BindsTo|PartOf|Upholds)=", line)]
    assert tied == []
    assert said(SERVICES[service], "Wants") == "ccipra-migrate.service"
    assert said(SERVICES[service], "After") == "ccipra-migrate.service"


class TestByHand:
    """docs/operations/deploy.md, "Without Docker": whoever follows it has all that the compose file gives."""

    TEXT = (ROOT / "docs/operations/deploy.md").read_text(encoding="utf-8").partition("## Without Docker")[2]

    def given(self, file: str) -> dict[str, str]:
        (lines,) = re.findall(rf"cat >>? /etc/ccipra/{file} <<'END'\n(.*?)\n +END\n", self.TEXT, re.DOTALL)
        return dict(line.strip().split("=", 1) for line in lines.splitlines())

    @pytest.mark.parametrize(("file", "service"), [("portal.env", "web"), ("owner.env", "migrate")])
    def test_every_setting_and_secret_is_there(self, file, service):
        composed = {name: str(value) for name, value in compose()["services"][service]["environment"].items()}
        given = self.given("portal.env") | self.given(file)
        secrets = {name: value for name, value in composed.items() if name.endswith("_FILE")}

        # BACKUP_DIR is the backup's, which the last step speaks of.
        assert set(composed) - set(given) - {"BACKUP_DIR"} == set()
        assert {name: Path(given[name]).name for name in secrets} == {n: Path(v).name for n, v in secrets.items()}
        assert {str(Path(given[name]).parent) for name in secrets} == {"/opt/ccipra/deploy/secrets"}

    def test_what_is_written_lies_where_the_units_may_write(self):
        (own,) = {said(SERVICES[service], "ReadWritePaths") for service in SERVICES if service != "migrate"}

        folders = {name: value for name, value in self.given("portal.env").items() if name.endswith("_DIR")}
        assert set(folders) == {"VAR_DIR", "STATIC_DIR", "FONT_DIR"}
        assert [name for name, value in folders.items() if not Path(value).is_relative_to(own)] == []

    def test_the_fonts_are_fetched_to_where_they_are_looked_for(self):
        (where,) = re.findall(r"env FONT_DIR=(\S+) \.venv/bin/python -m alliance\.core\.local\.fonts", self.TEXT)

        assert where == self.given("portal.env")["FONT_DIR"]

    def test_the_weekly_question_about_packages_writes_nothing_into_the_checkout(self):
        """The checkout is root's, the line of cron is not."""
        text = (ROOT / "docs/operations/upgrade.md").read_text(encoding="utf-8")
        ((user, line),) = re.findall(r"^    0 7 \* \* 1 (\w+) cd /opt/ccipra && (.+)$", text, re.MULTILINE)
        command, _mark, kept = line.partition(" > ")
        done = subprocess.run([*command.split(), "-n"], cwd=ROOT, capture_output=True, text=True, check=True)

        assert user == said(SERVICES["web"], "User")
        assert "/var/lib/ccipra/advisories/bin/python -m pip_audit" in done.stdout
        assert "var/advisories" not in done.stdout.replace("/var/lib/ccipra/advisories", "")
        assert kept.startswith("/var/lib/ccipra/")


@pytest.mark.parametrize("page", ["deploy.md", "backup.md", "restore.md"])
def test_every_secret_that_a_restored_portal_needs_is_named_to_be_kept(page):
    """6.61: the lists of the pages are the portal's own."""
    text = " ".join((ROOT / "docs/operations" / page).read_text(encoding="utf-8").split())
    wanted = {name.lower() for name in making.secrets()} | {"backup_key"}
    if page == "restore.md":
        place = re.search(r"1\. The portal's source.*?should be the old ones", text)
    elif page == "deploy.md":
        place = re.search(r"Keep copies of .*? where neither", text)
    else:
        place = re.search(r"\*\*Keys\.\*\*.*?not the same:", text)

    assert place is not None
    assert wanted - set(re.findall(r"`(\w+)`", place.group())) == set()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
@pytest.mark.parametrize("service", SERVICES)
def test_systemd_understands_it(service, tmp_path):
    """Its own reading, with paths that are there."""
    names = []
    for name in SERVICES.values():
        text = (UNITS / name).read_text(encoding="utf-8")
        for program in ("python", "gunicorn", "celery"):
            text = text.replace(f"/opt/ccipra/.venv/bin/{program}", "/bin/true")
        names.append(tmp_path / name)
        names[-1].write_text(text)
    found = SERVICES[service].replace("@.", "@8001.")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / found)],
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in done.stderr.splitlines() if "ccipra" in line] == []
