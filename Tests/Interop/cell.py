"""cell.md: cells, mailbox addresses, frames, padding."""

from primitives import Refused, blake2b_256, sealed_box, sealed_box_open

CELL, FRAME = 8192, 8144
INIT, RATCHET = 1, 2
PADDED = {INIT: 4232, RATCHET: 5653}


def cell_id(cell):
    return blake2b_256(cell)


def address(collect_public):
    return blake2b_256(b"callbox/v1/mailbox" + collect_public)


def check_frame(frame):
    if len(frame) != FRAME:
        raise Refused("frame: length")
    if frame[0] not in (INIT, RATCHET) or frame[1] != 1:
        raise Refused("frame: kind or version")


def seal_cell(sealing_public, frame):
    check_frame(frame)
    return sealed_box(sealing_public, frame)


def open_cell(sealing_private, cell):
    if len(cell) != CELL:
        raise Refused("cell: length")
    frame = sealed_box_open(sealing_private, cell)
    check_frame(frame)
    return frame


def ratchet_frame(message):
    frame = bytes([RATCHET, 1]) + message
    check_frame(frame)
    return frame


def pad(kind, content):
    size = PADDED[kind]
    if len(content) > size - 2:
        raise ValueError("content too long")
    return len(content).to_bytes(2, "big") + content + bytes(size - 2 - len(content))


def unpad(kind, padded):
    length = int.from_bytes(padded[:2], "big")
    if len(padded) != PADDED[kind] or length > PADDED[kind] - 2:
        raise Refused("padding: length")
    if any(padded[2 + length:]):
        raise Refused("padding: a byte is not zero")
    return padded[2:2 + length]
