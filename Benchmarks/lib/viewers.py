"""viewers.py PORT PATH COUNT SECONDS [still]: COUNT viewers of a stream of pictures with the key in LAYERBERRY_KEY.

Prints "open" when each has its first picture; at the end pictures a second of each viewer (mean, fewest, most), and
milliseconds from the moment that a picture's own comment tells to its last byte (median, p99, worst). With "still"
the path is a file that is fetched again and again by each viewer, ten times a second, and nothing is told of delay.
"""

import os
import re
import selectors
import socket
import sys
import time

port, path, count, seconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
still = len(sys.argv) > 5
key = os.environ.get("LAYERBERRY_KEY", "")
selector = selectors.DefaultSelector()
moment = re.compile(rb"frame \d+ at (\d+)\.(\d{6})")
scratch = bytearray(1 << 20)
delays = []


class Viewer:
    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.head = b""
        self.left = 0
        self.made = None
        self.pictures = 0
        selector.register(self.socket, selectors.EVENT_READ, self)
        self.ask()

    def ask(self):
        request = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nX-API-Key: {key}\r\n\r\n"
        self.socket.sendall(request.encode())

    def read(self):
        size = self.socket.recv_into(scratch)
        if size == 0:
            raise SystemExit("a stream ended")
        view = memoryview(scratch)[:size]
        while len(view):
            if self.left:
                step = min(self.left, len(view))
                if self.made is None and not still:
                    self.head += bytes(view[: min(step, 2048)])
                    found = moment.search(self.head)
                    if found:
                        self.made = int(found[1]) + int(found[2]) / 1e6
                        self.head = b""
                self.left -= step
                view = view[step:]
                if self.left == 0:
                    self.pictures += 1
                    self.head = b""
                    if self.made is not None and counting:
                        delays.append(time.monotonic() - self.made)
                    self.made = None
                continue
            self.head += bytes(view)
            view = view[:0]
            length = re.search(rb"Content-Length: (\d+)\r\n(?:[^\r\n]+\r\n)*\r\n", self.head)
            if length:
                rest = self.head[length.end() :]
                self.head = b""
                self.left = int(length[1])
                view = memoryview(rest)


counting = False
viewers = [Viewer() for _ in range(count)]
opened = False
end = None
turn = time.monotonic()
while end is None or time.monotonic() < end:
    for entry, _ in selector.select(0.01 if still else 1):
        entry.data.read()
    if still and time.monotonic() >= turn:
        turn += 0.1
        for viewer in viewers:
            if viewer.left == 0 and not viewer.head:
                viewer.ask()
    if not opened and all(viewer.pictures for viewer in viewers):
        opened = True
        counting = True
        for viewer in viewers:
            viewer.pictures = 0
        begin = time.monotonic()
        end = begin + seconds
        print("open", flush=True)
rates = sorted(viewer.pictures / (time.monotonic() - begin) for viewer in viewers)
line = f"pictures a second: mean {sum(rates) / count:.2f}, fewest {rates[0]:.2f}, most {rates[-1]:.2f}"
if delays:
    delays.sort()
    pick = [1000 * delays[min(len(delays) - 1, int(len(delays) * share))] for share in (0.5, 0.99, 1)]
    line += f"; from camera to viewer: median {pick[0]:.1f} ms, p99 {pick[1]:.1f} ms, worst {pick[2]:.1f} ms"
print(line)
