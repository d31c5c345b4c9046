"""A database that went away and came back: the look at a connection before it is lent, and the errors that mean it."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError

if TYPE_CHECKING:
    from psycopg_pool import ConnectionPool

# A server that shuts down or starts up says so (57P01 to 57P03); one that is gone says nothing, and class 08 is the line.
_SHUTTING_DOWN = ("57P01", "57P02", "57P03")


def look_before_lending(pool: ConnectionPool[Any]) -> None:
    """Let the pool lend out only connections that still have a server at their other end.

    Asking the server, as Django lets a pool do, costs a round trip for every request. The operating system knows for
    nothing whether there is anything to read from a line that should be silent: its end, most often. Only then is the
    server asked, and where it does not answer, all that the pool holds are gone through, for they died together.
    """

    def alive(connection: Any) -> None:
        line = select.poll()
        line.register(connection.fileno(), select.POLLIN)
        if not line.poll(0):
            return
        try:
            pool.check_connection(connection)
        except Exception:
            pool.check()
            raise

    # Django makes the pool, and there is no way to give it another look than its own.
    pool._check = alive


def lost(error: BaseException | None) -> bool:
    """Whether an error means that the database went away during a request, so that nothing it did counts. A request that
    waited in vain for a connection has lost none."""
    from psycopg_pool import PoolTimeout, TooManyRequests

    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    if isinstance(error.__cause__, PoolTimeout | TooManyRequests):
        return False
    return state is None or state in _SHUTTING_DOWN or state.startswith("08")
