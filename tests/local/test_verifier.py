"""The foreign verifier of certificates: fetched once with its hashes, and its absence is said aloud."""

import json
import shutil

import pytest

from alliance.core.local import fonts, verifier

LOCK = verifier.NAMED_IN / "package-lock.json"


class TestLock:
    def test_names_no_registry_and_a_hash_for_every_package(self):
        packages = [package for name, package in json.loads(LOCK.read_text())["packages"].items() if name]

        assert len(packages) > 20
        assert all(package["integrity"].startswith("sha512-") for package in packages)
        assert not any("resolved" in package for package in packages)

    def test_nothing_of_it_is_under_a_licence_that_binds_us(self):
        packages = json.loads(LOCK.read_text())["packages"]

        assert not [name for name, package in packages.items() if "GPL" in str(package.get("license", ""))]


class TestFetching:
    @pytest.fixture
    def elsewhere(self, monkeypatch, tmp_path):
        monkeypatch.setattr(verifier, "home", lambda: tmp_path / "verifier")
        return tmp_path / "verifier"

    def test_is_there_when_exactly_the_lock_file_was_installed(self, elsewhere, monkeypatch):
        monkeypatch.setattr(verifier, "npm_ci", lambda work: (work / "node_modules").mkdir())
        monkeypatch.setattr(verifier, "node", lambda at: at)
        assert not verifier.are_there()

        assert verifier.main() == 0

        assert verifier.are_there()
        (elsewhere / verifier.STAMP).write_text("an older lock")
        assert not verifier.are_there()

    def test_a_failure_is_a_sentence_and_leaves_nothing(self, elsewhere, monkeypatch, capsys):
        def refuse(work):
            raise fonts.NotFetched("npm error 404")

        monkeypatch.setattr(verifier, "npm_ci", refuse)

        assert verifier.main() == 1
        said = capsys.readouterr().err
        assert "npm error 404" in said
        assert "python -m alliance.core.local.verifier" in said
        assert not elsewhere.exists()

    def test_without_a_young_node_one_comes_from_pypi(self, elsewhere, monkeypatch):
        asked = []
        monkeypatch.setattr(verifier, "npm_ci", lambda work: None)
        monkeypatch.setattr(verifier, "node_from_pypi", lambda work: asked.append(work))
        monkeypatch.setattr(shutil, "which", lambda name: None)

        verifier.fetch()

        assert len(asked) == 1

    def test_its_tests_fail_without_it(self, elsewhere, tmp_path):
        from tests.training.certificates.foreign import Verifier

        with pytest.raises(pytest.fail.Exception, match="not there"):
            Verifier(tmp_path)
