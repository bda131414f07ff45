from collections.abc import Iterator

import pytest

from .foreign import Verifier
from .paper import Issuer


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def foreign(tmp_path_factory) -> Iterator[Verifier]:
    verifier = Verifier(tmp_path_factory.mktemp("foreign"))
    yield verifier
    verifier.close()
