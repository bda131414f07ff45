import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from .checkout import Checkout, make_checkout


@pytest.fixture(autouse=True)
def _ctrl_c_is_heard() -> Iterator[None]:
    """A test run that a shell put in the background ignores Ctrl-C, and so would everything it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder that others may enter and whose path leaves room for a socket, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="local-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def checkout(short_folder: Path) -> Iterator[Checkout]:
    """A checkout in which nothing runs yet; whatever a failed test leaves running is killed."""
    checkout = make_checkout(short_folder)
    yield checkout
    for pid in checkout.running():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(checkout.temp, ignore_errors=True)
