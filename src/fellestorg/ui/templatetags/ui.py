"""Filters and tags that every template has without loading them (a builtin in settings)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from fellestorg.ui import charts, formats
from fellestorg.ui.parts import Sorting
from fellestorg.values import Money

register = template.Library()


def _or_nothing(value: Any, show: Callable[[], str]) -> str:
    """A missing value shows as a dash, never as ``None``."""
    return formats.NOTHING if value is None or value == "" else show()


@register.filter
def kroner(amount: Decimal | Money | int | str | None, places: int = 2) -> str:
    """``{{ amount|kroner }}`` → ``1 234 567,50 kr``; ``{{ amount|kroner:0 }}`` without øre."""
    if isinstance(amount, Money):
        return formats.money(amount.amount, places, amount.currency)
    return _or_nothing(amount, lambda: formats.money(amount or 0, places))


@register.filter
def number(value: Decimal | int | str | None, places: int | None = None) -> str:
    """``{{ quantity|number }}`` with the decimals it has, ``{{ co2|number:1 }}`` with exactly one."""
    return _or_nothing(value, lambda: formats.number(value or 0, places))


@register.filter
def share(part: Decimal | str | None, places: int = 0) -> str:
    """``{{ used|share }}`` → ``43 %``; ``{{ rate|share:1 }}`` → ``42,5 %``."""
    return _or_nothing(part, lambda: formats.share(part or 0, places))


@register.filter
def day(value: date | str | None, form: str = "long") -> str:
    """``{{ when|day }}``, ``|day:"medium"``, ``|day:"short"``, ``|day:"month"``, ``|day:"weekday"``."""
    return formats.NOTHING if value is None or value == "" else formats.day(value, form)


@register.filter
def instant(value: datetime | str | None, form: str = "long") -> str:
    """``{{ when|instant }}``, ``|instant:"short"``; always on the clock of Norway."""
    return formats.NOTHING if value is None or value == "" else formats.instant(value, form)


@register.filter
def shown(value: Any) -> Any:
    """Any value as people read it, by its kind: money, number, day or instant; text as it stands."""
    if isinstance(value, Money):
        return kroner(value)
    if isinstance(value, datetime):
        return formats.instant(value)
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return formats.number(value)
    return formats.NOTHING if value is None or value == "" else value


@register.filter
def iso(value: date | datetime | str | None) -> str:
    """The machine's form, for ``<time datetime>`` and for date inputs."""
    return value.isoformat() if isinstance(value, date) else value or ""


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """``{% icon "bell" %}``: a decorative icon from the sprite; with ``label`` it is read aloud."""
    return _icon(name, str(label))


@lru_cache(maxsize=512)
def _icon(name: str, label: str) -> SafeString:
    reading = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="fs-icon" viewBox="0 0 24 24" width="24" height="24" focusable="false" {}>'
        '<use href="{}#{}"></use></svg>',
        reading,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def once(context: template.Context, name: str) -> SafeString:
    """``{% once "ui/tools.html" %}``: as ``include``, for a part that stands several times on a page and reads the same in
    every place."""
    kept: Any = context.render_context
    found: dict[str, SafeString] = kept.setdefault("ui.once", {})
    if name not in found:
        assert context.template is not None
        found[name] = context.template.engine.get_template(name).render(context)
    return found[name]


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """``{% query side=2 %}``: this page's query string with some parameters changed, an empty one removed.

    Parameters come in the order of their names, so that equal pages have equal addresses.
    """
    request: HttpRequest | None = context.get("request")
    kept = {} if request is None else {key: request.GET.getlist(key) for key in request.GET}
    kept.update({key: [str(value)] for key, value in changes.items()})
    pairs = [(key, value) for key in sorted(kept) for value in kept[key] if value not in ("", "None")]
    return f"?{urlencode(pairs)}" if pairs else "?"


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """A form field's control in Designsystemet's dress, tied to its help and its errors, also without JavaScript."""
    described = []
    if field.help_text:
        described.append(f"{field.auto_id}-help")
    if field.errors:
        described.append(f"{field.auto_id}-error")
    classes = f"ds-input {field.field.widget.attrs.get('class', '')}".strip()
    attributes: dict[str, Any] = {"class": classes}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return SafeString(field.as_widget(attrs=attributes))


@register.filter
def toggles(field: BoundField) -> bool:
    """Whether the field is one box to tick, whose label stands after it."""
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not hasattr(field.field, "choices")


@register.filter
def grouped(field: BoundField) -> bool:
    """Whether the field is a group of boxes or buttons, which needs a fieldset."""
    return bool(getattr(field.field.widget, "use_fieldset", False))


@register.simple_tag
def control_choice(choice: Any) -> SafeString:
    """One box or button of a group, in Designsystemet's dress."""
    choice.data["attrs"] = {**choice.data["attrs"], "class": "ds-input"}
    return SafeString(choice.tag())


@register.simple_tag(takes_context=True)
def sort_link(context: template.Context, sorting: Sorting, key: str) -> str:
    """The address of this list in another order; always from its first page."""
    return query(context, sorter=sorting.next(key), side="")


@register.simple_tag
def sort_state(sorting: Sorting, key: str) -> str:
    """``ascending``, ``descending`` or ``none``."""
    return sorting.state(key)


@register.simple_tag
def sort_icon(sorting: Sorting, key: str) -> SafeString:
    return icon({"ascending": "sort-up", "descending": "sort-down"}.get(sorting.state(key), "sort"))


@register.simple_tag
def icon_for(kind: str) -> SafeString:
    """The icon of a kind of file."""
    return icon(f"file-{kind}")


@register.simple_tag
def share_bar(used: Decimal | None, after: Decimal | None = None) -> SafeString:
    """A thin bar of how much of a ceiling is used."""
    title = _("%(share)s brukt") % {"share": formats.share(used or 0)}
    if after is not None:
        title = _("%(share)s brukt, %(after)s etter dette avropet") % {
            "share": formats.share(used or 0),
            "after": formats.share(after),
        }
    return charts.share_bar(used, after, title)


@register.simple_tag
def chart_svg(chart: charts.Chart) -> SafeString:
    return charts.responsive(chart)


@register.simple_tag
def chart_legend(chart: charts.Chart) -> SafeString:
    """What the colours mean, where there is more than one."""
    entries = charts.legend(chart)
    if not entries:
        return SafeString("")
    items = format_html_join(
        "",
        '<li><svg class="fs-swatch" viewBox="0 0 24 12" width="24" height="12" aria-hidden="true">{}</svg>{}</li>',
        ((_swatch(chart, style), name) for style, name in entries),
    )
    return format_html('<ul class="fs-legend">{}</ul>', items)


@register.simple_tag
def chart_table(chart: charts.Chart) -> SafeString:
    """The chart's twin: the same figures in a table."""
    figures = charts.table(chart)
    heads = format_html_join(
        "", '<th scope="col" class="{}">{}</th>', zip(_classes(figures), figures.headings, strict=True)
    )
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (row[0], format_html_join("", '<td class="fs-numeric">{}</td>', ((v,) for v in row[1:])))
            for row in figures.rows
        ),
    )
    return format_html(
        '<div class="fs-table" role="region" aria-label="{0}" tabindex="0"><table class="ds-table" data-dense>'
        '<caption class="ds-sr-only">{0}</caption><thead><tr>{1}</tr></thead><tbody>{2}</tbody></table></div>',
        chart.title,
        heads,
        rows,
    )


@register.simple_tag
def sparkline(values: Sequence[Decimal | None], title: str) -> SafeString:
    """``{% sparkline row.months "Avrop siste 12 måneder" %}``."""
    return charts.sparkline(values, title)


def _swatch(chart: charts.Chart, style: str) -> SafeString:
    if isinstance(chart, charts.LineChart):
        return format_html('<path class="{} fs-line" d="M1 6H23"/>', style)
    return format_html('<rect class="{}" y="1" width="24" height="10" rx="2"/>', style)


def _classes(figures: charts.Table) -> list[str]:
    return ["", *["fs-numeric"] * (len(figures.headings) - 1)]
