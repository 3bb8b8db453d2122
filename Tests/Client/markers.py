"""What must stand nowhere: secrets and texts as bytes, in the forms in which they could be written down; and where they could stand."""

import base64
import ctypes
import hashlib
import os
import platform
import stat
import struct
import urllib.parse

SYSCALLS = {"x86_64": 250, "aarch64": 219}  # keyctl(2)
USER_KEYRING, SEARCH, READ = -4, 10, 11


class Markers:
    """Secrets by name, each in all its forms."""

    def __init__(self):
        self.forms, self.names = {}, set()

    def add(self, name, secret):
        """A secret: a text, or bytes of a key."""
        self.names.add(name)
        for form in forms(secret):
            self.forms[form] = name

    def add_passphrase(self, name, words):
        """The whole of it, and each two words that stand together: one word alone stands in every book."""
        self.add(name, words)
        parts = words.split()
        for first, second in zip(parts, parts[1:]):
            self.add(name, "%s %s" % (first, second))

    def found(self, content):
        """The names of the secrets that stand in bytes."""
        return {name for form, name in self.forms.items() if form in content}


def forms(secret):
    """A secret as it stands, in capitals and not, in UTF-16, in hexadecimal, in base64 from each of three beginnings, and as a part of an address."""
    texts = {secret, secret.lower(), secret.upper()} if isinstance(secret, str) else set()
    plain = {text.encode() for text in texts} or {secret}
    every = set(plain) | {text.encode("utf-16-le") for text in texts}
    every |= {urllib.parse.quote(text).encode() for text in texts}
    for piece in plain:
        every |= {piece.hex().encode(), piece.hex().upper().encode()}
        for before in range(3):
            # The letters that only these bytes decide.
            coded = base64.b64encode(b"\0" * before + piece)
            inner = coded[-(-before * 8 // 6):len(coded) - (4 if (before + len(piece)) % 3 else 0)]
            every |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return {form for form in every if len(form) >= 8}


def remembered(home):
    """The keys that the kernel's keyring has for a home: file key and state key, or nothing. vault.md section 6 says under which name."""
    place = os.stat(home)
    name = b"callbox:" + hashlib.blake2b(
        b"callbox/v1/vault-home" + struct.pack(">QQ", place.st_dev, place.st_ino), digest_size=32).hexdigest()[:32].encode()
    keyctl, room = ctypes.CDLL(None, use_errno=True).syscall, ctypes.create_string_buffer(64)
    keyctl.restype = ctypes.c_long
    number = SYSCALLS.get(platform.machine())
    key = keyctl(number, SEARCH, USER_KEYRING, b"user", name, 0) if number else -1
    if key < 0 or keyctl(number, READ, ctypes.c_long(key), room, 64) != 64:
        return None
    return room.raw


def processes():
    """All processes that this user can look at."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def below(root):
    """The processes that came of one, itself included."""
    children = {}
    for pid in processes():
        try:
            with open("/proc/%d/stat" % pid) as file:
                children.setdefault(int(file.read().rpartition(")")[2].split()[1]), []).append(pid)
        except OSError:
            pass
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def read(path, limit=1 << 26):
    """A file, as far as it can be read; nothing of what is none."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return b""
        with open(path, "rb") as file:
            return file.read(limit)
    except OSError:
        return b""


def command(pid):
    """A process's command line and environment."""
    return read("/proc/%d/cmdline" % pid), read("/proc/%d/environ" % pid)


def memory(pid):
    """All memory of a process that can be read."""
    parts = []
    try:
        with open("/proc/%d/maps" % pid) as file:
            areas = [line.split() for line in file]
        with open("/proc/%d/mem" % pid, "rb", buffering=0) as file:
            for area in areas:
                begin, end = (int(place, 16) for place in area[0].split("-"))
                if "r" in area[1] and (len(area) < 6 or not area[5].startswith("[v")):
                    try:
                        file.seek(begin)
                        parts.append(file.read(end - begin) or b"")
                    except (OSError, ValueError, OverflowError):
                        pass
    except OSError:
        pass
    return b"\n".join(parts)


def files(folder):
    """Every file below a folder, by its path."""
    return [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]
