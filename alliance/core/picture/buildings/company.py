"""What stands beside a building."""

from ..canvas import Canvas, Dice, poly, rect


def company(c: Canvas, dice: Dice, x: int, w: int) -> None:
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
