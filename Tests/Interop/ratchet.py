"""ratchet.md: the Double Ratchet, both roles, sending and receiving."""

import copy
import hmac
import os
import time
from collections import namedtuple

from cell import INIT, RATCHET, pad, unpad
from primitives import (H, HMAC, X, Refused, aead_open, aead_seal, hkdf_expand, hkdf_extract, x25519_pair, x25519_public,
                        xwing_check, xwing_decapsulate, xwing_encapsulate, xwing_pair, xwing_public)

INITIATOR, RESPONDER = 0, 1
HEADER, ENCRYPTED_HEADER, CIPHERTEXT = 2377, 2417, 1120
MESSAGE = {INIT: 6721, RATCHET: 8142}
MAX_WALK, MAX_PER_CHAIN, MAX_KEPT, MAX_AGE = 65_536, 256, 1024, 30 * 86400
LAST = 2 ** 32 - 1  # a chain has at most this many messages: n runs from 0 to LAST - 1
NO_SS, NO_CT = bytes(32), bytes(CIPHERTEXT)

Header = namedtuple("Header", "flags dh ek ct pn n")


def kdf_rk(rk, dh, ss, context):
    out = hkdf_expand(hkdf_extract(rk, dh + ss), b"callbox/v1/rk" + context, 96)
    return out[:32], out[32:64], out[64:]


def kdf_ck(ck):
    """Returns mk, ck'."""
    return HMAC(ck, b"\x01")[:32], HMAC(ck, b"\x02")[:32]


def message_keys(mk, r, ad, encrypted_header):
    out = hkdf_expand(mk, b"callbox/v1/mk" + r + H(ad + encrypted_header), 64)
    return out[:32], out[32:]


def associated_data(sid, direction, address):
    return b"callbox/v1/ad" + sid + bytes([direction]) + address


def encode_header(h):
    out = bytes([h.flags]) + h.dh + h.ek + h.ct + h.pn.to_bytes(4, "big") + h.n.to_bytes(4, "big")
    assert len(out) == HEADER
    return out


def open_header(hk, ad, message):
    """The header, or None when `hk` does not open it."""
    try:
        b = aead_open(hk, message[:24], ad, message[24:ENCRYPTED_HEADER])
    except Refused:
        return None
    return Header(b[0], b[1:33], b[33:1249], b[1249:2369], int.from_bytes(b[2369:2373], "big"),
                  int.from_bytes(b[2373:], "big"))


def open_body(mk, ad, message, kind):
    encrypted_header, r = message[:ENCRYPTED_HEADER], message[ENCRYPTED_HEADER:ENCRYPTED_HEADER + 24]
    com = message[ENCRYPTED_HEADER + 24:ENCRYPTED_HEADER + 56]
    k, expected = message_keys(mk, r, ad, encrypted_header)
    if not hmac.compare_digest(com, expected):
        raise Refused("commitment")
    return unpad(kind, aead_open(k, r, ad + encrypted_header + com, message[ENCRYPTED_HEADER + 56:]))


class Session:
    """Section 2. `own` is (dh private, X-Wing seed), `peer` (dh, ek); a chain is a dict; `skipped` is oldest first."""

    FIELDS = ("role", "sid", "rk", "own", "peer", "sending", "recv", "nhks", "nhkr", "pn", "skipped")

    def __init__(self, **fields):
        for name in self.FIELDS:
            setattr(self, name, fields[name])

    @classmethod
    def initiator(cls, sid, rk, hka, nhkb, spk, pqspk, own=None):
        own = own or (x25519_pair()[0], xwing_pair()[0])
        dh, ek = x25519_public(own[0]), xwing_public(own[1])
        rk, ck, nhks = kdf_rk(rk, X(own[0], spk), NO_SS, H(dh + spk + pqspk + NO_CT))
        sending = {"ck": ck, "n": 0, "hk": hka, "flags": 0, "ct": NO_CT, "dh": dh, "ek": ek}
        return cls(role=INITIATOR, sid=sid, rk=rk, own=own, peer=(spk, pqspk), sending=sending, recv=None, nhks=nhks,
                   nhkr=nhkb, pn=0, skipped=[])

    @classmethod
    def responder(cls, sid, rk, hka, nhkb, spk_private, pqspk_seed):
        return cls(role=RESPONDER, sid=sid, rk=rk, own=(spk_private, pqspk_seed), peer=None, sending=None, recv=None,
                   nhks=nhkb, nhkr=hka, pn=0, skipped=[])

    # Sending, section 3

    def start_chain(self, own=None, encapsulated=None):
        """A new sending chain. The arguments replay a recorded one: `own`, and `encapsulated` = (ss, ct)."""
        if self.peer is None:
            raise ValueError("nothing received yet: the responder cannot send")
        own = own or (x25519_pair()[0], xwing_pair()[0])
        dh, ek = x25519_public(own[0]), xwing_public(own[1])
        peer_dh, peer_ek = self.peer
        ss, ct = encapsulated or xwing_encapsulate(peer_ek)
        hk = self.nhks
        self.rk, ck, self.nhks = kdf_rk(self.rk, X(own[0], peer_dh), ss, H(dh + peer_dh + peer_ek + ct))
        self.own = own
        self.sending = {"ck": ck, "n": 0, "hk": hk, "flags": 1, "ct": ct, "dh": dh, "ek": ek}

    def send(self, address, content, kind=RATCHET):
        if self.sending is None:
            self.start_chain()
        c = self.sending
        if c["n"] >= LAST:
            raise ValueError("the chain has ended")
        ad = associated_data(self.sid, self.role, address)
        header = encode_header(Header(c["flags"], c["dh"], c["ek"], c["ct"], self.pn, c["n"]))
        nonce, r = os.urandom(24), os.urandom(24)
        encrypted_header = nonce + aead_seal(c["hk"], nonce, ad, header)
        mk, c["ck"] = kdf_ck(c["ck"])
        c["n"] += 1
        k, com = message_keys(mk, r, ad, encrypted_header)
        message = encrypted_header + r + com + aead_seal(k, r, ad + encrypted_header + com, pad(kind, content))
        assert len(message) == MESSAGE[kind]
        return message

    # Receiving, section 5

    def receive(self, address, message, kind=RATCHET):
        """The content. Refused leaves the session as it was."""
        work = copy.deepcopy(self)
        content = work._receive(address, message, kind)
        self.__dict__.update(work.__dict__)
        return content

    def _receive(self, address, message, kind):
        if len(message) != MESSAGE[kind]:
            raise Refused("message: length")
        ad = associated_data(self.sid, 1 - self.role, address)
        now = int(time.time())
        self.skipped = [s for s in self.skipped if s["time"] > now - MAX_AGE]

        # 1. Current chain.
        current = self.recv["hk"] if self.recv else None
        header = open_header(current, ad, message) if current else None
        if header is not None:
            self._check(header)
            if header.n < self.recv["n"]:
                return self._open_skipped(current, header, ad, message, kind)
            return self._finish(header, (0, []), ad, message, kind, now)

        # 2. Earlier chains.
        for hk in dict.fromkeys(s["hk"] for s in self.skipped if s["hk"] != current):
            header = open_header(hk, ad, message)
            if header is not None:
                self._check(header)
                return self._open_skipped(hk, header, ad, message, kind)

        # 3. Next chain.
        header = open_header(self.nhkr, ad, message)
        if header is None:
            raise Refused("no header key opens the header")
        self._check(header)
        if self.own is None:
            raise Refused("next chain: not the peer's turn")
        old = (0, [])
        if self.recv is not None:
            if header.pn < self.recv["n"]:
                raise Refused("next chain: PN below what was received")
            old = self._walk(header.pn, 0)
        first = self.role == RESPONDER and self.recv is None
        if header.flags != (0 if first else 1) or (first and header.ct != NO_CT):
            raise Refused("next chain: flags or ct")
        xwing_check(header.ek)
        own_dh, own_ek = x25519_public(self.own[0]), xwing_public(self.own[1])
        ss = NO_SS if first else xwing_decapsulate(self.own[1], header.ct)
        hk = self.nhkr
        self.rk, ck, self.nhkr = kdf_rk(self.rk, X(self.own[0], header.dh), ss, H(header.dh + own_dh + own_ek + header.ct))
        self.recv = {"ck": ck, "n": 0, "hk": hk}
        content = self._finish(header, old, ad, message, kind, now)
        self.peer = (header.dh, header.ek)
        self.pn = self.sending["n"] if self.sending else 0
        self.own = None
        self.sending = None
        return content

    def _open_skipped(self, hk, header, ad, message, kind):
        for i, s in enumerate(self.skipped):
            if s["hk"] == hk and s["n"] == header.n:
                del self.skipped[i]
                return open_body(s["mk"], ad, message, kind)
        raise Refused("no skipped key: used, given up or never kept")

    @staticmethod
    def _check(header):
        # Flags other than 0 and 1 mean nothing; cell.md refuses values that are not stated.
        if header.flags not in (0, 1) or header.n >= LAST:
            raise Refused("header: value")

    def _walk(self, until, walked):
        """Walks the receiving chain to `until`; returns the steps walked in all for this message, and the last 256 keys passed over."""
        walked += max(0, until - self.recv["n"])
        if walked > MAX_WALK:
            raise Refused("too far to walk")
        keys = []
        while self.recv["n"] < until:
            mk, self.recv["ck"] = kdf_ck(self.recv["ck"])
            keys.append({"hk": self.recv["hk"], "n": self.recv["n"], "mk": mk})
            self.recv["n"] += 1
        return walked, keys[-MAX_PER_CHAIN:]

    def _finish(self, header, old, ad, message, kind, now):
        keys = old[1] + self._walk(header.n, old[0])[1]
        mk, self.recv["ck"] = kdf_ck(self.recv["ck"])
        self.recv["n"] += 1
        content = open_body(mk, ad, message, kind)
        for key in keys:
            key["time"] = now
        self.skipped = (self.skipped + keys)[-MAX_KEPT:]
        return content

    # The state as JSON, for make.py and to compare states

    def to_json(self):
        return {name: _to_json(getattr(self, name)) for name in self.FIELDS}

    @classmethod
    def from_json(cls, value):
        fields = {name: _from_json(value[name]) for name in cls.FIELDS}
        for name in ("own", "peer"):
            fields[name] = fields[name] and tuple(fields[name])
        return cls(**fields)


def _to_json(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [_to_json(v) for v in value]
    if isinstance(value, dict):
        return {k: _to_json(v) for k, v in value.items()}
    return value


def _from_json(value):
    if isinstance(value, str):
        return bytes.fromhex(value)
    if isinstance(value, list):
        return [_from_json(v) for v in value]
    if isinstance(value, dict):
        return {k: _from_json(v) for k, v in value.items()}
    return value
