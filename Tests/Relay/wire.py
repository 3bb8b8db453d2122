"""The bytes of Protocol/cell.md, relay.md and tokens.md that a client of a relay needs, from the text alone."""

import base64
import hashlib
import os
import time

from nacl import bindings

CELL = 8192
SLOT = 1 + 8 + CELL
ACKNOWLEDGEMENT = 1 + 8 + 32
SESSION, INTAKE = 1, 2
DEPOSIT, MAILBOX = 1, 2  # tasks of work


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_b64url(text):
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64url(data) != text:
        raise ValueError("not the base64url that an encoder gives")
    return data


def b64(data):
    return base64.b64encode(data).decode()


def blake2b_256(data):
    return hashlib.blake2b(data, digest_size=32).digest()


def cell_id(cell):
    return blake2b_256(cell)


def address(collect_public):
    return blake2b_256(b"callbox/v1/mailbox" + collect_public)


class Key:
    """An Ed25519 key pair."""

    def __init__(self, seed=None):
        self.seed = seed or os.urandom(32)
        self.public, self._secret = bindings.crypto_sign_seed_keypair(self.seed)

    def sign(self, message):
        return bindings.crypto_sign(message, self._secret)[:64]


# Signed requests (relay.md section 2)

def signed_headers(key, relay, method, path, query, content, now=None, nonce=None, keyid=None):
    """The four header fields; `keyid` names another key than the one that signs, which no relay may accept."""
    keyid = keyid or key.public
    nonce = nonce or os.urandom(16)
    lines = [("@method", method), ("@path", path), ("@query", "?" + query), ("callbox-relay", ":%s:" % b64(relay))]
    headers = {"callbox-relay": ":%s:" % b64(relay)}
    if content:
        digest = "sha-512=:%s:" % b64(hashlib.sha512(content).digest())
        lines.append(("content-digest", digest))
        headers["content-digest"] = digest
    parameters = '(%s);created=%d;nonce="%s";keyid="%s";tag="callbox/v1/request"' % (
        " ".join('"%s"' % name for name, _ in lines), int(time.time() if now is None else now), b64url(nonce), b64url(keyid))
    base = "".join('"%s": %s\n' % line for line in lines) + '"@signature-params": ' + parameters
    headers["signature-input"] = "callbox=" + parameters
    headers["signature"] = "callbox=:%s:" % b64(key.sign(base.encode()))
    return headers


# Collect answers and acknowledgements (relay.md section 3)

def read_slots(content, slots):
    """The cells of a collect answer as (sequence, cell). Raises ValueError for an answer out of form."""
    if len(content) != slots * SLOT:
        raise ValueError("collect answer of %d bytes for %d slots" % (len(content), slots))
    cells, ended = [], False
    for start in range(0, len(content), SLOT):
        state = content[start]
        if state == 0:
            ended = True
        elif state == 1 and not ended:
            cells.append((int.from_bytes(content[start + 1:start + 9], "big"), content[start + 9:start + SLOT]))
        else:
            raise ValueError("a slot of state %d%s" % (state, ", a cell after an empty slot" if ended else ""))
    sequences = [sequence for sequence, _ in cells]
    if sequences != sorted(set(sequences)) or any(not 1 <= s < 1 << 63 for s in sequences):
        raise ValueError("sequences that do not rise")
    return cells


def acknowledgements(items, slots):
    """The content that acknowledges (sequence, cell id) pairs, always `slots` long."""
    used = b"".join(b"\1" + s.to_bytes(8, "big") + name for s, name in sorted(items))
    return used + bytes(ACKNOWLEDGEMENT) * (slots - len(items))


# Work (tokens.md section 5)

def stamp(task, relay, what, difficulty, day=None):
    """The lowest stamp of a day. `what` is 64 bytes: address and cell id, or collect key and 32 zero bytes."""
    day = int(time.time()) // 86400 if day is None else day
    head = hashlib.blake2b(b"callbox/v1/work" + bytes([task]) + relay + what + day.to_bytes(4, "big"), digest_size=32)
    limit, nonce = 1 << (256 - difficulty), 0
    while True:
        attempt = head.copy()
        attempt.update(nonce.to_bytes(8, "big"))
        if int.from_bytes(attempt.digest(), "big") < limit:
            return day.to_bytes(4, "big") + nonce.to_bytes(8, "big")
        nonce += 1


def work_header(value):
    return 'CallboxWork stamp="%s"' % b64url(value)
