"""Words of the demo's guidance: questions, answers, wishes and a draft. All of them are made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """A question to SI. ``public`` has question and answer by language; empty while nobody has answered."""

    asked_by: str
    days_ago: int
    title: str
    body: str
    category: str = ""
    public: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    related: tuple[str, ...] = ()
    published: bool = False


@dataclass(frozen=True, slots=True)
class DemoWish:
    """A wish, how many voted for it, and what became of it some days later."""

    wished_by: str
    days_ago: int
    title: str
    body: str
    votes: int
    state: str = "received"
    reason: Mapping[str, str] = field(default_factory=dict)
    decided_after: int = 7


QUESTIONS = (
    DemoQuestion(
        "innkjoper",
        40,
        "Må vi ha databehandleravtale før vi prøver en tjeneste gratis?",
        "Vi vil prøve et verktøy for spørreskjema i 30 dager før vi kjøper. Trenger vi avtalen allerede da?",
        "saas",
        {
            "nb": (
                "Trengs databehandleravtale i en gratis prøveperiode?",
                "Ja, hvis det skal inn personopplysninger. Det er bruken som teller, ikke prisen.\n\n"
                "- Prøv med oppdiktede opplysninger, så trenger du den ikke ennå.\n"
                "- Skal ekte opplysninger inn, må avtalen være signert først.",
            ),
            "nn": (
                "Trengst databehandlaravtale i ein gratis prøveperiode?",
                "Ja, om det skal inn personopplysningar. Det er bruken som tel, ikkje prisen.\n\n"
                "- Prøv med oppdikta opplysningar, så treng du han ikkje enno.\n"
                "- Skal ekte opplysningar inn, må avtalen vere signert først.",
            ),
            "en": (
                "Is a data processing agreement needed in a free trial?",
                "Yes, if personal data go in. It is the use that counts, not the price.\n\n"
                "- Try with made-up data, and you do not need it yet.\n"
                "- If real data are to go in, the agreement must be signed first.",
            ),
        },
        ("personopplysninger-og-overforing", "skyreisen"),
        published=True,
    ),
    DemoQuestion(
        "innkjopar",
        33,
        "Korleis reknar vi verdien når forbruket er uvisst?",
        "Vi veit ikkje kor mykje lagring vi kjem til å bruke dei neste fire åra.",
        "cips",
        {
            "nb": (
                "Hvordan regner vi verdien når forbruket er usikkert?",
                "Ta utgangspunkt i forbruket i dag, legg på veksten du venter, og regn hele perioden med opsjoner. "
                "Skriv ned regnestykket. Er du nær en terskelverdi, følger du reglene over den.",
            ),
            "nn": (
                "Korleis reknar vi verdien når forbruket er uvisst?",
                "Ta utgangspunkt i forbruket i dag, legg på veksten du ventar, og rekn heile perioden med opsjonar. "
                "Skriv ned reknestykket. Er du nær ein terskelverdi, følgjer du reglane over han.",
            ),
            "en": (
                "How do we work out the value when consumption is uncertain?",
                "Start from consumption today, add the growth you expect, and count the whole period with options. "
                "Write the sum down. If you are near a threshold, follow the rules above it.",
            ),
        },
        ("anskaffelse-og-bruk",),
        published=True,
    ),
    DemoQuestion(
        "lokal-avtaleforvalter",
        25,
        "Holder et ISO 27001-sertifikat som bevis?",
        "Leverandøren viser til sertifikatet på alle spørsmål om sikkerhet.",
        "cips",
        {
            "nb": (
                "Holder et ISO 27001-sertifikat som bevis for sikkerheten?",
                "Ikke alene. Se hva sertifikatet dekker, og når det går ut. Det viser at leverandøren styrer sikkerheten, "
                "ikke at ett bestemt tiltak virker. Be om en SOC 2-rapport av type II eller testresultater i tillegg.",
            ),
            "nn": (
                "Held eit ISO 27001-sertifikat som prov for tryggleiken?",
                "Ikkje åleine. Sjå kva sertifikatet dekkjer, og når det går ut. Det viser at leverandøren styrer "
                "tryggleiken, ikkje at eitt bestemt tiltak verkar. Be om ein SOC 2-rapport av type II eller "
                "testresultat i tillegg.",
            ),
        },
        ("informasjonssikkerhet",),
        published=True,
    ),
    DemoQuestion(
        "innkjoper",
        9,
        "Hvor lenge må vi få tilgang til data etter at avtalen er slutt?",
        "Leverandøren tilbyr 14 dager. Er det nok?",
        "saas",
        {
            "nb": (
                "Hvor lenge bør vi ha tilgang til data etter at avtalen er slutt?",
                "Regn ut hvor lang tid du trenger for å hente ut og kontrollere alt, og doble det. "
                "14 dager er sjelden nok for et system mange bruker.",
            )
        },
        ("skyreisen",),
    ),
    DemoQuestion(
        "innkjoper",
        3,
        "Kan vi bruke samme kontrakt for to avdelinger med hvert sitt oppsett?",
        "Den ene avdelingen har strengere krav til hvor data lagres.",
        "cips",
    ),
    DemoQuestion(
        "godkjennar",
        1,
        "Kven skal godkjenne at vi vel bort eit tryggleikstiltak?",
        "Vi treng ikkje alle tiltaka i referansearkitekturen.",
    ),
)

WISHES = (
    DemoWish(
        "innkjoper",
        50,
        "Ferdige spørsmål til leverandøren om exit",
        "Vi skriver de samme spørsmålene hver gang.",
        38,
        "planned",
        {
            "nb": "Kommer som en mal i veilederen i vår. Demodata.",
            "nn": "Kjem som ein mal i rettleiinga til våren. Demodata.",
            "en": "Comes as a template in the guide this spring. Demo data.",
        },
    ),
    DemoWish(
        "lokal-avtaleforvalter",
        44,
        "Varsel når et sertifikat hos leverandøren går ut",
        "I dag må vi sjekke selv.",
        27,
        "considered",
    ),
    DemoWish(
        "innkjopar",
        41,
        "Meir rettleiing på nynorsk",
        "Fleire av artiklane hos leverandørane finst berre på engelsk.",
        19,
        "done",
        {
            "nb": "Alle artiklene våre finnes nå på nynorsk. Demodata.",
            "nn": "Alle artiklane våre finst no på nynorsk. Demodata.",
            "en": "All our articles are now in nynorsk. Demo data.",
        },
    ),
    DemoWish(
        "godkjenner",
        30,
        "Rangering av leverandørene etter pris på forsiden",
        "Da ser vi den billigste med en gang.",
        4,
        "declined",
        {
            "nb": "Prisene er ikke sammenlignbare uten behovet, og rekkefølgen på forsiden skal være nøytral. Demodata.",
            "nn": "Prisane kan ikkje samanliknast utan behovet, og rekkjefølgja på framsida skal vere nøytral. Demodata.",
            "en": "Prices cannot be compared without the need, and the order on the front page is to be neutral. Demo data.",
        },
    ),
    DemoWish("innkjoper", 12, "Regneark for å anslå forbruk", "Med vekst og opsjoner.", 11),
    DemoWish("innkjoper", 4, "Vise hvilke tjenester som har åpne grensesnitt", "", 6),
)

SMALL_BUYERS = {
    "nb": "\n## Si fra når noe går galt\nMeld avvik til avtaleforvalteren. Da slipper neste virksomhet det samme.",
    "nn": "\n## Sei frå når noko går gale\nMeld avvik til avtaleforvaltaren. Då slepp neste verksemd det same.",
    "en": "\n## Say so when something goes wrong\nReport it to the agreement manager. Then the next agency is spared.",
}
CHANGE = {
    "nb": "Nytt steg om å melde avvik. Demodata.",
    "nn": "Nytt steg om å melde avvik. Demodata.",
    "en": "A new step on reporting deviations. Demo data.",
}
