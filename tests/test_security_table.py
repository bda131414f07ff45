"""docs/security.md promises a proof for each of the 66 requirements; here the promises are looked up."""

import re
from pathlib import Path

from django.conf import settings

from alliance.core import release

ROOT = Path(settings.BASE_DIR)
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+) \|$", re.MULTILINE)
PROOF = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
ROWS = {int(number): proof for number, _words, proof in ROW.findall((ROOT / "docs/security.md").read_text("utf-8"))}


def test_every_requirement_has_its_line():
    assert sorted(ROWS) == list(range(1, 67))


def test_every_line_names_a_test_or_says_why_not_yet():
    wrong = [n for n, proof in ROWS.items() if not PROOF.search(proof) and not re.match(r"Not yet: .{30,}", proof)]
    assert wrong == []


def test_nothing_waits_for_a_package_that_is_there():
    """What a line puts off until a package comes is due once that package is installed."""
    labels = [app.rpartition(".")[2] for app in settings.INSTALLED_APPS if app.partition(".")[0] in release.packages()]
    waits = re.compile(rf"\bnot (?:\w+ )?yet\b.*?\b(?:with|for|in|of) (?:the )?({'|'.join(labels)})\b", re.IGNORECASE)
    said = {number: re.sub(r"`[^`]*`", "", proof) for number, proof in ROWS.items()}

    assert waits.search("Not yet: rooms come with the investment package")
    assert {number: found.group(1) for number, proof in said.items() if (found := waits.search(proof))} == {}


def test_every_test_named_is_there():
    gone = []
    for number, proof in ROWS.items():
        for file, test in PROOF.findall(proof):
            path = ROOT / file
            if not path.exists() or (test and f"def {test}(" not in path.read_text("utf-8")):
                gone.append(f"{number}: {file} {test}")
    assert gone == []
