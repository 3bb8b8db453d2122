"""Faults at one chosen step: `crash` kills the relay when it enters its N-th write, sync, cut or rename, for N = 1, 2, …, until it gets
through a small fixed piece of work unharmed; `eio` has one sync or write fail. strace counts the steps of each thread by itself."""

import os
import re
import shutil
import subprocess
import time

import wire
from client import Client
from connection import Unanswered
from daemon import Broken, CannotRun, Relay
from history import is_broken, total
from load import Box, acknowledge, collect, deposit, drain, make
from problems import Refused, Surprise

STEPS = "?fsync,?fdatasync,?pwrite64,?pwritev,?write,?ftruncate,?rename,?renameat,?renameat2,?unlink,?unlinkat"
SYNCS, WRITES = "fsync,fdatasync", "pwrite64"
EXIT_LIMIT = 15  # seconds


def wrapper(log, calls, fault):
    """strace as grandchild, so that the child is the relay itself."""
    if not shutil.which("strace"):
        raise CannotRun("no strace")
    return ["strace", "-D", "-f", "-qq", "-ttt", "-y", "-o", log, "-e", "trace=" + calls, "-e", "inject=%s:%s" % (calls, fault)]


def work(place, boxes, notes):
    """The fixed piece of work. Ends early when the relay does."""
    client = Client(place, timeout=20)

    def noted(act):
        sent = time.time()
        done = act()
        if done is not False:
            notes.append((sent, time.time()))

    try:
        for box in boxes:
            noted(lambda: client.make(box.mailbox))
        for turn in range(3):
            for box in boxes:
                cell = os.urandom(wire.CELL)
                for _ in range(2):  # the second one is a repetition
                    noted(lambda: deposit(client, box, cell))
            named = collect(client, boxes[0])
            noted(lambda: acknowledge(client, boxes[0], named[:1]))
        time.sleep(1.2)  # for what the relay does from time to time
        noted(lambda: client.delete(boxes[-1].mailbox))
    except (Unanswered, Refused):
        pass
    finally:
        client.close()


def verify(relay, boxes):
    """Starts the relay unharmed; what was answered must be there."""
    relay.kill()
    relay.start()
    make(relay.place, boxes)  # again: changes nothing, or makes what was not made
    for box in boxes:
        box.unknown = []
    drain(relay.place, boxes)


def crash(run):
    with Relay(plant=run.plant) as relay:
        relay.init()
        fresh, log = relay.state + ".fresh", os.path.join(relay.scratch, "trace")
        shutil.copytree(relay.state, fresh)
        ledgers, crashes = [], 0
        for number in range(1, run.limit + 1):
            shutil.rmtree(relay.state)
            shutil.copytree(fresh, relay.state)
            boxes = [Box(), Box(wire.INTAKE), Box()]
            died = False
            try:
                relay.start(wrapper(log, STEPS, "signal=KILL:when=%d" % number))
                work(relay.place, boxes[:2] + [boxes[2]], [])
                died = relay.process.poll() is not None or relay.terminate(EXIT_LIMIT)[0] == -9
            except Broken:
                if relay.process.poll() != -9:
                    raise
                died = True
            kept = boxes[:2]  # the third was deleted, perhaps
            verify(relay, kept)
            relay.terminate(EXIT_LIMIT)
            ledgers += [box.ledger for box in kept]
            crashes += died
            if is_broken(total(box.ledger for box in kept)):
                run.say("broken by the crash at step %d" % number)
            if not died:
                break
        else:
            run.say("stopped at --limit %d, with crashes still to come" % run.limit)
        run.report(total(ledgers), "%d crashes, each at another step" % crashes)
        if not crashes:
            raise Broken("nothing was killed: the harness does not work here")


INJECTED = re.compile(r"^\d+ +(\d+\.\d+) (\w+)\(\d+<([^>]*)>.*\(INJECTED\)", re.M)


def eio(run):
    with Relay(plant=run.plant) as relay:
        relay.init()
        fresh, log = relay.state + ".fresh", os.path.join(relay.scratch, "trace")
        shutil.copytree(relay.state, fresh)
        for calls in (SYNCS, WRITES):
            ledgers, hits, number = [], 0, 1
            while number <= run.limit:
                shutil.rmtree(relay.state)
                shutil.copytree(fresh, relay.state)
                boxes, notes = [Box(), Box(wire.INTAKE), Box()], []
                try:
                    relay.start(wrapper(log, calls, "error=EIO:when=%d" % number))
                    work(relay.place, boxes, notes)
                except Broken:
                    pass  # it did not start: the fault came before
                with open(log) as f:
                    fault = INJECTED.search(f.read())
                if fault:
                    hits += 1
                    judge_eio(run, relay, fault, notes)
                verify(relay, boxes[:2])
                relay.terminate(EXIT_LIMIT)
                ledgers += [box.ledger for box in boxes[:2]]
                if not fault:
                    break
                number += 1 + number // 4
            run.report(total(ledgers), "%d faults" % hits, "eio " + calls.split(",")[0])
            if not hits:
                raise Broken("nothing failed: the harness does not work here")


def judge_eio(run, relay, fault, notes):
    """After the fault the relay ends by itself, with a status that says so, and has said yes to nothing that rested on it."""
    at, call, path = float(fault[1]), fault[2], os.path.basename(fault[3])
    if not path.startswith("relay.sqlite"):
        return
    where = "%s of %s" % (call, path)
    try:
        status = relay.process.wait(EXIT_LIMIT)
        if status <= 0:
            run.fail("ended with %d after EIO from %s: %s" % (status, where, relay.last_words()))
    except subprocess.TimeoutExpired:
        run.fail("goes on after EIO from %s" % where)
    if path.endswith("-wal") and any(sent < at < answered for sent, answered in notes):
        run.fail("said yes to a request whose %s failed" % where)
    if any(sent > at + 1 for sent, answered in notes):
        run.fail("says yes to requests more than a second after EIO from %s" % where)
