"""A real browser finds nothing to complain about in any component."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fellestorg.ui.tests import gallery
from fellestorg.ui.tests.browser import AXE, look
from fellestorg.ui.vendor import VENDOR


@pytest.mark.browser
@pytest.mark.urls("fellestorg.ui.tests.urls")
@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no chromium on this machine")
@pytest.mark.skipif(
    not AXE.is_file() or not VENDOR.is_dir(), reason="axe-core is not installed: python -m fellestorg.ui.vendor --dev"
)
def test_axe_and_the_policy_find_nothing_in_the_gallery(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    views = (("wide", "light"), ("narrow", "dark"))
    assert look({"gallery": gallery.page()}, tmp_path, views) == 0, capsys.readouterr().out
