"""The objectives of the sample company and the projects that serve them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sample_company.tables import rows, specs

__all__ = ["EDGES", "OBJECTIVES", "OBJECTIVE_OF_PROJECT", "ObjectiveSpec"]


@dataclass(frozen=True)
class ObjectiveSpec:
    """One row of the table below."""

    id: str
    title: str
    team: str
    owner: str
    customer: str
    parent: str
    cycle: str
    kind: str
    status: str
    unit: str
    start_value: str
    current: str
    target: str
    weight: str
    confidence: str
    start: str
    due: str
    acknowledged: str
    check_in_days: int
    last_check_in: int
    check_ins: int


# acknowledged = other team @ days ago | check-in every n days, last n days ago, how many
OBJECTIVES: Final[tuple[ObjectiveSpec, ...]] = specs(
    ObjectiveSpec,
    """
    O-01|Every client knows where its project stands|company|Inês Figueira|||2026|stay_above|open|% of active projects|55|67|90|3|0.6|2026-01-05|2026-12-31|pmo@52|30|21|3
    O-02|What we promise is delivered on its day|company|Ingrid Aalto|||2026|stay_above|open|% of promises|60|64|90|3|0.5|2026-01-05|2026-12-31|crm@50|30|25|3
    O-03|Clients come back for more|company|Tomás Brandt|||2026|increase|open|% net retention|96|99|115|2|0.5|2026-01-05|2026-12-31|pmo@47|30|28|2
    O-04|One plan per client, known to both teams|company|Ingrid Aalto|||2026|increase|open|% of clients|20|38|100|2|0.45|2026-01-05|2026-12-31|crm@30|30|30|2
    O-05|Milestones reached on time|pmo|Ingrid Aalto||O-02|2026-H1|increase|open|%|58|63|85|2|0.5|2026-01-05|2026-06-30|crm@40|14|12|5
    O-06|Fewer overdue tasks|pmo|Mirela Kováč||O-02|2026-H1|decrease|open|% of open tasks|31|28|10|1|0.45|2026-01-05|2026-06-30||14|33|3
    O-07|A written status for each active project every week|pmo|Mirela Kováč||O-01|2026-H1|increase|open|% of projects|30|46|95|2|0.6|2026-01-05|2026-06-30|crm@44|14|9|6
    O-08|From signature to kick-off in a week|pmo|Agnès Okafor||O-04|2026-H1|decrease|open|days|16|11|7|1|0.65|2026-01-05|2026-06-30|crm@20|14|13|4
    O-09|Complaints get a first answer within two days|crm|Inês Figueira||O-01|2026-H1|increase|open|%|62|68|95|2|0.5|2026-01-05|2026-06-30||14|10|5
    O-10|Clients would recommend us|crm|Priya Halvorsen||O-03|2026-H1|stay_above|open|NPS|24|31|40|1|0.55|2026-01-05|2026-06-30|pmo@35|30|18|3
    O-11|More business with the clients we have|crm|Tomás Brandt||O-03|2026-H1|reach|open|kEUR|0|140|600|2|0.4|2026-01-05|2026-06-30||30|27|2
    O-12|Promises are written down with a date|crm|Léon Castellane||O-02|2026-H1|increase|open|%|35|41|90|1||2026-01-05|2026-06-30||14|47|1
    O-13|Renewals signed a month before the contract ends|crm|Léon Castellane||O-03|2026-H1|increase|open|%|50|40|90|1|0.35|2026-01-05|2026-06-30||30|55|1
    O-14|One time sheet for everybody|pmo|Mirela Kováč|||2026-H1|increase|open|% of staff|0|58|100|1|0.6|2025-10-01|2026-03-31||14|16|6
    O-15|Three bookings in four are made online|pmo|Mirela Kováč|LUM|O-02|2026-H1|increase|open|%|35|68|75|2|0.9|2025-06-02|2026-06-30|crm@240|14|4|10
    O-16|A booking takes two minutes|pmo|Mirela Kováč|LUM|O-02|2026-H1|decrease|open|seconds|260|154|120|1|0.85|2025-06-02|2026-06-30|crm@238|14|5|10
    O-17|Reception decides with guest figures|crm|Inês Figueira|LUM|O-03|2025-H1|reach|achieved|weekly users|0|24|20|1|1|2024-11-04|2025-06-30|pmo@440|30|262|5
    O-18|Two thousand season passes sold|crm|Inês Figueira|LUM|O-03|2026|reach|open|passes|0|0|2000|1|0.8|2026-02-09|2026-12-31|pmo@14|14|6|1
    O-19|Meters read without a visit|pmo|Ingrid Aalto|NOR|O-02|2026-H1|increase|open|meters|0|41000|120000|3|0.4|2025-03-03|2026-03-31|crm@300|14|24|8
    O-20|Bills without errors|crm|Tomás Brandt|NOR|O-02|2026-H1|decrease|open|% wrong bills|4.1|3.6|1.0|2|0.35|2025-03-03|2026-06-30||30|48|4
    O-21|Clients help themselves in the portal|pmo|Ingrid Aalto|NOR|O-03|2026-H1|reach|open|log-ins a month|0|1800|15000|2|0.4|2025-07-01|2026-06-30||14|38|4
    O-22|Findings of the data audit are closed|crm|Tomás Brandt|NOR|O-02|2025-H2|reach|open|findings|0|5|12|1|0.3|2025-04-01|2025-12-31||30|96|3
    O-23|Orders reach the ERP without retyping|pmo|Babatunde Reyes|MUL|O-02|2026-H1|increase|open|%|10|38|90|2|0.4|2025-02-10|2026-03-31||14|61|5
    O-24|Fewer picking errors|pmo|Babatunde Reyes|MUL|O-02|2026-H1|decrease|open|%|2.4|2.2|0.8|1|0.3|2025-09-01|2026-05-31||14|52|3
    O-25|Spare parts sold online|crm|Tomás Brandt|MUL|O-03|2026|reach|open|kEUR|0|0|250|1||2026-01-05|2026-12-31||30|54|1
    O-26|Four hundred robots connected|pmo|Agnès Okafor|TAN|O-02|2026-H1|reach|open|robots|0|150|400|2|0.7|2026-01-12|2026-05-31|crm@30|14|10|3
    O-27|Incidents are seen before the client calls|pmo|Agnès Okafor|TAN|O-01|2026-H1|increase|open|%|15|55|75|1|0.6|2025-08-04|2026-03-31|crm@120|14|17|6
    O-28|A document is found in a minute|pmo|Dmitri Salonen|KES|O-02|2026-H1|increase|open|% of searches|20|58|85|1|0.5|2025-06-16|2026-03-31|crm@150|14|30|5
    O-29|Field visits without paper|crm|Léon Castellane|KES|O-03|2026-H1|increase|open|%|0|12|80|1|0.3|2025-05-12|2026-06-30||30|82|3
    O-30|Half of the kitchen waste|pmo|Yusuf Lindqvist|ZIN|O-02|2026-H1|decrease|open|kg a day|14|9.6|7|2|0.7|2025-04-07|2026-06-30|crm@260|14|7|9
    O-31|Stock is counted every evening|pmo|Yusuf Lindqvist|ZIN|O-02|2026-H1|increase|open|% of evenings|10|72|95|1|0.75|2025-04-07|2026-06-30|crm@258|14|7|8
    O-32|Tours are booked on the same day|pmo|Mirela Kováč|MOI|O-03|2026-H1|increase|open|%|12|38|45|1|0.8|2025-05-05|2026-06-30|crm@210|14|9|8
    O-33|Shop visitors come back|crm|Inês Figueira|MOI|O-03|2026-H1|increase|open|%|9|11|25|1|0.5|2026-01-05|2026-06-30||30|26|2
    O-34|Every truck on the map|pmo|Agnès Okafor|ZUB|O-02|2026-H1|reach|open|trucks|0|225|310|1|0.75|2025-08-18|2026-05-31|crm@160|14|11|8
    O-35|Invoices match themselves|pmo|Agnès Okafor|ZUB|O-02|2025-H1|increase|achieved|%|40|88|85|1|1|2024-11-25|2025-06-30|crm@400|30|280|4
    O-36|Ten thousand members in the programme|pmo|Yusuf Lindqvist|SIR|O-03|2026-H1|reach|open|members|0|6900|10000|1|0.7|2025-07-21|2026-06-30|crm@180|14|12|7
    O-37|Rooms sold directly|crm|Inês Figueira|SIR|O-03|2026-H1|increase|open|%|31|36|45|1|0.55|2026-01-05|2026-06-30||30|24|2
    O-38|Every device has an owner|pmo|Dmitri Salonen|AUL|O-02|2026-H1|increase|open|%|0|44|100|1|0.55|2025-10-06|2026-06-30|crm@100|14|19|5
    O-39|Farms share one calendar|pmo|Babatunde Reyes|GEM|O-04|2026-H1|reach|open|farms|0||40|1||2025-07-14|2026-06-30||30|0|0
    O-40|Fewer empty kilometres|crm|Léon Castellane|SNO|O-03|2025-H2|decrease|open|%|23|22|15|1|0.2|2024-09-16|2025-12-31||30|190|4
    """,
)

# project | objective | kind | weight. GEM serves O-39 too, but only its labels say so.
EDGES: Final = rows("""
LUM|O-15|contribute|1
LUM|O-16|contribute|1
LUM|O-07|support|0.5
LUM|O-10|support|0.5
LUA|O-17|contribute|1
LUS|O-18|contribute|1
NLE|O-19|contribute|1
NLE|O-20|support|0.5
NLC|O-21|contribute|1
NLA|O-20|support|0.25
MSO|O-23|contribute|1
MSW|O-24|contribute|1
SNO|O-40|contribute|1
TAN|O-26|contribute|1
TAN|O-08|support|0.5
TAR|O-27|contribute|1
TAR|O-05|support|0.5
MOI|O-32|contribute|1
MOI|O-10|support|0.5
MOP|O-32|support|0.5
AUL|O-38|contribute|1
ZIN|O-30|contribute|1
ZIN|O-31|contribute|1
ZIN|O-07|support|0.5
ZIN|O-09|support|0.5
KES|O-28|contribute|1
KEF|O-29|contribute|1
ZUB|O-34|contribute|1
ZUB|O-05|support|0.5
ZUT|O-35|contribute|1
SIR|O-36|contribute|1
SIC|O-37|support|0.5
PAP|O-10|support|0.25
INT|O-14|contribute|1
INT|O-06|support|0.5
INT|O-04|support|0.25
""")

OBJECTIVE_OF_PROJECT: Final[dict[str, tuple[str, ...]]] = {
    project: tuple(row[1] for row in EDGES if row[0] == project and row[2] == "contribute")
    or tuple(row[1] for row in EDGES if row[0] == project)
    for project in dict.fromkeys(row[0] for row in EDGES)
}
"""The objectives that tasks of a project name: those it moves, else those it supports."""
