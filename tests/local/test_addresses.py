import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from alliance.core.local import addresses

ASK = "import sys, addresses, pathlib; print(addresses.secret('secret_key', pathlib.Path(sys.argv[1])))"


class TestSecret:
    def test_belongs_to_its_owner_alone(self, tmp_path):
        addresses.secret("secret_key", tmp_path)

        assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "secrets/secret_key").stat().st_mode) == 0o600

    def test_is_made_once_and_differs_by_name(self, tmp_path):
        first = addresses.secret("secret_key", tmp_path)

        assert len(first) >= 50
        assert addresses.secret("secret_key", tmp_path) == first
        assert addresses.secret("audit_salt", tmp_path) != first

    def test_processes_that_ask_at_once_get_the_same(self, tmp_path):
        # Without Django or anything else installed: -S leaves only the standard library.
        command = [sys.executable, "-S", "-c", ASK, tmp_path]
        where = Path(addresses.__file__).parent
        asking = [subprocess.Popen(command, cwd=where, stdout=subprocess.PIPE, text=True) for _ in range(6)]
        answers = {process.communicate()[0] for process in asking}

        assert answers == {addresses.secret("secret_key", tmp_path) + "\n"}
        assert [file.name for file in (tmp_path / "secrets").iterdir()] == ["secret_key"]


class TestSocketFolder:
    def test_lies_in_the_checkout(self, short_folder):
        assert addresses.socket_folder(short_folder) == short_folder / "run"

    @pytest.mark.parametrize("name", ["x" * 90, "文化" * 20])
    def test_is_short_for_a_checkout_deep_in_the_file_system(self, short_folder, name):
        folder = addresses.socket_folder(short_folder / name)

        assert len(str(folder / addresses.LONGEST_SOCKET_NAME).encode()) < 100
        assert folder != addresses.socket_folder(short_folder / f"{name}2")


class TestOwnTempFolder:
    def test_is_made_and_found_again(self, short_folder):
        made = addresses.own_temp_folder(short_folder / "ours", 0o755)

        assert addresses.own_temp_folder(short_folder / "ours", 0o755) == made
        assert stat.S_IMODE(made.stat().st_mode) == 0o755

    def test_refuses_a_link(self, short_folder):
        (short_folder / "elsewhere").mkdir()
        (short_folder / "ours").symlink_to(short_folder / "elsewhere")

        with pytest.raises(addresses.UnsafeFolder, match="not ours alone"):
            addresses.own_temp_folder(short_folder / "ours", 0o755)

    def test_refuses_a_folder_that_others_may_write(self, short_folder):
        (short_folder / "ours").mkdir()
        (short_folder / "ours").chmod(0o777)

        with pytest.raises(addresses.UnsafeFolder):
            addresses.own_temp_folder(short_folder / "ours", 0o755)


class TestRecord:
    def test_tells_where_the_servers_are_now(self, short_folder):
        addresses.record(short_folder, database_url="postgresql://elsewhere/portal")

        assert addresses.database_url(short_folder) == "postgresql://elsewhere/portal"
        assert addresses.redis_url(short_folder) == f"unix://{short_folder}/run/valkey.sock"
        assert stat.S_IMODE((short_folder / "run/addresses.json").stat().st_mode) == 0o600

    def test_without_it_the_address_is_where_they_will_be(self, short_folder):
        parts = urlsplit(addresses.database_url(short_folder))

        assert parts.path == "/portal"
        assert unquote(parts.netloc.rpartition("@")[2]) == str(short_folder / "run")
        assert not (short_folder / "run").exists()
