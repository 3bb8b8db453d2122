"""Looks in optimised programs for an array that is freed before it is filled.

The optimiser of Swift 6.3.1 does this where an array is made from a slice and nobody wants it (`_ = [UInt8](slice)`, also after inlining): it moves
the release in front of the copy. What is then written lands in memory that belongs to somebody else. A debug build shows nothing of it, and the
program may run for days. In machine code it is plain: the result of swift_allocObject goes to swift_release, and then its elements, 32 bytes on,
are where memcpy writes. Followed in a straight line through registers and stack slots, which is how the compiler lays it out.

    freed_early.py PROGRAM…      exit code 1 when there is such a place, 2 when a program cannot be read
"""

import re
import subprocess
import sys

FUNCTION = re.compile(r"^[0-9a-f]+ <(.*)>:$")
MOVE = re.compile(r"mov\s+(\S+),(\S+)$")
ELEMENTS = re.compile(r"lea\s+0x20\((%\w+)\),%rdi$")
WRITTEN = re.compile(r",(%\w+)$")
# What a call may change.
LOST = ("%rax", "%rdi", "%rsi", "%rdx", "%rcx", "%r8", "%r9", "%r10", "%r11")
FAR = 45  # instructions from the allocation to the copy


def functions(program):
    """Each function's name and its instructions."""
    lines = subprocess.Popen(["objdump", "-d", "--no-show-raw-insn", program], stdout=subprocess.PIPE, text=True)
    name, body = None, []
    for line in lines.stdout:
        line = line.rstrip("\n")
        match = FUNCTION.match(line)
        if match:
            if name:
                yield name, body
            name, body = match[1], []
        elif line.strip():
            body.append(line.split("\t", 1)[-1].split("#")[0].strip())
    if name:
        yield name, body
    if lines.wait() != 0:
        raise OSError("objdump cannot read " + program)


def is_freed_early(following):
    """Whether what was just allocated is released and then copied into, in these instructions."""
    places, elements, released = {"%rax"}, False, False
    for word in following:
        move, address = MOVE.match(word), ELEMENTS.match(word)
        if move:
            if move[1] in places:
                places.add(move[2])
            else:
                places.discard(move[2])
            if move[2] == "%rdi":
                elements = False
        elif address:
            elements = address[1] in places
            places.discard("%rdi")
        elif re.match(r"add\s+\$0x20,%rdi$", word) and "%rdi" in places:
            places.discard("%rdi")
            elements = True
        elif "call" in word:
            if "swift_release" in word and "%rdi" in places:
                released = True
            if released and elements and re.search("memcpy|memmove", word):
                return True
            places.difference_update(LOST)
            elements = False
            if not places:
                return False
        elif re.match("jmp|ret", word):
            return False
        else:
            written = WRITTEN.search(word)
            if written and not word.startswith(("cmp", "test")):
                places.discard(written[1])
    return False


def main():
    """Says what was looked at, and what was found."""
    found = 0
    for program in sys.argv[1:]:
        count = 0
        for name, body in functions(program):
            count += 1
            for place, word in enumerate(body):
                if "call" in word and "swift_allocObject" in word and is_freed_early(body[place + 1:place + FAR]):
                    print("freed-early: %s: %s" % (program, name))
                    found += 1
        if count == 0:
            print("freed-early: %s has no functions that can be seen" % program, file=sys.stderr)
            return 2
        print("freed-early: %s: %d functions looked at" % (program, count))
    return 1 if found else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except OSError as error:
        print("freed-early: %s" % error, file=sys.stderr)
        sys.exit(2)
