"""A mail server that takes everything, in a process of its own.

python -m benchmarks.sink nothing|disk <folder>    prints its port; answers `accepted` and `last` on its input
"""

import base64
import itertools
import os
import socketserver
import sys
import threading
from pathlib import Path


def main(kind: str, folder: str) -> None:
    spool = Path(folder)
    spool.mkdir(parents=True, exist_ok=True)
    taken: list[bytes] = [b""]
    numbers = itertools.count(1)
    count = 0
    lock = threading.Lock()

    def keep(mail: bytes) -> None:
        nonlocal count
        if kind == "disk":
            _write(spool / f"{next(numbers)}.eml", mail)
        with lock:
            count += 1
            taken[0] = mail

    class Talk(socketserver.StreamRequestHandler):
        disable_nagle_algorithm = True

        def handle(self) -> None:
            self.wfile.write(b"220 sink\r\n")
            while line := self.rfile.readline():
                match line[:4].upper():
                    case b"EHLO":
                        # What Postfix and others say as well.
                        self.wfile.write(b"250-sink\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250 8BITMIME\r\n")
                    case b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        lines = []
                        while (line := self.rfile.readline()) not in (b".\r\n", b""):
                            lines.append(line)
                        keep(b"".join(lines))
                        self.wfile.write(b"250 ok\r\n")
                    case b"QUIT":
                        self.wfile.write(b"221 bye\r\n")
                        return
                    case _:
                        self.wfile.write(b"250 ok\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    for line in sys.stdin:
        print(count if line.strip() == "accepted" else base64.b64encode(taken[0]).decode(), flush=True)


def _write(path: Path, mail: bytes) -> None:
    """As a mail server puts it into its queue; another part of it would carry it on at once."""
    with path.open("wb") as file:
        file.write(mail)
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


if __name__ == "__main__":
    main(*sys.argv[1:])
