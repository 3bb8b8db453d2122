"""The examples of relay.md and tokens.md, derived again. Exits 1 when one differs."""

import sys

import wire

ONE, TWO, THREE = bytes([1]) * 32, bytes([2]) * 32, bytes([3]) * 32
# test-key-ed25519 of RFC 9421 B.1.4.
KEY = wire.Key(wire.from_b64url("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU"))
PATH = "/v1/mailboxes/JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"


def signature(method, path, query, content):
    headers = wire.signed_headers(KEY, ONE, method, path, query, content, 1780000000, bytes([2]) * 16)
    return headers["signature"].removeprefix("callbox=:").removesuffix(":")


CASES = [
    ("POST with content", lambda: signature("POST", PATH + "/acknowledgements", "", b"hello"),
     "lLNJzalCdLPYB8XOrynFdkJP04EPpnnTvpuonRzIdNhuaEuJGdzHnLj/SD0JispHM1xZUbRUl1Y9DsHDgI3sDg=="),
    ("GET with a query", lambda: signature("GET", PATH + "/cells", "slots=2&wait=0", None),
     "Q/O4itEY2prIw977JPpRlyI99hd9hXL5SsZKpmICaY64I3gvzMy4ihR3TEkcrviiCsDZnUl5jTH/zT2cyGvZAQ=="),
    ("work for a deposit", lambda: wire.stamp(wire.DEPOSIT, ONE, TWO + THREE, 12, 20000)[4:], (5065).to_bytes(8, "big")),
    ("work for a mailbox", lambda: wire.stamp(wire.MAILBOX, ONE, TWO + bytes(32), 12, 20000)[4:], (1852).to_bytes(8, "big")),
]


def main():
    wrong = [name for name, derived, recorded in CASES if derived() != recorded]
    for name in wrong:
        print("FAILED  " + name)
    print("wire: %d of %d examples derived" % (len(CASES) - len(wrong), len(CASES)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
