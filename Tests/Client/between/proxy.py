"""Stands between clients and a relay with the relay's own certificate and key, as whoever runs the relay can: takes each request, notes it and its
answer, and passes it on to the real one, or does with it what it was told to. One thread for each connection, and one connection to the relay."""

import os
import select
import socket
import ssl
import threading
import time
from urllib.parse import urlsplit

from connection import tls_context

HEAD_LIMIT = 65536


class Gone(Exception):
    """The other side has closed."""


class Line:
    """A client's connection: its number, what its TLS began with, and by which circuit it came when Tor says so."""

    def __init__(self, number, hello, circuit):
        self.number, self.hello, self.circuit = number, hello, circuit


class Request:
    """A request as it came."""

    def __init__(self, line, actor, head, body):
        self.line, self.actor, self.head, self.body = line, actor, head, body
        self.method, self.target, self.version = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        self.path, self.query = urlsplit(self.target).path, urlsplit(self.target).query
        self.fields = fields(head)

    def field(self, name):
        """The value of the first field of a name."""
        return next((value for key, value in self.fields if key.lower() == name), None)


class Answer:
    """An answer: as it came, or made up."""

    def __init__(self, status, headers=(), body=b"", reason="As It Is"):
        self.status, self.body = status, body
        self.fields, self.reason = list(headers), reason

    def field(self, name):
        """The value of the first field of a name."""
        return next((value for key, value in self.fields if key.lower() == name), None)

    def head(self):
        """Status line and fields, with the length of the content that it has."""
        lines = ["HTTP/1.1 %d %s" % (self.status, self.reason)]
        lines += ["%s: %s" % pair for pair in self.fields if pair[0].lower() not in ("content-length", "transfer-encoding")]
        if self.status not in (204, 304):
            lines.append("content-length: %d" % len(self.body))
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


class Raw:
    """Bytes that are sent as they are, piece by piece, each after so many seconds; then the connection is closed."""

    def __init__(self, pieces):
        self.pieces = pieces


def fields(head):
    """The fields of a head, in their order."""
    lines = head.decode("latin-1").split("\r\n")[1:]
    return [tuple(part.strip() for part in line.split(":", 1)) for line in lines if ":" in line]


class Honest:
    """Passes everything on. Whoever lies overrides one of the two."""

    def request(self, request, ask):
        """What is answered to a request; `ask` has the relay answer it, or another in its place."""
        return self.answer(request, ask(request))

    def answer(self, request, answer):
        """What is answered instead of the relay's answer."""
        return answer


class Between:
    """What stands between. Listens at once; whoever makes one closes it."""

    def __init__(self, state, relay_port, port=0, announced=False):
        self.relay_port, self.announced = relay_port, announced
        self.conduct, self.actor, self.exchanges = Honest(), None, []
        self._numbers, self._lock, self._open = 0, threading.Lock(), set()
        self._server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server_tls.minimum_version = ssl.TLSVersion.TLSv1_3
        self._server_tls.set_alpn_protocols(["http/1.1"])
        self._server_tls.load_cert_chain(os.path.join(state, "tls.crt"), os.path.join(state, "tls.key"))
        self._client_tls = tls_context()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        """No more connections."""
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        self.hang_up()

    def hang_up(self):
        """Closes every connection that stands."""
        with self._lock:
            standing = list(self._open)
        for plain in standing:
            try:
                plain.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _accept(self):
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(plain, self.actor), daemon=True).start()

    def _serve(self, plain, actor):
        with self._lock:
            self._numbers += 1
            number = self._numbers
            self._open.add(plain)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = None
        try:
            circuit = announcement(plain) if self.announced else None
            line = Line(number, hello(plain), circuit)
            client = self._server_tls.wrap_socket(plain, server_side=True)
            self._converse(client, line, actor)
        except (OSError, Gone, ValueError, EOFError):
            pass
        finally:
            with self._lock:
                self._open.discard(plain)
            for end in (client, plain):
                if end is not None:
                    end.close()

    def _converse(self, client, line, actor):
        relay = Relayed(self._client_tls, self.relay_port, client)
        reader = Reader(client)
        try:
            while True:
                head = reader.head()
                length = next((int(value) for name, value in fields(head) if name.lower() == "content-length"), 0)
                request = Request(line, actor, head, reader.exactly(length))
                noted = Exchange(request)
                with self._lock:
                    self.exchanges.append(noted)
                said = self.conduct.request(request, lambda asked: noted.came(relay.ask(asked)))
                if isinstance(said, Raw):
                    for piece, pause in said.pieces:
                        wait(client, pause)
                        client.sendall(piece)
                    return
                noted.said = said
                client.sendall(said.head() + said.body)
        finally:
            relay.close()


class Exchange:
    """A request, what the relay answered, and what was said in its place."""

    def __init__(self, request):
        self.request, self.answered, self.said, self.at = request, None, None, time.monotonic()

    def came(self, answer):
        """The relay has answered."""
        self.answered = answer
        return answer


class Relayed:
    """The way on to the real relay, opened when it is needed. Gives up when the client does."""

    def __init__(self, context, port, client):
        self._context, self._port, self._client = context, port, client
        self._socket = self._reader = None

    def close(self):
        """Closes it."""
        if self._socket is not None:
            self._socket.close()

    def ask(self, request):
        """Passes a request on, as it stands, and reads the answer."""
        for attempt in (1, 2):
            fresh = self._socket is None
            if fresh:
                plain = socket.create_connection(("127.0.0.1", self._port), 20)
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._socket = self._context.wrap_socket(plain)
                self._reader = Reader(self._socket, self._client)
            try:
                self._socket.settimeout(90)
                self._socket.sendall(request.head + request.body)
                return self._reader.answer()
            except (OSError, EOFError):
                self._socket.close()
                self._socket = None
                if not fresh and attempt == 1:
                    continue
                raise
        raise EOFError


class Reader:
    """Reads heads and content from a socket. With somebody to look after, it stops when that one has gone."""

    def __init__(self, end, waiting=None):
        self._end, self._waiting, self._held = end, waiting, b""

    def _more(self):
        while self._waiting is not None and not self._end.pending():
            ready, _, _ = select.select([self._end, self._waiting], [], [], 90)
            if self._waiting in ready and gone(self._waiting):
                raise Gone
            if self._end in ready or not ready:
                break
        data = self._end.recv(65536)
        if not data:
            raise EOFError
        self._held += data

    def head(self):
        """Bytes up to and with the empty line."""
        while b"\r\n\r\n" not in self._held:
            if len(self._held) > HEAD_LIMIT:
                raise ValueError("a head without an end")
            self._more()
        head, self._held = self._held.split(b"\r\n\r\n", 1)
        return head + b"\r\n\r\n"

    def exactly(self, count):
        """So many bytes."""
        while len(self._held) < count:
            self._more()
        data, self._held = self._held[:count], self._held[count:]
        return data

    def answer(self):
        """A whole answer."""
        head = self.head()
        first = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        answer = Answer(int(first[1]), fields(head), reason=first[2] if len(first) > 2 else "")
        if answer.status in (204, 304):
            return answer
        if (answer.field("transfer-encoding") or "").lower() == "chunked":
            answer.body = self._chunks()
        else:
            answer.body = self.exactly(int(answer.field("content-length")))
        return answer

    def _chunks(self):
        body = b""
        while True:
            while b"\r\n" not in self._held:
                self._more()
            size, self._held = self._held.split(b"\r\n", 1)
            piece = self.exactly(int(size.split(b";")[0], 16) + 2)[:-2]
            if not piece:
                return body
            body += piece


def gone(end):
    """Whether somebody who should be silent has closed."""
    end.settimeout(0)
    try:
        return not end.recv(1)
    except ssl.SSLWantReadError:
        return False
    except OSError:
        return True
    finally:
        try:
            end.settimeout(None)
        except OSError:
            pass


def wait(client, seconds):
    """Lets so many seconds pass, unless the client goes before."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([client], [], [], left)
        if ready and gone(client):
            raise Gone


def hello(plain):
    """The first record of a TLS connection, left where it is."""
    plain.settimeout(20)
    first = plain.recv(5, socket.MSG_PEEK | socket.MSG_WAITALL)
    if len(first) < 5 or first[0] != 22:
        raise ValueError("no TLS")
    record = plain.recv(5 + int.from_bytes(first[3:5], "big"), socket.MSG_PEEK | socket.MSG_WAITALL)
    plain.settimeout(None)
    return record


def announcement(plain):
    """The circuit by which Tor brought a connection: the address in the line of HAProxy's protocol that comes before everything."""
    text = b""
    while not text.endswith(b"\r\n"):
        byte = plain.recv(1)
        if not byte or len(text) > 107:
            raise ValueError("no announcement")
        text += byte
    return text.split(b" ")[2].decode()
