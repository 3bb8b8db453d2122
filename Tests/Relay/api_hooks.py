"""Loaded by schemathesis: most requests to signed calls are signed, with a mailbox's key that is there or a new one, and most deposits
go to an address that is there. The others stay as they were made up."""

import os
import random
from urllib.parse import urlsplit

import schemathesis

import wire

IDENTITY = wire.from_b64url(os.environ["CALLBOX_IDENTITY"])
KNOWN = wire.Key(wire.from_b64url(os.environ["CALLBOX_SEED"]))
schemathesis.serializer.alias("application/private-token-amortized-batch-request", "application/octet-stream")
SIGNATURE = ("content-digest", "callbox-relay", "signature-input", "signature")


@schemathesis.hook
def before_call(context, case, kwargs):
    chance = random.random()
    if chance < 0.25 or case.method.upper() not in ("GET", "PUT", "POST", "DELETE"):
        return
    path = case.operation.path
    if "{address}" in path:
        case.path_parameters = {**(case.path_parameters or {}), "address": os.environ["CALLBOX_ADDRESS"]}
    if "{collect_key}" in path:
        key = KNOWN if chance < 0.85 else wire.Key()
        case.path_parameters = {**(case.path_parameters or {}), "collect_key": wire.b64url(key.public)}
        kwargs["auth"] = SignedBy(key, makes_mailbox=case.method.upper() == "PUT")
    if path.endswith("/cells") and chance > 0.35:
        case.query = {"slots": random.randint(1, 16), "wait": random.choice((0, 0, 1))}


def sign(request, key):
    """Signs a prepared request in place."""
    parts, content = urlsplit(request.url), request.body or b""
    content = content.encode() if isinstance(content, str) else content
    if not isinstance(content, bytes):
        return request
    for name in SIGNATURE:
        request.headers.pop(name, None)
    request.headers.update(wire.signed_headers(key, IDENTITY, request.method, parts.path, parts.query, content))
    return request


class SignedBy:
    """What `requests` calls with the prepared request."""

    def __init__(self, key, makes_mailbox):
        self._key, self._makes_mailbox = key, makes_mailbox

    def __call__(self, request):
        if self._makes_mailbox and random.random() < 0.8:
            request.headers["authorization"] = wire.work_header(wire.stamp(
                wire.MAILBOX, IDENTITY, self._key.public + bytes(32), int(os.environ["CALLBOX_DIFFICULTY"])))
        return sign(request, self._key)
