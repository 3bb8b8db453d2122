"""Reads a TLS ClientHello (RFC 8446 section 4.1.2): what an onlooker sees of a client before anything is encrypted."""

SERVER_NAME, SESSION_TICKET, PRE_SHARED_KEY, EARLY_DATA, KEY_SHARE = 0, 35, 41, 42, 51


class Hello:
    """What stands in a ClientHello."""

    def __init__(self, record):
        body = Cursor(record[9:])
        body.take(2)
        self.size, self.random = len(record), body.take(32)
        self.session = body.take(body.number(1))
        self.suites = body.take(body.number(2))
        self.compressions = body.take(body.number(1))
        self.extensions = []
        rest = Cursor(body.take(body.number(2)))
        while rest.left():
            kind = rest.number(2)
            self.extensions.append((kind, rest.take(rest.number(2))))

    def extension(self, kind):
        """The content of an extension, or None."""
        return next((content for name, content in self.extensions if name == kind), None)

    def name(self):
        """The server that is asked for, or None."""
        content = self.extension(SERVER_NAME)
        return None if content is None else content[5:].decode("ascii")

    def form(self):
        """All that is not drawn anew each time: the fingerprint."""
        drawn = {KEY_SHARE: shares}
        parts = [(kind, drawn[kind](content) if kind in drawn else content) for kind, content in self.extensions]
        return self.size, len(self.session), self.suites, self.compressions, tuple(parts)


def shares(content):
    """Groups and lengths of the keys that are offered."""
    rest = Cursor(content[2:])
    offered = []
    while rest.left():
        group, length = rest.number(2), rest.number(2)
        rest.take(length)
        offered.append((group, length))
    return tuple(offered)


class Cursor:
    """Bytes, from the first to the last."""

    def __init__(self, data):
        self._data, self._at = data, 0

    def left(self):
        """How many are left."""
        return len(self._data) - self._at

    def take(self, count):
        """The next so many."""
        if count > self.left():
            raise ValueError("cut off")
        self._at += count
        return self._data[self._at - count:self._at]

    def number(self, count):
        """The next so many as a number."""
        return int.from_bytes(self.take(count), "big")
