"""Uploads are scanned before anything reads them (platform spec, 6.49)."""

import io
import socket
import struct
import threading

import pytest

from alliance.core.files import make_renditions
from alliance.core.files.accept import accept_picture
from alliance.core.files.scanning import EICAR, Infected, ScannerAway, scan
from alliance.core.models import AuditEvent, ImportBatch, StoredFile
from tests.core.importing import send_file
from tests.factories import make_officer, make_user
from tests.parks.test_pictures import photograph, upload


class Clamd(threading.Thread):
    """A scanner that takes one file by INSTREAM and gives the answer it was told to give."""

    def __init__(self, answer: bytes) -> None:
        super().__init__(daemon=True)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.answer = answer
        self.received = b""
        self.start()

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.door.getsockname()[1]}"

    def run(self) -> None:
        line, _ = self.door.accept()
        with line, self.door, line.makefile("rb") as read:
            assert read.read(10) == b"zINSTREAM\0"
            while length := struct.unpack("!I", read.read(4))[0]:
                self.received += read.read(length)
            line.sendall(self.answer + b"\0")


class TestScan:
    def test_the_test_file_is_refused_without_a_scanner(self, settings):
        settings.CLAMD_ADDRESS = ""

        with pytest.raises(Infected):
            scan(io.BytesIO(EICAR))
        with pytest.raises(Infected):
            scan(io.BytesIO(b"x" * (256 * 1024 - 20) + EICAR))
        file = io.BytesIO(b"harmless")
        scan(file)
        assert file.tell() == 0

    def test_the_scanner_reads_all_of_it_and_decides(self, settings):
        body = b"y" * 700_000
        clean = Clamd(b"stream: OK")
        settings.CLAMD_ADDRESS = clean.address
        scan(io.BytesIO(body))
        assert clean.received == body

        settings.CLAMD_ADDRESS = Clamd(b"stream: Some.Worm-1 FOUND").address
        with pytest.raises(Infected, match=r"Some\.Worm-1"):
            scan(io.BytesIO(body))

    def test_what_was_not_scanned_is_not_clean(self, settings):
        settings.CLAMD_ADDRESS = Clamd(b"INSTREAM size limit exceeded. ERROR").address
        with pytest.raises(ScannerAway):
            scan(io.BytesIO(b"z"))

        settings.CLAMD_ADDRESS = "tcp://127.0.0.1:1"
        with pytest.raises(ScannerAway):
            scan(io.BytesIO(b"z"))


@pytest.mark.django_db
class TestImport:
    @pytest.mark.parametrize(
        ("address", "code"), [("", "infected"), ("tcp://127.0.0.1:1", "not_scanned")], ids=["infected", "away"]
    )
    def test_a_table_is_scanned_before_it_is_read(self, settings, address, code):
        settings.CLAMD_ADDRESS = address
        table = io.BytesIO("机构名称（中文）\n".encode() + EICAR)

        batch = send_file("organisations", table, make_officer("membership_desk"), "table.csv")

        assert (batch.state, batch.problem["code"]) == (ImportBatch.State.REFUSED, code)
        assert not batch.rows.exists()


@pytest.mark.django_db
class TestPicture:
    def test_an_infected_picture_is_refused_and_deleted(self):
        stored = accept_picture(upload(photograph() + EICAR), by=make_user())

        make_renditions(stored.pk)

        stored.refresh_from_db()
        assert (stored.state, stored.refusal) == (StoredFile.State.REFUSED, "infected")
        assert not stored.content.storage.exists(stored.content.name)
        assert AuditEvent.objects.filter(verb="file.infected", object_id=str(stored.pk)).count() == 1

    def test_it_waits_while_the_scanner_is_away(self, settings):
        settings.CLAMD_ADDRESS = "tcp://127.0.0.1:1"
        stored = accept_picture(upload(photograph()), by=make_user())

        make_renditions(stored.pk)
        stored.refresh_from_db()
        assert stored.state == StoredFile.State.WAITING

        settings.CLAMD_ADDRESS = ""
        make_renditions(stored.pk)
        stored.refresh_from_db()
        assert stored.state == StoredFile.State.READY
