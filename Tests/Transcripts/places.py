"""Where a transcript is played: a folder with everybody's home, begun from another transcript's end if it says so; small disks, and clocks
that are wrong."""

import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HEAD = re.compile(r"^# (from|disk): (.*)$")
SHIFT = re.compile(r"^([+-]\d+)([smhd])$")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
WALL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Relay", "wall.c")


class CannotRun(Exception):
    """What this machine lacks for a transcript."""


def head(path):
    """What a transcript says of itself: the one that it begins from (or None), and whose disk is how small."""
    begins, disks = None, []
    with open(path) as f:
        for line in f:
            match = HEAD.match(line)
            if match and match[1] == "from":
                begins = os.path.join(os.path.dirname(path), match[2].strip())
            elif match:
                disks.append(match[2].split())
    return begins, disks


def free_port():
    """A port that nobody has, and that the system gives nobody by itself: a relay that is down for a while finds it free again."""
    try:
        with open("/proc/sys/net/ipv4/ip_local_port_range") as f:
            first = int(f.read().split()[0])
    except OSError:
        first = 32768
    # Of five digits, so that no line on a screen is longer than on another day.
    ports = range(20000 if first > 22000 else 10000, first if first > 22000 else 60000)
    for port in random.sample(ports, 200):
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    raise CannotRun("no free port")


def ten_o_clock(later):
    """A time zone in which it is ten in the morning now, by a clock that is so many seconds ahead: screens say the hour, and lines break by it."""
    hour = int(time.time() + later) // 3600 % 24
    return "TEN%+d" % ((hour - 10 + 12) % 24 - 12)


def in_a_year():
    """A day until which a credential may hold."""
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + 365 * 86400))


class Disks:
    """File systems of one size each, at people's homes."""

    def __init__(self):
        self.places = []

    def make(self, place, size):
        """Puts a small file system of this size (`3M`) at a folder."""
        os.makedirs(place, mode=0o700, exist_ok=True)
        mount = ["mount", "-t", "tmpfs", "-o", "size=%s,mode=700" % size, "callbox-transcript", place]
        if not shutil.which("mount") or subprocess.run(mount, stderr=subprocess.DEVNULL).returncode:
            raise CannotRun("a small disk needs root")
        self.places.append(place)

    def remove(self):
        """Takes them away again."""
        while self.places:
            subprocess.run(["umount", "--lazy", self.places.pop()], check=True)


class Clocks:
    """Wall clocks that are wrong, by Tests/Relay/wall.c."""

    def __init__(self, folder, is_morning):
        self.folder, self.library = folder, None
        self.base = (10 * 3600 - int(time.time())) % 86400 if is_morning else 0

    def environment(self, shift):
        """What makes a process believe that it is so much later than it is for everybody: `+40d`, `-3m`; None is not at all."""
        match = SHIFT.match(shift) if shift else None
        seconds = self.base + (int(match[1]) * SECONDS[match[2]] if match else 0)
        if not seconds:
            return {}
        place = os.path.join(self.folder, "wall%d" % seconds)
        if not os.path.exists(place):
            with open(place, "wb") as f:
                f.write(seconds.to_bytes(8, sys.byteorder, signed=True))
        return {"LD_PRELOAD": self.made(), "CALLBOX_WALL": place}

    def made(self):
        """The library that is preloaded."""
        if self.library is None:
            compiler = shutil.which("clang") or shutil.which("cc")
            if not compiler:
                raise CannotRun("wrong clocks need a C compiler")
            library = os.path.join(self.folder, "wall.so")
            subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, WALL], check=True)
            self.library = library
        return self.library


class Places:
    """The folders of a whole run. They go at its end, all together: a vault is remembered by its folder's number, which must not come twice."""

    def __init__(self, is_morning):
        self.root = tempfile.mkdtemp(prefix="callbox-transcript-")
        self.clocks, self.disks = Clocks(self.root, is_morning), Disks()

    def make(self, begun, disks, keep=None):
        """A folder for a transcript: empty, or what another one left."""
        folder = keep or tempfile.mkdtemp(dir=self.root)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        for person, size in disks:
            self.disks.make(os.path.join(folder, person), size)
        if begun:
            shutil.copytree(begun, folder, symlinks=True, dirs_exist_ok=True)
        return folder

    def remove(self):
        self.disks.remove()
        shutil.rmtree(self.root, ignore_errors=True)
