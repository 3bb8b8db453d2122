"""Bad peers and old protocols: `slow` (slowhttptest in its four modes beside an honest client, and whether it is cut off), `tls`
(sslyze)."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time

import wire
from client import Client
from connection import Unanswered
from daemon import CannotRun, Relay
from load import Box, make
from problems import Refused

CONNECTIONS, SECONDS, PACE = 500, 30, 0.025
ALL_IN = 15  # seconds until the last connection is there
# A request's head has 15 seconds and its content 30; then whoever was slow is cut off. Five more, for TLS.
CUT_OFF = {"slow headers": ALL_IN + 15 + 5, "slow body": ALL_IN + 30 + 5}
ATTACKS = {"slow headers": ["-H"], "slow body": ["-B", "-f", "application/octet-stream"], "ranges": ["-R"],
           "slow reader": ["-X", "-w", "10", "-y", "20", "-n", "5", "-z", "32"]}


class Honest(threading.Thread):
    """Leaves a cell forty times a second, over one connection, and measures how long each takes."""

    def __init__(self, place, boxes):
        super().__init__(daemon=True)
        self._place, self._boxes, self._over = place, boxes, threading.Event()
        self.taken, self.failed = [], []

    def run(self):
        client, number = Client(self._place, timeout=20), 0
        while not self._over.wait(PACE):
            number += 1
            box, begun = self._boxes[number // 8 % len(self._boxes)], time.monotonic()
            try:
                if number % 8 < 6:
                    client.deposit(box.mailbox, os.urandom(wire.CELL))
                    self.taken.append(time.monotonic() - begun)
                else:
                    items = client.collect(box.mailbox)
                    client.acknowledge(box.mailbox, [(sequence, wire.cell_id(cell)) for sequence, cell in items])
            except (Refused, Unanswered) as failure:
                self.failed.append(str(failure))
        client.close()

    def over(self):
        """Ends it. Returns the 99th percentile in milliseconds."""
        self._over.set()
        self.join()
        return 1000 * sorted(self.taken)[len(self.taken) * 99 // 100] if self.taken else float("inf")


def newcomer(place):
    """Whether somebody new is let in and answered."""
    try:
        place.learn()
        return True
    except (Unanswered, Refused):
        return False


def held(relay):
    """How many connections the relay holds, as the kernel sees it."""
    with open("/proc/net/tcp") as f:
        rows = [line.split() for line in f]
    return sum(row[1].endswith(":%04X" % relay.port) and row[3] == "01" for row in rows)


def slow(run):
    if not shutil.which("slowhttptest"):
        raise CannotRun("no slowhttptest")
    with Relay(plant=run.plant) as relay:
        relay.init().start()
        place, boxes = relay.place, [Box() for _ in range(8)]
        make(place, boxes)
        honest = Honest(place, boxes)
        honest.start()
        time.sleep(SECONDS / 2)
        quiet = honest.over()
        run.say("quiet: %d deposits, p99 %.1f ms" % (len(honest.taken), quiet))
        for name, flags in ATTACKS.items():
            honest = Honest(place, boxes)
            honest.start()
            seconds, path = CUT_OFF.get(name, SECONDS - 5) + 5, boxes[0].mailbox.drop if name == "slow body" else "/v1/relay"
            attack = subprocess.Popen(
                ["slowhttptest", *flags, "-c", str(CONNECTIONS), "-r", "100", "-i", "5", "-l", str(seconds), "-p", "5", "-x", "24",
                 "-s", "8192", "-u", "https://127.0.0.1:%d%s" % (relay.port, path)],
                cwd=relay.scratch, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            time.sleep(ALL_IN)
            let_in, most, left = newcomer(place), held(relay), None
            if name in CUT_OFF:
                time.sleep(CUT_OFF[name] - ALL_IN)
                left = max(held(relay) - 1, 0)  # without the honest client's
            try:
                output = attack.communicate(timeout=seconds * 2)[0].decode(errors="replace")
            except subprocess.TimeoutExpired:
                attack.kill()
                output = attack.communicate()[0].decode(errors="replace")
            p99 = honest.over()
            run.say("%s: %d deposits, %d failed, p99 %.1f ms; a newcomer is %s; %d connections%s" % (
                name, len(honest.taken), len(honest.failed), p99, "let in" if let_in else "NOT let in", most,
                "" if left is None else ", after %d s %d" % (CUT_OFF[name], left)))
            if "connected" not in output:
                run.fail("%s: slowhttptest did nothing: %s" % (name, output[-200:]))
            if left:
                run.fail("%s: %d connections are held after %d s" % (name, left, CUT_OFF[name]))
            if honest.failed or not let_in or p99 >= 2 * quiet:
                run.fail("%s: an honest client suffers (p99 %.1f ms, quiet %.1f ms) %s" % (name, p99, quiet, honest.failed[:1]))


OLD = ("ssl_2_0", "ssl_3_0", "tls_1_0", "tls_1_1", "tls_1_2")
SCANS = ["--sslv2", "--sslv3", "--tlsv1", "--tlsv1_1", "--tlsv1_2", "--tlsv1_3", "--compression", "--early_data", "--openssl_ccs",
         "--heartbleed", "--robot", "--reneg"]
FLAWS = {"heartbleed": "is_vulnerable_to_heartbleed", "openssl_ccs_injection": "is_vulnerable_to_ccs_injection",
         "session_renegotiation": "is_vulnerable_to_client_renegotiation_dos", "tls_compression": "supports_compression"}


def tls(run):
    command = [os.path.join(os.path.dirname(sys.executable), "sslyze")]
    if not os.path.exists(command[0]):
        raise CannotRun("no sslyze")
    with Relay(plant=run.plant) as relay:
        relay.init().start()
        report = os.path.join(relay.scratch, "report.json")
        subprocess.run([*command, *SCANS, "--json_out", report, "--mozilla_config", "disable", "127.0.0.1:%d" % relay.port], timeout=300,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(report) as f:
            server = json.load(f)["server_scan_results"][0]
        if server["scan_status"] != "COMPLETED":
            raise CannotRun("sslyze could not connect: %s" % server.get("connectivity_error_trace"))
        found = {name: scan["result"] for name, scan in server["scan_result"].items() if scan["status"] == "COMPLETED"}
        if missing := [name for name in [version + "_cipher_suites" for version in (*OLD, "tls_1_3")] if name not in found]:
            raise CannotRun("sslyze did not finish " + ", ".join(missing))
        suites = [suite["cipher_suite"]["name"] for suite in found["tls_1_3_cipher_suites"]["accepted_cipher_suites"]]
        run.say("TLS 1.3: " + ", ".join(suites))
        if not suites:
            run.fail("no TLS 1.3")
        for version in OLD:
            if found[version + "_cipher_suites"]["accepted_cipher_suites"]:
                run.fail("%s is accepted" % version)
        for scan, flaw in FLAWS.items():
            if found.get(scan, {}).get(flaw):
                run.fail(flaw.replace("_", " "))
        if found.get("robot", {}).get("robot_result", "").startswith("VULNERABLE"):
            run.fail("vulnerable to ROBOT")
        if found.get("tls_1_3_early_data", {}).get("supports_early_data"):
            run.fail("takes early data, which can be replayed")
        run.say("scans completed: %d" % len(found))
