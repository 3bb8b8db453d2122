"""Looks for the bytes of cells in files."""

import os

STEP, PIECE = 256, 16


def pieces(cell):
    """Pieces of a random cell, one every 256 bytes: wherever a store cuts it, most stay whole."""
    return [cell[at:at + PIECE] for at in range(0, len(cell) - PIECE, STEP)]


def places(cells, files, also=()):
    """Where any piece of any of the cells stands: [(name, pieces)]. `also` holds (name, bytes) pairs."""
    wanted = [piece for cell in cells for piece in pieces(cell)]
    found = []
    for name, data in [*((os.path.basename(path), _read(path)) for path in files), *also]:
        count = sum(piece in data for piece in wanted)
        if count:
            found.append((name, count))
    return found


def _read(path):
    try:
        with open(path, "rb") as f:
            return f.read()
    except FileNotFoundError:
        return b""
