from collections.abc import Iterator

import pytest

from .foreign import Verifier
from .paper import Issuer
from .rows import Facts, School, install, keep_keys_in, make_school, sign_something


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def foreign(tmp_path_factory) -> Iterator[Verifier]:
    verifier = Verifier(tmp_path_factory.mktemp("foreign"))
    yield verifier
    verifier.close()


@pytest.fixture
def facts(monkeypatch) -> Facts:
    found = Facts()
    install(monkeypatch, found)
    return found


@pytest.fixture
def school(db, facts, settings, tmp_path) -> School:
    """A school that teaches, a university that awards, and a key in use."""
    keep_keys_in(settings, tmp_path)
    made = make_school()
    sign_something()
    return made
