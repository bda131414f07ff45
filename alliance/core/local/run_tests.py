"""`make test`: a browser if we can get one, a foreign verifier of certificates, then pytest on all cores.

What is typed after the command goes to pytest, for example `make test ARGS="tests/parks -x"`.
"""

import os
import sys

from . import browser, verifier

MOST_WORKERS = 8  # each has a database of its own to make


def main() -> None:
    arguments = sys.argv[1:]
    if browser.find() is None and browser.can_install():
        print("Installing Chromium for the journeys …", flush=True)
        browser.install()
    if browser.find() is None:
        print(browser.MISSING, flush=True)
    # What fails there is said there; the tests that need it say so again.
    verifier.main()
    if not any(argument.startswith(("-n", "--numprocesses")) for argument in arguments):
        arguments = ["-n", str(workers()), "--dist", "loadgroup", *arguments]
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])


def workers() -> int:
    return min(max(os.cpu_count() or 2, 2), MOST_WORKERS)


if __name__ == "__main__":
    main()
