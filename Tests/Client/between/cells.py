"""Lies about cells: dropped, repeated, turned round, held back, thrown back, put elsewhere, altered."""

import copy
import os
import shutil

import record
import wire
from proxy import Answer, Honest
from scene import cells_of, slots

DONE = Answer(204)


class Cells(Honest):
    """Does something with the cells of each collect answer that has some."""

    def __init__(self, change):
        self.change = change

    def answer(self, request, answer):
        if record.call(request) == "collect" and answer.status == 200:
            count = len(answer.body) // wire.SLOT
            cells = self.change(record.address(request), cells_of(answer.body))
            answer.body = slots([(place + 1, cell) for place, (_, cell) in enumerate(cells)], count)
        return answer


class Deposits(Honest):
    """Does something else with deposits than to store them."""

    def __init__(self, deed):
        self.deed, self.number = deed, 0

    def request(self, request, ask):
        if record.call(request) != "deposit":
            return super().request(request, ask)
        self.number += 1
        return self.deed(self.number, request, ask)


def converse(scene, rounds=1):
    """Everybody says something to whom they talk with, and everybody looks; so many times."""
    for _ in range(rounds):
        scene.say("ana", "dana")
        scene.look("dana")
        scene.say("dana", "ana")
        scene.say("ana", "rui")
        scene.look("rui")
        scene.say("rui", "ana")
        scene.look("ana")


def drop(scene):
    """every second deposit is answered with yes, and thrown away"""
    scene.lie(Deposits(lambda number, request, ask: DONE if number % 2 else ask(request)))
    converse(scene, 2)
    return scene.settle()


def drop_all(scene):
    """all deposits are answered with yes, and thrown away"""
    scene.lie(Deposits(lambda number, request, ask: DONE))
    converse(scene, 2)
    return scene.settle()


def drop_first_word(scene):
    """an officer's first word is thrown away; the second comes"""
    scene.lie(Deposits(lambda number, request, ask: DONE if number == 1 else ask(request)))
    first_word(scene)
    scene.links["bo", 1] = ("rui", "Rui Santos")
    scene.say("bo", "rui")
    scene.look("rui")
    return scene.settle(last_word=False)


def first_word(scene):
    """The other officer writes to a peer for the first time, and says whether it was taken."""
    seen = scene.act("bo", "reach-out Rui --answers no,no,no", typed="yes\n", piped="first from bo")
    if seen.status == 0:
        scene.written.append(("bo", "rui", "first from bo"))
    return seen


def repeat_at_once(scene):
    """each cell is given twice in one answer"""
    scene.lie(Cells(lambda address, cells: [cell for cell in cells for _ in (1, 2)]))
    converse(scene)
    return scene.settle()


def repeat_for_ever(scene):
    """cells are given again and again, also after they were acknowledged"""
    kept = {}

    def change(address, cells):
        kept.setdefault(address, []).extend(cells)
        return kept[address][-1:] + kept[address]
    scene.lie(Cells(change))
    converse(scene, 2)
    return scene.settle()


def store_twice(scene):
    """each deposit is stored, and another time with a bit of its outer box turned"""
    def deed(number, request, ask):
        twin = copy.copy(request)
        twin.body = bytes([request.body[0] ^ 1]) + request.body[1:]
        ask(twin)
        return ask(request)
    scene.lie(Deposits(deed))
    converse(scene, 2)
    return scene.settle()


def reverse(scene):
    """the cells of an answer come last first; three are let pile up"""
    scene.lie(Cells(lambda address, cells: cells[::-1]))
    for _ in range(3):
        scene.say("ana", "dana")
        scene.say("rui", "ana")
    scene.look("dana")
    scene.look("ana")
    return scene.settle()


def delay(scene):
    """deposits are held back, and come when later ones are there"""
    held = []

    def deed(number, request, ask):
        if number % 3 == 0:
            return ask(request)
        held.append(request)
        return DONE
    scene.lie(Deposits(deed))
    converse(scene, 2)
    scene.rest()
    for request in held:
        scene.pass_on(request)
    return scene.settle()


def reflect(scene):
    """what somebody deposits comes back to themself"""
    sent = {}

    class Mirror(Honest):
        def request(self, request, ask):
            if record.call(request) == "deposit":
                sent.setdefault(request.actor, []).append(request.body)
                return ask(request)
            answer = ask(request)
            if record.call(request) == "collect" and answer.status == 200:
                own = [(0, cell) for cell in sent.get(request.actor, [])]
                answer.body = slots([(n + 1, cell) for n, (_, cell) in enumerate(own[-1:] + cells_of(answer.body))], len(answer.body) // wire.SLOT)
            return answer
    scene.lie(Mirror())
    converse(scene, 2)
    return scene.settle()


def swap(scene, choose):
    """Gives the cells of one mailbox to another. `choose` says to which, of all that were collected from."""
    waiting, seen = {}, []

    class Swap(Honest):
        def request(self, request, ask):
            answer = ask(request)
            if record.call(request) == "collect" and answer.status == 200:
                here = (request.actor, record.address(request))
                if here not in seen:
                    seen.append(here)
                cells = cells_of(answer.body)
                other = choose(here, seen)
                if other is not None:
                    waiting.setdefault(other, []).extend(cells)
                    cells = []
                mine = waiting.pop(here, [])
                answer.body = slots([(n + 1, cell) for n, (_, cell) in enumerate(mine + cells)], len(answer.body) // wire.SLOT)
            return answer
    scene.lie(Swap())
    for person in ("ana", "dana", "rui"):
        scene.look(person)
    converse(scene, 2)
    return scene.settle()


def swap_own(scene):
    """what comes to one of somebody's mailboxes is given at another of theirs"""
    return swap(scene, lambda here, seen: next((other for other in seen if other[0] == here[0] and other != here), None))


def swap_others(scene):
    """what comes to somebody's mailbox is given to somebody else"""
    return swap(scene, lambda here, seen: next((other for other in seen if other[0] != here[0]), None))


def copy_others(scene):
    """everything is given to everybody"""
    everything = []

    def change(address, cells):
        everything.extend(cells)
        return everything[:1] + cells + everything
    scene.lie(Cells(change))
    converse(scene, 2)
    return scene.settle()


def alter(scene):
    """a bit is turned in each cell"""
    scene.lie(Cells(lambda address, cells: [(n, cell[:4000] + bytes([cell[4000] ^ 16]) + cell[4001:]) for n, cell in cells]))
    converse(scene)
    return scene.settle()


def invent(scene):
    """cells that nobody sealed come with the others"""
    scene.lie(Cells(lambda address, cells: cells + [(0, os.urandom(wire.CELL)) for _ in range(3)]))
    converse(scene)
    return scene.settle()


def keep_acknowledged(scene):
    """acknowledgements are answered with yes, and not done"""
    class Deaf(Honest):
        def request(self, request, ask):
            return DONE if record.call(request) == "acknowledge" else super().request(request, ask)
    scene.lie(Deaf())
    converse(scene)
    return scene.settle()


def go_back(scene):
    """the relay is as it was before the last things were said"""
    before = scene.relay.state + ".before"
    scene.say("ana", "dana")
    scene.relay.kill()
    shutil.copytree(scene.relay.state, before)
    scene.restart()
    scene.look("dana")
    scene.say("dana", "ana")
    scene.say("ana", "dana")
    scene.look("dana")
    scene.restart(before)
    converse(scene)
    return scene.settle()


def no_mailbox(scene):
    """mailboxes are said to be made, and are not"""
    class Lazy(Honest):
        def request(self, request, ask):
            return DONE if record.call(request) == "make" else super().request(request, ask)
    scene.lie(Lazy())
    first_word(scene)
    scene.links["bo", 1] = ("rui", "Rui Santos")
    scene.look("rui")
    return scene.settle()


LIES = [drop, drop_all, drop_first_word, repeat_at_once, repeat_for_ever, store_twice, reverse, delay, reflect, swap_own, swap_others, copy_others,
        alter, invent, keep_acknowledged, go_back, no_mailbox]
