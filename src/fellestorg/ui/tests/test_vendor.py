"""Third-party files are locked, complete and never committed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from fellestorg.ui import theme_check, vendor
from fellestorg.values import Refused

here_with_packages = pytest.mark.skipif(
    not (vendor.VENDOR / ".stamp").is_file(),
    reason="third-party files are not installed: python -m fellestorg.ui.vendor",
)


def test_the_lock_has_hashes_and_no_addresses() -> None:
    lock = json.loads((vendor.CHECKOUT / "package-lock.json").read_text())
    packages = [package for name, package in lock["packages"].items() if name and not package.get("inBundle")]
    assert packages
    assert not any("resolved" in package for package in packages)
    assert all("integrity" in package for package in packages)


def test_versions_are_exact() -> None:
    wanted = json.loads((vendor.CHECKOUT / "package.json").read_text())
    versions = [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)


def test_without_lock_and_files_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendor, "VENDOR", tmp_path / "vendor")
    with pytest.raises(Refused, match="package-lock"):
        vendor.ensure(tmp_path)


@here_with_packages
def test_everything_pages_point_at_is_there() -> None:
    for name in ("designsystemet.css", "designsystemet.js", "htmx.js", "icons.svg", "fonts/inter.woff2"):
        assert (vendor.VENDOR / name).stat().st_size > 1000
    styles = vendor.HERE / "static" / "fellestorg"
    for path in styles.glob("*.css"):
        for address in re.findall(r'url\("?([^)"]+)"?\)', path.read_text()):
            assert address.startswith("data:") or (path.parent / address).is_file(), address


@here_with_packages
def test_every_icon_used_in_the_house_is_in_the_sprite() -> None:
    house = vendor.HERE.parent
    used = {
        name
        for path in house.glob("*/templates/**/*.html")
        for name in re.findall(r'{% icon "([a-z-]+)"|\sicon="([a-z-]+)"', path.read_text())
        for name in name
        if name
    }
    assert used - set(vendor.ICONS) == set()
    sprite = (vendor.VENDOR / "icons.svg").read_text()
    assert all(f'id="{name}"' in sprite for name in vendor.ICONS)


@here_with_packages
def test_bringing_it_in_line_twice_does_nothing() -> None:
    assert vendor.ensure() is False


@pytest.mark.slow
@pytest.mark.skipif(
    not theme_check.can_build(), reason="the theme builder is not installed: fellestorg.ui.vendor --dev"
)
def test_the_committed_theme_is_what_the_tokens_give() -> None:
    assert theme_check.problems() == []
