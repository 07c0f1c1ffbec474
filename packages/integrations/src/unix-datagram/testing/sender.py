"""Sends datagrams to a Unix socket and prints how many it sent, and how often it was not taken at once.

Usage: sender.py PATH numbered COUNT | sized BYTES... | refused COUNT
"""
import json
import socket
import sys

path, what, *rest = sys.argv[1:]
sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sender.connect(path)
sent = refused = 0
if what == "numbered":
    for number in range(int(rest[0])):
        sender.send(str(number).encode())
        sent += 1
elif what == "sized":
    for size in map(int, rest):
        sender.send(bytes(at & 0xFF for at in range(size)))
        sent += 1
else:
    sender.setblocking(False)
    for _ in range(int(rest[0])):
        try:
            sender.send(b"x")
            sent += 1
        except BlockingIOError:
            refused += 1
print(json.dumps({"sent": sent, "refused": refused}))
