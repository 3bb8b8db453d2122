"""Clocks that jump: `clock`. The wall clock is set wrong by wall.c, preloaded; the machine's uptime is a file of ours, mounted over the
kernel's in the relay's own mount namespace. So days pass in a second, in any build."""

import os
import shutil
import subprocess
import sys
import time

import wire
from client import Client, persistently
from daemon import Broken, CannotRun, Relay
from history import total
from load import Box, collect, deposit, make

DAY = 86400
RETENTION, JITTER = 14, 2  # days
SHIM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "wall.c")
UPTIME = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /proc/uptime && exec "$@"']


class Clocks:
    """The clocks of one relay."""

    def __init__(self, relay):
        compiler = shutil.which("clang") or shutil.which("cc")
        if not compiler or not shutil.which("unshare"):
            raise CannotRun("no C compiler, or no unshare")
        library, self._wall, self._uptime = (os.path.join(relay.scratch, name) for name in ("wall.so", "wall", "uptime"))
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SHIM], check=True)
        self._offset, self._days = 0, 0
        relay.place.clock = lambda: time.time() + self._offset
        self.wrapper = ["env", "LD_PRELOAD=" + library, "CALLBOX_WALL=" + self._wall, *UPTIME, self._uptime]
        self.wall(0)
        self.pass_days(0)
        trial = subprocess.run([*self.wrapper, "cat", "/proc/uptime"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if trial.returncode:
            raise CannotRun("a mount namespace needs root")

    def wall(self, days):
        """Sets the wall clock so many days wrong."""
        self._offset = days * DAY
        with open(self._wall, "r+b" if os.path.exists(self._wall) else "wb") as f:
            f.write(self._offset.to_bytes(8, sys.byteorder, signed=True))

    def pass_days(self, days):
        """Lets the machine have run for so many days more."""
        self._days += days
        with open(self._uptime, "r+" if os.path.exists(self._uptime) else "w") as f:
            f.write("%d.00 0.00\n" % (time.clock_gettime(time.CLOCK_BOOTTIME) + self._days * DAY))


def all_there(place, boxes, when):
    """Every cell that must be there is delivered (no more than one collection's worth lies in a box)."""
    client = Client(place)
    for box in boxes:
        seen = {name for _, name in persistently(lambda: collect(client, box))}
        if box.ledger.waiting() - seen:
            box.ledger.emptied(seen)
            raise Broken("%d cells expired early: %s" % (len(box.ledger.waiting() - seen), when))
    client.close()


def leave(place, boxes, count):
    client = Client(place)
    for box in boxes:
        for _ in range(count):
            if not deposit(client, box, os.urandom(wire.CELL)):
                raise Broken("a deposit was refused: %s" % box.ledger.surprises)
    client.close()


def clock(run):
    with Relay(plant=run.plant) as relay:
        clocks = Clocks(relay)
        relay.init().start(clocks.wrapper)
        place, boxes = relay.place, [Box(), Box(wire.INTAKE)]
        make(place, boxes)
        leave(place, boxes, 4)
        for days in (30, -30):
            clocks.wall(days)
            time.sleep(3)
            all_there(place, boxes, "the clock jumped by %+d days" % days)
            leave(place, boxes, 2)
            relay.kill()
            relay.start(clocks.wrapper)
            time.sleep(3)
            all_there(place, boxes, "the clock jumped by %+d days, and the relay was started again" % days)
        run.say("jumps of the clock by 30 days, both ways: nothing expired")

        clocks.pass_days(RETENTION - 1)
        time.sleep(3)
        all_there(place, boxes, "%d days passed" % (RETENTION - 1))
        young = [Box()]
        make(place, young)
        leave(place, young, 2)
        # The clock is 30 days behind all the time: that keeps nothing.
        clocks.pass_days(JITTER + 3)
        client, end = Client(place), time.monotonic() + 30
        for box in boxes:
            while left := len(persistently(lambda: client.collect(box.mailbox))):
                if time.monotonic() > end:
                    raise Broken("%d cells are still there after %d days" % (left, RETENTION + JITTER + 2))
                time.sleep(0.5)
        all_there(place, young, "they came 5 days ago")
        run.say("after %d days all is gone, though the clock stands 30 days behind; what came later is there" % (RETENTION + JITTER + 2))
        run.report(total(box.ledger for box in boxes + young))
