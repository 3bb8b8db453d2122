"""Lies about documents: older ones, forged ones, another program's, none."""

import base64
import hashlib
import json
import os

import record
import wire
from cells import converse, first_word
from proxy import Answer, Honest

JSON = [("content-type", "application/json")]
PREFIX = "application/vnd.callbox."


class Serves(Honest):
    """Answers documents in its own way: by the name of a call."""

    def __init__(self, **changes):
        self.changes = {name.replace("_", " "): change for name, change in changes.items()}

    def request(self, request, ask):
        change = self.changes.get(record.call(request))
        answer = ask(request)
        return change(answer) if change else answer


def envelope(kind, payload, keys):
    """A DSSE envelope of a payload, signed by these keys."""
    name, body = (PREFIX + kind + ".v1+json").encode(), json.dumps(payload).encode()
    signed = b"DSSEv1 %d %s %d %s" % (len(name), name, len(body), body)
    return {"payloadType": name.decode(), "payload": wire.b64(body), "signatures": [
        {"keyid": "", "sig": wire.b64(key.sign(signed))} for key in keys]}


def payload(stored):
    """What an envelope says."""
    return json.loads(base64.b64decode(stored["payload"]))


def hashed(stored):
    """The hash of a document."""
    return hashlib.blake2b(base64.b64decode(stored["payload"]), digest_size=32).digest()


def altered(change):
    """Serves a document with something changed in it, and the signatures that it had."""
    def serve(answer):
        if answer.status == 200:
            stored = json.loads(answer.body)
            content = payload(stored)
            change(content)
            stored["payload"] = wire.b64(json.dumps(content).encode())
            answer.body = json.dumps(stored).encode()
        return answer
    return serve


def resigned(kind, change):
    """Serves a document with something changed in it, signed by keys that were drawn for it."""
    def serve(answer):
        if answer.status == 200:
            content = payload(json.loads(answer.body))
            change(content)
            answer.body = json.dumps(envelope(kind, content, [wire.Key() for _ in range(3)])).encode()
        return answer
    return serve


def add_member(content):
    """Somebody more on the list, by the keys of whoever serves it."""
    keys = {"verification_key": wire.b64(wire.Key().public), "agreement_key": wire.b64(os.urandom(32))}
    profile = dict(content["members"][0]["profile"], name="Mallory Fawkes")
    content["members"].append(dict(content["members"][0], id=wire.b64(os.urandom(16)), profile=profile, **keys))
    content["version"] += 1


def other_key(content):
    """A peer with another key, to whom everybody would seal."""
    content["members"][1]["agreement_key"] = wire.b64(os.urandom(32))


def other_notice(content):
    """A notice that allows more."""
    content["notices"][0]["text"] = "Everything may be passed on."


def look_at_list(scene, *people):
    """What the lists of people say: those that were there, and nobody else."""
    for person in people:
        scene.act(person, "inbox --json")
        seen = scene.act(person, "peers --json")
        names = {peer["name"] for peer in seen.json()["people"]} if seen.status == 0 else set()
        if names - {"Dana Reyes", "Rui Santos"}:
            scene.fault("%s is shown a list with %s" % (person, names))
        notice = scene.act(person, "notice")
        if "Everything may be" in notice.screen:
            scene.fault("%s is shown a forged notice" % person)


def publish_next(scene):
    """The coordinators publish a new version, and say that it is the newest: so everybody wants it."""
    scene.must("cara", "program draft new")
    scene.must("cara", "program change-member Rui --unit Harbor")
    scene.must("cara", "program sign draft.json --yes")
    scene.publish()


def serving(name, what, refuses=(), **changes):
    """A lie: documents are served in another way, when a new one was announced and everybody wants it. Nobody takes it, and everybody is told. A
    first word goes out by what was known before, or with one of these exit codes not at all."""
    def lie(scene):
        scene.later(3)
        publish_next(scene)
        scene.lie(Serves(**changes))
        look_at_list(scene, "ana", "bo")
        first = first_word(scene)
        if refuses and first.status not in refuses:
            scene.fault("a first word goes out on it: %s" % first)
        if not scene.refused:
            scene.fault("nobody was told")
        converse(scene)
        if ("bo", "rui", "first from bo") in scene.written:
            scene.links["bo", 1] = ("rui", "Rui Santos")
        return scene.settle()
    lie.__name__, lie.__doc__ = name, what
    return lie


def older(scene, kind, call):
    """What the relay has of an older version, served in the place of the newest."""
    program = next(one.request.path.split("/")[3] for one in scene.between.exchanges if "/programs/" in one.request.path)
    answer = scene.client().call("GET", "/v1/programs/%s%s" % (program, kind), expect=200)
    return Serves(**{call: lambda came: Answer(200, JSON, answer.content)})


def old_document(scene):
    """the first version of the program document is served as the newest"""
    scene.later(3)
    scene.act("ana", "inbox --json")
    publish_next(scene)
    scene.lie(older(scene, "/versions/1", "get_document"))
    scene.later(3)
    look_at_list(scene, "ana", "bo")
    converse(scene)
    return scene.settle()


def old_word(scene):
    """an older word on what is newest is served"""
    scene.later(3)
    scene.act("ana", "inbox --json")
    before = older(scene, "/freshness", "get_freshness")
    scene.later(3)
    scene.act("cara", "program refresh")
    scene.act("ana", "inbox --json")
    scene.act("dana", "inbox --json")
    scene.lie(before)
    scene.later(3)
    look_at_list(scene, "ana")
    scene.look("dana")
    converse(scene)
    if not any("older" in line for line in scene.refused):
        scene.fault("nobody was told that the relay goes back: %s" % scene.refused)
    return scene.settle()


def no_word(scene):
    """nobody's word on what is newest comes any more: warned after three days, nothing new after seven, what runs goes on"""
    scene.lie(Serves(get_freshness=lambda answer: refusal()))
    scene.later(4 * 24)
    seen = scene.act("bo", "inbox")
    if "For more than three days" not in seen.screen:
        scene.fault("no warning after four days: %s" % seen)
    scene.later(4 * 24)
    seen = first_word(scene)
    if seen.status != 7:
        scene.fault("a conversation begins after eight days: %s" % seen)
    converse(scene)
    return scene.settle()


def refusal():
    """The relay does not have it."""
    body = {"type": "urn:callbox:problem:no-such-document", "title": "none", "status": 404}
    return Answer(404, [("content-type", "application/problem+json")], json.dumps(body).encode())


def evil_chain(answer):
    """A root after the newest, that the newest has not signed."""
    chain = json.loads(answer.body)
    newest = chain["roots"][-1]
    keys = [wire.Key() for _ in range(3)]
    content = dict(payload(newest), version=payload(newest)["version"] + 1, previous=wire.b64(hashed(newest)),
                   coordinator_keys=[wire.b64(key.public) for key in keys])
    chain["roots"].append(envelope("root", content, keys))
    answer.body = json.dumps(chain).encode()
    return answer


def other_program(scene):
    """another program is served in this one's place: to those who are in it, and to somebody who joins"""
    keys = [wire.Key() for _ in range(3)]

    def chain(answer):
        root = dict(payload(json.loads(answer.body)["roots"][0]), coordinator_keys=[wire.b64(key.public) for key in keys])
        answer.body = json.dumps({"roots": [envelope("root", root, keys)]}).encode()
        return answer

    def document(answer):
        content = payload(json.loads(answer.body))
        add_member(content)
        answer.body = json.dumps(envelope("program", content, keys)).encode()
        return answer
    scene.later(3)
    publish_next(scene)
    scene.lie(Serves(get_roots=chain, get_document=document, get_freshness=lambda answer: refusal()))
    with open(os.path.join(scene.folder, "invite")) as f:
        seen = scene.act("eve", "join '%s' --no-code" % f.read())
    if seen.status != 6:
        scene.fault("somebody joins another program than the poster's: %s" % seen)
    look_at_list(scene, "ana", "bo")
    converse(scene)
    return scene.settle()


# Sheets

SHEET, FIRST_SHEET = 1485, 9


def book(change):
    """Serves a book of sheets with something changed in each."""
    def serve(answer):
        if answer.status == 200:
            head, body = answer.body[:FIRST_SHEET], answer.body[FIRST_SHEET:]
            answer.body = head + b"".join(change(body[at:at + SHEET]) for at in range(0, len(body), SHEET))
        return answer
    return serve


def own_keys(sheet):
    """A sheet with keys of whoever serves it, and the signature that it had."""
    return sheet[:69] + os.urandom(32) + sheet[69 + 32:]


def signed_anew(sheet):
    """The same, signed by a key that was drawn for it."""
    content = own_keys(sheet)[:-64]
    return content + wire.Key().sign(content)


def own_intake(sheet):
    """A sheet that leads to another mailbox."""
    at = 16 + 1 + 16 + 16 + 4 + 8 + 8 + 32 + 1216
    return sheet[:at] + os.urandom(32) + sheet[at + 32:]


def exchanged(answer):
    """The sheets of two members, each with the other's name."""
    head, body = answer.body[:FIRST_SHEET], answer.body[FIRST_SHEET:]
    sheets = [body[at:at + SHEET] for at in range(0, len(body), SHEET)]
    names = [sheet[33:49] for sheet in sheets]
    answer.body = head + b"".join(sheet[:33] + names[place - 1] + sheet[49:] for place, sheet in enumerate(sheets))
    answer.body = head + b"".join(sorted((answer.body[at:at + SHEET] for at in range(FIRST_SHEET, len(answer.body), SHEET)), key=lambda s: s[33:49]))
    return answer


def other_day(answer):
    """The book says that it is another day's."""
    answer.body = answer.body[:1] + (int.from_bytes(answer.body[1:5], "big") - 1).to_bytes(4, "big") + answer.body[5:]
    return answer


def other_tokens(scene):
    """tokens are given under another key than the program's"""
    def change(answer):
        if answer.status == 200:
            answer.body = answer.body[:-64] + os.urandom(32)[:31] + b"\0" + os.urandom(32)[:31] + b"\0"
        return answer
    scene.lie(Serves(post_tokens=change))
    with open(os.path.join(scene.folder, "invite")) as f:
        invite = f.read()
    code = scene.must("cara", "program codes 1 --json").json()["codes"][0]
    scene.must("eve", "join '%s'" % invite, typed=code + "\n")
    seen = scene.act("eve", "inbox")
    if not any("another key than the program" in line for line in scene.refused):
        scene.fault("tokens under another key are taken: %s" % seen)
    return scene.settle()


LIES = [
    serving("added_peer", "a program document with a peer more, by the old signatures", get_document=altered(add_member)),
    serving("added_peer_signed", "the same, signed by others", get_document=resigned("program", add_member)),
    serving("other_key", "a peer with another key, in the same version", get_document=altered(other_key)),
    serving("other_key_signed", "the same, signed by others", get_document=resigned("program", other_key)),
    serving("other_notice", "another notice", get_document=resigned("program", other_notice)),
    serving("other_root", "a root that the last one has not signed", get_roots=evil_chain, get_document=resigned("program", add_member)),
    serving("forged_word", "a word on what is newest, signed by somebody else", get_freshness=resigned(
        "freshness", lambda content: content.update(version=content["version"] + 7, time=content["time"] + 12000))),
    serving("own_keys", "sheets with other keys", (6, 8), **{"get_sheets/N": book(own_keys)}),
    serving("signed_sheets", "sheets with other keys, signed by somebody else", (6, 8), **{"get_sheets/N": book(signed_anew)}),
    serving("own_intake", "sheets that lead to another mailbox", (6, 8), **{"get_sheets/N": book(own_intake)}),
    serving("exchanged", "peers' sheets under each other's name", (6, 8), **{"get_sheets/N": exchanged}),
    serving("other_day", "the book of another day", (6, 8), **{"get_sheets/N": other_day}),
    old_document, old_word, no_word, other_program, other_tokens,
]
