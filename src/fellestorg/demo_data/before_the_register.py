"""Agreements of 2017 and the years after that public sources tell of, with what they leave out. Nothing here is invented."""

from __future__ import annotations

from datetime import date

from fellestorg.agreements.models import EarlierAgreement, FrameworkAgreement
from fellestorg.demo_data.agreements import Texts
from fellestorg.kernel.text import LANGUAGES

# Key; title; category; shown from and to; of its days; known; not known; source; followed by.
_EARLIER: tuple[tuple[str, Texts, str, date, date, Texts, Texts, Texts, str, str], ...] = (
    ("forbruksmateriell-2017",
     ("Fellesavtale for forbruksmateriell, den forrige", "Fellesavtale for forbruksmateriell, den førre",
      "Consumables, the previous agreement"),
     "office", date(2017, 1, 1), date(2022, 2, 28),
     ("Statens innkjøpssenter fikk oppdraget i 2016. Første og siste dag er ikke kjent; den neste begynte 1. mars 2022.",
      "Statens innkjøpssenter fekk oppdraget i 2016. Første og siste dag er ikkje kjende; den neste tok til 1. mars 2022.",
      "Statens innkjøpssenter was mandated in 2016. The first and last day are not known; the next began on 1 March 2022."),
     ("Statens innkjøpssenters første avtale. Gevinsten var sju til åtte ganger kostnadene ved innkjøpssenteret. Prisene ble "
      "regulert etter konsumprisindeksen, 1,6 prosent i 2019.",
      "Den første avtalen til Statens innkjøpssenter. Gevinsten var sju til åtte gonger kostnadene ved innkjøpssenteret. "
      "Prisane vart regulerte etter konsumprisindeksen, 1,6 prosent i 2019.",
      "The first agreement of Statens innkjøpssenter. The benefit was seven to eight times the centre's own cost. Prices "
      "followed the consumer price index, 1.6 per cent in 2019."),
     ("Leverandører, avropsmåte, priser og taket.", "Leverandørar, avropsmåte, prisar og taket.",
      "Suppliers, how to call off, prices and the ceiling."),
     "Difi og Computerworld, 2018–2019", "forbruksmateriell"),
    ("reisebyra-2017",
     ("Rammeavtale om reisebyråtjenester, 2017", "Rammeavtale om reisebyråtenester, 2017",
      "Travel agency services, 2017"),
     "travel", date(2017, 1, 1), date(2020, 6, 11),
     ("Avtaleteksten er fra 2017; dagen er ikke kjent. Den neste begynte 12. juni 2020.",
      "Avtaleteksten er frå 2017; dagen er ikkje kjend. Den neste tok til 12. juni 2020.",
      "The text is from 2017; the day is not known. The next began on 12 June 2020."),
     ("Rammeavtalen med Egencia er offentlig, på 66 sider.", "Rammeavtalen med Egencia er offentleg, på 66 sider.",
      "The framework agreement with Egencia is public, 66 pages."),
     ("Om det var flere leverandører, hvor mye som ble kjøpt, og taket.",
      "Om det var fleire leverandørar, kor mykje som vart kjøpt, og taket.",
      "Whether there were more suppliers, how much was bought, and the ceiling."),
     "Rammeavtaletekst for reisebyråtjenester fra 2017", "reisebyra"),
)  # fmt: skip


def lay() -> None:
    """Save what is known."""
    following = {one.key: one for one in FrameworkAgreement.objects.all()}
    EarlierAgreement.objects.bulk_create(
        EarlierAgreement(
            key=key,
            category=category,
            shown_from=first,
            shown_to=last,
            source=source,
            followed_by=following[after],
            **{
                f"{name}_{code}": text
                for name, texts in (("title", title), ("days", days), ("known", known), ("unknown", unknown))
                for code, text in zip(LANGUAGES, texts, strict=True)
            },
        )
        for key, title, category, first, last, days, known, unknown, source, after in _EARLIER
    )
