"""Starting a process that cannot outlive us, and recognising a process we started before."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from .identity import OURSELVES, Identity

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LINUX = sys.platform == "linux"


def start(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    log: Path | None = None,
    env: Mapping[str, str] | None = None,
    death_signal: int = signal.SIGTERM,
    identity: Identity = OURSELVES,
) -> subprocess.Popen[bytes]:
    """Run `command` in a session of its own; on Linux it gets `death_signal` when this process dies, however it dies.

    Its own session keeps Ctrl-C in the terminal from reaching it before we have decided the order of stopping.
    """
    parent = os.getpid()

    def in_child() -> None:
        if identity.before_exec:
            identity.before_exec()
        # Last, because any change of credentials clears the signal.
        end_with_parent(death_signal, parent)

    output: IO[bytes] | None = log.open("ab") if log else None
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env=env,
            start_new_session=True,
            preexec_fn=in_child,
            user=identity.user,
            group=identity.group,
            extra_groups=[] if identity.is_other else None,
        )
    finally:
        if output:
            output.close()


def end_with_parent(death_signal: int, parent: int) -> None:
    """Ask the kernel to send this process `death_signal` when `parent`, the process that started it, is gone."""
    if not LINUX:
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:  # it died before we could ask
        os.kill(os.getpid(), signal.SIGKILL)


def started_at(pid: int) -> str | None:
    """A mark of the moment the process began, or nothing if it is gone. Together with the number it is unique."""
    if not LINUX:
        return _ps(pid, "lstart")
    try:
        # The name stands in brackets and may hold blanks and brackets itself.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, start_time = fields[0], fields[19]
    return None if state == "Z" else start_time


def works_in(pid: int, folder: Path, program: str) -> bool:
    """Whether this process is `program` at work in `folder`; where the folder cannot be seen, the name decides."""
    if not LINUX:
        return (_ps(pid, "comm") or "").endswith(program)
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
        return os.path.basename(os.fsdecode(command)) == program and Path(f"/proc/{pid}/cwd").samefile(folder)
    except OSError:
        return False


def end(pids: Mapping[int, int], patience: float) -> None:
    """Send each process its signal, wait for all of them, and kill what is left."""
    for pid, wanted in pids.items():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, wanted)
    deadline = time.monotonic() + patience
    while any(started_at(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in pids:
        kill_group(pid)


def kill_group(leader: int) -> None:
    """Kill what is left of a process started here and of all that it started itself."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _ps(pid: int, column: str) -> str | None:
    said = subprocess.run(["ps", "-o", f"{column}=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return said.stdout.strip() or None
