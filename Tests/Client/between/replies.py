"""Lies in answers: refusals that are not so, answers that are none, too long, too slow or cut off."""

import itertools
import json
import re

import record
import wire
from cells import DONE, Deposits, converse, first_word
from problems import PREFIX, STATUS
from proxy import Answer, Honest, Raw
from scene import MARK


class Says(Honest):
    """Answers some calls with something else than the relay would."""

    def __init__(self, made_up, calls=("deposit", "collect", "acknowledge", "make", "delete"), asks=False):
        self.made_up, self.calls, self.asks = made_up, calls, asks

    def request(self, request, ask):
        if record.call(request) not in self.calls and self.calls != "all":
            return super().request(request, ask)
        if self.asks:
            ask(request)
        return self.made_up(request) if callable(self.made_up) else self.made_up


def problem(word, retry=None, status=None):
    """A refusal by the relay's form, with a title of its own making."""
    status = status or STATUS[word]
    fields = [("content-type", "application/problem+json")] + ([("retry-after", retry)] if retry else [])
    body = {"type": PREFIX + word, "title": MARK, "status": status, "detail": MARK}
    return Answer(status, fields, json.dumps(body).encode())


def refusing(word, retry=None, calls=("deposit",), asks=False, status=None):
    """A lie: some calls are refused by a word, after they were done or without."""
    def lie(scene):
        scene.lie(Says(lambda request: problem(word, retry, status), calls, asks))
        converse(scene)
        return scene.settle()
    what = "after doing it, " * asks + "%s%s" % (word, "" if retry is None else ", come back after %s" % retry[:24])
    later = ["in", re.sub(r"\W", "", retry.replace("-", "minus "))[:8]] if retry else []
    lie.__name__ = "_".join([word.replace("-", "_"), *(["yet_done"] if asks else []), *([] if calls == ("deposit",) else [calls[0]]),
                             *later, *(["as_%d" % status] if status else [])])
    lie.__doc__ = "%s: %s" % (" and ".join(calls), what)
    return lie


def answering(name, what, made_up, calls=("deposit", "collect"), slow=False):
    """A lie: some calls are answered with something made up."""
    def lie(scene):
        scene.lie(Says(made_up, calls))
        if slow:
            scene.act("dana", "inbox --json")
            scene.say("ana", "dana")
        else:
            converse(scene)
        return scene.settle()
    lie.__name__, lie.__doc__ = name, what
    return lie


WHOLE = 2 * wire.SLOT  # the length of a collect answer
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n"


def endless_fields():
    """A head that goes on."""
    yield HEAD, 0
    for number in itertools.count():
        yield b"x-%d: %s\r\n" % (number, b"a" * 1000), 0


def endless_content():
    """Content that goes on, in pieces."""
    yield HEAD + b"transfer-encoding: chunked\r\n\r\n", 0
    while True:
        yield b"10000\r\n" + bytes(65536) + b"\r\n", 0


def endless_waiting():
    """Word that the answer comes soon, for ever."""
    while True:
        yield b"HTTP/1.1 100 Continue\r\n\r\n", 0.01


def drip(head, pause):
    """A byte, and then another."""
    yield head, 0
    while True:
        yield b"\0", pause


def drip_head():
    """A head, byte by byte."""
    for byte in HEAD + b"x: " + b"a" * 8000:
        yield bytes([byte]), 1


ODD = [
    answering("empty_yes", "200 without content", Answer(200)),
    answering("other_content", "200 with a page", Answer(200, [("content-type", "text/html")], ("<h1>%s</h1>" % MARK).encode())),
    answering("yes_with_content", "204 to collections, 200 with words to deposits",
              lambda request: DONE if request.method == "GET" else Answer(200, [("content-type", "application/octet-stream")], MARK.encode())),
    answering("redirect", "302 to another place", Answer(302, [("location", "https://localhost:1/v1/relay")], MARK.encode())),
    answering("redirect_for_good", "308 to another place", Answer(308, [("location", "http://localhost:1/")])),
    answering("upgrade", "101, and other words from then on", Raw([(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n" + MARK.encode(), 0)])),
    answering("no_words", "an error without a word of the relay", Answer(500, [("content-type", "text/plain")], MARK.encode())),
    answering("unknown_word", "a refusal by an unknown word",
              Answer(403, [("content-type", "application/problem+json")], json.dumps(
                  {"type": PREFIX + "pay-first", "title": MARK, "status": 403}).encode())),
    answering("no_http", "bytes that are no HTTP", Raw([(MARK.encode() * 100, 0)])),
    answering("nothing", "the connection is closed without an answer", Raw([])),
    answering("half_a_head", "closed in the middle of the head", Raw([(HEAD[:40], 0)])),
    answering("half_an_answer", "closed in the middle of the content",
              Raw([(HEAD + b"content-length: %d\r\n\r\n" % (WHOLE) + b"\1" + bytes(9000), 0)])),
    answering("no_length", "content that ends when the connection does",
              Raw([(b"HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n\r\n" + bytes(WHOLE), 0)])),
    answering("two_lengths", "two lengths", Raw([(HEAD + b"content-length: 3\r\ncontent-length: %d\r\n\r\n" % WHOLE + bytes(WHOLE), 0)])),
    answering("huge_length", "a length of a million million bytes", Raw([(HEAD + b"content-length: 1000000000000\r\n\r\n" + bytes(65536), 0)])),
    answering("packed", "content said to be packed",
              lambda request: Answer(200, [("content-type", "application/octet-stream"), ("content-encoding", "gzip")], bytes(WHOLE))),
    answering("two_answers", "two answers to one question",
              lambda request: Raw([(DONE.head() * 2 + Answer(200, [("content-type", "application/octet-stream")], bytes(9)).head() + bytes(9), 0)])),
    answering("endless_fields", "fields without end", lambda request: Raw(endless_fields())),
    answering("endless_content", "content without end", lambda request: Raw(endless_content())),
    answering("slow_head", "a head, a byte a second", lambda request: Raw(drip_head()), slow=True),
    answering("slow_content", "content, a byte a second", lambda request: Raw(
        drip(HEAD + b"content-length: %d\r\n\r\n\1" % WHOLE, 1)), slow=True),
    answering("soon", "100 Continue for ever", lambda request: Raw(endless_waiting()), slow=True),
    answering("silence", "no answer, and the connection stays", lambda request: Raw([(b"", 3600)]), slow=True),
]


class Misshapen(Honest):
    """Collect answers that are not as they must be."""

    def __init__(self, change):
        self.change = change

    def answer(self, request, answer):
        if record.call(request) == "collect" and answer.status == 200:
            answer.body = self.change(answer.body)
        return answer


def misshapen(name, what, change):
    """A lie: collect answers have another shape."""
    def lie(scene):
        scene.lie(Misshapen(change))
        converse(scene)
        return scene.settle()
    lie.__name__, lie.__doc__ = name, what
    return lie


def renumbered(body, number):
    """The first slot with another number."""
    return body[:1] + number.to_bytes(8, "big") + body[9:]


SHAPES = [
    misshapen("short_answer", "a collect answer short of a thousand bytes", lambda body: body[:-1000]),
    misshapen("fewer_slots", "a collect answer of half as many slots", lambda body: body[:len(body) // 2]),
    misshapen("more_slots", "a collect answer of twice as many slots", lambda body: body * 2),
    misshapen("number_nought", "a cell in place 0", lambda body: renumbered(body, 0)),
    misshapen("number_too_high", "a cell in place 2^63", lambda body: renumbered(body, 1 << 63)),
    misshapen("falling_numbers", "the same cell in a lower place", lambda body: renumbered(body, 9) + renumbered(body, 8)[:wire.SLOT] + body[WHOLE:]
              if body[0] else body),
    misshapen("third_state", "a slot that is neither full nor empty", lambda body: b"\2" + body[1:]),
    misshapen("empty_before_full", "an empty slot before a full one", lambda body: bytes(wire.SLOT) + body[:-wire.SLOT] if body[0] else body),
]


def closed_after(scene):
    """every deposit is done, and the connection closed without an answer"""
    def deed(number, request, ask):
        ask(request)
        return Raw([])
    scene.lie(Deposits(deed))
    converse(scene)
    return scene.settle()


def endless_work(scene):
    """who has no token is to work for days"""
    class Hard(Honest):
        def answer(self, request, answer):
            if record.call(request) == "relay":
                about = json.loads(answer.body)
                about["work_difficulty"] = 40
                answer.body = json.dumps(about).encode()
            return answer
    scene.lie(Hard())
    first_word(scene)
    scene.links["bo", 1] = ("rui", "Rui Santos")
    return scene.settle()


def storm(scene):
    """everything at random: closed, refused, dropped after it was done, repeated, slow"""
    import random
    draw = random.Random(8)

    class Storm(Honest):
        def request(self, request, ask):
            chance = draw.random()
            if chance < 0.15:
                return Raw([])
            if chance < 0.3:
                return problem(draw.choice(["busy", "uncertain", "too-many-requests"]), "1")
            answer = ask(request)
            if chance < 0.45:
                return Raw([(HEAD[:draw.randrange(len(HEAD))], 0)])
            if chance < 0.5:
                return problem("uncertain")
            return answer
    scene.lie(Storm())
    converse(scene, 3)
    return scene.settle()


ERRORS = [
    refusing("mailbox-full"), refusing("mailbox-full", "99999999999999999999999"), refusing("mailbox-full", status=200),
    refusing("busy", "-5"), refusing("busy", "Fri, 31 Dec 1999 23:59:59 GMT"), refusing("too-many-requests", "86400", ("deposit", "collect")),
    refusing("uncertain"), refusing("uncertain", asks=True), refusing("uncertain", calls=("acknowledge",), asks=True),
    refusing("disk-full", asks=True), refusing("no-such-address"), refusing("no-such-address", asks=True),
    refusing("no-such-mailbox", calls=("collect",)), refusing("no-such-mailbox", calls=("acknowledge",)), refusing("payment-missing"),
    refusing("token-spent", calls=("deposit", "make")), refusing("signature-stale", calls=("collect",)),
    refusing("signature-invalid", calls=("collect",)), refusing("nonce-reused", calls=("collect",)), refusing("wrong-relay", calls=("collect",)),
    refusing("malformed"),
]
LIES = ERRORS + ODD + SHAPES + [closed_after, endless_work, storm]
