"""The suppliers of the agreements on travel, furniture, telephony, reuse and cloud, with their terms.

Names and known numbers are public (the agreements' pages at anskaffelser.no); where the number is not known it is
invented, and so is every body whose name nobody announced: hotels, rental firms, course venues and furniture makers.
"""

from __future__ import annotations

from collections.abc import Iterator

from fellestorg.demo_data.seeded import invented_number
from fellestorg.organisations.models import Organisation

FURTHER_SUPPLIERS = {
    "berghansen": (invented_number(811), "Berg-Hansen Reisebureau AS"),
    "egencia": ("981620550", "Egencia Norway AS"),
    "telia": ("981929055", "Telia Norge AS (Phonero)"),
    "unifon": (invented_number(812), "Unifon AS"),
    "foxway": (invented_number(813), "Foxway AS"),
    "sas": (invented_number(821), "SAS"),
    "norwegian": ("965920358", "Norwegian"),
    "wideroe": ("917330557", "Widerøe"),
    "afklm": (invented_number(822), "Air France/KLM"),
    "turkish": (invented_number(823), "Turkish Airlines"),
    "ethiopian": (invented_number(824), "Ethiopian Airlines"),
    "qatar": (invented_number(825), "Qatar Airways"),
    "fjordbil": (invented_number(831), "Fjordbil Utleie AS"),
    "nordkapp-bil": (invented_number(832), "Nordkapp Bilutleie AS"),
    "elvevegen": (invented_number(833), "Elvevegen Mobilitet AS"),
    "tindebil": (invented_number(834), "Tindebil AS"),
    "fjordhotell": (invented_number(841), "Fjordhotell Drift AS"),
    "kysthotell": (invented_number(842), "Kysthotellene AS"),
    "tindehotell": (invented_number(843), "Tindehotell Gruppen AS"),
    "byhotell": (invented_number(844), "Byhotell Norge AS"),
    "polarhotell": (invented_number(845), "Polarhotell AS"),
    "skoghotell": (invented_number(846), "Skoghotell Innland AS"),
    "plankeverk": (invented_number(851), "Plankeverket Møbler AS"),
    "stolmakeren": (invented_number(852), "Stolmakeren Kontor AS"),
    "ombruksverkstedet": (invented_number(853), "Ombruksverkstedet AS"),
    "skydomene": (invented_number(861), "Skydomenet Norden AS"),
    "nordsky": (invented_number(862), "Nordsky Drift AS"),
    "tjenestesky": (invented_number(863), "Tjenesteskyen AS"),
    "skyraad": (invented_number(864), "Skyråd AS"),
    "skyskole": (invented_number(865), "Skyskolen AS"),
    "kortbank": (invented_number(891), "Kortbanken Norden AS"),
    "fjordbank": (invented_number(892), "Fjordbank Betaling AS"),
}
_VENUES = (
    "Fjordgløtt Kurssenter", "Myrkanten Konferanse", "Bryggekroken Møterom", "Høgdeblikk Konferansehotell",
    "Storelva Kurshotell", "Havneporten Konferanse", "Vinterlys Kurssenter", "Nordhaugen Konferansegård",
    "Stabbursvik Kurshotell", "Lyngheia Møtesenter", "Kvernhuset Konferanse", "Isbreen Kurshotell",
    "Furulia Kurssenter", "Fyrvika Konferansehotell",
)  # fmt: skip
VENUES = tuple(f"kurssted-{index}" for index in range(1, len(_VENUES) + 1))
FURTHER_SUPPLIERS |= {
    key: (invented_number(870 + index), f"{name} AS")
    for index, (key, name) in enumerate(zip(VENUES, _VENUES, strict=True))
}
# In the marketplace for cloud services, and under no agreement.
FURTHER_SUPPLIERS["nordlysnett"] = (invented_number(9101), "Nordlysnett Skydrift AS")


def organisations() -> Iterator[Organisation]:
    """These suppliers, unsaved."""
    for key, (number, name) in FURTHER_SUPPLIERS.items():
        invented = number.startswith(("2", "3"))
        place = "Demoveien 1, 0150 Oslo"
        yield Organisation(
            number=number,
            name=name,
            kind="supplier",
            region="NO081",
            language_form="nb",
            email=f"ordre@{key}.example",
            address=f"{place} (organisasjonsnummeret er oppdiktet for demoen)" if invented else place,
            fictional=invented,
        )
