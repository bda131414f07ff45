"""A load of its own: keep-alive connections that ask, read and ask again, bounded in time."""

import multiprocessing
import socket
import time
from dataclasses import dataclass
from itertools import cycle
from statistics import median, quantiles

PROCESSES = 2
CONNECTIONS = 4
# On a busy machine a measurement goes on for so many requests, up to so many times its length.
FEWEST = 20
LONGEST = 8


@dataclass(frozen=True)
class Load:
    requests: int
    seconds: float
    # Milliseconds at the median and for the slowest twentieth.
    p50: float
    p95: float
    bytes: int

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def run(port: int, paths: list[str], *, seconds: float, cookie: str = "", concurrency: int = CONNECTIONS) -> Load:
    """Ask for these addresses in turn.

    Any answer but 200 ends the benchmark: an error page is quick and proves nothing.
    """
    requests = [request(path, cookie) for path in paths]
    context = multiprocessing.get_context("fork")
    with context.Pool(PROCESSES) as pool:
        jobs = [(port, requests[number::PROCESSES] or requests, seconds, concurrency) for number in range(PROCESSES)]
        parts = pool.starmap(_ask, jobs)
    times = sorted(duration for part, *_ in parts for duration in part)
    size = max(size for _, size, _ in parts)
    took = max(length for *_, length in parts)
    p95 = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return Load(len(times), took, median(times) * 1000, p95 * 1000, size)


def request(path: str, cookie: str) -> bytes:
    cookies = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n{cookies}\r\n".encode()


def _ask(port: int, requests: list[bytes], seconds: float, concurrency: int) -> tuple[list[float], int, float]:
    """All connections ask, then all are read: the server always has work, and this loop costs little."""
    sockets = [_connect(port) for _ in range(concurrency)]
    turns = cycle(requests)
    times: list[float] = []
    size = 0
    begun = time.perf_counter()
    deadline, end = begun + seconds, begun + seconds * LONGEST
    sent = [0.0] * concurrency
    for index, door in enumerate(sockets):
        sent[index] = time.perf_counter()
        door.sendall(next(turns))
    while (now := time.perf_counter()) < deadline or (len(times) < FEWEST and now < end):
        for index, door in enumerate(sockets):
            size = max(size, _read(door))
            now = time.perf_counter()
            times.append(now - sent[index])
            sent[index] = now
            door.sendall(next(turns))
    took = time.perf_counter() - begun
    # What is still on its way is read, so that the next measurement finds an idle server.
    for door in sockets:
        _read(door)
        door.close()
    return times, size, took


def _connect(port: int) -> socket.socket:
    door = socket.create_connection(("127.0.0.1", port), timeout=60)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door


def _read(door: socket.socket) -> int:
    data = door.recv(65536)
    while b"\r\n\r\n" not in data:
        more = door.recv(65536)
        if not more:
            raise SystemExit("The server hung up.")
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"Not a page: {head[:200]!r}")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    got = len(body)
    while got < length:
        got += len(door.recv(65536))
    return got
