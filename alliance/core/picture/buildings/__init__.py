"""The buildings, one function each: (canvas, dice, left edge, width). They stand on the ground line of the canvas.

Measures are those of a card; `k` scales heights to the other sizes, widths follow from the span.
"""

from .company import company
from .culture import gallery, gate, hall, studio, theatre, workshops
from .houses import arcade, cottages, fort, lane, studios
from .industry import brewery, gasworks, ironworks, kilns, mill, printworks, silos, vaults, warehouses, works
from .modern import blocks, pixels, slabs, span, terraces, tower, towers

__all__ = [
    "arcade",
    "blocks",
    "brewery",
    "company",
    "cottages",
    "fort",
    "gallery",
    "gasworks",
    "gate",
    "hall",
    "ironworks",
    "kilns",
    "lane",
    "mill",
    "pixels",
    "printworks",
    "silos",
    "slabs",
    "span",
    "studio",
    "studios",
    "terraces",
    "theatre",
    "tower",
    "towers",
    "vaults",
    "warehouses",
    "works",
    "workshops",
]
