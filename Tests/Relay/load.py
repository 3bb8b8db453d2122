"""Clients that keep a relay busy and write down what they do."""

import os
import random
import threading
import time

import wire
from client import Client, Mailbox, persistently
from connection import Unanswered
from history import Ledger
from problems import Refused, Surprise


class Box:
    """A mailbox and its history. `live` ones are collected while cells come; the others only between."""

    def __init__(self, kind=wire.SESSION, live=False):
        self.mailbox, self.ledger, self.live = Mailbox(kind), Ledger(), live
        self.unknown = []  # cells without an answer
        self.sent = []     # some that were answered, to be sent again

    def __str__(self):
        return "%s %s" % ("live" if self.live else "standing", "intake" if self.mailbox.kind == wire.INTAKE else "session")


def deposit(client, box, cell):
    """One deposit, written down. Returns whether it was answered 204."""
    box.ledger.sending(cell)
    try:
        client.deposit(box.mailbox, cell)
    except Refused as refused:
        if refused.word == "uncertain":
            box.ledger.unanswered(cell)
            box.unknown.append(cell)
        elif refused.retry_after is not None:
            time.sleep(0.05)
        else:
            box.ledger.surprise(str(refused))
        return False
    except Unanswered:
        box.ledger.unanswered(cell)
        box.unknown.append(cell)
        return False
    except Surprise as surprise:
        box.ledger.unanswered(cell)
        box.ledger.surprise(str(surprise))
        return False
    box.ledger.stored(cell)
    return True


def collect(client, box, wait=0):
    """One collection, written down. Returns (sequence, cell id) pairs."""
    begun = time.monotonic()
    return box.ledger.delivered(client.collect(box.mailbox, wait=wait), begun)


def acknowledge(client, box, named):
    box.ledger.acknowledging(named)
    client.acknowledge(box.mailbox, named)
    box.ledger.acknowledged(named)


class Load:
    """Depositors on every box, and a collector on the live ones, each with a connection of its own."""

    def __init__(self, place, boxes, seed):
        self._place, self._stop = place, threading.Event()
        self._threads = [threading.Thread(target=self._deposit, args=(box, random.Random(repr((seed, n)))), daemon=True)
                         for n, box in enumerate(boxes)]
        self._threads += [threading.Thread(target=self._collect, args=(box, random.Random(repr((seed, -n)))), daemon=True)
                          for n, box in enumerate(boxes) if box.live]

    def start(self):
        for thread in self._threads:
            thread.start()
        return self

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join(90)
            if thread.is_alive():
                raise Surprise("a client got no answer for 90 s")

    def _deposit(self, box, chance):
        client = Client(self._place, timeout=20)
        while not self._stop.is_set():
            again = box.sent and chance.random() < 0.2
            cell = chance.choice(box.sent) if again else os.urandom(wire.CELL)
            if deposit(client, box, cell):
                if not again:
                    box.sent = box.sent[-15:] + [cell]
            else:
                self._stop.wait(0.01)
        client.close()

    def _collect(self, box, chance):
        client = Client(self._place, timeout=20)
        while not self._stop.is_set():
            try:
                named = collect(client, box, wait=1)
                acknowledge(client, box, named[:chance.randint(0, len(named))])
            except Unanswered:
                self._stop.wait(0.01)
            except Refused as refused:
                if refused.word not in ("busy", "too-many-requests", "uncertain"):
                    box.ledger.surprise(str(refused))
                self._stop.wait(0.05)
            except Surprise as surprise:
                box.ledger.surprise(str(surprise))
        client.close()


def make(place, boxes):
    client = Client(place)
    for box in boxes:
        persistently(lambda: client.make(box.mailbox))
    client.close()


def settle(place, boxes):
    """Sends half of what was not answered again, as clients do, and some cells that were answered long ago."""
    client = Client(place)
    for box in boxes:
        for cell in box.unknown[::2] + box.sent[-3:]:
            deposit(client, box, cell)
        box.unknown = []
    client.close()


def drain(place, boxes):
    """Collects and acknowledges until every box is empty. Whatever must be there and is not, is lost."""
    client = Client(place)
    for box in boxes:
        seen = set()
        while not (named := set(persistently(lambda: collect(client, box)))) <= seen:  # also when nothing goes
            seen |= named
            persistently(lambda: acknowledge(client, box, named))
        box.ledger.emptied({name for _, name in seen})
    client.close()
