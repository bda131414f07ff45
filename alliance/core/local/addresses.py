"""Where the portal's own servers listen and where its secrets are kept.

Settings read these addresses when the environment names no server, whether or not the servers run at the moment.
"""

import hashlib
import json
import os
import secrets
import stat
import tempfile
from pathlib import Path
from urllib.parse import quote

PROJECT = Path(__file__).resolve().parents[3]
VAR = PROJECT / "var"

NAME = "portal"  # of the database and of its owner
DATABASE_PASSWORD = "database_password"
LASTING_TEMP = Path("/var/tmp")  # survives a restart, unlike /tmp
# sun_path holds 104 bytes on macOS and 108 on Linux; the spec asks for less than 100.
LONGEST_SOCKET_PATH = 99
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"


class UnsafeFolder(SystemExit):
    """A folder in the shared temp folder is not ours alone."""


def database_url(home: Path = VAR) -> str:
    """Where the embedded database listens, or will once it is started."""
    return recorded(home).get("database_url") or postgres_url(socket_folder(home), home)


def redis_url(home: Path = VAR) -> str:
    """Where the embedded Valkey listens, or will once it is started."""
    return recorded(home).get("redis_url") or valkey_url(socket_folder(home))


def postgres_url(folder: Path, home: Path = VAR, database: str = NAME) -> str:
    password = secret(DATABASE_PASSWORD, home)
    return f"postgresql://{NAME}:{password}@{quote(str(folder), safe='')}/{database}"


def valkey_socket(folder: Path) -> Path:
    return folder / "valkey.sock"


def valkey_url(folder: Path) -> str:
    return f"unix://{valkey_socket(folder)}"


def secret(name: str, home: Path = VAR) -> str:
    """A generated secret of this checkout, made when first asked for and readable by its owner alone."""
    file = home / "secrets" / name
    try:
        return file.read_text(encoding="ascii")
    except FileNotFoundError:
        private_folder(file.parent)
    draft = file.with_name(f".{name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
    try:
        os.link(draft, file)  # fails where another process was first, so that both read the same secret
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return file.read_text(encoding="ascii")


def private_folder(folder: Path) -> Path:
    """The folder, made if missing, with no entry for others."""
    folder.mkdir(parents=True, exist_ok=True)
    if stat.S_IMODE(folder.stat().st_mode) != 0o700:
        folder.chmod(0o700)
    return folder


def socket_folder(home: Path = VAR) -> Path:
    """`run` under `home`, or a short folder in the temp folder when sockets there would have too long a path."""
    folder = home / "run"
    if len(os.fsencode(folder / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return folder
    return temp_folder_path(home, Path(tempfile.gettempdir())) / "run"


def temp_folder_path(home: Path, below: Path = LASTING_TEMP) -> Path:
    """The name of this checkout's folder in a temp folder; `own_temp_folder` makes it and checks it."""
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return below / f"ccipra-{os.getuid()}-{digest}"


def own_temp_folder(folder: Path, mode: int) -> Path:
    """Make a folder that anybody could have put into a shared temp folder first, and refuse it if somebody did."""
    try:
        folder.mkdir(mode=mode)
        folder.chmod(mode)  # whatever the umask took away
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
            raise UnsafeFolder(f"{folder} is not ours alone. Look at it, remove it and start again.") from None
    return folder


def record(home: Path, **urls: str) -> None:
    """Write down where the servers listen now, for `manage.py` in another terminal."""
    file = home / "run" / "addresses.json"
    private_folder(file.parent)
    draft = file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(urls), encoding="utf-8")
    draft.replace(file)


def recorded(home: Path) -> dict[str, str]:
    try:
        return json.loads((home / "run" / "addresses.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
