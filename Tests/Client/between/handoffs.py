"""Lies while a handoff goes on, and in its room of three: nobody is introduced, and nothing is told, but what the officer signed for; and each step
that was done is seen by the others, or somebody is told that something is missing."""

import json
import shutil
from collections import Counter

from cells import DONE, Cells, Deposits

PEOPLE = ("ana", "dana", "lee")
ROOMS = {"pair": ("ana", "dana"), "room": PEOPLE, "care": ("ana", "lee")}
# What each is called where they come together by a consent.
NAMES = {"ana": "Officer", "dana": "Dana Reyes", "lee": "Dr. Lee Okafor"}
TOLD, WITHHELD = "Cannot sleep since a crash.", "Has been drinking alone."
PROPOSAL = json.dumps({"purpose": "Sleep since the call", "items": [{"kind": "reason", "text": TOLD}, {"kind": "wellbeing", "text": WITHHELD}]})
# The officer takes the second item out, looks at the whole, and signs.
CHANGED = "4\n2\n1\n1\n1\nSIGN\n"
# Who does a step, where, by which command, and who sees it where.
STEPS = {
    "proposed": ("dana", "pair", "handoff propose %d --to Lee", {"ana": "pair"}),
    "consented": ("ana", "pair", "consent sign %d", {"dana": "pair"}),
    "introduced": ("dana", "pair", "handoff introduce %d", {"ana": "room", "lee": "room"}),
    "accepted": ("lee", "room", "handoff accept %d", {"ana": "room", "dana": "room"}),
    "firstContact": ("lee", "room", "handoff first-contact %d", {"ana": "room", "dana": "room"}),
    "ended": ("lee", "care", "handoff outcome %d engaged", {"ana": "care"}),
    "revoked": ("ana", "pair", "consent revoke %d --yes", {"dana": "pair", "lee": "care"}),
}


class Handoff:
    """What an officer, a peer and a clinician do about a handoff, and what each of them is shown of it."""

    def __init__(self, scene):
        self.scene, self.done, self.said = scene, [], []

    # What people do

    def step(self, name, may_fail=True):
        """Somebody does a step, if there is a conversation to do it in. Whether it was said to be done."""
        person, label, command, _ = STEPS[name]
        number = self.numbers(person).get(label)
        if number is None:
            return False
        seen = self.scene.act(person, command % number, typed=CHANGED if name == "consented" else "", piped=PROPOSAL if name == "proposed" else None)
        if seen.status == 0:
            self.done.append(name)
        elif not may_fail:
            self.fault("%s is not done: %s" % (name, seen))
        if name == "introduced" and seen.status == 0 and "consented" not in self.done:
            self.fault("dana introduces what nobody signed for")
        return seen.status == 0

    def steps(self, *names, looks=True):
        """Several, one after the other; in between everybody looks."""
        for name in names:
            self.step(name)
            if looks:
                self.everybody()

    def say(self, writer, label):
        """Somebody says something to the two others, or to the one."""
        number = self.numbers(writer).get(label)
        if number is None:
            return
        text = "%s in the %s, %d" % (writer, label, len(self.said))
        seen = self.scene.act(writer, "send %d" % number, piped=text)
        if seen.status == 0 or any(line["is_own"] and line.get("text") == text for line in self.scene.lines(writer, number)):
            self.said.append((writer, label, text))

    def talk(self, rounds=1, looks=True):
        """All three say something in the room, and clinician and officer to each other."""
        for _ in range(rounds):
            for writer, label in (("lee", "room"), ("ana", "room"), ("dana", "room"), ("lee", "care"), ("ana", "care")):
                self.say(writer, label)
            if looks:
                self.everybody()

    def threads(self, person, how="--offline "):
        """A person's inbox: each conversation, and which of the handoff's it is."""
        seen = self.scene.act(person, "inbox %s--json" % how)
        return [(self.label(person, thread), thread) for thread in seen.json()["conversations"]] if "{" in seen.screen else []

    def numbers(self, person):
        """The numbers of a person's conversations of the handoff."""
        return {label: thread["id"] for label, thread in self.threads(person) if label}

    def label(self, person, thread):
        """Which of the handoff's conversations it is; None when it is another."""
        roles = sorted(other["role"] for other in thread["others"])
        if len(roles) == 2:
            return "room"
        if person == "lee" or roles == ["clinician"]:
            return "care"
        return "pair" if person == "dana" or thread["others"][0]["name"] == NAMES["dana"] else None

    # What they are shown

    def fault(self, text):
        """Something that must not be; said once, though it is looked at often."""
        if text not in self.scene.faults:
            self.scene.fault(text)

    def everybody(self):
        """All three look, the clinician first: what comes then comes from the relay alone."""
        return {person: self.look(person) for person in ("lee", "ana", "dana")}

    def look(self, person):
        """Somebody looks at everything, and what must hold of it holds. Returns the lines, each with the conversation's number and label."""
        found = []
        for label, thread in self.threads(person, ""):
            number = thread["id"]
            lines = self.scene.lines(person, number)
            if label in ("room", "care") and "consented" not in self.done:
                self.fault("%s has a conversation with %s, and nobody signed" % (person, thread["others"]))
            if label in ("pair", None):
                self.scene.hold(person, *self.scene.links.get((person, number), (None, None)), lines)
            else:
                self.hold(person, label, lines)
            self.hold_told(person, lines)
            found += [(number, label, line) for line in lines]
        twice = [label for label, count in Counter(label for label, _ in self.threads(person) if label).items() if count > 1]
        if twice:
            self.fault("%s has twice what there is once: %s" % (person, twice))
        return found

    def hold(self, person, label, lines):
        """Each text of a room was written there, stands under the right name, and once."""
        left = Counter((writer, text) for writer, where, text in self.said if where == label)
        for line in lines:
            if line["kind"] != "text":
                continue
            writer = person if line["is_own"] else next((one for one, name in NAMES.items() if name == line["from"]["name"]), None)
            if left[writer, line["text"]] == 0:
                self.fault("%s is shown %r in the %s under the name of %s: not written, not theirs, or shown twice" % (
                    person, line["text"], label, writer))
            left[writer, line["text"]] -= 1

    def hold_told(self, person, lines):
        """What is told by consent was signed, once; what the officer took out, or said to the peer alone, no clinician is shown."""
        told = Counter((item["kind"], item["text"]) for line in lines if line["kind"] == "told" for item in line["items"])
        if told and ("consented" not in self.done or told != Counter({("reason", TOLD): 1})):
            self.fault("%s is told %s" % (person, dict(told)))
        if person == "lee":
            words = json.dumps(lines)
            secrets = [WITHHELD, *(text for _, _, text in self.scene.written)] + ([] if "consented" in self.done else [TOLD])
            for secret in secrets:
                if json.dumps(secret)[1:-1] in words:
                    self.fault("lee is shown %r" % secret)
        seen = Counter(line["detail"] for line in lines if line["kind"] == "handoff")
        for name, count in seen.items():
            if name in STEPS and (count > 1 or name not in self.done):
                self.fault("%s is shown %d times that it is %s%s" % (person, count, name, "" if name in self.done else ", which nobody did"))

    # How it ends

    def settle(self):
        """The relay is honest again, and a day passes. Then everybody speaks once more, everywhere, and everybody looks, that day and the next: what came
        for a room that has not opened is told of after a day."""
        scene = self.scene
        scene.rest()
        if scene.library:
            scene.later(26)
        for person in PEOPLE * 2 + ("rui", "bo"):
            scene.act(person, "inbox --json")
        for writer, reader in (("ana", "dana"), ("dana", "ana"), ("ana", "rui"), ("rui", "ana")):
            scene.say(writer, reader)
        self.talk()
        if scene.library:
            scene.later(26)
        found = self.everybody()
        row, kinds = scene.judge({person: [(number, line) for number, _, line in lines] for person, lines in found.items()} | {
            person: scene.look(person) for person in ("rui", "bo")})
        self.judge_texts(found, row)
        self.judge_steps(found)
        return row, kinds

    def judge_texts(self, found, row):
        """What became of all that was said in the handoff's rooms, reader by reader."""
        for writer, label, text in self.said:
            for reader in set(ROOMS[label]) - {writer}:
                shown = any(where == label and line.get("text") == text and not line["is_own"] for _, where, line in found[reader])
                row.update({"written": 1, "shown": int(shown), "lost": int(not shown)})
                if not shown and not self.told(found, writer, reader) and not self.undelivered(found, writer, label, "text", text):
                    self.fault("lost without a word: %s to %s: %r" % (writer, reader, text))

    def judge_steps(self, found):
        """Each step that was done is seen by whom it is for, or somebody is told."""
        shown = {(person, label, line["detail"]) for person, lines in found.items() for _, label, line in lines if line["kind"] == "handoff"}
        for name in self.done:
            actor, _, _, readers = STEPS[name]
            if not any((actor, label, name) in shown for label in ROOMS):
                self.fault("%s did what their own screen does not show: %s" % (actor, name))
            for reader, label in readers.items():
                if (reader, label, name) in shown or self.undelivered(found, actor, label, "detail", name):
                    continue
                # What the clinician did changes nothing any more for who has seen that it is taken back (Protocol/handoff.md section 6).
                if actor == "lee" and any((reader, where, "revoked") in shown for where in ROOMS):
                    continue
                # Introduced before the peer knew that it was taken back: no room opens, and the officer is told so beside the peer's words.
                if name == "introduced" and reader == "ana" and any(label == "pair" and "introduced you to" in (line.get("text") or "")
                                                                    for _, label, line in found["ana"]):
                    continue
                if not self.told(found, actor, reader) and not (name == "revoked" and reader == "lee" and self.cannot_tell(found)):
                    self.fault("%s: %s does not see it, and nobody is told" % (name, reader))

    def told(self, found, writer, reader):
        """Whether the reader is shown, where the writer is, that something is missing."""
        if any(label and writer in ROOMS[label] and line["kind"] == "noticed" and line["detail"] in ("gap", "unreadable", "fork")
               for _, label, line in found[reader]):
            return True
        return "beginning" in self.scene.act(reader, "inbox").screen

    def cannot_tell(self, found):
        """Whether the officer cannot tell the clinician that it is taken back: nobody was introduced; or the officer never saw that, and then officer
        or peer is told that something is missing."""
        return not found["lee"] or not any(label == "care" for _, label, _ in found["ana"]) and (
            self.told(found, "dana", "ana") or self.told(found, "ana", "dana"))

    def undelivered(self, found, writer, label, field, value):
        """Whether the writer is told that it did not arrive, was held back, or waits for somebody who has not come."""
        return any(where == label and line.get(field) == value and line.get("delivery") in ("undeliverable", "withdrawn", "waiting")
                   for _, where, line in found[writer])


WHOLE = ("proposed", "consented", "introduced", "accepted")


def after(scene, *names):
    """A handoff that has come so far, honestly."""
    handoff = Handoff(scene)
    for person in PEOPLE:
        scene.act(person, "inbox --json")
    for name in names:
        handoff.step(name, may_fail=False)
        handoff.everybody()
    return handoff


def all_of_it(handoff):
    """A handoff from its beginning to its end."""
    handoff.steps(*WHOLE)
    handoff.talk()
    handoff.steps("firstContact", "ended")


def handoff_drop(scene, thrown=1):
    """handoff: from the introduction on, every second deposit is thrown away: the first, the third, …"""
    handoff = after(scene, "proposed", "consented")
    scene.lie(Deposits(lambda number, request, ask: DONE if number % 2 == thrown else ask(request)))
    handoff.steps("introduced", "accepted")
    handoff.talk()
    handoff.steps("firstContact", "ended")
    return handoff.settle()


def handoff_drop_other(scene):
    """handoff: the same, but the second, the fourth, …"""
    return handoff_drop(scene, 0)


def consent_dropped(scene):
    """handoff: what the officer signed is thrown away, and the peer introduces all the same"""
    handoff = after(scene, "proposed")
    scene.lie(Deposits(lambda number, request, ask: DONE))
    handoff.step("consented")
    handoff.everybody()
    if handoff.step("introduced"):
        scene.fault("dana introduces on a consent that never came")
    handoff.everybody()
    return handoff.settle()


def introduction_dropped(scene):
    """handoff: the introduction is thrown away, and all go on"""
    handoff = after(scene, "proposed", "consented")
    scene.lie(Deposits(lambda number, request, ask: DONE))
    handoff.steps("introduced")
    scene.rest()
    handoff.talk()
    handoff.steps("accepted")
    return handoff.settle()


def room_drop(scene):
    """room of three: every third deposit is thrown away, so that one reader has what the other has not"""
    handoff = after(scene, *WHOLE)
    scene.lie(Deposits(lambda number, request, ask: DONE if number % 3 == 0 else ask(request)))
    handoff.talk(2)
    handoff.steps("firstContact", "ended")
    return handoff.settle()


def handoff_repeat(scene):
    """handoff: cells are given again and again, from the proposal until it is taken back"""
    kept, handoff = {}, after(scene)

    def change(address, cells):
        kept.setdefault(address, []).extend(cells)
        return kept[address][-1:] + kept[address]
    scene.lie(Cells(change))
    all_of_it(handoff)
    handoff.steps("revoked")
    return handoff.settle()


def handoff_reverse(scene):
    """handoff: nobody looks for long, and then the cells of an answer come last first"""
    handoff = after(scene, "proposed", "consented")
    scene.lie(Cells(lambda address, cells: cells[::-1]))
    handoff.step("introduced")
    handoff.say("dana", "room")
    scene.act("ana", "inbox --json")
    handoff.talk(looks=False)
    scene.act("lee", "inbox --json")
    handoff.steps("accepted", "firstContact", "ended", looks=False)
    handoff.talk(2, looks=False)
    handoff.everybody()
    handoff.steps("revoked")
    return handoff.settle()


def handoff_delay(scene):
    """handoff: deposits are held back, and come last first when later ones are there"""
    held, handoff = [], after(scene, "proposed", "consented")

    def deed(number, request, ask):
        if number % 3 == 0:
            return ask(request)
        held.append(request)
        return DONE
    scene.lie(Deposits(deed))
    handoff.steps("introduced", "accepted")
    handoff.talk()
    scene.rest()
    for request in held[::-1]:
        scene.pass_on(request)
    handoff.everybody()
    handoff.steps("accepted", "firstContact", "ended")
    return handoff.settle()


def handoff_alter(scene):
    """handoff: from the introduction on, a bit is turned in every second deposit; then the officer takes it back"""
    handoff = after(scene, "proposed", "consented")

    def deed(number, request, ask):
        if number % 2:
            request.body = request.body[:4000] + bytes([request.body[4000] ^ 16]) + request.body[4001:]
        return ask(request)
    scene.lie(Deposits(deed))
    handoff.steps("introduced", "accepted")
    handoff.talk()
    handoff.steps("revoked")
    return handoff.settle()


def handoff_everybody(scene):
    """handoff: everything is given to everybody, to the clinician and to who wrote it too"""
    everything, handoff = [], after(scene)

    def change(address, cells):
        everything.extend(cells)
        return everything[-2:-1] + cells + everything
    scene.lie(Cells(change))
    all_of_it(handoff)
    return handoff.settle()


def revocation_dropped(scene):
    """handoff: that the officer takes it back is thrown away"""
    handoff = after(scene, *WHOLE)
    scene.lie(Deposits(lambda number, request, ask: DONE))
    handoff.steps("revoked")
    scene.rest()
    handoff.talk()
    return handoff.settle()


def revocation_held(scene):
    """handoff: that the officer takes it back is held until the peer has introduced"""
    held, handoff = [], after(scene, "proposed", "consented")

    def deed(number, request, ask):
        held.append(request)
        return DONE
    scene.lie(Deposits(deed))
    handoff.step("revoked")
    scene.rest()
    handoff.steps("introduced")
    for request in held:
        scene.pass_on(request)
    handoff.everybody()
    handoff.steps("accepted")
    return handoff.settle()


def revocation_undone(scene):
    """handoff: the relay is as it was before the officer took it back, so that the peer sees a consent that holds"""
    before = scene.relay.state + ".before"
    handoff = after(scene, "proposed")
    handoff.step("consented")
    scene.relay.kill()
    shutil.copytree(scene.relay.state, before)
    scene.restart()
    handoff.step("revoked")
    scene.restart(before)
    handoff.steps("introduced", "accepted")
    handoff.talk()
    return handoff.settle()


LIES = [handoff_drop, handoff_drop_other, consent_dropped, introduction_dropped, room_drop, handoff_repeat, handoff_reverse, handoff_delay,
        handoff_alter, handoff_everybody, revocation_dropped, revocation_held, revocation_undone]
