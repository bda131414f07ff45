# ruff: noqa: E501  (a path is read along its line)
"""The buildings, one function each: (canvas, dice, left edge, width). They stand on the ground line of the canvas.

Measures are those of a card; `k` scales heights to the other sizes, widths follow from the span.
"""

from .canvas import Canvas, Dice, arch, disc, poly, rect

# Industry -------------------------------------------------------------------------------------------------------------


def mill(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Textile mill: saw-tooth roofs with north light, a brick hall, one tall chimney."""
    k, g = c.k, c.ground
    c.chimney(x + w * dice.roll(15, 80) / 100, g, 118 * k, 14 * k)
    c.flush()
    teeth = max(3, round(w / (44 * k)))
    wall, tooth, tw = 50 * k, 28 * k, w / teeth
    top = g - wall
    for i in range(teeth):
        left = x + i * tw
        c.add("rear", poly((left, top), (left, top - tooth), (left + tw, top)))
        c.add(
            "lit",
            poly(
                (left + 3, top - 2),
                (left + 3, top - tooth + 6),
                (left + tw * 0.46, top - tooth * 0.5),
                (left + tw * 0.46, top - 2),
            ),
        )
        c.add(
            "bars",
            f"M{left + tw * 0.18} {top - 2}v{-tooth * 0.72}M{left + tw * 0.32} {top - 2}v{-tooth * 0.58}",
        )
    c.add("wall", rect(x, top, w, wall))
    c.courses(x, top + 6, w, wall - 12)
    c.windows(dice, x + 4, top + 10 * k, w - 8, wall - 16 * k, teeth * 2, size=(0.5, 0.72), round_head=dice.chance(50))
    c.add("roof", rect(x, top, w, 3), rect(x - 3, g - 4, w + 6, 4))


def vaults(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Electronics works of the 1950s: a row of half-vaults over a long band of glass."""
    k, g = c.k, c.ground
    c.chimney(x + w * dice.roll(70, 88) / 100, g, 104 * k, 12 * k)
    c.flush()
    bays = max(3, round(w / (52 * k)))
    wall, rise, bw = 46 * k, 32 * k, w / bays
    top = g - wall
    for i in range(bays):
        left = x + i * bw
        c.add(
            "rear",
            f"M{left} {top}V{top - rise}Q{left + bw * 0.85} {top - rise} {left + bw} {top}z",
        )
        c.add(
            "lit",
            poly(
                (left + 3, top - 3),
                (left + 3, top - rise + 5),
                (left + bw * 0.38, top - rise + 7),
                (left + bw * 0.38, top - 3),
            ),
        )
        c.add(
            "bars",
            f"M{left + bw * 0.2} {top - 3}v{-rise + 8}M{left + 3} {top - rise / 2}h{bw * 0.33}",
        )
    c.add("wall", rect(x, top, w, wall))
    c.windows(dice, x, top + 8 * k, w, wall * 0.42, bays * 4, size=(0.82, 0.8), crossed=False)
    door = x + w * dice.roll(35, 60) / 100
    c.add("dark", rect(door, g - 20 * k, 22 * k, 20 * k))
    c.add("trim", rect(door - 6, g - 24 * k, 34 * k, 4))
    c.add("roof", rect(x, top, w, 3), rect(x - 3, g - 3, w + 6, 3))


def ironworks(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Heavy industry: a great hall with a lantern roof, and a gantry crane beside it."""
    k, g = c.k, c.ground
    hall = w * 0.68
    c.chimney(x + hall * 0.2, g, 122 * k, 13 * k)
    if dice.chance(60):
        c.chimney(x + hall * 0.34, g, 100 * k, 11 * k)
    c.flush()
    wall, pitch, lantern = 58 * k, 22 * k, 16 * k
    top, mid = g - wall, x + hall / 2
    c.add("rear", poly((x - 5, top + 2), (mid, top - pitch), (x + hall + 5, top + 2)))
    c.add("rear", rect(mid - hall * 0.2, top - pitch - lantern * 0.4, hall * 0.4, lantern))
    c.add(
        "roof",
        poly(
            (mid - hall * 0.24, top - pitch - lantern * 0.4),
            (mid, top - pitch - lantern),
            (mid + hall * 0.24, top - pitch - lantern * 0.4),
        ),
    )
    c.windows(
        dice,
        mid - hall * 0.19,
        top - pitch - lantern * 0.3,
        hall * 0.38,
        lantern * 0.7,
        7,
        size=(0.7, 0.7),
        lit=90,
        crossed=False,
    )
    c.add("wall", rect(x, top, hall, wall))
    c.courses(x, top, hall, wall, 9)
    c.windows(dice, x + 6, top + 6 * k, hall - 12, wall * 0.38, 7, size=(0.62, 0.8))
    c.add("dark", rect(mid - 16 * k, g - 28 * k, 32 * k, 28 * k))
    c.add("bars", f"M{mid} {g}v{-28 * k}M{mid - 16 * k} {g - 14 * k}h{32 * k}")
    c.add("trim", rect(mid - 18 * k, g - 32 * k, 36 * k, 4))
    c.add("roof", rect(x - 2, top, hall + 4, 3))
    left, right, beam = x + hall + 10, x + w, g - 74 * k
    c.add(
        "roof",
        rect(left, beam, right - left + 12, 6 * k),
        rect(left + 4, beam, 4, g - beam),
        rect(right - 2, beam, 4, g - beam),
    )
    hook = left + (right - left) * dice.roll(35, 70) / 100
    c.add("roof", rect(hook - 6, beam - 6 * k, 12, 6 * k))
    c.add(
        "stroke",
        f"M{hook} {beam + 6 * k}v{24 * k}l-4 5h8zM{left + 6} {beam + 26 * k}l{right - left - 6} 24M{right} {beam + 26 * k}l{left - right + 6} 24",
    )
    c.add("trim", rect(hook - 9, g - 22 * k, 18, 12 * k))


def works(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """A plain factory of two storeys with a stair tower and a water tank on the roof."""
    k, g = c.k, c.ground
    tower = x + w * dice.roll(22, 66) / 100
    high, tw = 98 * k, 30 * k
    wall = 62 * k
    c.add("rear", rect(tower, g - high, tw, high))
    c.add("trim", disc(tower + tw / 2, g - high + 14 * k, 7 * k))
    c.add("stroke", f"M{tower + tw / 2} {g - high + 9 * k}v{5 * k}h{4 * k}")
    c.add("roof", rect(tower - 3, g - high - 4, tw + 6, 5))
    c.flush()
    for left, right in ((x, tower), (tower + tw, x + w)):
        if right - left < 20:
            continue
        c.add("wall", rect(left, g - wall, right - left, wall))
        c.courses(left, g - wall, right - left, wall, 8)
        c.windows(dice, left + 3, g - wall + 5, right - left - 6, wall - 9, max(2, round((right - left) / (20 * k))), 2)
        c.add("roof", rect(left - 2, g - wall - 3, right - left + 4, 4))
    c.add("wall", rect(tower, g - wall, tw, wall))
    c.add("dark", arch(tower + tw * 0.25, g, tw * 0.5, 24 * k))
    tank = x + w * (0.84 if tower < x + w / 2 else 0.14)
    c.add("stroke", f"M{tank - 8} {g - wall}v{-16 * k}M{tank + 8} {g - wall}v{-16 * k}")
    c.add("roof", rect(tank - 11, g - wall - 32 * k, 22, 17 * k))


def kilns(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Porcelain works: bottle kilns and a long shed under tiles."""
    k, g = c.k, c.ground
    c.chimney(x + w * 0.52, g, 112 * k, 11 * k)
    c.flush()
    count = 2 if dice.chance(45) else 1
    kw = w * (0.27 if count == 2 else 0.34)
    for i in range(count):
        left, tall = x + i * (kw + 4), (104 - 20 * i) * k
        mid = left + kw / 2
        c.add(
            "wall",
            f"M{left} {g}C{left} {g - tall * 0.62} {mid - kw * 0.14} {g - tall * 0.55} {mid - kw * 0.11} {g - tall}"
            f"H{mid + kw * 0.11}C{mid + kw * 0.14} {g - tall * 0.55} {left + kw} {g - tall * 0.62} {left + kw} {g}z",
        )
        c.add(
            "shade",
            f"M{mid + kw * 0.04} {g - tall}h{kw * 0.07}C{mid + kw * 0.14} {g - tall * 0.55} {left + kw} {g - tall * 0.62} {left + kw} {g}h{-kw * 0.16}C{mid + kw * 0.3} {g - tall * 0.5} {mid + kw * 0.06} {g - tall * 0.5} {mid + kw * 0.04} {g - tall}z",
        )
        c.add("course", *(f"M{left + kw * 0.06} {g - tall * part}h{kw * 0.88}" for part in (0.12, 0.24, 0.36)))
        c.add("roof", rect(mid - kw * 0.13, g - tall - 3, kw * 0.26, 5))
        c.add("lit", arch(mid - kw * 0.11, g, kw * 0.22, 26 * k))
    left = x + count * (kw + 4) + 8
    shed, wall = x + w - left, 42 * k
    c.add("wall", rect(left, g - wall, shed, wall))
    c.add(
        "roof",
        poly(
            (left - 8, g - wall),
            (left + 14, g - wall - 26 * k),
            (left + shed - 14, g - wall - 26 * k),
            (left + shed + 8, g - wall),
        ),
    )
    c.windows(dice, left + 4, g - wall + 6 * k, shed - 8, wall - 12 * k, 5, size=(0.6, 0.86))
    c.add("rear", rect(left + shed * 0.3, g - wall - 35 * k, shed * 0.4, 10 * k))
    c.add("trim", rect(left + shed * 0.33, g - wall - 32 * k, shed * 0.34, 5 * k))


def silos(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Cement or grain: a battery of silos with a gallery on top, a conveyor down to the mill house."""
    k, g = c.k, c.ground
    count = dice.roll(3, 4)
    sw, tall = w * 0.62 / count, 98 * k
    for i in range(count):
        left = x + i * sw
        c.add("wall", rect(left + 1, g - tall, sw - 2, tall))
        c.add("shade", rect(left + sw * 0.64, g - tall, sw * 0.36 - 1, tall))
        c.add("course", *(f"M{left + 1} {g - tall * part}h{sw - 2}" for part in (0.28, 0.55, 0.8)))
        c.add("dark", arch(left + sw * 0.3, g, sw * 0.36, 20 * k))
    gallery = 18 * k
    c.add("rear", rect(x - 3, g - tall - gallery, sw * count + 6, gallery))
    c.windows(
        dice, x, g - tall - gallery + 3, sw * count, gallery - 6, count * 3, size=(0.62, 0.8), lit=70, crossed=False
    )
    c.add("roof", rect(x - 6, g - tall - gallery - 3, sw * count + 12, 4))
    end = x + sw * count
    house, wall = x + w - end - 16, 48 * k
    left = end + 16
    c.add(
        "rear",
        poly(
            (end, g - tall - 4),
            (end, g - tall + 9),
            (left + house * 0.4, g - wall + 4),
            (left + house * 0.6, g - wall - 6),
        ),
    )
    c.add("wall", rect(left, g - wall, house, wall))
    c.add("roof", poly((left - 5, g - wall), (left + house / 2, g - wall - 17 * k), (left + house + 5, g - wall)))
    c.windows(dice, left + 3, g - wall + 5, house - 6, wall - 10, 3, 2)


def gasworks(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Gas, glass, chemistry: a gasholder in its guide frame, a pipe bridge, a small hall."""
    k, g = c.k, c.ground
    hw, high, tank = w * 0.5, 104 * k, 62 * k
    c.add("wall", f"M{x + 6} {g}v{-tank}q{hw / 2 - 6} {-18 * k} {hw - 12} 0v{tank}z")
    c.add("shade", f"M{x + hw * 0.66} {g}v{-tank - 7 * k}q{hw * 0.2} 2 {hw * 0.34 - 6} {7 * k}v{tank}z")
    posts = 6
    frame = "".join(f"M{x + hw * i / posts} {g}V{g - high}" for i in range(posts + 1))
    rings = "".join(f"M{x} {g - high * part}h{hw}" for part in (0.36, 0.68, 1))
    cross = "".join(
        f"M{x + hw * i / posts} {g - high}L{x + hw * (i + 1) / posts} {g - high * 0.68}M{x + hw * (i + 1) / posts} {g - high}L{x + hw * i / posts} {g - high * 0.68}"
        for i in range(posts)
    )
    c.add("stroke", frame, rings, cross)
    left, wall = x + hw + 22, 50 * k
    house = x + w - left
    c.chimney(left + house * 0.78, g, 112 * k, 12 * k)
    c.flush()
    c.add("rear", rect(x + hw, g - 34 * k, 24, 5 * k))
    c.add("wall", rect(left, g - wall, house, wall))
    c.courses(left, g - wall, house, wall, 8)
    c.add(
        "roof",
        f"M{left - 4} {g - wall}Q{left + house / 2} {g - wall - 30 * k} {left + house + 4} {g - wall}z",
    )
    c.windows(dice, left + 4, g - wall + 8, house - 8, wall - 14, 4, size=(0.56, 0.8), round_head=True)


def brewery(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Distillery, brewery, cannery, tobacco: two brick storeys on arches, hipped roofs, vats at the side."""
    k, g = c.k, c.ground
    house, wall = w * 0.74, 68 * k
    c.chimney(x + house * 0.86, g, 120 * k, 12 * k)
    c.flush()
    c.add("wall", rect(x, g - wall, house, wall))
    c.courses(x, g - wall, house, wall * 0.5)
    c.add(
        "roof",
        poly(
            (x - 6, g - wall),
            (x + 22, g - wall - 22 * k),
            (x + house - 22, g - wall - 22 * k),
            (x + house + 6, g - wall),
        ),
    )
    for part in (0.3, 0.62):
        left = x + house * part
        c.add("wall", rect(left, g - wall - 19 * k, 18 * k, 14 * k))
        c.add("lit", rect(left + 4 * k, g - wall - 15 * k, 10 * k, 8 * k))
        c.add("stroke", f"M{left - 3} {g - wall - 18 * k}l{9 * k + 3} {-9 * k} {9 * k + 3} {9 * k}")
    c.windows(dice, x + 3, g - wall + 5, house - 6, wall * 0.42, 8, size=(0.5, 0.78))
    for i in range(6):
        left = x + 6 + i * (house - 12) / 6
        c.add("lit" if dice.chance(65) else "dark", arch(left + 3, g, (house - 12) / 6 - 6, 30 * k))
    c.add("trim", rect(x, g - wall * 0.52, house, 3))
    for i in range(2):
        mid, r = x + house + 16 * k + i * 27 * k, 12 * k
        c.add("rear", f"M{mid - r} {g}v{-44 * k}a{r} {r * 0.7} 0 0 1 {2 * r} 0v{44 * k}z")
        c.add("shade", rect(mid + r * 0.3, g - 46 * k, r * 0.7, 46 * k))
        c.add("stroke", f"M{mid - r} {g - 16 * k}h{2 * r}M{mid - r} {g - 32 * k}h{2 * r}")


def warehouses(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Arsenal, depot, quay: gable fronts in a row, a great door in each."""
    k, g = c.k, c.ground
    count = dice.roll(3, 4)
    c.chimney(x + w * dice.roll(30, 70) / 100, g, 104 * k, 10 * k)
    c.flush()
    gw = w / count
    for i in range(count):
        left, wall = x + i * gw, (56 + (10 if i == count // 2 else 0)) * k
        mid, peak = left + gw / 2, wall + 30 * k
        c.add(
            "wall" if i % 2 else "rear",
            poly((left, g), (left, g - wall), (mid, g - peak), (left + gw, g - wall), (left + gw, g)),
        )
        c.courses(left, g - wall, gw, wall)
        c.add("stroke", f"M{left - 3} {g - wall + 2}L{mid} {g - peak} {left + gw + 3} {g - wall + 2}")
        c.add("lit", disc(mid, g - wall - 3 * k, 6 * k))
        c.add("dark" if dice.chance(60) else "lit", arch(mid - 10 * k, g, 20 * k, 36 * k))
        c.add("bars", f"M{mid} {g}v{-36 * k}M{mid - 10 * k} {g - 16 * k}h{20 * k}")
        for side in (left + 4, left + gw - 4 - 8 * k):
            c.add("lit" if dice.chance(70) else "dark", arch(side, g - 15 * k, 8 * k, 22 * k))
    c.flush()


def printworks(c: Canvas, dice: Dice, x: int, w: int) -> None:
    """Printing house: three storeys of large regular panes, sheets of paper on the wind."""
    k, g = c.k, c.ground
    parts = ((0, 0.6, 84), (0.6, 0.4, 58))
    for at, share, high in parts if dice.chance(50) else ((0, 0.4, 58), (0.4, 0.6, 84)):
        left, width, tall = x + w * at, w * share, high * k
        c.add("wall", rect(left, g - tall, width, tall))
        c.add("rear", rect(left, g - 17 * k, width, 17 * k))
        floors = 3 if high > 70 else 2
        c.windows(
            dice,
            left + 3,
            g - tall + 5 * k,
            width - 6,
            tall - 22 * k,
            max(3, round(width / (19 * k))),
            floors,
            size=(0.76, 0.66),
        )
        c.windows(dice, left + 3, g - 16 * k, width - 6, 16 * k, 4, size=(0.44, 0.8), lit=50, crossed=False)
        c.add("roof", rect(left - 2, g - tall - 4, width + 4, 5))
        c.add("trim", rect(left, g - 18 * k, width, 2))
    if not c.plain:
        sheets = []
        for i in range(5):
            px, py = x + w * 0.66 + i * 13, g - (96 + dice.roll(0, 26)) * k
            sheets.append(f"M{px} {py}l9-3 3 8-9 3z")
        c.add("trim", *sheets)


# Older houses ---------------------------------------------------------------------------------------------------------


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


# Heritage and culture -------------------------------------------------------------------------------------------------


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


# New buildings --------------------------------------------------------------------------------------------------------


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


def company(c: Canvas, dice: Dice, building: str, x: int, w: int) -> None:
    """What stands beside the building where there is room: lower houses on both sides, further back."""
    g, k = c.ground, c.k
    for left, right in (
        (dice.roll(18, 40), x - dice.roll(6, 14)),
        (x + w + dice.roll(6, 14), c.width - dice.roll(24, 54)),
    ):
        at = left
        while right - at > 26:
            width = min(dice.roll(34, 58), right - at)
            tall = dice.roll(26, 46) * k
            c.add("back", rect(at, g - tall, width - 3, tall))
            if dice.chance(50):
                c.add("back", poly((at - 3, g - tall), (at + width / 2, g - tall - 13), (at + width, g - tall)))
            c.windows(
                dice,
                at + 3,
                g - tall + 5,
                width - 8,
                tall - 12,
                max(2, width // 14),
                size=(0.46, 0.6),
                crossed=False,
                lit=45,
            )
            at += width
    c.flush()
