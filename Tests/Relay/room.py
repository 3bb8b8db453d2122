"""A full disk: `full`. The state folder lies on a small tmpfs."""

import os
import subprocess
import threading
import time

import wire
from client import Client, persistently
from daemon import Broken, CannotRun, Relay
from history import total
from load import Box, drain, make
from problems import Refused

SIZE = 64 << 20
BOXES, AGAIN = 40, 60  # mailboxes; seconds until there is room again


def word_of(act):
    """Does something, and returns the word that it was refused with, or None."""
    try:
        act()
    except Refused as refused:
        return refused.word
    return None


def put(client, box):
    """One deposit of a new cell; the word that it was refused with, or None."""
    cell = os.urandom(wire.CELL)
    box.ledger.sending(cell)
    word = word_of(lambda: client.deposit(box.mailbox, cell))
    if word is None:
        box.ledger.stored(cell)
    elif word == "uncertain":
        box.ledger.unanswered(cell)
    return word


def fill(place, boxes, words):
    """Deposits until the disk is full; notes every other refusal."""
    client = Client(place)
    for box in boxes:
        while (word := put(client, box)) not in ("mailbox-full", "disk-full"):
            if word == "too-many-requests":
                time.sleep(0.05)
            elif word:
                words.append(word)
                return
        if word == "disk-full":
            words.append(word)
            return
    client.close()


def full(run):
    with Relay(plant=run.plant) as relay:
        disk = os.path.dirname(relay.state) + "/disk"
        os.mkdir(disk)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%d,mode=700" % SIZE, "callbox-faults", disk],
                          stderr=subprocess.DEVNULL).returncode:
            raise CannotRun("a tmpfs needs root")
        try:
            relay.state = disk + "/state"
            relay.init().start()
            fill_and_empty(run, relay)
        finally:
            relay.kill()
            subprocess.run(["umount", disk], check=True)


def fill_and_empty(run, relay):
    place, boxes = relay.place, [Box() for _ in range(BOXES)]
    make(place, boxes)
    words, begun = [], time.monotonic()
    threads = [threading.Thread(target=fill, args=(place, boxes[n::4], words)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if "disk-full" not in words or set(words) - {"disk-full"}:
        raise Broken("filling it ended with %s, not with disk-full" % sorted(set(words) or {"mailbox-full everywhere"}))
    run.say("full after %d s" % (time.monotonic() - begun))

    client = Client(place)
    for act, name in ((lambda: put(client, boxes[-1]), "a deposit"), (lambda: word_of(lambda: client.make(Box().mailbox)), "a new mailbox")):
        word = act()
        if word not in ("disk-full", None):
            run.fail("%s is refused as %s on a full disk" % (name, word))
    client.close()

    # A full disk does not keep it from starting.
    relay.kill()
    relay.start()
    begun = time.monotonic()
    drain(place, boxes[:BOXES // 2])
    run.say("half of it collected and acknowledged in %d s" % (time.monotonic() - begun))

    client, begun = Client(place), time.monotonic()
    while (word := persistently(lambda: put(client, boxes[0]))) is not None:
        if time.monotonic() - begun > AGAIN:
            raise Broken("deposits are still refused as %s %d s after room was made" % (word, AGAIN))
        time.sleep(0.5)
    run.say("room again after %.1f s" % (time.monotonic() - begun))
    status, _ = relay.terminate(40)
    if status:
        run.fail("ended with %d after SIGTERM" % status)
    relay.start()
    drain(place, boxes)
    run.report(total(box.ledger for box in boxes), "%d MiB" % (SIZE >> 20))
