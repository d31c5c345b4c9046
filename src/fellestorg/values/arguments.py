"""Reading a command's words."""

from __future__ import annotations

import argparse
from typing import NoReturn

from fellestorg.values.errors import BadInput


class ArgumentParser(argparse.ArgumentParser):
    """The library's own, but what cannot be read is told as everything else is: by BadInput (``usage``), with how the command
    is written."""

    def error(self, message: str) -> NoReturn:
        raise BadInput.of("", "usage", f"{message}\n{self.format_usage().rstrip()}")
