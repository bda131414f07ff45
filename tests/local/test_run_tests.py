import os
import sys
from pathlib import Path

import pytest

from alliance.core.local import browser, run_tests, verifier


@pytest.fixture
def bare(monkeypatch, tmp_path) -> Path:
    """A machine with no browser at all; gives the home folder."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def program(file: Path) -> Path:
    file.parent.mkdir(parents=True)
    file.touch(mode=0o755)
    return file


class TestFindBrowser:
    def test_the_named_one_comes_first_then_the_machines_then_playwrights(self, bare, monkeypatch):
        assert browser.find() is None

        fetched = program(bare / ".cache/ms-playwright/chromium-1200/chrome-linux/chrome")
        assert browser.find() == fetched

        installed = program(bare / "bin/chromium")
        assert browser.find() == installed

        monkeypatch.setenv("CHROMIUM", "/opt/chrome")
        assert browser.find() == Path("/opt/chrome")


class TestMakeTest:
    @pytest.fixture
    def pytest_called(self, monkeypatch) -> list[list[str]]:
        monkeypatch.setattr(verifier, "main", lambda: 0)
        called: list[list[str]] = []
        monkeypatch.setattr(os, "execv", lambda program, command: called.append(command[1:]))
        return called

    def test_every_core_works_and_what_was_typed_goes_to_pytest(self, pytest_called, monkeypatch):
        monkeypatch.setattr(sys, "argv", ["run_tests", "tests/parks", "-x"])
        monkeypatch.setattr(os, "cpu_count", lambda: 4)

        run_tests.main()

        assert pytest_called == [["-m", "pytest", "-n", "4", "--dist", "loadgroup", "tests/parks", "-x"]]

    def test_a_typed_number_of_workers_stays(self, pytest_called, monkeypatch):
        monkeypatch.setattr(sys, "argv", ["run_tests", "-n0"])

        run_tests.main()

        assert pytest_called == [["-m", "pytest", "-n0"]]

    def test_a_missing_browser_is_installed_where_we_may(self, bare, pytest_called, monkeypatch):
        monkeypatch.setattr(browser, "can_install", lambda: True)
        monkeypatch.setattr(browser, "install", lambda: bool(program(bare / "bin/chromium")))

        run_tests.main()

        assert browser.find() == bare / "bin/chromium"
        assert len(pytest_called) == 1

    def test_elsewhere_it_is_said_what_to_install_and_the_tests_run(self, bare, pytest_called, monkeypatch, capsys):
        monkeypatch.setattr(browser, "can_install", lambda: False)

        run_tests.main()

        assert "apt-get install chromium fonts-noto-cjk" in capsys.readouterr().out
        assert len(pytest_called) == 1
