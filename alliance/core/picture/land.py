"""Sky, horizon, ground: where in the country the place lies."""

from itertools import pairwise

from .canvas import Canvas, Dice, disc, poly, rect

# Two-digit codes of provinces -> what lies behind, what lies in front, what grows.
BEHIND = {
    "peaks": ("51", "53", "61", "62", "14"),
    "snow": ("54", "63", "65"),
    "karst": ("45", "52"),
    "dunes": ("64",),
    "steppe": ("15",),
    "pines": ("22", "23"),
    "islands": ("21", "35", "46", "71", "81", "82", "44"),
    "terraced": ("50",),
    "hills": ("33", "34", "36", "42", "43"),
}  # everywhere else: the city on the plain
WATER = ("32", "33", "36", "42", "43", "31", "44", "35", "46", "71", "81", "82", "50", "12")
SAND = ("64", "65", "54", "62", "63")
PALMS = ("46", "44", "35", "45", "71", "81", "82")
CONIFERS = ("22", "23", "15", "65", "63", "54")


def sky(canvas: Canvas, dice: Dice, motif: str, *, sun_left: bool) -> None:
    w, h = canvas.width, canvas.height
    canvas.direct("sky", rect(0, 0, w, h))
    if not canvas.plain and motif:
        MOTIFS[motif](canvas, dice)
    if not canvas.plain:
        stars = [disc(dice.roll(4, w - 4), dice.roll(4, canvas.ground // 2), dice.roll(6, 11) / 10) for _ in range(7)]
        canvas.direct("star", *stars)
    r = 17 * canvas.k
    x = w * (dice.roll(13, 22) if sun_left else dice.roll(76, 86)) / 100
    y = canvas.ground * dice.roll(22, 34) / 100
    canvas.direct("sun", disc(x, y, r))
    # By night this takes a bite out of the sun and leaves a moon.
    canvas.direct("bite", disc(x + r * 0.45, y - r * 0.25, r * 0.86))


def _threads(canvas: Canvas, dice: Dice) -> None:
    canvas.direct("motif", *(f"M{x} 0v{canvas.ground}" for x in range(4, canvas.width, 9)))


def _frames(canvas: Canvas, dice: Dice) -> None:
    y = dice.roll(14, 30)
    holes = "".join(f"M{x} {y + 4}h5M{x} {y + 36}h5" for x in range(3, canvas.width, 12))
    cuts = "".join(f"M{x} {y + 9}v22" for x in range(20, canvas.width, 56))
    canvas.direct("motif", f"M0 {y}h{canvas.width}M0 {y + 40}h{canvas.width}", holes, cuts)


def _dots(canvas: Canvas, dice: Dice) -> None:
    squares = [rect(x, y, 5, 5) for y in range(10, 88, 13) for x in range(6, canvas.width, 13) if dice.chance(26)]
    canvas.direct("motif", *squares)


def _staves(canvas: Canvas, dice: Dice) -> None:
    w, y = canvas.width, dice.roll(30, 46)
    bend = dice.roll(18, 30)
    lines = (
        f"M0 {y + 8 * i}C{w // 3} {y - bend + 8 * i} {w * 2 // 3} {y + bend + 8 * i} {w} {y + 8 * i}" for i in range(5)
    )
    canvas.direct("motif", *lines)


def _rings(canvas: Canvas, dice: Dice) -> None:
    x = dice.roll(canvas.width // 4, canvas.width * 3 // 4)
    canvas.direct("motif", *(disc(x, canvas.ground, r) for r in range(40, canvas.width * 2 // 3, 16)))


def _compass(canvas: Canvas, dice: Dice) -> None:
    x, y, r = dice.roll(canvas.width // 3, canvas.width * 2 // 3), canvas.ground // 2, dice.roll(50, 72)
    canvas.direct(
        "motif",
        disc(x, y, r),
        disc(x + r, y, r),
        f"M0 {y}h{canvas.width}M{x} 0v{canvas.ground}M{x + r} 0v{canvas.ground}",
    )


def _rows(canvas: Canvas, dice: Dice) -> None:
    lines = []
    for y in range(14, 92, 11):
        x = dice.roll(0, 30)
        lines.append(f"M{x} {y}h{dice.roll(canvas.width // 2, canvas.width - 40)}")
    canvas.direct("motif", *lines)


def _clouds(canvas: Canvas, dice: Dice) -> None:
    clouds = []
    for _ in range(3):
        x, y, w = dice.roll(0, canvas.width - 80), dice.roll(20, 70), dice.roll(44, 72)
        clouds.append(f"M{x} {y}h{w}a6 6 0 1 0-6-7a9 9 0 0 0-17-1a7 7 0 0 0-11 5M{x - 12} {y + 6}h{w - 8}")
    canvas.direct("motif", *clouds)


def _birds(canvas: Canvas, dice: Dice) -> None:
    x, y = dice.roll(60, canvas.width - 90), dice.roll(30, 52)
    flock = ((0, 0), (15, -7), (29, -3), (22, 9), (46, -10))
    canvas.direct("motif bold", *(f"M{x + dx} {y + dy}q4-5 7 0q3-5 7 0" for dx, dy in flock))


MOTIFS = {
    "threads": _threads,
    "frames": _frames,
    "dots": _dots,
    "staves": _staves,
    "rings": _rings,
    "compass": _compass,
    "rows": _rows,
    "clouds": _clouds,
    "birds": _birds,
}


def horizon(canvas: Canvas, dice: Dice, province: str) -> None:
    kind = next((name for name, codes in BEHIND.items() if province in codes), "city")
    HORIZONS[kind](canvas, dice)
    canvas.flush()


def _ridge(canvas: Canvas, dice: Dice, ink: str, low: int, high: int, step: int) -> list[tuple[float, float]]:
    """A jagged outline from edge to edge; returns its summits."""
    k, g = canvas.k, canvas.ground
    points: list[tuple[float, float]] = []
    x, up = -dice.roll(0, step), dice.chance(50)
    while x < canvas.width + step:
        points.append((x, g - (dice.roll(high - 12, high) if up else dice.roll(low, low + 14)) * k))
        x += dice.roll(step * 2 // 3, step)
        up = not up
    canvas.direct(ink, poly((points[0][0], g), *points, (points[-1][0], g)))
    return [p for before, p in pairwise(points) if p[1] < before[1]]


def _waves(canvas: Canvas, dice: Dice, ink: str, base: int, swing: int, step: int) -> None:
    """A soft outline: hills, dunes, steppe."""
    k, g = canvas.k, canvas.ground
    x, y = -dice.roll(0, step), g - base * k
    path = f"M{x} {g}V{y}"
    while x < canvas.width:
        path += f"q{step / 2} {-dice.roll(swing // 2, swing) * k} {step} 0"
        x += step
    canvas.direct(ink, f"{path}V{g}z")


def _city(canvas: Canvas, dice: Dice) -> None:
    x, shapes = -dice.roll(0, 16), []
    while x < canvas.width:
        w, h = dice.roll(11, 26), dice.roll(24, 76) * canvas.k
        shapes.append(rect(x, canvas.ground - h, w, h))
        x += w + dice.roll(-2, 10)
    canvas.direct("far", *shapes)
    _waves(canvas, dice, "mid", 16, 10, canvas.width // 5)


def _peaks(canvas: Canvas, dice: Dice) -> None:
    _ridge(canvas, dice, "far", 44, 96, 60)
    _ridge(canvas, dice, "mid", 18, 52, 76)


def _snow(canvas: Canvas, dice: Dice) -> None:
    caps = []
    for x, y in _ridge(canvas, dice, "far", 40, 112, 74):
        caps.append(f"M{x} {y}l-11 17 6-3 5 5 5-5 7 3z")
    canvas.direct("snow", *caps)
    _waves(canvas, dice, "mid", 18, 22, canvas.width // 3)


def _karst(canvas: Canvas, dice: Dice) -> None:
    for ink, low, high, count in (("far", 60, 104, 7), ("mid", 28, 58, 6)):
        shapes = []
        for i in range(count):
            x = canvas.width * i // count + dice.roll(-14, 14)
            w, h = dice.roll(30, 50), dice.roll(low, high) * canvas.k
            g = canvas.ground
            rise = f"C{x + 2} {g - h * 0.7} {x + w // 3} {g - h} {x + w // 2} {g - h}"
            shapes.append(f"M{x} {g}{rise}S{x + w} {g - h * 0.6} {x + w + 4} {g}z")
        canvas.direct(ink, *shapes)


def _dunes(canvas: Canvas, dice: Dice) -> None:
    _ridge(canvas, dice, "far", 40, 66, 110)
    _waves(canvas, dice, "mid", 20, 30, canvas.width // 2)


def _steppe(canvas: Canvas, dice: Dice) -> None:
    _waves(canvas, dice, "far", 36, 22, canvas.width * 2 // 3)
    _waves(canvas, dice, "mid", 18, 16, canvas.width // 2)
    x, g = dice.roll(8, canvas.width // 7), canvas.ground - 19 * canvas.k
    canvas.direct("trim", f"M{x} {g}v-9q13-14 26 0v9z")
    canvas.direct("shade", f"M{x + 10} {g}v-8h6v8z")


def _pines(canvas: Canvas, dice: Dice) -> None:
    _waves(canvas, dice, "far", 46, 26, canvas.width // 2)
    shapes, x = [], -4
    while x < canvas.width:
        h = dice.roll(20, 40) * canvas.k
        shapes.append(f"M{x} {canvas.ground}l7-{h} 7 {h}z")
        x += dice.roll(7, 13)
    canvas.direct("mid", *shapes)


def _islands(canvas: Canvas, dice: Dice) -> None:
    sea = canvas.ground - 30 * canvas.k
    shapes = []
    for _ in range(3):
        x, w, h = dice.roll(-20, canvas.width - 50), dice.roll(60, 120), dice.roll(16, 40) * canvas.k
        shapes.append(f"M{x} {sea}q{w // 4} {-h} {w // 2} {-h * 0.8}t{w // 2} {h * 0.8}z")
    canvas.direct("far", *shapes)
    canvas.direct("mid", rect(0, sea, canvas.width, 30 * canvas.k))
    x = dice.roll(10, canvas.width - 40)
    canvas.direct("trim", f"M{x} {sea + 6}h16l-3 4h-10zM{x + 7} {sea + 4}v-13l8 11z")


def _terraced(canvas: Canvas, dice: Dice) -> None:
    _ridge(canvas, dice, "far", 50, 92, 80)
    g, shapes, x = canvas.ground, [], -6
    while x < canvas.width:
        w, h = dice.roll(14, 24), dice.roll(26, 58) * canvas.k
        shapes.append(rect(x, g - h, w, h) + f"M{x - 2} {g - h}l{w // 2 + 2}-7 {w // 2 + 2} 7z")
        x += w + dice.roll(0, 5)
    canvas.direct("mid", *shapes)


def _hills(canvas: Canvas, dice: Dice) -> None:
    _waves(canvas, dice, "far", 44, 56, canvas.width // 3)
    _waves(canvas, dice, "mid", 20, 34, canvas.width * 2 // 5)


HORIZONS = {
    "city": _city,
    "peaks": _peaks,
    "snow": _snow,
    "karst": _karst,
    "dunes": _dunes,
    "steppe": _steppe,
    "pines": _pines,
    "islands": _islands,
    "terraced": _terraced,
    "hills": _hills,
}


def foreground(canvas: Canvas, dice: Dice, province: str, building: str, start: int, span: int) -> None:
    w, h, g = canvas.width, canvas.height, canvas.ground
    _trees(canvas, dice, province, start, span)
    if province in WATER and dice.chance(75):
        canvas.direct("ground", rect(0, g, w, 6 * canvas.k))
        canvas.direct("water", rect(0, g + 6 * canvas.k, w, h - g))
        if not canvas.plain:
            for ink, share in (("glint", 7), ("gleam", 5)):
                canvas.direct(
                    ink,
                    *(f"M{dice.roll(0, w)} {g + 12 * canvas.k + i * 4}h{dice.roll(14, 60)}" for i in range(share)),
                )
    elif province in SAND:
        canvas.direct("ground", rect(0, g, w, h - g))
        canvas.direct("joint", *(f"M0 {g + 9 + i * 11}q{w // 4}-8 {w // 2} 0t{w // 2} 0" for i in range(4)))
    elif building in ("ironworks", "vaults", "gasworks", "works"):
        canvas.direct("ground", rect(0, g, w, h - g))
        y = g + (h - g) * 0.42
        sleepers = "".join(f"M{x} {y - 4}l-5 13" for x in range(4, w + 8, 13))
        canvas.direct("joint", f"M0 {y}h{w}M0 {y + 6}h{w}", sleepers)
    else:
        canvas.direct("ground", rect(0, g, w, h - g))
        middle = w // 2 + dice.roll(-20, 20)
        lines = "".join(f"M{middle + i * 30} {g}L{middle + i * 96} {h}" for i in range(-6, 7))
        canvas.direct("joint", f"M0 {g + (h - g) * 0.3}h{w}M0 {g + (h - g) * 0.68}h{w}", lines)
    if not canvas.plain:
        _people(canvas, dice, start, span)


def _trees(canvas: Canvas, dice: Dice, province: str, start: int, span: int) -> None:
    g, k = canvas.ground, canvas.k
    spots = [start - dice.roll(8, 30), start + span + dice.roll(6, 30), start + dice.roll(10, span - 10)]
    if canvas.width > 400:
        spots += [dice.roll(10, 70), canvas.width - dice.roll(60, 110)]
    if canvas.plain:
        spots = spots[:2]
    leaves, stems = [], []
    for x in spots:
        t = dice.roll(30, 46) * k
        if province in PALMS:
            stems.append(f"M{x} {g}q3-{t * 0.6} 1-{t * 1.25}")
            y = g - t * 1.25
            leaves.append(f"M{x + 1} {y}q-10-8-17 4q9-4 17-2q-8 1-10 9q7-6 11-8q4 1 9 9q-1-8-8-10q8-2 17 3q-6-13-19-5z")
        elif province in CONIFERS:
            stems.append(f"M{x} {g}v-8")
            for i in range(3):
                y, half = g - 5 - t * 0.34 * i, 12 * k - i * 2.5
                leaves.append(f"M{x - half} {y}h{2 * half}l{-half}-{t * 0.5}z")
        elif dice.chance(30):
            stems.append(f"M{x} {g}v-{t}")
            leaves.append(f"M{x} {g - t * 1.5}c7 {t * 0.3} 8 {t} 0 {t * 1.22}c-8-{t * 0.22}-7-{t * 0.92} 0-{t * 1.22}z")
        else:
            r = t * 0.36
            stems.append(f"M{x} {g}v-{t * 0.8}M{x} {g - t * 0.4}l6-8")
            leaves.append(disc(x, g - t, r))
            leaves.append(disc(x + r * 0.7, g - t * 0.78, r * 0.7))
    canvas.direct("stem", *stems)
    canvas.direct("leaf", *leaves)


def _people(canvas: Canvas, dice: Dice, start: int, span: int) -> None:
    """One to three passers-by, for scale."""
    shapes = []
    for _ in range(dice.roll(1, 3)):
        x, y = dice.roll(start, start + span), canvas.ground + dice.roll(1, 5)
        shapes.append(disc(x, y - 12, 1.7) + f"M{x - 2} {y}l.6-9.5h2.8l.6 9.5h-1.5l-.5-4-.5 4z")
    canvas.direct("folk", *shapes)


def seal(canvas: Canvas, character: str) -> None:
    """The province's one-character name, as a painter would sign."""
    if not character:
        return
    side = 19 * canvas.k
    x, y = canvas.width - side - 9, canvas.height - side - 8
    canvas.direct("seal", rect(x, y, side, side))
    canvas.text("mark", x + side / 2, y + side * 0.77, character[:1])
