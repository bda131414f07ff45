"""The embedded Valkey: broker of the queues and cache, on a socket, with a log of every write on disk."""

import socket
import subprocess
from pathlib import Path

from . import addresses, binaries, processes
from .supervisor import Service


class Valkey:
    """One Valkey (or Redis) server for this checkout."""

    name = "Valkey"

    def __init__(self, home: Path = addresses.VAR, *, options: tuple[str, ...] = ()) -> None:
        self.home = home
        self.options = options
        self.program = binaries.valkey_server()
        self.data = home / "valkey"
        self.socket = addresses.valkey_socket(addresses.socket_folder(home))
        self.log = home / "log" / "valkey.log"

    @property
    def url(self) -> str:
        return addresses.valkey_url(self.socket.parent)

    def prepare(self) -> None:
        folder = self.socket.parent
        if not folder.is_relative_to(self.home):
            addresses.own_temp_folder(folder.parent, 0o700)
        addresses.private_folder(folder)
        addresses.private_folder(self.data)
        self.log.parent.mkdir(parents=True, exist_ok=True)

    def start(self) -> subprocess.Popen[bytes]:
        command: list[str | Path] = [
            self.program,
            "--port",
            "0",
            "--unixsocket",
            self.socket,
            "--unixsocketperm",
            "700",
        ]
        # The queue must survive a kill, and must refuse rather than forget when memory ends.
        command += ["--dir", self.data, "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"]
        return processes.start([*command, *self.options], log=self.log)

    def service(self) -> Service:
        return Service(self.name, self.start, self.log, self.is_ready)

    def is_ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(1)
            try:
                door.connect(str(self.socket))
                door.sendall(b"PING\r\n")
                return door.recv(16).startswith(b"+PONG")
            except OSError:
                return False
