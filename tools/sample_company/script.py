"""What happened on given days: touches and work that a story needs, and the answers to surveys."""

from __future__ import annotations

from typing import Final

from sample_company.tables import rows

__all__ = ["EXTRA_TASKS", "SCRIPTED", "SURVEYS"]

# customer | days ago (negative = planned) | kind | direction | subject | project | title of the need
# | waits for an answer | answered after hours | mood, hundredths | team
SCRIPTED: Final = rows("""
LUM|-3|meeting||Steering meeting: Booking engine|LUM|||||crm
LUM|-16|meeting||Quarterly review with Lumen & Marée||||||crm
NOR|31|call|in|Are we really on green?|NLE||yes|52|-40|crm
NOR|12|email|in|Asked twice now: when does the pilot reach five thousand meters?|NLE|Pilot of five thousand meters by the end of November|yes||-60|crm
NOR|-8|meeting||Steering meeting: Smart metering platform|NLE|||||crm
MUL|44|email|in|When is the go-live?|MSO|Go-live of the ERP connector|yes||-50|crm
MUL|38|email|in|Third request: a date for the go-live|MSO|Go-live of the ERP connector|yes||-80|crm
MUL|20|note|internal|Ottmar is furious about the delivery notes. Who calls him back, sales or delivery?||||||crm
MUL|35|call|in|Managing partner asks for a call back||Go-live of the ERP connector|yes||-90|crm
TAN|14|email|out|Please send us the robot list|TAN|||||crm
TAN|13|email|out|Request: robot list for the fleet network|TAN|||||pmo
TAN|9|email|out|Agenda for the onboarding workshop|TAN|||||crm
TAN|8|email|out|Onboarding workshop: agenda|TAN|||||pmo
TAN|7|email|in|Which of your two agendas is right?|TAN|Two of you asked us for the same robot list|yes||-45|crm
TAN|-9|meeting||Onboarding workshop for Tanuki Robotics|TAN|||||crm
TAN|-10|meeting||Tanuki Robotics: onboarding workshop|TAN|||||pmo
KES|19|call|out|Renewal 2026: first talk|||||-20|crm
KES|-18|meeting||Renewal talk with Kestrel & Finch||||||crm
ZIN|59|call|out|New day for the opening agreed|ZIN|New day for the opening with stock control||||pmo
ZIN|-5|meeting||Walk through the kitchen screens|ZIN|||||pmo
MOI|48|email|in|Could you build the river line too?||Second tour line on the river|yes|20|70|crm
MOI|29|note|internal|Joaquim asks for the third new thing this winter. Nobody has made him an offer.||||||crm
SNO|158|email|in|Notice of termination|||||-90|crm
PAP|-7|meeting||Kick-off with Papaya Learning||||||crm
OBU|-4|meeting||Demonstration of the rehearsal planner||||||crm
AET|-6|meeting||Review of the plate layout|AET|||||pmo
ZUB|-11|meeting||Steering meeting: Fleet telematics|ZUB|||||crm
SIR|-15|meeting||Plan for the summer members|SIR|||||crm
""")

# customer | question | answer | days ago | project | followed up after hours | words
SURVEYS: Final = rows("""
LUM|CSAT|5|300|LUA||Our figures at last.
LUM|CSAT|5|200|LUM||
LUM|CSAT|4|120|LUM||Good, the mails came twice.
LUM|CSAT|5|60|LUM||
LUM|CSAT|5|20|LUM||We always know where you stand.
LUM|NPS|10|90|||
LUM|NPS|9|30|||
LUM|CES|6|40|LUM||
NOR|CSAT|4|320|NLA||
NOR|CSAT|3|170|NLE||
NOR|CSAT|2|60|NLE|100|The report says green, my desk says red.
NOR|CSAT|2|18|NLC||Tenants cannot log in.
NOR|NPS|6|90|||
NOR|NPS|4|28|||
MUL|CSAT|4|330|MSO||
MUL|CSAT|3|200|MSO||
MUL|CSAT|2|110|MSO||Nobody answers.
MUL|CSAT|1|34|MSO||Silence.
MUL|NPS|2|50|||
TAN|CSAT|4|100|TAR||
TAN|CSAT|3|11|TAN|30|Please speak with each other first.
TAN|NPS|8|60|||
KES|CSAT|4|200|KES||
KES|CSAT|3|75|KES|70|
KES|CSAT|3|21|KEF||When does it go on?
KES|NPS|7|80|||
ZIN|CSAT|3|150|ZIN|12|Late, but we know why.
ZIN|CSAT|4|60|ZIN||
ZIN|CSAT|4|15|ZIN||
ZIN|NPS|9|40|||
ZIN|CES|6|25|ZIN||
MOI|CSAT|5|200|MOI||
MOI|CSAT|5|90|MOI||
MOI|CSAT|5|22|MOI||More of it, please.
MOI|NPS|10|45|||
MOI|NPS|9|140|||
AET|CSAT|5|70|AET||
AET|CSAT|4|20|AEL||
AET|NPS|9|35|||
AET|NPS|10|150|||
SNO|CSAT|2|300|SNO||
SNO|CSAT|1|180|SNO||We drive more than before.
SNO|NPS|0|170|||
AUL|CSAT|4|60|AUL||
ZUB|CSAT|4|150|ZUB||
ZUB|CSAT|5|50|ZUB||
ZUB|NPS|9|70|||
SIR|CSAT|4|120|SIR||
SIR|CSAT|4|30|SIR||
SIR|NPS|9|55|||
""")

# project | type | title | status | due in n days | hours | objective | what it doubles
EXTRA_TASKS: Final = rows("""
TAN|Task|Onboarding workshop with Tanuki Robotics|In Progress|9|24|O-26|the meeting that sales planned
TAN|Task|Collect the robot list from the client|Done|-10|6|O-26|the e-mail that sales sent
KES|Story|Single sign-on for case workers|To Do|9|40|O-28|the story of the other project
KEF|Story|Single sign-on for the case workers|To Do|12|40|O-28|the story of the other project
NLE|Task|Consent texts for tenants|In Progress|10|16|O-21|the task of the other project
NLC|Task|Texts of consent for tenants|In Progress|8|16|O-21|the task of the other project
""")
