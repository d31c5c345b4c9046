"""How the server runs: PostgreSQL refuses to be root, so root must step down without making any account.

- ``user``: an ordinary user runs it as is.
- ``root-userns``: in a user namespace where root is seen as user 65534; on disk everything stays root's.
- ``root-nobody``: where namespaces are forbidden (many containers), as user 65534 itself, who keeps one capability of
  root, reading and writing past file permissions, since a checkout under ``/root`` is closed to all others. Where not
  even that is allowed, ``ServerError`` says to be an ordinary user.

A data folder remembers its way. Where that way is no longer possible, its files change owner and another is taken.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Callable
from pathlib import Path

from fellestorg.embedded.places import ServerError

NOBODY = 65534
USER, USERNS, AS_NOBODY = "user", "root-userns", "root-nobody"

_CLONE_NEWUSER = 0x10000000
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 47, 2
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_OVERRIDE = 1


def choose(remembered: str | None, *needed: Path) -> str:
    """The way to run here: the remembered one if it works, else the first that can reach all ``needed`` paths."""
    if os.geteuid() != 0:
        return USER
    ways = sorted((USERNS, AS_NOBODY), key=lambda way: way != remembered)
    for way in ways:
        if works(way, *needed):
            return way
    raise ServerError(
        "root",
        "PostgreSQL refuses to run as root, and this machine lets root neither make a user namespace nor lend its "
        "rights. Run fellestorg as an ordinary user.",
    )


def works(way: str, *needed: Path) -> bool:
    """Whether a process of ours can become ``way`` and then reach every path, tried in a child that ends at once."""
    if way == USERNS and os.environ.get("FELLESTORG_NO_USER_NAMESPACES"):
        return False
    prepared = becoming(way)
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):
            prepared()
            for path in needed:
                _reach(path)
            code = 0
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def owner_of(way: str) -> int:
    """The user that must own the data folder on disk."""
    return NOBODY if way == AS_NOBODY else os.geteuid()


def give(path: Path, way: str) -> None:
    """Make ``path`` and all it holds belong to the one the server runs as. Links are not followed."""
    owner = owner_of(way)
    if path.lstat().st_uid == owner:
        return
    for folder, folders, files in os.walk(path):
        for name in [*folders, *files]:
            os.chown(Path(folder) / name, owner, -1, follow_symlinks=False)
    # The top comes last: it tells that everything under it is done.
    os.chown(path, owner, -1, follow_symlinks=False)


def becoming(way: str) -> Callable[[], None]:
    """What a forked child calls before it runs the server's programs. All that can be loaded is loaded already."""
    if way == USER:
        return lambda: None
    libc = ctypes.CDLL(None, use_errno=True)
    return (lambda: _enter_namespace(libc)) if way == USERNS else (lambda: _step_down(libc))


def _enter_namespace(libc: ctypes.CDLL) -> None:
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    # The kernel lets a process map its own group only after it has given up setgroups().
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")
    if os.geteuid() != NOBODY:
        raise OSError("the mapping did not take")


def _step_down(libc: ctypes.CDLL) -> None:
    libc.prctl(_PR_SET_KEEPCAPS, ctypes.c_ulong(1), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0))
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    bit = 1 << _CAP_DAC_OVERRIDE
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)  # effective, permitted, inheritable; low and high word
    raising = [ctypes.c_ulong(word) for word in (_PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)]
    # Ambient: a program we start keeps it, though the program file itself grants nothing.
    if libc.capset(header, sets) != 0 or libc.prctl(_PR_CAP_AMBIENT, *raising) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def _reach(path: Path) -> None:
    """Raise unless a file can be read or a folder passed through. ``os.access`` would overlook capabilities."""
    if path.is_dir():
        os.stat(f"{path}/.")  # noqa: PTH116 Path would drop the dot, and with it the question
    else:
        with path.open("rb"):
            pass
