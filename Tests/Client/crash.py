"""Breaks a client's vault at every step that touches the disk, and looks at what is left. Scripts/crash says how to run it.

A scenario starts Tests/Client/VaultHand under strace, which kills it when it enters its N-th write, sync, exchange of names or removal, or lets
that one call fail, for N = 1, 2, … until it gets through unharmed. Afterwards an unharmed one opens the vault and says what is in it. What must
hold: what was said to have happened has happened; what was not, has happened as a whole or not at all; and there always is a vault."""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

STEPS = "?write,?pwrite64,?pwritev,?ftruncate,?fsync,?fdatasync,?rename,?renameat,?renameat2,?link,?linkat,?unlink,?unlinkat,?mkdir,?rmdir,?flock"
WRITES = "?write,?pwrite64,?pwritev"
SYNCS = "?fsync,?fdatasync"
NAMES = "?rename,?renameat,?renameat2,?link,?linkat,?mkdir"
TIME = 60  # seconds after which a hand is stuck


class Broken(Exception):
    """A promise does not hold."""


class CannotRun(Exception):
    """Nothing can be said here."""


class Run:
    def __init__(self, hand, plant, limit):
        self.hand, self.plant, self.limit = hand, plant, limit
        self.scratch = tempfile.mkdtemp(prefix="callbox-crash-")
        self.home = os.path.join(self.scratch, "home")
        self.fresh = os.path.join(self.scratch, "fresh")
        self.log = os.path.join(self.scratch, "trace")
        self.failures = []

    def fail(self, text):
        self.failures.append(text)
        print("crash: BROKEN: " + text)

    def environment(self, planted):
        environment = {"PATH": os.environ["PATH"], "SWIFT_BACKTRACE": "enable=no"}
        if planted and self.plant:
            environment["CALLBOX_PLANT"] = self.plant
        return environment

    def start(self, *words, wrapper=(), planted=True):
        return subprocess.Popen(
            [*wrapper, self.hand, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=self.environment(planted))

    def do(self, *words, wrapper=(), planted=True):
        """Lines said, and the exit status."""
        process = self.start(*words, wrapper=wrapper, planted=planted)
        try:
            out, err = process.communicate(timeout=TIME)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Broken("stuck: " + " ".join(words))
        if process.returncode not in (0, 3, 4, -9):
            raise Broken("%s ended with %d: %s" % (" ".join(words), process.returncode, err.strip()[-300:]))
        return out.splitlines(), process.returncode

    def strace(self, fault=None, calls=STEPS, faulty=STEPS):
        if not shutil.which("strace"):
            raise CannotRun("no strace")
        inject = ["-e", "inject=%s:%s" % (faulty, fault)] if fault else []
        # -D: strace as grandchild, so that the child is the hand itself.
        return ["strace", "-D", "-f", "-qq", "-y", "-o", self.log, "-e", "trace=" + calls, *inject]

    def reset(self):
        shutil.rmtree(self.home, ignore_errors=True)
        if os.path.exists(self.fresh):
            shutil.copytree(self.fresh, self.home)

    def count(self):
        """What an unharmed client finds."""
        lines, status = self.do("show", self.home, planted=False)
        if status == 0 and len(lines) == 1 and lines[0].startswith("count "):
            return int(lines[0].split()[1])
        raise Broken("the vault does not open whole: %s (exit %d)" % (" ".join(lines), status))

    def tidy(self, allowed=("lock", "vault")):
        left = set(os.listdir(self.home)) - set(allowed)
        if left:
            raise Broken("left behind: %s" % ", ".join(sorted(left)))

    def each(self, name, fault, calls, act):
        """Runs `act` with a fault at each step. strace counts each kind of call by itself, and so do we."""
        hits = 0
        for call in calls.split(","):
            for number in range(1, self.limit + 1):
                self.reset()
                hit = False
                try:
                    lines, status = act(self.strace("%s:when=%d" % (fault, number), calls, call))
                    with open(self.log) as file:
                        hit = status == -9 or fault.startswith("error") and "(INJECTED)" in file.read()
                    if not hit:
                        break
                    hits += 1
                    self.check(lines, status)
                except Broken as broken:
                    hits += not hit
                    self.fail("%s, %s %d (%s): %s" % (name, call.strip("?"), number, last(self.log), broken))
                    if len(self.failures) > 5:
                        return
            else:
                print("crash: %s: stopped at --limit %d, with steps still to come" % (name, self.limit))
        if not hits:
            raise Broken("%s: no step was hit: the harness does not work here" % name)
        print("crash: %-44s %3d steps" % (name, hits))


def last(log):
    """The step at which it broke."""
    try:
        with open(log) as file:
            lines = [line for line in file.read().splitlines() if "(" in line]
        return re.sub(r"^\d+ +", "", lines[-1])[:80] if lines else "?"
    except OSError:
        return "?"


def said(lines):
    """The count that the hand has last said to be there; None when it has not come that far."""
    counts = [int(line.split()[1]) for line in lines if re.match(r"(changed|failed) \d+", line)]
    return counts[-1] if counts else None


def make(run):
    run.reset()
    if run.do("make", run.home, planted=False) != (["made"], 0):
        raise CannotRun("no vault can be made")
    run.do("change", run.home, "2", planted=False)
    shutil.copytree(run.home, run.fresh)


def killed_in_a_change(run):
    def check(lines, status):
        known, found = said(lines) or 2, run.count()
        if found not in (known, known + 1) or found > 5:
            raise Broken("said %d, found %d" % (known, found))
        # Whoever comes next goes on, and leaves nothing lying about.
        if run.do("change", run.home, "1", planted=False)[0] != ["changed %d" % (found + 1)]:
            raise Broken("the next change does not go through")
        run.tidy()

    run.check = check
    run.each("killed in three changes", "signal=KILL", STEPS, lambda strace: run.do("change", run.home, "3", wrapper=strace))


def failing_change(run):
    def check(lines, status):
        if status not in (0, 3):
            raise Broken("ended with %d" % status)
        for line in lines:
            if line.startswith("failed") and not line.endswith(" disk"):
                raise Broken("told the wrong trouble: " + line)
        # Nobody may be told otherwise than it is: not that it happened, nor that it did not.
        known, found = said(lines), run.count()
        if known is None and status == 3:
            known = 2
        if found != known:
            raise Broken("said %s, found %d" % (known, found))
        if run.do("change", run.home, "1", planted=False)[0] != ["changed %d" % (found + 1)]:
            raise Broken("the next change does not go through")
        run.tidy()

    run.check = check
    for name, fault, calls in [
        ("disk full", "error=ENOSPC", "?pwrite64,?pwritev,?write"), ("write fails", "error=EIO", "?pwrite64,?pwritev,?write"),
        ("sync fails", "error=EIO", SYNCS), ("names fail", "error=EIO", NAMES), ("removal fails", "error=EIO", "?unlink,?unlinkat"),
    ]:
        run.each(name, fault, calls, lambda strace: run.do("change", run.home, "3", wrapper=[*strace, "-P", run.home, *paths(run)]))


def paths(run):
    """Faults in the home only: not in what the hand says."""
    return [word for name in ("vault", "vault.new", "lock") for word in ("-P", os.path.join(run.home, name))]


def without_exchange(run):
    """A file system that cannot exchange names."""
    def check(lines, status):
        known, found = said(lines) or 2, run.count()
        if found not in (known, known + 1):
            raise Broken("said %d, found %d" % (known, found))

    run.check = check
    no_exchange = ["-e", "inject=renameat2:error=EINVAL"]
    run.reset()
    if run.do("change", run.home, "2", wrapper=[*run.strace(), *no_exchange])[0] != ["changed 3", "changed 4"]:
        raise Broken("where names cannot be exchanged, nothing can be changed")
    run.tidy()
    steps = STEPS.replace(",?renameat2", "")
    run.each(
        "killed where names cannot be exchanged", "signal=KILL", steps,
        lambda strace: run.do("change", run.home, "2", wrapper=[*strace, *no_exchange]))


def killed_in_making(run):
    def check(lines, status):
        if os.path.exists(os.path.join(run.home, "vault")):
            if run.count() != 0:
                raise Broken("a vault with something in it")
        elif "made" in lines:
            raise Broken("said that there was a vault")
        elif run.do("make", run.home, planted=False)[0] != ["made"]:
            raise Broken("no vault can be made after it")

    def check_told(lines, status):
        there = os.path.exists(os.path.join(run.home, "vault"))
        if (lines, status, there) not in ((["made"], 0, True), (["trouble disk"], 3, False)):
            raise Broken("said %s (%d), and there is %s vault" % (lines, status, "a" if there else "no"))
        check(lines, status)

    fresh, run.fresh = run.fresh, os.path.join(run.scratch, "none")
    run.check = check
    run.each("killed while it makes a vault", "signal=KILL", STEPS, lambda strace: run.do("make", run.home, wrapper=strace))
    run.check = check_told
    run.each(
        "a vault is made, and a step fails", "error=EIO", SYNCS + "," + NAMES,
        lambda strace: run.do("make", run.home, wrapper=strace))
    run.fresh = fresh


def killed_in_a_new_passphrase(run):
    def check(lines, status):
        if run.count() != 2:
            raise Broken("other records")

    run.check = check
    run.each(
        "killed in a change of passphrase", "signal=KILL", STEPS,
        lambda strace: run.do("passphrase", run.home, wrapper=strace))


def killed_in_burning(run):
    def check(lines, status):
        before = vault_bytes(run.fresh)
        if "burnt" in lines and os.path.exists(run.home):
            raise Broken("said that it was burnt")
        if not os.path.exists(run.home):
            return
        left = [vault_bytes(run.home, name) for name in ("vault", "vault.new")]
        if any(left) and run.do("burn", run.home, planted=False) != (["burnt"], 0):
            raise Broken("cannot be burnt again")
        if "vault" not in os.listdir(run.fresh) or not before:
            raise CannotRun("no vault to burn")

    run.check = check
    run.each("killed while it burns", "signal=KILL", STEPS, lambda strace: run.do("burn", run.home, wrapper=strace))


def vault_bytes(home, name="vault"):
    try:
        with open(os.path.join(home, name), "rb") as file:
            return file.read()
    except OSError:
        return b""


def order(run):
    """A kill cannot show that something was not synced, for the kernel lives on: the order of the calls can."""
    run.reset()
    lines, status = run.do("change", run.home, "1", wrapper=run.strace(calls="openat," + STEPS))
    with open(run.log) as file:
        calls = re.findall(r"^\d+ +(\w+)\((.*)$", file.read(), re.M)
    want = [
        ("openat", r'vault\.new", .*O_CREAT'), ("write", r"<[^>]*/vault\.new>"), ("fsync", r"<[^>]*/vault\.new>"),
        ("renameat2", r'"vault\.new".*"vault".*RENAME_EXCHANGE'), ("fsync", r"<[^>]*/home>"),
        ("pwrite64", r"<[^>]*/vault(\.new)?>"), ("fdatasync", r"<[^>]*/vault(\.new)?>"), ("unlinkat", r'"vault\.new"'), ("write", "changed"),
    ]
    # The first removal is of what a crash might have left.
    start = next((i for i, (call, rest) in enumerate(calls) if call == "openat" and "O_CREAT" in rest and "vault.new" in rest), 0)
    found = [(call, rest) for call, rest in calls[start:] if call not in ("flock",) and not (call == "openat" and "vault.new" not in rest)]
    for place, (call, text) in enumerate(want):
        if place >= len(found) or found[place][0] != call or not re.search(text, found[place][1]):
            there = "%s(%s" % found[place] if place < len(found) else "nothing"
            raise Broken("order: at step %d of a change, %s was expected, and there was %s" % (place + 1, call, there[:120]))
    if not any(call == "flock" for call, rest in calls[:start]):
        raise Broken("order: no lock was taken")
    print("crash: %-44s %3d steps" % ("everything in its order", len(want)))


def together(run):
    """Several processes change one vault."""
    run.reset()
    hands = [run.start("change", run.home, "25") for _ in range(4)]
    lines = [hand.communicate(timeout=TIME * 3)[0].splitlines() for hand in hands]
    counts = sorted(int(line.split()[1]) for part in lines for line in part if line.startswith("changed"))
    # Whoever has waited for 10 seconds has changed nothing, and says so.
    waited = sum(line.endswith(" notNow") for part in lines for line in part)
    if counts != list(range(3, 103 - waited)) or run.count() != 102 - waited or waited > 50:
        raise Broken("together: %d changes of 100 count, %d twice; found %d" % (
            len(set(counts)), len(counts) - len(set(counts)), run.count()))
    run.tidy()
    print("crash: %-44s %3d changes, %d waited in vain" % ("four processes at once", len(counts), waited))


def chats(run):
    """Locking and burning end the chats, also one that is stopped, and one that does not listen."""
    for word in ("lock", "burn"):
        run.reset()
        chats = [run.start("chat", run.home), run.start("chat", run.home), run.start("chat", run.home, "deaf")]
        for chat in chats:
            if chat.stdout.readline() != "open\n":
                raise Broken("no chat: " + chat.stderr.read())
        chats[1].send_signal(signal.SIGSTOP)
        if run.do("chat", run.home, "brief") != (["open"], 0):
            raise Broken("a brief chat does not end")
        # A name of a process that has nothing to do with it.
        bystander = subprocess.Popen(["sleep", "60"])
        open(os.path.join(run.home, "chat-%d.lock" % bystander.pid), "w").close()
        if run.do(word, run.home)[1] != 0:
            raise Broken(word + " fails")
        ended = [chat.wait(5) for chat in chats]
        alive = bystander.poll() is None
        bystander.kill()
        bystander.wait()
        if ended != [-signal.SIGTERM, -signal.SIGTERM, -signal.SIGKILL] or not alive:
            raise Broken("%s ends chats with %s, and the bystander %s" % (word, ended, "lives" if alive else "does not"))
        if word == "lock":
            run.tidy()
        elif os.path.exists(run.home):
            raise Broken("burnt, and something is left: %s" % os.listdir(run.home))
    print("crash: %-44s %3d chats" % ("locking and burning end chats", 6))


SCENARIOS = [
    killed_in_making, killed_in_a_change, without_exchange, failing_change, killed_in_a_new_passphrase, killed_in_burning, order, together,
    chats,
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("hand")
    parser.add_argument("--plant")
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--only")
    options = parser.parse_args()
    run = Run(os.path.abspath(options.hand), options.plant, options.limit)
    try:
        make(run)
        for scenario in SCENARIOS:
            if options.only and scenario.__name__ not in options.only.split(","):
                continue
            try:
                scenario(run)
            except Broken as broken:
                run.fail("%s: %s" % (scenario.__name__, broken))
    except CannotRun as reason:
        print("crash: cannot run here: %s" % reason, file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(run.scratch, ignore_errors=True)
    if options.plant:
        print("crash: planted %s: %s" % (options.plant, "found" if run.failures else "NOT found"))
        return 0 if run.failures else 1
    print("crash: BROKEN" if run.failures else "crash: nothing is lost, torn or said wrongly")
    return 1 if run.failures else 0


if __name__ == "__main__":
    sys.exit(main())
