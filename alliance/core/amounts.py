"""Whole numbers as people read them: shares kept in basis points, money kept in fen."""

from decimal import Decimal


def percent(share: int) -> str:
    """Basis points: 6000 is 60 %, 6250 is 62.5 %."""
    return f"{share / 100:.2f}".rstrip("0").rstrip(".") + " %"


def yuan(fen: int) -> str:
    """123456789 is 1,234,567.89; whole yuan without decimals."""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}" + (f".{rest:02d}" if rest else "")


def exact_yuan(fen: int | None) -> Decimal | None:
    """For files that others count with: never a binary fraction."""
    return None if fen is None else Decimal(fen) / 100
