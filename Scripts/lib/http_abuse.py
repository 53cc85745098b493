"""http_abuse.py BASE PID SECONDS: abuses the server at BASE, and watches its memory and its /health meanwhile."""

import socket
import subprocess
import sys
import threading
import time
import urllib.request
from urllib.parse import urlsplit

base, pid, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
place = urlsplit(base)
address = (place.hostname, place.port)
allowed_megabytes = 32
slowest_answer = 2.0


def anonymous():
    with open(f"/proc/{pid}/smaps_rollup") as rollup:
        for line in rollup:
            if line.startswith("Anonymous:"):
                return int(line.split()[1]) / 1024
    raise SystemExit("the service is gone")


class Watch(threading.Thread):
    """Asks /health five times a second, and notes the slowest answer and the most memory."""

    def __init__(self):
        super().__init__(daemon=True)
        self.slowest = 0.0
        self.most = 0.0
        self.asked = 0
        self.failures = []
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.wait(0.2):
            begin = time.monotonic()
            try:
                with urllib.request.urlopen(base + "/health", timeout=5) as answer:
                    answer.read()
            except OSError as error:
                self.failures.append(str(error))
            self.asked += 1
            self.slowest = max(self.slowest, time.monotonic() - begin)
            self.most = max(self.most, anonymous())


def slowhttptest(*arguments):
    command = ["slowhttptest", "-c", "4000", "-r", "1000", "-l", str(seconds), "-p", "3", "-u", *arguments]
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def held(first_bytes, number=5000):
    """Opens so many connections, sends each the same beginning, and keeps them as long as the server lets it."""
    clients = []
    for _ in range(number):
        try:
            client = socket.create_connection(address, timeout=5)
            if first_bytes:
                client.sendall(first_bytes)
            clients.append(client)
        except OSError:
            pass
    time.sleep(seconds)
    for client in clients:
        client.close()


def half_open():
    """A request, and then only one side of the connection; none of the answers is read."""
    clients = []
    for _ in range(2000):
        try:
            client = socket.create_connection(address, timeout=5)
            client.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.shutdown(socket.SHUT_WR)
            clients.append(client)
        except OSError:
            pass
    time.sleep(seconds)
    for client in clients:
        client.close()


def pipelining():
    """Requests without end on one connection, and nobody who reads the answers."""
    client = socket.create_connection(address, timeout=5)
    client.settimeout(1)
    request = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" * 500
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            try:
                client.send(request)
            except TimeoutError:
                pass
    except OSError:
        pass
    client.close()


abuses = [
    ("slow headers (slowloris)", lambda: slowhttptest(base + "/health", "-H", "-i", "2")),
    ("slow bodies", lambda: slowhttptest(base + "/api/v1/auth/login", "-B", "-i", "2", "-s", "65536", "-t", "POST")),
    ("slow readers", lambda: slowhttptest(base + "/docs", "-X", "-w", "1", "-y", "8", "-n", "2", "-z", "8", "-k", "4")),
    ("many ranges", lambda: slowhttptest(base + "/openapi.json", "-R", "-a", "1", "-b", "2000")),
    ("5,000 idle connections", lambda: held(b"")),
    ("5,000 begun requests", lambda: held(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ")),
    ("5,000 announced bodies", lambda: held(
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 1000000\r\n\r\n{")),
    ("half-open sockets", half_open),
    ("pipelining without reading", pipelining),
]

failed = False
for name, abuse in abuses:
    time.sleep(1)
    before = anonymous()
    watch = Watch()
    watch.start()
    abuse()
    watch.stopped.set()
    watch.join()
    grown = watch.most - before
    isFine = not watch.failures and watch.slowest < slowest_answer and grown < allowed_megabytes
    failed = failed or not isFine
    print(
        f"{'fine' if isFine else 'BAD '}  {name}: {watch.asked} times /health, slowest {watch.slowest * 1000:.0f} ms, "
        f"{len(watch.failures)} without answer, {grown:+.1f} MB", flush=True)
    for failure in watch.failures[:3]:
        print("      " + failure)
sys.exit(1 if failed else 0)
