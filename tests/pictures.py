"""Pictures that tests send: real ones, of one colour, made here."""

import struct
import zlib


def make_png(width: int = 64, height: int = 48, colour: tuple[int, int, int] = (214, 120, 60)) -> bytes:
    """Make a PNG picture of one colour."""
    row = b"\0" + bytes(colour) * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(row * height)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
