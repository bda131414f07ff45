"""docs/security.md promises a proof for each of the 66 requirements; here the promises are looked up."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+) \|$", re.MULTILINE)
PROOF = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
ROWS = {int(number): proof for number, _words, proof in ROW.findall((ROOT / "docs/security.md").read_text("utf-8"))}


def test_every_requirement_has_its_line():
    assert sorted(ROWS) == list(range(1, 67))


def test_every_line_names_a_test_or_says_why_not_yet():
    wrong = [n for n, proof in ROWS.items() if not PROOF.search(proof) and not re.match(r"Not yet: .{30,}", proof)]
    assert wrong == []


def test_every_test_named_is_there():
    gone = []
    for number, proof in ROWS.items():
        for file, test in PROOF.findall(proof):
            path = ROOT / file
            if not path.exists() or (test and f"def {test}(" not in path.read_text("utf-8")):
                gone.append(f"{number}: {file} {test}")
    assert gone == []
