"""The forty services of the demo: invented, every one marked as demodata."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """A service: name and what it does in bokmål, and in nynorsk and English where it is written in those; a price."""

    title: str
    category: str
    does: str
    unit: str
    amount: str
    nn: str = ""
    en: str = ""
    state: str = "published"


SERVICES = (
    Service("Fjellregn virtuelle maskiner", "cips-compute", "Virtuelle maskiner i to norske datasentre", "vcpu_hour", "0.31",
            "Virtuelle maskiner i to norske datasenter", "Virtual machines in two Norwegian data centres"),
    Service("Breregn GPU", "cips-compute", "Maskiner med GPU til beregning og KI", "gpu_hour", "18.5",
            en="Machines with GPU for computing and AI"),
    Service("Kystregn", "cips-compute", "Virtuelle maskiner med månedspris", "vcpu_month", "205"),
    Service("Viddelager objekt", "cips-storage", "Objektlager med S3-grensesnitt og låst sletting", "gb_month", "0.18",
            "Objektlager med S3-grensesnitt og låst sletting", "Object storage with an S3 interface and locked deletion"),
    Service("Fjordlager", "cips-storage", "Fil- og blokklager med kopi i et annet fylke", "tb_month", "240"),
    Service("Dalarkiv kopi", "cips-storage", "Sikkerhetskopi til et sted uten forbindelse til resten", "tb_month", "165",
            "Reservekopi til ein stad utan samband med resten"),
    Service("Setervoll arkivlager", "cips-storage", "Billig lagring av det som sjelden leses", "gb_month", "0.05",
            state="draft"),
    Service("Rad og rekke", "cips-database", "PostgreSQL drevet for dere, gjenopprettet til minuttet", "vcpu_month", "390",
            en="Managed PostgreSQL with point-in-time recovery"),
    Service("Nøkkelverdi", "cips-database", "Rask nøkkel–verdi-base i minnet", "gb_month", "42"),
    Service("Skjærgård privatnett", "cips-network", "Egne forbindelser mellom virksomhet og sky", "connection_month", "4200",
            "Eigne samband mellom verksemd og sky"),
    Service("Havneport lastfordeler", "cips-network", "Lastfordeling og vern mot tjenestenekt", "gb_out", "0.22"),
    Service("Konteinerkai", "cips-containers", "Kubernetes drevet for dere", "vcpu_hour", "0.44",
            en="Managed Kubernetes"),
    Service("Brygga funksjoner", "cips-containers", "Kode som kjører når noe skjer", "million_requests", "3.2",
            state="submitted"),
    Service("Tallrike analyse", "cips-analytics", "Datavarehus og rapporter", "vcpu_hour", "0.95",
            "Datavarehus og rapportar", "Data warehouse and reports"),
    Service("Målrett språkmodell", "cips-analytics", "Språkmodell for norsk, drevet i Norge", "million_tokens", "34",
            "Språkmodell for norsk, driven i Noreg", "A language model for Norwegian, run in Norway"),
    Service("Vakttårn", "cips-security", "Overvåking av logger døgnet rundt", "unit_month", "58"),
    Service("Nøkkelskrin", "cips-security", "Nøkler og hemmeligheter i egen maskinvare", "unit_month", "1900",
            en="Keys and secrets in dedicated hardware"),
    Service("Samspill kontor", "saas-productivity", "E-post, dokumenter og møter", "user_month", "89",
            "E-post, dokument og møte", "E-mail, documents and meetings"),
    Service("Tavla", "saas-productivity", "Delt tavle for møter på nett", "user_year", "420"),
    Service("Ordskifte", "saas-productivity", "Samtaler og kanaler for team", "user_month", "35", state="refused"),
    Service("Saksgang 5", "saas-cases", "Saksbehandling og arkiv", "user_month", "145",
            "Sakshandsaming og arkiv", "Case handling and records"),
    Service("Innsynsrom", "saas-cases", "Postliste og innsyn for innbyggere", "body_month", "5200"),
    Service("Møtebok", "saas-cases", "Utvalg, møter og vedtak", "body_month", "3900", "Utval, møte og vedtak"),
    Service("Kontoplan sky", "saas-crm-erp", "Økonomi, reiser og faktura", "user_month", "210"),
    Service("Innbyggerkontakt", "saas-crm-erp", "Henvendelser fra innbyggere i ett system", "user_month", "160",
            en="Enquiries from residents in one system"),
    Service("Ordreflyt", "saas-crm-erp", "Bestilling og mottak med EHF", "user_month", "75", state="submitted"),
    Service("Lønnsslipp", "saas-hr", "Lønn og fravær", "user_month", "48", "Løn og fråvær"),
    Service("Kom i jobb", "saas-hr", "Rekruttering og søknader", "user_month", "31", state="ended"),
    Service("Fiskefri", "saas-security", "Stanser svindel i e-post", "user_month", "14",
            "Stansar svindel i e-post", "Stops fraud in e-mail"),
    Service("Enhetsvakt", "saas-security", "Stanser skadelig kode på maskiner", "unit_month", "29", state="removed"),
    Service("Skystrategi på seks uker", "advisory", "Strategi og veikart for sky", "hour", "1450",
            "Strategi og vegkart for sky", "Strategy and road map for cloud"),
    Service("Anskaffelseshjelp sky", "advisory", "Hjelp fra behov til kontrakt", "day", "11200"),
    Service("Risiko og Schrems", "advisory", "Vurdering av overføring og risiko", "hour", "1650",
            en="Assessment of transfers and risk"),
    Service("Kostnadslegen", "advisory", "Finner sky dere betaler for og ikke bruker", "hour", "1390", state="draft"),
    Service("Sikker hverdag", "training", "Nettkurs i informasjonssikkerhet med øvelser", "user_year", "118",
            "Nettkurs i informasjonstryggleik med øvingar", "Online course in information security with exercises"),
    Service("Personvern for alle", "training", "Kurs i personvern på en halv dag", "course_place", "1900"),
    Service("Innkjøpsskolen sky", "training", "Kurs i å kjøpe sky", "course_place", "4900", state="draft"),
    Service("Skymegler", "brokers", "Formidler og følger opp sky fra flere", "percent", "2.4",
            "Formidlar og følgjer opp sky frå fleire", "Brokers and follows up cloud from several providers"),
    Service("Flyttelasset", "implementation", "Flytting til sky med fast pris per system", "hour", "1320"),
    Service("Driftsvakt 24", "implementation", "Drift og overvåking hele døgnet", "body_month", "38000", state="submitted"),
)  # fmt: skip
