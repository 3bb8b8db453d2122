"""The contract: `api`. schemathesis makes requests from Protocol/openapi.yaml, right and wrong ones; api_hooks.py signs and pays for a
part of them, so that they get behind the signature."""

import os
import subprocess
import sys

import wire
from client import Client
from daemon import ROOT, CannotRun, Relay
from load import Box, deposit, make

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance," \
    "unsupported_method,allow_header_conformance"
SECONDS = 240


def api(run):
    command = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    contract = os.path.join(ROOT, "Protocol", "openapi.yaml")
    if not os.path.exists(command):
        raise CannotRun("no schemathesis")
    valid = subprocess.run([os.path.join(os.path.dirname(sys.executable), "openapi-spec-validator"), contract], stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
    if valid.returncode:
        run.fail("openapi.yaml is not valid: %s" % valid.stdout.decode()[:500])
    with Relay(plant=run.plant) as relay:
        relay.init().start()
        box = Box()
        make(relay.place, [box])
        client = Client(relay.place)
        for _ in range(3):
            deposit(client, box, os.urandom(wire.CELL))
        client.close()
        environment = {
            **os.environ, "SCHEMATHESIS_HOOKS": "api_hooks", "PYTHONPATH": os.path.dirname(os.path.abspath(__file__)),
            "CALLBOX_IDENTITY": wire.b64url(relay.place.identity), "CALLBOX_DIFFICULTY": str(relay.place.difficulty),
            "CALLBOX_ADDRESS": wire.b64url(box.mailbox.address), "CALLBOX_SEED": wire.b64url(box.mailbox.key.seed), "NO_COLOR": "1"}
        done = subprocess.run(
            [command, "run", contract, "--url", "https://127.0.0.1:%d" % relay.port, "--tls-verify", "false", "--checks", CHECKS,
             "--phases", "examples,coverage,fuzzing", "--max-examples", str(run.examples), "--continue-on-failure", "--no-shrink",
             "--request-timeout", "60", "--warnings", "off", "--suppress-health-check", "all"],
            cwd=relay.scratch, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=SECONDS * 5)
        output = done.stdout.decode(errors="replace")
        for line in output.splitlines():
            if line.strip().startswith(("Test cases:", "Operations:", "API Operations", "Failures:", "✅", "❌", "🚫")) or "generated" in line:
                run.say(line.strip())
        if done.returncode or not relay.answers():
            run.fail("schemathesis ended with %d" % done.returncode)
            for line in output[output.find("= FAILURES"):].splitlines():  # bodies and commands are cut: a cell is long
                if line.strip() and not line.strip().startswith("curl"):
                    print("    " + line[:200])
