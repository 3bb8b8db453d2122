"""Re-derives every case of the vector files in a folder: check.py [folder]. Exits 1 when a case fails."""

import base64
import json
import os
import sys

import cell
import handshake
from primitives import Refused, x25519_public, xwing_decapsulate, xwing_public
from ratchet import INITIATOR, RESPONDER, Session, associated_data, open_header

DEFAULT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Protocol", "Vectors")
KINDS = {"initial": cell.INIT, "ratchet": cell.RATCHET}
ROLES = {"initiator": INITIATOR, "responder": RESPONDER}


class Difference(Exception):
    pass


class Skip(Exception):
    pass


def decode(value):
    return base64.b64decode(value, validate=True)


def hexa(value):
    if value != value.lower():
        raise Difference("hexadecimal is not lower-case: %s" % value[:32])
    return bytes.fromhex(value)


def same(name, derived, recorded):
    if isinstance(derived, bytes):
        derived = derived.hex()
    if derived != recorded:
        raise Difference("%s: derived %s, recorded %s" % (name, _short(derived), _short(recorded)))


def _short(value):
    text = str(value)
    return text if len(text) <= 96 else text[:96] + "… (%d)" % len(text)


# cell.json

def check_cell(case, _):
    data = decode(case["cell_b64"])
    outcome, why, frame = "ok", "", None
    try:
        same("cell_id", cell.cell_id(data), case["cell_id"])
        same("address", cell.address(hexa(case["collect_public"])), case["address"])
        frame = cell.open_cell(hexa(case["sealing_private"]), data)
    except Refused as e:
        outcome, why = "refused", str(e)
    except Difference as e:
        if case["expect"] == "ok":
            raise
        outcome, why = "refused", str(e)
    expect(outcome, why, case)
    if outcome == "ok":
        same("frame", frame, decode(case["frame_b64"]).hex())


def expect(outcome, why, case):
    if case["expect"] not in ("ok", "refused", "repeat", "unknown-day", "unknown-version"):
        raise Skip("expectation %r is not known" % case["expect"])
    if outcome != case["expect"]:
        raise Difference("expected %s, got %s%s" % (case["expect"], outcome, why and " (%s)" % why))


# initial.json

def check_initial(case, file):
    if file.get("suite", 1) != 1:
        raise Skip("suite %r is not known" % file["suite"])
    p = case["responder"]
    outcome, why, accepted = "ok", "", None
    try:
        accepted = handshake.accept(
            frame=decode(case["frame_b64"]),
            program=handshake.Program(hexa(case["program_id"]), case["roster_version"], hexa(case["roster_hash"])),
            notice_hashes=[hexa(h) for h in case["notice_hashes"]],
            members={hexa(m["id"]): (hexa(m["sigk"]), hexa(m["ikx"]), m["choosable"]) for m in case["members"]},
            responder_id=hexa(p["id"]), sigk=hexa(p["sigk"]), ikx_private=hexa(p["ikx_private"]), day=p["day"],
            spk_private=hexa(p["spk_private"]), pqspk_seed=hexa(p["pqspk_seed"]),
            intake_address=hexa(p["intake_address"]), accepted={hexa(t) for t in case["accepted_transcripts"]})
    except Refused as e:
        outcome, why = "refused", str(e)
    except handshake.Repeat:
        outcome = "repeat"
    except handshake.UnknownDay:
        outcome = "unknown-day"
    except handshake.UnknownVersion:
        outcome = "unknown-version"
    expect(outcome, why, case)
    if outcome == "ok":
        o = accepted.opening
        same("transcript", accepted.keys.transcript, case["transcript"])
        for name in ("sid", "rk", "hka", "nhkb"):
            same(name, getattr(accepted.keys, name), case[name])
        for name in ("initiator_kind", "initiator_id", "reply_address", "reply_sealing_key", "notice_hash", "consent_hash"):
            same(name, getattr(o, name), case[name])
        same("content", accepted.content, case["content"])


# ratchet.json

def check_ratchet(case, _):
    sid, rk, hka, nhkb = (hexa(case[name]) for name in ("sid", "rk", "hka", "nhkb"))
    spk, pqspk = hexa(case["responder"]["spk_private"]), hexa(case["responder"]["pqspk_seed"])
    steps = case["steps"]

    # Every recorded private key by its public key, so that the place of the step that records it does not matter.
    dhs, seeds = {x25519_public(spk): spk}, {xwing_public(pqspk): pqspk}
    for s in steps:
        if "own_dh_private" in s:
            dhs[x25519_public(hexa(s["own_dh_private"]))] = hexa(s["own_dh_private"])
            seeds[xwing_public(hexa(s["own_kem_seed"]))] = hexa(s["own_kem_seed"])

    def header_of(step, hk):
        ad = associated_data(sid, ROLES[step["sender"]], hexa(step["mailbox"]))
        return open_header(hk, ad, decode(step["message_b64"]))

    def genuine(step):
        return step.get("expect", "ok") == "ok" or not step["deliver"]

    def initiator():
        for s in steps:
            if s["sender"] == "initiator" and genuine(s):
                h = header_of(s, hka)
                if h and h.dh in dhs and h.ek in seeds:
                    return Session.initiator(sid, rk, hka, nhkb, x25519_public(spk), xwing_public(pqspk),
                                             (dhs[h.dh], seeds[h.ek]))
        return None

    parties = {"initiator": initiator(), "responder": Session.responder(sid, rk, hka, nhkb, spk, pqspk)}
    if parties["initiator"] is None and any(s["sender"] == "responder" for s in steps):
        raise Difference("the private keys of the initiator's first chain are not recorded")

    for number, s in enumerate(steps):
        where = "step %d" % number
        if s["sender"] not in ROLES or s["frame_kind"] not in KINDS:
            raise Skip("%s: sender or frame kind is not known" % where)
        sender = parties[s["sender"]]
        receiver = parties["responder" if s["sender"] == "initiator" else "initiator"]
        try:
            if genuine(s) and sender is not None:
                if sender.sending is None:
                    h = header_of(s, sender.nhks)
                    if h is not None:
                        if h.dh not in dhs or h.ek not in seeds:
                            raise Difference("the private keys of this chain are not recorded")
                        # The sender's encapsulation was random; its secret is had from the receiver's recorded seed.
                        ss = xwing_decapsulate(seeds[sender.peer[1]], h.ct)
                        sender.start_chain((dhs[h.dh], seeds[h.ek]), (ss, h.ct))
                if sender.sending is not None:
                    h = header_of(s, sender.sending["hk"])
                    if h is not None:
                        chain = sender.sending
                        same("header flags", h.flags, chain["flags"])
                        for name in ("dh", "ek", "ct"):
                            same("header " + name, getattr(h, name), chain[name].hex())
            if not s["deliver"]:
                continue
            before = receiver.to_json()
            try:
                content = receiver.receive(hexa(s["mailbox"]), decode(s["message_b64"]), KINDS[s["frame_kind"]])
                outcome, why = "ok", ""
            except Refused as e:
                outcome, why = "refused", str(e)
            expect(outcome, why, s)
            if outcome == "ok":
                same("content", content, s["content"])
            elif receiver.to_json() != before:
                raise Difference("a refused message changed the state")
        except Difference as e:
            raise Difference("%s: %s" % (where, e))


KNOWN = {"cell.json": check_cell, "initial.json": check_initial, "ratchet.json": check_ratchet}


def main(folder):
    failed_at_all, seen = False, False
    if not os.path.isdir(folder):
        print("no folder of vectors: %s" % folder)
        return 1
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".json"):
            continue
        if name not in KNOWN:
            print("%s: skipped, not known" % name)
            continue
        seen = True
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            file = json.load(f)
        passed, failed, skipped = 0, [], []
        for number, case in enumerate(file["cases"]):
            label = "case %d (%s)" % (number, case.get("comment", ""))
            try:
                KNOWN[name](case, file)
                passed += 1
            except Skip as e:
                skipped.append("%s: %s" % (label, e))
            except Exception as e:  # a case that cannot be read is a failed case, not the end of the run
                text = str(e) if isinstance(e, Difference) else "%s: %s" % (type(e).__name__, e)
                failed.append("%s: %s" % (label, text))
        print("%s: %d passed, %d failed, %d skipped" % (name, passed, len(failed), len(skipped)))
        for line in failed:
            print("  FAILED  " + line)
        for line in skipped:
            print("  skipped " + line)
        failed_at_all = failed_at_all or bool(failed)
    if not seen:
        print("no vector file that this checker knows in %s" % folder)
    return 1 if failed_at_all or not seen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else DEFAULT))
