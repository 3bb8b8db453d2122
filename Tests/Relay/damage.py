"""One bit that the disk turned: `flip`, many rounds on a stopped relay. Nothing altered is served, nothing is deleted, and what cannot
be served is named, by `callboxd check` or in the log."""

import os
import random
import re
import shutil
from collections import Counter

import wire
from client import Client
from connection import Unanswered
from daemon import Broken, Relay
from load import Box, acknowledge, collect, deposit, make
from problems import Refused, Surprise
from search import places

NAMED = re.compile(rb"damage|corrupt|malformed|quarantin|unreadable|warning|error|critical", re.I)
CELLS = 10  # a mailbox; fewer than one collection takes


def furnish(relay, boxes):
    """Cells in every box, the first two acknowledged, one more at the very end. Returns {cell id: cell} of what must be there, the ids of
    what was erased, and the last."""
    make(relay.place, boxes)
    client, cells, erased = Client(relay.place), {}, set()
    for box in boxes:
        for _ in range(CELLS):
            cell = os.urandom(wire.CELL)
            deposit(client, box, cell)
            cells[wire.cell_id(cell)] = cell
    for box in boxes:
        named = collect(client, box)[:2]
        acknowledge(client, box, named)
        for _, name in named:
            cells.pop(name, None)
            erased.add(name)
    last = os.urandom(wire.CELL)
    deposit(client, boxes[0], last)
    cells[wire.cell_id(last)] = last
    client.close()
    return cells, erased, wire.cell_id(last)


def turn_a_bit(path, chance):
    at = chance.randrange(os.path.getsize(path))
    with open(path, "r+b") as f:
        f.seek(at)
        byte = f.read(1)[0] ^ 1 << chance.randrange(8)
        f.seek(at)
        f.write(bytes([byte]))
    return at


def flip(run, logs=True):
    with Relay(plant=run.plant) as relay:
        relay.init().start()
        boxes = [Box() for _ in range(3)]
        cells, erased, last = furnish(relay, boxes)
        relay.kill()
        bases = [relay.state + ".killed"] if logs else []
        for base in bases:
            shutil.copytree(relay.state, base)
        relay.start()
        relay.terminate(40)
        bases.append(relay.state + ".stopped")
        shutil.copytree(relay.state, bases[-1])
        sound = relay.command("check")[0]
        chance, tally = random.Random(), Counter()
        for number in range(run.cycles):
            shutil.rmtree(relay.state)
            shutil.copytree(bases[number % len(bases)], relay.state)
            files = [path for path in relay.files() if re.search(r"relay\.sqlite(-wal)?$", path) and os.path.getsize(path)]
            path = files[number // len(bases) % len(files)]
            where = "bit in byte %d of %s" % (turn_a_bit(path, chance), os.path.basename(path))
            tally[judge(run, relay, boxes, (cells, erased, last), where, sound)] += 1
            relay.kill()
        run.say("%d rounds: %s" % (run.cycles, ", ".join("%d %s" % (count, what) for what, count in tally.most_common())))


def stopped(run):
    """The same without a log: only of a relay that was stopped in order."""
    flip(run, logs=False)


def judge(run, relay, boxes, furniture, where, sound):
    """One round; `sound` is how `callboxd check` ends when nothing is damaged. Returns what became of it, in a word."""
    cells, erased, last = furniture
    named = relay.command("check")[0] != sound
    logged = len(relay.written())
    try:
        relay.start()
    except Broken as broken:
        if relay.process.poll() is None or not relay.written()[logged:].strip() or relay.process.returncode < 0:
            run.fail("%s: %s" % (where, broken))
            return "BROKEN"
        if lost := [name for name in cells if not places([cells[name]], relay.files())]:
            run.fail("%s: %d cells erased" % (where, len(lost)))
        return "refused to start"
    seen, altered, returned, silent = set(), 0, 0, False
    client = Client(relay.place, timeout=20)
    for box in boxes:
        try:
            for _, cell in client.collect(box.mailbox):
                name = wire.cell_id(cell)
                altered += name not in cells and name not in erased
                returned += name in erased
                seen.add(name)
        except (Refused, Unanswered, Surprise) as refused:
            if relay.process.poll() is not None and relay.process.returncode < 0:
                run.fail("%s: the relay ended with %d" % (where, relay.process.returncode))
            silent |= isinstance(refused, Surprise)
    client.close()
    missing = set(cells) - seen
    named |= bool(NAMED.search(relay.written()[logged:]))
    relay.kill()
    if altered:
        run.fail("%s: %d cells were served that nobody sent" % (where, altered))
    elif returned and not named:
        run.fail("%s: %d acknowledged cells came back, and nothing said" % (where, returned))
    elif silent:
        run.fail("%s: an answer that the contract does not have" % where)
    elif missing and not named and missing != {last}:  # of the very last commit, nobody can tell damage from an unfinished write
        run.fail("%s: %d cells missing, and nothing said" % (where, len(missing)))
    elif missing and (lost := [name for name in missing - {last} if not places([cells[name]], relay.files())]):
        run.fail("%s: %d cells erased by the relay" % (where, len(lost)))
    else:
        return "named" if named else "harmless"
    return "BROKEN"
