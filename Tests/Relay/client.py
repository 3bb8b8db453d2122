"""What the owner of a mailbox, and whoever leaves cells in it, ask of a relay."""

import json
import time

import wire
from connection import Connection, Unanswered
from problems import Surprise, refusal

OCTETS = "application/octet-stream"


class Place:
    """Where a relay is and how it is known. `clock` gives its time, in which requests are signed."""

    def __init__(self, host, port, pin, clock=time.time):
        self.host, self.port, self.pin, self.clock = host, port, pin, clock
        self.identity = self.difficulty = None

    def connection(self, timeout=70):
        return Connection(self.host, self.port, self.pin, timeout)

    def learn(self, connection=None):
        """Reads GET /v1/relay."""
        answer = (connection or self.connection(5)).ask("GET", "/v1/relay")
        if answer.status != 200:
            raise refusal(*answer)
        about = json.loads(answer.content)
        self.identity, self.difficulty = wire.from_b64url(about["identity"]), about["work_difficulty"]
        return about


class Mailbox:
    """A mailbox's key, address and kind; the holder of the object is the owner."""

    def __init__(self, kind=wire.SESSION):
        self.key, self.kind = wire.Key(), kind
        self.address = wire.address(self.key.public)
        self.path = "/v1/mailboxes/" + wire.b64url(self.key.public)
        self.drop = "/v1/drops/" + wire.b64url(self.address)


class Client:
    """The calls over one connection. Every call returns, or raises Refused, Unanswered or Surprise."""

    def __init__(self, place, timeout=70):
        self.place, self.connection = place, place.connection(timeout)

    def close(self):
        self.connection.close()

    def call(self, method, path, query="", content=None, headers=None, key=None, expect=204):
        headers = dict(headers or {})
        if content is not None:
            headers.setdefault("content-type", OCTETS)
        if key:
            headers |= wire.signed_headers(key, self.place.identity, method, path, query, content, self.place.clock())
        answer = self.connection.ask(method, path + ("?" + query if query else ""), content, headers)
        if answer.status != expect:
            raise refusal(*answer)
        if expect == 204 and answer.content:
            raise Surprise("204 with content")
        return answer

    def _work(self, task, what):
        day = int(self.place.clock()) // 86400
        return {"authorization": wire.work_header(
            wire.stamp(task, self.place.identity, what, self.place.difficulty, day))}

    def make(self, mailbox):
        self.call("PUT", mailbox.path, content=bytes([1, mailbox.kind]), key=mailbox.key,
                   headers=self._work(wire.MAILBOX, mailbox.key.public + bytes(32)))

    def deposit(self, mailbox, cell, token=None):
        """Leaves a cell. An intake is paid for: with a token, or else with work."""
        paid = {}
        if token:
            paid = {"authorization": 'PrivateToken token="%s"' % wire.b64url(token)}
        elif mailbox.kind == wire.INTAKE:
            paid = self._work(wire.DEPOSIT, mailbox.address + wire.cell_id(cell))
        self.call("POST", mailbox.drop, content=cell, headers=paid)

    def collect(self, mailbox, slots=16, wait=0):
        """The oldest cells as (sequence, cell)."""
        answer = self.call("GET", mailbox.path + "/cells", "slots=%d&wait=%d" % (slots, wait), key=mailbox.key, expect=200)
        try:
            return wire.read_slots(answer.content, slots)
        except ValueError as error:
            raise Surprise(str(error)) from None

    def acknowledge(self, mailbox, items, slots=16):
        """Acknowledges (sequence, cell id) pairs."""
        self.call("POST", mailbox.path + "/acknowledgements", content=wire.acknowledgements(items, slots), key=mailbox.key)

    def delete(self, mailbox):
        self.call("DELETE", mailbox.path, key=mailbox.key)


def persistently(action, patience=20, pause=0.05):
    """Repeats a harmless action while it goes unanswered or the relay asks to be asked later."""
    end = time.monotonic() + patience
    while True:
        try:
            return action()
        except Unanswered:
            if time.monotonic() > end:
                raise
        except Exception as refused:
            if getattr(refused, "word", "") not in ("too-many-requests", "busy") or time.monotonic() > end:
                raise
        time.sleep(pause)
