"""
Words of company names that do not tell companies apart. Data only: `names` decides what they mean.

All are in normal form: lower case, without marks, umlauts as `ae`, `oe`, `ue`.
"""

from __future__ import annotations

from typing import Final

__all__ = ["ARTICLES", "COMMON_WORDS", "CONNECTIVES", "PLACEHOLDERS"]


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


CONNECTIVES: Final = frozenset({"and", "und", "et", "og", "och", "en"})
"""What `&` stands for: English, German, French, Danish and Norwegian, Swedish, Dutch. One-letter ones are initials too."""

ARTICLES: Final = frozenset({"the"})
"""Words that come and go in front of one and the same name."""

COMMON_WORDS: Final = _set(
    """
    academy advisors advisory agency air alliance analytics architects architekten associates association atelier
    auto automation automobile automotive bank bakery bau beratung beteiligung beteiligungen biotech brothers
    build builders building business capital care catering center centre chemical chemicals city clinic cloud club
    college commerce communication communications computer computers concept concepts conseil construction constructions
    construct consult consultancy consultants consulting contractors cooperative creative credit culture data
    delivery dental design designs development digital direct distribution distributors dynamics east ecommerce
    education electric electrical electronic electronics elektro energie energy engineering engineers enterprise
    enterprises entertainment environment environmental equipment estate europe europa event events exchange
    export express factory farm farma farms fashion film finance financial finanz first food foods foundation
    freight furniture future garage gastro gebaeude general genossenschaft gesellschaft gesundheit global
    gold government green group groupe gruppe gruppo grupo grupa haus handel handels health healthcare
    hilfe holding holdings home hospital hotel hotels house ideas image immo immobilien import impex india industrial
    industrie industries industry informatik information infrastructure ingenieria ingenieur ingenieure innovation
    innovations institut institute institution insurance interactive interior interiors international
    internet invest investment investments investors it jewelers journal kanzlei kita klinik kontor
    kueche lab laboratories laboratory labs land law lease leasing legal lights line living local logistic
    logistics logistik machine machinery machines management manufacturing marine market marketing markets maschinenbau
    materials media medical medicine medien metal metals mobile mobility model motor motors museum music
    national natural net network networks new north office offices oil online optical optics organisation
    organization partner partners partnership performance pharma pharmacy photo plan planning plast plastics plus
    point power praxis press print printing pro process produce product production productions products
    professional project projects projekt properties property public quality radio real recruiting recycling
    rental resources restaurant retail royal sales school science sciences security sells seminar service services
    servicios servizi shipping shop shops smart society software solar solution solutions sons source
    south special sport sports stadt steel stiftung storage store stores strategy studio studios supplies
    supply support systeme system systems tax team tech technic technical technik technologie technologies technology
    telecom telecommunications textile textiles tools tourism tours trade trading training trans translation transport
    transportation transporte transports travel trust union unit united universal university utilities vehicles
    venture ventures verlag vermietung versicherung versicherungen vertrieb verwaltung video vision warehouse
    water web werbung werk werke west wholesale wine wood work works world yard zentrum
    """
)
"""Words so many names hold that one of them alone is no name."""

PLACEHOLDERS: Final = _set(
    """
    account accounts anonymous client clients customer customers default demo dummy empty example extern external
    firma intern internal kunde kunden misc miscellaneous mitarbeiter na nil none null no not other others
    placeholder private privat sample sonstige tba tbc tbd temp template test testing tests undefined
    unknown unbekannt various verschiedene xxx xyz yourcompany keine
    """
)
"""Words people type where no name was known; a name of nothing but these and common words is none."""
