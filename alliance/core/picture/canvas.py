"""Paper and dice. Shapes of one ink that lie on one level become one path: a drawing is about four kilobytes."""

import re
from hashlib import blake2b

from django.utils.html import escape

# From back to front within one level: rear parts, walls, light trim, shade, courses, glass, its bars, roof ink.
ORDER = ("rear", "wall", "trim", "shade", "course", "dark", "lit", "bars", "roof", "stroke")


class Dice:
    """Chance that is the same every time for the same name, on every machine and version."""

    def __init__(self, name: str) -> None:
        self._state = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")

    def roll(self, low: int, high: int) -> int:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return low + (self._state >> 33) % (high - low + 1)

    def chance(self, percent: int) -> bool:
        return self.roll(1, 100) <= percent


def rect(x: float, y: float, w: float, h: float) -> str:
    return f"M{x} {y}h{w}v{h}h{-w}z"


def poly(*points: tuple[float, float]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points) + "z"


def disc(x: float, y: float, r: float) -> str:
    return f"M{x - r} {y}a{r} {r} 0 1 1 {2 * r} 0 {r} {r} 0 1 1 {-2 * r} 0z"


def arch(x: float, y: float, w: float, h: float) -> str:
    """An opening with a round head; y is its foot."""
    r = w / 2
    return f"M{x} {y}v{-(h - r)}a{r} {r} 0 0 1 {w} 0v{h - r}z"


NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?")


def tidy(path: str) -> str:
    """Coordinates with one decimal at most: nobody sees more, and it is a third of the bytes."""

    def short(found: re.Match[str]) -> str:
        text = f"{float(found[0]):.1f}".removesuffix(".0")
        return "0" if text == "-0" else text

    return NUMBER.sub(short, path)


class Canvas:
    def __init__(self, width: int, height: int, ground: int, *, plain: bool = False) -> None:
        self.width, self.height, self.ground = width, height, ground
        # A plain drawing is word-sized: no courses, bars or people.
        self.plain = plain
        # Heights are drawn for a card; other sizes scale them.
        self.k = ground / 158
        self._level: dict[str, list[str]] = {}
        self._out: list[str] = []

    def add(self, ink: str, *shapes: str) -> None:
        if self.plain and ink in ("course", "bars", "stroke"):
            return
        self._level.setdefault(ink, []).extend(shapes)

    def flush(self) -> None:
        """Close a level: what comes next lies in front of it."""
        for ink in sorted(self._level, key=lambda one: ORDER.index(one) if one in ORDER else -1):
            self._out.append(f'<path class="{ink}" d="{tidy("".join(self._level[ink]))}"/>')
        self._level = {}

    def direct(self, ink: str, *shapes: str) -> None:
        """A level of its own."""
        self.flush()
        self.add(ink, *shapes)
        self.flush()

    def text(self, ink: str, x: float, y: float, words: str) -> None:
        self.flush()
        self._out.append(f'<text class="{ink}" x="{x:.0f}" y="{y:.0f}">{escape(words)}</text>')

    def svg(self) -> str:
        self.flush()
        return "".join(self._out)

    # What many buildings have ----------------------------------------------------------------------------------------

    def windows(
        self,
        dice: Dice,
        x: float,
        y: float,
        w: float,
        h: float,
        columns: int,
        rows: int = 1,
        *,
        size: tuple[float, float] = (0.55, 0.62),
        lit: int = 60,
        round_head: bool = False,
        crossed: bool = True,
    ) -> None:
        """A grid of windows within a wall; some are lit."""
        if self.plain:
            columns, rows = max(2, columns // 2), max(1, rows // 2)
        cell_w, cell_h = w / columns, h / rows
        ww, wh = cell_w * size[0], cell_h * size[1]
        # One pane, closed, so that the next one is a short step from where this began.
        pane = arch(0, 0, ww, wh).removeprefix("M0 0") if round_head else f"h{ww}v{-wh}h{-ww}z"
        paths, last = {"lit": "", "dark": "", "bars": ""}, dict[str, tuple[float, float]]()

        def put(ink: str, shape: str, left: float, foot: float) -> None:
            left, foot = round(left, 1), round(foot, 1)
            px, py = last.get(ink, (0.0, 0.0))
            paths[ink] += f"{'m' if ink in last else 'M'}{left - px} {foot - py}{shape}"
            last[ink] = (left, foot)

        for row in range(rows):
            for column in range(columns):
                left = x + column * cell_w + (cell_w - ww) / 2
                foot = y + row * cell_h + (cell_h + wh) / 2
                put("lit" if dice.chance(lit) else "dark", pane, left, foot)
                if crossed and ww > 6 and not self.plain:
                    # Up the middle, across, and back to the corner without drawing.
                    put(
                        "bars",
                        f"m{ww / 2} 0v{-wh}m{-ww / 2} {wh / 2}h{ww}m{-ww} {wh / 2}",
                        left,
                        foot,
                    )
        for ink, path in paths.items():
            if path:
                self.add(ink, path)

    def courses(self, x: float, y: float, w: float, h: float, step: float = 7) -> None:
        """Layers of brick."""
        self.add("course", *(f"M{x} {y + step * i}h{w}" for i in range(1, int(h // step))))

    def chimney(self, x: float, foot: float, tall: float, w: float = 12, ink: str = "rear") -> None:
        top = foot - tall
        self.add(ink, poly((x - w / 2, foot), (x - w / 3, top), (x + w / 3, top), (x + w / 2, foot)))
        self.add("trim", rect(x - w / 3, top + 8, w / 1.5, 4))
        self.add("roof", rect(x - w / 3 - 1, top - 3, w / 1.5 + 2, 4))

    def swept(self, x: float, y: float, w: float, h: float, over: float = 10) -> None:
        """A Chinese roof: ridge above, eaves that turn up. y is the eaves line."""
        self.add(
            "roof",
            f"M{x - over} {y - 3}Q{x + w * 0.14} {y - 2} {x + w * 0.2} {y - h}"
            f"H{x + w * 0.8}Q{x + w * 0.86} {y - 2} {x + w + over} {y - 3}"
            f"L{x + w + over - 4} {y + 3}H{x - over + 4}z",
        )
