"""The content as a workbook: a sheet for each section, a column for each field."""

from __future__ import annotations

from fellestorg.competitions.interchange.exporting import Content
from fellestorg.competitions.interchange.fields import SECTIONS
from fellestorg.kernel.workbooks import workbook_of_sheets


def workbook(content: Content) -> bytes:
    """The workbook; what it holds reads back to the same content."""
    return workbook_of_sheets(
        {
            section: (
                [field.name for field in fields],
                [[field.cell(row[field.name]) for field in fields] for row in content[section]],
            )
            for section, fields in SECTIONS.items()
        }
    )
