"""As whom PostgreSQL runs. It refuses to be root, and a fresh container is root.

An ordinary user runs it as themselves. Root runs it in a user namespace in which root is called nobody: the files stay
root's, no user is made and no folder opened. Where namespaces are forbidden, root hands it to the real nobody, with
data and programs in a temp folder that nobody can reach. Helpers in the wheels would open every folder up to / instead.
"""

import ctypes
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import addresses

CLONE_NEWUSER = 0x10000000  # linux/sched.h
OVERFLOW_ID = 65534  # nobody, on every Linux
FORBID_NAMESPACES = "CCIPRA_NO_USER_NAMESPACES"  # for trying the way through nobody on a machine that has namespaces


class NoSuchPerson(SystemExit):
    """PostgreSQL asks the system for the name behind the user id, and there is none."""


@dataclass(frozen=True)
class Identity:
    """The options with which a PostgreSQL program is started, and who owns its files then."""

    name: str
    user: int | None = None
    group: int | None = None
    before_exec: Callable[[], None] | None = None

    @property
    def is_other(self) -> bool:
        """A real other user, who cannot enter our folders."""
        return self.user is not None


OURSELVES = Identity("this user")


def of_postgres() -> Identity:
    if os.geteuid() != 0:
        try:
            pwd.getpwuid(os.geteuid())
        except KeyError:
            raise NoSuchPerson(
                f"User id {os.geteuid()} has no entry in /etc/passwd, and PostgreSQL needs one. "
                "Run as a user with a name, or set DATABASE_URL to a PostgreSQL server."
            ) from None
        return OURSELVES
    if not os.environ.get(FORBID_NAMESPACES) and _namespaces_work():
        return Identity("root, seen as nobody", before_exec=_become_nobody_in_a_namespace)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise NoSuchPerson(
            "PostgreSQL does not run as root, and there is neither a user namespace nor a user called nobody. "
            "Run as an ordinary user, or set DATABASE_URL to a PostgreSQL server."
        ) from None
    return Identity("nobody", user=nobody.pw_uid, group=nobody.pw_gid)


def _become_nobody_in_a_namespace() -> None:
    """What `unshare --user --map-user` does, without needing that program."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for file, line in (("setgroups", "deny"), ("uid_map", f"{OVERFLOW_ID} 0 1"), ("gid_map", f"{OVERFLOW_ID} 0 1")):
        Path("/proc/self", file).write_text(line, encoding="ascii")


def _namespaces_work() -> bool:
    try:
        subprocess.run(["true"], preexec_fn=_become_nobody_in_a_namespace, check=True, capture_output=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def programs_for(identity: Identity, folder: Path, shelf: Path) -> Path:
    """The folder of PostgreSQL programs as this identity can reach it: itself, or a copy on the shelf."""
    if not identity.is_other or all(parent.stat().st_mode & 0o005 == 0o005 for parent in (folder, *folder.parents)):
        return folder
    package = folder.parents[1]
    libraries = package.with_name(f"{package.name}.libs")  # the programs look for it beside their package
    copy = shelf / f"programs-{_age(package)}"
    if not copy.exists():
        draft = addresses.own_temp_folder(shelf / f"programs.{os.getpid()}", 0o755)
        shutil.copytree(package, draft / package.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for older in shelf.glob("programs-*"):
            shutil.rmtree(older)
        draft.rename(copy)
    return copy / folder.relative_to(package.parent)


def _age(package: Path) -> int:
    """Changes when the package is installed anew, so that an old copy is not taken for it."""
    return int((package / "__init__.py").stat().st_mtime)
