"""sockets.py PORT COUNT SECONDS: opens COUNT WebSockets with the key in LAYERBERRY_KEY, reads for SECONDS, counts messages.

Prints "open" when all are open, and at the end how many states each client got in a second: mean, fewest, most.
"""

import base64
import os
import selectors
import socket
import sys
import time

port, count, seconds = (int(word) for word in sys.argv[1:4])
key = os.environ["LAYERBERRY_KEY"]
selector = selectors.DefaultSelector()
states = {}
buffers = {}


def connect():
    client = socket.create_connection(("127.0.0.1", port))
    nonce = base64.b64encode(os.urandom(16)).decode()
    client.sendall(
        f"GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {key}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {nonce}\r\n\r\n".encode()
    )
    head = b""
    while b"\r\n\r\n" not in head:
        piece = client.recv(4096)
        if not piece:
            sys.exit("closed in the handshake")
        head += piece
    if b" 101 " not in head.split(b"\r\n")[0]:
        sys.exit(head.decode(errors="replace"))
    client.setblocking(False)
    selector.register(client, selectors.EVENT_READ)
    states[client] = 0
    buffers[client] = bytearray(head.split(b"\r\n\r\n", 1)[1])


def frames(buffer):
    """Takes whole frames from the buffer: the payloads of text messages."""
    while len(buffer) >= 2:
        length, start = buffer[1] & 127, 2
        if length == 126:
            if len(buffer) < 4:
                return
            length, start = int.from_bytes(buffer[2:4], "big"), 4
        elif length == 127:
            if len(buffer) < 10:
                return
            length, start = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < start + length:
            return
        if buffer[0] & 15 == 1:
            yield bytes(buffer[start : start + 40])
        del buffer[: start + length]


for _ in range(count):
    connect()
print("open", flush=True)
begin = time.monotonic()
while time.monotonic() - begin < seconds:
    for ready, _ in selector.select(timeout=0.5):
        client = ready.fileobj
        try:
            piece = client.recv(65536)
        except BlockingIOError:
            continue
        if not piece:
            sys.exit("a socket was closed by the service")
        buffers[client] += piece
        states[client] += sum(b'"printer_state"' in text for text in frames(buffers[client]))
rates = sorted(number / seconds for number in states.values())
print(f"states a second at each client: mean {sum(rates) / count:.2f}, fewest {rates[0]:.2f}, most {rates[-1]:.2f}")
