"""Tokens through `kill -9`: `tokens`. A program with enrolment codes; batches are bought with them and their tokens spent at an intake
while the relay is killed. Of every token: it pays for one request, and for that one however often it is sent. From Protocol/tokens.md,
relay.md section 4 and documents.md alone, with libsodium's ristretto255; the proof of a batch is not looked at, for the relay itself
says at the spending whether a token is one."""

import base64
import ctypes
import ctypes.util
import hashlib
import json
import os
import random
import threading
import time
from collections import Counter

import wire
from client import Client, persistently
from connection import Unanswered
from daemon import Broken, CannotRun, Relay
from history import total
from load import Box, drain, make
from problems import Refused

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ROOT = "application/vnd.callbox.root.v1+json"
BATCH = "application/private-token-amortized-batch-request"
CONTEXT = b"OPRFV1-\1-ristretto255-SHA512"
TOKENS, CODES, SPENDERS = 16, 1000, 3
_SODIUM = ctypes.CDLL(ctypes.util.find_library("sodium")) if ctypes.util.find_library("sodium") else None
if _SODIUM:
    _SODIUM.crypto_core_ristretto255_scalar_reduce.restype = None


def base32(data):
    bits = "".join("%8s" % bin(byte)[2:] for byte in data).replace(" ", "0")
    return "".join(SYMBOLS[int(bits[at:at + 5].ljust(5, "0"), 2)] for at in range(0, len(bits), 5))


# The client's half of VOPRF(ristretto255, SHA-512), RFC 9497

def sodium(name, *words):
    out = ctypes.create_string_buffer(32)
    if getattr(_SODIUM, name)(out, *words):
        raise ValueError(name)
    return out.raw


def element(data):
    """HashToGroup: expand_message_xmd of RFC 9380 with SHA-512 to 64 bytes, which is one block of it."""
    tag = b"HashToGroup-" + CONTEXT
    tag += bytes([len(tag)])
    first = hashlib.sha512(bytes(128) + data + b"\0\x40\0" + tag).digest()
    return sodium("crypto_core_ristretto255_from_hash", hashlib.sha512(first + b"\1" + tag).digest())


def output(data, blind, evaluated):
    inverse = sodium("crypto_core_ristretto255_scalar_invert", blind)
    point = sodium("crypto_scalarmult_ristretto255", inverse, evaluated)
    return hashlib.sha512(len(data).to_bytes(2, "big") + data + b"\0\x20" + point + b"Finalize").digest()


class Program:
    """A program of one coordinator at a relay, and the codes that are left."""

    def __init__(self, relay):
        place, self._coordinator, self._number, self._codes = relay.place, wire.Key(), os.urandom(16), []
        epoch = next(e for e in place.learn()["epochs"] if e["first"] <= time.time() // 86400 <= e["last"])
        name = base32(place.identity).lower().encode()
        challenge = b"\0\5" + b"\0".join([len(name).to_bytes(2, "big") + name] * 2)
        self._key_id = hashlib.sha256(base64.b64decode(epoch["key"])).digest()
        self._challenge = hashlib.sha256(challenge).digest()
        self._path = "/v1/programs/" + wire.b64url(self._number)
        root = json.dumps({"program_id": wire.b64(self._number), "version": 1, "issued": int(time.time()), "quorum": 1,
                           "coordinator_keys": [wire.b64(self._coordinator.public)]}).encode()
        signed = b"DSSEv1 %d %s %d %s" % (len(ROOT), ROOT.encode(), len(root), root)
        envelope = {"payloadType": ROOT, "payload": wire.b64(root), "signatures": [{"sig": wire.b64(self._coordinator.sign(signed))}]}
        status, said = relay.command("allow", base32(wire.blake2b_256(root))[:26])
        if status:
            raise Broken("allow: " + said)
        client = Client(place)
        client.call("PUT", self._path + "/root", content=json.dumps(envelope).encode(), key=self._coordinator,
                    headers={"content-type": "application/json"})
        client.close()

    def restock(self, client):
        """Sees to it that there are codes enough for a cycle."""
        if len(self._codes) >= CODES // 2:
            return
        codes = [self._code() for _ in range(CODES)]
        hashes = b"".join(wire.blake2b_256(b"callbox/v1/enrolment-code" + self._number + code[:19].encode()) for code in codes)
        persistently(lambda: client.call("POST", self._path + "/codes", key=self._coordinator, content=hashes))
        self._codes += codes

    @staticmethod
    def _code():
        while True:
            symbols, value = random.choices(SYMBOLS, k=19), 0
            for symbol in symbols:
                value = (value * 32 + SYMBOLS.index(symbol)) % 37
            if value < 32:
                return "".join(symbols) + SYMBOLS[value]

    def order(self):
        """A batch to buy: (code, request, inputs, blinds). It is bought by these bytes, or not at all."""
        inputs = [b"\0\5" + os.urandom(32) + self._challenge + self._key_id for _ in range(TOKENS)]
        blinds = [sodium("crypto_core_ristretto255_scalar_reduce", os.urandom(64)) for _ in inputs]
        blinded = b"".join(sodium("crypto_scalarmult_ristretto255", blind, element(data)) for blind, data in zip(blinds, inputs))
        return self._codes.pop(), b"\0\5" + self._key_id[-1:] + (0x4000 | len(blinded)).to_bytes(2, "big") + blinded, inputs, blinds

    def buy(self, client, order):
        code, request, inputs, blinds = order
        answer = client.call("POST", self._path + "/tokens", content=request, expect=200,
                             headers={"content-type": BATCH, "authorization": 'CallboxCode code="%s"' % code}).content
        return [data + output(data, blind, answer[2 + 32 * at:34 + 32 * at])
                for at, (data, blind) in enumerate(zip(inputs, blinds))]


class Purse:
    """Buys tokens and spends them, and keeps what was not answered."""

    def __init__(self, program, place, box, count):
        self._program, self._place, self._box, self._count = program, place, box, count
        self._over, self._thread = threading.Event(), None
        self._order, self._tokens, self._open = None, [], []

    def start(self):
        self._over.clear()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self):
        self._over.set()
        self._thread.join()

    def settle(self, client):
        """What became of the tokens whose spending was not answered? Half are sent again as they were, half for another cell."""
        ledger = self._box.ledger
        for number, (token, cell) in enumerate(self._open):
            self._count["unanswered"] += 1
            other = os.urandom(wire.CELL)
            if number % 2:
                persistently(lambda: self._again(client, token, cell))
            elif persistently(lambda: self._buys(client, token, other)):
                ledger.refused(cell)  # it was not spent, so its cell must never come
            else:
                ledger.stored(cell)  # it was spent, so its cell must be there
        self._open = []

    def _run(self):
        client = Client(self._place, timeout=20)
        while not self._over.is_set():
            try:
                if not self._tokens:
                    self._order = self._order or self._program.order()
                    self._tokens, self._order = self._program.buy(client, self._order), None
                    self._count["bought"] += TOKENS
                self._spend(client, self._tokens.pop(), os.urandom(wire.CELL))
            except Unanswered:
                self._over.wait(0.01)
            except Refused as refused:
                if refused.retry_after is None:
                    self._box.ledger.surprise(str(refused))
                    self._order = None
                self._over.wait(0.1)
        client.close()

    def _spend(self, client, token, cell):
        try:
            taken = self._buys(client, token, cell)
        except Unanswered:
            self._box.ledger.unanswered(cell)
            self._open.append((token, cell))
            raise
        except Refused:
            self._tokens.append(token)  # nothing was spent
            raise
        self._count["spent"] += taken
        self._count["LOST"] += not taken
        if taken and random.random() < 0.3:
            self._again(client, token, cell)
            self._count["tried twice"] += 1
            # When that goes unanswered, its cell must never come either: the token was spent.
            self._count["DOUBLE-SPENT"] += self._buys(client, token, os.urandom(wire.CELL))

    def _again(self, client, token, cell):
        """The same request, which the same token pays for."""
        self._count["LOST"] += not self._buys(client, token, cell)

    def _buys(self, client, token, cell):
        """Whether a token pays for a cell; if not, it is spent."""
        self._box.ledger.sending(cell)
        try:
            client.deposit(self._box.mailbox, cell, token)
        except Refused as refused:
            if refused.word != "token-spent":
                raise
            return False
        self._box.ledger.stored(cell)
        return True


def tokens(run):
    if not _SODIUM:
        raise CannotRun("no libsodium")
    with Relay(plant=run.plant) as relay:
        relay.init().start()
        program, box, count = Program(relay), Box(wire.INTAKE), Counter()
        make(relay.place, [box])
        purses = [Purse(program, relay.place, box, count) for _ in range(SPENDERS)]
        for _ in range(run.cycles):
            client = Client(relay.place)
            program.restock(client)
            for purse in purses:
                purse.start()
            time.sleep(random.uniform(0.2, 1.5))
            relay.kill()
            for purse in purses:
                purse.stop()
            relay.start()
            for purse in purses:
                purse.settle(client)
            client.close()
            drain(relay.place, [box])
        run.say("tokens: " + ", ".join("%d %s" % (count[what], what) for what in (
            "bought", "spent", "unanswered", "tried twice", "DOUBLE-SPENT", "LOST")))
        for what in ("DOUBLE-SPENT", "LOST"):
            if count[what]:
                run.fail("%d tokens %s" % (count[what], what))
        run.report(total([box.ledger]), "%d cycles" % run.cycles)
        run.surprises([box])
