"""Types a passphrase, a code and messages into the real `callbox`, and looks for them everywhere: in command lines, environments, files, temporary
folders, what a shell remembers, what a crash prints, what the relay logs and holds, and, after `callbox lock`, in processes, in the kernel's
keyring and on a terminal. Scripts/secrets runs it; README.md beside this file says what is held to be true."""

import argparse
import os
import re
import select
import signal
import stat
import subprocess
import sys
import tempfile
import time

import markers
from stage import PATIENCE, Broken, CannotRun, Stage, play
from talk import programs

FIRST = "Marmalade hides behind the seventh quilt."
EDITED = "Copper lanterns never argue with rain."
CHATTED = "Violet anchors sleep under the tollbooth."
HALF = "Walnut trains forget their umbrellas so"
PIPED = "Paper herons practise the tuba at dusk."
ANSWER = "Basalt kites return the borrowed ladder."
LEFT = "Ginger clocks rehearse a quiet alarm when"
PROMPT = "ready> "
RESTORED = b"\x1b[?2004l"
LIVE = "\x1b[?2004h"  # from here on every key comes at once
WRITES = "trace=execve,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,memfd_create"
# Where a traced command may write: the terminal, nothing, the editor's room in memory, and the person's own folder.
ALLOWED = re.compile(r"/dev/(tty|null|pts/\d+)$|/dev/shm/callbox-\d+(/.*)?$|/proc/self/")
BACKTRACE = "enable=yes,color=no,interactive=no,threads=crashed,registers=all,sanitize=no,symbolicate=off"


class Shell:
    """An interactive shell at a terminal of 100 columns and 40 rows, as a person has it."""

    def __init__(self, stage, person, environment, wrapper=()):
        self.stage, self.person = stage, person
        words = [*wrapper, "bash", "--norc", "--noprofile", "-i"]
        self.session = play.Session(person, words, environment, stage.home_of(person))
        self.begun = 0
        self.wait(PROMPT)

    def wait(self, *texts):
        """Until one of these is shown after what was waited for last. What stood before it is returned."""
        deadline = time.monotonic() + PATIENCE * 2
        while True:
            shown = self.session.data[self.begun:]
            places = [(shown.find(text.encode()), len(text.encode())) for text in texts]
            place, length = min([found for found in places if found[0] >= 0], default=(-1, 0))
            if place >= 0:
                self.begun += place + length
                return shown[:place]
            if self.session.pump(0.05) or time.monotonic() > deadline:
                raise Broken("%s waits for %s and sees: %s" % (self.person, texts, play.plain(shown)[-800:]))
            self.stage.watch(self.session.pid)

    def type(self, text, end="\r"):
        self.session.type(text + end)

    def run(self, line):
        """A command that asks nothing. Returns what it showed."""
        self.type(line)
        return self.wait(PROMPT)

    def leave(self):
        """Ends the shell as a person does."""
        self.type("exit")
        deadline = time.monotonic() + PATIENCE
        while not self.session.pump(0.1):
            if time.monotonic() > deadline:
                raise Broken("the shell does not end")
        self.session.end()

    def close(self):
        """Ends everything that runs at this terminal."""
        for pid in reversed(markers.below(self.session.pid)):
            end(pid)
        self.session.end()


class Scan(Stage):
    """The stage, the secrets, and what was found where they must not be."""

    def __init__(self, folder, plant):
        super().__init__(folder, ("ana", "dana", "lee"))
        self.plant, self.secrets, self.findings, self.looked = plant, markers.Markers(), [], []
        self.watched = set()
        self.temporary = os.path.join(self.scratch, "temporary")
        self.editor_log = os.path.join(self.scratch, "editor")
        os.mkdir(self.temporary)
        os.mkfifo(self.editor_log + ".go")

    # What is looked at

    def home_of(self, person):
        return os.path.join(self.folder, person)

    def look(self, where, content, allowed=()):
        """No secret stands in bytes."""
        self.looked.append((where, len(content)))
        for name in sorted(self.secrets.found(content) - set(allowed)):
            self.find("%s has %s" % (where, name))

    def find(self, text):
        if text not in self.findings:
            self.findings.append(text)
            print("secrets: FOUND: " + text, flush=True)

    def see(self, where, content, *names):
        """The control: these secrets stand there, or the scan sees nothing."""
        missing = set(names) - self.secrets.found(content)
        if missing:
            raise CannotRun("the scan does not see %s in %s, where it must be" % (", ".join(sorted(missing)), where))

    def watch(self, root):
        """Command lines and environments of all that runs at a terminal, now."""
        for pid in markers.below(root):
            line, environment = markers.command(pid)
            if (pid, line) not in self.watched:
                self.watched.add((pid, line))
                self.look("command line of %s" % line.split(b"\0")[0].decode(errors="replace"), line)
                self.look("environment of %s" % line.split(b"\0")[0].decode(errors="replace"), environment)

    def machine(self, person):
        """A person's machine, with everything in the environment that could make a program talk."""
        environment = self.environment(person) | {
            "TERM": "xterm-256color", "PS1": PROMPT, "HISTFILE": os.path.join(self.home_of(person), "history"), "TMPDIR": self.temporary,
            "SWIFT_BACKTRACE": BACKTRACE, "SWIFT_DEBUG_ENABLE_ASSERTIONS": "1", "LOG_LEVEL": "trace", "CALLBOX_LOG": "trace", "DEBUG": "1",
            "EDITOR": "sh %s" % self.editor(), "INPUTRC": "/dev/null"}
        return environment | ({"CALLBOX_PLANT": self.plant} if self.plant else {})

    def editor(self):
        """An editor: it writes, says where, and waits to be told how to end."""
        path = self.editor_log + ".sh"
        if not os.path.exists(path):
            with open(path, "w") as file:
                file.write('printf %%s "%s" > "$1"\nprintf "%%s\\n" "$1" > "%s"\nread how < "%s.go"\neval "$how"\n' % (
                    EDITED, self.editor_log, self.editor_log))
        return path

    def tell_editor(self, how):
        with open(self.editor_log + ".go", "w") as file:
            file.write(how + "\n")

    def room(self, shell):
        """Where the editor has the text, when it has."""
        deadline = time.monotonic() + PATIENCE
        while not (os.path.exists(self.editor_log) and open(self.editor_log).read().endswith("\n")):
            shell.session.pump(0.05)
            if time.monotonic() > deadline:
                raise Broken("no editor comes: %s" % play.plain(shell.session.data[shell.begun:])[-400:])
        path = open(self.editor_log).read().strip()
        os.unlink(self.editor_log)
        self.see("the editor's file", markers.read(path), "a message from the editor")
        folder = os.path.dirname(path)
        if not folder.startswith("/dev/shm/callbox-") or stat.S_IMODE(os.stat(folder).st_mode) != 0o700:
            self.find("the editor's file is %s" % path)
        return folder

    def gone(self, folder, when):
        if os.path.exists(folder):
            self.find("the editor's folder is still there %s" % when)
        for path in markers.files("/dev/shm"):
            self.look(path, markers.read(path))


# The acts


def begins(scan):
    """Joins, unlocks and writes, in an interactive shell of which every opening of a file and every command is noted."""
    log = os.path.join(scan.scratch, "trace")
    shell = Shell(scan, "ana", scan.machine("ana"), ["strace", "-f", "-qq", "-v", "-y", "-s", "65535", "-o", log, "-e", WRITES])
    shell.type("callbox join '%s'" % scan.names["invite"])
    shell.wait("The code on your slip")
    shell.type(scan.names["code"])
    shown = play.plain(shell.wait("Press Enter"))
    words = next(line.strip() for line in shown.split("\n") if line.startswith("    "))
    for code in (scan.names["code"], scan.names["code"].replace("-", "")):
        scan.secrets.add("the code", code)
    scan.secrets.add_passphrase("the passphrase", words)
    scan.write_passphrase("ana", words)
    shell.type("")
    shell.wait("as you type): ")
    shell.type(words)
    scan.look("what is shown when the passphrase is typed", shell.wait(PROMPT))
    shell.type("callbox unlock --for 60")
    shell.wait("as you type): ")
    shell.type(words)
    scan.look("what unlock shows", shell.wait(PROMPT))
    scan.unlocked.add("ana")
    keys = markers.remembered(scan.home("ana"))
    if keys:
        scan.secrets.add("the file key", keys[:32])
        scan.secrets.add("the state key", keys[32:])
    else:
        print("secrets: no keyring on this machine: the vault's keys are not looked for", flush=True)
    shell.run("callbox notice --acknowledge")
    shell.type("callbox reach-out Dana --answers no,no,no")
    shell.wait("Enter sends")
    shell.wait(LIVE)
    shell.type(FIRST)
    shell.wait("with the relay")
    shell.wait(PROMPT)
    scan.do("dana", "inbox")
    scan.do("dana", "send", "1", text=ANSWER)
    shell.run("callbox inbox")
    shell.run("callbox read 1")
    edits(scan, shell)
    shell.leave()
    written(scan, log)
    history = markers.read(os.path.join(scan.home_of("ana"), "history"))
    if b"callbox join" not in history:
        raise CannotRun("the shell has kept no history")
    scan.look("the shell's history", history)


def edits(scan, shell):
    """Editors that end well, badly, and not at all."""
    scan.secrets.add("a message from the editor", EDITED)
    for how, meets in (("exit 0", "Handed over"), ("kill -9 $$", "ended with an error"), ("exit 3", "ended with an error")):
        shell.type("callbox send 1 --editor")
        folder = scan.room(shell)
        scan.tell_editor(how)
        shell.wait(meets)
        shell.wait(PROMPT)
        scan.gone(folder, "after an editor that says %r" % how)


def written(scan, log):
    """What was opened for writing, and every command that was begun, with its environment."""
    opened, begun, halves = set(), 0, {}
    own = scan.home_of("ana") + "/"
    with open(log, errors="replace") as file:
        for line in file:
            pid = line.split(" ", 1)[0]
            if line.endswith("<unfinished ...>\n"):
                halves[pid] = line[:-len(" <unfinished ...>\n")]
                continue
            line = re.sub(r"^\d+ +<\.\.\. \w+ resumed>", lambda _: halves.pop(pid, ""), line)
            call = re.match(r"\d+ +(\w+)\((.*)\) += (-?\d+)(<[^>]*>)?", line)
            if not call or int(call[3]) < 0:
                continue
            if call[1] == "execve":
                begun += 1
                scan.look("a command that was begun", undo(call[2]))
            elif call[1] in ("open", "openat", "creat"):
                if re.search(r"O_(WRONLY|RDWR|CREAT|TMPFILE)", call[2]) or call[1] == "creat":
                    opened.add((call[4] or "<?>")[1:-1])
            elif call[1] != "memfd_create":
                opened |= {path for path in re.findall(r'"(/[^"]*)"', call[2])}
            else:
                opened.add("memory: " + call[2])
    if not begun or not any(path.startswith(own) for path in opened):
        raise CannotRun("strace notes nothing here")
    harness = scan.editor_log
    for path in sorted(opened):
        if not (path.startswith(own) or ALLOWED.match(path) or path == harness):
            scan.find("written outside of the person's folder: %s" % path)
    print("secrets: %d commands begun, %d files opened for writing" % (begun, len(opened)), flush=True)


def undo(text):
    """What strace has escaped, as bytes."""
    return re.sub(rb"\\([0-7]{1,3}|.)", lambda match: bytes([int(match[1], 8)]) if match[1][:1].isdigit() else match[1], text.encode())


def hangs_up(scan):
    """The terminal goes, or somebody ends or kills the command, while the editor has the text."""
    for how in ("the terminal closes", "it is ended", "it is killed"):
        shell = Shell(scan, "ana", scan.machine("ana"))
        shell.type("callbox send 1 --editor")
        folder = scan.room(shell)
        pid = running(shell, "send")
        if how == "the terminal closes":
            os.kill(shell.session.pid, signal.SIGHUP)
        else:
            os.kill(pid, signal.SIGKILL if how == "it is killed" else signal.SIGTERM)
        if not ended(pid):
            raise Broken("callbox send --editor goes on when " + how)
        if how == "it is killed":
            # Nobody is left to wipe it: whoever locks does.
            scan.see("a room that was left", b"".join(markers.read(path) for path in markers.files(folder)), "a message from the editor")
            scan.tell_editor("exit 0")
            scan.do("ana", "lock")
            scan.unlock("ana")
        scan.gone(folder, "when " + how)
        shell.close()


def end(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass


def running(shell, word):
    """The process of a command at a terminal."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for pid in markers.below(shell.session.pid):
            line = markers.command(pid)[0].split(b"\0")
            if os.path.basename(line[0]) == b"callbox" and word.encode() in line:
                return pid
        shell.session.pump(0.05)
    raise Broken("no callbox %s runs" % word)


def ended(pid, patience=None):
    """Waits until a process is no more; whether it is."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], patience or PATIENCE)[0])
    finally:
        os.close(process)


def crashes(scan):
    """A chat is struck dead in the middle of a word, where a program says as much as it can about its end."""
    for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGILL):
        shell = Shell(scan, "ana", scan.machine("ana"))
        shell.run("ulimit -c unlimited")
        pid = chats(scan, shell)
        with open("/proc/%d/limits" % pid) as file:
            if not re.search(r"Max core file size +0 +0 ", file.read()):
                scan.find("a chat may write a core file")
        os.kill(pid, number)
        shown = shell.wait("Backtrace took", PROMPT)
        if not ended(pid, 1):
            # Swift's handler counts on a fault to happen again by itself, and this one was sent.
            os.kill(pid, number)
            shown += shell.wait(PROMPT)
        # What comes after the terminal was put right; before that the person's own line may have been drawn once more.
        shown = shown.partition(RESTORED)[2]
        scan.look("what is shown after signal %d" % number, shown)
        print("secrets: signal %d: %d bytes shown" % (number, len(shown)), flush=True)
        if not ended(pid):
            scan.find("a chat lives on after signal %d" % number)
        for path in markers.files(scan.home_of("ana")):
            if re.search(r"(^|/)core(\.|$)", path):
                scan.find("a core file: %s" % path)
        shell.close()


def chats(scan, shell):
    """A chat in which something was said, and something is being written. Returns its process, in whose memory both stand."""
    scan.secrets.add("a message in a chat", CHATTED)
    scan.secrets.add("half a message", HALF)
    shell.type("callbox chat 1")
    pid = running(shell, "chat")
    shell.wait("connected")
    shell.type(CHATTED)
    shell.wait("all handed over")
    shell.type(HALF, end="")
    shell.wait(HALF[-8:])
    scan.see("the memory of a chat", markers.memory(pid), "a message in a chat", "half a message")
    return pid


def locks(scan):
    """After `callbox lock` from somewhere else nothing that had the vault open runs, and the kernel has no key."""
    scan.secrets.add("a message being written", LEFT)
    chat, waiting = (Shell(scan, "ana", scan.machine("ana")) for _ in range(2))
    open_ones = [chats(scan, chat)]
    waiting.type("callbox send 1")
    waiting.wait("Enter sends")
    waiting.wait(LIVE)
    waiting.type(LEFT, end="")
    waiting.wait(LEFT[-8:])
    open_ones.append(running(waiting, "send"))
    scan.see("the memory of a command that waits", markers.memory(open_ones[1]), "a message being written")
    scan.do("ana", "lock", extra={"CALLBOX_PLANT": scan.plant} if scan.plant else None)
    for pid, name in zip(open_ones, ("chat", "send, which waits for a text,")):
        if not ended(pid, 5):
            scan.find("callbox %s lives on after lock" % name)
            scan.look("the memory of callbox %s after lock" % name, markers.memory(pid))
    if markers.remembered(scan.home("ana")):
        scan.find("the kernel's keyring has the keys after lock")
    for shell in (chat, waiting):
        for pid in markers.below(shell.session.pid):
            scan.look("the memory of %s after lock" % markers.command(pid)[0].split(b"\0")[0].decode(), markers.memory(pid))
        shell.close()
    scan.unlock("ana")


def scrolls(scan):
    """What a terminal with a memory shows after lock: tmux."""
    name = "callbox-%d" % os.getpid()

    def tmux(*words):
        return subprocess.run(["tmux", "-L", name, "-f", "/dev/null", *words], env=scan.machine("ana"), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, cwd=scan.home_of("ana")).stdout

    def screen(text):
        deadline = time.monotonic() + PATIENCE
        while text not in (shown := tmux("capture-pane", "-p", "-J", "-S", "-")):
            if time.monotonic() > deadline:
                raise Broken("tmux does not show %r: %s" % (text, shown.decode(errors="replace")[-600:]))
        return shown

    try:
        tmux("new-session", "-d", "-x", "100", "-y", "12", "PS1='%s' exec bash --norc --noprofile -i" % PROMPT)
        screen(PROMPT.strip().encode())
        tmux("send-keys", "callbox chat 1", "Enter")
        shown = screen(b"connected")
        scan.see("the scrollback before lock", shown, "a message in a chat")
        tmux("send-keys", "-l", HALF)
        screen(HALF[-8:].encode())
        scan.do("ana", "lock", extra={"CALLBOX_PLANT": scan.plant} if scan.plant else None)
        if not scan.plant:
            scan.look("the scrollback of tmux after lock", screen(b"locked or ended"))
        server = int(tmux("display-message", "-p", "#{pid}").decode() or 0)
        held = scan.secrets.found(markers.memory(server))
        print("secrets: for whoever uses tmux: its own memory after lock has %s" % (", ".join(sorted(held)) or "nothing"), flush=True)
    finally:
        tmux("kill-server")
    scan.unlock("ana")


def pipes(scan):
    """Output that goes into files, and the relay that says as much as it can."""
    scan.secrets.add("a message from a pipe", PIPED)
    said = scan.do("ana", "send", "1", text=PIPED, extra={"SWIFT_BACKTRACE": BACKTRACE})
    if scan.plant == "write-text":
        # What a careless client would leave. No client of ours has a line that could.
        with open(os.path.join(scan.temporary, "callbox.log"), "w") as file:
            file.write(PIPED)
    scan.look("what a piped command says", (said.out + said.talk).encode())
    scan.do("dana", "inbox")
    scan.see("what the reader sees", scan.do("dana", "read", "1").out.encode(), "a message from a pipe")
    scan.look("the relay's log", scan.relay_log)
    scan.look("the relay's memory", markers.memory(scan.relay.pid))
    for path in markers.files(scan.relay_state()):
        scan.look(path, markers.read(path))


def left(scan, before):
    """What lies about at the end."""
    for path in markers.files(scan.home_of("ana")):
        scan.look(path, markers.read(path))
    for folder in (scan.temporary, "/dev/shm", "/var/tmp", tempfile.gettempdir()):
        for path in markers.files(folder):
            if path not in before and not path.startswith(scan.scratch + "/") or path.startswith(scan.temporary):
                scan.look(path, markers.read(path))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--programs", help="where callbox and callboxd are")
    parser.add_argument("--plant", help="a weakness on purpose, of a debug build: good when it is red")
    options = parser.parse_args()
    begun = time.monotonic()
    try:
        before = {path for folder in ("/dev/shm", "/var/tmp", tempfile.gettempdir()) for path in markers.files(folder)}
        with Scan(programs(options.programs), options.plant) as scan:
            for name, text in (("the first message", FIRST), ("the answer", ANSWER)):
                scan.secrets.add(name, text)
            scan.relay_level = "debug"
            scan.prepare()
            for person in ("dana", "lee"):
                scan.unlock(person)
                scan.do(person, "member", "publish")
            for act in (begins, hangs_up, crashes, locks, scrolls, pipes):
                act(scan)
                print("secrets: %-10s %4.0f s, %d places looked at" % (act.__name__, time.monotonic() - begun, len(scan.looked)), flush=True)
            left(scan, before)
            found, looked, secrets = scan.findings, scan.looked, scan.secrets
    except CannotRun as reason:
        print("secrets: cannot run here: %s" % reason, file=sys.stderr)
        return 2
    except Broken as broken:
        print("secrets: BROKEN: %s" % broken)
        return 1
    if options.plant:
        print("secrets: planted %s: %s" % (options.plant, "found" if found else "NOT found"))
        return 0 if found else 1
    print("secrets: %d secrets in %d forms: %s %d places, %d KiB" % (
        len(secrets.names), len(secrets.forms), "FOUND, in" if found else "nowhere in", len(looked), sum(size for _, size in looked) // 1024))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
