"""The fonts of the reports: fetched once from npm, never half, and the portal does not wait for them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alliance.core.local import bootstrap, fonts

# An npm that makes the files it was asked for, or says what real ones say when they cannot.
NPM = """#!/bin/sh
echo "$*" >> {log}
[ -e {broken} ] && {{ echo 'npm warn old' >&2; echo 'npm error EINTEGRITY sha512 differs' >&2; exit 1; }}
mkdir -p node_modules/{package}; cd node_modules/{package}
for file in {files}; do mkdir -p "$(dirname $file)"; echo "$file" > "$file"; done
"""


@pytest.fixture
def project(tmp_path) -> Path:
    """A checkout with the two scripts, the lock file and an npm of our own on the path."""
    home = tmp_path / "alliance/core/local"
    home.mkdir(parents=True)
    for script in (bootstrap, fonts):
        shutil.copy(script.__file__, home)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(fonts.PROJECT / name, tmp_path)
    npm = tmp_path / "bin/npm"
    npm.parent.mkdir()
    words = {"log": tmp_path / "asked", "broken": tmp_path / "broken", "package": fonts.PACKAGE}
    npm.write_text(NPM.format(files=" ".join(fonts.FILES), **words))
    npm.chmod(0o755)
    (tmp_path / "lock.txt").write_text("# nothing\n")
    return tmp_path


def run(project: Path, *script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": f"{project / 'bin'}:/usr/bin:/bin", "FONT_DIR": "", **environment}
    command = [sys.executable, *(script or ("alliance/core/local/fonts.py",))]
    return subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)


class TestFetching:
    def test_brings_two_fonts_and_their_licence_and_nothing_else(self, project):
        done = run(project)

        assert done.returncode == 0, done.stderr
        found = {path.name for path in (project / "var/fonts").iterdir()}
        assert found == {"NotoSansSC_400Regular.ttf", "NotoSansSC_700Bold.ttf", "LICENSE", "fetched"}
        assert not list((project / "var").glob("fonts-*"))

    def test_asks_npm_once_for_each_lock_file(self, project):
        run(project)
        assert run(project).stdout == ""
        assert len((project / "asked").read_text().splitlines()) == 1

        lock = json.loads((project / "package-lock.json").read_text())
        lock["packages"][f"node_modules/{fonts.PACKAGE}"]["integrity"] = "sha512-another"
        (project / "package-lock.json").write_text(json.dumps(lock))
        assert "Fetched" in run(project).stdout

    def test_installs_only_what_the_lock_names_and_runs_no_script_of_it(self, project):
        run(project)

        asked = (project / "asked").read_text()
        assert asked.startswith("ci --ignore-scripts")

    def test_a_refusal_is_a_sentence_and_leaves_nothing(self, project):
        (project / "broken").touch()

        done = run(project)

        assert done.returncode == 1
        assert "EINTEGRITY" in done.stderr
        assert "runs without them" in done.stderr
        assert "Traceback" not in done.stderr
        assert not (project / "var/fonts/fetched").exists()

    def test_a_setting_says_where(self, project, tmp_path):
        run(project, FONT_DIR=str(tmp_path / "elsewhere"))

        assert (tmp_path / "elsewhere/NotoSansSC_400Regular.ttf").is_file()

    def test_the_set_up_goes_on_without_them(self, project):
        (project / "broken").touch()

        done = run(project, "alliance/core/local/bootstrap.py", "lock.txt")

        assert done.returncode == 0
        assert "The fonts could not be fetched" in done.stderr
        assert list((project / ".venv").glob("*.installed"))

    def test_without_npm_one_comes_from_pypi_with_its_hash(self, project, monkeypatch, tmp_path):
        asked = []
        monkeypatch.setattr(shutil, "which", lambda name: None)
        monkeypatch.setattr(fonts, "_run", lambda command, where: asked.append(command))

        command = fonts._npm(tmp_path)

        assert "--require-hashes" in asked[0]
        assert asked[0][-1].endswith("requirements/node.txt")
        assert command[1].endswith("npm/bin/npm-cli.js")


class TestLock:
    def test_names_no_registry_and_a_hash_for_every_package(self):
        lock = json.loads((fonts.PROJECT / "package-lock.json").read_text())
        packages = [package for name, package in lock["packages"].items() if name]

        assert packages
        assert all(package["integrity"].startswith("sha512-") for package in packages)
        assert not any("resolved" in package for package in packages)

    def test_node_is_pinned_with_hashes(self):
        assert "--hash=sha256:" in (fonts.PROJECT / "requirements/node.txt").read_text()
