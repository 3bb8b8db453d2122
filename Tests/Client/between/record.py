"""What a request is: which call, which mailbox it names, what it is paid with. By Protocol/relay.md alone, as the relay can tell it."""

import base64
import re

import wire

MAILBOX = re.compile(r"^/v1/mailboxes/([A-Za-z0-9_-]{43})(/cells|/acknowledgements)?$")
DROP = re.compile(r"^/v1/drops/([A-Za-z0-9_-]{43})$")
PROGRAM = re.compile(r"^/v1/programs/([A-Za-z0-9_-]{22})(?:/(.*))?$")
TOKEN = re.compile(r"[A-Za-z0-9_+/-]{16,}={0,2}")


def call(request):
    """The name of a call: `make`, `collect`, `acknowledge`, `delete`, `deposit`, `relay`, or a program's."""
    found = MAILBOX.match(request.path)
    if found:
        return {("PUT", None): "make", ("DELETE", None): "delete", ("GET", "/cells"): "collect",
                ("POST", "/acknowledgements"): "acknowledge"}[request.method, found[2]]
    if DROP.match(request.path):
        return "deposit"
    if request.path == "/v1/relay":
        return "relay"
    found = PROGRAM.match(request.path)
    if not found:
        raise ValueError("no call of a relay: %s %s" % (request.method, request.path))
    return request.method.lower() + " " + re.sub(r"\d+$", "N", re.sub(r"members/[^/]*", "members/M", found[2] or "document"))


def address(request):
    """The address of the mailbox that a request is about, or None."""
    found = MAILBOX.match(request.path)
    if found:
        return wire.address(wire.from_b64url(found[1]))
    found = DROP.match(request.path)
    return wire.from_b64url(found[1]) if found else None


def collect_key(request):
    """The key that a mailbox's owner names, or None."""
    found = MAILBOX.match(request.path)
    return wire.from_b64url(found[1]) if found else None


def payment(request):
    """`token`, `work`, `code` or None."""
    value = request.field("authorization")
    return None if value is None else {"PrivateToken": "token", "CallboxWork": "work", "CallboxCode": "code"}[value.split()[0]]


def spent(request):
    """The token that a request is paid with, or None."""
    if payment(request) != "token":
        return None
    return wire.from_b64url(request.field("authorization").split('"')[1].rstrip("="))


SIGNATURE_INPUT = re.compile(r'^callbox=\("@method" "@path" "@query" "callbox-relay"(?: "content-digest")?\);created=\d{10};'
                             r'nonce="([A-Za-z0-9_-]{22})";keyid="([A-Za-z0-9_-]{43})";tag="callbox/v1/request"$')
# The day, and the lowest number that will do: it follows from what it pays for.
STAMP = re.compile(r'^CallboxWork stamp="[A-Za-z0-9_-]{16}"$')
# What these say is the same for everybody, and is looked at elsewhere.
PLAIN = {"host", "content-length", "content-type"}


def values(request):
    """Everything in a head that may be bytes of somebody's: what the texts say of a field is taken apart as they say; anything else is read in every
    way that there is."""
    found = set()
    for segment in re.split(r"[/?&=]", request.target):
        found |= readings(segment)
    for name, value in request.fields:
        name = name.lower()
        if name in PLAIN:
            continue
        signed = SIGNATURE_INPUT.match(value) if name == "signature-input" else None
        if signed:
            found |= {wire.from_b64url(part) for part in signed.groups()}
        elif name in ("content-digest", "callbox-relay", "signature") and ":" in value:
            found.add(base64.b64decode(value.split(":")[1]))
        elif name == "authorization" and payment(request) == "token":
            token = spent(request)
            found |= {token[2:34], token[34:98], token[98:]}
        elif name == "authorization" and STAMP.match(value):
            continue
        else:
            found |= readings(name) | readings(value)
    return {value for value in found if len(value) >= 12}


def readings(text):
    """A text, and what it is in base64 and in hexadecimal, if it is that."""
    found = set()
    for piece in TOKEN.findall(text):
        found.add(piece.encode())
        bare = piece.rstrip("=")
        for others in (b"+/", b"-_"):
            try:
                found.add(base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=others, validate=True))
            except ValueError:
                pass
        if re.fullmatch(r"(?:[0-9a-fA-F]{2})+", piece):
            found.add(bytes.fromhex(piece))
    return found


def forms(identifier):
    """How 32 bytes may be written."""
    return (identifier, wire.b64url(identifier).encode(), wire.b64(identifier).rstrip("=").encode(), identifier.hex().encode())


def windows(data, size=16):
    """Every run of so many bytes, but those that are mostly zero: an empty slot is no identifier."""
    return {run for at in range(len(data) - size + 1) if (run := data[at:at + size]).count(0) < size // 2}
