# ruff: noqa: E501  (a path is read along its line)
"""Older houses: lanes, arcades, cottages, studios, a fort."""

from ..canvas import Canvas, Dice, arch, disc, poly, rect


def lane(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Lane houses: stone door frames, stepped gables between the roofs."""
    k, g = c.k, c.ground
    count = dice.roll(4, 5)
    hw = w / count
    for i in range(count):
        left, wall = x + i * hw, (60 + dice.roll(0, 3) * 5) * k
        c.add("wall" if i % 2 else "rear", rect(left, g - wall, hw, wall))
        c.add(
            "roof",
            poly(
                (left, g - wall),
                (left + 5, g - wall - 15 * k),
                (left + hw - 5, g - wall - 15 * k),
                (left + hw, g - wall),
            ),
        )
        c.windows(dice, left + 3, g - wall + 4, hw - 6, wall * 0.36, 2, size=(0.6, 0.8))
        mid = left + hw / 2
        c.add("trim", arch(mid - 9 * k, g, 18 * k, 31 * k))
        c.add("dark", rect(mid - 6 * k, g - 23 * k, 12 * k, 23 * k))
        c.add("bars", f"M{mid} {g}v{-23 * k}")
    c.flush()
    for i in range(1, count):
        edge, top = x + i * hw, g - 92 * k
        c.add("trim", rect(edge - 3, top, 6, g - top))
        c.add("roof", rect(edge - 7, top - 4, 14, 4))


def arcade(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Southern streets: painted fronts with pediments, shutters and arcades below."""
    k, g = c.k, c.ground
    count = 4
    hw = w / count
    for i in range(count):
        left, tall = x + i * hw, (78 + dice.roll(0, 4) * 5) * k
        c.add("wall" if i % 2 else "rear", rect(left, g - tall, hw, tall))
        c.add(
            "wall" if i % 2 else "rear",
            f"M{left} {g - tall}h{hw}v-3h{-hw * 0.2}q{-hw * 0.3} {-26 * k} {-hw * 0.6} 0h{-hw * 0.2}z",
        )
        c.add("trim", rect(left - 1, g - tall, hw + 2, 3))
        c.add("lit", disc(left + hw / 2, g - tall - 6 * k, 3 * k))
        c.windows(dice, left + 3, g - tall + 5, hw - 6, (tall - 34 * k) * 0.94, 2, 2, size=(0.5, 0.72), round_head=True)
        c.add("dark", arch(left + 5, g, hw / 2 - 7, 28 * k), arch(left + hw / 2 + 2, g, hw / 2 - 7, 28 * k))
        c.add("trim", rect(left, g - 33 * k, hw, 3))
    c.flush()


def cottages(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Farmhouses and sheds at several depths."""
    k, g = c.k, c.ground
    for at, share, high, ink in (
        (0.08, 0.3, 66, "rear"),
        (0.55, 0.34, 72, "rear"),
        (0, 0.34, 40, "wall"),
        (0.36, 0.3, 46, "wall"),
        (0.68, 0.32, 38, "wall"),
    ):
        left, width, wall = x + w * at, w * share, (high + dice.roll(-3, 3)) * k
        c.add(ink, rect(left, g - wall, width, wall))
        c.add(
            "roof",
            f"M{left - 6} {g - wall + 2}Q{left + 5} {g - wall - 4} {left + 12} {g - wall - 19 * k}H{left + width - 12}Q{left + width - 5} {g - wall - 4} {left + width + 6} {g - wall + 2}z",
        )
        if ink == "wall":
            c.windows(dice, left + 4, g - wall + 8 * k, width * 0.46, wall * 0.45, 2, size=(0.66, 0.9))
            c.add("dark", rect(left + width * 0.62, g - 26 * k, 13 * k, 26 * k))
        c.flush()


def studios(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Painters' village: white walls, dark tiles, stepped gables, canvases leaning in the lane."""
    k, g = c.k, c.ground
    for at, share, high in (
        (0.04, 0.26, 84),
        (0.4, 0.24, 96),
        (0.72, 0.24, 78),
        (0, 0.36, 52),
        (0.34, 0.34, 58),
        (0.66, 0.34, 48),
    ):
        left, width, wall = x + w * at, w * share, (high + dice.roll(-4, 4)) * k
        c.add("wall" if high < 70 else "rear", rect(left, g - wall, width, wall))
        step, lift, top = width / 5, 8 * k, g - wall
        c.add(
            "wall" if high < 70 else "rear",
            f"M{left} {top}v{-lift}h{step}v{-lift}h{step}v{-lift}h{step}v{lift}h{step}v{lift}h{step}v{lift}z",
        )
        for i, rise in enumerate((1, 2, 3, 2, 1)):
            c.add("roof", rect(left + i * step - 2, top - rise * lift - 3 * k, step + 4, 4 * k))
        if high < 70:
            c.windows(dice, left + 4, g - wall + 6 * k, width - 8, wall * 0.36, 3, size=(0.5, 0.7))
            c.add("dark", rect(left + width * 0.42, g - 24 * k, 12 * k, 24 * k))
        c.flush()
    for i in range(3):
        left, h = x + w * (0.1 + 0.32 * i) + dice.roll(-6, 10), dice.roll(13, 18) * k
        c.add("roof", rect(left, g - h, h * 1.2, h))
        c.add("lit", rect(left + 1.5, g - h + 1.5, h * 1.2 - 3, h - 3))
        c.add("shade", f"M{left + 2} {g - 4}l{h * 0.4}-6 {h * 0.3} 3 {h * 0.4 - 2}-4v7z")


def fort(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Frontier fort: rammed earth, battlements, a gate tower."""
    k, g = c.k, c.ground
    wall = 50 * k
    c.add("wall", poly((x, g), (x + 6, g - wall), (x + w - 6, g - wall), (x + w, g)))
    tooth = w / 25
    c.add("wall", *(rect(x + 6 + i * tooth * 2, g - wall - 7 * k, tooth, 8 * k) for i in range(12)))
    c.courses(x + 4, g - wall, w - 8, wall, 11)
    c.flush()
    mid, tw, tall = x + w / 2, w * 0.3, 66 * k
    c.add(
        "rear", poly((mid - tw / 2 - 5, g), (mid - tw / 2, g - tall), (mid + tw / 2, g - tall), (mid + tw / 2 + 5, g))
    )
    c.add("dark", arch(mid - 11 * k, g, 22 * k, 36 * k))
    c.flush()
    c.add("wall", rect(mid - tw * 0.4, g - tall - 20 * k, tw * 0.8, 20 * k))
    c.windows(dice, mid - tw * 0.4, g - tall - 17 * k, tw * 0.8, 16 * k, 5, size=(0.6, 0.8), crossed=False)
    c.swept(mid - tw * 0.42, g - tall - 20 * k, tw * 0.84, 17 * k)
    c.flush()
    c.swept(mid - tw * 0.24, g - tall - 36 * k, tw * 0.48, 14 * k, 7)
