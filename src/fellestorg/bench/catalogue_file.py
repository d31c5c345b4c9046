"""Made Peppol catalogues (T19) for the catalogue benchmark: the same seed gives the same file on every machine."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Catalogue xmlns="urn:oasis:names:specification:ubl:schema:xsd:Catalogue-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:fdc:peppol.eu:poacc:trns:catalogue:3</cbc:CustomizationID>
  <cbc:ProfileID>urn:fdc:peppol.eu:poacc:bis:catalogue_wo_response:3</cbc:ProfileID>
  <cbc:ID>BENCH-{seed}</cbc:ID>
  <cbc:ActionCode>Add</cbc:ActionCode>
  <cbc:Name>Made catalogue</cbc:Name>
  <cbc:IssueDate>2023-10-15</cbc:IssueDate>
  <cac:ValidityPeriod><cbc:StartDate>2023-11-01</cbc:StartDate></cac:ValidityPeriod>
  <cac:ReferencedContract><cbc:ID>benchmark</cbc:ID></cac:ReferencedContract>
  <cac:ProviderParty><cbc:EndpointID schemeID="0192">200000016</cbc:EndpointID></cac:ProviderParty>
  <cac:ReceiverParty><cbc:EndpointID schemeID="0192">200000008</cbc:EndpointID></cac:ReceiverParty>
"""
_LINE = """  <cac:CatalogueLine>
  <cbc:ID>{row}</cbc:ID>
  <cbc:ActionCode>Add</cbc:ActionCode>
  <cbc:OrderableIndicator>true</cbc:OrderableIndicator>
  <cbc:OrderableUnit>{unit}</cbc:OrderableUnit>
{prices}    <cac:Item>
   <cbc:Description>{description}</cbc:Description>
   <cbc:Name>{name}</cbc:Name>
   <cac:SellersItemIdentification>
    <cbc:ID>S-{number:07}</cbc:ID>
   </cac:SellersItemIdentification>
   <cac:StandardItemIdentification>
    <cbc:ID schemeID="0160">{gtin}</cbc:ID>
   </cac:StandardItemIdentification>
   <cac:CommodityClassification>
    <cbc:ItemClassificationCode listID="TST">43211503</cbc:ItemClassificationCode>
   </cac:CommodityClassification>
   <cac:CommodityClassification>
    <cbc:ItemClassificationCode listID="STI">30213100</cbc:ItemClassificationCode>
   </cac:CommodityClassification>
   <cac:ClassifiedTaxCategory>
    <cbc:ID>S</cbc:ID>
    <cbc:Percent>25</cbc:Percent>
    <cac:TaxScheme>
     <cbc:ID>VAT</cbc:ID>
    </cac:TaxScheme>
   </cac:ClassifiedTaxCategory>
{properties}{certificate}    </cac:Item>
 </cac:CatalogueLine>
"""
_PRICE = """    <cac:RequiredItemLocationQuantity>
   <cbc:MinimumQuantity unitCode="{unit}">{start}</cbc:MinimumQuantity>
   <cac:Price>
    <cbc:PriceAmount currencyID="NOK">{price}</cbc:PriceAmount>
    <cbc:BaseQuantity unitCode="{unit}">1</cbc:BaseQuantity>
   </cac:Price>
  </cac:RequiredItemLocationQuantity>
"""
_PROPERTY = """      <cac:AdditionalItemProperty>
    <cbc:Name>{name}</cbc:Name>
    <cbc:Value>{value}</cbc:Value>
   </cac:AdditionalItemProperty>
"""
_CERTIFICATE = """      <cac:Certificate>
    <cbc:ID>{number}</cbc:ID>
    <cbc:CertificateTypeCode>NEO</cbc:CertificateTypeCode>
    <cbc:CertificateType>EcoLabel</cbc:CertificateType>
   </cac:Certificate>
"""
_KINDS = (
    "Bærbar PC", "Kontorstol", "Kopipapir A4", "Skjerm 27 tommer", "Tastatur", "Hodesett", "Dokkingstasjon",
    "Ringperm", "Kulepenn", "Konvolutt C5", "Skrivebord", "Mobiltelefon", "Toner", "Batteri AA", "Tavlepenn",
)  # fmt: skip
_WORDS = ("svart", "grå", "lett", "robust", "standard", "pluss", "pakke", "resirkulert", "nordisk", "ergonomisk")


def write_catalogue(path: Path, lines: int, seed: int) -> None:
    """Write a catalogue of ``lines`` lines (some 2 kB each) to ``path``, drawn from ``random.Random(seed)``.

    A fifth of the lines have tier prices, two fifths an ecolabel, seven tenths a carbon figure, a twentieth is used
    goods with all the proof it needs; names and descriptions hold letters that XML writes as references.
    """
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD.format(seed=seed))
        file.writelines(_lines(lines, random.Random(seed)))  # noqa: S311 (a made file, not a secret)
        file.write("</Catalogue>\n")


def _lines(lines: int, draw: random.Random) -> Iterator[str]:
    for row in range(1, lines + 1):
        number = 1_000_000 + row
        kind, word, other = draw.choice(_KINDS), draw.choice(_WORDS), draw.choice(_WORDS)
        unit = draw.choice(("EA", "PK", "BX"))
        price = draw.randrange(500, 2_000_000) / 100
        tiers = [(1, 1.0), (20, 0.95), (100, 0.9)] if draw.random() < 0.2 else [(1, 1.0)]
        properties = {"Color": word}
        if draw.random() < 0.7:
            properties |= {
                "EmissionFactor": f"{draw.randrange(1, 400_000) / 1000:.3f}",
                "EmissionFactorSource": "Internal",
            }
        if draw.random() < 0.3:
            properties["EnergyClass"] = draw.choice("ABCDEFG")
        if draw.random() < 0.05:
            properties |= {
                "Used": "true", "VisualGrade": draw.choice("ABC"), "ErasureProof": f"Report {row}",
                "SecurityUpdatesUntil": "2027-06-30",
            }  # fmt: skip
        yield _LINE.format(
            row=row,
            number=number,
            unit=unit,
            name=f"{kind} {word} {number}",
            description=f"{kind}, {word} &amp; {other}: vare {number} fra leverandørens sortiment &lt;2023&gt;. "
            f"Leveres i {unit}, passer til de fleste arbeidsplasser og kan returneres i 30 dager.",
            gtin=f"70{number:011}0",
            prices="".join(
                _PRICE.format(unit=unit, start=start, price=f"{price * share:.2f}") for start, share in tiers
            ),
            properties="".join(_PROPERTY.format(name=name, value=value) for name, value in properties.items()),
            certificate=_CERTIFICATE.format(number=number) if draw.random() < 0.4 else "",
        )
