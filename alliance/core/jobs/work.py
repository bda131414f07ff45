"""What a running job sees of itself: its parameters, whose rights it has, and how to say how far it is."""

import contextlib
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from ..models import Job

AT_MOST_EVERY = 0.5  # seconds between two writes of progress

PROGRESS = """
    UPDATE core_job SET done = %s, total = %s, stage = %s, heartbeat_at = clock_timestamp()
    WHERE id = %s AND lease_token = %s AND state = 'running'
    RETURNING cancel_requested
"""


class Cancelled(Exception):
    """Somebody asked to stop, or the lease was lost: nothing more is to be written."""


class Work:
    """One attempt of one job. Say `progress` at least every half minute: a minute of silence is taken for death."""

    def __init__(self, job: Job, token: uuid.UUID) -> None:
        self.job = job
        self.token = token
        self.params: dict[str, Any] = job.params
        self.by: Any = job.requested_by
        self.language = job.language
        self.file_name = ""
        self.media_type = ""
        self.path: Path | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._said = (0, 0, "")
        self._written_at = time.monotonic()
        self._is_inside = connection.in_atomic_block
        self._line: BaseDatabaseWrapper | None = None

    def progress(self, done: int, total: int = 0, stage: str = "") -> None:
        """So much of `total` is done, counted over all stages: it never goes back. Cheap to call for every row.

        Raises Cancelled when somebody asked to stop, or when another worker was given the job meanwhile.
        """
        before = self._said
        done = max(done, before[0])
        self._said = (done, max(total, before[1], done), stage or before[2])
        if self._said[2] != before[2] or time.monotonic() - self._written_at >= AT_MOST_EVERY:
            self.write()

    @contextlib.contextmanager
    def file(self, name: str, media_type: str) -> Iterator[IO[bytes]]:
        """The file of this job, written beside its final place and kept when `run` returns. One for each job."""
        path = self.file_path(name, media_type)
        with path.open("wb") as file:
            yield file

    def file_path(self, name: str, media_type: str) -> Path:
        """The same for libraries that want a path."""
        if self.path is not None:
            raise RuntimeError("A job has one file.")
        self._folder = tempfile.TemporaryDirectory(prefix="job-")
        self.file_name, self.media_type = name, media_type
        self.path = Path(self._folder.name) / "content"
        return self.path

    def close(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
        if self._line is not None and self._line is not connection:
            self._line.close()

    def write(self) -> None:
        """On a connection of its own: inside the work's transaction nobody would see it before the end."""
        self._written_at = time.monotonic()
        if self._line is None:
            # Where a transaction was open before the work began, as in a test, only its own connection sees the row.
            self._line = connection if self._is_inside else connections.create_connection(connection.alias)
        with self._line.cursor() as cursor:
            cursor.execute(PROGRESS, [*self._said, self.job.pk, self.token])
            row = cursor.fetchone()
        if row is None or row[0]:
            raise Cancelled
