"""What people wait for, measured of the real programs: two people at their terminals, a relay over TLS on the loopback, a disk that is synced. First
with young vaults; then with the peer's vault made as large as years make it (200 conversations, 20,000 messages).

    client.py PROGRAMS BENCHCLIENT      exit code 1 when a goal was missed
"""

import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "Transcripts"))
import play  # noqa: E402

LINES = 100
PATIENCE = 60


class Missed(Exception):
    """It did not come to a measurement."""


def prepared(folder, programs):
    """Everybody's homes, with an officer and a peer who have spoken, and the relay that goes on running."""
    stage = play.Stage(folder, programs)
    stage.names |= {"port": str(play.places.free_port()), "admin": str(play.places.free_port()), "folder": folder}
    play.play(os.path.join(HERE, "..", "Transcripts", "ready.txt"), stage)
    words = "callboxd serve --state relay --listen 127.0.0.1:{port} --admin 127.0.0.1:{admin} --difficulty 4"
    stage.sessions["op"] = play.Session("op", stage.fill(words).split(), stage.environment("op"), stage.home("op"))
    wait_for(stage.sessions["op"], b"Listening")
    return stage


def chat(stage, person):
    """A chat that has reached the relay."""
    session = play.Session(person, ["callbox", "chat", "1"], stage.environment(person), stage.home(person))
    wait_for(session, b"/quit leaves.")
    return session


def wait_for(session, words):
    """The time at which a terminal had shown these words."""
    deadline = time.monotonic() + PATIENCE
    while words not in session.data:
        if session.pump(0.5) or time.monotonic() > deadline:
            raise Missed("%s does not see %r:\n%s" % (session.person, words, play.indent(session.screen())))
    return time.perf_counter()


def typed_to_seen(one, other, count):
    """Milliseconds from the Enter key at one terminal until the line stands on the other."""
    times = []
    for number in range(count):
        words = "line %d of the measurement" % number
        one.type(words)
        wait_for(one, words.encode())
        start = time.perf_counter()
        one.type("\r")
        times.append((wait_for(other, words.encode()) - start) * 1000)
        one.data = other.data = b""
        one.read = other.read = 0
        pump_dry(one), pump_dry(other)
    return times


def typed_to_durable(stage, one, count):
    """Milliseconds from the Enter key at a terminal until the relay counts one more cell: it does after the commit, with its answer. Asked all the
    time, so up to one round of asking is in it."""
    times, admin = [], http.client.HTTPConnection("127.0.0.1", int(stage.names["admin"]), timeout=PATIENCE)
    try:
        for number in range(count):
            words = "line %d until it is durable" % number
            before = accepted(admin)
            one.type(words)
            wait_for(one, words.encode())
            start = time.perf_counter()
            one.type("\r")
            while accepted(admin) == before:
                if time.perf_counter() - start > PATIENCE:
                    raise Missed("nothing reaches the relay:\n" + play.indent(one.screen()))
            times.append((time.perf_counter() - start) * 1000)
            one.data, one.read = b"", 0
            pump_dry(one)
    finally:
        admin.close()
    return times


def accepted(admin):
    """How many cells the relay has taken."""
    admin.request("GET", "/metrics")
    found = re.search(rb"^callbox_cells_accepted_total (\d+)", admin.getresponse().read(), re.M)
    if not found:
        raise Missed("the relay does not say how many cells it has taken")
    return int(found[1])


def pump_dry(session):
    """Takes in what a terminal still shows."""
    while not session.pump(0.05) and session.data[session.read:]:
        session.taken()


def command(stage, person, words, text=None):
    """Milliseconds that a command takes from its start to its end."""
    start = time.perf_counter()
    done = subprocess.run(
        words, input=text, env=stage.environment(person), cwd=stage.home(person), capture_output=True, text=True, timeout=PATIENCE)
    took = (time.perf_counter() - start) * 1000
    if done.returncode != 0:
        raise Missed("%s: %s" % (" ".join(words), done.stderr))
    return took, done.stdout


def shown(times):
    """The median and the worst."""
    return "%.1f (%.1f)" % (statistics.median(times), max(times))


def goal(name, times, limit):
    """Prints a line; whether the goal is held."""
    held = limit is None or statistics.median(times) < limit
    said = "" if limit is None else "   goal %3d: %s" % (limit, "held" if held else "MISSED")
    print("  %-58s %-16s%s" % (name, shown(times), said), flush=True)
    return held


def main():
    """Prepares, measures, prints."""
    programs, filler = map(os.path.abspath, sys.argv[1:])
    folder = tempfile.mkdtemp(prefix="callbox-bench-")
    held, stage = True, None
    try:
        stage = prepared(folder, programs)
        print("the real programs, release, over TLS on the loopback; milliseconds, median (worst)")
        for title, fills in (("young vaults", False), ("the peer's vault: 200 conversations, 20,000 messages", True)):
            if fills:
                subprocess.run([filler, "fill", os.path.join(stage.home("dana"), "data", "callbox")], env=stage.environment("dana"),
                               check=True, stdout=subprocess.DEVNULL)
            size = os.path.getsize(os.path.join(stage.home("dana"), "data", "callbox", "vault"))
            print("%s (%d KiB)" % (title, size // 1024))
            held = measure(stage, fills) and held
    finally:
        for session in stage.sessions.values() if stage else []:
            session.end()
        shutil.rmtree(folder, ignore_errors=True)
    if not held:
        print("a goal was missed")
    return 0 if held else 1


def measure(stage, isLarge):
    """One table; whether its goals were held. What grows with the vault has its own goals."""
    held = True
    ana, dana = chat(stage, "ana"), chat(stage, "dana")
    try:
        typed_to_seen(ana, dana, 3)
        held &= goal("from the officer's Enter to the peer's screen", typed_to_seen(ana, dana, LINES), None if isLarge else 30)
        held &= goal("from the peer's Enter to the officer's screen", typed_to_seen(dana, ana, LINES), None if isLarge else 30)
        held &= goal("from the peer's Enter to the relay's commit", typed_to_durable(stage, dana, LINES), 50)
    finally:
        ana.end(), dana.end()
    offline = [command(stage, "dana", ["callbox", "inbox", "--offline"])[0] for _ in range(11)]
    held &= goal("the peer's inbox, without the passphrase's hash", offline, 200)
    goal("the same, and asking the relay", [command(stage, "dana", ["callbox", "inbox"])[0] for _ in range(11)], None)
    goal("`callbox send`, from its start to its end", [
        command(stage, "dana", ["callbox", "send", "1"], "A word from a pipe.")[0] for _ in range(11)], None)
    return held


if __name__ == "__main__":
    sys.exit(main())
