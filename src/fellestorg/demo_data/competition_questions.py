"""What suppliers asked about the PCs, and what everybody was answered. All made up."""

from __future__ import annotations

ASKERS = ("atea", "dustin")
PC_QUESTIONS = (
    ("Kan vi tilby alternative modeller på samme prislinje?", "Nei. Hver prislinje gjelder én modell."),
    ("Skal prisene være med eller uten merverdiavgift?", "Uten merverdiavgift."),
    ("Kan leveringssted være flere adresser hos samme virksomhet?", "Ja, inntil fem adresser per bestilling."),
    ("Er mengdene i prisskjemaet bindende?", "Nei, de er et anslag. Den høyeste verdien er kunngjort."),
    ("Skal dokkingstasjonen være fra samme produsent?", "Nei, men den skal virke med maskinen som er tilbudt."),
    ("Hvilken utgave av MobileMark skal brukes?", "MobileMark 25, med lysstyrke på 150 nit."),
    ("Godtas TCO Certified generasjon 8?", "Nei, generasjon 9 eller tilsvarende."),
    ("Kan vi vise til morselskapets regnskap?", "Ja, med forpliktelseserklæring fra morselskapet."),
    ("Hva menes med gjenvunnet plast?", "Plast fra avfall etter forbruk, oppgitt som andel av vekten."),
    ("Skal prøvemaskin leveres med tilbudet?", "Nei."),
    ("Kan vedståelsesfristen kortes ned?", "Nei."),
    ("Er det krav om norsk tastatur?", "Ja, med nordisk tegnsett."),
    ("Skal maskinene leveres med operativsystem?", "Ja, siste utgave av det virksomheten bruker."),
    ("Hvem betaler retur av emballasje?", "Leverandøren."),
    ("Kan garantien oppfylles av et serviceverksted?", "Ja, når responstiden holdes."),
    ("Hva er responstiden ved feil?", "Neste virkedag på fastlandet."),
    ("Gjelder responstiden på Svalbard?", "Nei, der er den fem virkedager."),
    ("Kan priser reguleres i kontraktsperioden?", "Ja, etter kontraktens punkt om prisregulering."),
    ("Skal underleverandører oppgis?", "Ja, de som skal utføre mer enn ti prosent av verdien."),
    ("Kan ESPD leveres på engelsk?", "Ja."),
    ("Er det tillatt å levere tilbud på bare deler av delkontrakten?", "Nei."),
    ("Hvordan skal batteritid dokumenteres?", "Med testrapport fra produsenten."),
    ("Hva skjer når en modell går ut?", "Den erstattes av en like god eller bedre, til samme pris."),
    ("Skal maskinene merkes med eiers navn?", "Ja, etter liste fra virksomheten."),
    ("Er det krav om åpenhet om leverandørkjeden?", "Ja, etter åpenhetsloven."),
    ("Kan fakturaer samles per måned?", "Nei, én faktura per bestilling i EHF."),
    ("Hvordan vektes pris mot utvidet garanti?", "Utvidet garanti er en linje i prisskjemaet og inngår i summen."),
    ("Blir det holdt en tilbudskonferanse?", "Nei, alle spørsmål stilles her."),
    ("Må skjermen være matt?", "Ja."),
    ("Er det krav til minste minne?", "Ja, 16 GB, som det står i kravspesifikasjonen."),
    ("Kan tilbudet signeres elektronisk?", "Ja, det er nok at det leveres her."),
)
