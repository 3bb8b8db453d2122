"""The refusals of Protocol/relay.md section 4: word and status, and what an answer means for what was sent."""

import json

STATUS = {
    "malformed": 400, "no-such-path": 404, "wrong-method": 405, "not-acceptable": 406, "slow": 408, "too-large": 413,
    "wrong-media-type": 415, "wrong-relay": 421, "signature-missing": 403, "signature-invalid": 403, "signature-stale": 403,
    "nonce-reused": 403, "not-permitted": 403, "payment-missing": 401, "token-invalid": 401, "token-spent": 401,
    "work-insufficient": 401, "code-refused": 401, "batch-taken": 409, "batch-refused": 422, "no-such-address": 404,
    "no-such-mailbox": 404, "mailbox-differs": 409, "mailbox-full": 507, "disk-full": 507, "no-such-document": 404,
    "document-invalid": 422, "quorum-missing": 403, "document-rollback": 409, "document-out-of-order": 409,
    "program-not-allowed": 403, "too-many-requests": 429, "busy": 503, "uncertain": 500,
}
RETRIED_LATER = {"mailbox-full", "disk-full", "too-many-requests", "busy"}
PREFIX = "urn:callbox:problem:"


class Surprise(Exception):
    """An answer that the texts do not allow."""


class Refused(Exception):
    """A refusal by the relay. After every word but `uncertain`, nothing was stored and nothing spent."""

    def __init__(self, word, status, retry_after=None):
        super().__init__("%s (%d)" % (word, status))
        self.word, self.status, self.retry_after = word, status, retry_after


def refusal(status, headers, content):
    """The refusal that an answer is. Raises Surprise when it is none of the relay's."""
    if headers.get("content-type", "").split(";")[0] != "application/problem+json" or len(content) > 8192:
        raise Surprise("status %d without a problem document" % status)
    try:
        document = json.loads(content)
        word = document["type"].removeprefix(PREFIX)
        if STATUS[word] != status or document["status"] != status or document["type"] != PREFIX + word:
            raise Surprise("the problem %r with the status %d" % (word, status))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Surprise("status %d with a problem document that is not in the list" % status) from None
    after = headers.get("retry-after")
    if after is not None and not (after.isdigit() and int(after) <= 86400):
        raise Surprise("Retry-After: %r" % after)
    if word in RETRIED_LATER and after is None:
        raise Surprise("%s without Retry-After" % word)
    if status == 401 and not headers.get("www-authenticate"):
        raise Surprise("%s without WWW-Authenticate" % word)
    return Refused(word, status, None if after is None else int(after))
