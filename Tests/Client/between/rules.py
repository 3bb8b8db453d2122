"""What must hold of everything that a relay sees: one function for each promise, from a recorded story to complaints. What is the same for everybody,
and may be, is listed here, each with its reason."""

import hashlib
import re
from collections import defaultdict

import record
import wire
from hello import EARLY_DATA, KEY_SHARE, PRE_SHARED_KEY, Hello

FIELDS = {"host", "content-length", "content-type", "authorization", "content-digest", "callbox-relay", "signature-input", "signature"}
ANSWER_FIELDS = {"content-length", "content-type", "cache-control", "etag", "retry-after", "www-authenticate", "date", "server"}
# Calls of people; what coordinators bring differs in length as documents do.
MAILBOX_CALLS = ("make", "collect", "acknowledge", "delete", "deposit")


class Noted:
    """One request and its answer, with whose it was and on which connection."""

    def __init__(self, exchange, actor=None):
        self.request, self.answer = exchange.request, exchange.answered
        self.line = exchange.request.line
        self.call, self.address = record.call(self.request), record.address(self.request)
        self.actor = actor or exchange.request.actor

    def sent(self):
        """All bytes of the request."""
        return self.request.head + self.request.body

    def came(self):
        """All bytes of the answer."""
        return self.answer.head() + self.answer.body


class Story:
    """A whole story as the relay saw it, and what the harness knows beside it: whose each mailbox is."""

    def __init__(self, exchanges, host, identity):
        self.host, self.identity = host, identity
        self.all = [Noted(exchange) for exchange in exchanges if exchange.answered is not None]
        self.owner, self.kind, self.key, writers = {}, {}, {}, defaultdict(set)
        for noted in self.all:
            if noted.call == "make" and noted.actor:
                self.owner[noted.address], self.kind[noted.address] = noted.actor, noted.request.body[1]
            if noted.address and record.collect_key(noted.request):
                self.key[noted.address] = record.collect_key(noted.request)
            if noted.call == "deposit" and noted.actor:
                writers[noted.address].add(noted.actor)
        for noted in self.all:
            if noted.actor is None and noted.address:
                owner = self.owner.get(noted.address)
                others = writers[noted.address] - {owner}
                noted.actor = next(iter(others), None) if noted.call == "deposit" else owner
        self.slots = sorted({int(noted.request.query.split("slots=")[1].split("&")[0]) for noted in self.all if noted.call == "collect"})
        self.conversations = {self.conversation(noted) for noted in self.mail()} - {None}

    def mail(self):
        """What concerns a mailbox."""
        return [noted for noted in self.all if noted.address]

    def conversation(self, noted):
        """Between which two something is; of an intake, whose it is, for what its owner does there."""
        owner = self.owner.get(noted.address)
        if noted.call == "deposit":
            return frozenset((owner, noted.actor))
        if self.kind.get(noted.address) == wire.INTAKE:
            return frozenset((owner,))
        writers = {other.actor for other in self.all if other.call == "deposit" and other.address == noted.address}
        return frozenset({owner} | writers)

    def identifiers(self):
        """Each mailbox: its address, and its key where its owner came."""
        return {address: [address] + [self.key[address]] * (address in self.key) for address in {n.address for n in self.mail()}}


def meeting(story):
    """No request and no answer names two mailboxes. Books and sheets are left out: the intakes that stand there are public."""
    names = story.identifiers()
    complaints = []
    for noted in story.all:
        if "sheets" in noted.call:
            continue
        content = noted.sent() + noted.came()
        for address, parts in names.items():
            if address != noted.address and any(form in content for part in parts for form in record.forms(part)):
                complaints.append("%s by %s names another mailbox" % (noted.call, noted.actor))
    return complaints


def declared(story):
    """What stands in requests of several conversations, and why that is right."""
    empty = [wire.acknowledgements([], count) for count in story.slots]
    tokens = {record.spent(noted.request)[34:98] for noted in story.all if record.spent(noted.request)}
    return {
        "the relay's identity key, which every signed request names": [story.identity],
        "challenge and key of an epoch, the same in every token": list(tokens),
        "the hash of an empty list of acknowledgements": [hashlib.sha512(content).digest() for content in empty],
        "the hash of an order for a mailbox": [hashlib.sha512(bytes([1, kind])).digest() for kind in (wire.SESSION, wire.INTAKE)],
        "words of the interface": [b"acknowledgements"],
        "an intake's address, which stands in its owner's sheets": [
            form for address, kind in story.kind.items() if kind == wire.INTAKE for form in record.forms(address)],
    }


def stable(story):
    """Nothing of 16 bytes in a request of one conversation stands in one of another."""
    allowed = set().union(*(record.windows(value) for group in declared(story).values() for value in group))
    seen, complaints = defaultdict(set), []
    for noted in story.mail():
        runs = set().union(*(record.windows(value) for value in record.values(noted.request)), bodies(noted))
        for run in runs - allowed:
            seen[run].add(story.conversation(noted))
    shared = [where for where in seen.values() if len(where) > 1]
    for where in {frozenset(where) for where in shared}:
        complaints.append("%d runs of 16 bytes stand in requests of %s" % (
            sum(frozenset(other) == where for other in shared), " and of ".join(sorted("+".join(sorted(map(str, one))) for one in where))))
    return complaints


def bodies(noted):
    """The runs of a request's content: of a list of acknowledgements its cells' ids."""
    if noted.call == "acknowledge":
        slots = [noted.request.body[at:at + wire.ACKNOWLEDGEMENT] for at in range(0, len(noted.request.body), wire.ACKNOWLEDGEMENT)]
        return set().union(*(record.windows(slot[9:]) for slot in slots))
    return record.windows(noted.request.body)


def connections(story):
    """One connection serves one mailbox; documents, tokens and what a member publishes have each one of their own."""
    uses = defaultdict(set)
    for noted in story.all:
        uses[noted.line.number].add(wire.b64url(noted.address)[:8] if noted.address else purpose(noted))
    return ["connection %d serves %s" % (number, ", ".join(sorted(use))) for number, use in uses.items() if len(use) > 1]


def purpose(noted):
    """What somebody asks a program for: documents, tokens, or that something is published."""
    if noted.call == "post tokens":
        return "tokens"
    return "documents" if noted.request.method == "GET" else "publications"


def sizes(story):
    """All cells are one size, all lists of acknowledgements, and all collect answers with their heads, empty or not. Both kinds must have come, else
    this says nothing."""
    complaints, answers, full = [], set(), set()
    for noted in story.mail():
        if noted.call == "deposit" and len(noted.request.body) != wire.CELL:
            complaints.append("a cell of %d bytes" % len(noted.request.body))
        if noted.call == "acknowledge" and len(noted.request.body) not in [count * wire.ACKNOWLEDGEMENT for count in story.slots]:
            complaints.append("acknowledgements of %d bytes" % len(noted.request.body))
        if noted.call == "collect" and noted.answer.status == 200:
            answers.add((len(noted.answer.head()), len(noted.answer.body)))
            full |= set(noted.answer.body[:1])
    if len(story.slots) != 1:
        complaints.append("collected by several numbers of slots: %s" % story.slots)
    if len(answers) != 1:
        complaints.append("collect answers of several sizes: %s" % sorted(answers))
    if full != {0, 1}:
        complaints.append("no collect answer was %s: nothing is shown" % ("empty" if 0 not in full else "full"))
    return complaints


def form(noted):
    """The shape of a head: which fields in which order, and how long each part is. How long somebody waits is no secret of its own: they do."""
    target = tuple(len(segment) for segment in re.sub(r"wait=\d+", "wait=N", noted.request.target).split("/"))
    lengths = tuple((name, 0 if "sheets" in noted.call and name == "content-length" else len(value)) for name, value in noted.request.fields)
    return noted.request.method, target, noted.request.version, lengths


def persons(story):
    """Which people made which call, by what it was paid with."""
    calls = defaultdict(lambda: defaultdict(set))
    for noted in story.all:
        if noted.call in MAILBOX_CALLS or noted.call.startswith(("get", "post tokens", "put members")):
            kind = noted.call, record.payment(noted.request) or "nothing"
            calls[kind][form(noted)].add(noted.actor)
    return calls


def heads(story):
    """One shape for each call, whoever makes it; no field that the texts do not have, in requests and in answers."""
    complaints = ["%s (%s): %d shapes: %s" % (*kind, len(shapes), sorted(map(str, shapes.values())))
                  for kind, shapes in persons(story).items() if len(shapes) > 1]
    for noted in story.all:
        for name, _ in noted.request.fields:
            if name not in FIELDS:
                complaints.append("%s by %s has the field %s" % (noted.call, noted.actor, name))
        for name, _ in noted.answer.fields:
            if name.lower() not in ANSWER_FIELDS:
                complaints.append("the answer to %s has the field %s" % (noted.call, name))
    return complaints


def hellos(story):
    """TLS begins alike for everybody: nothing is taken up again, no name but the relay's, nothing that comes twice."""
    greetings = {noted.line.number: Hello(noted.line.hello) for noted in story.all}
    complaints = []
    if len({greeting.form() for greeting in greetings.values()}) != 1:
        complaints.append("TLS begins in several ways")
    for number, greeting in greetings.items():
        if greeting.extension(PRE_SHARED_KEY) is not None or greeting.extension(EARLY_DATA) is not None:
            complaints.append("connection %d takes up a session of another" % number)
        if greeting.name() not in (None, story.host):
            complaints.append("connection %d asks for %s" % (number, greeting.name()))
    for what, drawn in (("random", [g.random for g in greetings.values()]), ("session", [g.session for g in greetings.values() if g.session]),
                        ("key", [g.extension(KEY_SHARE) for g in greetings.values()])):
        if len(set(drawn)) != len(drawn):
            complaints.append("TLS begins twice with the same %s" % what)
    return complaints


def tokens(story):
    """What was bought shares nothing with what is spent; each token is spent on one request; a code stands nowhere but where it buys."""
    bought = b"".join(noted.request.body + noted.answer.body for noted in story.all if noted.call == "post tokens")
    paid = defaultdict(set)
    for noted in story.all:
        if record.spent(noted.request):
            paid[record.spent(noted.request)].add(hashlib.sha512(noted.request.target.encode() + noted.request.body).digest())
    pieces = record.windows(bought, 8)
    complaints = ["a spent token has something of a bought one" for token in paid
                  if (record.windows(token[2:34], 8) | record.windows(token[98:], 8)) & pieces]
    complaints += ["a token pays for two requests" for requests in paid.values() if len(requests) > 1]
    codes = {noted.request.field("authorization").split('"')[1] for noted in story.all if record.payment(noted.request) == "code"}
    for noted in story.all:
        if noted.call != "post tokens" and any(code.encode() in noted.sent() + noted.came() for code in codes):
            complaints.append("%s by %s has a code" % (noted.call, noted.actor))
    if not paid or not bought or not codes:
        complaints.append("no token was bought with a code and spent: nothing is shown")
    return complaints


ALL = {"meeting": meeting, "stable": stable, "connections": connections, "sizes": sizes, "heads": heads, "hellos": hellos, "tokens": tokens}
