"""A real browser finds nothing to complain about in any component."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import RequestFactory

from fellestorg.ui.pages import not_found
from fellestorg.ui.tests import gallery
from fellestorg.ui.tests.browser import AXE, CHROMIUM, chromium, look, served
from fellestorg.ui.vendor import VENDOR

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["chromium"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
    pytest.mark.skipif(
        not AXE.is_file() or not VENDOR.is_dir(),
        reason="axe-core is not installed: python -m fellestorg.ui.vendor --dev",
    ),
]
LINES = """{% extends "ui/base.html" %}{% block content %}<form method="post">
<input type="hidden" name="form-TOTAL_FORMS" id="id_form-TOTAL_FORMS" value="1">
<div id="lines"><div data-line><c-field name="form-0-item" label="Vare" value="penn" /></div></div>
<button type="button" data-add-line="lines" data-needs-script hidden>Ny linje</button></form>{% endblock %}"""


def test_axe_and_the_policy_find_nothing_in_the_gallery(chromium: Browser) -> None:
    views = (("wide", "light"), ("narrow", "dark"))
    error = not_found(RequestFactory().get("/")).content.decode()
    assert look(chromium, {"gallery": gallery.page(), "404": error}, views, None) == []


def test_a_line_is_added_with_scripts_and_the_button_is_hidden_without(chromium: Browser) -> None:
    with served({"linjer": gallery.page(template=LINES)}) as origin:
        plain = chromium.new_page(java_script_enabled=False)
        plain.goto(f"{origin}/linjer")
        assert not plain.get_by_text("Ny linje").is_visible()
        assert plain.get_by_role("navigation", name="Hovedmeny").is_visible()
        tab = chromium.new_page()
        tab.goto(f"{origin}/linjer")
        tab.get_by_role("button", name="Ny linje").click()
        boxes = tab.get_by_label("Vare")
        assert [box.get_attribute("name") for box in boxes.all()] == ["form-0-item", "form-1-item"]
        assert [box.input_value() for box in boxes.all()] == ["penn", ""]
        assert tab.locator("[name=form-TOTAL_FORMS]").input_value() == "2"
