"""Faults that a relay must live through under load: `kill`, `term`."""

import random
import time

import wire
from daemon import Broken, Relay
from history import total
from load import Box, Load, drain, make, settle

SIGTERM_LIMIT = 40  # seconds; a collect may wait 55, so the relay must end waiting itself


def boxes():
    return [Box(), Box(live=True), Box(live=True), Box(wire.INTAKE)]


def kill(run):
    """kill -9 at random, `--cycles` times; after each restart everything that must be there is fetched."""
    with Relay(plant=run.plant) as relay:
        relay.init().start()
        crew, keeper = boxes(), Box()  # nothing is fetched from the keeper until the end
        make(relay.place, crew + [keeper])
        slowest = 0
        for cycle in range(run.cycles):
            load = Load(relay.place, crew + ([keeper] if cycle < 8 else []), cycle).start()
            time.sleep(random.uniform(0.2, 1.5))
            relay.kill()
            load.stop()
            slowest = max(slowest, relay.start())
            settle(relay.place, crew)
            drain(relay.place, crew)
        drain(relay.place, [keeper])
        count = total(box.ledger for box in crew + [keeper])
        run.report(count, "%d cycles, ready again after %.2f s at most" % (run.cycles, slowest))
        run.surprises(crew + [keeper])
        if slowest > 5:
            raise Broken("not ready within 5 s")


def term(run):
    """SIGTERM under load: an exit with 0 in time, and nothing lost."""
    with Relay(plant=run.plant) as relay:
        relay.init().start()
        crew = boxes()
        make(relay.place, crew)
        longest = 0
        for cycle in range(run.cycles):
            load = Load(relay.place, crew, cycle).start()
            time.sleep(random.uniform(0.5, 2))
            status, seconds = relay.terminate(SIGTERM_LIMIT)
            longest = max(longest, seconds)
            load.stop()
            if status != 0:
                raise Broken("ended with %d after SIGTERM: %s" % (status, relay.last_words()))
            relay.start()
            settle(relay.place, crew)
            drain(relay.place, crew)
        run.report(total(box.ledger for box in crew), "%d cycles, ended within %.2f s" % (run.cycles, longest))
        run.surprises(crew)
