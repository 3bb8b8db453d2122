"""`lies`: each lie that a relay can tell, told to the real clients; a table of what came of it."""

import os
import shutil
import tempfile
import time

import cells
import handoffs
import live
import papers
import replies
from daemon import Broken, CannotRun
from people import World
from scene import Scene, prepare, wall_library

COLUMNS = ("lie", "written", "shown", "lost", "gaps", "unread-", "other", "ends", "slowest")


def lies(run):
    """Prepares a world once, and tells each lie to a copy of it."""
    told = [lie for part in (cells, replies, papers, live, handoffs) for lie in part.LIES]
    known = {lie.__name__: lie for lie in told}
    assert len(known) == len(told), "two lies have one name"
    if unknown := set(run.only) - set(known):
        raise CannotRun("no such lie: %s; there are %s" % (", ".join(sorted(unknown)), " ".join(known)))
    chosen = {name: lie for name, lie in known.items() if not run.only or name in run.only}
    scratch = tempfile.mkdtemp(prefix="callbox-lies-")
    try:
        library = wall_library(scratch)
        with World(run.programs, os.path.join(scratch, "world")) as world:
            world.lacks()
            world.open()
            prepare(world)
            world.relay.terminate(60)
            world.between.close()
            run.say("prepared; %d lies" % len(chosen))
            rows = [COLUMNS]
            for name, lie in chosen.items():
                rows.append(tell(run, name, lie, world, os.path.join(scratch, "scene"), library))
        run.table(rows)
        run.say("%d lies; in all %d written, %d shown, %d lost%s" % (
            len(rows) - 1, *(sum(row[place] for row in rows[1:]) for place in (1, 2, 3)), "" if run.failures else ", each of these told to somebody"))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def tell(run, name, lie, world, folder, library):
    """Tells one lie to a copy of the world. Returns its row."""
    begun = time.monotonic()
    row, kinds, scene = {}, {}, None
    try:
        with Scene(run, world.folder, folder, world.port, library) as scene:
            scene.open()
            try:
                row, kinds = lie(scene)
            except Broken as broken:
                scene.fault(str(broken))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for fault in scene.faults:
        run.fail("%s (%s): %s" % (name, lie.__doc__.split("\n")[0], fault))
    ends = " ".join("%s×%d" % (end, count) for end, count in sorted(scene.ends.items(), key=str))
    other = sum(count for kind, count in kinds.items() if kind not in ("gap", "unreadable"))
    run.say("%-24s %s (%d s)%s" % (name, "BROKEN" if scene.faults else "holds", time.monotonic() - begun, "".join(
        "\n      " + line for line in sorted(scene.refused))))
    return (name, row.get("written", 0), row.get("shown", 0), row.get("lost", 0), kinds.get("gap", 0), kinds.get("unreadable", 0), other, ends,
            "%.0f s" % scene.slowest)
