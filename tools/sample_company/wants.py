"""The needs, complaints and promises of the sample company: its tickets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sample_company.tables import specs

__all__ = ["NEEDS", "NeedSpec"]


@dataclass(frozen=True)
class NeedSpec:
    """One row of the table below; empty text = unknown or not yet."""

    number: int
    customer: str
    kind: str
    title: str
    raised: int
    answer_hours: str
    stage: str
    closed: str
    told: str
    due_in: str
    project: str
    traced: str
    objective: str
    severity: str
    importance: str
    group: str
    category: str

    @property
    def ticket_id(self) -> str:
        """The id of the ticket in HubSpot."""
        return str(1900000100 + self.number * 7)


# raised n days ago | hours to first answer | stage 1..5 | closed, told n days ago | due in n days (negative = past)
# | project | task: a Jira task answers it | objective | severity | importance | group | category
NEEDS: Final[tuple[NeedSpec, ...]] = specs(
    NeedSpec,
    """
    LUM|need|Export of bookings for the accountant|380|8|4|310|309||LUA|task|O-17|1|3||FEATURE_REQUEST
    LUM|need|Bookings for groups of more than twelve guests|210|3|4|150|149||LUM|task|O-15|2|4|groups|FEATURE_REQUEST
    LUM|complaint|Confirmation mail arrived twice|140|2|4|138|138||LUM|task|O-15|2|3||PRODUCT_ISSUE
    LUM|need|Prices in Swiss francs on the booking page|120|5|4|62|61||LUM|task|O-15|1|3||FEATURE_REQUEST
    LUM|promise|Load test with two thousand guests before the season|95|2|4|34|34|-30|LUM|task|O-16|2|5||GENERAL_INQUIRY
    LUM|promise|Training for the reception staff|70|4|4|22|21|-20|LUM|task|O-16|1|4||GENERAL_INQUIRY
    LUM|need|Calendar feed for the boat captains|30|6|3|||45|LUM|task|O-15|1|3|calendar|FEATURE_REQUEST
    LUM|promise|Draft of the season pass concept|25|3|3|||20|LUS||O-18|1|4||GENERAL_INQUIRY
    NOR|need|Readings every fifteen minutes for large buildings|330|30|3|||-60|NLE|task|O-19|3|5||FEATURE_REQUEST
    NOR|promise|Pilot of five thousand meters by the end of November|200|20|3|||-92|NLE|task|O-19|4|5||GENERAL_INQUIRY
    NOR|complaint|Wrong bills went out to 312 households|46|26|2||||NLE||O-20|5|5||BILLING_ISSUE
    NOR|complaint|Portal log-in fails for new tenants|33|40|3||||NLC|task|O-21|4|4||PRODUCT_ISSUE
    NOR|need|Tariffs that change with the hour|150|44|2||||NLE|||2|4||FEATURE_REQUEST
    NOR|need|Consent texts in Danish for the border region|75|70|1||||NLC|||1|2||FEATURE_REQUEST
    NOR|promise|Weekly figures for the supervisory board|110|18|4|90|88|-95|NLE|task|O-19|2|4||GENERAL_INQUIRY
    NOR|promise|Corrected bills for the households|40|12|3|||-6|NLE||O-20|4|5||GENERAL_INQUIRY
    NOR|complaint|Outage alarm came four hours late|160|35|4|120|||NLE|task|O-19|4|5||PRODUCT_ISSUE
    MUL|complaint|Delivery notes vanish from the queue|23||1||||MSO||O-23|5|5||PRODUCT_ISSUE
    MUL|complaint|Nobody has told us why the go-live moved again|16||1||||MSO|||4|5||GENERAL_INQUIRY
    MUL|promise|Go-live of the ERP connector|190|40|3|||-31|MSO|task|O-23|4|5||GENERAL_INQUIRY
    MUL|need|Scanner must work with winter gloves|120|96|1|||||||2|4||FEATURE_REQUEST
    MUL|need|Price list with discounts per branch|170|80|2||||MSO|task|O-23|3|4||FEATURE_REQUEST
    MUL|promise|Test system with our own orders|140|60|4|70||-85|MSO||O-23|3|4||GENERAL_INQUIRY
    MUL|need|Photographs of spare parts|60|110|1||||||O-25|1|3||FEATURE_REQUEST
    MUL|complaint|Hotline answered in English only|90|130|2||||||||||GENERAL_INQUIRY
    TAN|need|Safety briefing in Japanese|44|14|4|15|14||TAN|task|O-26|2|5||FEATURE_REQUEST
    TAN|promise|Pilot site connected before the Hannover week|40|10|3|||28|TAN|task|O-26|3|5||GENERAL_INQUIRY
    TAN|complaint|Two of you asked us for the same robot list|12|20|3||||TAN||O-26|2|4||GENERAL_INQUIRY
    TAN|need|Alerts on the shift leader's watch|85|26|2||||TAR|task|O-27|1|3||FEATURE_REQUEST
    TAN|promise|Battery view for the night shift|95|18|4|30|27|-33|TAR|task|O-27|2|4||GENERAL_INQUIRY
    KES|complaint|Search finds redacted passages|35|50|3||||KES|task|O-28|5|5||PRODUCT_ISSUE
    KES|need|Field forms without a network|150|60|2||||KEF|||3|5||FEATURE_REQUEST
    KES|promise|Date for the restart of the field forms|50|30|2|||-14|KEF|||3|4||GENERAL_INQUIRY
    KES|need|Retention of seven years for claims|190|28|4|100|96||KES|task|O-28|3|5||FEATURE_REQUEST
    KES|need|Terms for the renewal with a second site|26|70|1|||||||2|5||GENERAL_INQUIRY
    KES|promise|Access report for the auditor|80|40|4|40||-38|KES|task|O-28|2|4||GENERAL_INQUIRY
    ZIN|promise|New day for the opening with stock control|75|6|4|60|60|-55|ZIN|task|O-31|3|5||GENERAL_INQUIRY
    ZIN|complaint|Opening had to move twice|85|5|4|60|60||ZIN|task|O-30|4|4||GENERAL_INQUIRY
    ZIN|need|Allergens on the kitchen screens|140|9|4|48|47||ZIN|task|O-30|3|5||FEATURE_REQUEST
    ZIN|promise|Waste log for the summer menu|28|8|3|||32|ZIN|task|O-30|2|4||GENERAL_INQUIRY
    ZIN|need|Orders to suppliers by message|50|12|3||||ZIN|task|O-31|1|3||FEATURE_REQUEST
    MOI|need|Second tour line on the river|48|20|1||||||O-32|1|5||FEATURE_REQUEST
    MOI|need|Vouchers that hotels can sell|39|26|1|||||||1|5||FEATURE_REQUEST
    MOI|need|Bookings for school groups|29|18|1|||||||1|4|groups|FEATURE_REQUEST
    MOI|promise|Late changes by the guides themselves|100|10|4|41|40|-44|MOI|task|O-32|2|4||GENERAL_INQUIRY
    MOI|complaint|Two tours had the same guide|90|8|4|80|80||MOI|task|O-32|3|4||PRODUCT_ISSUE
    AET|need|Labels that survive the freezer|110|10|4|55|54||AET|task||2|4||FEATURE_REQUEST
    AET|promise|Import of the notebooks of 2019|60|8|4|19|18|-17|AEL|task||1|4||GENERAL_INQUIRY
    AET|need|Second review step for safety studies|33|14|3|||30|AET|task||2|4||FEATURE_REQUEST
    SNO|complaint|Routes ignore the closing hours of our depots|260|90|5|172|||SNO||O-40|5|5||PRODUCT_ISSUE
    SNO|complaint|Invoice for work that was never accepted|165|110|5|148|||SNO|||4|5||BILLING_ISSUE
    SNO|promise|Refund of the last instalment|155|60|4|120||-125||||3|5||BILLING_ISSUE
    AUL|need|Devices without a network card|70|32|2||||AUL|task|O-38|2|3||FEATURE_REQUEST
    AUL|complaint|Certificates expired without a warning|28|46|3||||AUL|task|O-38|4|4||PRODUCT_ISSUE
    AUB|promise|Plan for the weekend of the switch|42|50|3|||12|AUR|||3|5||GENERAL_INQUIRY
    ZUB|need|Rest times next to the live map|88|22|4|36|35||ZUB|task|O-34|2|4||FEATURE_REQUEST
    ZUB|promise|Units for the last hundred trucks|52|16|3|||24|ZUB|task|O-34|2|5||GENERAL_INQUIRY
    GEM|need|Frost warning by message|80|75|1||||||O-39|9|3||FEATURE_REQUEST
    SIR|need|Points for dinner guests who do not stay|64|24|3||||SIR|task|O-36|1|3||FEATURE_REQUEST
    SIR|complaint|Members were greeted by the wrong name|45|20|4|38|37||SIR|task|O-36|3|4||PRODUCT_ISSUE
    """,
    numbered=True,
)
