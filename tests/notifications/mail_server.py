"""A mail server that accepts everything and remembers it, outside of what the tests kill."""

import socketserver
import threading
import time
from email import message_from_bytes


class MailServer:
    """Listens on a port of its own in a thread; `accepted` are the mails as they came, in order."""

    def __init__(self, pause: float = 0.0) -> None:
        self.accepted: list[bytes] = []
        self.pause = pause
        outer = self

        class Talk(_Talk):
            server_of_test = outer

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def by_id(self) -> dict[str, list[bytes]]:
        """The mails under their Message-ID."""
        found: dict[str, list[bytes]] = {}
        for mail in list(self.accepted):
            found.setdefault(message_from_bytes(mail)["Message-ID"], []).append(mail)
        return found


class _Talk(socketserver.StreamRequestHandler):
    server_of_test: MailServer

    def handle(self) -> None:
        self.say(b"220 test")
        while line := self.rfile.readline():
            match line.split()[0].upper():
                case b"EHLO" | b"HELO":
                    self.say(b"250 test")
                case b"DATA":
                    self.say(b"354 go on")
                    self.accept()
                case b"QUIT":
                    self.say(b"221 bye")
                    return
                case _:
                    self.say(b"250 ok")

    def accept(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if line:
            time.sleep(self.server_of_test.pause)
            self.server_of_test.accepted.append(b"".join(lines))
            self.say(b"250 accepted")

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")
