"""No oracle: `oracle`. Without a mailbox's key, an existing, an unknown and a deleted mailbox answer alike: byte for byte but for the
date, and in time. One connection; each round asks about all three in an order drawn by lot."""

import os
import random
import re
import statistics
import time

import wire
from client import Client, persistently
from connection import connect
from daemon import Broken, Relay
from load import Box, deposit, make

POOL, KINDS = 16, ("existing", "unknown", "deleted")
RESAMPLES, ALLOWED = 1000, 0.02
# What tells of the time, and of the connection: a relay ends one after so many requests.
PASSING = re.compile(rb"\r\n(date: [^\r]*|connection: close)", re.I)
WARM = 200  # rounds that are not counted


class Wire:
    """Bytes out, one answer in: nothing between the clock and the socket."""

    def __init__(self, place):
        self._place, self._socket = place, None

    def ask(self, request):
        """Returns (nanoseconds, answer)."""
        if self._socket is None:
            self._socket = connect(self._place.host, self._place.port, self._place.pin, 20)
        begun = time.perf_counter_ns()
        self._socket.sendall(request)
        answer = self._socket.recv(65536)
        while not self._whole(answer):
            more = self._socket.recv(65536)
            if not more:
                raise Broken("the connection ended in an answer")
            answer += more
        taken = time.perf_counter_ns() - begun
        if b"\r\nconnection: close" in answer.lower():
            self._socket.close()
            self._socket = None
        return taken, answer

    @staticmethod
    def _whole(answer):
        head, mark, content = answer.partition(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: (\d+)", head, re.I)
        return bool(mark) and len(content) >= (int(length[1]) if length else 0)


def forged(place, box):
    """A collection that another key signed in the name of the mailbox's: right in form, wrong in nothing but the signature."""
    path, query = box.mailbox.path + "/cells", "slots=2&wait=0"
    fields = wire.signed_headers(wire.Key(), place.identity, "GET", path, query, None, place.clock(), keyid=box.mailbox.key.public)
    lines = ["GET %s?%s HTTP/1.1" % (path, query), "host: relay"] + ["%s: %s" % field for field in fields.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def interval(differences):
    """The 95 % bootstrap interval of the median."""
    medians = sorted(statistics.median(random.choices(differences, k=len(differences))) for _ in range(RESAMPLES))
    return medians[RESAMPLES * 25 // 1000], medians[RESAMPLES * 975 // 1000 - 1]


def oracle(run):
    with Relay(plant=run.plant) as relay:
        relay.init().start()
        place, boxes = relay.place, {kind: [Box() for _ in range(POOL)] for kind in KINDS}
        client = Client(place)
        make(place, boxes["existing"] + boxes["deleted"])
        for box in boxes["existing"] + boxes["deleted"]:
            deposit(client, box, os.urandom(wire.CELL))
        for box in boxes["deleted"]:
            persistently(lambda: client.delete(box.mailbox))
        client.close()
        time.sleep(2)  # for what the relay does after that

        times, answers, line = {kind: [] for kind in KINDS}, set(), Wire(place)
        for number in range(run.pairs + WARM):
            for kind in random.sample(KINDS, len(KINDS)):
                taken, answer = line.ask(forged(place, random.choice(boxes[kind])))
                if number >= WARM:
                    times[kind].append(taken)
                answers.add(PASSING.sub(b"", answer))
        if len(answers) != 1:
            common = set.intersection(*(set(answer.split(b"\r\n")) for answer in answers))
            run.fail("the answers differ: %s" % " | ".join(sorted(
                repr([line for line in answer.split(b"\r\n") if line not in common])[:200] for answer in answers)))
        elif not next(iter(answers)).startswith(b"HTTP/1.1 403 "):
            raise Broken("a forged request was answered %r" % next(iter(answers))[:60])
        middle = statistics.median(times["unknown"])
        for kind in ("existing", "deleted"):
            low, high = interval([one - other for one, other in zip(times[kind], times["unknown"])])
            run.say("%s against unknown: %d pairs, median of the difference between %+.2f %% and %+.2f %% of %.0f µs" % (
                kind, run.pairs, 100 * low / middle, 100 * high / middle, middle / 1000))
            if max(-low, high) > ALLOWED * middle:
                run.fail("an %s mailbox shows in time" % kind)
