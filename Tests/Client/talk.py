"""Kills the real `callbox` at every step that touches its disk or the network, while people talk, sign and hand over, and looks at what everybody
then sees. Scripts/crash client runs it; README.md beside this file says what is held to be true.

The story is a list of commands. Each is killed when it enters its N-th call of a kind, for N = 1, 2, … until it gets through unharmed, always from
the same state of everybody's homes and the relay. Then the person looks, gives the command again if what it does is not there, the story goes on by a
few commands, and everybody looks until there is nothing new. What all of them see must be what they see when nothing was killed."""

import argparse
import os
import re
import shutil
import sys
import time

from crash import last
from stage import ROOT, Broken, CannotRun, Stage, difference

# strace counts each kind of call by itself, so each has runs of its own.
KINDS = [
    "fsync", "fdatasync", "renameat2", "rename", "unlinkat", "unlink", "pwrite64", "ftruncate", "flock", "connect", "sendto", "sendmsg", "writev",
    "write"]
PROPOSAL = """{"purpose": "Sleep since the call", "items": [{"kind": "reason", "text": "Cannot sleep since a crash."}], "text": "Lee is good."}"""


class Step:
    """A command of the story."""

    def __init__(self, name, person, words, told=None, text=None, rest=2, people=("ana", "dana")):
        self.name, self.person, self.words, self.told, self.text = name, person, words.split(), told, text
        self.rest, self.people = rest, people
        # Whether the person sees by their own screen that it has happened. Whoever only collects looks again in any case.
        self.shows = words not in ("inbox", "member publish")


THREE = ("ana", "dana", "lee")
BEFORE = [("lee", "member publish"), ("ana", "join {invite} --no-code"), ("ana", "notice --acknowledge")]
STEPS = [
    Step("a member publishes keys", "dana", "member publish", "Officers can write to you"),
    Step("an officer writes for the first time", "ana", "reach-out Dana --answers no,no,no", "with the relay", "I have not slept since Route 9."),
    Step("a peer collects a first message", "dana", "inbox"),
    Step("a peer answers", "dana", "send 1", "Handed over", "I am here, and I have time."),
    Step("an officer collects an answer", "ana", "inbox"),
    Step("an officer sends", "ana", "send 1", "Handed over", "It was the child seat."),
    Step("a peer collects", "dana", "inbox"),
    Step("a peer proposes a handoff", "dana", "handoff propose 1 --to Lee", "It is proposed", PROPOSAL, rest=8, people=THREE),
    Step("an officer signs a consent", "ana", "consent sign 1 --yes", "Signed", rest=7, people=THREE),
    Step("a peer introduces", "dana", "handoff introduce 1", "are introduced", rest=6, people=THREE),
    Step("an officer collects an introduction", "ana", "inbox", rest=5, people=THREE),
    Step("a clinician collects an introduction", "lee", "inbox", rest=4, people=THREE),
    Step("a clinician accepts", "lee", "handoff accept 1", "You have accepted", rest=3, people=THREE),
    Step("a clinician sends to a room of three", "lee", "send 1", "Handed over", "Thursday at ten?", people=THREE),
    Step("a clinician notes a first contact", "lee", "handoff first-contact 1", "Recorded", people=THREE),
    Step("a clinician notes an outcome", "lee", "handoff outcome 1 engaged", "Recorded", rest=1, people=THREE),
    Step("an officer answers in the room", "ana", "send 3", "Handed over", "Thank you both.", rest=1, people=THREE),
    Step("an officer leaves", "ana", "end 1 --yes", "You have left", rest=0, people=THREE),
    Step("an officer changes the passphrase", "ana", "passphrase", "has its new passphrase", rest=0),
]


class Run:
    """All scenarios, and what was found."""

    def __init__(self, stage, options):
        self.stage, self.options = stage, options
        self.log = os.path.join(stage.scratch, "trace")
        self.failures, self.calls, self.sealed = [], 0, {}

    def say(self, text):
        print("crash: " + text, flush=True)

    def prepare(self):
        """Everybody on the list, an officer who has joined, and what everybody sees after each step when nothing is killed."""
        stage = self.stage
        stage.prepare()
        stage.write_passphrase("ana", "agency agile agenda agonize agreed ahead")
        stage.write_passphrase("ana", "alarm album algebra alibi alike alive", "next")
        for person, words in BEFORE:
            stage.do(person, *words.format(**stage.names).split())
        for person in stage.people:
            stage.unlock(person)

    def state(self, place):
        return "before-%d" % place

    def perform(self, step, wrapper=(), planted=False):
        """A step's command."""
        extra = {"CALLBOX_PLANT": self.options.plant} if planted and self.options.plant else None
        words = list(step.words)
        if step.words[0] == "passphrase":
            words += ["--new-passphrase-file", self.stage.passphrase(step.person, "next")]
        return self.stage.run(step.person, *words, text=step.text, wrapper=wrapper, extra=extra)

    def unharmed(self, place):
        """Plays a step, and keeps the state before it and what is seen after it: by its person at once, and by everybody in the end."""
        step, stage = STEPS[place], self.stage
        stage.keep(self.state(place))
        stage.start_relay()
        said = self.perform(step)
        if said.status != 0 or step.told and step.told not in said.out:
            raise CannotRun("%s, without a fault: %s" % (step.name, said))
        if place + 1 == len(STEPS):
            return
        stage.keep("after")
        stage.start_relay()
        step.seen = stage.view(step.person)
        self.go_on(place)
        step.expected = {person: stage.view(person) for person in step.people}
        stage.restore("after")
        shutil.rmtree(os.path.join(stage.scratch, "after"))

    def go_on(self, place):
        """The story goes on, and everybody looks until there is nothing new."""
        step = STEPS[place]
        for later in STEPS[place + 1:place + 1 + step.rest]:
            said = self.perform(later)
            if said.status != 0:
                raise Broken("afterwards, %s does not go through: %s\nBefore that: %s" % (later.name, said, self.stage.told()))
        self.stage.settle(step.people)

    def strace(self, kind, number):
        # One processor, for strace counts the calls of each thread by itself. -D: strace as grandchild, so that the child is the command itself.
        return [
            "taskset", "-c", str(min(os.sched_getaffinity(0))), "strace", "-D", "-f", "-qq", "-y", "-o", self.log,
            "-e", "trace=?" + kind, "-e", "inject=?%s:signal=KILL:when=%d" % (kind, number)]

    # One scenario

    def scenario(self, place):
        """Kills one step of the story everywhere."""
        step, begun, hits = STEPS[place], time.monotonic(), {}
        try:
            self.unharmed(place)
        except Broken as broken:
            raise CannotRun("%s, without a fault: %s" % (step.name, broken))
        broken_before = len(self.failures)
        for kind in KINDS:
            for number in range(1, self.options.limit + 1):
                self.stage.restore(self.state(place))
                said = self.perform(step, self.strace(kind, number), planted=True)
                if said.status != -9:
                    if said.status != 0:
                        raise Broken("%s under strace %s" % (step.name, said))
                    break
                hits[kind] = hits.get(kind, 0) + 1
                where = last(self.log)
                try:
                    self.judge(place, said)
                except Broken as broken:
                    self.failures.append(step.name)
                    self.say("BROKEN: %s, killed at %s %d (%s): %s" % (step.name, kind, number, where, broken))
                    if self.options.plant:
                        return
                    if len(self.failures) - broken_before > 3:
                        return self.pass_over(place)
        if not hits:
            raise Broken("%s: nothing was killed: the harness does not work here" % step.name)
        self.calls += sum(hits.values())
        kinds = ", ".join("%d %s" % (count, kind) for kind, count in hits.items())
        self.say("%-40s %3d kills in %.0f s: %s" % (step.name, sum(hits.values()), time.monotonic() - begun, kinds))
        self.pass_over(place)

    def pass_over(self, place):
        """Plays a step without a fault, for the next one."""
        if place + 1 < len(STEPS):
            self.stage.restore(self.state(place))
            self.perform(STEPS[place])

    def judge(self, place, said):
        """What must hold after a kill."""
        step, stage = STEPS[place], self.stage
        was_told = step.told is not None and step.told in said.out
        if step.words[0] == "passphrase":
            return self.judge_passphrase(place, was_told)
        # The vault opens, and what was said to be so is so; what is not there the person does again.
        sees = stage.view(step.person)
        is_there = done(sees) == done(step.seen) if step.shows else was_told
        if was_told and not is_there:
            raise Broken("it said %r, but %s" % (step.told, difference({step.person: step.seen}, {step.person: sees})))
        if not is_there:
            again = self.perform(step)
            if again.status != 0:
                raise Broken("done again, it does not go through: %s" % again)
        else:
            stage.do(step.person, "inbox")
        self.look_at_cells()
        self.go_on(place)
        found = {person: stage.view(person) for person in step.people}
        if found != step.expected:
            raise Broken(difference(step.expected, found))

    def judge_passphrase(self, place, was_told):
        """One of the two passphrases opens the vault, and the other does not; the new one, if that was said. What the vault holds is there."""
        step, stage = STEPS[place], self.stage
        stage.do(step.person, "lock")
        found = [(name, stage.run(step.person, "read", "1", "--offline", "--json", passphrase=name)) for name in ("passphrase", "next")]
        opens = [name for name, shown in found if shown.status == 0 and STEPS[1].text in shown.out]
        if len(opens) != 1 or was_told and opens != ["next"]:
            raise Broken("%s opens the vault%s" % (" and ".join(opens) or "nothing", ", and it said that it was changed" if was_told else ""))

    def look_at_cells(self):
        """No two cells that lie at the relay begin with one ephemeral key and go on differently."""
        for cell in self.stage.cells():
            if self.sealed.setdefault(cell[:32], cell) != cell:
                raise Broken("two cells are sealed with one key")


def done(view):
    """What of a view is the person's own doing: a command that got no further may not have collected what others did."""
    own = [[line for line in thread["said"] if '"own": true' in line] for thread in view]
    said = [sorted(re.sub(r'"delivery": "(waiting|handedOver)"', "?", line) for line in lines) for lines in own]
    return [(thread["ended"], lines) for thread, lines in zip(view, said) if thread["ended"] or lines]


def programs(named):
    builds = [named] if named else [os.path.join(ROOT, ".build", kind) for kind in ("debug", "release")]
    for build in builds:
        if all(os.access(os.path.join(build, name), os.X_OK) for name in ("callbox", "callboxd")):
            return build
    raise CannotRun("no callbox and callboxd: build them first (swift build)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--programs", help="where callbox and callboxd are")
    parser.add_argument("--limit", type=int, default=200, help="at how many calls of a kind it is killed at most")
    parser.add_argument("--quick", action="store_true", help="at a few calls of a few steps")
    parser.add_argument("--only", help="numbers of steps, from 1: 2,5,9")
    parser.add_argument("--plant", help="a weakness on purpose, of a debug build: good when it is red")
    options = parser.parse_args()
    chosen = range(len(STEPS))
    if options.quick:
        options.limit, chosen = min(options.limit, 2), [3, 8]
    if options.only:
        chosen = [int(number) - 1 for number in options.only.split(",")]
    if not shutil.which("strace"):
        print("crash: needs strace (Debian: apt-get install strace)", file=sys.stderr)
        return 2
    try:
        with Stage(programs(options.programs), THREE) as stage:
            run = Run(stage, options)
            run.prepare()
            for place in range(max(chosen) + 1):
                if place in chosen:
                    run.scenario(place)
                    if options.plant and run.failures:
                        break
                elif (said := run.perform(STEPS[place])).status != 0:
                    raise CannotRun("%s %s" % (STEPS[place].name, said))
    except CannotRun as reason:
        print("crash: cannot run here: %s" % reason, file=sys.stderr)
        return 2
    except Broken as broken:
        print("crash: BROKEN: %s" % broken)
        return 1
    if options.plant:
        run.say("planted %s: %s" % (options.plant, "found" if run.failures else "NOT found"))
        return 0 if run.failures else 1
    run.say("BROKEN" if run.failures else "%d kills: everybody sees what they see when nothing is killed" % run.calls)
    return 1 if run.failures else 0


if __name__ == "__main__":
    sys.exit(main())
