"""Runs the modes of Scripts/faults and says what came of them."""

import argparse
import os
import sys
import time
import traceback

import history
from connection import Unanswered
from daemon import Broken, CannotRun, program
from problems import Refused, Surprise

GOOD, BROKEN, CANNOT = 0, 1, 2


class Run:
    """One run of one mode: its options, and what it found."""

    def __init__(self, options):
        self.__dict__.update(vars(options))
        self.rows, self.broken = [], []

    def report(self, count, note="", name=None):
        """Adds a row of counts to the table."""
        self.rows.append((name or self.mode, count, note))
        if history.is_broken(count):
            self.broken.append("%s: %s" % (name or self.mode, ", ".join(
                "%d %s" % (count[column], column) for column in history.BROKEN if count[column])))

    def say(self, note):
        print("  " + note, flush=True)

    def fail(self, what):
        self.broken.append(what)

    def surprises(self, boxes):
        for box in boxes:
            for what in sorted(set(box.ledger.surprises))[:5]:
                self.say("surprise in a %s mailbox: %s" % (box, what))

    def table(self):
        if not self.rows:
            return
        head = ["mode", *history.COLUMNS, ""]
        lines = [head] + [[name, *(str(count[column]) for column in history.COLUMNS), note] for name, count, note in self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(head) - 1)]
        for line in lines:
            print("  " + "  ".join(text.rjust(width) if place else text.ljust(width)
                                   for place, (text, width) in enumerate(zip(line, widths))) + "  " + line[-1])


def modes():
    """Every mode, and how many cycles or rounds it has when nobody says."""
    import answers, clock, crash, damage, doors, erased, oracle, peers, power, room, steady, tokens
    return {
        "kill": (steady.kill, 30), "term": (steady.term, 5), "crash": (crash.crash, 0), "eio": (crash.eio, 0), "full": (room.full, 1),
        "flip": (damage.flip, 60), "flip-stopped": (damage.stopped, 20), "clock": (clock.clock, 0), "gone": (erased.gone, 0), "oracle": (oracle.oracle, 0),
        "onion": (doors.onion, 0), "power": (power.power, 3), "proxy": (doors.proxy, 0), "api": (answers.api, 0), "slow": (peers.slow, 0), "tls": (peers.tls, 0),
        "tokens": (tokens.tokens, 30),
    }


def judge(run, act):
    try:
        print("faults: %s, %s%s" % (run.mode, os.path.relpath(program()[-1]), ", with the planted weakness " + run.plant if run.plant else ""), flush=True)
        act(run)
    except CannotRun as lack:
        print("faults: %s: skipped: %s" % (run.mode, lack))
        return CANNOT
    except (Broken, Surprise, Refused, Unanswered) as broken:
        run.fail("%s: %s" % (type(broken).__name__, broken))
    except Exception:
        traceback.print_exc()
        run.fail("the harness failed")
        run.table()
        return BROKEN
    run.table()
    for what in run.broken:
        print("  broken: " + what)
    if run.plant:
        print("faults: %s: %s" % (run.mode, "RED, as the planted weakness demands" if run.broken else
                                  "GREEN, although %s was planted: the harness sees nothing" % run.plant))
        return GOOD if run.broken else BROKEN
    return BROKEN if run.broken else GOOD


def main():
    known = modes()
    parser = argparse.ArgumentParser(prog="Scripts/faults", add_help=False)
    parser.add_argument("mode", choices=known)
    parser.add_argument("--cycles", type=int)
    parser.add_argument("--limit", type=int, default=400)
    parser.add_argument("--pairs", type=int, default=20000)
    parser.add_argument("--examples", type=int, default=60)
    parser.add_argument("--plant")
    options = parser.parse_args()
    act, cycles = known[options.mode]
    options.cycles = options.cycles or cycles
    begun = time.monotonic()
    status = judge(Run(options), act)
    print("faults: %s: %s (%d s)" % (options.mode, ("good", "BROKEN", "cannot run here")[status], time.monotonic() - begun))
    return status


if __name__ == "__main__":
    sys.exit(main())
