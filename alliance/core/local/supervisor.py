"""Keeps a set of services running, restarts what exits, and stops all of it in order."""

import contextlib
import json
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from . import processes

GLANCE = 0.1  # seconds between two looks at the services
FIRST_PAUSE = 2.0  # seconds before the first restart; each further one waits twice as long
QUICK = 10.0  # a service that lived shorter than this died quickly
GIVE_UP_AFTER = 5  # quick deaths in a row
PATIENCE = 20.0  # seconds between asking a service to end and killing it


class GaveUp(SystemExit):
    """A service cannot be kept alive; the message holds the end of its log."""


class Stopped(Exception):
    """Somebody asked us to stop while we were waiting for something."""


@dataclass
class Service:
    """Something that is meant to run as long as we do."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    log: Path
    is_ready: Callable[[], bool] = lambda: True
    stop_signal: int = signal.SIGTERM
    child: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_deaths: int = 0
    start_again_at: float = 0.0

    @property
    def is_running(self) -> bool:
        return self.child is not None and self.child.poll() is None


@dataclass
class Supervisor:
    """Runs services until it is told to stop. They start in the order given and stop in the reverse."""

    pid_file: Path
    say: Callable[[str], None] = print
    services: list[Service] = field(default_factory=list)
    is_stopping: bool = False
    is_impatient: bool = False

    def listen_for_signals(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal stop everything; a second one stops it at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup means it
                signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.is_impatient = self.is_stopping
        self.is_stopping = True

    def end_leftovers(self) -> None:
        """End what a supervisor left here that was killed where the kernel does not end its children for it."""
        left = {pid: wanted for pid, began, wanted in self._written_pids() if processes.started_at(pid) == began}
        processes.end(left, PATIENCE)

    def launch(self, service: Service, *, patience: float = 60.0) -> None:
        """Start a service and wait until it is ready."""
        self.services.append(service)
        self._start(service)
        self.wait_for(service.is_ready, patience, f"{service.name} did not get ready.{_last_words(service.log)}")

    def wait_for(self, is_true: Callable[[], bool], patience: float, complaint: str) -> None:
        deadline = time.monotonic() + patience
        while not is_true():
            if time.monotonic() > deadline:
                raise GaveUp(complaint)
            self.glance()

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        with contextlib.suppress(Stopped):
            while not until():
                self.glance()

    def glance(self) -> None:
        """One look at everything: note deaths, start again what is due, and rest a moment."""
        if self.is_stopping:
            raise Stopped
        for service in self.services:
            if service.child is not None and service.child.poll() is not None:
                self._note_death(service)
            elif service.child is None and time.monotonic() >= service.start_again_at:
                self._start(service)
        time.sleep(GLANCE)

    def stop(self) -> None:
        while self.services:
            service = self.services.pop()
            if service.child is not None and service.is_running:
                self.say(f"Stopping {service.name} …")
                self._end(service, service.child)
        self.pid_file.unlink(missing_ok=True)

    def _end(self, service: Service, child: subprocess.Popen[bytes]) -> None:
        child.send_signal(service.stop_signal)
        deadline = time.monotonic() + PATIENCE
        while child.poll() is None and time.monotonic() < deadline and not self.is_impatient:
            time.sleep(0.02)
        processes.kill_group(child.pid)
        child.wait()

    def _start(self, service: Service) -> None:
        service.child = service.start()
        service.started = time.monotonic()
        self._write_pids()

    def _note_death(self, service: Service) -> None:
        assert service.child is not None
        processes.kill_group(service.child.pid)  # its own children, where it was killed before it could end them
        lived = time.monotonic() - service.started
        service.quick_deaths = service.quick_deaths + 1 if lived < QUICK else 0
        if service.quick_deaths >= GIVE_UP_AFTER:
            raise GaveUp(f"{service.name} ended {GIVE_UP_AFTER} times right after its start.{_last_words(service.log)}")
        pause = FIRST_PAUSE * 2 ** max(service.quick_deaths - 1, 0)
        self.say(f"{service.name} ended ({_how(service.child.returncode)}) and starts again in {pause:.0f} s.")
        service.child = None
        service.start_again_at = time.monotonic() + pause

    def _write_pids(self) -> None:
        running = [(s.child.pid, processes.started_at(s.child.pid), s.stop_signal) for s in self.services if s.child]
        self.pid_file.write_text(json.dumps(running), encoding="utf-8")

    def _written_pids(self) -> Sequence[tuple[int, str, int]]:
        try:
            return json.loads(self.pid_file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return []


def _how(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _last_words(log: Path, lines: int = 15) -> str:
    """The end of a log for the terminal, with its name for whoever wants all of it."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    except FileNotFoundError:
        return ""
    return "\n".join([f" The end of {log}:", *(f"    {line}" for line in text)])
