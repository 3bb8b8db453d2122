"""Runs the modes of Scripts/between and says what came of them."""

import argparse
import os
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "..")
sys.path[1:1] = [os.path.join(ROOT, "Tests", "Relay"), os.path.join(ROOT, "Tests", "Transcripts")]

from connection import Unanswered  # noqa: E402
from daemon import Broken, CannotRun  # noqa: E402
from problems import Refused, Surprise  # noqa: E402

GOOD, BROKEN, CANNOT = 0, 1, 2


class Run:
    """One run: its options, and what it found."""

    def __init__(self, options):
        self.__dict__.update(vars(options))
        self.failures = []

    def say(self, text):
        """A line for whoever reads along."""
        print("  " + text, flush=True)

    def fail(self, text):
        """Something does not hold."""
        self.failures.append(text)
        print("  broken: " + text, flush=True)

    def planted(self, what, rule, complaints):
        """A weakness was planted on purpose: it must have been seen."""
        self.say("planted, %s %s (%s)" % ("RED:" if complaints else "GREEN:", what, rule))
        if not complaints:
            self.fail("%s does not see what was planted: %s" % (rule, what))

    def table(self, rows):
        """Rows of cells, the first of them a head."""
        widths = [max(len(str(row[column])) for row in rows) for column in range(len(rows[0]))]
        for row in rows:
            cells = (str(cell).rjust(width) if isinstance(cell, int) else str(cell).ljust(width) for cell, width in zip(row, widths))
            self.say("  ".join(cells).rstrip())


def programs(named):
    """Where callbox and callboxd are: as said, or what was built last."""
    for folder in [named] if named else [os.path.join(ROOT, ".build", kind) for kind in ("release", "debug")]:
        if all(os.access(os.path.join(folder, name), os.X_OK) for name in ("callbox", "callboxd")):
            return os.path.abspath(folder)
    raise CannotRun("no callbox and callboxd: build them first (swift build), or say --programs FOLDER")


def mode(name):
    """What a mode does."""
    if name == "view":
        import view
        return view.view
    if name == "lies":
        import lies
        return lies.lies
    import onion
    return onion.onion


def judge(run):
    """Runs a mode, and gives the exit code."""
    try:
        run.programs = programs(run.programs)
        os.environ["CALLBOXD"] = os.path.join(run.programs, "callboxd")
        mode(run.mode)(run)
    except CannotRun as lack:
        print("between: %s: skipped: %s" % (run.mode, lack))
        return CANNOT
    except (Broken, Surprise, Refused, Unanswered) as broken:
        run.fail("%s: %s" % (type(broken).__name__, broken))
    except Exception:
        traceback.print_exc()
        run.fail("the harness failed")
    return BROKEN if run.failures else GOOD


def main():
    """Reads the options and runs."""
    parser = argparse.ArgumentParser(prog="Scripts/between")
    parser.add_argument("mode", choices=("view", "lies", "tor"))
    parser.add_argument("--programs", help="where callbox and callboxd are")
    parser.add_argument("--only", action="append", default=[], help="of `lies`: this one")
    parser.add_argument("--plant", help="a debug client with a weakness on purpose: good when it is red")
    parser.add_argument("--keep", help="of `view`: writes what was recorded into this file")
    options = parser.parse_args()
    begun, run = time.monotonic(), Run(options)
    status = judge(run)
    if options.plant and status != CANNOT:
        print("between: %s: %s" % (run.mode, "RED, as the planted weakness demands" if status else
                                   "GREEN, although %s was planted: the harness sees nothing" % options.plant))
        status = GOOD if status else BROKEN
    print("between: %s: %s (%d s)" % (run.mode, ("good", "BROKEN", "cannot run here")[status], time.monotonic() - begun))
    return status


if __name__ == "__main__":
    sys.exit(main())
