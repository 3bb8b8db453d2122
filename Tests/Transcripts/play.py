"""Plays transcripts: sessions of several people at their terminals, as text, against a relay of its own. What a terminal shows must be what
the text says, line by line. The form is in README.md beside this file.

    play.py FILE… [--show] [--write] [--morning] [--jobs N] [--keep FOLDER]      exit code 0 when every line held, or could not be played here
"""

import argparse
import errno
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

import places

ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>]|\x07")
NAME = re.compile(r"\{([a-z][a-z0-9-]*)\}")
PATIENCE = float(os.environ.get("CALLBOX_PATIENCE", "40"))


class Failed(Exception):
    """A line that did not hold."""


def plain(data):
    """What a person reads of what a terminal was sent."""
    text = ANSI.sub("", data.decode(errors="replace")).replace("\r\n", "\n")
    lines = []
    for line in text.split("\n"):
        lines.append(line.split("\r")[-1].rstrip())
    return "\n".join(lines)


class Session:
    """One command at one person's terminal."""

    def __init__(self, person, words, environment, folder):
        self.person, self.data, self.read = person, b"", 0
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(folder)
                os.execvpe(words[0], words, environment)
            except OSError as error:
                os.write(2, ("%s: %s\n" % (words[0], error.strerror)).encode())
            os._exit(127)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self.status = None

    def pump(self, seconds):
        """Takes in what the terminal shows; whether the command has ended and all of it was shown."""
        if self.status is not None:
            return True
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            data = b""
        if data:
            self.data += data
            return False
        _, status = os.waitpid(self.pid, 0)
        self.status = os.waitstatus_to_exitcode(status)
        return True

    def screen(self):
        return plain(self.data[self.read:])

    def taken(self):
        """What was shown so far is done with."""
        self.read = len(self.data)

    def type(self, text):
        os.write(self.master, text.encode())

    def terminate(self):
        """Tells it to end, and waits until it has."""
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while not self.pump(0.05):
            if time.monotonic() > deadline:
                raise Failed("%s did not end when told to" % self.person)

    def end(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.master)


class Stage:
    """Everybody in one transcript, what was named in it, and what is left to do at the end."""

    def __init__(self, folder, programs, show=False, clocks=None):
        self.folder, self.show, self.clocks = folder, show, clocks
        self.names = {"in-a-year": places.in_a_year()}
        self.sessions = {}
        self.typed = {}
        self.seen = ""
        self.path = os.pathsep.join([programs, os.environ.get("PATH", "/usr/bin:/bin")])
        self.zone = places.ten_o_clock(clocks.base if clocks else 0)

    def home(self, person):
        """A person's home; a number after the name is another terminal of the same person."""
        home = os.path.join(self.folder, person.rstrip("0123456789"))
        os.makedirs(home, mode=0o700, exist_ok=True)
        return home

    def environment(self, person, shift=""):
        """A person's machine: nothing of ours but where programs are, the time zone, how they are watched, and by how much its clock is wrong."""
        watched = {name: os.environ[name] for name in ("SWIFT_BACKTRACE", "ASAN_OPTIONS") if name in os.environ}
        return {"PATH": self.path, "HOME": self.home(person), "TERM": "dumb", "LANG": "C.UTF-8", "TZ": self.zone, "SWIFT_BACKTRACE": "enable=no",
                "XDG_DATA_HOME": os.path.join(self.home(person), "data"), **watched,
                **(self.clocks.environment(shift) if self.clocks else {})}

    def fill(self, text):
        """A text with what was named put in."""
        def value(match):
            if match[1] not in self.names:
                raise Failed("nothing is named {%s}" % match[1])
            return self.names[match[1]]
        return NAME.sub(value, text)

    def pattern(self, lines, loose=False):
        """What must be on the screen, as an expression: `…` is anything on a line, a line `...` any lines, an unknown {name} gets named."""
        parts = []
        new = set()
        for line in lines:
            if line.strip() == "...":
                parts.append(r"(?:.*\n)*?")
                continue
            line = line.rstrip()
            piece, at = "", 0
            for match in NAME.finditer(line):
                piece += self.literal(line[at:match.start()])
                name = match[1]
                group = name.replace("-", "_")
                if name in self.names:
                    piece += re.escape(self.names[name])
                elif name in new:
                    piece += "(?P=%s)" % group
                else:
                    new.add(name)
                    piece += "(?P<%s>.+?)" % group
                at = match.end()
            piece += self.literal(line[at:])
            parts.append(piece + r"[ ]*\n")
        return re.compile("".join(parts))

    @staticmethod
    def literal(text):
        # Midnight may come while it is played.
        return ".*".join(re.escape(part).replace("today,", "(?:today|yesterday),") for part in text.split("…"))

    def expect(self, session, lines, until_end):
        """Waits until the screen is what the lines say."""
        pattern = self.pattern(lines)
        deadline = time.monotonic() + PATIENCE
        while True:
            ended = session.pump(0.05)
            screen = session.screen().strip("\n") + "\n"
            if screen == "\n":
                screen = ""
            found = pattern.fullmatch(screen)
            if found and (ended or not until_end):
                break
            if ended and not found or time.monotonic() > deadline:
                raise Failed("%s saw:\n%s\n%s" % (session.person, indent(screen), "(it had ended)" if ended else "(it went on)"))
        for group, value in found.groupdict().items():
            self.names[group.replace("_", "-")] = value
        self.seen = screen
        if self.show and screen:
            print(indent(screen, "  %-9s| " % session.person), flush=True)
        session.taken()


def indent(text, mark="    | "):
    return "\n".join(mark + line for line in text.rstrip("\n").split("\n"))


class Line:
    """A step of a transcript: who does what, what they then see, and with what status it ends."""

    def __init__(self, number, person, shift, kind, text):
        self.number, self.person, self.shift, self.kind, self.text = number, person, shift, kind, text
        self.sees, self.saw = [], None


STEP = re.compile(r"^([a-z][a-z0-9]*)(?:@([+-]\d+[smhd]))?(\$|<|&|!|=|~|\?|-) ?(.*)$")


def read(path):
    """A transcript's steps. Lines that begin with `#` and empty ones between steps are for readers."""
    steps = []
    with open(path) as f:
        for number, line in enumerate(f.read().split("\n"), 1):
            match = STEP.match(line)
            if match:
                steps.append(Line(number, *match.groups()))
            elif line.startswith("    ") and steps:
                steps[-1].sees.append(line[4:])
            elif not line.strip() and steps and steps[-1].sees:
                steps[-1].sees.append("")
            elif line.strip() and not line.startswith("#"):
                raise Failed("%s:%d: neither a step nor what is seen: %s" % (path, number, line))
    for step in steps:
        while step.sees and not step.sees[-1].strip():
            step.sees.pop()
    return steps


KEYS = {"^C": "\x03", "^D": "\x04", "^J": "\n", "^W": "\x17", "^U": "\x15", "ESC": "\x1b"}


def play(path, stage):
    """Plays one transcript to its end, and notes at each step what was seen."""
    steps = read(path)
    stage.steps = steps
    for place, step in enumerate(steps):
        following = next((later for later in steps[place + 1:] if later.person == step.person), None)
        answers = following is not None and following.kind in "<!~="
        waits = step.kind == "$" and (following is None or following.kind not in "<!~")
        if step.kind in "<!~" and step.person in stage.sessions:
            waits = (following is None or following.kind not in "<!~") and not stage.sessions[step.person].stays
        try:
            act(stage, step, waits)
            if waits and not (answers and following.kind == "="):
                finish(stage, step.person, 0)
        except Failed as failure:
            raise Failed("%s:%d: %s%s %s\n%s" % (path, step.number, step.person, step.kind, step.text, failure)) from None
    for person in list(stage.sessions):
        stage.sessions.pop(person).end()


def act(stage, step, waits):
    if step.kind == "?":
        return scan(stage, step)
    if step.kind == "-":
        stage.sessions[step.person].terminate()
        return stage.sessions.pop(step.person).end()
    if step.kind in "$&":
        if step.person in stage.sessions:
            raise Failed("%s still has a command running" % step.person)
        words = words_of(stage.fill(step.text))
        if stage.show:
            print("\n  %-9s$ %s" % (step.person + ("@" + step.shift if step.shift else ""), step.text), flush=True)
        session = Session(step.person, words, stage.environment(step.person, step.shift), stage.home(step.person))
        session.stays = step.kind == "&"
        stage.sessions[step.person] = session
    elif step.kind == "=":
        return finish(stage, step.person, int(step.text))
    elif step.kind in "<!":
        session = stage.sessions[step.person]
        text = stage.fill(step.text)
        if text not in KEYS and len(text) >= 8:
            stage.typed.setdefault(text, step.person)
        session.type(KEYS.get(text, text + "\n" if step.kind == "<" else text))
    session = stage.sessions[step.person]
    stage.expect(session, step.sees, until_end=waits)
    step.saw = stage.seen


# What differs from one playing to the next, and is not named.
UNSTEADY = [
    r"\b20\d\d-\d\d-\d\d( \d\d:\d\d UTC)?", r"(?<=today, )(\d+ [ap]m|noon|midnight)", r"\b[0-9a-f]{32,}\b",
    r"\b(yesterday|tomorrow|[A-Z][a-z]{2} \d{1,2}(, \d{4})?), (\d+ [ap]m|noon|midnight)\b",
    r"\b([0-9A-Z]{4}-){4,}[0-9A-Z]{2,4}\b", r"\b[0-9A-Z]{26,}\b", r"(?<=oken epoch )\d+", r"(?<![\w-])[A-Za-z0-9_-]{43}(?![\w-])",
    r"(?<=/tmp/)\S+(?=/op/relay)", r"(?<=\": )\d{5,}", r"(?<=\")[A-Za-z0-9+/]{22}==(?=\")", r"(?<=\")[A-Za-z0-9+/]{43}=(?=\")",
    r"(?<=INCIDENT, ).+(?=, it happened)",
]


def rewrite(path, stage):
    """Writes the transcript anew with what was seen, names in place of what was named. For whoever changes a screen on purpose, and
    reads the difference."""
    named = sorted(((value, name) for name, value in stage.names.items() if len(value) > 3), key=lambda pair: -len(pair[0]))
    introduced = set(stage.given)
    with open(path) as f:
        lines = f.read().split("\n")
    out, at = [], 0
    for place, step in enumerate(stage.steps):
        following = stage.steps[place + 1].number - 1 if place + 1 < len(stage.steps) else len(lines)
        introduces = {name for line in step.sees for name in NAME.findall(line)}
        out += lines[at:step.number]
        rest = lines[step.number:following]
        at = following
        if step.saw is None:
            out += rest
            continue
        screen = step.saw.rstrip("\n")
        known = introduced | introduces
        for value, name in named:
            if name in known:
                screen = screen.replace(value, "{%s}" % name)
        introduced |= introduces
        for pattern in UNSTEADY:
            screen = re.sub(pattern, "…", screen)
        out += ["    " + line if line else "" for line in screen.split("\n")] if screen else []
        out += [line for line in rest if line.startswith("#") or (not line.strip() and line == "")][-3:] if any(
            line.startswith("#") for line in rest) else ([""] if rest and not rest[-1].strip() else [])
    with open(path, "w") as f:
        f.write("\n".join(out).rstrip("\n") + "\n")


def finish(stage, person, status):
    session = stage.sessions.pop(person, None)
    if session is None:
        raise Failed("%s has no command running" % person)
    deadline = time.monotonic() + PATIENCE
    while not session.pump(0.05) and time.monotonic() < deadline:
        pass
    left, ended = session.screen(), session.status
    session.end()
    if left.strip():
        raise Failed("%s saw more:\n%s" % (person, indent(left)))
    if ended != status:
        raise Failed("%s ended with %s, not with %s" % (person, ended, status))


def scan(stage, step):
    """Nothing that others typed, and no passphrase that anybody was shown, is in a person's files or in the memory of what they run. What
    is known to be there (`found`) must be found, or the scan sees nothing."""
    found = [stage.fill(word).encode() for word in words_of(step.text)]
    secrets = {text for text, person in stage.typed.items() if person != step.person}
    secrets |= {value for name, value in stage.names.items() if name.endswith("-pass")}
    markers = {form for text in secrets for form in (text.encode(), text.lower().encode())}
    places = list(memory(stage.sessions[step.person].pid)) if step.person in stage.sessions else []
    for folder, _, names in os.walk(stage.home(step.person)):
        places += [(os.path.join(folder, name), None) for name in names]
    seen, count = set(), 0
    for place, content in places:
        if content is None:
            with open(place, "rb") as f:
                content = f.read()
        count += len(content)
        seen |= {word for word in found if word in content}
        hit = next((marker for marker in markers if marker in content), None)
        if hit:
            raise Failed("%s has %r" % (place, hit.decode()))
    if set(found) - seen:
        raise Failed("the scan does not see %s" % (set(found) - seen))
    print("  %-9s: %d things that people typed or were shown stand nowhere in %d KiB of files and memory" % (
        step.person, len(secrets), count // 1024), flush=True)


def memory(pid):
    """The memory of a process and of those that it started, where this machine lets us look."""
    try:
        with open("/proc/%d/maps" % pid) as f:
            areas = [line.split() for line in f]
        with open("/proc/%d/mem" % pid, "rb", buffering=0) as f:
            for area in areas:
                begin, end = (int(place, 16) for place in area[0].split("-"))
                # A sanitizer reserves terabytes, which are its own.
                if "r" not in area[1] or end - begin > 1 << 33 or (len(area) > 5 and area[5] in ("[vvar]", "[vsyscall]")):
                    continue
                try:
                    f.seek(begin)
                    yield "memory of process %d" % pid, f.read(end - begin)
                except (OSError, ValueError, OverflowError):
                    pass
    except PermissionError:
        print("  (the memory of process %d is closed to this user: not looked at)" % pid)


def words_of(text):
    """A command in words: quotes as a shell has them, and nothing else of it."""
    import shlex
    return shlex.split(text)


def main():
    # Whoever started this may have had signals blocked, as threads of a test do, and everybody here would inherit that.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("files", nargs="+")
    parser.add_argument("--programs", default=None, help="where callbox and callboxd are; the last build of this tree unless told")
    parser.add_argument("--write", action="store_true", help="write the transcripts anew with what was seen")
    parser.add_argument("--show", action="store_true", help="print each person's screen")
    parser.add_argument("--morning", action="store_true", help="everybody's clock is at ten in the morning, so that no hour or day ends meanwhile")
    parser.add_argument("--jobs", type=int, default=1, help="so many at a time, each with whatever its transcripts begin from")
    parser.add_argument("--keep", help="a folder that is kept, with everybody's homes")
    options = parser.parse_args()
    # Whoever is told to end takes disks, relays and folders away first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.jobs > 1:
        return shared(options)
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    builds = [options.programs] if options.programs else [os.path.join(root, ".build", kind) for kind in ("release", "debug")]
    built = [os.path.join(build, "callbox") for build in builds if os.access(os.path.join(build, "callbox"), os.X_OK)]
    if not built:
        print("transcripts: skipped: no callbox built", file=sys.stderr)
        return 2
    run = Run(os.path.dirname(os.path.abspath(max(built, key=os.path.getmtime))), options)
    try:
        for path in options.files:
            run.end_of(os.path.abspath(path))
    finally:
        run.places.remove()
    return 1 if run.failed else 0


def shared(options):
    """Several of us at the same time, each with a part of the files."""
    flags = (["--show"] if options.show else []) + (["--morning"] if options.morning else [])
    flags += ["--programs", options.programs] if options.programs else []
    parts = [options.files[first::options.jobs] for first in range(options.jobs)]
    all_of_us = [subprocess.Popen([sys.executable, os.path.abspath(__file__), *part, *flags]) for part in parts if part]
    try:
        return max([one.wait() for one in all_of_us])
    finally:
        for one in all_of_us:
            one.terminate()
            one.wait()


class Run:
    """All transcripts of one call. One that others begin from is played once."""

    def __init__(self, programs, options):
        self.programs, self.options, self.ends, self.failed, self.places = programs, options, {}, 0, places.Places(options.morning)

    def end_of(self, path):
        """The stage as a transcript leaves it; None when it could not be played to its end."""
        if path not in self.ends:
            self.ends[path] = None
            name, begun = os.path.basename(path), time.monotonic()
            try:
                self.ends[path] = self.play(path)
                print("transcripts: %s: good (%.0f s)" % (name, time.monotonic() - begun), flush=True)
            except places.CannotRun as lack:
                print("transcripts: %s: LEFT OUT: %s" % (name, lack), flush=True)
            except Failed as failure:
                self.failed += 1
                print("transcripts: FAILED: %s" % failure, flush=True)
        return self.ends[path]

    def play(self, path):
        begins, disks = places.head(path)
        before = self.end_of(begins) if begins else None
        if begins and before is None:
            raise Failed("%s: what it begins from has no end" % path)
        keep = self.options.keep if path in map(os.path.abspath, self.options.files) else None
        folder = self.places.make(before.folder if before else None, disks, keep)
        stage = Stage(folder, self.programs, self.options.show, self.places.clocks)
        if before:
            stage.names |= before.names
            stage.typed |= before.typed
        else:
            stage.names["port"] = str(places.free_port())
        stage.names |= {"folder": folder, "here": os.path.dirname(path), "python": sys.executable}
        stage.given = tuple(stage.names)
        try:
            play(path, stage)
            if self.options.write:
                rewrite(path, stage)
            if keep:
                with open(os.path.join(folder, "names"), "w") as f:
                    f.writelines("%s=%s\n" % pair for pair in sorted(stage.names.items()))
            return stage
        finally:
            for session in stage.sessions.values():
                session.end()


if __name__ == "__main__":
    sys.exit(main())
