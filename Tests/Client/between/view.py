"""`view`: everything that the relay sees of a whole story, recorded and held against rules.py; then with each leak planted,
which must be seen."""

import copy
import json
import re
import time

import play
import record
import rules
import wire
from daemon import Broken
from people import World

FIRST = {"dana": "I have not slept since the call on Route 9.", "rui": "Can we keep this one apart from the other?"}


def tell(world):
    """The story: an officer with a code and one without, three conversations, a handoff, a live chat, and the end."""
    invite = world.found()
    code = world.must("cara", "program codes 1 --json").json()["codes"][0]
    for person in ("dana", "rui", "lee"):
        world.must(person, "member publish")
    world.must("ana", "join '%s'" % invite, typed=code + "\n")
    world.must("bo", "join '%s' --no-code" % invite)
    for officer in ("ana", "bo"):
        world.unlock(officer)
        world.must(officer, "inbox")
    reach(world, "ana", "Dana", FIRST["dana"])
    reach(world, "ana", "Rui", FIRST["rui"])
    reach(world, "bo", "Rui", "Is this really read by nobody else?")
    for peer, count in (("dana", 1), ("rui", 2)):
        world.must(peer, "inbox")
        for conversation in range(1, count + 1):
            world.must(peer, "reply %d" % conversation, piped="I am here, and I have time.")
    for officer, count in (("ana", 2), ("bo", 1)):
        for conversation in range(1, count + 1):
            world.must(officer, "read %d" % conversation)
            world.must(officer, "send %d" % conversation, piped="It was the child seat. " * 400)
    talk(world)
    hand_over(world)
    world.must("ana", "end 2 --yes")
    world.must("rui", "inbox")
    world.must("bo", "end 1 --yes")
    world.must("rui", "inbox")


def reach(world, officer, peer, text):
    """An officer's first word to a peer."""
    return world.must(officer, "reach-out %s --answers no,no,no" % peer, typed="yes\n", piped=text)


def talk(world):
    """Officer and peer stay, and see each other's words as they come."""
    chats = {}
    for person in ("ana", "dana"):
        chats[person] = world.sessions[person] = world.begin(person, world.words("chat 1 --plain", None, "/dev/null"))
        world.between.actor = None
    for writer, reader, text in (("ana", "dana", "Are you there now?"), ("dana", "ana", "Yes. Take your time."), ("ana", "dana", "Thank you.")):
        chats[writer].type(text + "\n")
        watch(chats[reader], text)
    for person, session in chats.items():
        session.type("\x04")
        watch(session, None)
        world.sessions.pop(person).end()


def watch(session, text):
    """Waits until a terminal shows something, or with None until its command has ended."""
    end = time.monotonic() + play.PATIENCE
    while time.monotonic() < end:
        over = session.pump(0.05)
        if text is None and over or text is not None and text in session.screen():
            return
        if over:
            break
    raise Broken("%s did not see %r:\n%s" % (session.person, text, play.indent(session.screen())))


def hand_over(world):
    """The peer proposes, the officer signs, the three meet."""
    world.must("dana", "inbox")
    world.must("dana", "handoff propose 1 --to Lee", typed="Sleep and nightmares\n1\nCannot sleep, three weeks.\n9\n\n\nyes\n")
    world.must("ana", "inbox")
    world.must("ana", "consent sign 1 --as-proposed", typed="1\nSIGN\n")
    world.must("dana", "handoff introduce 1")
    world.must("ana", "inbox")
    world.must("lee", "inbox")
    world.must("lee", "handoff accept 1")
    world.must("lee", "send 1", piped="Thank you both. I have Thursday at ten.")
    world.must("ana", "send 3", piped="Thursday is good.")
    world.must("dana", "inbox")
    world.must("lee", "handoff first-contact 1")
    world.must("ana", "inbox")


def view(run):
    """Plays the story and judges it; with every planted leak judges again."""
    with World(run.programs) as world:
        world.lacks()
        world.open()
        tell(world)
        story = rules.Story(world.between.exchanges, world.url.split("//")[1].split(":")[0], world.relay.place.identity)
        if run.keep:
            keep(story, run.keep)
        run.table(count(story))
        for what, values in rules.declared(story).items():
            run.say("declared: %s (%d)" % (what, len(values)))
        for name, rule in rules.ALL.items():
            complaints = rule(story)
            run.say("%-12s %s" % (name, "holds" if not complaints else "DOES NOT HOLD: %d times" % len(complaints)))
            for complaint in sorted(set(complaints))[:6]:
                run.fail("%s: %s" % (name, complaint))
        if not run.failures:
            plants(run, world)


def count(story):
    """What was recorded, call by call."""
    rows = [("call", "paid by", "requests", "people", "shapes", "bytes out", "bytes back")]
    for (call, paid), shapes in sorted(rules.persons(story).items()):
        noted = [n for n in story.all if n.call == call and (record.payment(n.request) or "nothing") == paid]
        people = set().union(*shapes.values()) - {None}
        rows.append((call, paid, len(noted), len(people), len(shapes), spread(len(n.sent()) for n in noted), spread(len(n.came()) for n in noted)))
    return rows + [("in all", "", len(story.all), len({n.actor for n in story.all}), "", "%d connections" % len({n.line.number for n in story.all}),
                    "%d mailboxes, %d pairs of people" % (len(story.identifiers()), sum(len(pair) == 2 for pair in story.conversations)))]


def spread(numbers):
    """The least and the most, or the one."""
    numbers = sorted(set(numbers))
    return str(numbers[0]) if len(numbers) == 1 else "%d to %d" % (numbers[0], numbers[-1])


def keep(story, path):
    """Writes what was recorded as lines of JSON, without contents."""
    with open(path, "w") as f:
        for noted in story.all:
            f.write(json.dumps({
                "connection": noted.line.number, "actor": noted.actor, "call": noted.call, "status": noted.answer.status,
                "head": noted.request.head.decode("latin-1"), "sent": len(noted.request.body), "came": len(noted.answer.body)}) + "\n")


# Leaks that are planted, each with the rule that must see it

def plants(run, world):
    """Judges the story again, each time with one leak in what was recorded: the rule that it breaks must turn red."""
    host, identity = world.url.split("//")[1].split(":")[0], world.relay.place.identity
    for plant, rule in PLANTS:
        exchanges = [lighter(exchange) for exchange in world.between.exchanges if exchange.answered is not None]
        plant(exchanges)
        complaints = rules.ALL[rule](rules.Story(exchanges, host, identity))
        run.planted("%s: %s" % (plant.__name__.replace("_", " "), plant.__doc__.split(".")[0]), rule, complaints)


def lighter(exchange):
    """A copy that can be changed, down to the line."""
    twin = copy.copy(exchange)
    twin.request, twin.answered = copy.copy(exchange.request), copy.copy(exchange.answered)
    twin.request.fields, twin.answered.fields = list(exchange.request.fields), list(exchange.answered.fields)
    twin.request.line = copy.copy(exchange.request.line)
    return twin


def of(exchanges, call, actor=None):
    """The exchanges of a call, by a person or by anybody."""
    return [one for one in exchanges if record.call(one.request) == call and (actor is None or one.request.actor == actor)]


def put(exchange, name, value):
    """Puts a field into a request."""
    exchange.request.fields.append((name, value))
    exchange.request.head = exchange.request.head[:-2] + ("%s: %s\r\n\r\n" % (name, value)).encode()


def reply_to(exchanges):
    """A deposit says where its sender collects."""
    own = record.collect_key(of(exchanges, "make", "ana")[0].request)
    put(of(exchanges, "deposit", "ana")[-1], "x-reply-to", wire.b64url(own))


def in_an_answer(exchanges):
    """An answer to a collection says which mailbox a cell came from."""
    other = record.address(of(exchanges, "make", "dana")[-1].request)
    of(exchanges, "collect", "ana")[-1].answered.fields.append(("x-from", wire.b64(other)))


def device(exchanges):
    """A client has a number of its own in each request."""
    for exchange in exchanges:
        if exchange.request.actor == "ana":
            put(exchange, "x-device", "b7d1f0a52c6e4e0f9a8843f2d5c1e777")


def nonce_twice(exchanges):
    """A client signs with the same nonce in two conversations."""
    mine = of(exchanges, "collect", "ana")
    first = mine[0].request
    nonce = first.field("signature-input").split('nonce="')[1][:22]
    for other in mine:
        if record.address(other.request) != record.address(first):
            other.request.fields = [(name, re.sub('nonce="[^"]*"', 'nonce="%s"' % nonce, value)) for name, value in other.request.fields]


def same_cell(exchanges):
    """A part of a cell stands in a cell of another conversation."""
    cells = of(exchanges, "deposit", "ana")
    cells[-1].request.body = cells[0].request.body[:48] + cells[-1].request.body[48:]


def one_connection(exchanges):
    """A client deposits over the connection by which it collects."""
    of(exchanges, "deposit", "ana")[-1].request.line.number = of(exchanges, "collect", "ana")[-1].request.line.number


def tokens_with_documents(exchanges):
    """Tokens are bought over the connection of the documents."""
    of(exchanges, "post tokens", "ana")[0].request.line.number = of(exchanges, "get freshness", "ana")[0].request.line.number


def short_cell(exchanges):
    """A cell is as long as what it says."""
    one = of(exchanges, "deposit")[3]
    one.request.body = one.request.body[:4096]


def empty_answer(exchanges):
    """A collection that finds nothing is answered with less."""
    one = next(one for one in of(exchanges, "collect") if not one.answered.body[0])
    one.answered.body = b""


def few_acknowledgements(exchanges):
    """A list of acknowledgements is as long as the cells that came."""
    one = of(exchanges, "acknowledge")[0]
    one.request.body = one.request.body[:wire.ACKNOWLEDGEMENT]


def user_agent(exchanges):
    """A client says what it is."""
    put(of(exchanges, "collect", "bo")[0], "user-agent", "callbox/0.1")


def cookie(exchanges):
    """An answer gives a cookie."""
    of(exchanges, "collect")[0].answered.fields.append(("set-cookie", "id=1"))


def other_order(exchanges):
    """One person's client sends its fields in another order."""
    for one in of(exchanges, "collect", "rui"):
        one.request.fields = one.request.fields[:1] + one.request.fields[:0:-1]


def resumed(exchanges):
    """A connection takes up the TLS session of another."""
    line = exchanges[-1].request.line
    line.hello = with_extension(line.hello, PSK)


def shuffled(exchanges):
    """One client's TLS offers its suites in another order."""
    line = exchanges[-1].request.line
    at = 9 + 2 + 32 + 1 + line.hello[43] + 2
    line.hello = line.hello[:at] + line.hello[at + 2:at + 4] + line.hello[at:at + 2] + line.hello[at + 4:]


PSK = bytes.fromhex("0029000400020000")


def with_extension(hello, extension):
    """A ClientHello with one extension more."""
    at = 9 + 2 + 32 + 1 + hello[43]
    at += 2 + int.from_bytes(hello[at:at + 2], "big")
    at += 1 + hello[at]
    length = int.from_bytes(hello[at:at + 2], "big") + len(extension)
    return hello[:at] + length.to_bytes(2, "big") + hello[at + 2:] + extension


def marked_token(exchanges):
    """A token that is spent has eight bytes of the order by which it was bought."""
    bought = of(exchanges, "post tokens", "ana")[0].request.body[8:16]
    one = next(one for one in exchanges if record.spent(one.request))
    token = record.spent(one.request)
    value = 'PrivateToken token="%s"' % wire.b64url(token[:8] + bought + token[16:])
    one.request.fields = [(name, value if name == "authorization" else old) for name, old in one.request.fields]


def code_elsewhere(exchanges):
    """A code stands in another request than the one that buys."""
    code = next(one.request.field("authorization").split('"')[1] for one in exchanges if record.payment(one.request) == "code")
    put(of(exchanges, "make", "ana")[0], "x-code", code)


PLANTS = [(reply_to, "meeting"), (in_an_answer, "meeting"), (device, "stable"), (nonce_twice, "stable"), (same_cell, "stable"),
          (one_connection, "connections"), (tokens_with_documents, "connections"), (short_cell, "sizes"), (empty_answer, "sizes"),
          (few_acknowledgements, "sizes"), (user_agent, "heads"), (cookie, "heads"), (other_order, "heads"), (resumed, "hellos"),
          (shuffled, "hellos"), (marked_token, "tokens"), (code_elsewhere, "tokens")]
