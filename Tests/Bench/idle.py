"""Opens TLS connections that do nothing, and says what each costs a server: `idle.py PORT PID IDLE CHURN`."""
import socket
import ssl
import sys
import time

port, pid, idle, churn = map(int, sys.argv[1:])
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
REQUEST = b"GET /v1/relay HTTP/1.1\r\nHost: localhost\r\n\r\n"


def resident() -> int:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def established() -> int:
    with open("/proc/net/tcp") as rows:
        return sum(row.split()[1].endswith(f":{port:04X}") and row.split()[3] == "01" for row in rows)


def connect() -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", port))
    # Or the request waits 40 ms behind the handshake, and the first connections have gone before the last have come.
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection = context.wrap_socket(plain)
    connection.sendall(REQUEST)
    connection.recv(4096)
    return connection


for _ in range(200):
    connect().close()
time.sleep(2)
before = resident()
held = [connect() for _ in range(idle)]
time.sleep(2)
during = resident()
if established() < idle:
    sys.exit(f"only {established()} of {idle} connections are open")
print(f"resident before: {before} KiB, with {idle} idle connections: {during} KiB")
print(f"idle KiB each: {(during - before) / idle:.1f}")
for connection in held:
    connection.close()
for _ in range(churn - idle):
    connect().close()
# Memory is given back on a timer.
for _ in range(90):
    time.sleep(1)
    after = resident()
    if after <= before * 1.2:
        break
print(f"after {churn} came and went: {after} KiB")
print(f"after as a multiple: {after / before:.2f}")
