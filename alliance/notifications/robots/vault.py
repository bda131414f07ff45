"""Addresses and secrets of robots, sealed before they are stored: whoever reads the database can write to no group."""

from alliance.core.sealing import Seal, SealBroken

__all__ = ["SealBroken", "seal", "unseal"]

_ROBOTS = Seal("portal group robots")
seal, unseal = _ROBOTS.seal, _ROBOTS.unseal
