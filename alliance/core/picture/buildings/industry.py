# ruff: noqa: E501  (a path is read along its line)
"""What industry left: mills, works, kilns, silos, warehouses."""

from ..canvas import Canvas, Dice, arch, disc, poly, rect


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
