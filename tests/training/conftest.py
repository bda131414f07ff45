"""What holds in every test of training."""

import pytest

from alliance.core import audit

from .watching import watched


@pytest.fixture(autouse=True)
def everybody_says_for_whom_they_act(monkeypatch):
    monkeypatch.setattr(audit, "record", watched(audit.record))
