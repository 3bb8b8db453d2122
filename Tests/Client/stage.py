"""The real programs on one stage: a relay, and people with a home each, whose state is kept at a place of the story and put back as often as it
takes. The folders stay and what is in them is exchanged, for the kernel's keyring knows a home by its folder: nobody waits for a passphrase."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "Tests", "Transcripts"))
import play  # noqa: E402

PATIENCE = float(os.environ.get("CALLBOX_PATIENCE", "40"))
STORY = os.path.join(ROOT, "Tests", "Transcripts", "story.txt")
BEGINNING = "\ndana$ callbox member publish\n"  # where the program is signed and everybody is on the list


class Broken(Exception):
    """A promise that does not hold."""


class CannotRun(Exception):
    """Nothing can be said here."""


class Said:
    """What a command said, and how it ended."""

    def __init__(self, status, out, talk):
        self.status, self.out, self.talk = status, out, talk

    def __str__(self):
        return "ended with %d: %s" % (self.status, " ".join((self.out + " " + self.talk).split())[-400:])


class Stage:
    """Whoever makes one closes it."""

    def __init__(self, programs, people):
        self.programs, self.people = os.path.abspath(programs), people
        self.scratch = tempfile.mkdtemp(prefix="callbox-crash-")
        self.folder = os.path.join(self.scratch, "stage")
        self.history = []
        self.relay, self.relay_log, self.relay_level, self.unlocked = None, b"", "info", set()
        os.makedirs(self.folder, mode=0o700)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop_relay()
        for person in sorted(self.unlocked):
            self.run(person, "lock")
        shutil.rmtree(self.scratch, ignore_errors=True)

    # The beginning

    def prepare(self):
        """Plays the story up to where everybody is on the list, by the transcript that shows it."""
        with open(STORY) as file:
            beginning, found, _ = file.read().partition(BEGINNING)
        if not found:
            raise CannotRun("%s has no line %r any more" % (STORY, BEGINNING.strip()))
        script = os.path.join(self.scratch, "beginning.txt")
        with open(script, "w") as file:
            file.write(beginning + "\n")
        acted = play.Stage(self.folder, self.programs, show=False)
        self.port = play.places.free_port()
        acted.names |= {"port": str(self.port), "folder": self.folder}
        try:
            play.play(script, acted)
        except play.Failed as failure:
            raise CannotRun("the beginning of the story does not go through: %s" % failure)
        finally:
            for session in acted.sessions.values():
                session.end()
        self.names, self.environment = acted.names, acted.environment
        for person in self.people:
            if person + "-pass" in self.names:
                self.write_passphrase(person, self.names[person + "-pass"])
        self.start_relay()

    def write_passphrase(self, person, words, name="passphrase"):
        """For --passphrase-file, which counts where there is no keyring."""
        with open(self.passphrase(person, name), "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(words)

    def passphrase(self, person, name="passphrase"):
        return os.path.join(self.scratch, "%s.%s" % (person, name))

    def unlock(self, person, name="passphrase"):
        """Has the kernel remember the keys; where it cannot, everything takes longer, and holds as well."""
        said = self.run(person, "unlock", "--for", "1440", passphrase=name)
        if said.status == 0:
            self.unlocked.add(person)
        elif said.status != 8:
            raise Broken("%s cannot unlock: %s" % (person, said))

    # Homes

    def home(self, person):
        return os.path.join(self.folder, person, "data", "callbox")

    def relay_state(self):
        return os.path.join(self.folder, "op", "relay")

    def keep(self, name):
        """Keeps the state of everybody, and of the relay, as it is."""
        self.stop_relay()
        for owner, folder in self.places():
            shutil.copytree(folder, os.path.join(self.scratch, name, owner))

    def restore(self, name):
        """Puts it back. The relay runs on it."""
        self.stop_relay()
        for owner, folder in self.places():
            exchange(folder, os.path.join(self.scratch, name, owner))
        self.start_relay()

    def places(self):
        return [(person, self.home(person)) for person in self.people] + [("relay", self.relay_state())]

    # The relay

    def start_relay(self):
        words = [os.path.join(self.programs, "callboxd"), "serve", "--state", self.relay_state(), "--listen", "127.0.0.1:%d" % self.port]
        self.relay = subprocess.Popen(
            [*words, "--admin", "off", "--difficulty", "4"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], "SWIFT_BACKTRACE": "enable=no", "CALLBOXD_LOG": self.relay_level})
        listens = threading.Event()
        threading.Thread(target=self.listen_to, args=(self.relay.stdout, listens), daemon=True).start()
        if not listens.wait(PATIENCE) or b"Listening" not in self.relay_log:
            raise CannotRun("the relay does not listen: %s" % self.relay_log[-400:].decode(errors="replace"))

    def listen_to(self, stream, listens):
        """Keeps what the relay says, and tells when it listens or has ended."""
        self.relay_log = b""
        for line in stream:
            self.relay_log += line
            if b"Listening" in line:
                listens.set()
        listens.set()
        stream.close()

    def stop_relay(self):
        if self.relay is None:
            return
        self.relay.send_signal(signal.SIGTERM)
        try:
            self.relay.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.relay.kill()
            self.relay.wait()
        self.relay = None

    def cells(self):
        """The cells that wait at the relay. It lets nobody else into its database, so a copy is looked at."""
        copy = tempfile.mkdtemp(dir=self.scratch)
        for name in os.listdir(self.relay_state()):
            if name.startswith("relay.sqlite"):
                shutil.copy(os.path.join(self.relay_state(), name), copy)
        with contextlib.closing(sqlite3.connect(os.path.join(copy, "relay.sqlite"))) as database:
            found = [row[0] for row in database.execute("SELECT bytes FROM cell")]
        shutil.rmtree(copy)
        return found

    # Commands

    def run(self, person, *words, text=None, wrapper=(), passphrase="passphrase", extra=None):
        """One command of a person's, without a terminal."""
        environment = self.environment(person) | (extra or {})
        command = [*wrapper, os.path.join(self.programs, "callbox"), *words]
        if words[0] != "lock":
            command += ["--passphrase-file", self.passphrase(person, passphrase)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
            cwd=os.path.join(self.folder, person), start_new_session=True)
        try:
            out, talk = process.communicate(text or "", timeout=PATIENCE * 3)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise Broken("%s does not come to an end: callbox %s" % (person, " ".join(words)))
        said = Said(process.returncode, out, talk)
        self.history = self.history[-4:] + ["%s: %s: %s" % (person, " ".join(words), said)]
        return said

    def told(self):
        """The last commands and what they said."""
        return "\n".join(self.history[:-1])

    def do(self, person, *words, **more):
        """A command that must go through."""
        said = self.run(person, *words, **more)
        if said.status != 0:
            raise Broken("%s: callbox %s %s" % (person, " ".join(words), said))
        return said

    def settle(self, people):
        """Everybody looks, until nobody sees anything new."""
        before = None
        for _ in range(8):
            now = [self.do(person, "inbox", "--json").out for person in people]
            if now == before:
                return
            before = now
        raise Broken("after eight rounds there still is something new: %s" % before)

    def view(self, person):
        """All that a person is shown: of each conversation who is in it, where it stands, and everything that stands in it."""
        inbox = json.loads(self.do(person, "inbox", "--offline", "--json").out)
        threads = []
        for number in sorted(thread["id"] for thread in inbox["conversations"]):
            shown = json.loads(self.do(person, "read", str(number), "--offline", "--json").out)
            threads.append(thread_view(shown["conversation"], shown["entries"]))
        return sorted(threads, key=repr)


def thread_view(thread, entries):
    """What of a conversation must be the same in every run: not the numbers and hours, and not the order in which it came."""
    handoff = thread.get("handoff") or {}
    said = sorted(
        json.dumps({
            "kind": entry["kind"], "text": entry.get("text"), "detail": entry.get("detail"), "items": entry.get("items"), "own": entry["is_own"],
            "from": (entry.get("from") or {}).get("name"), "delivery": entry.get("delivery")}, sort_keys=True) for entry in entries)
    return {
        "with": sorted(other["name"] for other in thread["others"]), "ended": thread["has_ended"], "waiting": thread["waiting_to_leave"],
        "handoff": [handoff.get("state"), sorted(handoff.get("possible", []))], "said": said}


def difference(expected, found):
    """What is missing and what is too much, in words."""
    words = []
    for person in expected:
        wanted, there = ([{**thread, "said": None} for thread in view[person]] for view in (expected, found))
        if wanted != there:
            words.append("%s sees %s, and it should be %s" % (person, there, wanted))
        wanted, there = ([line for thread in view[person] for line in thread["said"]] for view in (expected, found))
        for line in sorted(set(wanted + there)):
            if wanted.count(line) != there.count(line):
                words.append("%s sees %d times, not %d times: %s" % (person, there.count(line), wanted.count(line), line))
    return "; ".join(words)


def exchange(folder, kept):
    """Puts what was kept into a folder, which itself stays."""
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)
    shutil.copytree(kept, folder, dirs_exist_ok=True)
