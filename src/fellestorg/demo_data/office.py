"""What the demo's agreement managers keep: framework documents, news and contacts, as they stand on a day."""

from __future__ import annotations

from datetime import date

from fellestorg.agreements.models import Contact, FrameworkAgreement, FrameworkDocument, NewsItem, SupplierPosition
from fellestorg.agreements.office.documents import SECTIONS
from fellestorg.demo_data.framework_documents import DOCUMENTS, NEWS
from fellestorg.demo_data.further_documents import FURTHER_DOCUMENTS, FURTHER_NEWS
from fellestorg.demo_data.ground import Ground, at
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import LANGUAGES

_SUPPLIER_ROLES = (("orders", "Bestilling", "bestilling"), ("support", "Kundesenter", "kundesenter"))


def lay(ground: Ground, day: date) -> None:
    """Save what had come by ``day``; the events are left in the ground for the caller to record."""
    agreements = {one.key: one for one in FrameworkAgreement.objects.select_related("owner", "manager")}
    versions: dict[str, int] = {}
    for key, since, texts in (*DOCUMENTS, *FURTHER_DOCUMENTS):
        if since > day or key not in agreements:
            continue
        versions[key] = versions.get(key, 0) + 1
        _document(ground, agreements[key], versions[key], since, texts)
    for key, since, title, body in (*NEWS, *FURTHER_NEWS):
        if since > day or key not in agreements:
            continue
        row = NewsItem.objects.create(
            agreement=agreements[key],
            **{f"title_{code}": text for code, text in zip(LANGUAGES, title, strict=True)},
            **{f"body_{code}": text for code, text in zip(LANGUAGES, body, strict=True)},
            author=agreements[key].manager.name,
            published_at=at(since, 10),
        )
        subject = f"agreement:{key}"
        told = {"news": row.pk, "title": row.title_nb}
        ground.events.append(Happening(subject, "news_published", subject, SYSTEM, at(since, 10), told))
    for agreement in agreements.values():
        Contact.objects.bulk_create(_contacts(agreement))


def _document(
    ground: Ground, agreement: FrameworkAgreement, version: int, since: date, texts: dict[str, tuple[str, str, str]]
) -> None:
    sections = [
        {
            "key": key,
            "heading": dict(zip(LANGUAGES, heading, strict=True)),
            "body": {
                code: text.replace("{key}", agreement.key)
                for code, text in zip(LANGUAGES, texts.get(key, ("", "", "")), strict=True)
            },
        }
        for key, heading in SECTIONS.items()
    ]
    row = FrameworkDocument.objects.create(
        agreement=agreement,
        version=version,
        state=FrameworkDocument.State.PUBLISHED,
        sections=sections,
        valid_from=since,
        written_by=agreement.manager.name,
        published_at=at(since, 8),
    )
    subject = f"agreement:{agreement.key}"
    told = {"version": version, "valid_from": since.isoformat(), "written_by": row.written_by}
    ground.events.append(Happening(subject, "document_published", subject, SYSTEM, at(since, 8), told, (row,)))


def _contacts(agreement: FrameworkAgreement) -> list[Contact]:
    rows = [
        Contact(
            agreement=agreement,
            organisation=agreement.owner,
            role=Contact.Role.DEVIATIONS,
            name="Avviksmottak",
            email=f"avvik.{agreement.key}@demo.example",
        )
    ]
    positions = SupplierPosition.objects.filter(lot__agreement=agreement).select_related("supplier")
    suppliers = {one.supplier_id: one.supplier for one in positions.order_by("lot__number", "rank")}
    for number, supplier in enumerate(suppliers.values()):
        word = supplier.name.split()[0].lower()
        rows += [
            Contact(
                agreement=agreement,
                organisation=supplier,
                role=role,
                name=name,
                email=f"{box}.{word}@demo.example",
                phone=f"00 00 00 {number:02d}",
            )
            for role, name, box in _SUPPLIER_ROLES
        ]
    return rows
