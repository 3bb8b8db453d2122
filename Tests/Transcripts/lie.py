"""A relay that lies: changes what a stopped relay has stored, as whoever runs it could. Its row checks are no secret, and are made anew.

    lie.py STATE document OLD NEW     the newest program document says NEW instead of OLD, under the signatures that it has
    lie.py STATE sheets               the signature of every member's keys of every day is another one
"""

import base64
import hashlib
import json
import sqlite3
import sys


def blake2b(data):
    return hashlib.blake2b(data, digest_size=32).digest()


def document(database, old, new):
    """One word of the newest document is exchanged for one that is as long."""
    row, envelope = database.execute("SELECT rowid, envelope FROM program_document ORDER BY version DESC LIMIT 1").fetchone()
    payload = json.loads(envelope)["payload"]
    content = base64.b64decode(payload)
    if content.count(old.encode()) == 0 or len(old) != len(new):
        sys.exit("lie: the document does not say %s, or the other word is not as long" % old)
    forged = envelope.replace(payload.encode(), base64.b64encode(content.replace(old.encode(), new.encode())))
    database.execute("UPDATE program_document SET envelope = ?, tag = ? WHERE rowid = ?", (forged, blake2b(forged), row))


def sheets(database):
    """The last byte of each sheet, which is its signature's, is another."""
    for row, key, sheet in database.execute("SELECT rowid, key, bytes FROM sheet").fetchall():
        forged = sheet[:-1] + bytes([sheet[-1] ^ 1])
        check = int.from_bytes(blake2b(b"callbox/v1/row-sheet" + key + forged)[:8], "big", signed=True)
        database.execute("UPDATE sheet SET bytes = ?, guard = ? WHERE rowid = ?", (forged, check, row))


def main():
    state, what, words = sys.argv[1], sys.argv[2], sys.argv[3:]
    database = sqlite3.connect(state + "/relay.sqlite")
    with database:
        {"document": document, "sheets": sheets}[what](database, *words)
    database.close()


if __name__ == "__main__":
    main()
