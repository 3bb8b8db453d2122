"""The ways in that README describes, as it describes them: nginx, Caddy and an onion service in front of a relay, with README's own
texts as their settings. Nothing of what passes may stay with the proxy."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time

import wire
from client import Client, Mailbox, Place, persistently
from connection import Connection, Unanswered, spki_pin
from daemon import ROOT, Broken, CannotRun, Relay, free_port
from problems import Refused


def readme(word):
    """The one block of README in which this word stands."""
    with open(os.path.join(ROOT, "README.md")) as f:
        blocks = [block for block in re.findall(r"```\n(.*?)```", f.read(), re.S) if word in block]
    if len(blocks) != 1:
        raise Broken("README has %d blocks with %s" % (len(blocks), word))
    return blocks[0]


def adapted(text, changes):
    """The text with what must differ here put in; each must stand in it."""
    for old, new in changes.items():
        if old not in text:
            raise Broken("README no longer says %s" % old)
        text = text.replace(old, new)
    return text


def need(program):
    if not shutil.which(program) and not os.access("/usr/sbin/" + program, os.X_OK):
        raise CannotRun("needs %s" % program)


class Server:
    """A program beside the relay, in a folder of its own. Ended by whoever started it."""

    def __init__(self, folder, *words, environment=None):
        self.folder = folder
        with open(os.path.join(folder, "said"), "wb") as said:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                                            env={**os.environ, **(environment or {})})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def said(self):
        with open(os.path.join(self.folder, "said"), errors="replace") as f:
            return f.read()

    def holds(self, marker):
        """The files of its folder in which a marker stands."""
        found = []
        for folder, _, names in os.walk(self.folder):
            for name in names:
                with open(os.path.join(folder, name), "rb") as f:
                    if marker in f.read():
                        found.append(name)
        return found


def round_trip(place, run, patience=20):
    """Everything that owners and depositors do; a collector who waits longer than a minute's proxy patience, and one who is woken.
    Returns the cells' bytes."""
    learn = lambda: place.learn(place.connection(5))
    persistently(learn, patience)
    owner, other = Client(place, 90), Client(place, 90)
    box = Mailbox()
    owner.make(box)
    began = time.monotonic()
    if owner.collect(box, slots=2, wait=55) != []:
        raise Broken("an empty mailbox gave a cell")
    run.say("a collector waited for %.0f s and was answered" % (time.monotonic() - began))
    cells = [os.urandom(8192) for _ in range(2)]
    other.deposit(box, cells[0])
    late = threading.Timer(1, other.deposit, (box, cells[1]))
    (first, cell), = owner.collect(box, slots=2)
    owner.acknowledge(box, [(first, wire.cell_id(cell))], slots=2)
    late.start()
    began = time.monotonic()
    (second, woken), = owner.collect(box, slots=2, wait=55)
    seconds = time.monotonic() - began
    late.join()
    if (cell, woken) != tuple(cells):
        raise Broken("another cell came than was dropped")
    if seconds > 10:
        raise Broken("woken after %.0f s: the way in holds answers back" % seconds)
    run.say("woken %.2f s after a deposit one second later" % seconds)
    owner.acknowledge(box, [(second, wire.cell_id(woken))], slots=2)
    owner.delete(box)
    try:
        owner.collect(box)
        raise Broken("a deleted mailbox is there")
    except Refused as refused:
        if refused.word != "no-such-mailbox":
            raise
    return cells


def behind(run, name, relay, place, settings):
    """One proxy in front of one relay."""
    folder = os.path.join(relay.scratch, name)
    os.mkdir(folder)
    words, environment = settings(folder)
    with Server(folder, *words, environment=environment) as server:
        try:
            cells = round_trip(place, run)
        except (Unanswered, Refused) as error:
            raise Broken("behind %s: %s; it said: %s" % (name, error, server.said()[-600:])) from error
        for cell in cells:
            if server.holds(cell[100:132]):
                raise Broken("%s keeps what passed: %s" % (name, server.holds(cell[100:132])))
        if server.holds(b"/v1/"):
            raise Broken("%s noted a path: %s" % (name, server.holds(b"/v1/")))
    run.say("behind %s, as README says: all calls; nothing of a cell or a path in its files" % name)


def certificate(folder):
    """A certificate for this machine, and its pin."""
    need("openssl")
    files = [os.path.join(folder, name) for name in ("key.pem", "crt.pem")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", files[0], "-out", files[1]],
                   check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(files[1]) as f:
        return (*files, spki_pin(ssl.PEM_cert_to_DER_cert(f.read())))


def proxied(run):
    """A relay that speaks plain HTTP to a proxy on its machine, as `callboxd init --proxy` makes it."""
    relay = Relay()
    status, output = relay.command("init", "--proxy", "--url", "https://localhost")
    if status != 0:
        raise Broken("callboxd init --proxy: " + output)
    relay.environment["CALLBOXD_URL"] = "https://localhost"
    relay.launch()
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", relay.port), 5).close()
            return relay
        except OSError:
            time.sleep(0.1)
    raise Broken("the relay does not listen: " + relay.last_words())


def proxy(run):
    need("nginx")
    with proxied(run) as relay:
        key, crt, pin = certificate(relay.scratch)
        port = free_port()

        def nginx(folder):
            location = adapted(readme("proxy_pass"), {"127.0.0.1:8080": "127.0.0.1:%d" % relay.port})
            temporary = "".join("%s_temp_path %s/%s;\n" % (kind, folder, kind) for kind in (
                "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
            with open(os.path.join(folder, "nginx.conf"), "w") as f:
                f.write("daemon off;\npid %s/pid;\nerror_log %s/errors;\nevents {}\nhttp {\naccess_log %s/access;\n%s"
                        "server {\nlisten 127.0.0.1:%d ssl;\nssl_protocols TLSv1.3;\nssl_certificate %s;\nssl_certificate_key %s;\n%s}\n}\n"
                        % (folder, folder, folder, temporary, port, crt, key, location))
            return ["nginx", "-e", "stderr", "-c", os.path.join(folder, "nginx.conf")], None

        behind(run, "nginx", relay, Place("127.0.0.1", port, pin), nginx)
        if not shutil.which("caddy"):
            run.say("skipped: needs caddy")
            return
        port2 = free_port()

        def caddy(folder):
            site = adapted(readme("reverse_proxy"), {"127.0.0.1:8080": "127.0.0.1:%d" % relay.port,
                                                     "relay.example.org {": "https://localhost:%d {\ntls %s %s" % (port2, crt, key)})
            with open(os.path.join(folder, "Caddyfile"), "w") as f:
                f.write("{\nadmin off\nauto_https disable_redirects\nstorage file_system %s/storage\n}\n%s" % (folder, site))
            return ["caddy", "run", "--adapter", "caddyfile", "--config", os.path.join(folder, "Caddyfile")], {"HOME": folder}

        behind(run, "caddy", relay, Place("localhost", port2, pin), caddy)


class OnionConnection(Connection):
    """Plain HTTP to an onion service, by a SOCKS proxy that resolves the name."""

    socks = None

    def connect(self):
        self.sock = socket.create_connection(("127.0.0.1", self.socks), self.timeout)
        name = self.host.encode()
        self.sock.sendall(b"\5\1\0")
        if self.sock.recv(2) != b"\5\0":
            raise OSError("no SOCKS proxy")
        self.sock.sendall(b"\5\1\0\3" + bytes([len(name)]) + name + (80).to_bytes(2, "big"))
        answer = self.sock.recv(10)
        if len(answer) < 2 or answer[1] != 0:
            raise OSError("the proxy could not reach the onion service")


class OnionPlace(Place):
    def connection(self, timeout=70):
        connection = OnionConnection(self.host, 80, None, max(timeout, 30))
        connection.socks = self.port
        return connection


def onion(run):
    """A private Tor network of a few processes on the loopback, and README's two lines of torrc."""
    for program in ("tor", "tor-gencert"):
        need(program)
    import tornet
    with proxied(run) as relay:
        lines = adapted(readme("HiddenServicePort"), {
            "/var/lib/tor/callboxd/": os.path.join(relay.scratch, "tor", "service", "onion") + "/",
            "127.0.0.1:8080": "127.0.0.1:%d" % relay.port})
        with tornet.Network(os.path.join(relay.scratch, "tor"), lines) as network:
            run.say("the network stands after %.0f s" % network.ready())
            name = network.onion()
            status, output = relay.command("init", "--onion", name, "--state", os.path.join(relay.scratch, "onion-relay"))
            if status != 0 or ("http://" + name) not in output or "pin=none" not in output:
                raise Broken("callboxd init --onion: " + output)
            cells = round_trip(OnionPlace(name, network.socks, None), run, patience=120)
            for folder, _, files in os.walk(network.folder):
                for file in files:
                    with open(os.path.join(folder, file), "rb") as f:
                        content = f.read()
                    if any(cell[100:132] in content for cell in cells):
                        raise Broken("Tor keeps what passed: " + file)
    run.say("over an onion service, as README says: all calls")
