"""How much of a table is taken (platform spec, 6.43 and 6.45)."""

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_CELL = 32 * 1024  # characters

# Of the archive an XLSX file is. Everything is counted while it is unpacked; what its directory says is not believed.
MAX_ENTRIES = 2_000
MAX_DIRECTORY = 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
# Below this much unpacked text a high ratio is no attack: a small sheet of equal rows packs well.
RATIO_FROM = 1024 * 1024
# Parts that are held in memory as a whole are small ones.
MAX_SMALL_PART = 8 * 1024 * 1024
MAX_DEPTH = 64
MAX_STYLES = 65_536
MAX_MERGES = 20_000
