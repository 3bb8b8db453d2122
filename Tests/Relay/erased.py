"""Deleted means gone: `gone`. The bytes of cells are looked for in every file of the state folder, the log and the metrics."""

import os
import time

import wire
from client import Client, persistently
from clock import JITTER, RETENTION, Clocks
from daemon import Broken, Relay
from load import Box, Load, make
from search import places

LIMIT = 60  # seconds


def leave(place, box, count=5):
    client, cells = Client(place), [os.urandom(wire.CELL) for _ in range(count)]
    for cell in cells:
        persistently(lambda: client.deposit(box.mailbox, cell))
    client.close()
    return cells


def acknowledge(client, box):
    while items := client.collect(box.mailbox):
        client.acknowledge(box.mailbox, [(sequence, wire.cell_id(cell)) for sequence, cell in items])


def gone(run):
    with Relay(plant=run.plant) as relay:
        clocks = Clocks(relay)
        relay.init().start(clocks.wrapper)
        busy = [Box(live=True), Box(live=True)]
        control = Box()
        make(relay.place, busy + [control])
        kept = leave(relay.place, control)
        load = Load(relay.place, busy, 0).start()  # others write all the time: the log must be cut off under them too
        client = Client(relay.place)
        try:
            for name, act in (("acknowledged", lambda box: acknowledge(client, box)),
                              ("deleted", lambda box: client.delete(box.mailbox)),
                              ("expired", lambda box: clocks.pass_days(RETENTION + JITTER + 2))):
                box = Box()
                persistently(lambda: client.make(box.mailbox))
                cells = leave(relay.place, box)
                if len(places(cells, relay.files())) == 0:
                    raise Broken("the cells were never found: the search does not work")
                if name == "expired":
                    if not places(kept, relay.files()):
                        raise Broken("cells that nobody touched are gone")
                    cells += kept
                act(box)
                begun = time.monotonic()
                while found := places(cells, relay.files()):
                    if time.monotonic() - begun > LIMIT:
                        raise Broken("%d s after they were %s, cells stand in %s" % (
                            LIMIT, name, ", ".join("%s (%d pieces)" % place for place in found)))
                    time.sleep(1)
                run.say("%s: gone from every file after %.0f s" % (name, time.monotonic() - begun))
                if told := places(cells, [], [("log", relay.written()), ("metrics", relay.metrics())]):
                    raise Broken("cells stand in the %s" % told[0][0])
        finally:
            load.stop()
