"""The bodies that buy: 190 state agencies and 12 municipalities, and the auditor.

Real names and numbers are from the public register of Norwegian agencies (Altinn's list of organisations and the
agencies' own pages, read in autumn 2026); every other body is invented and says so in its name. Numbers of employees
are invented for all, log-normal with the median and sum of the state's agencies in 2018 (130 and about 135,000).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from statistics import NormalDist

from fellestorg.demo_data.seeded import chance, invented_number, read_rows
from fellestorg.organisations.models import Organisation

AGENCIES = 190
OWNER = "986252932"
AUDITOR = "974760843"
MAIN_AGENCY = invented_number(1)
NYNORSK_AGENCY = invented_number(2)
SPLITTING_AGENCY = invented_number(3)
LATE_AGENCY = invented_number(4)

MINISTRIES = {
    "AID": "Arbeids- og inkluderingsdepartementet",
    "BFD": "Barne- og familiedepartementet",
    "ED": "Olje- og energidepartementet",
    "FIN": "Finansdepartementet",
    "HOD": "Helse- og omsorgsdepartementet",
    "JD": "Justis- og beredskapsdepartementet",
    "KD": "Kunnskapsdepartementet",
    "KDD": "Kommunal- og distriktsdepartementet",
    "KLD": "Klima- og miljødepartementet",
    "KUD": "Kultur- og likestillingsdepartementet",
    "LMD": "Landbruks- og matdepartementet",
    "NFD": "Nærings- og fiskeridepartementet",
    "SD": "Samferdselsdepartementet",
}
# NUTS 3 code -> postcode and place that an invented address lies at.
PLACES = {
    "NO020": ("2317", "Hamar"),
    "NO060": ("7010", "Trondheim"),
    "NO071": ("8006", "Bodø"),
    "NO072": ("9008", "Tromsø"),
    "NO073": ("9800", "Vadsø"),
    "NO081": ("0150", "Oslo"),
    "NO083": ("1706", "Sarpsborg"),
    "NO084": ("2000", "Lillestrøm"),
    "NO085": ("3015", "Drammen"),
    "NO092": ("4612", "Kristiansand"),
    "NO093": ("3126", "Tønsberg"),
    "NO094": ("3724", "Skien"),
    "NO0A1": ("4006", "Stavanger"),
    "NO0A2": ("5003", "Bergen"),
    "NO0A3": ("6413", "Molde"),
}
# The largest, so that the sum looks like the state's; the order is roughly right, the figures are invented.
_LARGE_FIRST = (
    "889640782 982531950 974767880 971035854 974761076 971032081 874789542 970422528 984195796 986128433 985399077 "
    "880455702 971040238 974760746 971349077 983744516 986252932 971526920"
)
_NAMED = (
    (
        MAIN_AGENCY,
        "Direktoratet for demodata",
        "Direktoratet for demodata",
        "Directorate of Demo Data",
        "KDD",
        "NO093",
        "nb",
        45,
    ),
    (
        NYNORSK_AGENCY,
        "Fjordtilsynet (demo)",
        "Fjordtilsynet (demo)",
        "Fjord Authority (demo)",
        "KLD",
        "NO0A2",
        "nn",
        62,
    ),
    (
        SPLITTING_AGENCY,
        "Snøskredsenteret (demo)",
        "Snøskredsenteret (demo)",
        "Snow Avalanche Centre (demo)",
        "SD",
        "NO072",
        "nb",
        88,
    ),
    (LATE_AGENCY, "Vardetjenesten (demo)", "Vardetenesta (demo)", "Beacon Service (demo)", "JD", "NO0A3", "nb", 120),
)
_FORMS = (
    ("Direktoratet for {}", "Direktoratet for {}", "Directorate of {}"),
    ("Tilsynet for {}", "Tilsynet for {}", "Inspectorate of {}"),
    ("Statens senter for {}", "Statens senter for {}", "National Centre for {}"),
    ("Nasjonalt institutt for {}", "Nasjonalt institutt for {}", "National Institute of {}"),
    ("Kompetansesenteret for {}", "Kompetansesenteret for {}", "Knowledge Centre for {}"),
    ("Klagenemnda for {}", "Klagenemnda for {}", "Appeals Board for {}"),
)
_SUBJECTS = (
    ("kystkultur", "kystkultur", "Coastal Culture"),
    ("nordlys", "nordlys", "Northern Lights"),
    ("fjellstier", "fjellstigar", "Mountain Paths"),
    ("isbrevann", "isbrevatn", "Glacier Water"),
    ("myr og torv", "myr og torv", "Bog and Peat"),
    ("stavkirketjære", "stavkyrkjetjøre", "Stave Church Tar"),
    ("bær og sopp", "bær og sopp", "Berries and Mushrooms"),
    ("tåkelurer", "tåkelurar", "Foghorns"),
    ("fløting", "fløyting", "Timber Floating"),
    ("skiføre", "skiføre", "Skiing Conditions"),
    ("småbåthavner", "småbåthamner", "Small-boat Harbours"),
    ("seterdrift", "stølsdrift", "Summer Farming"),
    ("vindmøller til lands", "vindmøller til lands", "Onshore Windmills"),
    ("tangproduksjon", "tangproduksjon", "Seaweed Production"),
    ("lokalhistorie", "lokalhistorie", "Local History"),
    ("veimerking", "vegmerking", "Road Marking"),
    ("dialektarkiv", "dialektarkiv", "Dialect Archives"),
    ("steinmurer", "steinmurar", "Dry-stone Walls"),
    ("fugletelling", "fuglteljing", "Bird Counting"),
    ("elvemusling", "elvemusling", "River Mussels"),
)


def organisations() -> Iterator[Organisation]:
    """All buying bodies and the auditor, unsaved, in a fixed order: 190 agencies, the auditor, 12 municipalities."""
    agencies = [*_real(), *_named(), *_generated()][:AGENCIES]
    _give_employees(agencies)
    yield from agencies
    yield _organisation(
        AUDITOR,
        "Riksrevisjonen",
        "Riksrevisjonen",
        "Office of the Auditor General of Norway",
        "agency",
        "NO081",
        "nb",
        employees=450,
    )
    for index, row in enumerate(read_rows("municipalities.csv")):
        yield _organisation(
            row["number"] or invented_number(500 + index), row["nb"], row["nn"], row["en"], row["kind"], row["region"],
            row["form"], employees=int(row["employees"]), fictional=not row["number"],
        )  # fmt: skip


def _real() -> Iterator[Organisation]:
    for row in read_rows("agencies.csv"):
        yield _organisation(
            row["number"], row["nb"], row["nn"], row["en"], "agency", row["region"], row["form"],
            ministry=MINISTRIES[row["ministry"]],
        )  # fmt: skip


def _named() -> Iterator[Organisation]:
    for number, nb, nn, en, ministry, region, form, employees in _NAMED:
        yield _organisation(
            number, nb, nn, en, "agency", region, form,
            ministry=MINISTRIES[ministry], employees=employees, fictional=True,
        )  # fmt: skip


def _generated() -> Iterator[Organisation]:
    regions, ministries = list(PLACES), list(MINISTRIES.values())
    pairs = [(form, subject) for form in _FORMS for subject in _SUBJECTS]
    for index, ((nb, nn, en), (subject_nb, subject_nn, subject_en)) in enumerate(pairs):
        draw = chance("agency", index)
        region = draw.choice(regions)
        nynorsk = region in ("NO0A2", "NO0A3") and draw.random() < 0.6
        yield _organisation(
            invented_number(10 + index), f"{nb.format(subject_nb)} (demo)", f"{nn.format(subject_nn)} (demo)",
            f"{en.format(subject_en)} (demo)", "agency", region, "nn" if nynorsk else "nb",
            ministry=draw.choice(ministries), fictional=True,
        )  # fmt: skip


def _organisation(
    number: str,
    nb: str,
    nn: str,
    en: str,
    kind: str,
    region: str,
    form: str,
    *,
    ministry: str = "",
    employees: int | None = None,
    fictional: bool = False,
) -> Organisation:
    postcode, place = PLACES[region]
    return Organisation(
        number=number,
        name=nb,
        name_nn=nn,
        name_en=en,
        kind=kind,
        ministry=ministry,
        region=region,
        employees=employees,
        language_form=form,
        email=f"innkjop@{number}.example",
        address=f"Demogata {int(number) % 89 + 1}, {postcode} {place}",
        fictional=fictional,
    )


def _give_employees(agencies: list[Organisation]) -> None:
    """Log-normal sizes: the quantiles of the curve, the largest to the bodies that are large."""
    curve = NormalDist(4.8675, 1.885)
    without = [one for one in agencies if one.employees is None]
    sizes = sorted(
        (int(exp(curve.inv_cdf((rank + 0.5) / len(without)))) + 4 for rank in range(len(without))), reverse=True
    )
    place = {number: index for index, number in enumerate(_LARGE_FIRST.split())}
    without.sort(key=lambda one: (place.get(one.number, 99), one.fictional, chance("size", one.number).random()))
    # The real ones share the upper part with some of the invented, so that neither group is all large or all small.
    large, rest = without[: len(place)], without[len(place) :]
    rest.sort(key=lambda one: chance("order", one.number).random() + (0.25 if one.fictional else 0))
    for one, size in zip([*large, *rest], sizes, strict=True):
        one.employees = size
