"""Python as the initiator of a conversation, over stdin and stdout.

make.py          {"program_id", "roster_version", "roster_hash", "notice_hash", "responder": {"id", "sigk", "ikx", "day", "spk",
                 "pqspk", "intake_address", "intake_sealing_key"}, "initiator": {"kind": 0}, "texts": [hex]}
              -> {"cells_b64", "sid", "transcript", "reply_address", "reply_sealing_private", "state"}
make.py --reply  {"state", "cells_b64": [the responder's], "texts": [hex], "peer_mailbox": {"address", "sealing_key"}}
              -> {"contents": [hex, or null where a cell was refused], "cells_b64", "state"}

A member as initiator gives {"kind": 1, "id", "sigk", "ikx_private"}. Without "peer_mailbox" answers go to the intake mailbox.
"""

import base64
import json
import sys

import cell
import handshake
from primitives import Refused, ed25519_pair, x25519_pair
from ratchet import Session


def unhex(value):
    return bytes.fromhex(value)


def b64(value):
    return base64.b64encode(value).decode()


def ratchet_cells(session, address, sealing_key, texts):
    return [b64(cell.seal_cell(sealing_key, cell.ratchet_frame(session.send(address, text)))) for text in texts]


def start(given):
    p = given["responder"]
    program = handshake.Program(unhex(given["program_id"]), given["roster_version"], unhex(given["roster_hash"]))
    responder = handshake.Responder(unhex(p["id"]), unhex(p["sigk"]), unhex(p["ikx"]), p["day"], unhex(p["spk"]),
                                    unhex(p["pqspk"]), unhex(p["intake_address"]))
    sealing_key = unhex(p["intake_sealing_key"])
    texts = [unhex(text) for text in given["texts"]]

    _, collect_public = ed25519_pair()
    reply_address = cell.address(collect_public)
    reply_sealing_private, reply_sealing_key = x25519_pair()
    who = given["initiator"]
    if who["kind"] == handshake.MEMBER:
        ik_private, sig, notice, who_id = unhex(who["ikx_private"]), unhex(who["sigk"]), bytes(32), unhex(who["id"])
    else:
        (ik_private, _), (_, sig) = x25519_pair(), ed25519_pair()
        notice, who_id = unhex(given["notice_hash"]), bytes(16)
    frame, keys, session = handshake.initiate(program, responder, ik_private, sig, reply_address, reply_sealing_key,
                                              notice, texts[0], who["kind"], who_id)
    cells = [b64(cell.seal_cell(sealing_key, frame))]
    cells += ratchet_cells(session, responder.intake_address, sealing_key, texts[1:])
    return {"cells_b64": cells, "sid": keys.sid.hex(), "transcript": keys.transcript.hex(),
            "reply_address": reply_address.hex(), "reply_sealing_private": reply_sealing_private.hex(),
            "state": {"session": session.to_json(), "reply_address": reply_address.hex(),
                      "reply_sealing_private": reply_sealing_private.hex(),
                      "intake": {"address": p["intake_address"], "sealing_key": p["intake_sealing_key"]}}}


def reply(given):
    state = given["state"]
    session = Session.from_json(state["session"])
    contents = []
    for one in given["cells_b64"]:
        try:
            frame = cell.open_cell(unhex(state["reply_sealing_private"]), base64.b64decode(one))
            if frame[0] != cell.RATCHET:
                raise Refused("not a RATCHET frame")
            contents.append(session.receive(unhex(state["reply_address"]), frame[2:]).hex())
        except Refused as e:
            print("refused: %s" % e, file=sys.stderr)
            contents.append(None)
    to = given.get("peer_mailbox") or state["intake"]
    cells = ratchet_cells(session, unhex(to["address"]), unhex(to["sealing_key"]), [unhex(t) for t in given["texts"]])
    return {"contents": contents, "cells_b64": cells, "state": dict(state, session=session.to_json())}


if __name__ == "__main__":
    run = reply if "--reply" in sys.argv[1:] else start
    json.dump(run(json.load(sys.stdin)), sys.stdout)
    print()
