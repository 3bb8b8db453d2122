"""One keep-alive connection to a relay: HTTP/1.1 over TLS 1.3, the relay's key known by its pin."""

import hashlib
import http.client
import socket
import ssl
from collections import namedtuple

Answer = namedtuple("Answer", "status headers content")


class Unanswered(Exception):
    """No answer came, or half of one: whatever was sent may have been done."""


class WrongPin(Exception):
    """Somebody else is at this address."""


def _der(data, at):
    """The DER element at an offset: (tag, start of content, end)."""
    tag, length, at = data[at], data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, at = int.from_bytes(data[at:at + count], "big"), at + count
    return tag, at, at + length


def spki_pin(certificate):
    """SHA-256 of the SubjectPublicKeyInfo of a DER certificate."""
    _, at, _ = _der(certificate, 0)
    _, at, _ = _der(certificate, at)  # TBSCertificate
    tag, _, end = _der(certificate, at)
    if tag == 0xA0:  # version
        at = end
    for _ in range(5):  # serial number, algorithm, issuer, validity, subject
        at = _der(certificate, at)[2]
    return hashlib.sha256(certificate[at:_der(certificate, at)[2]]).digest()


def tls_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the pin stands for both
    return context


_CONTEXT = tls_context()


def connect(host, port, pin, timeout):
    """A TLS socket to whoever holds the pinned key."""
    plain = socket.create_connection((host, port), timeout)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        tls = _CONTEXT.wrap_socket(plain, server_hostname=host if host[0].isalpha() else None)
        if spki_pin(tls.getpeercert(binary_form=True)) != pin:
            raise WrongPin()
        return tls
    except BaseException:
        plain.close()
        raise


class Connection(http.client.HTTPConnection):
    """Opens itself when it is used, and again after it failed."""

    def __init__(self, host, port, pin, timeout=70):
        super().__init__(host, port, timeout=timeout)
        self._pin = pin

    def connect(self):
        self.sock = connect(self.host, self.port, self._pin, self.timeout)

    def ask(self, method, path, content=None, headers=None):
        """Sends a request and reads its answer. Raises Unanswered."""
        fresh = self.sock is None
        try:
            self.request(method, path, body=content, headers=headers or {})
            answer = self.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unanswered("%s (%s connection)" % (type(error).__name__, "new" if fresh else "kept")) from error
        headers = {}
        for name, value in answer.getheaders():
            name = name.lower()
            headers[name] = headers[name] + ", " + value if name in headers else value
        return Answer(answer.status, headers, content)
