"""handshake.md: the INIT frame, made by the initiator and read by the responder."""

from collections import namedtuple

from cell import INIT, check_frame
from primitives import (H, X, Refused, hkdf_expand, hkdf_extract, hpke_setup_receiver, hpke_setup_sender, x25519_pair,
                        x25519_public, xwing_public)
from ratchet import Session

CLEAR, ENC, META, MESSAGE = 14, 1120, 289, 6721
OFFICER, MEMBER = 0, 1
SUITE = 1

Program = namedtuple("Program", "id roster_version roster_hash")
# What the initiator knows of the responder.
Responder = namedtuple("Responder", "id sigk ikx day spk pqspk intake_address")
# The fields of `opening`, in their order.
Opening = namedtuple("Opening", "ik sig ek reply_address reply_sealing_key notice_hash initiator_kind initiator_id consent_hash")
Keys = namedtuple("Keys", "transcript rk hka nhkb sid")
Accepted = namedtuple("Accepted", "keys opening content session")


class UnknownDay(Exception):
    pass


class UnknownVersion(Exception):
    pass


class Repeat(Exception):
    pass


def u32(value):
    return value.to_bytes(4, "big")


def u64(value):
    return value.to_bytes(8, "big")


def make_info(program, responder):
    return (b"callbox/v1/init" + program.id + u64(program.roster_version) + program.roster_hash + responder.id
            + u32(responder.day))


def make_clear(program, responder):
    return b"\x01\x01" + u32(responder.day) + u64(program.roster_version)


def encode_opening(o):
    out = (o.ik + o.sig + o.ek + o.reply_address + o.reply_sealing_key + o.notice_hash + bytes([o.initiator_kind])
           + o.initiator_id + o.consent_hash)
    assert len(out) == 273
    return out


def decode_opening(b):
    assert len(b) == 273
    return Opening(b[0:32], b[32:64], b[64:96], b[96:128], b[128:160], b[160:192], b[192], b[193:209], b[209:273])


def derive(program, responder, o, enc, meta, dh1, dh2, dh3, ss):
    transcript = H(b"callbox/v1/transcript" + SUITE.to_bytes(2, "big") + program.id + u64(program.roster_version)
                   + program.roster_hash + responder.id + o.notice_hash + bytes([o.initiator_kind]) + o.initiator_id
                   + o.ik + o.sig + responder.sigk + responder.ikx + o.ek + o.reply_address + o.reply_sealing_key
                   + u32(responder.day) + responder.spk + responder.pqspk + enc + H(meta) + o.consent_hash)
    prk = hkdf_extract(b"callbox/v1/handshake", dh1 + dh2 + dh3 + ss)
    keys = hkdf_expand(prk, b"callbox/v1/keys" + transcript, 128)
    return Keys(transcript, keys[0:32], keys[32:64], keys[64:96], keys[96:128])


def initiate(program, responder, ik_private, sig, reply_address, reply_sealing_key, notice_hash, content,
             initiator_kind=OFFICER, initiator_id=bytes(16), consent_hash=bytes(64)):
    """Returns (INIT frame, keys, session)."""
    ek_private, ek = x25519_pair()
    enc, context = hpke_setup_sender(responder.pqspk, make_info(program, responder))
    ss = context.export(b"callbox/v1/ss", 32)
    clear = make_clear(program, responder)
    o = Opening(x25519_public(ik_private), sig, ek, reply_address, reply_sealing_key, notice_hash, initiator_kind,
                initiator_id, consent_hash)
    meta = context.seal(clear, encode_opening(o))
    keys = derive(program, responder, o, enc, meta, X(ik_private, responder.spk), X(ek_private, responder.ikx),
                  X(ek_private, responder.spk), ss)
    session = Session.initiator(keys.sid, keys.rk, keys.hka, keys.nhkb, responder.spk, responder.pqspk)
    frame = clear + enc + meta + session.send(responder.intake_address, content, INIT)
    check_frame(frame)
    return frame, keys, session


def accept(frame, program, notice_hashes, members, responder_id, sigk, ikx_private, day, spk_private, pqspk_seed,
           intake_address, accepted):
    """Section 4. `members` maps a member's id to (sigk, ikx, choosable); `accepted` is the set of accepted transcripts.

    Returns Accepted, or raises Refused, UnknownDay, UnknownVersion or Repeat. The caller adds the transcript to the cache.
    """
    check_frame(frame)
    if frame[0] != INIT:
        raise Refused("not an INIT frame")
    clear = frame[:CLEAR]
    enc = frame[CLEAR:CLEAR + ENC]
    meta = frame[CLEAR + ENC:CLEAR + ENC + META]
    message = frame[-MESSAGE:]

    # 1
    if clear[2:6] != u32(day):
        raise UnknownDay
    if clear[6:14] != u64(program.roster_version):
        raise UnknownVersion

    # 2
    responder = Responder(responder_id, sigk, x25519_public(ikx_private), day, x25519_public(spk_private),
                          xwing_public(pqspk_seed), intake_address)
    context = hpke_setup_receiver(enc, pqspk_seed, make_info(program, responder))
    ss = context.export(b"callbox/v1/ss", 32)
    o = decode_opening(context.open(clear, meta))
    X(spk_private, o.reply_sealing_key)  # refuses a point of small order
    if o.initiator_kind == OFFICER:
        if o.initiator_id != bytes(16):
            raise Refused("officer: initiator id")
        if o.notice_hash not in notice_hashes:
            raise Refused("officer: unknown notice")
    elif o.initiator_kind == MEMBER:
        sigk_ikx_choosable = members.get(o.initiator_id)
        if sigk_ikx_choosable != (o.sig, o.ik, True):
            raise Refused("member: not that member, or cannot be chosen")
        if o.initiator_id == responder_id:
            raise Refused("member: the responder")
        if o.notice_hash != bytes(32):
            raise Refused("member: notice hash")
    else:
        raise Refused("initiator kind")

    # 3 and 4
    keys = derive(program, responder, o, enc, meta, X(spk_private, o.ik), X(ikx_private, o.ek), X(spk_private, o.ek), ss)
    if keys.transcript in accepted:
        raise Repeat
    session = Session.responder(keys.sid, keys.rk, keys.hka, keys.nhkb, spk_private, pqspk_seed)
    content = session.receive(intake_address, message, INIT)
    if session.recv["n"] != 1:  # section 3: n = 0. Section 4 does not say that the responder checks it.
        raise Refused("INIT message is not the first of its chain")
    return Accepted(keys, o, content, session)
