"""The empty price list that suppliers fill in: headings, and what goes under each."""

from __future__ import annotations

import csv
import io

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.catalogues.rules import COLUMNS
from fellestorg.kernel.workbooks import workbook_of

NOTES: dict[str, str | Promise] = {
    "item": gettext_lazy("Avtalens varenummer. Må fylles ut."),
    "supplier_number": gettext_lazy("Ditt eget varenummer."),
    "product_name": gettext_lazy("Produktet slik du kaller det."),
    "unit_price": gettext_lazy("Kroner uten mva., høyst fire desimaler. Eller listepris og rabatt."),
    "list_price": gettext_lazy("Kroner uten mva. før rabatt."),
    "discount_rate": gettext_lazy("Som 12,5 % eller 0,125."),
    "tiers": gettext_lazy("Lavere pris fra et antall: 100=11,90|500=11,50."),
    "vat_rate": gettext_lazy("Som 25 %. Tomt betyr 25 %."),
    "co2e_kg": gettext_lazy("Kilo CO2e for én enhet."),
    "ecolabel": gettext_lazy("For eksempel Svanemerket."),
    "name_nb": gettext_lazy("Bare for nye varer."),
    "category": gettext_lazy("Bare for nye varer: en av delkontraktens kategorier."),
    "unit": gettext_lazy("Enhetskode som EA, PK eller BX."),
    "cpv": gettext_lazy("Bare for nye varer: åtte sifre."),
    "standard_assortment": gettext_lazy("ja eller nei."),
    "used": gettext_lazy("ja for brukte enheter; da må de tre om brukte enheter fylles ut."),
    "visual_grade": gettext_lazy("Brukte enheter: A, B eller C."),
    "erasure_proof": gettext_lazy("Brukte enheter: hvordan data er slettet, og beviset."),
    "updates_until": gettext_lazy("Brukte enheter: siste dag med sikkerhetsoppdateringer."),
    "action": gettext_lazy("slett for en vare som går ut; ellers tomt."),
    "valid_from": gettext_lazy("Første dag for denne prisen, hvis den er senere enn listens."),
    "valid_to": gettext_lazy("Siste dag for denne prisen, hvis den har en."),
    "price_model": gettext_lazy(
        "Tomt for fast pris eller listepris minus rabatt. Ellers påslag, dynamisk pris, transaksjonsgebyr, gebyr og bonus, "
        "timepris, leie, leasing, som tjeneste eller inntektsdeling."
    ),
    "cost_price": gettext_lazy("Påslag: din kostpris."),
    "markup_rate": gettext_lazy("Påslag: som 8 %."),
    "audit": gettext_lazy("Påslag: hvordan kunden kan kontrollere kostprisen."),
    "reference_price": gettext_lazy("Dynamisk pris: den publiserte prisen sist den ble observert."),
    "off_rate": gettext_lazy("Dynamisk pris: rabatten på den publiserte prisen."),
    "price_source": gettext_lazy("Dynamisk pris: hvor prisen er publisert."),
    "observed_on": gettext_lazy("Dynamisk pris: dagen den ble observert."),
    "channel": gettext_lazy("Transaksjonsgebyr: nett eller manuelt."),
    "bonus_rate": gettext_lazy("Gebyr og bonus: andel av omsetningen som betales tilbake."),
    "turnover": gettext_lazy("Gebyr og bonus: ventet omsetning for én enhet i året."),
    "monthly": gettext_lazy("Leie, leasing og som tjeneste: prisen per måned."),
    "months": gettext_lazy("Leie, leasing og som tjeneste: antall måneder kunden binder seg til."),
    "residual": gettext_lazy("Leasing: det enheten kan kjøpes for etterpå."),
    "includes": gettext_lazy("Som tjeneste: hva som følger med."),
    "return_rate": gettext_lazy("Inntektsdeling: andel av videresalget som betales tilbake."),
}


def template(kind: str) -> bytes:
    """An empty price list: ``xlsx`` with a note at each heading, or ``csv`` as Norwegian spreadsheets open it."""
    headings = [others[0] if others else name for name, others in COLUMNS.items()]
    if kind == "xlsx":
        return workbook_of(_("Prisliste"), headings, [], [str(NOTES.get(name, "")) for name in COLUMNS])
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(headings)
    return ("\ufeff" + out.getvalue()).encode()
