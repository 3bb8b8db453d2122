"""A private Tor network on the loopback: three authorities, three relays, one onion service, one client. Nobody outside is asked."""

import os
import shutil
import subprocess
import time

from daemon import Broken, free_port

COMMON = """TestingTorNetwork 1
DataDirectory {folder}
Log notice file {folder}/log
Nickname {name}
ShutdownWaitLength 0
AssumeReachable 1
PathsNeededToBuildCircuits 0.25
V3AuthNIntervalsValid 2
TestingDirConnectionMaxStall 30
"""
AUTHORITY = """SocksPort 0
Address 127.0.0.1
ORPort 127.0.0.1:{routing}
DirPort 127.0.0.1:{directory}
AuthoritativeDirectory 1
V3AuthoritativeDirectory 1
ContactInfo test@invalid
ExitPolicy reject *:*
TestingV3AuthInitialVotingInterval 10
TestingV3AuthInitialVoteDelay 2
TestingV3AuthInitialDistDelay 2
V3AuthVotingInterval 10
V3AuthVoteDelay 2
V3AuthDistDelay 2
TestingDirAuthVoteExit *
TestingDirAuthVoteHSDir *
TestingDirAuthVoteGuard *
TestingMinExitFlagThreshold 0
MinUptimeHidServDirectoryV2 0
"""
RELAY = """SocksPort 0
Address 127.0.0.1
ORPort 127.0.0.1:{routing}
ExitRelay 0
ExitPolicy reject *:*
"""


class Network:
    """The network, up while this is entered. `service` is what an operator writes into torrc, `client` what a person does."""

    def __init__(self, folder, service, client=""):
        self.folder, self.service, self.client, self.socks = folder, service, client, free_port()
        self.processes = []

    def __enter__(self):
        os.makedirs(self.folder, mode=0o700)
        authorities = [self._authority("authority%d" % n, free_port(), free_port()) for n in range(3)]
        self.authorities = "".join(line for _, _, line in authorities)
        for name, settings, _ in authorities:
            self._write(name, settings)
        for n in range(3):
            self._write("relay%d" % n, RELAY.format(routing=free_port()))
        self._write("service", "SocksPort 0\n" + self.service)
        self._write("client", "SocksPort 127.0.0.1:%d IsolateSOCKSAuth\n" % self.socks + self.client)
        for name in sorted(os.listdir(self.folder)):
            self.processes.append(subprocess.Popen(
                ["tor", "-f", os.path.join(self.folder, name, "torrc"), "--quiet"], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()

    def _authority(self, name, routing, directory):
        folder = os.path.join(self.folder, name)
        keys = os.path.join(folder, "keys")
        os.makedirs(keys, mode=0o700)
        os.chmod(folder, 0o700)
        paths = [os.path.join(keys, "authority_" + kind) for kind in ("identity_key", "signing_key", "certificate")]
        subprocess.run(["tor-gencert", "--create-identity-key", "-m", "12", "-a", "127.0.0.1:%d" % directory, "-i", paths[0],
                        "-s", paths[1], "-c", paths[2], "--passphrase-fd", "0"], input=b"pw\n", check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(paths[2]) as f:
            identity = next(line.split()[1] for line in f if line.startswith("fingerprint"))
        listed = subprocess.run(["tor", "--DataDirectory", folder, "--ORPort", "127.0.0.1:%d" % routing, "--Nickname", name,
                                 "--DirAuthority", "x 127.0.0.1:1 " + 40 * "f", "--list-fingerprint", "--quiet"],
                                check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        fingerprint = listed.stdout.decode().strip().split("\n")[-1].split(" ", 1)[1].replace(" ", "")
        line = "DirAuthority %s orport=%d no-v2 v3ident=%s 127.0.0.1:%d %s\n" % (name, routing, identity, directory, fingerprint)
        return name, AUTHORITY.format(routing=routing, directory=directory), line

    def _write(self, name, settings):
        folder = os.path.join(self.folder, name)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(os.path.join(folder, "torrc"), "w") as f:
            f.write(COMMON.format(folder=folder, name=name) + self.authorities + settings)

    def ready(self, patience=180):
        """Waits until client and service know the network. Returns after how many seconds."""
        begun = time.monotonic()
        while time.monotonic() - begun < patience:
            if all(self._said(name, "Bootstrapped 100%") for name in ("service", "client")):
                return time.monotonic() - begun
            time.sleep(0.5)
        raise Broken("the Tor network did not come up: %s" % self._log("client")[-400:])

    def onion(self):
        """The service's name."""
        folder = next(line.split(None, 1)[1].strip() for line in self.service.split("\n") if line.startswith("HiddenServiceDir"))
        with open(os.path.join(folder, "hostname")) as f:
            return f.read().strip()

    def _log(self, name):
        try:
            with open(os.path.join(self.folder, name, "log")) as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def _said(self, name, words):
        return words in self._log(name)
