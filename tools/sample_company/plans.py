"""The projects of the sample company, and what is made of in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sample_company.tables import rows, specs

__all__ = ["PARTS", "PROJECTS", "ProjectSpec"]


@dataclass(frozen=True)
class ProjectSpec:
    """One row of the table below; empty text = unknown."""

    key: str
    name: str
    customer: str
    sheet_name: str
    sheet_domain: str
    by_reference: str
    status: str
    health: str
    start: str
    due: str
    baseline: str
    completed: str
    progress: str
    budget: str
    spent: str
    currency: str
    lead: int
    tasks: int
    dated: int
    aimed: int
    replanned: int
    updates: int
    every: int
    last_update: int
    to_client: int


# sheet name, domain, reference = how the PM team writes the customer | lead (index of people), tasks,
# % with a due date, % tied to an objective, % of late tasks that were given a new day |
# status updates: how many, every n days, last n days ago, % sent to the client
PROJECTS: Final[tuple[ProjectSpec, ...]] = specs(
    ProjectSpec,
    """
    NLE|Smart metering platform|NOR|Nordlicht|nordlicht-energie.example||Active|Green|2025-03-03|2026-03-31|2025-12-19||46|480000.00|431000.00|EUR|0|62|92|70|15|9|21|12|45
    NLC|Customer self-service portal|NOR|NORDLICHT Energie|www.nordlicht-energie.example||Active|Green|2025-07-01|2026-04-30|2026-02-27||34|210000.00|128500.00|EUR|0|40|90|60|20|5|28|19|40
    NLA|Energy data audit|NOR|Nordlicht Energie AG|||Completed|Green|2024-10-07|2025-02-28|2025-02-28|2025-03-21|100|45000.00|47200.00|EUR|0|18|85|60|0|3|35|346|70
    MSO|ERP connector|MUL|Mueller und Soehne|mueller-soehne.example||Active|Amber|2025-02-10|2026-02-13|2025-10-31||58|320000.00|318000.00|EUR|1|48|85|55|10|5|45|58|40
    MSW|Warehouse scanner app|MUL|MÜLLER & SÖHNE|mueller-soehne.example||Active||2025-09-01|2026-05-29|2026-04-30||22|150000.00|71000.00|EUR|1|30|70|40|10|2|40|44|50
    MSP|Spare parts portal|MUL|Söhne & Müller GmbH|||Planned||2026-05-04|2026-10-30|2026-10-30||0||||1|8|0|0|0|0|0|0|0
    LUM|Booking engine|LUM|LUMEN & MAREE|lumen-maree.example||Active|Green|2025-06-02|2026-06-26|2026-06-26||73|360000.00|252000.00|EUR|2|46|100|100|100|14|7|3|100
    LUA|Guest analytics|LUM|Lumen & Marée S.A.|||Completed|Green|2024-11-04|2025-05-30|2025-05-30|2025-05-27|100|98000.00|93400.00|EUR|2|28|100|95|0|4|30|279|100
    LUS|Season pass|LUM|Lumen & Marée|lumen-maree.example||Planned|Green|2026-04-06|2026-11-27|2026-11-27||0|140000.00|0.00|EUR|2|10|100|100|0|1|7|5|100
    SNO|Route planner|SNO|Snoestorm Logistik|snostorm-logistik.example||Cancelled|Red|2024-09-16|2025-07-31|2025-04-30||63|210000.00|236000.00|EUR|3|34|80|40|10|4|50|172|30
    TAN|Robot fleet onboarding|TAN|Tanuki Robotics KK|tanuki-robotics.example||Active|Green|2026-01-12|2026-05-15|2026-05-15||41|165000.00|66000.00|EUR|4|28|95|85|40|3|14|8|65
    TAR|Fleet dashboards|TAN|Tanuki Robotics|tanuki-robotics.example||Active|Amber|2025-08-04|2026-03-27|2026-02-27||78|120000.00|101000.00|EUR|4|30|90|75|30|4|28|19|75
    MOI|Tour scheduling|MOI|Vento, Moinho de|moinho-de-vento.example||Active|Green|2025-05-05|2026-04-17|2026-04-03||86|118000.00|99000.00|EUR|2|34|95|85|60|6|21|9|85
    MOP|Online shop|MOI|Moinho de Vento||ref|Completed|Green|2024-09-23|2025-04-11|2025-04-11|2025-04-10|100|70000.00|68900.00|EUR|2|22|95|80|0|2|40|328|50
    AUL|Device registry|AUL|Aurora Systems Limited|aurora-systems.example||Active|Amber|2025-10-06|2026-06-30|2026-05-29||46|105000.00|58000.00|EUR|5|24|80|60|30|3|30|13|65
    AUR|Identity migration|AUB|Aurora Systems|||Active||2025-09-15|2026-03-20|2026-03-20||51|880000.00|510000.00|SEK|5|22|70|0|0|2|50|36|50
    ZIN|Recipe and stock control|ZIN|Zinnober Brasserie SARL|||Active|Red|2025-04-07|2026-05-22|2025-12-12||70|155000.00|121000.00|EUR|3|34|95|90|85|10|8|4|100
    ZIP|Point of sale pilot|ZIN|Brasserie Zinnober|brasserie-zinnober.example||Completed|Green|2024-12-16|2025-03-14|2025-03-14|2025-03-28|100|32000.00|33100.00|EUR|3|14|80|0|0|1|10|340|100
    KES|Document archive|KES|Kestrel and Finch Ltd|kestrel-finch.example||Active|Amber|2025-06-16|2026-03-13|2026-01-30||68|140000.00|118000.00|EUR|5|32|85|60|20|5|35|13|60
    KEF|Field forms|KES|KESTREL & FINCH LTD.|||On hold|Amber|2025-05-12|2026-02-06|2025-12-19||41|75000.00|41000.00|EUR|5|22|75|50|0|3|40|75|35
    ZUB|Fleet telematics|ZUB|Transport Zubr||ref|Active|Green|2025-08-18|2026-04-24|2026-04-24||79|142000.00|112000.00|EUR|4|30|95|85|50|6|21|10|80
    ZUT|Invoice matching|ZUB|Żubr Transport Sp. z o.o.|zubr-transport.example||Completed|Green|2024-11-25|2025-05-09|2025-05-09|2025-05-14|100|48000.00|47100.00|EUR|4|18|90|75|0|2|45|292|50
    PAP|Course catalogue|PAP|Papaya Learning|papaya-learning.example||Planned||||||||||3|5|0|0|0|0|0|0|0
    GEM|Harvest calendar|GEM|Gemuesegarten eG|gemuesegarten.example||Active||2025-07-14||||||||1|14|15|0|0|1|20|29|100
    SIR|Loyalty programme|SIR|Sirocco Hotel|||Active|Green|2025-07-21|2026-04-10|2026-03-27||80|110000.00|89000.00|EUR|3|30|90|80|50|5|24|12|80
    SIC|Channel manager|SIR|HOTEL SIROCCO SPA|hotel-sirocco.example||Completed|Green|2024-12-02|2025-05-16|2025-05-16|2025-05-20|100|58000.00|60300.00|EUR|3|18|90|70|0|2|40|286|50
    AET|Assay tracking|AET|Aether Biolabs|aether-biolabs.example||Active|Green|2025-09-08|2026-04-30|2026-04-30||77|150000.00|111000.00|EUR|0|30|95|0|60|5|21|6|100
    AEL|Lab notebook import|AET|Æther Biolabs ApS|aether-biolabs.example||Active|Green|2025-11-10|2026-05-29|2026-05-29||58|62000.00|34000.00|EUR|0|20|95|0|60|3|24|7|100
    INT|One time sheet||||ref|Active|Amber|2025-10-01|2026-03-31|2026-03-31||62|40000.00|27000.00|EUR|2|20|80|60|20|3|30|12|0
    WEB|Own website relaunch||||ref|Active||2025-04-14|2025-12-05|2025-09-26||60|30000.00|34500.00|EUR|5|16|60|0|0|1|30|110|0
    """,
)

_PARTS = rows("""
NLE|meter gateway, reading import, tariff engine, outage alarm, meter twin, field app, billing hand-over, load forecast
NLC|log-in, contract page, reading entry, move-house form, invoice archive, chat entry, consent page
NLA|reading samples, data catalogue, quality report, retention rules
MSO|order mapping, price list sync, stock sync, delivery notes, error queue, customer numbers, invoice feed
MSW|scan screen, picking list, goods receipt, label print, offline mode, handheld set-up
MSP|part search, drawing viewer, basket
LUM|availability search, boat calendar, payment page, voucher codes, group bookings, guest mails, price seasons, check-in list
LUA|visit funnel, repeat guests, weather overlay, season report, survey feed
LUS|pass types, family rules, gate check, sales page
SNO|route solver, stop windows, driver lists, map layer, toll costs, empty runs
TAN|robot registration, fleet network, user roles, safety briefing, pilot site, training set, support desk
TAR|uptime chart, incident feed, battery view, shift report, alert rules
MOI|guide rota, tour slots, weather rule, bus seats, guest list, late changes
MOP|product pages, shipping rules, gift cards, stock feed
AUL|device list, certificate check, ownership, retire flow, audit log
AUR|directory export, group mapping, log-in switch, recovery codes
ZIN|recipe cards, stock counts, supplier orders, allergen list, waste log, kitchen screens
ZIP|till screen, receipt print, cash count
KES|scan intake, full-text search, retention rules, case folders, redaction, access rights
KEF|form builder, photo upload, offline forms, signature
ZUB|truck units, live map, geofences, fuel report, driver shifts, trip history
ZUT|invoice reader, match rules, exception list
PAP|course import, search page
GEM|crop list, sowing plan, farm sharing, frost warning
SIR|points rules, member card, partner offers, tier levels, welcome mail, front desk screen
SIC|room mapping, rate sync, overbooking guard
AET|sample labels, plate layout, result import, instrument link, reagent stock, review step
AEL|notebook parser, image import, author mapping, search index
INT|hours screen, approval, export to payroll, mobile entry
WEB|start page, case stories, jobs page, imprint
""")

PARTS: Final[dict[str, tuple[str, ...]]] = {key: tuple(parts.split(", ")) for key, parts in _PARTS}
"""What is made in each project, as task titles name it."""
