# ruff: noqa: E501  (a path is read along its line)
"""Heritage and culture: halls, gates, theatres, workshops, galleries."""

from ..canvas import Canvas, Dice, arch, disc, poly, rect


def hall(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """A hall on its terrace with two sweeping eaves, and side pavilions or a pagoda."""
    k, g = c.k, c.ground
    pagoda = dice.chance(50)
    if pagoda:
        px, floors = x + w * (0.1 if dice.chance(50) else 0.9), 5
        for i in range(floors):
            fw, y = (40 - 5 * i) * k, g - 26 * i * k
            c.add("rear", rect(px - fw / 2, y - 20 * k, fw, 20 * k))
            c.windows(dice, px - fw / 2, y - 17 * k, fw, 14 * k, 3, size=(0.5, 0.8), crossed=False)
            c.swept(px - fw / 2, y - 19 * k, fw, 8 * k, 6 * k)
        c.add("stroke", f"M{px} {g - 130 * k}v{-12 * k}")
        c.flush()
    else:
        for left in (x, x + w * 0.76):
            c.add("wall", rect(left, g - 40 * k, w * 0.24, 40 * k))
            c.windows(dice, left + 3, g - 36 * k, w * 0.24 - 6, 34 * k, 4, size=(0.6, 0.8))
            c.swept(left, g - 38 * k, w * 0.24, 20 * k, 8)
        c.flush()
    width = w * 0.5
    left, base, wall = x + w * 0.25, 8 * k, 36 * k
    c.add("trim", rect(left - 16, g - base, width + 32, base))
    c.add("wall", rect(left, g - base - wall, width, wall))
    c.windows(dice, left + 2, g - base - wall + 8 * k, width - 4, wall - 8 * k, 7, size=(0.7, 0.94), lit=75)
    posts = "".join(f"M{left + width * i / 6} {g - base}v{-wall}" for i in range(7))
    c.add("stroke", posts)
    c.swept(left, g - base - wall + 3, width, 20 * k, 16)
    c.flush()
    c.add("wall", rect(left + width * 0.16, g - base - wall - 30 * k, width * 0.68, 14 * k))
    c.windows(
        dice,
        left + width * 0.16,
        g - base - wall - 28 * k,
        width * 0.68,
        11 * k,
        7,
        size=(0.6, 0.8),
        lit=75,
        crossed=False,
    )
    c.swept(left + width * 0.14, g - base - wall - 28 * k, width * 0.72, 24 * k, 12)


def gate(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """A memorial gate of three bays before low pavilions."""
    k, g = c.k, c.ground
    for left, width in ((x, w * 0.26), (x + w * 0.74, w * 0.26)):
        c.add("rear", rect(left, g - 38 * k, width, 38 * k))
        c.windows(dice, left + 2, g - 34 * k, width - 4, 30 * k, 4, size=(0.62, 0.8), lit=75)
        c.swept(left, g - 36 * k, width, 19 * k, 8)
    c.flush()
    mid, half = x + w / 2, w * 0.27
    for at in (-half, -half * 0.4, half * 0.4, half):
        tall = (64 if abs(at) > half * 0.5 else 92) * k
        c.add("wall", rect(mid + at - 4 * k, g - tall, 8 * k, tall))
        c.add("trim", rect(mid + at - 7 * k, g - 9 * k, 14 * k, 9 * k))
    for left, width, y in (
        (mid - half, half * 0.6, 58),
        (mid + half * 0.4, half * 0.6, 58),
        (mid - half * 0.4, half * 0.8, 82),
    ):
        c.add("rear", rect(left - 6, g - y * k, width + 12, 13 * k), rect(left, g - (y - 19) * k, width, 5 * k))
        c.add("trim", rect(left + width * 0.2, g - (y - 3) * k, width * 0.6, 7 * k))
    c.flush()
    c.swept(mid - half - 6, g - 58 * k, half * 0.6 + 10, 15 * k, 8)
    c.swept(mid + half * 0.4 - 4, g - 58 * k, half * 0.6 + 10, 15 * k, 8)
    c.flush()
    c.swept(mid - half * 0.46, g - 83 * k, half * 0.92, 20 * k, 11)


def theatre(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Stage and concert hall: nested shells over a glass foyer, broad steps."""
    k, g = c.k, c.ground
    foot = g - 8 * k
    for at, share, high, ink in ((0.02, 0.5, 76, "rear"), (0.46, 0.52, 92, "rear"), (0.2, 0.6, 66, "wall")):
        left, width, tall = x + w * at, w * share, high * k
        c.add(
            ink,
            f"M{left} {foot}C{left} {foot - tall} {left + width * 0.5} {foot - tall} {left + width} {foot}z",
        )
        c.add(
            "course",
            *(
                f"M{left + width * (0.1 + 0.12 * i)} {foot}Q{left + width * (0.2 + 0.1 * i)} {foot - tall * 0.55} {left + width * 0.62} {foot - tall * 0.56}"
                for i in range(4)
            ),
        )
        c.flush()
    left, width, tall = x + w * 0.3, w * 0.4, 34 * k
    c.add(
        "lit",
        f"M{left} {foot}C{left} {foot - tall * 1.3} {left + width} {foot - tall * 1.3} {left + width} {foot}z",
    )
    c.add(
        "bars",
        *(f"M{left + width * i / 8} {foot}v{-tall * (0.62 if 2 <= i <= 6 else 0.4)}" for i in range(1, 8)),
    )
    c.add("trim", rect(x - 4, foot, w + 8, 4 * k), rect(x - 12, foot + 4 * k, w + 24, 4 * k))


def studio(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Film lot: sound stages with barrel roofs, a striped door, a water tower."""
    k, g = c.k, c.ground
    tower = x + w * 0.9
    c.add(
        "stroke",
        f"M{tower - 14} {g}l7-{62 * k}M{tower + 14} {g}l-7-{62 * k}M{tower - 11} {g - 26 * k}h22M{tower - 11} {g - 26 * k}l19-{26 * k}",
    )
    c.add("rear", rect(tower - 17, g - 92 * k, 34, 30 * k))
    c.add("roof", f"M{tower - 20} {g - 92 * k}l20-{17 * k} 20 {17 * k}z")
    c.flush()
    for at, share, high, ink in ((0.36, 0.4, 74, "rear"), (0, 0.5, 62, "wall")):
        left, width, wall = x + w * at, w * share, high * k
        c.add(
            ink,
            f"M{left} {g}v{-wall}Q{left + width / 2} {-30 * k - wall + g} {left + width} {g - wall}V{g}z",
        )
        c.add(
            "stroke",
            f"M{left - 3} {g - wall}Q{left + width / 2} {g - wall - 31 * k} {left + width + 3} {g - wall}",
        )
        c.flush()
    left, width = x + w * 0.1, w * 0.3
    door = 40 * k
    c.add("dark", rect(left, g - door, width, door))
    bar = width / 7
    c.add(
        "trim",
        *(
            poly(
                (left + i * bar * 2, g - door),
                (left + i * bar * 2 + bar, g - door),
                (left + i * bar * 2 + bar - 6, g - door + 9 * k),
                (left + i * bar * 2 - 6, g - door + 9 * k),
            )
            for i in range(4)
        ),
    )
    c.windows(dice, x + w * 0.54, g - 62 * k, w * 0.2, 26 * k, 4, size=(0.6, 0.8))
    c.add("lit", rect(x + w * 0.6, g - 24 * k, 15 * k, 24 * k))


def workshops(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Craft quarter: a round kiln house between open workshops."""
    k, g = c.k, c.ground
    for left in (x, x + w * 0.66):
        width, wall = w * 0.34, 42 * k
        c.add("wall", rect(left, g - wall, width, wall))
        c.add(
            "roof",
            poly((left - 8, g - wall + 1), (left + width * 0.5, g - wall - 24 * k), (left + width + 8, g - wall + 1)),
        )
        c.windows(dice, left + 3, g - wall + 6 * k, width - 6, wall - 8 * k, 3, size=(0.72, 0.92), lit=75)
    c.flush()
    mid, r = x + w / 2, w * 0.2
    c.add("rear", f"M{mid - r} {g}v{-24 * k}a{r} {r * 1.05} 0 0 1 {2 * r} 0v{24 * k}z")
    c.add("course", *(f"M{mid - r} {g - y * k}h{2 * r}" for y in (8, 16, 24)))
    c.add("rear", rect(mid - 6 * k, g - 24 * k - r * 1.4, 12 * k, r * 0.6))
    c.add("roof", rect(mid - 8 * k, g - 25 * k - r * 1.4, 16 * k, 4))
    c.add("lit", arch(mid - 11 * k, g, 22 * k, 28 * k))
    for i in range(5):
        jar, size = x + w * 0.36 + i * w * 0.07, dice.roll(5, 8) * k
        if abs(jar - mid) > 14 * k:
            c.add(
                "trim",
                f"M{jar - size * 0.5} {g}q{-size * 0.6} {-size * 1.2} 0 {-size * 1.7}h{size}q{size * 0.6} {size * 0.5} 0 {size * 1.7}z",
            )


def gallery(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Art house: a white box lifted on glass, slanted skylights, a ring in the court."""
    k, g = c.k, c.ground
    width, base, box = w * 0.72, 30 * k, 46 * k
    left = x + (w - width if dice.chance(50) else 0)
    c.add("lit", rect(left + 14, g - base, width - 28, base))
    c.add("bars", *(f"M{left + 14 + (width - 28) * i / 9} {g - base}v{base}" for i in range(1, 9)))
    c.add("wall", rect(left, g - base - box, width, box))
    c.add("shade", rect(left, g - base - 5, width, 5))
    for i in range(4):
        px = left + 12 + i * (width - 20) / 4
        c.add(
            "rear",
            poly((px, g - base - box), (px, g - base - box - 15 * k), (px + (width - 20) / 4 - 8, g - base - box)),
        )
        c.add(
            "lit", poly((px + 2, g - base - box - 1), (px + 2, g - base - box - 11 * k), (px + 11, g - base - box - 1))
        )
    frame = width * 0.3
    c.add("roof", rect(left + width * 0.55, g - base - box + 9 * k, frame, box - 18 * k))
    c.add("rear", rect(left + width * 0.55 + 3, g - base - box + 9 * k + 3, frame - 6, box - 18 * k - 6))
    c.add("trim", disc(left + width * 0.55 + frame * 0.4, g - base - box / 2, 8 * k))
    ring = x + w * (0.13 if left > x else 0.88)
    c.add("roof", rect(ring - 9 * k, g - 5 * k, 18 * k, 5 * k))
    c.add("ring", disc(ring, g - 24 * k, 17 * k))
