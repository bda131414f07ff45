import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alliance.core.local import bootstrap


@pytest.fixture
def project(tmp_path) -> Path:
    """A folder with the script at its place and a lock file that names nothing, so that no network is needed."""
    script = tmp_path / "alliance/core/local/bootstrap.py"
    script.parent.mkdir(parents=True)
    shutil.copy(bootstrap.__file__, script)
    (tmp_path / "lock.txt").write_text("# nothing\n")
    return tmp_path


def run(project: Path) -> str:
    command = [sys.executable, "alliance/core/local/bootstrap.py", "lock.txt"]
    return subprocess.run(command, cwd=project, check=True, capture_output=True, text=True).stdout


class TestBootstrap:
    def test_installs_what_the_lock_names_once_per_lock(self, project):
        assert "Installing the packages of lock.txt" in run(project)
        assert run(project) == ""

        (project / "lock.txt").write_text("# still nothing, but pulled\n")
        assert "Installing" in run(project)
        assert run(project) == ""

        # A moved folder or a new system Python leaves links to nowhere.
        for link in (project / ".venv/bin").glob("python*"):
            link.unlink()
        assert "Installing" in run(project)

    def test_refuses_a_package_without_its_hash(self, project):
        (project / "lock.txt").write_text("django==5.2\n")

        with pytest.raises(subprocess.CalledProcessError) as refused:
            run(project)

        assert "hash" in refused.value.stderr.lower()
        assert not list((project / ".venv").glob("*.installed"))

    def test_names_the_debian_package_when_venv_is_not_complete(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "ensurepip", None)

        with pytest.raises(SystemExit, match="apt-get install python3-venv"):
            bootstrap.make_venv()

    def test_names_the_python_it_needs(self, monkeypatch):
        monkeypatch.setattr(sys, "version_info", (3, 9, 2))
        monkeypatch.setattr(sys, "argv", ["bootstrap.py", "requirements/local.txt"])

        with pytest.raises(SystemExit, match=r"3\.11 or later, and this is 3\.9"):
            bootstrap.main()
