"""What was sent to a relay and what came back, and which promises the two break. In the words of Jepsen's queue checkers: a cell is
lost (answered 204, then gone), unexpected (never sent, altered, or refused and yet there), duplicated, or recovered (no answer, yet
stored: allowed). Two more are ours: returned (acknowledged, and delivered again) and disordered.

A history is kept in the memory of the process that drives the test, which no fault reaches."""

import threading
import time
from collections import Counter

import wire

BROKEN = ("lost", "unexpected", "duplicated", "returned", "disordered", "surprises")
COLUMNS = ("deposited", "acknowledged", *BROKEN, "recovered")


class _Cell:
    def __init__(self):
        self.first_sent = time.monotonic()
        self.answered = None   # when the first 204 came
        self.unanswered = False
        self.sequences = set()
        self.erasing = False   # an acknowledgement was sent
        self.erased = None     # when its 204 came
        self.lost = self.returned = False


class Ledger:
    """The history of one mailbox. Any number of threads may deposit, and one at a time collect."""

    def __init__(self):
        self._lock, self._cells, self._strays = threading.Lock(), {}, set()
        self.surprises = []

    # Deposits

    def sending(self, cell):
        with self._lock:
            self._cells.setdefault(wire.cell_id(cell), _Cell())

    def stored(self, cell):
        with self._lock:
            known = self._cells[wire.cell_id(cell)]
            known.answered = known.answered or time.monotonic()

    def unanswered(self, cell):
        with self._lock:
            self._cells[wire.cell_id(cell)].unanswered = True

    def refused(self, cell):
        """A cell without an answer is known not to be there: it must never come."""
        with self._lock:
            self._cells[wire.cell_id(cell)].unanswered = False

    def surprise(self, what):
        with self._lock:
            self.surprises.append(what)

    # Deliveries

    def delivered(self, items, begun):
        """The (sequence, cell) pairs of one answer to a request that was sent at `begun`. Returns (sequence, cell id) pairs."""
        named = [(sequence, wire.cell_id(cell)) for sequence, cell in items]
        with self._lock:
            for sequence, name in named:
                cell = self._cells.get(name)
                if cell is None:
                    self._strays.add(name)
                    continue
                if cell.erased is not None and cell.erased < begun:
                    cell.returned = True
                cell.sequences.add(sequence)
        return named

    def acknowledging(self, named):
        with self._lock:
            for _, name in named:
                if name in self._cells:
                    self._cells[name].erasing = True

    def acknowledged(self, named):
        with self._lock:
            for _, name in named:
                if name in self._cells and self._cells[name].erased is None:
                    self._cells[name].erased = time.monotonic()

    def emptied(self, seen):
        """Says that the whole mailbox was collected and that `seen` (cell ids) is all there was. Returns how many are lost."""
        with self._lock:
            lost = 0
            for name, cell in self._cells.items():
                if cell.answered is not None and not cell.erasing and name not in seen and not cell.lost:
                    cell.lost = True
                    lost += 1
            return lost

    def waiting(self):
        """The ids of the cells that must be there."""
        with self._lock:
            return {name for name, cell in self._cells.items() if cell.answered is not None and not cell.erasing}

    # Judgement

    def counts(self):
        with self._lock:
            cells, count = self._cells.values(), Counter({column: 0 for column in COLUMNS})
            for cell in cells:
                count["deposited"] += 1
                count["acknowledged"] += cell.answered is not None
                count["lost"] += cell.lost
                count["returned"] += cell.returned
                count["duplicated"] += len(cell.sequences) > 1
                refused = cell.answered is None and not cell.unanswered
                count["unexpected"] += refused and bool(cell.sequences)
                count["recovered"] += cell.answered is None and cell.unanswered and bool(cell.sequences)
            count["unexpected"] += len(self._strays)
            count["disordered"] = self._disordered(cells)
            count["surprises"] = len(self.surprises)
            return count

    @staticmethod
    def _disordered(cells):
        """Cells that stand after one which was first sent only when they had been answered already."""
        placed = sorted((cell for cell in cells if cell.sequences), key=lambda cell: -min(cell.sequences))
        wrong, earliest = 0, float("inf")
        for cell in placed:
            wrong += earliest < cell.first_sent
            if cell.answered is not None:
                earliest = min(earliest, cell.answered)
        return wrong


def total(ledgers):
    return sum((ledger.counts() for ledger in ledgers), Counter({column: 0 for column in COLUMNS}))


def is_broken(count):
    return any(count[column] for column in BROKEN)
