"""Makes `.venv` hold what a lock file names, and fetches fonts. Runs with the machine's Python, before all else.

python3 alliance/core/local/bootstrap.py requirements/local.txt
"""

import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
FONTS = Path(__file__).with_name("fonts.py")
OLDEST = (3, 11)


def main() -> None:
    lock = Path(sys.argv[1])
    if sys.version_info < OLDEST:
        sys.exit(
            "The portal needs Python 3.11 or later, and this is {}.{}. "
            "Name a later one: make run PYTHON=python3.11".format(*sys.version_info)
        )
    (PROJECT / "var").mkdir(mode=0o700, exist_ok=True)
    with (PROJECT / "var" / "bootstrap.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # `make run` and `make test` may be typed at the same time
        if not is_sound():
            make_venv()
        if not stamp_of(lock).exists():
            install(lock)
        if FONTS.exists():
            # What fails there is said there; the portal runs without fonts.
            subprocess.run([PYTHON, FONTS], check=False)


def is_sound() -> bool:
    """Whether the environment is there and still works; a new system Python or a moved folder breaks it."""
    try:
        return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_venv() -> None:
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        sys.exit("This Python cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False)
    if made.returncode:
        sys.exit(f"The virtual environment {VENV} could not be made; the reason stands above.")


def stamp_of(lock: Path) -> Path:
    """A file that exists once exactly this lock file was installed."""
    return VENV / f"{lock.stem}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}.installed"


def install(lock: Path) -> None:
    began = time.monotonic()
    print(f"Installing the packages of {lock} into .venv …", flush=True)
    # The cache would leave 30 MB in the home folder, and nothing is written outside the checkout.
    quietly = ("--quiet", "--quiet", "--disable-pip-version-check", "--no-input", "--no-cache-dir")
    pip = [str(PYTHON), "-m", "pip", "install", *quietly, "--require-hashes", "-r", str(lock)]
    if subprocess.run(pip, env={**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}, check=False).returncode:
        sys.exit("The packages could not be installed; the reason stands above. The same command tries again.")
    for older in VENV.glob(f"{lock.stem}-*.installed"):
        older.unlink()
    stamp_of(lock).touch()
    print(f"Installed in {time.monotonic() - began:.0f} s.", flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)  # what a shell says of a command ended by Ctrl-C
