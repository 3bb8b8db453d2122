"""Lies while two people are in a live chat, a terminal each: whatever comes, the chats go on living, end when their people leave them, and show
nothing that the relay made up."""

import itertools
import os
import shutil
import time

import play
from cells import DONE, Cells, Deposits
from proxy import Raw
from replies import Says, problem
from scene import MARK

# What somebody in a chat is called on the other's screen.
NAMES = {"ana": "Officer 1 (officer)", "dana": "Dana Reyes (peer)"}
OTHER = {"ana": "dana", "dana": "ana"}
BAR = "  | "  # stands before what somebody wrote
MOMENT = 6  # seconds in which a line comes over, when nothing keeps it
AGAIN = 60 + play.PATIENCE  # seconds in which it comes over once the relay is honest: chats wait longer after each failure


class Chats:
    """An officer and a peer who stay, and what they type there."""

    def __init__(self, scene):
        self.scene, self.typed = scene, []
        for person in NAMES:
            scene.act(person, "inbox --json")
            scene.sessions[person] = scene.begin(person, scene.words("chat 1 --plain", None, self.talk(person)))
        scene.between.actor = None
        for person in NAMES:
            if not self.wait(lambda: "/quit leaves." in scene.sessions[person].screen(), play.PATIENCE):
                scene.fault("%s's chat does not begin" % person)
        self.exchange(1, must=True)

    def talk(self, person):
        """Where goes what a chat says beside its screen."""
        return os.path.join(self.scene.home(person), "talk-of-chat")

    def wait(self, condition, seconds):
        """Waits until something holds, for so long at most; both terminals go on meanwhile."""
        end = time.monotonic() + seconds
        while not condition():
            for session in self.scene.sessions.values():
                session.pump(0.05)
            if time.monotonic() > end:
                return condition()
        return True

    def screen(self, person):
        """What a person's terminal has shown until now."""
        return self.scene.sessions[person].screen()

    def type(self, writer, must=False):
        """Somebody types a line. It is given a moment to come over; where it must, more than that."""
        text = "%s live, %d" % (writer, len(self.typed))
        echoes, handed = (self.screen(writer).count(words) for words in ("you: that is", "handed over"))
        self.typed.append((writer, text))
        self.scene.written.append((writer, OTHER[writer], text))
        self.scene.sessions[writer].type(text + "\n")
        if not self.wait(lambda: self.screen(writer).count("you: that is") > echoes, play.PATIENCE):
            return self.scene.fault("%s's chat does not take %r:\n%s" % (writer, text, play.indent(self.screen(writer))))
        if must:
            if not self.wait(lambda: BAR + text in self.screen(OTHER[writer]), AGAIN):
                self.scene.fault("%r does not come to %s's chat:\n%s" % (text, OTHER[writer], play.indent(self.screen(OTHER[writer]))))
        else:
            self.wait(lambda: BAR + text in self.screen(OTHER[writer]) or self.screen(writer).count("handed over") > handed, MOMENT)

    def exchange(self, rounds=2, must=False):
        """Both type, one after the other."""
        for writer in ("ana", "dana") * rounds:
            self.type(writer, must)

    def leave(self):
        """The relay is honest again: the chats go on. Then one leaves by a word, the other by a key, and their screens are looked at."""
        self.scene.rest()
        self.exchange(1, must=True)
        for person, keys in (("ana", "/quit\n"), ("dana", "\x04")):
            session = self.scene.sessions[person]
            if session.status is not None:
                self.scene.fault("%s's chat ended by itself, with %s" % (person, session.status))
            else:
                session.type(keys)
        self.wait(lambda: all(self.scene.sessions[person].status is not None for person in NAMES), AGAIN)
        for person in NAMES:
            session = self.scene.sessions.pop(person)
            self.hold(person, session)
            self.scene.ends[session.status] += 1
            session.end()
        return self.scene.settle()

    def hold(self, person, session):
        """What must hold of a chat when it is over."""
        with open(self.talk(person), errors="replace") as f:
            screen = session.screen() + "\n" + f.read()
        if session.status != 0:
            self.scene.fault("%s's chat ended with %s\n%s" % (person, session.status, play.indent(screen)))
        if MARK in screen:
            self.scene.fault("%s's chat shows what the relay made up:\n%s" % (person, play.indent(screen)))
        lines = screen.split("\n")
        said = [(head, line[len(BAR):]) for head, line in itertools.pairwise(lines) if line.startswith(BAR)]
        # What they typed stands there as they typed it; what stands behind a bar is theirs only from before.
        before = {text for one, two, text in self.scene.written if (one, two) == (person, OTHER[person])} - {text for _, text in self.typed}
        theirs = {text for one, two, text in self.scene.written if (one, two) == (OTHER[person], person)}
        for head, text in said:
            name = "you" if text in before else NAMES[OTHER[person]]
            if text not in before | theirs or not head.endswith(", %s:" % name):
                self.scene.fault("%s's chat shows %r under %r" % (person, text, head))
        for text in {text for _, text in said}:
            if sum(text == other for _, other in said) > 1:
                self.scene.fault("%s's chat shows %r twice" % (person, text))
        self.scene.refused |= {line[9:].split(". ")[0] + "." for line in lines if line.startswith("Callbox: The ")}


def under(scene, conduct, rounds=2):
    """Chats that begin honestly, and go on under a lie."""
    chats = Chats(scene)
    scene.lie(conduct)
    chats.exchange(rounds)
    return chats


def live_drop(scene):
    """in a chat: every second deposit is answered with yes, and thrown away"""
    return under(scene, Deposits(lambda number, request, ask: DONE if number % 2 else ask(request))).leave()


def live_drop_all(scene):
    """in a chat: all deposits are answered with yes, and thrown away"""
    return under(scene, Deposits(lambda number, request, ask: DONE)).leave()


def live_cut(scene):
    """in a chat: every deposit is done, and the connection closed without an answer, but each third"""
    def deed(number, request, ask):
        answer = ask(request)
        return answer if number % 3 == 0 else Raw([])
    return under(scene, Deposits(deed)).leave()


def live_repeat(scene):
    """in a chat: cells are given again and again"""
    kept = {}

    def change(address, cells):
        kept.setdefault(address, []).extend(cells)
        return kept[address][-1:] + kept[address]
    return under(scene, Cells(change)).leave()


def live_alter(scene):
    """in a chat: a bit is turned in every second cell"""
    numbers = itertools.count()
    return under(scene, Cells(lambda address, cells: [
        (n, cell[:4000] + bytes([cell[4000] ^ next(numbers) % 2]) + cell[4001:]) for n, cell in cells])).leave()


def live_everybody(scene):
    """in a chat: everything is given to everybody, to who wrote it too"""
    everything = []

    def change(address, cells):
        everything.extend(cells)
        return everything[-2:-1] + cells + everything
    return under(scene, Cells(change)).leave()


def live_delay(scene):
    """in a chat: deposits are held back, and come last first when later ones are there"""
    held = []

    def deed(number, request, ask):
        if number % 3 == 0:
            return ask(request)
        held.append(request)
        return DONE
    chats = under(scene, Deposits(deed), 3)
    scene.rest()
    for request in held[::-1]:
        scene.pass_on(request)
    return chats.leave()


def live_refuse(scene):
    """in a chat: whatever is asked is refused with words of the relay's own"""
    words = itertools.cycle(("busy", "uncertain", "too-many-requests", "disk-full"))
    return under(scene, Says(lambda request: problem(next(words), "1"), ("deposit", "collect", "acknowledge")), 1).leave()


def live_go_back(scene):
    """in a chat: the relay ends, and is as it was before the last things were said"""
    before = scene.relay.state + ".before"
    chats = Chats(scene)
    scene.relay.kill()
    shutil.copytree(scene.relay.state, before)
    scene.restart()
    chats.exchange(1, must=True)
    chats.type("ana")
    scene.restart(before)
    chats.exchange()
    return chats.leave()


LIES = [live_drop, live_drop_all, live_cut, live_repeat, live_alter, live_everybody, live_delay, live_refuse, live_go_back]
