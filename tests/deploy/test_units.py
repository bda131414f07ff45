"""The units of systemd run what docker-compose.yml runs, and systemd understands them."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

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
