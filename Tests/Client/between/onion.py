"""`tor`: a whole conversation through a private Tor network on the loopback, over an onion service with pinned TLS. Each connection to the relay says
by which circuit it came (HiddenServiceExportCircuitID), Tor's control port says by which user name each stream was asked for, and strace what
each `callbox` connects to and opens."""

import os
import re
import shutil
import socket
import tempfile
from collections import defaultdict

import rules
import tornet
import view
import wire
from daemon import Broken, CannotRun, free_port
from people import World

TRACED = "connect,sendto,sendmsg,sendmmsg,open,openat,openat2"
LOOK_UPS = ("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/run/nscd", "/var/run/nscd",
            "/run/systemd/resolve")


class Control:
    """Tor's control port: says which streams there were."""

    def __init__(self, port):
        self._file = socket.create_connection(("127.0.0.1", port), 20).makefile("rw", newline="\r\n")
        self._events = []
        self.ask("AUTHENTICATE")
        self.ask("SETEVENTS STREAM")

    def ask(self, words):
        """Says something, and reads up to its answer. Events that come before it are kept."""
        self._file.write(words + "\r\n")
        self._file.flush()
        while True:
            line = self._file.readline().strip()
            if line.startswith("650"):
                self._events.append(line)
            elif line.startswith("250 "):
                return
            elif not line.startswith("250"):
                raise Broken("Tor's control port: %s: %s" % (words, line))

    def streams(self):
        """Every stream that somebody asked for and that was connected: (user name, circuit, target). Tor's own are left out."""
        self.ask("GETINFO version")
        asked, found = {}, []
        for line in self._events:
            said = re.match(r"650 STREAM (\d+) (NEW|SUCCEEDED) (\d+) (\S+)", line)
            if said and said[2] == "NEW" and "PURPOSE=USER" in line:
                user = re.search(r'SOCKS_USERNAME="([^"]*)"', line)
                asked[said[1]] = user[1] if user else None
            elif said and said[2] == "SUCCEEDED" and said[1] in asked:
                found.append((asked[said[1]], said[3], said[4]))
        return found


def onion(run):
    """A conversation through Tor, and what it shows."""
    for program in ("tor", "tor-gencert", "strace"):
        if not shutil.which(program):
            raise CannotRun("no %s (Debian: apt-get install tor strace)" % program)
    scratch = tempfile.mkdtemp(prefix="callbox-onion-")
    try:
        port, control = free_port(), free_port()
        service = os.path.join(scratch, "tor", "service", "onion") + "/"
        lines = "HiddenServiceDir %s\nHiddenServicePort 443 127.0.0.1:%d\nHiddenServiceExportCircuitID haproxy\n" % (service, port)
        client = "ControlPort 127.0.0.1:%d\nCookieAuthentication 0\n" % control
        with tornet.Network(os.path.join(scratch, "tor"), lines, client) as network:
            run.say("the network stands after %.0f s" % network.ready())
            with World(run.programs, os.path.join(scratch, "people"), "https://" + network.onion(), port, announced=True) as world:
                world.lacks()
                world.open()
                through_tor(run, world, network, Control(control), os.path.join(scratch, "traces"))
        planted(run, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def through_tor(run, world, network, control, traces):
    """The story, and all that is held against it."""
    os.makedirs(traces)
    world.way = "--proxy 127.0.0.1:%d" % network.socks
    world.wrapper = traced(os.path.join(traces, "trace"))
    converse(world)
    run.say("joined, wrote, answered, and talked live, both ways")
    complaints = looked_up(traces, network.socks)
    for complaint in complaints:
        run.fail(complaint)
    if not complaints:
        run.say("%d threads traced: all connections went to 127.0.0.1:%d, and nothing was looked up" % (len(os.listdir(traces)), network.socks))
    story = rules.Story(world.between.exchanges, network.onion(), world.relay.place.identity)
    for name in ("meeting", "connections", "hellos"):
        for complaint in rules.ALL[name](story):
            run.fail("%s: %s" % (name, complaint))
    streams = control.streams()
    tell(run, story, streams)
    for complaint in circuits(story, streams, network.onion()):
        run.fail(complaint)
    plant_circuits(run, story, streams, network.onion())


def converse(world):
    """A program, a first word and its answer, and a chat: all by the onion service."""
    invite = world.found()
    world.must("dana", "member publish")
    world.must("ana", "join '%s' --no-code" % invite)
    world.unlock("ana")
    view.reach(world, "ana", "Dana", view.FIRST["dana"])
    world.must("dana", "inbox")
    world.must("dana", "reply 1", piped="I am here, and I have time.")
    seen = world.must("ana", "read 1")
    if "I am here, and I have time." not in seen.screen:
        raise Broken("the answer did not come: %s" % seen)
    world.must("ana", "send 1", piped="It was the child seat.")
    world.must("dana", "inbox")
    view.talk(world)


def traced(path):
    """strace before a command, one file for each process and thread."""
    return ["strace", "-f", "-ff", "-qq", "-o", path, "-e", "trace=" + TRACED]


def looked_up(traces, socks):
    """What was connected to, sent to or opened that should not have been."""
    complaints = set()
    through = 0
    for name in os.listdir(traces):
        with open(os.path.join(traces, name), errors="replace") as f:
            for line in f:
                if "AF_INET" in line and line.startswith(("connect(", "sendto(", "sendmsg(", "sendmmsg(")):
                    if 'sin_port=htons(%d), sin_addr=inet_addr("127.0.0.1")' % socks in line:
                        through += 1
                    else:
                        complaints.add("past Tor: " + line.strip()[:160])
                elif line.startswith("connect(") and "AF_UNIX" in line:
                    complaints.add("to another program: " + line.strip()[:160])
                elif line.startswith("open") and any(file in line for file in LOOK_UPS):
                    complaints.add("opened for looking names up: " + line.strip()[:160])
    return sorted(complaints) + ([] if through else ["nothing went through Tor"])


def lane(noted):
    """What must have a circuit of its own: a mailbox for its owner, the same for whoever deposits there, and each kind of request to a program."""
    if noted.address:
        return "%s %s" % ("deposits in" if noted.call == "deposit" else "owner of", wire.b64url(noted.address)[:8])
    return "%s's %s" % (noted.actor, rules.purpose(noted))


def circuits(story, streams, onion_name):
    """Each mailbox has circuits of its own: as the service sees them, and by the user names that Tor was given."""
    complaints, by_circuit = [], defaultdict(set)
    for noted in story.all:
        by_circuit[noted.line.circuit].add(lane(noted))
    complaints += ["circuit %s carries %s" % (circuit, " and ".join(sorted(lanes))) for circuit, lanes in by_circuit.items() if len(lanes) > 1]
    users, names = defaultdict(set), defaultdict(set)
    for user, circuit, target in streams:
        users[circuit].add(user)
        names[user].add(circuit)
        if target.rsplit(":", 1)[0] != onion_name:
            complaints.append("a stream to %s" % target)
    complaints += ["Tor's circuit %s carries the streams of %d users" % (circuit, len(user)) for circuit, user in users.items() if len(user) > 1]
    complaints += ["a stream without a user name"] * (None in names)
    sides, connected = {lane(noted) for noted in story.mail()}, {noted.line.number for noted in story.all}
    if len(by_circuit) < len(sides):
        complaints.append("fewer circuits than there are sides of mailboxes")
    if len(streams) < len(connected) or len(names) < len(sides):
        complaints.append("Tor was not told of each")
    return complaints


def tell(run, story, streams):
    """The numbers."""
    counts = {
        "mailboxes": {noted.address for noted in story.mail()}, "sides (owner, depositor)": {lane(noted) for noted in story.mail()},
        "connections": {noted.line.number for noted in story.all}, "circuits at the service": {noted.line.circuit for noted in story.all},
        "streams at the client": streams, "circuits there": {circuit for _, circuit, _ in streams}, "user names": {user for user, _, _ in streams}}
    run.table([tuple(counts), tuple(len(counted) for counted in counts.values())])


def plant_circuits(run, story, streams, onion_name):
    """What Tor said, with a weakness in it: the judge must see each."""
    one = streams[0][0]
    run.planted("every stream is asked for by one user name", "circuits", circuits(story, [(one, *rest) for _, *rest in streams], onion_name))
    run.planted("two users share a circuit", "circuits", circuits(story, streams + [("f" * 32, *streams[0][1:])], onion_name))
    last, before = story.mail()[-1].line, story.mail()[0].line
    kept, last.circuit = last.circuit, before.circuit
    run.planted("a mailbox is reached by the circuit of another", "circuits", circuits(story, streams, onion_name))
    last.circuit = kept


def planted(run, scratch):
    """The same client without `--proxy`: nothing leaves, as connecting fails at once, and the judge must see what it tried."""
    for name, address, rule in (("a relay by its address", "https://127.0.0.1:%d", "past Tor"),
                                ("a relay by its name", "https://relay.invalid:%d", "looking names up")):
        traces = os.path.join(scratch, "planted " + name)
        os.makedirs(traces)
        program, pin = "0" * 26, "0" * 52
        invite = "callbox:join?v=1&program=%s&relay=%s&pin=%s&root=%s" % (program, address % free_port(), pin, "0" * 26)
        with World(run.programs, os.path.join(scratch, "planted")) as world:
            world.wrapper = [*traced(os.path.join(traces, "trace")), "-e", "inject=connect,sendto,sendmsg,sendmmsg:error=ENETUNREACH"]
            seen = world.do("ana", "join '%s' --no-code" % invite)
        complaints = [complaint for complaint in looked_up(traces, 1) if rule in complaint]
        run.planted("callbox without --proxy, %s (ended with %s)" % (name, seen.status), rule, complaints)

