"""The answer to "Hva skal du kjøpe?" in words: each way with what to do, each reason, and what then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.directory import HaltView
from fellestorg.agreements.models import AgreementHalt
from fellestorg.agreements.shown import halt_words
from fellestorg.agreements.words import category_name, listed, policy_in_words
from fellestorg.calloffs.entry.doors import door_to
from fellestorg.calloffs.entry.finding import Finding, Part, Way
from fellestorg.calloffs.texts import gap_text
from fellestorg.calloffs.uncovered import own_procurement_rules
from fellestorg.engines.policy import parse_policy
from fellestorg.kernel.text import in_language, localised
from fellestorg.organisations.models import Organisation
from fellestorg.ui import formats

COVERAGE_NAMES: dict[str, Promise] = {
    "covered": gettext_lazy("Dekket"),
    "partly": gettext_lazy("Delvis dekket"),
    "not_covered": gettext_lazy("Ikke dekket"),
}
COVERAGE_TONES = {"covered": "success", "partly": "info", "not_covered": "warning"}
REASON_NAMES: dict[str, Promise] = {
    "similar": gettext_lazy("Bare noe som ligner"),
    "option_not_chosen": gettext_lazy("Opsjonen er ikke valgt"),
    "not_participant": gettext_lazy("Virksomheten er ikke med i avtalen"),
    "no_terms": gettext_lazy("Avropsreglene sier nei"),
    "region": gettext_lazy("Avtalen dekker ikke stedet"),
    "halted": gettext_lazy("Avtalen er avlyst eller utsatt"),
    "coming": gettext_lazy("Avtalen har ikke begynt"),
    "gap": gettext_lazy("Avtalen er utløpt, og ingen har tatt over"),
    "refused": gettext_lazy("Avropet kunne ikke gjøres"),
    "no_agreement": gettext_lazy("Ingen fellesavtale for dette"),
}


@dataclass(frozen=True, slots=True)
class WayShown:
    """One agreement that has, or might have had, what is needed."""

    agreement: str
    agreement_link: str
    lot: str
    usable: bool
    why: tuple[str, ...]
    how: tuple[str, ...]
    items: str
    step: str
    step_link: str


@dataclass(frozen=True, slots=True)
class PartShown:
    """One thing of the need. ``then`` is what to do where no agreement can be used."""

    text: str
    read_as: str
    coverage: str
    tone: str
    ways: tuple[WayShown, ...]
    why: str
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingShown:
    """The whole answer."""

    title: str
    tone: str
    parts: tuple[PartShown, ...]


def shown(finding: Finding, buyer: Organisation | None, day: date, *, may_buy: bool) -> FindingShown:
    """The answer for the page. ``may_buy`` adds the steps that only a buyer can take."""
    titles = {
        "covered": _("Ja, dette dekkes av en fellesavtale"),
        "partly": _("En fellesavtale dekker noe av dette"),
        "not_covered": _("Ingen fellesavtale kan brukes til dette nå"),
    }
    return FindingShown(
        titles[finding.coverage],
        COVERAGE_TONES[finding.coverage],
        tuple(_part(part, buyer, day, may_buy=may_buy) for part in finding.parts),
    )


def _part(part: Part, buyer: Organisation | None, day: date, *, may_buy: bool) -> PartShown:
    why = ""
    if part.gap is not None and part.reason in ("gap", "coming"):
        why = gap_text({**part.gap, "date": day.isoformat()})
    elif part.reason == "no_agreement":
        why = _("Ingen fellesavtale har noe slikt.")
    elif part.reason == "similar":
        why = _("Avtalene har bare noe som ligner. Se om det kan dekke behovet.")
    return PartShown(
        part.text,
        listed(category_name(one) for one in part.categories[:3]),
        str(COVERAGE_NAMES[part.coverage]),
        COVERAGE_TONES[part.coverage],
        tuple(_way(way, part, may_buy=may_buy) for way in part.ways),
        why,
        tuple(_then(part, buyer, day)) if part.coverage == "not_covered" else (),
    )


def _way(way: Way, part: Part, *, may_buy: bool) -> WayShown:
    agreement, lot = way.lot.agreement, way.lot
    usable = not way.reason
    step, link = _next_step(way, part, may_buy=may_buy) if usable else _other_step(way)
    return WayShown(
        localised(agreement, "title"),
        reverse("agreement", args=[agreement.key]),
        localised(lot, "title"),
        usable,
        tuple(_why_not(way)),
        _how(way, part) if usable else (),
        listed(way.items),
        step,
        link,
    )


def _how(way: Way, part: Part) -> tuple[str, ...]:
    """The call-off rules that may decide a need of these categories, in order."""
    document = way.policy.document
    steps = zip(parse_policy(document).steps, policy_in_words(document).steps, strict=True)
    asked = set(part.categories)
    return tuple(told.text for step, told in steps if step.when.category is None or asked & step.when.category)


def _next_step(way: Way, part: Part, *, may_buy: bool) -> tuple[str, str]:
    door = next((one for one in map(door_to, part.categories) if one and one.category in way.lot.categories), None)
    if door is not None:
        return str(door.label), reverse(door.url_name)
    if may_buy and way.items:
        return _("Se pris og bestill"), f"{reverse('new_call_off')}?{urlencode({'text': part.text})}"
    if may_buy:
        category = next((one for one in part.categories if one in way.lot.categories), "")
        return _("Oppgi beløp og gjør avrop"), f"{reverse('new_call_off')}?{urlencode({'category': category})}"
    return _("Slik gjør du avrop"), reverse("lot", args=[way.lot.agreement.key, way.lot.key])


def _other_step(way: Way) -> tuple[str, str]:
    key = way.lot.agreement.key
    if way.reason == "option_not_chosen":
        return _("Se og velg opsjoner"), reverse("lot_options", args=[key, way.lot.key])
    if way.reason == "not_participant":
        return _("Se hvem, og fra når"), reverse("participants", args=[key])
    return _("Se avtalen"), reverse("agreement", args=[key])


def _why_not(way: Way) -> list[str]:
    told = way.told
    match way.reason:
        case "option_not_chosen":
            names = listed(in_language(one) for one in told["options"])
            return [
                _("Virksomheten har ikke valgt opsjonen %(names)s. Den lokale avtaleforvalteren kan velge den.")
                % {"names": names}
            ]
        case "not_participant" if told["from"] is not None:
            return [_("Virksomheten er med i avtalen først fra %(day)s.") % {"day": formats.day(told["from"])}]
        case "not_participant":
            return [_("Virksomheten er ikke med i avtalen, og ingen kan slutte seg til underveis.")]
        case "no_terms":
            return [in_language(told["text"]).rstrip(".") + "."]
        case "region":
            return [_("Delkontrakten dekker ikke stedet der virksomheten holder til.")]
        case "halted" if way.halt is not None:
            return halt_words(_halt(way.halt))
        case "coming":
            return [_("Avtalen gjelder fra %(day)s.") % {"day": formats.day(told["from"])}]
        case "gap":
            return [_("Avtalen gjaldt til %(day)s.") % {"day": formats.day(way.lot.agreement.ends)}]
    return []


def _halt(one: AgreementHalt) -> HaltView:
    return HaltView(one.kind, one.since, localised(one, "reason"), one.responsible, one.expected, one.source)


def _then(part: Part, buyer: Organisation | None, day: date) -> list[str]:
    """What an agency does where no agreement can be used: what it can mend, else its own procurement."""
    if part.reason == "option_not_chosen":
        return []
    said = [_("Virksomheten må kjøpe selv, etter reglene for egne anskaffelser.")]
    names = {
        "T-LAW": _("Anskaffelsesloven gjelder fra %(amount)s uten mva."),
        "T-NAT": _("Konkurransen må kunngjøres i Doffin fra %(amount)s uten mva."),
        "T-EEA-STATE": _("EØS-reglene gjelder for statlige virksomheter fra %(amount)s uten mva."),
        "T-EEA-OTHER": _("EØS-reglene gjelder for kommuner og andre fra %(amount)s uten mva."),
    }
    for rule in own_procurement_rules(buyer, day):
        text = names[rule.id] % {"amount": formats.money(rule.amount("amount"), 0)}
        said.append(text if rule.verified else text + " " + _("(ikke verifisert)"))
    return said
