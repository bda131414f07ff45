"""Which marks a second person looks at (G-2). From the seed and the marks alone, so that anybody can draw it again."""

import hashlib
from collections.abc import Mapping
from typing import Literal

Why = Literal["fail", "near", "random"]
NEAR = 300  # three points, in basis points
LEAST, SHARE = 3, 10  # at least three of the rest, and one in ten


def sample(marks: Mapping[int, int], pass_mark: int, seed: str) -> dict[int, Why]:
    """All fails, all within three points of the pass mark, and a tenth of the rest (at least three), by number."""
    drawn: dict[int, Why] = {}
    rest = []
    for number, mark in sorted(marks.items()):
        if mark < pass_mark:
            drawn[number] = "fail"
        elif mark - pass_mark <= NEAR:
            drawn[number] = "near"
        else:
            rest.append(number)
    wanted = max(LEAST, -(-len(rest) // SHARE))
    for number in sorted(rest, key=lambda number: _lot(seed, number))[:wanted]:
        drawn[number] = "random"
    return drawn


def _lot(seed: str, number: int) -> str:
    """The lot of one mark: nobody who gives the mark can know it before the seed is drawn."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()
