"""The two roles against each other, the published vectors of X-Wing and HPKE, make.py and check.py. Exits 1 on failure."""

import base64
import json
import os
import subprocess
import sys
import tempfile

import cell
import check
import handshake
from primitives import (H, HPKEContext, Refused, X, aead_seal, ed25519_pair, hkdf_expand, hkdf_extract,
                        hpke_setup_receiver, hpke_setup_sender, x25519_pair, x25519_public, xwing_check,
                        xwing_decapsulate, xwing_encapsulate, xwing_pair, xwing_public)
from ratchet import Header, Session, associated_data, encode_header, kdf_ck, message_keys

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.environ.get("CALLBOX_VECTORS") or os.path.join(HERE, "..", "..", "..", "shared", "vectors")
INTAKE, SESSION_P = os.urandom(32), os.urandom(32)


def refused(call, kind=Refused):
    try:
        call()
    except kind:
        return
    raise AssertionError("was not refused")


def flip(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def published(name):
    path = os.path.join(VECTORS, name)
    if not os.path.exists(path):
        print("  skipped: no %s" % name)
        return []
    with open(path) as f:
        return json.load(f)


# Primitives

def test_hkdf():
    # RFC 5869, test case 1 (SHA-256)
    prk = hkdf_extract(bytes(range(13)), b"\x0b" * 22, "sha256")
    okm = hkdf_expand(prk, bytes(range(0xf0, 0xfa)), 42, "sha256")
    assert okm.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"


def test_xwing_published():
    for v in published("x-wing.json"):
        v = {k: bytes.fromhex(x) for k, x in v.items()}
        assert v["seed"] == v["sk"] and xwing_public(v["seed"]) == v["pk"]
        assert xwing_encapsulate(v["pk"], v["eseed"]) == (v["ss"], v["ct"])
        assert xwing_decapsulate(v["seed"], v["ct"]) == v["ss"]


def test_hpke_published():
    ours = [v for v in published("hpke-pq.json") if (v["kem_id"], v["kdf_id"], v["aead_id"]) == (0x647a, 1, 3)]
    for v in ours:
        un = lambda name: bytes.fromhex(v[name])
        receiver = hpke_setup_receiver(un("enc"), un("skRm"), un("info"))
        sender = HPKEContext(un("shared_secret"), un("info"))
        assert xwing_public(un("skRm")) == un("pkRm")
        assert xwing_decapsulate(un("skRm"), un("enc")) == un("shared_secret")
        assert (receiver.key, receiver.base_nonce, receiver.exporter_secret) == (un("key"), un("base_nonce"),
                                                                                un("exporter_secret"))
        if len(un("ikmE")) == 64:
            assert hpke_setup_sender(un("pkRm"), un("info"), un("ikmE"))[0] == un("enc")
        for e in v["encryptions"]:
            pt, aad, ct = (bytes.fromhex(e[k]) for k in ("pt", "aad", "ct"))
            assert sender.seal(aad, pt) == ct and receiver.open(aad, ct) == pt
        for e in v["exports"]:
            assert receiver.export(bytes.fromhex(e["exporter_context"]), e["L"]).hex() == e["exported_value"]


def test_bad_keys():
    _, ek = xwing_pair()
    refused(lambda: xwing_check(b"\xff" * 3 + ek[3:]))
    refused(lambda: xwing_check(ek[:-1]))
    refused(lambda: X(os.urandom(32), bytes(32)))


def test_cell():
    private, public = x25519_pair()
    frame = bytes([2, 1]) + os.urandom(8142)
    sealed = cell.seal_cell(public, frame)
    assert len(sealed) == 8192 and cell.open_cell(private, sealed) == frame
    refused(lambda: cell.open_cell(private, flip(sealed, 5000)))
    refused(lambda: cell.open_cell(private, sealed[:-1]))
    refused(lambda: cell.seal_cell(public, b"\x03" + frame[1:]))
    refused(lambda: cell.unpad(2, cell.pad(2, b"x")[:-1] + b"\x01"))
    refused(lambda: cell.unpad(2, (5652).to_bytes(2, "big") + bytes(5651)))
    assert cell.unpad(1, cell.pad(1, bytes(4230))) == bytes(4230)


# Handshake

class World:
    """One responder and the program they are in."""

    def __init__(self):
        self.program = handshake.Program(os.urandom(16), 7, os.urandom(32))
        self.id, self.member, self.notice = os.urandom(16), os.urandom(16), os.urandom(32)
        _, self.sigk = ed25519_pair()
        self.ikx_private, self.ikx = x25519_pair()
        self.spk_private, self.spk = x25519_pair()
        self.pqspk_seed, self.pqspk = xwing_pair()
        self.member_ikx_private, self.member_ikx = x25519_pair()
        _, self.member_sigk = ed25519_pair()
        self.day = 20500
        self.members = {self.member: (self.member_sigk, self.member_ikx, True)}
        self.responder = handshake.Responder(self.id, self.sigk, self.ikx, self.day, self.spk, self.pqspk, INTAKE)

    def initiate(self, content=b"first", **more):
        given = dict(program=self.program, responder=self.responder, ik_private=x25519_pair()[0], sig=ed25519_pair()[1],
                     reply_address=os.urandom(32), reply_sealing_key=os.urandom(32), notice_hash=self.notice,
                     content=content)
        given.update(more)
        return handshake.initiate(**given)

    def as_member(self, **more):
        given = dict(ik_private=self.member_ikx_private, sig=self.member_sigk, notice_hash=bytes(32), initiator_kind=1,
                     initiator_id=self.member)
        given.update(more)
        return self.initiate(**given)

    def accept(self, frame, **more):
        given = dict(frame=frame, program=self.program, notice_hashes=[self.notice], members=self.members,
                     responder_id=self.id, sigk=self.sigk, ikx_private=self.ikx_private, day=self.day,
                     spk_private=self.spk_private, pqspk_seed=self.pqspk_seed, intake_address=INTAKE, accepted=set())
        given.update(more)
        return handshake.accept(**given)


def test_handshake():
    w = World()
    frame, keys, _ = w.initiate()
    accepted = w.accept(frame)
    assert len(frame) == 8144 and accepted.keys == keys and accepted.content == b"first"
    assert w.accept(w.as_member(consent_hash=os.urandom(64))[0]).opening.initiator_id == w.member

    refused(lambda: w.accept(frame, accepted={keys.transcript}), handshake.Repeat)
    refused(lambda: w.accept(frame, day=w.day + 1), handshake.UnknownDay)
    refused(lambda: w.accept(frame, program=w.program._replace(roster_version=8)), handshake.UnknownVersion)
    refused(lambda: w.accept(frame, program=w.program._replace(roster_hash=bytes(32))))
    refused(lambda: w.accept(frame, intake_address=os.urandom(32)))
    refused(lambda: w.accept(frame, sigk=os.urandom(32)))
    refused(lambda: w.accept(frame, ikx_private=os.urandom(32)))
    refused(lambda: w.accept(frame, spk_private=os.urandom(32)))
    refused(lambda: w.accept(frame, notice_hashes=[]))
    for at in (0, 1, 20, 14 + 1120 + 5, 14 + 1120 + 289 + 5, 8143):
        refused(lambda: w.accept(flip(frame, at)))
    refused(lambda: w.accept(w.initiate(initiator_id=b"\x01" * 16)[0]))
    refused(lambda: w.accept(w.initiate(initiator_kind=2)[0]))
    refused(lambda: w.accept(w.as_member(ik_private=os.urandom(32))[0]))
    refused(lambda: w.accept(w.as_member(sig=os.urandom(32))[0]))
    refused(lambda: w.accept(w.as_member(initiator_id=os.urandom(16))[0]))
    refused(lambda: w.accept(w.as_member()[0], members={w.member: (w.member_sigk, w.member_ikx, False)}))


# Ratchet

def pair():
    spk_private, spk = x25519_pair()
    seed, pqspk = xwing_pair()
    sid, rk, hka, nhkb = (os.urandom(32) for _ in range(4))
    return (Session.initiator(sid, rk, hka, nhkb, spk, pqspk), Session.responder(sid, rk, hka, nhkb, spk_private, seed))


def stays(session, address, message, kind=2):
    """Refused, and the state as it was."""
    before = json.dumps(session.to_json())
    refused(lambda: session.receive(address, message, kind))
    assert json.dumps(session.to_json()) == before


def test_conversation():
    a, b = pair()
    assert b.receive(INTAKE, a.send(INTAKE, b"0", 1), 1) == b"0"
    for turn in range(6):
        x, y = (b, a) if turn % 2 == 0 else (a, b)
        for n in range(3):
            text = b"%d-%d" % (turn, n)
            assert y.receive(SESSION_P, x.send(SESSION_P, text)) == text
    restored = Session.from_json(json.loads(json.dumps(a.to_json())))
    assert restored.to_json() == a.to_json()


def test_out_of_order():
    a, b = pair()
    m = [a.send(INTAKE, b"a%d" % n) for n in range(5)]
    assert b.receive(INTAKE, m[2]) == b"a2" and len(b.skipped) == 2
    assert b.receive(INTAKE, m[3]) == b"a3"  # the current chain has skipped keys and goes on
    assert b.receive(INTAKE, m[0]) == b"a0"
    stays(b, INTAKE, m[0])
    stays(b, INTAKE, m[2])
    assert a.receive(SESSION_P, b.send(SESSION_P, b"b0")) == b"b0"
    late = b.send(SESSION_P, b"b1")
    n = [a.send(INTAKE, b"n%d" % i) for i in range(3)]
    assert b.receive(INTAKE, n[1]) == b"n1" and len(b.skipped) == 3
    for text, message in ((b"a1", m[1]), (b"a4", m[4]), (b"n0", n[0]), (b"n2", n[2])):
        assert b.receive(INTAKE, message) == text
    assert b.skipped == []
    assert a.receive(SESSION_P, late) == b"b1"
    assert a.receive(SESSION_P, b.send(SESSION_P, b"c0")) == b"c0"


def test_former_chain():
    a, b = pair()
    m = [a.send(INTAKE, b"a%d" % n) for n in range(3)]
    b.receive(INTAKE, m[1])
    a.receive(SESSION_P, b.send(SESSION_P, b"b"))
    b.receive(INTAKE, a.send(INTAKE, b"n"))
    stays(b, INTAKE, m[1])
    assert sorted(s["n"] for s in b.skipped) == [0, 2]


def test_refusals():
    a, b = pair()
    first = a.send(INTAKE, b"0", 1)
    for at in (0, 30, 2416, 2420, 2450, 2500, 6720):
        stays(b, INTAKE, flip(first, at), 1)
    stays(b, SESSION_P, first, 1)  # another mailbox
    stays(a, INTAKE, first, 1)  # back to its sender
    stays(b, INTAKE, first, 2)  # another kind of frame
    b.receive(INTAKE, first, 1)
    stays(b, INTAKE, first, 1)
    m = b.send(SESSION_P, b"b")
    for at in (0, 30, 2416, 2420, 2450, 2500, 8141):
        stays(a, SESSION_P, flip(m, at))
    assert a.receive(SESSION_P, m) == b"b"
    stays(a, SESSION_P, m)
    refused(lambda: pair()[1].send(INTAKE, b"too early"), ValueError)


def test_limits():
    a, b = pair()
    m = [a.send(INTAKE, b"%d" % n) for n in range(301)]
    assert b.receive(INTAKE, m[300]) == b"300" and len(b.skipped) == 256
    stays(b, INTAKE, m[43])
    assert b.receive(INTAKE, m[44]) == b"44"
    a.sending["n"] += 65_537
    stays(b, INTAKE, a.send(INTAKE, b"too far"))

    a, b = pair()
    for chunk in range(5):  # 5 × 256 passed over: the oldest 256 are given up
        for n in range(256):
            last = a.send(INTAKE, b"x") if (chunk, n) == (0, 0) else None
            if last:
                oldest = last
            else:
                a.sending["ck"], a.sending["n"] = kdf_ck(a.sending["ck"])[1], a.sending["n"] + 1
        b.receive(INTAKE, a.send(INTAKE, b"y"))
    assert len(b.skipped) == 1024
    stays(b, INTAKE, oldest)

    a, b = pair()
    early = a.send(INTAKE, b"early")
    b.receive(INTAKE, a.send(INTAKE, b"later"))
    b.skipped[0]["time"] -= 31 * 86400
    stays(b, INTAKE, early)


def forge(session, address, content=b"forged", **header):
    """A message of the session's sending chain with another header."""
    if session.sending is None:
        session.start_chain()
    c = session.sending
    fields = dict(flags=c["flags"], dh=c["dh"], ek=c["ek"], ct=c["ct"], pn=session.pn, n=c["n"])
    fields.update(header)
    ad = associated_data(session.sid, session.role, address)
    nonce, r = os.urandom(24), os.urandom(24)
    eh = nonce + aead_seal(c["hk"], nonce, ad, encode_header(Header(**fields)))
    mk, c["ck"] = kdf_ck(c["ck"])
    c["n"] += 1
    k, com = message_keys(mk, r, ad, eh)
    return eh + r + com + aead_seal(k, r, ad + eh + com, cell.pad(2, content))


def test_forged_headers():
    a, b = pair()
    stays(b, INTAKE, forge(a, INTAKE, flags=1, n=0))
    stays(b, INTAKE, forge(a, INTAKE, ct=b"\x01" + bytes(1119), n=0))
    a, b = pair()
    stays(b, INTAKE, forge(a, INTAKE, ek=b"\xff" * 1216))
    a, b = pair()
    stays(b, INTAKE, forge(a, INTAKE, dh=bytes(32)))
    a, b = pair()
    stays(b, INTAKE, forge(a, INTAKE, flags=2))
    a, b = pair()
    assert b.receive(INTAKE, forge(a, INTAKE)) == b"forged"
    stays(a, SESSION_P, forge(b, SESSION_P, flags=0))
    a, b = pair()
    b.receive(INTAKE, a.send(INTAKE, b"0"))
    b.receive(INTAKE, a.send(INTAKE, b"1"))
    a.receive(SESSION_P, b.send(SESSION_P, b"b"))
    stays(b, INTAKE, forge(a, INTAKE, pn=1))
    assert a.pn == 2


# make.py and check.py

def run(script, *arguments, given=None):
    done = subprocess.run([sys.executable, os.path.join(HERE, script)] + list(arguments),
                          input=None if given is None else json.dumps(given), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, universal_newlines=True)
    if "Traceback" in done.stderr:
        print(done.stderr)
    return done.returncode, done.stdout


def test_make():
    w = World()
    intake_private, intake_public = x25519_pair()
    session_private, session_public = x25519_pair()
    status, out = run("make.py", given={
        "program_id": w.program.id.hex(), "roster_version": 7, "roster_hash": w.program.roster_hash.hex(),
        "notice_hash": w.notice.hex(), "initiator": {"kind": 0}, "texts": [b"one".hex(), b"two".hex()],
        "responder": {"id": w.id.hex(), "sigk": w.sigk.hex(), "ikx": w.ikx.hex(), "day": w.day, "spk": w.spk.hex(),
                      "pqspk": w.pqspk.hex(), "intake_address": INTAKE.hex(), "intake_sealing_key": intake_public.hex()}})
    assert status == 0
    made = json.loads(out)
    frames = [cell.open_cell(intake_private, base64.b64decode(c)) for c in made["cells_b64"]]
    accepted = w.accept(frames[0])
    assert accepted.content == b"one" and accepted.keys.sid.hex() == made["sid"]
    assert accepted.keys.transcript.hex() == made["transcript"]
    assert accepted.opening.reply_address.hex() == made["reply_address"]
    assert x25519_public(bytes.fromhex(made["reply_sealing_private"])) == accepted.opening.reply_sealing_key
    p, o = accepted.session, accepted.opening
    assert p.receive(INTAKE, frames[1][2:]) == b"two"
    for turn in range(3):
        answers = [cell.seal_cell(o.reply_sealing_key, cell.ratchet_frame(p.send(o.reply_address, b"answer %d" % n)))
                   for n in range(2)]
        broken = flip(answers[0], 100)
        status, out = run("make.py", "--reply", given={
            "state": made["state"], "cells_b64": [base64.b64encode(c).decode() for c in [broken] + answers[::-1]],
            "texts": [b"back".hex()], "peer_mailbox": {"address": SESSION_P.hex(), "sealing_key": session_public.hex()}})
        assert status == 0
        made = json.loads(out)
        assert made["contents"] == [None, b"answer 1".hex(), b"answer 0".hex()]
        frame = cell.open_cell(session_private, base64.b64decode(made["cells_b64"][0]))
        assert p.receive(SESSION_P, frame[2:]) == b"back"


def b64(data):
    return base64.b64encode(data).decode()


def own_vectors():
    """Files in the formats of the vectors, made by our own sender: they test the checker, not the protocol."""
    private, public = x25519_pair()
    _, collect = ed25519_pair()
    frame = bytes([2, 1]) + os.urandom(8142)
    sealed = cell.seal_cell(public, frame)
    base = {"comment": "", "sealing_private": private.hex(), "collect_public": collect.hex(),
            "address": cell.address(collect).hex()}
    cells = [dict(base, cell_b64=b64(sealed), cell_id=cell.cell_id(sealed).hex(), expect="ok", frame_b64=b64(frame)),
             dict(base, cell_b64=b64(flip(sealed, 9)), cell_id=cell.cell_id(flip(sealed, 9)).hex(), expect="refused")]

    w = World()
    frame, keys, a = w.initiate(b"hello")
    o = w.accept(frame).opening
    case = {"comment": "", "program_id": w.program.id.hex(), "roster_version": 7,
            "roster_hash": w.program.roster_hash.hex(), "notice_hashes": [w.notice.hex()],
            "members": [{"id": w.member.hex(), "sigk": w.member_sigk.hex(), "ikx": w.member_ikx.hex(), "choosable": True}],
            "responder": {"id": w.id.hex(), "sigk": w.sigk.hex(), "ikx_private": w.ikx_private.hex(), "day": w.day,
                          "spk_private": w.spk_private.hex(), "pqspk_seed": w.pqspk_seed.hex(),
                          "intake_address": INTAKE.hex()},
            "accepted_transcripts": [], "frame_b64": b64(frame)}
    ok = dict(case, expect="ok", transcript=keys.transcript.hex(), sid=keys.sid.hex(), rk=keys.rk.hex(),
              hka=keys.hka.hex(), nhkb=keys.nhkb.hex(), initiator_kind=0, initiator_id=bytes(16).hex(),
              reply_address=o.reply_address.hex(), reply_sealing_key=o.reply_sealing_key.hex(),
              notice_hash=w.notice.hex(), consent_hash=bytes(64).hex(), content=b"hello".hex())
    day = dict(case["responder"], day=1)
    initial = [ok, dict(case, expect="refused", frame_b64=b64(flip(frame, 8000))),
               dict(case, expect="repeat", accepted_transcripts=[keys.transcript.hex()]),
               dict(case, expect="unknown-day", responder=day), dict(case, expect="unknown-version", roster_version=8)]

    p = Session.responder(keys.sid, keys.rk, keys.hka, keys.nhkb, w.spk_private, w.pqspk_seed)
    steps = []

    def step(session, message, expected, kind="ratchet", address=INTAKE, keys_too=False, deliver=True, content=None):
        s = {"sender": ("initiator", "responder")[session.role], "mailbox": address.hex(), "frame_kind": kind,
             "message_b64": b64(message), "deliver": deliver, "expect": expected}
        if keys_too:
            s["own_dh_private"], s["own_kem_seed"] = session.own[0].hex(), session.own[1].hex()
        if content is not None:
            s["content"] = content.hex()
        steps.append(s)

    first = frame[-6721:]
    second, third, fourth = a.send(INTAKE, b"2"), a.send(INTAKE, b"3"), a.send(INTAKE, b"4")
    step(a, flip(first, 6000), "refused", "initial", keys_too=True)
    step(a, third, "ok", content=b"3")
    step(a, first, "ok", "initial", content=b"hello", keys_too=True)
    step(a, first, "refused", "initial")
    p.receive(INTAKE, third)
    p.receive(INTAKE, first, 1)
    answer, lost = p.send(SESSION_P, b"answer"), p.send(SESSION_P, b"lost")
    step(p, lost, "ok", address=SESSION_P, deliver=False, keys_too=True)
    step(p, answer, "refused", address=INTAKE)
    step(p, answer, "ok", address=SESSION_P, content=b"answer")
    a.receive(SESSION_P, answer)
    back = a.send(INTAKE, b"back")
    step(a, back, "ok", content=b"back", keys_too=True)
    p.receive(INTAKE, back)
    step(a, fourth, "ok", content=b"4")
    again = p.send(SESSION_P, b"again")
    step(p, again, "ok", address=SESSION_P, content=b"again", keys_too=True)
    ratchet = [{"comment": "", "sid": keys.sid.hex(), "rk": keys.rk.hex(), "hka": keys.hka.hex(), "nhkb": keys.nhkb.hex(),
                "responder": {"spk_private": w.spk_private.hex(), "pqspk_seed": w.pqspk_seed.hex()}, "steps": steps}]
    return {"cell.json": {"cases": cells}, "initial.json": {"suite": 1, "cases": initial},
            "ratchet.json": {"cases": ratchet}, "other.json": {"cases": []}}


def test_check():
    files = own_vectors()

    def checked():
        with tempfile.TemporaryDirectory() as folder:
            for name, value in files.items():
                with open(os.path.join(folder, name), "w") as f:
                    json.dump(value, f)
            return run("check.py", folder)

    status, out = checked()
    assert status == 0, out
    assert "cell.json: 2 passed, 0 failed" in out and "initial.json: 5 passed, 0 failed" in out
    assert "ratchet.json: 1 passed, 0 failed" in out and "other.json: skipped" in out
    files["initial.json"]["cases"][0]["hka"] = "00" * 32
    files["ratchet.json"]["cases"][0]["steps"][-1]["content"] = "00"
    files["cell.json"]["cases"][1]["expect"] = "ok"
    status, out = checked()
    assert status == 1 and out.count("FAILED") == 3 and "hka: derived" in out and "step 9: content" in out, out


if __name__ == "__main__":
    failures = 0
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            print(name)
            try:
                test()
            except Exception:
                import traceback
                traceback.print_exc()
                failures += 1
    print("%d failed" % failures if failures else "all passed")
    sys.exit(1 if failures else 0)
