# ruff: noqa: E501  (a path is read along its line)
"""New buildings: blocks, towers, terraces and spans."""

from ..canvas import Canvas, Dice, disc, poly, rect


def blocks(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Stacked boxes, each pushed out of line."""
    k, g = c.k, c.ground
    columns = ((0, 0.36, (30, 26, 24)), (0.34, 0.36, (26, 24)), (0.66, 0.34, (28, 28, 26)))
    for at, share, floors in columns:
        y: float = g
        for i, high in enumerate(floors):
            tall, push = high * k, dice.roll(-5, 5) if i else 0
            left, width = x + w * at + push, w * share - 3
            c.add("wall" if i % 2 else "rear", rect(left, y - tall, width, tall))
            c.windows(
                dice,
                left + 3,
                y - tall + 3,
                width - 6,
                tall - 6,
                dice.roll(3, 6),
                size=(0.74, 0.66),
                crossed=False,
                lit=65,
            )
            c.add("roof", rect(left, y - tall, width, 2.5))
            y -= tall
    c.add("shade", rect(x, g - 5, w, 5))


def towers(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """A quarter of many houses: five fronts of different age and height."""
    k, g = c.k, c.ground
    at: float = x
    for i in range(5):
        width = w * (22, 17, 23, 16, 22)[i] / 100
        tall = (62, 104, 78, 118, 56)[(i + dice.roll(0, 1)) % 5] * k
        c.add("wall" if i % 2 else "rear", rect(at, g - tall, width - 2, tall))
        if tall < 80 * k:
            c.add("roof", poly((at - 2, g - tall), (at + width / 2, g - tall - 16 * k), (at + width, g - tall)))
        else:
            c.add(
                "roof", rect(at + width * 0.3, g - tall - 9 * k, width * 0.3, 9 * k), rect(at, g - tall, width - 2, 3)
            )
        c.windows(
            dice,
            at + 2,
            g - tall + 6,
            width - 6,
            tall - 22 * k,
            3,
            max(3, int(tall / (17 * k))),
            size=(0.6, 0.56),
            crossed=False,
        )
        c.add("lit", rect(at + 4, g - 14 * k, width - 10, 14 * k))
        at += width
    c.flush()


def tower(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """One firm's house: a single tower on a low base, a board on its roof."""
    k, g = c.k, c.ground
    tw, tall, base = w * 0.34, 112 * k, 30 * k
    left = x + w * (0.14 if dice.chance(50) else 0.5)
    c.add("rear", rect(x, g - base, w, base))
    c.windows(dice, x + 3, g - base + 4, w - 6, base - 8, 12, size=(0.7, 0.86), crossed=False, lit=70)
    c.add("roof", rect(x - 2, g - base - 3, w + 4, 4))
    c.flush()
    c.add("wall", rect(left, g - tall, tw, tall))
    c.windows(dice, left + 3, g - tall + 6, tw - 6, tall - 22 * k, 4, 6, size=(0.66, 0.6), crossed=False)
    c.add("shade", rect(left + tw * 0.78, g - tall, tw * 0.22, tall))
    c.add("lit", rect(left + tw * 0.34, g - 15 * k, tw * 0.32, 15 * k))
    c.add("roof", rect(left - 3, g - tall - 4, tw + 6, 5), rect(left + 8, g - tall - 22 * k, tw - 16, 16 * k))
    c.add("trim", rect(left + 13, g - tall - 17 * k, tw - 26, 6 * k))


def pixels(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Digital campus: rounded slabs whose windows flicker like a screen."""
    k, g = c.k, c.ground
    for at, share, high, ink in ((0, 0.38, 74, "rear"), (0.62, 0.38, 62, "rear"), (0.3, 0.42, 106, "wall")):
        left, width, tall = x + w * at, w * share, high * k
        r = 16 * k
        c.add(ink, f"M{left} {g}v{r - tall}q0 {-r} {r} {-r}h{width - 2 * r}q{r} 0 {r} {r}V{g}z")
        c.windows(
            dice,
            left + 5,
            g - tall + 9 * k,
            width - 10,
            tall - 26 * k,
            round(width / (14 * k)),
            max(3, round(tall / (18 * k))),
            size=(0.66, 0.62),
            crossed=False,
            lit=44,
        )
        c.flush()
    c.add("trim", rect(x - 6, g - 15 * k, w + 12, 3))
    c.add("lit", rect(x + 4, g - 12 * k, w - 8, 12 * k))
    c.add("bars", *(f"M{x + 4 + (w - 8) * i / 14} {g - 12 * k}v{12 * k}" for i in range(1, 14)))


def slabs(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Press and advertising: upright slabs like books on a shelf, one leaning."""
    k, g = c.k, c.ground
    at = float(x)
    for i, (share, high) in enumerate(((0.16, 96), (0.13, 80), (0.2, 110), (0.14, 90), (0.17, 70))):
        width, tall = w * share, (high + dice.roll(-6, 6)) * k
        c.add("wall" if i % 2 else "rear", rect(at, g - tall, width - 2, tall))
        c.add("trim", rect(at, g - tall + 9 * k, width - 2, 3), rect(at, g - tall + 15 * k, width - 2, 1.5))
        c.windows(dice, at + 3, g - tall + 22 * k, width - 8, tall - 40 * k, 2, 5, size=(0.7, 0.62), crossed=False)
        at += width
    left = x + w * 0.83
    c.add("wall", poly((left + 6, g), (left + 26 * k, g - 84 * k), (left + 44 * k, g - 79 * k), (left + 26 * k, g)))
    c.add(
        "trim",
        poly(
            (left + 22 * k, g - 70 * k),
            (left + 41 * k, g - 65 * k),
            (left + 40 * k, g - 61 * k),
            (left + 21 * k, g - 66 * k),
        ),
    )
    c.add("roof", rect(x - 4, g - 5, w + 8, 5))


def span(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Exhibition hall: one long arch hung from masts, flags before it."""
    k, g = c.k, c.ground
    wall, rise = 40 * k, 42 * k
    c.add("wall", f"M{x} {g}v{-wall}Q{x + w / 2} {g - wall - 2 * rise} {x + w} {g - wall}V{g}z")
    c.add(
        "lit",
        f"M{x + w * 0.12} {g}v{-wall}Q{x + w / 2} {g - wall - rise * 1.5} {x + w * 0.88} {g - wall}V{g}z",
    )
    c.add(
        "bars",
        *(
            f"M{x + w * (0.12 + 0.0633 * i)} {g}v{-wall - rise * (0.68 if 3 < i < 9 else 0.4 if 1 < i < 11 else 0.1)}"
            for i in range(1, 12)
        ),
        f"M{x + w * 0.12} {g - wall * 0.55}h{w * 0.76}",
    )
    c.add(
        "roof",
        f"M{x - 10} {g - wall + 4}Q{x + w / 2} {g - wall - 2 * rise} {x + w + 10} {g - wall + 4}Q{x + w / 2} {g - wall - 2 * rise + 12} {x - 10} {g - wall + 4}z",
    )
    for at in (0.2, 0.8):
        mast = x + w * at
        c.add("roof", rect(mast - 1.5, g - 112 * k, 3, 112 * k))
        c.add(
            "stroke",
            f"M{mast} {g - 110 * k}L{mast - w * 0.18} {g - 52 * k}M{mast} {g - 110 * k}L{mast + w * 0.18} {g - 60 * k}",
        )
    c.flush()
    for i in range(5):
        pole = x + w * (0.06 + 0.06 * i)
        c.add("stroke", f"M{pole} {g}v{-34 * k}")
        c.add("rear" if i % 2 else "wall", f"M{pole} {g - 34 * k}h9v7h-9z")


def terraces(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Converted blocks of flats and schools: open galleries, plants on every floor."""
    k, g = c.k, c.ground
    floors, high = 4, 23 * k
    for i in range(floors):
        inset = i * w * 0.035
        left, width, y = x + inset, w - 2 * inset, g - (i + 1) * high
        c.add("wall" if i % 2 else "rear", rect(left, y, width, high))
        c.windows(dice, left + 4, y + 3, width - 8, high - 9 * k, 9, size=(0.64, 0.9), crossed=False)
        c.add("trim", rect(left - 5, y + high - 5 * k, width + 10, 3))
    c.flush()
    plants = []
    for _ in range(9):
        floor = dice.roll(1, floors - 1)
        px = dice.roll(int(x + floor * w * 0.04), int(x + w - floor * w * 0.04))
        plants.append(disc(px, g - floor * high - 2, dice.roll(3, 5) * k))
    c.direct("leaf", *plants)
    c.add("roof", rect(x + w * 0.12, g - floors * high - 3, w * 0.76, 4))
