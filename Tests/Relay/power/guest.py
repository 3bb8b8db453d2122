"""Inside User-Mode Linux: a relay on a disk whose power is cut. The disk goes through device-mapper; from one moment on its flakey
target drops every write, which is what a disk without power does. Whoever sends and counts lives outside that disk."""

import ctypes
import fcntl
import os
import random
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from daemon import Relay  # noqa: E402
from history import COLUMNS, total  # noqa: E402
from load import Box, Load, drain, make, settle  # noqa: E402

DISK, NAME, MOUNT = "/dev/ubda", "power", os.path.join(os.environ["TMPDIR"], "mount")


def load_modules(folder):
    libc = ctypes.CDLL(None, use_errno=True)
    for name in ("dm-mod", "dm-flakey"):
        with open(os.path.join(folder, "drivers", "md", name + ".ko"), "rb") as f:
            if libc.syscall(313, f.fileno(), b"", 0) and ctypes.get_errno() != 17:  # finit_module; already there
                raise OSError(ctypes.get_errno(), "loading " + name)


def loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        flags = struct.unpack("16sh", fcntl.ioctl(s, 0x8913, struct.pack("16sh14s", b"lo", 0, b""))[:18])[1]
        fcntl.ioctl(s, 0x8914, struct.pack("16sh14s", b"lo", flags | 1, b""))


def sh(*words):
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


class Power:
    """The disk and its power."""

    def __init__(self):
        self._sectors = subprocess.check_output(["blockdev", "--getsz", DISK]).decode().strip()
        sh("dmsetup", "create", NAME, "--table", self._line("linear", DISK, "0"))
        sh("dmsetup", "mknodes")
        sh("mkfs.ext4", "-q", "-F", "/dev/mapper/" + NAME)
        os.makedirs(MOUNT, exist_ok=True)
        sh("mount", "/dev/mapper/" + NAME, MOUNT)
        os.sync()

    def _line(self, *words):
        return " ".join(["0", self._sectors, *words])

    def cut(self):
        """From here no write reaches the disk."""
        sh("dmsetup", "suspend", "--nolockfs", "--noflush", NAME)
        sh("dmsetup", "load", NAME, "--table", self._line("flakey", DISK, "0", "0", "180", "1", "drop_writes"))
        sh("dmsetup", "resume", NAME)

    def back(self):
        """The machine starts again with what the disk has."""
        sh("umount", MOUNT)
        sh("dmsetup", "remove", NAME)
        sh("dmsetup", "create", NAME, "--table", self._line("linear", DISK, "0"))
        sh("dmsetup", "mknodes")
        with open("/proc/sys/vm/drop_caches", "w") as f:
            f.write("3")
        sh("mount", "/dev/mapper/" + NAME, MOUNT)


def main():
    # The kernel's command line reached us as environment.
    load_modules(os.environ["MODULES"])
    loopback_up()
    power = Power()
    with Relay(plant=os.environ.get("PLANT"), state=MOUNT + "/state") as relay:
        relay.init().start(patience=120)
        crew = [Box(), Box(live=True), Box(live=True)]
        make(relay.place, crew)
        for cycle in range(int(os.environ["CYCLES"])):
            load = Load(relay.place, crew, cycle).start()
            time.sleep(random.uniform(2, 4))
            relay.process.send_signal(19)  # SIGSTOP: nothing is answered once the power is off
            time.sleep(0.2)
            power.cut()
            relay.kill()
            load.stop()
            power.back()
            relay.start(patience=120)
            settle(relay.place, crew)
            drain(relay.place, crew)
        relay.kill()
        count = total(box.ledger for box in crew)
        print("COUNTS " + " ".join(str(count[column]) for column in COLUMNS))
        for box in crew:
            for what in sorted(set(box.ledger.surprises))[:3]:
                print("surprise: " + what)


main()
