"""One lie: a copy of a world in which conversations run, told lies for a while, then served honestly again. What was written is kept here, beside the
world, and what people are shown is held against it."""

import os
import shutil
import subprocess
import sys
import time
from collections import Counter

import wire
from client import Client
from daemon import Broken, CannotRun
from people import World
from proxy import Honest
from view import reach

SHIM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Relay", "wall.c")
# Whose conversation of which number is with whom, by which name; made in `prepare`.
WITH = {("ana", 1): ("dana", "Dana Reyes"), ("ana", 2): ("rui", "Rui Santos"), ("dana", 1): ("ana", "Officer 1"), ("rui", 1): ("ana", "Officer 1")}
# What a relay says goes to nobody's screen: this stands in all that is made up.
MARK = "Pay with a card number at our other site"
# How a command may end: done, nobody reached, not trusted, too old, not now, full, unpaid, by a clock that is said to be wrong.
ENDS = {0, 5, 6, 7, 8, 9, 10, 12}


def prepare(world):
    """Conversations that run: of an officer with two peers; and another officer who has just joined and a clinician."""
    invite = world.found()
    code = world.must("cara", "program codes 1 --json").json()["codes"][0]
    for person in ("dana", "rui", "lee"):
        world.must(person, "member publish")
    world.must("ana", "join '%s'" % invite, typed=code + "\n")
    for number, (peer, name) in enumerate((("dana", "Dana"), ("rui", "Rui")), 1):
        reach(world, "ana", name, "first to " + peer)
        world.must(peer, "inbox")
        world.must(peer, "reply 1", piped="first from " + peer)
        world.must("ana", "inbox")
        world.must("ana", "send %d" % number, piped="second to " + peer)
        world.must(peer, "inbox")
    world.must("bo", "join '%s' --no-code" % invite)
    with open(os.path.join(world.folder, "invite"), "w") as f:
        f.write(invite)


FIRST = [("ana", "dana", "first to dana"), ("ana", "dana", "second to dana"), ("dana", "ana", "first from dana"),
         ("ana", "rui", "first to rui"), ("ana", "rui", "second to rui"), ("rui", "ana", "first from rui")]


class Scene(World):
    """A copy of the prepared world."""

    def __init__(self, run, prepared, folder, port, library):
        shutil.copytree(prepared, folder, symlinks=True)
        super().__init__(run.programs, folder, port=port)
        self.run, self.library, self.ahead = run, library, 0
        self.written, self.links = list(FIRST), dict(WITH)
        self.ends, self.slowest, self.faults, self.refused = Counter(), 0, [], set()
        self.wall = os.path.join(folder, "wall")
        self.later(0)
        self.extra = {"LD_PRELOAD": library, "CALLBOX_WALL": self.wall} if library else {}
        if run.plant:
            self.extra["CALLBOX_PLANT"] = run.plant
        self.unlocked = set()

    def later(self, hours):
        """Lets so many hours pass by every clock on the wall."""
        if hours and not self.library:
            raise CannotRun("no C compiler: no clock can be moved")
        self.ahead += hours * 3600
        with open(self.wall, "r+b" if os.path.exists(self.wall) else "wb") as f:
            f.write(self.ahead.to_bytes(8, sys.byteorder, signed=True))
        self.relay.place.clock = lambda: time.time() + self.ahead

    def fault(self, text):
        """Something that must not be."""
        self.faults.append(text)

    # What people do

    def act(self, person, command, typed="", piped=None):
        """Somebody runs a command under the lie: whatever comes, it ends as commands end, in time, and shows nothing of what the relay made up."""
        if person not in self.unlocked:
            self.unlocked.add(person)
            self.unlock(person)
        seen = self.do(person, command, typed, piped)
        self.slowest = max(self.slowest, seen.seconds)
        self.ends[seen.status] += 1
        # A relay may say that it does not understand: then the client says so, and by which word.
        puzzled = seen.status == 70 and "did not understand this Callbox" in seen.talk
        if seen.status not in ENDS and not puzzled:
            self.fault("%s$ callbox %s: %s" % (person, command, seen))
        if MARK in seen.screen + seen.talk:
            self.fault("%s$ callbox %s shows what the relay made up: %s" % (person, command, seen))
        self.refused |= {line[9:] for line in (seen.screen + "\n" + seen.talk).split("\n") if line.startswith("callbox: ")}
        return seen

    def say(self, writer, reader, text=None):
        """Somebody writes to somebody. What was not taken was not written."""
        number = next(number for (person, number), (other, _) in self.links.items() if (person, other) == (writer, reader))
        text = text or "%s to %s, %d" % (writer, reader, len(self.written))
        seen = self.act(writer, "send %d" % number, piped=text)
        if seen.status == 0 or any(line["is_own"] and line.get("text") == text for line in self.lines(writer, number)):
            self.written.append((writer, reader, text))
        return seen

    def lines(self, person, number):
        """What stands in a conversation, without asking the relay."""
        seen = self.act(person, "read %d --offline --json" % number)
        return seen.json()["entries"] if seen.status == 0 else []

    def look(self, person):
        """Somebody looks at everything: each message is one that was written to them, under the right name, once. Returns the lines."""
        inbox = self.act(person, "inbox --json")
        found = []
        if inbox.status != 0:
            return found
        for thread in inbox.json()["conversations"]:
            number = thread["id"]
            names = {somebody["name"] for somebody in thread["others"]}
            other, name = self.links.get((person, number), (None, None))
            if other is None:
                other, name = self.unexpected(person, number, names)
            if name and names != {name}:
                self.fault("%s's conversation %d is with %s" % (person, number, names))
            lines = self.lines(person, number)
            self.hold(person, other, name, lines)
            found += [(number, line) for line in lines]
        return found

    def unexpected(self, person, number, names):
        """A conversation that nobody was known to begin: it must be somebody's first word."""
        for writer, reader, _ in self.written:
            if reader == person and (writer, reader) not in {(other, who) for (who, _), (other, _) in self.links.items()}:
                self.links[person, number] = (writer, None)
                return writer, None
        self.fault("%s has a conversation with %s that nobody began" % (person, names))
        return None, None

    def hold(self, person, other, name, lines):
        """Holds a conversation against what was written in it."""
        texts = Counter(text for writer, reader, text in self.written if (writer, reader) == (other, person))
        own = Counter(text for writer, reader, text in self.written if (writer, reader) == (person, other))
        for line in lines:
            if line["kind"] != "text":
                continue
            allowed = own if line["is_own"] else texts
            if not line["is_own"] and name and line["from"]["name"] != name:
                self.fault("%s is shown %r under the name of %s" % (person, line["text"], line["from"]["name"]))
            if allowed[line["text"]] == 0:
                self.fault("%s is shown %r, which was not written, or is shown twice" % (person, line["text"]))
            allowed[line["text"]] -= 1

    # What stands between

    def lie(self, conduct):
        """From now on."""
        self.between.conduct = conduct
        self.between.hang_up()

    def rest(self):
        """From now on, no lies."""
        self.lie(Honest())

    def client(self):
        """A client of our own at the real relay."""
        return Client(self.relay.place)

    def pass_on(self, request):
        """Brings the relay what was held back."""
        headers = {name: value for name, value in request.fields if name.lower() not in ("host", "content-length")}
        client = self.client()
        client.call(request.method, request.path, request.query, request.body, headers)
        client.close()

    def restart(self, state=None):
        """The relay ends and begins again; with a folder, as it was then."""
        self.relay.kill()
        if state:
            shutil.rmtree(self.relay.state)
            shutil.copytree(state, self.relay.state)
        self.between.hang_up()
        self.relay.start(self.wrapper_of_relay())

    # How it ends

    def settle(self, last_word=True):
        """The relay is honest again, and a day passes, so that whatever rests has rested. Then everybody speaks once more, and everybody looks."""
        self.rest()
        if self.library:
            self.later(26)
        people = ("ana", "dana", "rui", "bo")
        for person in people:
            self.act(person, "inbox --json")
        if last_word:
            for (person, _), (other, _) in sorted(WITH.items()):
                self.say(person, other)
        return self.judge({person: self.look(person) for person in people})

    def judge(self, found):
        """What became of all that was written: shown, or lost; and of what was lost, whether somebody is told."""
        row = Counter(written=len(self.written))
        for writer, reader in sorted({(writer, reader) for writer, reader, _ in self.written}):
            number = next((number for (person, number), (other, _) in self.links.items() if (person, other) == (reader, writer)), None)
            shown = Counter(line["text"] for where, line in found[reader] if where == number and line["kind"] == "text" and not line["is_own"])
            lost = [text for one, two, text in self.written if (one, two) == (writer, reader) and not shown[text]]
            row["shown"] += sum(shown.values())
            row["lost"] += len(lost)
            if lost and not self.told(found, writer, reader, number, lost):
                self.fault("lost without a word: %s to %s: %s" % (writer, reader, lost))
        kinds = Counter(line["detail"] for lines in found.values() for _, line in lines if line["kind"] == "noticed")
        row.update({"told": sum(kinds.values())})
        return row, kinds

    def told(self, found, writer, reader, number, lost):
        """Whether the reader is shown that something is missing, or the writer that something did not arrive."""
        noticed = {line["detail"] for where, line in found[reader] if where == number and line["kind"] == "noticed"}
        if noticed & {"gap", "unreadable", "fork"}:
            return True
        if number is None and "beginning" in self.act(reader, "inbox").screen:
            return True
        marked = {line["text"] for _, line in found[writer] if line["is_own"] and line.get("delivery") == "undeliverable"}
        return all(text in marked for text in lost)


def wall_library(folder):
    """The clock that can be moved, or None where nothing compiles it."""
    compiler = shutil.which("clang") or shutil.which("cc")
    if not compiler:
        return None
    library = os.path.join(folder, "wall.so")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SHIM], check=True)
    return library


def cells_of(body):
    """The slots of a collect answer that have a cell: (sequence, cell)."""
    return wire.read_slots(body, len(body) // wire.SLOT)


def slots(cells, count):
    """A collect answer of these cells."""
    used = b"".join(b"\1" + sequence.to_bytes(8, "big") + cell for sequence, cell in cells[:count])
    return used + b"".join(b"\0" + os.urandom(wire.SLOT - 1) for _ in range(count - min(count, len(cells))))
