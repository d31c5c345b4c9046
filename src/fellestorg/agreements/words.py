"""A lot's call-off policy in plain words, in the active language; and the names of codes that pages show.

``django.utils.translation.override("nn")`` around a call gives another language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fellestorg.engines.policy import PARTS, Conditions, Policy, Step, parse_policy
from fellestorg.engines.reach import Unreachable, unreachable
from fellestorg.kernel.text import in_language
from fellestorg.ui.formats import money, share

_CATEGORIES: dict[str, Promise] = {
    "ict": gettext_lazy("IKT"),
    "office": gettext_lazy("Kontor"),
    "travel": gettext_lazy("Reise og møter"),
    "laptop": gettext_lazy("Bærbar PC"),
    "desktop": gettext_lazy("Stasjonær PC"),
    "monitor": gettext_lazy("Skjerm"),
    "pc_accessory": gettext_lazy("PC-tilbehør"),
    "mac": gettext_lazy("Mac"),
    "mac_accessory": gettext_lazy("Mac-tilbehør"),
    "phone": gettext_lazy("Mobiltelefon"),
    "tablet": gettext_lazy("Nettbrett"),
    "phone_accessory": gettext_lazy("Mobiltilbehør"),
    "device_by_month": gettext_lazy("Mobile enheter per måned"),
    "device_repair": gettext_lazy("Reparasjon av mobile enheter"),
    "pc_by_month": gettext_lazy("PC per måned"),
    "paper": gettext_lazy("Papir"),
    "writing": gettext_lazy("Skrivesaker"),
    "filing": gettext_lazy("Arkivering"),
    "desk": gettext_lazy("Skrivebordsrekvisita"),
    "cleaning": gettext_lazy("Renhold"),
    "hygiene": gettext_lazy("Hygiene og tørkepapir"),
    "kitchen": gettext_lazy("Kjøkken"),
    "packaging": gettext_lazy("Emballasje"),
    "toner": gettext_lazy("Toner"),
    "ink": gettext_lazy("Blekk"),
    "light_source": gettext_lazy("Lyskilder"),
    "travel_booking": gettext_lazy("Reisebestilling"),
    "flight": gettext_lazy("Flyreise"),
    "hotel_night": gettext_lazy("Hotellovernatting"),
    "car_rental": gettext_lazy("Leiebil"),
    "course_day": gettext_lazy("Kurs uten overnatting"),
    "course_overnight": gettext_lazy("Kurs med overnatting"),
    "conference_day": gettext_lazy("Konferanse uten overnatting"),
    "conference_overnight": gettext_lazy("Konferanse med overnatting"),
    "corporate_card": gettext_lazy("Firmakort"),
    "travel_account": gettext_lazy("Reisekonto"),
    "virtual_card": gettext_lazy("Virtuelt innkjøpskort"),
    "desk_furniture": gettext_lazy("Skrivebord"),
    "meeting_table": gettext_lazy("Møtebord"),
    "storage_furniture": gettext_lazy("Skap og reoler"),
    "screen_wall": gettext_lazy("Skillevegger"),
    "office_chair": gettext_lazy("Kontorstoler"),
    "meeting_chair": gettext_lazy("Møte- og besøksstoler"),
    "lounge_furniture": gettext_lazy("Sofaer og lenestoler"),
    "furniture_service": gettext_lazy("Møbeltjenester"),
    "subscription": gettext_lazy("Mobilabonnement"),
    "data_package": gettext_lazy("Datapakke"),
    "ict_reuse": gettext_lazy("Ombruk av IKT-utstyr"),
    "cloud_infrastructure": gettext_lazy("Skyinfrastruktur"),
    "cloud_platform": gettext_lazy("Skyplattform"),
    "cloud_software": gettext_lazy("Skyprogramvare (SaaS)"),
    "cloud_advice": gettext_lazy("Rådgivning om sky"),
    "cloud_training": gettext_lazy("Opplæring i sky"),
    "cloud_operations": gettext_lazy("Innføring og drift av sky"),
}
# Where tenders are asked for whatever the need is, no prices of the agreement are compared.
_COMPETED = ("mini_competition", "dps_invitation")
_PARTS: dict[str, Promise] = {
    "goods": gettext_lazy("varer"),
    "discount": gettext_lazy("rabatt"),
    "small_order_fee": gettext_lazy("gebyr for små bestillinger"),
    "freight": gettext_lazy("frakt"),
    "handling": gettext_lazy("håndtering"),
    "carbon": gettext_lazy("karbon"),
}
_MEASURES: dict[str, Promise] = {
    "employees": gettext_lazy("de ansatte"),
    "value": gettext_lazy("omsetningen"),
    "subscriptions": gettext_lazy("abonnementene"),
}
_TABLES: dict[str, Promise] = {
    "route": gettext_lazy("ruten"),
    "location": gettext_lazy("stedet"),
}
_FLAGS: dict[str, Promise] = {
    "FA-2": gettext_lazy("kjøperen var ikke med i avtalen den dagen"),
    "FA-4": gettext_lazy("dagen ligger utenfor avtaleperioden"),
}
# NUTS 3 of Norway as from 2024; names of places are the same in every language.
_REGIONS = {
    "NO": "Norge",
    "NO020": "Innlandet",
    "NO060": "Trøndelag",
    "NO071": "Nordland",
    "NO072": "Troms",
    "NO073": "Finnmark",
    "NO081": "Oslo",
    "NO083": "Østfold",
    "NO084": "Akershus",
    "NO085": "Buskerud",
    "NO092": "Agder",
    "NO093": "Vestfold",
    "NO094": "Telemark",
    "NO0A1": "Rogaland",
    "NO0A2": "Vestland",
    "NO0A3": "Møre og Romsdal",
    "NO0B1": "Jan Mayen",
    "NO0B2": "Svalbard",
}


@dataclass(frozen=True, slots=True)
class StepWords:
    """One step: its number, its one sentence and, where the mechanism needs it, what it means in practice."""

    number: int
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PolicyWords:
    """A whole policy in words: how to read it, the steps, which parts decide and what happens when two are equal."""

    intro: str
    steps: tuple[StepWords, ...]
    decides: str
    tie: str


def policy_in_words(document: object) -> PolicyWords:
    """A policy document (see :mod:`fellestorg.engines.policy`) in the active language. Raises BadInput as parsing does.

    >>> policy_in_words({"steps": [{"mechanism": "mini_competition"}], "tie_rule": "rank"}).steps[0].text
    'Uansett hva behovet er, inviteres alle leverandørene til minikonkurranse.'
    """
    policy = parse_policy(document)
    several = len(policy.steps) > 1
    intro = _("Reglene prøves i rekkefølge. Den første som passer, gjelder. Ingen velger fritt.") if several else ""
    steps = tuple(
        StepWords(number, _sentence(step, first=number == 1), _note(step))
        for number, step in enumerate(policy.steps, 1)
    )
    if all(step.mechanism in _COMPETED for step in policy.steps):
        decides, tie = _("Tilbudene avgjør, etter kriteriene i konkurransen."), ""
    else:
        decides, tie = _decides(policy), _tie(policy.tie_rule)
    return PolicyWords(intro, steps, decides + _caps(policy), tie)


def unreachable_in_words(document: object) -> list[str]:
    """Which steps of a policy can never decide, and why, a sentence each; empty where all can."""
    return [_unreachable(one) for one in unreachable(parse_policy(document))]


def conditions_in_words(when: Conditions) -> str:
    """What a step asks, as a clause without its consequence: "er alt i standardsortimentet"; empty where nothing."""
    return _(" og ").join(_clauses(when))


def category_name(code: str) -> str:
    """A category's name in the active language; the code itself, made readable, where it has none."""
    known = _CATEGORIES.get(code)
    return str(known) if known is not None else code.replace("_", " ").replace("-", " ").capitalize()


def category_in_sentence(code: str) -> str:
    """A category's name inside a sentence: a small first letter, but for PC and Mac."""
    name = category_name(code)
    return name if name.startswith(("PC", "Mac")) else name[:1].lower() + name[1:]


def part_name(code: str) -> str:
    """The name of a part of the net price, in lower case."""
    return str(_PARTS[code])


def measure_name(code: str) -> str:
    """What a quota or a cap counts, in lower case and definite form."""
    return str(_MEASURES[code])


def percent(part: Decimal | str) -> str:
    """A share of one as per cent with the decimals it needs, two at the most: ``15 %``, ``15,1 %``."""
    hundredths = (Decimal(part) * 100).quantize(Decimal("0.01")).normalize()
    return share(part, max(-int(hundredths.as_tuple().exponent), 0))


def table_name(code: str) -> str:
    """What a table of suppliers is looked up by, in lower case and definite form."""
    return str(_TABLES[code])


def flag_name(rule: str) -> str:
    """What a recorded fact did wrong, by the rule it did not keep."""
    return str(_FLAGS[rule])


def region_name(code: str) -> str:
    """The name of a NUTS region, or its code where we have no name for it."""
    return _REGIONS.get(code, code)


def known_regions() -> list[str]:
    """The codes of the regions we have names for."""
    return list(_REGIONS)


def listed(names: Iterable[str], last: str = "") -> str:
    """``a, b og c`` in the active language."""
    words = list(names)
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + (last or _(" og ")) + words[-1]


def _sentence(step: Step, *, first: bool) -> str:
    main = _consequence(step)
    if step.when.empty:
        template = _("Uansett hva behovet er, %(main)s.") if first else _("Ellers %(main)s.")
        return template % {"main": main}
    clauses = conditions_in_words(step.when)
    if step.mechanism in ("rank", "service_order") and step.when.amount_below is None and step.when.amount_from is None:
        main = _("%(main)s, uansett beløp") % {"main": main}
    sentence = _("%(clauses)s, %(main)s.") % {"clauses": clauses, "main": main}
    return sentence[:1].upper() + sentence[1:]


def _clauses(when: Conditions) -> list[str]:
    clauses = []
    if when.standard_assortment is not None:
        clauses.append(
            _("er alt i standardsortimentet") if when.standard_assortment else _("er noe utenfor standardsortimentet")
        )
    if when.category is not None:
        names = listed(sorted(category_name(code) for code in when.category), _(" eller "))
        clauses.append(_("er alt i kategorien %(names)s") % {"names": names})
    if when.service is not None:
        clauses.append(_("er alt tjenester") if when.service else _("er noe av det varer"))
    if when.region is not None:
        names = listed(sorted(region_name(code) for code in when.region), _(" eller "))
        clauses.append(_("skal det leveres i %(names)s") % {"names": names})
    if when.coverage_case is not None:
        clauses.append(
            _("er det vist til en dekningssak") if when.coverage_case else _("er det ikke vist til noen dekningssak")
        )
    if when.terms_needed is not None:
        clauses.append(
            _("trengs det vilkår som rammeavtalen ikke har fastsatt")
            if when.terms_needed
            else _("har rammeavtalen fastsatt alle vilkårene")
        )
    if when.amount_from is not None:
        clauses.append(_("er verdien %(amount)s eller mer") % {"amount": _amount(when.amount_from)})
    if when.amount_below is not None:
        clauses.append(_("er verdien under %(amount)s") % {"amount": _amount(when.amount_below)})
    return clauses


def _consequence(step: Step) -> str:
    match step.mechanism:
        case "rank" if step.only_rank:
            return _("bestilles det hos leverandør nummer %(rank)s i rangeringen") % {"rank": step.only_rank}
        case "rank":
            return _("bestilles det hos leverandøren som er rangert først")
        case "lowest_net_price" if step.max_suppliers > 1:
            return _("fordeles det på høyst %(most)s leverandører, slik at nettoprisen blir lavest") % {
                "most": step.max_suppliers
            }
        case "lowest_net_price":
            return _("bestilles det hos leverandøren med lavest nettopris")
        case "mini_competition":
            return _("inviteres alle leverandørene til minikonkurranse")
        case "cascade":
            return ngettext(
                "tilbys det leverandørene én om gangen i rangert rekkefølge, med %(hours)s arbeidstime hver til å svare",
                "tilbys det leverandørene én om gangen i rangert rekkefølge, med %(hours)s arbeidstimer hver til å svare",
                step.hours,
            ) % {"hours": step.hours}
        case "assigned":
            return _("bestilles det hos leverandøren som Statens innkjøpssenter har tildelt virksomheten")
        case "secondary":
            told = {"rank": step.rank, "share": percent(step.max_share), "measured": measure_name(step.measure)}
            return _("bestilles det hos leverandør nummer %(rank)s, som kan ha høyst %(share)s av %(measured)s") % told
        case "table":
            first = {
                "route": _("bestilles det hos den første leverandøren som kan på ruten"),
                "location": _("bestilles det hos den første leverandøren som kan på stedet"),
            }
            return first[step.table]
        case "dps_invitation":
            return _("inviteres alle som er tatt opp i kategorien, til å gi tilbud")
        case "service_order":
            return _("bestilles tjenesten hos leverandøren som er rangert først")
    reason: Mapping[str, Any] = step.reason or {}
    return _("kan det ikke gjøres avrop: %(reason)s") % {"reason": in_language(reason).rstrip(".")}


def _note(step: Step) -> str:
    match step.mechanism:
        case "rank" if step.only_rank:
            return _("Kan ikke den leverandøren levere alt, går bestillingen ikke til noen annen.")
        case "rank" | "service_order":
            return _("Kan ikke den leverandøren levere alt, går bestillingen til den neste i rangeringen.")
        case "mini_competition":
            return _("Ingenting er bestilt før konkurransen er avgjort.")
        case "cascade":
            return _(
                "Sier leverandøren nei eller svarer for sent, spørres den neste, til prisene da avropet ble gjort."
            )
        case "assigned":
            return _("Tildelingene skal holde hver leverandørs andel av %(measured)s innenfor kvoten.") % {
                "measured": measure_name(step.measure)
            }
        case "secondary":
            return _("Dekningssaken må være dokumentert, og andelen regnes med det som bestilles nå.")
        case "table":
            return _("En leverandør som er stengt eller ikke kan, hoppes over, og grunnen skrives ned.")
        case "dps_invitation":
            return _("Ingenting er bestilt før tilbudene er vurdert.")
    return ""


def _unreachable(one: Unreachable) -> str:
    told = {"step": one.step + 1, "earlier": listed(str(index + 1) for index in one.taken_by)}
    if not one.taken_by:
        return _("Steg %(step)s kan aldri slå til: vilkårene kan ikke være oppfylt samtidig.") % told
    text = ngettext(
        "Steg %(step)s kan aldri slå til: steg %(earlier)s gjelder alltid først.",
        "Steg %(step)s kan aldri slå til: ett av stegene %(earlier)s gjelder alltid først.",
        len(one.taken_by),
    )
    return text % told


def _decides(policy: Policy) -> str:
    if all(step.mechanism != "lowest_net_price" for step in policy.steps):
        return _("Nettoprisen vises, men avgjør ikke hvem som får bestillingen.")
    shown = [part_name(part) for part in PARTS if part not in policy.decides]
    decides = _("Dette avgjør hva som er lavest nettopris: %(parts)s.") % {
        "parts": listed(part_name(part) for part in policy.decides)
    }
    if not shown:
        return decides
    return f"{decides} " + _("Dette vises, men avgjør ikke: %(parts)s.") % {"parts": listed(shown)}


def _caps(policy: Policy) -> str:
    if not policy.price_caps:
        return ""
    caps = listed(f"{category_in_sentence(code)} {_amount(cap)}" for code, cap in sorted(policy.price_caps.items()))
    return " " + _("Én enhet kan høyst koste: %(caps)s.") % {"caps": caps}


def _tie(rule: str) -> str:
    match rule:
        case "rank":
            return _("Er flere like billige, velges den som er rangert høyest.")
        case "lowest_carbon":
            return _("Er flere like billige, velges den med lavest klimautslipp.")
    return _("Er flere like billige, trekkes det lodd. Trekningen bygger på bestillingens id og kan gjentas.")


def _amount(amount: Any) -> str:
    return money(amount, 0 if amount == amount.to_integral_value() else 2)
