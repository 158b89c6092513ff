"""
The customers of Fernweh Digital, and what a manager should recognise in the report.

| customer | story |
|---|---|
| Lumen & Marée S.A. | *The model.* Weekly word to the client, promises kept and told, shared objectives on course. |
| Nordlicht Energie AG | *The green lie.* Largest contract; both projects declared green, all of it late, over cost. |
| Müller & Söhne GmbH | *Silence.* No status for weeks, two complaints unanswered, a promise long past its day. |
| Tanuki Robotics K.K. | *Twice the work.* Sales and delivery both prepare the same onboarding workshop. |
| Kestrel & Finch Ltd | *Renewal at risk.* Contract ends in six weeks; one project slips, the other sleeps on hold. |
| Brasserie Zinnober Sàrl | *Late but honest.* Declared red, told every week, new day agreed; the client stays content. |
| Moinho de Vento Lda. | *Wants more, nobody sells.* Happy client asks for new things; no deal, no project for them. |
| Æther Biolabs ApS | *Busy without aim.* Work on time and welcome, but tied to no objective at all. |
| Snöstorm Logistik AB | *Gone.* Cancelled project, bad surveys, churned last autumn; an objective still open. |
| Papaya Learning Ltd | *Too new to judge.* Just signed: no dates, no surveys, hardly a record. |
| Aurora Systems Ltd / AB | *Which one?* Two companies of one name; a Jira project says only "Aurora Systems". |
| Gemüsegarten eG | *Nobody looks.* Small client beyond its cadence; tasks without dates, progress unknown. |
| Żubr Transport, Hotel Sirocco | *Ordinary.* Mostly fine, spelled differently on the two sides. |
| Óbuda Zenekar Kft. | *Prospect.* Deals, no project yet. |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sample_company.tables import rows, specs

__all__ = ["CONTACTS", "CUSTOMERS", "DEALS", "OWNERS", "PEOPLE", "CustomerSpec"]

OWNERS: Final = {
    "40110001": ("Inês", "Figueira"),
    "40110002": ("Tomás", "Brandt"),
    "40110003": ("Priya", "Halvorsen"),
    "40110004": ("Léon", "Castellane"),
}
"""Account managers, by HubSpot owner id."""

PEOPLE: Final = (
    "Ingrid Aalto",
    "Babatunde Reyes",
    "Mirela Kováč",
    "Yusuf Lindqvist",
    "Agnès Okafor",
    "Dmitri Salonen",
    "Noor van Dijkstra",
    "Kaito Marchetti",
)
"""The delivery side, as Jira knows them; the first six lead projects."""


@dataclass(frozen=True)
class CustomerSpec:
    """One row of the table below; counts are of engagements, `first` and `last` days before now."""

    key: str
    name: str
    domain: str
    country: str
    industry: str
    tier: str
    status: str
    lifecycle: str
    value: str
    contract_end: str
    cadence: str
    owner: str
    emails: int
    calls: int
    meetings: int
    notes: int
    messages: int
    first: int
    last: int
    inbound: int
    answer_hours: int
    open_tail: int
    noted: int
    mood_first: int
    mood_last: int

    @property
    def company_id(self) -> str:
        """The id of the company in HubSpot."""
        return str(9120000101 + [spec.key for spec in CUSTOMERS].index(self.key) * 17)


# emails, calls, meetings, notes, messages | first, last touch (days ago) | inbound %, hours to answer,
# latest inbound e-mails left unanswered | % of touches with the project noted | mood then, now (hundredths)
CUSTOMERS: Final[tuple[CustomerSpec, ...]] = specs(
    CustomerSpec,
    """
    LUM|Lumen & Marée S.A.|lumen-maree.example|France|Leisure|A|active|customer|310000|2027-06-30|14|40110001|18|8|10|4|3|520|2|45|4|0|90|40|80
    NOR|Nordlicht Energie AG|nordlicht-energie.example|Germany|Utilities|A|active|customer|620000|2026-12-31|14|40110002|21|11|10|6|3|540|5|50|30|1|42|30|-30
    MUL|Müller & Söhne GmbH|mueller-soehne.example|Germany|Machinery|A|active|customer|280000|2026-09-30|21|40110002|18|9|6|5|2|530|35|70|90|4|35|20|-70
    TAN|Tanuki Robotics K.K.|tanuki-robotics.example|Japan|Robotics|B|onboarding|customer|190000|2027-01-11|14|40110003|14|7|7|4|4|230|3|40|34|0|60|30|25
    KES|Kestrel & Finch Ltd|kestrel-finch.example|United Kingdom|Insurance|B|renewal|customer|170000|2026-04-12|30|40110004|13|7|5|4|2|400|19|50|52|1|50|30|-15
    ZIN|Brasserie Zinnober Sàrl|brasserie-zinnober.example|Switzerland|Restaurants|B|active|customer|125000|2026-11-30|21|40110001|14|8|8|3|4|450|4|40|10|0|85|20|35
    MOI|Moinho de Vento Lda.|moinho-de-vento.example|Portugal|Tourism|B|active|customer|110000|2026-10-31|30|40110001|12|6|5|3|4|500|6|55|18|0|60|50|75
    AET|Æther Biolabs ApS|aether-biolabs.example|Denmark|Laboratories|B|active|customer|140000|2026-12-15|30|40110003|10|5|5|3|2|220|8|40|12|0|75|40|50
    SNO|Snöstorm Logistik AB|snostorm-logistik.example|Sweden|Logistics|B|churned|customer|0|2025-09-30||40110004|10|5|4|3|1|535|148|60|80|1|40|10|-80
    PAP|Papaya Learning Ltd|papaya-learning.example|Ireland|Education|C|onboarding|customer|||30|40110003|2|2|2|1|0|26|11|30|20|0|0|0|0
    AUL|Aurora Systems Ltd|aurora-systems.example|United Kingdom|Electronics|B|active|customer|95000|2026-08-31|30|40110004|7|4|3|3|1|180|14|45|28|0|40|20|10
    AUB|Aurora Systems AB|aurora-systems-ab.example|Sweden|Electronics|C|active|customer|60000|2026-07-31|30|40110004|4|2|1|2|0|200|22|80|40|0|0|10|0
    ZUB|Żubr Transport Sp. z o.o.|zubr-transport.example|Poland|Transport|B|active|customer|135000|2026-12-31|30|40110003|10|5|4|3|2|480|9|45|20|0|65|30|40
    GEM|Gemüsegarten eG|gemuesegarten.example|Austria|Agriculture|C|active|customer|28000|2026-06-30|45|40110002|4|2|1|2|1|240|71|60|60|0|0|10|0
    SIR|Hotel Sirocco S.p.A.|hotel-sirocco.example|Italy|Hotels|B|active|customer|120000|2026-09-15|30|40110001|8|5|4|3|2|470|12|45|22|0|60|40|45
    OBU|Óbuda Zenekar Kft.|obuda-zenekar.example|Hungary|Music|C|prospect|opportunity|||30|40110003|4|3|2|2|0|90|24|40|18|0|0|20|30
    """,
)

# first name | last name | job; the first of a customer is the one who decides
CONTACTS: Final = rows("""
LUM|Élodie|Vasseur-Quint|Head of operations
LUM|Baptiste|Oranger|Product owner
LUM|Maëlle|Tisserand|Reception lead
NOR|Frauke|Petersen-Holt|Chief digital officer
NOR|Henning|Sturmfels|Metering lead
NOR|Aylin|Kornblum|Billing
NOR|Jost|Deichgraf|Purchasing
MUL|Ottmar|Söhnlein|Managing partner
MUL|Gisela|Ehrenpfennig|Warehouse lead
MUL|Rainer|Zackenfels|IT
TAN|Haruka|Tsukimoto|Programme manager
TAN|Ren|Okabayashi|Fleet engineer
TAN|Emi|Shirogane|Customer care
KES|Rosalind|Featherstonehaugh|Claims director
KES|Gareth|Pennyquick|IT manager
ZIN|Séverine|Rochat-Blum|Owner
ZIN|Matteo|Cantonati|Chef
ZIN|Anouk|Weissenried|Purchasing
MOI|Joaquim|Alvorada|Managing director
MOI|Leonor|Serrasqueiro|Tours
AET|Søren|Vindelev|Head of research
AET|Åse|Tornblad|Lab manager
SNO|Göran|Isfjäll|Operations director
SNO|Linnéa|Drivhagen|Dispatch
PAP|Aoife|Brannagh|Founder
AUL|Desmond|Whitcombe|Platform lead
AUL|Farah|Nightingale|Security
AUB|Sixten|Norrskog|IT manager
ZUB|Zofia|Brzozowska-Lis|Fleet director
ZUB|Kazimierz|Wędrowny|Accounting
GEM|Veronika|Krautgasser|Chair
SIR|Ludovica|Mezzanotte|Marketing director
SIR|Ettore|Scirocchi|Front office
OBU|Dénes|Hangosi|Manager
""")

# customer | name | amount | currency | stage | created (days ago) | closed or hoped for (days ago; negative = ahead) | project
DEALS: Final = rows("""
LUM|Guest analytics|98000|EUR|closedwon|570|495|LUA
LUM|Booking engine|360000|EUR|closedwon|330|280|LUM
LUM|Season pass|140000|EUR|closedwon|75|21|LUS
LUM|Harbour kiosks|64000|EUR|qualifiedtobuy|30|-60|
NOR|Energy data audit|45000|EUR|closedwon|590|521|NLA
NOR|Smart metering platform|480000|EUR|closedwon|450|371|NLE
NOR|Customer self-service portal|210000|EUR|closedwon|300|251|NLC
NOR|Heat pump advisor|150000|EUR|presentationscheduled|65|-30|
MUL|ERP connector|320000|EUR|closedwon|460|395|MSO
MUL|Warehouse scanner app|150000|EUR|closedwon|240|190|MSW
MUL|Spare parts portal||EUR|contractsent|80|-10|MSP
TAN|Fleet dashboards|120000|EUR|closedwon|260|215|TAR
TAN|Robot fleet onboarding|165000|EUR|closedwon|110|59|TAN
KES|Document archive|140000|EUR|closedwon|310|262|KES
KES|Field forms|75000|EUR|closedwon|330|300|KEF
KES|Renewal 2026|170000|EUR|appointmentscheduled|28|-41|
ZIN|Point of sale pilot|32000|EUR|closedwon|480|440|ZIP
ZIN|Recipe and stock control|155000|EUR|closedwon|360|335|ZIN
MOI|Online shop|70000|EUR|closedwon|555|528|MOP
MOI|Tour scheduling|118000|EUR|closedwon|330|308|MOI
AET|Assay tracking|150000|EUR|closedwon|220|182|AET
AET|Lab notebook import|62000|EUR|closedwon|140|118|AEL
SNO|Route planner|210000|EUR|closedwon|570|535|SNO
SNO|Driver app|90000|EUR|closedlost|320|158|
PAP|Course catalogue||EUR|closedwon|40|24|PAP
AUL|Device registry|105000|EUR|closedwon|175|150|AUL
AUB|Identity migration|880000|SEK|closedwon|200|172|
ZUB|Invoice matching|48000|EUR|closedwon|500|470|ZUT
ZUB|Fleet telematics|142000|EUR|closedwon|240|200|ZUB
GEM|Harvest calendar|28000|EUR|closedwon|260|236|GEM
SIR|Channel manager|58000|EUR|closedwon|500|462|SIC
SIR|Loyalty programme|110000|EUR|closedwon|265|230|SIR
OBU|Rehearsal planner|36000|EUR|qualifiedtobuy|70|-45|
OBU|Ticket shop|54000|EUR|appointmentscheduled|20|-75|
""")
