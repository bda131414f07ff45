"""The embedded PostgreSQL: its data folder, its start and what a killed one leaves behind."""

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from . import addresses, binaries, identity, processes
from .supervisor import Service

SOCKET = ".s.PGSQL.5432"
CARELESS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=400")
"""For tests: what a power cut would cost does not matter to data that is thrown away."""


class CannotStart(SystemExit):
    """PostgreSQL said no; the message carries its own last words."""


class Postgres:
    """One database server that listens on a socket in a folder, never on the network."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # the fast way: open transactions are rolled back

    def __init__(self, home: Path = addresses.VAR, *, options: tuple[str, ...] = ()) -> None:
        self.home = home
        self.options = options
        self.identity = identity.of_postgres()
        self.data, self.sockets, self.programs = self._places()
        self.log = home / "log" / "postgres.log"

    def _places(self) -> tuple[Path, Path, Path]:
        programs = binaries.postgres_folder()
        if self.identity.is_other:
            place = addresses.own_temp_folder(addresses.temp_folder_path(self.home), 0o755)
            return place / "pg", place / "run", identity.programs_for(self.identity, programs, place)
        sockets = addresses.socket_folder(self.home)
        if not sockets.is_relative_to(self.home):
            addresses.own_temp_folder(sockets.parent, 0o700)
        return self.home / "pg", sockets, programs

    @property
    def url(self) -> str:
        return addresses.postgres_url(self.sockets, self.home)

    def prepare(self) -> None:
        """Make the data folder if there is none, and end a server that still holds it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._own(addresses.private_folder(self.sockets))
        self._end_leftover()
        if not self.data.exists():
            self._make_cluster()
        self._check_owner()
        self._check_version()

    def start(self) -> subprocess.Popen[bytes]:
        command: list[str | Path] = [self.programs / "postgres", "-D", self.data, "-h", "", "-k", self.sockets]
        for option in self.options:
            command += ["-c", option]
        # From "/", because nobody may not be allowed where we are.
        return processes.start(
            command, cwd=Path("/"), log=self.log, death_signal=self.stop_signal, identity=self.identity
        )

    def service(self) -> Service:
        return Service(self.name, self.start, self.log, self.is_ready, self.stop_signal)

    def is_ready(self) -> bool:
        """Whether it lets clients in; the state line is the last one it writes when it starts."""
        try:
            state = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[7].strip()
        except (FileNotFoundError, IndexError):
            return False
        return state == "ready" and self._listens()

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as door:
            try:
                door.connect(str(self.sockets / SOCKET))
            except OSError:
                return False
        return True

    def _make_cluster(self) -> None:
        draft = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(draft, ignore_errors=True)  # of a first start that was interrupted
        self._own(addresses.private_folder(draft))
        # One locale everywhere, built in, so that sorting here is sorting in production.
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        self._run("initdb", "-D", draft, "-U", "postgres", "--auth=reject", "--no-instructions", *locale)
        # Nobody can sign in as the superuser: it has no password. The portal's own role is an ordinary one, as in
        # production, and may make databases for the tests.
        (draft / "pg_hba.conf").write_text("local all all scram-sha-256\n", encoding="ascii")
        password = addresses.secret(addresses.DATABASE_PASSWORD, self.home)
        role = f"CREATE ROLE {addresses.NAME} LOGIN CREATEDB PASSWORD '{password}';\n"
        database = f"CREATE DATABASE {addresses.NAME} OWNER {addresses.NAME};\n"
        self._run("postgres", "--single", "-D", draft, "postgres", typed=role + database)
        draft.rename(self.data)

    def _check_owner(self) -> None:
        owner = self.data.stat().st_uid
        if owner != (self.identity.user if self.identity.is_other else os.geteuid()):
            raise CannotStart(
                f"{self.data} belongs to user id {owner}. Start as that user, "
                "or move the folder away to begin with new sample data."
            )

    def _check_version(self) -> None:
        made_by = int((self.data / "PG_VERSION").read_text(encoding="ascii"))
        found = binaries.postgres_version(self.programs)
        if made_by != found:
            raise CannotStart(
                f"The data in {self.data} were made by PostgreSQL {made_by}, and this is PostgreSQL {found}. "
                "Move the folder away to begin with new sample data, or upgrade it with pg_upgrade."
            )

    def _end_leftover(self) -> None:
        """Stop a server that was left with our data, the fast way; forget one that is gone."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text(encoding="utf-8").splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return
        if processes.works_in(pid, self.data, "postgres"):
            processes.end({pid: self.stop_signal}, patience=20)
        elif processes.started_at(pid):
            # The number has gone to another process since. PostgreSQL would take that for a server and refuse.
            pid_file.unlink()
            (self.sockets / f"{SOCKET}.lock").unlink(missing_ok=True)

    def _run(self, program: str, *arguments: str | Path, typed: str = "") -> None:
        done = subprocess.run(
            [self.programs / program, *arguments],
            input=typed,
            capture_output=True,
            text=True,
            cwd="/",
            user=self.identity.user,
            group=self.identity.group,
            extra_groups=[] if self.identity.is_other else None,
            preexec_fn=self.identity.before_exec,
            check=False,
        )
        if done.returncode:
            raise CannotStart(f"PostgreSQL could not make its data folder {self.data}:\n{done.stderr.strip()}")

    def _own(self, folder: Path) -> None:
        if self.identity.user is not None and self.identity.group is not None:
            os.chown(folder, self.identity.user, self.identity.group)
