#!/usr/bin/env python3
"""A small relay with the calls that the faults need, to see that the harness finds what it looks for: `init`, `serve` and `check` as
callboxd has them, with a weakness in CALLBOXD_PLANT. For tests only: one lock, one commit for each change, no limits."""

import hashlib
import http.server
import json
import os
import select
import signal
import socketserver
import sqlite3
import ssl
import subprocess
import sys
import threading
import time

from nacl import bindings

import problems
import wire

PLANT = os.environ.get("CALLBOXD_PLANT", "")
DIFFICULTY = int(os.environ.get("CALLBOXD_DIFFICULTY", "6"))
SCHEMA = """
CREATE TABLE IF NOT EXISTS mailbox (address BLOB PRIMARY KEY, kind INTEGER, next INTEGER);
CREATE TABLE IF NOT EXISTS cell (address BLOB, sequence INTEGER, name BLOB, bytes BLOB, day INTEGER, PRIMARY KEY (address, sequence));
CREATE TABLE IF NOT EXISTS seen (name BLOB PRIMARY KEY);
"""


class Refusal(Exception):
    pass


class Store:
    """SQLite as the relay has it: WAL, every commit synced, erased bytes overwritten, the log cut off each second."""

    def __init__(self, folder):
        self.lock, self.arrived = threading.RLock(), threading.Condition()
        self.db = sqlite3.connect(os.path.join(folder, "relay.sqlite"), check_same_thread=False, isolation_level=None)
        self.folder = folder
        for pragma in ("journal_mode=wal", "wal_autocheckpoint=%d" % (0 if PLANT == "no-truncate" else 400), "secure_delete=on",
                       "synchronous=" + ("normal" if PLANT == "synchronous-normal" else "full")):
            self.db.execute("PRAGMA " + pragma)
        self.db.executescript(SCHEMA)
        threading.Thread(target=self._housekeeping, daemon=True).start()

    def _housekeeping(self):
        while True:
            select.select([], [], [], 1)  # libfaketime breaks sleep
            with self.lock:
                self.change(lambda db: db.execute("DELETE FROM cell WHERE day < ?", (self._day() - 14,)), makes_room=True)
                if PLANT != "no-truncate":
                    self.cut()

    def cut(self):
        try:
            self.db.execute("PRAGMA wal_checkpoint(truncate)").fetchall()
        except sqlite3.OperationalError:
            pass  # full

    @staticmethod
    def _day():
        # Kept in days of the clock that does not jump, and of the one that does when that is planted.
        if PLANT == "wall-clock":
            return int(time.time()) // 86400
        with open("/proc/uptime") as f:
            return int(float(f.read().split()[0])) // 86400

    def change(self, body, makes_room=False):
        with self.lock:
            try:
                self.db.execute("BEGIN IMMEDIATE")
                result = body(self.db)
                self.db.execute("COMMIT")
                return result
            except sqlite3.Error as error:
                if "full" in str(error):
                    if self.db.in_transaction:
                        self.db.execute("ROLLBACK")
                    if makes_room:
                        if os.path.exists(self.folder + "/ballast"):
                            os.remove(self.folder + "/ballast")
                        self.cut()
                        return self.change(body)
                    raise Refusal("uncertain" if PLANT == "full-as-error" else "disk-full") from None
                os._exit(3)
            except Refusal:
                self.db.execute("ROLLBACK")
                raise

    def deposit(self, address, cell):
        def body(db):
            row = db.execute("SELECT next FROM mailbox WHERE address=?", (address,)).fetchone()
            if row is None:
                raise Refusal("no-such-address")
            name = wire.cell_id(cell)
            known = db.execute("SELECT 1 FROM seen WHERE name=? UNION SELECT 1 FROM cell WHERE address=? AND name=?",
                               (name, address, name)).fetchone()
            if known and PLANT != "no-dedup":
                return
            if db.execute("SELECT count(*) FROM cell WHERE address=?", (address,)).fetchone()[0] >= 256:
                raise Refusal("mailbox-full")
            stored = cell[:-1] + bytes([cell[-1] ^ 1]) if PLANT == "alters" else cell
            db.execute("INSERT INTO cell VALUES (?,?,?,?,?)", (address, row[0], name, stored, self._day()))
            db.execute("UPDATE mailbox SET next=next+1 WHERE address=?", (address,))
        if PLANT == "ack-before-commit":
            threading.Timer(0.02, lambda: self.change(body)).start()
        elif PLANT != "loses" or cell[0] != 7:
            self.change(body)
        with self.arrived:
            self.arrived.notify_all()

    def collect(self, address, slots, wait):
        end = time.monotonic() + wait
        while True:
            with self.lock:
                if not self.db.execute("SELECT 1 FROM mailbox WHERE address=?", (address,)).fetchone():
                    raise Refusal("no-such-mailbox")
                rows = self.db.execute("SELECT sequence, name, bytes FROM cell WHERE address=? ORDER BY sequence LIMIT ?",
                                       (address, slots)).fetchall()
            if PLANT != "alters":
                if any(wire.cell_id(data) != name for _, name, data in rows):
                    print("damage: a cell does not match its name", file=sys.stderr, flush=True)
                rows = [row for row in rows if wire.cell_id(row[2]) == row[1]]
            left = end - time.monotonic()
            if rows or left <= 0:
                filled = b"".join(b"\1" + sequence.to_bytes(8, "big") + data for sequence, _, data in rows)
                return filled + (b"\0" + os.urandom(wire.SLOT - 1)) * (slots - len(rows))
            with self.arrived:
                self.arrived.wait(min(left, 0.2))

    def acknowledge(self, address, content):
        items = [(int.from_bytes(content[at + 1:at + 9], "big"), content[at + 9:at + 41])
                 for at in range(0, len(content), 41) if content[at] == 1]

        def body(db):
            for sequence, name in items:
                if PLANT != "forgets-acknowledgements":
                    db.execute("DELETE FROM cell WHERE address=? AND sequence=? AND name=?", (address, sequence, name))
                    db.execute("INSERT OR IGNORE INTO seen VALUES (?)", (name,))
        self.change(body, makes_room=True)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version, disable_nagle_algorithm = "HTTP/1.1", True

    def log_message(self, *_):
        pass

    def do_GET(self):
        length = self.headers.get("content-length") or "0"
        self.content = self.rfile.read(int(length))
        path, _, self.query = self.path.partition("?")
        try:
            status, content, kind = self.route(self.command, path.split("/")[1:])
        except Refusal as refusal:
            status, content, kind = self.problem(str(refusal))
        except Exception:
            status, content, kind = self.problem("malformed")
        if PLANT == "undocumented" and status == 404:
            status, kind = 418, "text/plain"
        self.send_response(status)
        if kind:
            self.send_header("content-type", kind)
        if status == 401:
            self.send_header("www-authenticate", 'CallboxWork difficulty="%d"' % DIFFICULTY)
        if status == 405:
            self.send_header("allow", "GET")
        if status in (503, 507):
            self.send_header("retry-after", "1")
        if status != 204:
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_PUT = do_POST = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = do_GET

    def send_response(self, code, message=None):
        self.send_response_only(code, message)
        self.send_header("date", self.date_time_string())

    @staticmethod
    def problem(word):
        status = problems.STATUS[word]
        return status, json.dumps({"type": problems.PREFIX + word, "title": word, "status": status}).encode(), "application/problem+json"

    def route(self, method, parts):
        store, done = self.server.store, (204, b"", None)
        match (method, *parts):
            case ("GET", "v1", "relay"):
                about = {"version": 1, "software": "callbox/fake", "identity": wire.b64url(self.server.identity), "cell_bytes": 8192,
                         "retention_days": 14, "session_cells": 256, "intake_token_cells": 4096, "intake_work_cells": 256, "slots": 16,
                         "wait_seconds": 55, "work_difficulty": DIFFICULTY,
                         "epochs": [{"number": 1, "first": 0, "last": 1, "key": wire.b64(bytes(32))}]}
                return 200, json.dumps(about).encode(), "application/json"
            case ("PUT", "v1", "mailboxes", key):
                address = self.owner(key)
                store.change(lambda db: db.execute("INSERT OR IGNORE INTO mailbox VALUES (?,?,1)", (address, self.content[1])))
                return done
            case ("DELETE", "v1", "mailboxes", key):
                address = self.owner(key)
                store.change(lambda db: (db.execute("DELETE FROM cell WHERE address=?", (address,)),
                                         db.execute("DELETE FROM mailbox WHERE address=?", (address,))))
                return done
            case ("GET", "v1", "mailboxes", key, "cells"):
                address = self.owner(key)
                slots, wait = (int(part.split("=")[1]) for part in self.query.split("&"))
                return 200, store.collect(address, slots, wait), "application/octet-stream"
            case ("POST", "v1", "mailboxes", key, "acknowledgements"):
                store.acknowledge(self.owner(key), self.content)
                return done
            case ("POST", "v1", "drops", address):
                if len(self.content) != wire.CELL:
                    raise Refusal("malformed")
                store.deposit(wire.from_b64url(address), self.content)
                return done
        raise Refusal("no-such-path")

    def owner(self, key):
        """The address of a mailbox whose key signed this request."""
        public = wire.from_b64url(key)
        if PLANT == "lookup-before-signature":
            with self.server.store.lock:
                self.server.store.db.execute("SELECT count(*) FROM cell WHERE address=?", (wire.address(public),)).fetchone()
                if self.server.store.db.execute("SELECT 1 FROM mailbox WHERE address=?", (wire.address(public),)).fetchone():
                    self.server.store.db.execute("SELECT max(bytes) FROM cell").fetchone()
        fields = [self.headers.get(name, "") for name in ("signature", "signature-input")]
        if not all(fields):
            raise Refusal("signature-missing")
        names = ['"@method": ' + self.command, '"@path": ' + self.path.partition("?")[0], '"@query": ?' + self.query,
                 '"callbox-relay": ' + self.headers.get("callbox-relay", "")]
        if self.content:
            names.append('"content-digest": sha-512=:%s:' % wire.b64(hashlib.sha512(self.content).digest()))
        base = "\n".join(names) + '\n"@signature-params": ' + fields[1].removeprefix("callbox=")
        try:
            signature = __import__("base64").b64decode(fields[0].removeprefix("callbox=:").removesuffix(":"))
            if bindings.crypto_sign_open(signature + base.encode(), public) != base.encode():
                raise ValueError
        except Exception:
            raise Refusal("signature-invalid") from None
        return wire.address(public)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads, request_queue_size, allow_reuse_address = True, 512, True

    def handle_error(self, request, address):
        pass

    def finish_request(self, request, address):
        request.settimeout(30)
        request.do_handshake()
        super().finish_request(request, address)


def init(folder):
    os.makedirs(folder, mode=0o700)
    with open(os.path.join(folder, "relay.key"), "wb") as f:
        f.write(os.urandom(32))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
                    "-subj", "/CN=relay", "-keyout", folder + "/tls.key", "-out", folder + "/tls.crt"], check=True, stderr=subprocess.DEVNULL)
    with open(os.path.join(folder, "ballast"), "wb") as f:
        f.write(bytes(8 << 20))
    Store(folder).db.close()


def serve(folder):
    host, port = os.environ["CALLBOXD_LISTEN"].rsplit(":", 1)
    server = Server((host, int(port)), Handler)
    server.store = Store(folder)
    with open(os.path.join(folder, "relay.key"), "rb") as f:
        server.identity = wire.Key(f.read()).public
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2 if PLANT == "old-tls" else ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(folder + "/tls.crt", folder + "/tls.key")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    admin_host, admin_port = os.environ["CALLBOXD_ADMIN"].rsplit(":", 1)
    admin = http.server.ThreadingHTTPServer((admin_host, int(admin_port)), Metrics)
    threading.Thread(target=admin.serve_forever, daemon=True).start()

    def stop(*_):
        threading.Thread(target=server.shutdown).start()
    signal.signal(signal.SIGTERM, stop)
    server.serve_forever(0.05)
    with server.store.lock:
        server.store.cut()
        os._exit(0)


class Metrics(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"callbox_up 1\n")


def check(folder):
    try:
        db = sqlite3.connect(os.path.join(folder, "relay.sqlite"))
        good = db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        good = good and all(wire.cell_id(data) == name for name, data in db.execute("SELECT name, bytes FROM cell"))
    except sqlite3.Error:
        good = False
    print("good" if good else "damaged")
    return 0 if good else 1


if __name__ == "__main__":
    command, folder = sys.argv[1], sys.argv[3]
    sys.exit({"init": init, "serve": serve, "check": check}[command](folder))
