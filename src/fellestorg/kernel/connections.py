"""Errors of a database that went away and came back."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

# A server that shuts down or starts up says so (57P01 to 57P03); one that is gone says nothing, and class 08 is the line.
_SHUTTING_DOWN = ("57P01", "57P02", "57P03")


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
