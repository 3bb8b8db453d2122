"""Power cuts: `power`. User-Mode Linux brings device-mapper's flakey target, which most small machines' kernels lack; the guest runs
this same harness and the relay from the host's files. See power/guest.py."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter

from daemon import Broken, CannotRun, program
from history import COLUMNS

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "power")
DISK = 256 << 20


def power(run):
    linux = os.environ.get("UML_LINUX") or shutil.which("linux.uml")
    modules = os.environ.get("UML_MODULES", "/usr/lib/uml/modules")
    if not linux or not os.path.isdir(modules):
        raise CannotRun("no User-Mode Linux (Debian: user-mode-linux)")
    for tool in ("dmsetup", "mkfs.ext4", "blockdev"):
        if not shutil.which(tool, path="/usr/sbin:/sbin:/usr/bin:/bin"):
            raise CannotRun("no %s (Debian: dmsetup, e2fsprogs, util-linux)" % tool)
    kernel = sorted(os.listdir(modules))[0]
    with tempfile.TemporaryDirectory(prefix="callbox-faults-", dir="/var/tmp") as scratch:
        disk, result = os.path.join(scratch, "disk"), os.path.join(scratch, "result")
        with open(disk, "wb") as f:
            f.truncate(DISK)
        settings = {
            "HERE": HERE, "MODULES": os.path.join(modules, kernel, "kernel"), "PYTHON": sys.executable, "RESULT": result,
            "CYCLES": str(run.cycles), "CALLBOXD": program()[-1], "NOW": str(int(time.time())),
            "TMPDIR": scratch}
        if run.plant:
            settings["PLANT"] = run.plant
        with open(os.path.join(scratch, "console"), "wb") as console:
            try:
                subprocess.run([linux, "mem=1024M", "rootfstype=hostfs", "rw", "ubd0=" + disk, "init=" + os.path.join(HERE, "init"), "con=null",
                                "con0=null,fd:1", "quiet", *("%s=%s" % pair for pair in settings.items())],
                               stdin=subprocess.DEVNULL, stdout=console, stderr=console, timeout=120 + 60 * run.cycles)
            except subprocess.TimeoutExpired:
                raise Broken("the guest did not end in time: %s" % tail(result + ".log")) from None
        if not os.path.exists(result + ".log"):
            raise CannotRun("User-Mode Linux does not start here: %s" % tail(os.path.join(scratch, "console")))
        said = tail(result + ".log", 4000)
        counts = [line.split()[1:] for line in said.splitlines() if line.startswith("COUNTS ")]
        for line in said.splitlines():
            if line.startswith("surprise"):
                run.say(line)
        if not counts:
            raise Broken("the guest ended early: %s" % said[-1500:])
        run.report(Counter(dict(zip(COLUMNS, map(int, counts[0])))), "%d cuts" % run.cycles)


def tail(path, size=600):
    try:
        with open(path, "rb") as f:
            return f.read()[-size:].decode(errors="replace").strip()
    except FileNotFoundError:
        return "(no word)"
