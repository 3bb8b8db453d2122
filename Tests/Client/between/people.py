"""A program with its people, each at a terminal of their own with the real `callbox`, and a relay that is reached only through what stands
between. The terminals are those of Tests/Transcripts."""

import json
import os
import re
import shlex
import shutil
import tempfile
import time

import play
from daemon import Broken, CannotRun, Relay, free_port
from proxy import Between

# Words of the list that passphrases are made of; everybody has a paper with these.
PASSPHRASE = "abacus abdomen abdominal abide abiding ability ablaze"
NOTICE = "What you tell a peer supporter stays between you.\nThe law knows three exceptions.\n"
MEMBERS = {"dana": ("Dana Reyes", "peer", "Peer support, state certified"), "rui": ("Rui Santos", "peer", "Peer support, state certified"),
           "lee": ("Dr. Lee Okafor", "clinician", "Licensed psychologist, IL 071")}
LIMIT = 240 + play.PATIENCE  # seconds after which a command hangs: longer than all its deadlines together


class Seen:
    """What a command showed, what it said beside that, how it ended (None: it did not), and after how many seconds."""

    def __init__(self, status, screen, talk, seconds):
        self.status, self.screen, self.talk, self.seconds = status, screen, talk, seconds

    def json(self):
        """The object that was printed."""
        return json.loads(self.screen[self.screen.index("{"):])

    def __str__(self):
        return "ended with %s after %.0f s\n%s" % (self.status, self.seconds, play.indent(self.screen + self.talk))


class World(play.Stage):
    """Everybody, in one folder. `way` goes to every command that asks the relay; `wrapper` stands before each; `address` makes the relay's URL of
    the port at which clients find it."""

    def __init__(self, programs, folder=None, address="https://localhost:%d", port=None, announced=False):
        super().__init__(folder or tempfile.mkdtemp(prefix="callbox-between-"), programs, show=False)
        self.programs, self.way, self.wrapper, self.announced, self.extra = programs, "", [], announced, {}
        self.port = port or free_port()
        self.url = address % self.port if "%d" in address else address
        self.relay = Relay({"URL": self.url, "ADMIN": "off", "DIFFICULTY": "4"}, state=os.path.join(self.folder, "relay"))
        self.relay.environment["CALLBOXD_LISTEN"] = "127.0.0.1:%d" % self.relay.port
        self.between = None
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        self.paper = os.path.join(self.folder, "paper")
        if not os.path.exists(self.paper):
            with open(self.paper, "w") as f:
                f.write(PASSPHRASE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for session in self.sessions.values():
            session.end()
        if self.between:
            self.between.close()
        self.relay.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)

    def open(self):
        """Starts the relay, and what stands between. The first time it makes the relay."""
        if not os.path.exists(self.relay.state):
            self.relay.init()
        self.relay.learn_pin()
        self.relay.start(self.wrapper_of_relay())
        self.between = Between(self.relay.state, self.relay.port, self.port, self.announced)

    def environment(self, person, shift=""):
        """A person's machine, with what a lie wants in it: another clock, a planted weakness."""
        return super().environment(person, shift) | self.extra

    def wrapper_of_relay(self):
        """What the relay is started with."""
        return ["env", *("%s=%s" % pair for pair in self.extra.items())] if self.extra else []

    # Commands

    def begin(self, person, words):
        """Starts a command at somebody's terminal."""
        if self.between:
            self.between.actor = person
        return play.Session(person, words, self.environment(person), self.home(person))

    def words(self, command, piped, talk):
        """A command as the terminal starts it: asking by the way that was said, opening by the paper, its talk in a file."""
        words = [*self.wrapper, os.path.join(self.programs, "callbox"), *shlex.split(command), *shlex.split(self.way)]
        if words[len(self.wrapper) + 1] not in ("burn", "lock"):
            words += ["--passphrase-file", self.paper]
        before = 'printf %s "$CALLBOX_SAID" | ' if piped is not None else ""
        return ["env", "CALLBOX_SAID=" + (piped or ""), "sh", "-c", before + 'exec "$@" 2>' + shlex.quote(talk), "sh", *words]

    def do(self, person, command, typed="", piped=None, limit=LIMIT):
        """Somebody runs a command to its end."""
        talk = os.path.join(self.home(person), "talk")
        begun = time.monotonic()
        session = self.begin(person, self.words(command, piped, talk))
        session.type(typed)
        while not session.pump(0.05) and time.monotonic() - begun < limit:
            pass
        status, screen = session.status, session.screen()
        session.end()
        with open(talk, errors="replace") as f:
            return Seen(status, screen, play.plain(f.read().encode()), time.monotonic() - begun)

    def must(self, person, command, typed="", piped=None):
        """The same, where nothing else than success will do."""
        seen = self.do(person, command, typed, piped)
        if seen.status != 0:
            raise Broken("%s$ callbox %s %s" % (person, command, seen))
        return seen

    # How a program begins

    def found(self):
        """Three coordinators of whom two must sign, two peers, a clinician, codes; and a notice. Returns the invite."""
        keys = [self.must(person, "program key").screen.strip().split("\n")[-1] for person in ("cole", "cyd")]
        for person in ("cole", "cyd"):
            self.unlock(person, "program unlock")
        self.must("cara", "program init --name 'Lake County Peer Support' --time-zone America/Chicago --quorum 2 --relay %s --pin %s"
                  " --coordinator %s --coordinator %s --online" % (self.url, self.pin(), *keys))
        self.unlock("cara", "program unlock")
        self.must("cara", "program notice --language en", piped=NOTICE)
        self.must("cara", "program sign draft.json --yes")
        self.must("cole", "program sign %s --yes" % self.carry("cara", "cole", "root.json"))
        self.allow()
        self.publish()
        invite = self.must("cara", "program invite").screen.split()[0]
        codes = {}
        for person, (name, role, _) in MEMBERS.items():
            request = self.must(person, "member init '%s' --name '%s' --role %s" % (invite, name, role))
            with open(os.path.join(self.home("cara"), person + ".json"), "w") as f:
                json.dump(request.json(), f)
            codes[person] = request.talk.split()[-1]
            self.unlock(person)
        self.must("cara", "program draft new")
        for person, (_, role, credential) in MEMBERS.items():
            self.must("cara", "program add-member %s.json --code %s --role %s --credential '%s' --credential-expires %s "
                      "--training-expires %s" % (person, codes[person], role, credential, self.names["in-a-year"], self.names["in-a-year"]))
        self.must("cara", "program sign draft.json --yes")
        self.publish()
        return invite

    def pin(self):
        """The relay's pin, as an invite has it."""
        bits = "".join(format(byte, "08b") for byte in self.relay.place.pin) + "0000"
        return "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[int(bits[at:at + 5], 2)] for at in range(0, 260, 5))

    def allow(self):
        """The relay's operator allows the program."""
        digest = self.must("cara", "program show --json").json()["root_digest"]
        status, output = self.relay.command("allow", digest)
        if status != 0:
            raise Broken("callboxd allow: " + output)

    def publish(self):
        """Cole signs beside Cara, and she brings it all to the relay."""
        self.must("cole", "program sign %s --yes" % self.carry("cara", "cole", "program.json"))
        for name in ("root.json", "program.json"):
            self.carry("cole", "cara", name)
        self.must("cara", "program publish")
        self.must("cara", "program refresh")

    def carry(self, giver, taker, name):
        """Somebody hands a file to somebody."""
        shutil.copy(os.path.join(self.home(giver), name), os.path.join(self.home(taker), name))
        return name

    def unlock(self, person, command="unlock"):
        """Has a vault's keys remembered, where this machine can: else each command opens by the paper."""
        self.do(person, command + " --for 600")

    def lacks(self):
        """What keeps this machine from running people's programs at all."""
        if not os.access(os.path.join(self.programs, "callbox"), os.X_OK):
            raise CannotRun("no callbox in " + self.programs)
