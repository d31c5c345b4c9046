"""The words of an evaluation in three languages: models and warnings."""

from __future__ import annotations

from fractions import Fraction

from fellestorg.engines.evaluation.figures import rounded
from fellestorg.engines.evaluation.findings import Finding

MODEL_NAMES: dict[str, dict[str, str]] = {
    "lowest_price": {"nb": "laveste pris", "nn": "lågaste pris", "en": "lowest price"},
    "proportional": {"nb": "forholdsmessig", "nn": "forholdsmessig", "en": "proportional"},
    "linear": {"nb": "lineær mot laveste pris", "nn": "lineær mot lågaste pris", "en": "linear to the lowest price"},
    "linear_to_highest": {
        "nb": "lineær mot høyeste pris",
        "nn": "lineær mot høgaste pris",
        "en": "linear to the highest price",
    },
    "hybrid": {
        "nb": "lineær, så forholdsmessig",
        "nn": "lineær, så forholdsmessig",
        "en": "linear, then proportional",
    },
    "priced_quality_deduction": {
        "nb": "prissatt kvalitet, fradrag",
        "nn": "prissett kvalitet, frådrag",
        "en": "priced quality, deduction",
    },
    "priced_quality_surcharge": {
        "nb": "prissatt kvalitet, påslag",
        "nn": "prissett kvalitet, påslag",
        "en": "priced quality, surcharge",
    },
    "conversion_factor": {"nb": "omregningsfaktor", "nn": "omrekningsfaktor", "en": "conversion factor"},
    "linear_to_reference": {
        "nb": "lineær mot kunngjort referansepris",
        "nn": "lineær mot kunngjord referansepris",
        "en": "linear to a published reference price",
    },
}

_WARNINGS: dict[str, dict[str, str]] = {
    "irrelevant_tender_decides": {
        "nb": "Uten tilbudet {tender} ville {winner} ha vunnet. Et tilbud som ikke vinner, avgjør altså hvem som gjør det.",
        "nn": "Utan tilbodet {tender} ville {winner} ha vunne. Eit tilbod som ikkje vinn, avgjer altså kven som gjer det.",
        "en": "Without the tender {tender}, {winner} would have won. A tender that does not win decides who does.",
    },
    "weights_do_not_bite": {
        "nb": "Kriteriet {criterion} er vektet {stated} prosent, men avgjør {effective} prosent av forskjellene.",
        "nn": "Kriteriet {criterion} er vekta {stated} prosent, men avgjer {effective} prosent av skilnadene.",
        "en": "The criterion {criterion} has a weight of {stated} per cent but decides {effective} per cent of what differs.",
    },
    "ranges_swap_rank": {
        "nb": "Med de oppgitte områdene kan {first} veie både mer og mindre enn {second}. Slike områder er ulovlige.",
        "nn": "Med dei oppgitte områda kan {first} vege både meir og mindre enn {second}. Slike område er ulovlege.",
        "en": "With the stated ranges {first} may weigh both more and less than {second}. Such ranges are unlawful.",
    },
    "environment_below_minimum": {
        "nb": "Miljø veier {weight} prosent. Regelen krever minst {minimum}, eller en begrunnelse for noe annet i stedet.",
        "nn": "Miljø veg {weight} prosent. Regelen krev minst {minimum}, eller ei grunngiving for noko anna i staden.",
        "en": "Environment weighs {weight} per cent. The rule asks for {minimum}, or reasons for something else instead.",
    },
    "environment_below_minimum:before-2024": {
        "nb": "Miljø veier {weight} prosent. Som hovedregel bør det veie minst {minimum} når det er et kriterium.",
        "nn": "Miljø veg {weight} prosent. Som hovudregel bør det vege minst {minimum} når det er eit kriterium.",
        "en": "Environment weighs {weight} per cent. As a rule it should weigh at least {minimum} where it is a criterion.",
    },
    "model_depends_on_worst": {
        "nb": "Modellen måler mot den høyeste prisen, som er {price} kr fra {tender}. Et tilbud uten sjanse kan avgjøre.",
        "nn": "Modellen måler mot den høgaste prisen, som er {price} kr frå {tender}. Eit tilbod utan sjanse kan avgjere.",
        "en": "The model measures against the highest price, NOK {price} from {tender}. A hopeless tender may decide.",
    },
    "model_decides": {
        "nb": "Med modellen «{model}» ville {winner} ha vunnet.",
        "nn": "Med modellen «{model}» ville {winner} ha vunne.",
        "en": "Under the model “{model}” {winner} would have won.",
    },
    "one_point_flips": {
        "nb": "Med {change} poeng til {tender} på {criterion} ville {winner} ha vunnet.",
        "nn": "Med {change} poeng til {tender} på {criterion} ville {winner} ha vunne.",
        "en": "With {change} points for {tender} on {criterion}, {winner} would have won.",
    },
    "negative_points": {
        "nb": "{tender} får {points} poeng for pris. Negative poeng er tillatt, men de må stå i dokumentene.",
        "nn": "{tender} får {points} poeng for pris. Negative poeng er tillatne, men dei må stå i dokumenta.",
        "en": "{tender} gets {points} points for price. Negative points are allowed, but the documents must say so.",
    },
    "abnormally_low": {
        "nb": "{tender} ({price} kr) ligger {below_mean} prosent under gjennomsnittet. Be om forklaring før evalueringen.",
        "nn": "{tender} ({price} kr) ligg {below_mean} prosent under gjennomsnittet. Be om forklaring før evalueringa.",
        "en": "{tender} (NOK {price}) is {below_mean} per cent below the mean. Ask for an explanation before evaluating.",
    },
    "abnormally_low:next": {
        "nb": "{tender} ({price} kr) ligger {below_mean} prosent under gjennomsnittet og {below_next} prosent under det nest "
        "laveste. Be om forklaring før evalueringen.",
        "nn": "{tender} ({price} kr) ligg {below_mean} prosent under gjennomsnittet og {below_next} prosent under det nest "
        "lågaste. Be om forklaring før evalueringa.",
        "en": "{tender} (NOK {price}) is {below_mean} per cent below the mean and {below_next} per cent below the "
        "next lowest. Ask for an explanation before evaluating.",
    },
}
_PERCENT = {"stated", "effective", "weight", "minimum", "below_mean", "below_next"}
_KRONER = {"price"}
_POINTS = {"points", "change"}


def warning_text(finding: Finding, language: str) -> str:
    """The warning as a sentence; shares as per cent, amounts in whole kroner, points with at most two decimals."""
    shown = {name: _shown(name, value, language) for name, value in finding.evidence.items()}
    return _WARNINGS[_variant(finding)][language].format(**shown)


def model_name(model: str, language: str) -> str:
    """What a model is called."""
    return MODEL_NAMES[model][language]


def _variant(finding: Finding) -> str:
    if finding.code == "environment_below_minimum" and finding.evidence["regime"] == "before-2024":
        return f"{finding.code}:before-2024"
    if finding.code == "abnormally_low" and "next" in finding.evidence:
        return f"{finding.code}:next"
    return finding.code


def _shown(name: str, value: str, language: str) -> str:
    if name == "model":
        return model_name(value, language)
    if name in _PERCENT:
        return local_number(rounded(100 * Fraction(value), 1).removesuffix(".0"), language)
    if name in _KRONER:
        whole = f"{int(rounded(Fraction(value), 0)):,}"
        return whole if language == "en" else whole.replace(",", "\N{NO-BREAK SPACE}")
    if name in _POINTS:
        text = rounded(Fraction(value), 2).removesuffix("0").removesuffix(".0").replace("-", "\N{MINUS SIGN}")
        return local_number(f"+{text}" if value.startswith("+") else text, language)
    return value


def local_number(number: str, language: str) -> str:
    """A decimal string with the comma that Norwegian writes."""
    return number if language == "en" else number.replace(".", ",")
