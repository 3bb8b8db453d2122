"""Starts and stops one relay of its own on the loopback, with its state in a scratch folder."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

from client import Place
from connection import Unanswered, WrongPin, spki_pin
from problems import Refused

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


class CannotRun(Exception):
    """What this machine lacks."""


class Broken(Exception):
    """A promise that was broken, in words."""


def program():
    """The command that runs the relay, in words: CALLBOXD, or what was built last; the fake one by this Python."""
    named = os.environ.get("CALLBOXD")
    builds = [os.path.join(ROOT, ".build", kind, "callboxd") for kind in ("release", "debug")]
    for path in [named] if named else builds:
        if os.access(path, os.X_OK):
            return ([sys.executable] if path.endswith(".py") else []) + [os.path.abspath(path)]
    raise CannotRun("no callboxd: build it first (swift build), or name one in CALLBOXD")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Relay:
    """A relay. Whoever makes one closes it."""

    def __init__(self, options=None, environment=None, state=None, plant=None):
        self.scratch = tempfile.mkdtemp(prefix="callbox-faults-")
        self.state = state or os.path.join(self.scratch, "state")
        self.log = os.path.join(self.scratch, "log")
        self.port, self.admin = free_port(), free_port()
        settings = {
            "URL": "https://127.0.0.1:%d" % self.port, "LISTEN": "127.0.0.1:%d" % self.port,
            "ADMIN": "127.0.0.1:%d" % self.admin, "DIFFICULTY": "6", "LOG": "info",
        } | (options or {})
        self.environment = {**os.environ, "SWIFT_BACKTRACE": "enable=no", **(environment or {})}
        self.environment |= {"CALLBOXD_" + name: value for name, value in settings.items()}
        self.environment.pop("CALLBOXD_PLANT", None)
        if plant:
            self.environment["CALLBOXD_PLANT"] = plant
        self.process = None
        self.place = Place("127.0.0.1", self.port, None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def command(self, *words, timeout=60):
        """Runs one of the short commands on the state folder. Returns (status, output)."""
        done = subprocess.run([*program(), words[0], "--state", self.state, *words[1:]], env=self.environment, timeout=timeout,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout.decode(errors="replace")

    def init(self):
        status, output = self.command("init")
        if status != 0:
            raise CannotRun("callboxd init ended with %d: %s" % (status, output.strip()[-500:]))
        self.learn_pin()
        return self

    def learn_pin(self):
        with open(os.path.join(self.state, "tls.crt")) as f:
            self.place.pin = spki_pin(ssl.PEM_cert_to_DER_cert(f.read()))

    def start(self, wrapper=(), patience=30):
        """Starts it, and returns after how many seconds it answered."""
        begun = time.monotonic()
        self.launch(wrapper)
        while not self.answers():
            if self.process.poll() is not None:
                raise Broken("the relay ended with %d when it was to start: %s" % (self.process.returncode, self.last_words()))
            if time.monotonic() - begun > patience:
                raise Broken("the relay did not answer within %d s: %s" % (patience, self.last_words()))
            time.sleep(0.01)
        return time.monotonic() - begun

    def launch(self, wrapper=()):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([*wrapper, *program(), "serve", "--state", self.state], env=self.environment,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def answers(self):
        try:
            connection = self.place.connection(5)
            self.place.learn(connection)
            connection.close()
            return True
        except (Unanswered, WrongPin, Refused):
            return False

    def kill(self):
        """kill -9."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def terminate(self, limit):
        """SIGTERM. Returns (status, seconds)."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(limit)
        except subprocess.TimeoutExpired:
            raise Broken("still there %d s after SIGTERM" % limit) from None
        return status, time.monotonic() - begun

    def metrics(self):
        with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % self.admin, timeout=10) as answer:
            return answer.read()

    def files(self):
        """Every file of the state folder."""
        return sorted(os.path.join(folder, name) for folder, _, names in os.walk(self.state) for name in names)

    def written(self):
        """All that the relay has logged."""
        try:
            with open(self.log, "rb") as f:
                return f.read()
        except FileNotFoundError:
            return b""

    def last_words(self):
        return self.written()[-600:].decode(errors="replace").strip() or "(no word)"
