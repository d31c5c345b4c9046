"""A look at a connection before it is lent out of the pool: the database may have been killed and come back meanwhile."""

from __future__ import annotations

import select
from typing import Any


def alive(connection: Any) -> None:
    """Raise unless a connection out of the pool still has a server at its other end. The pool asks before it lends one out,
    and then looks for another.

    Asking the server costs a round trip for every request. The operating system knows for nothing whether there is anything
    to read from a line that should be silent: its end, most often. Only then is the server asked, and where it does not
    answer, all that the pool holds are gone through, for they died together.
    """
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    if not line.poll(0):
        return
    pool = connection._pool  # the pool's own note, which Django reads the same way
    try:
        pool.check_connection(connection)
    except Exception:
        pool.check()
        raise
