"""
Words of company names that do not tell companies apart. Data only: `names` decides what they mean.

All are in normal form: lower case, without marks, umlauts as `ae`, `oe`, `ue`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = [
    "ABBREVIATIONS",
    "ARTICLES",
    "COMMON_WORDS",
    "CONNECTIVES",
    "DIRECTIONS",
    "PLACEHOLDERS",
    "PLACES",
    "SMALL_WORDS",
    "STATE_WORDS",
    "STREET_WORDS",
]


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

STATE_WORDS: Final = _set(
    """
    affairs budget bureau commonwealth democratic department directorate division economic economics economy federal
    federation federative government islamic kingdom ministry municipality office people peoples planning province
    republic secretariat socialist sovereign sultanate treasury
    """
)
"""Words of names of states and their offices, which many share and which come and go."""

DIRECTIONS: Final = _set(
    """
    north south east west northern southern eastern western central upper lower new old inner outer
    nord sued ost est ovest oeste sur norte northeast northwest southeast southwest midwest
    """
)
"""Words that make another place or branch of the same name: lacking one weighs as lacking a number."""

PLACES: Final = _set(
    """
    afghanistan africa albania algeria america amsterdam andorra angola antigua arabia argentina armenia asia athens
    australia austria azerbaijan bahamas bahrain bangladesh barbados barbuda barcelona belarus belgium belize benin
    berlin bhutan bolivia bosnia boston botswana brazil britain brunei brussels bulgaria burkina burundi cambodia
    cameroon canada chad chicago chile china colombia comoros congo croatia cuba cyprus czechia dallas denmark djibouti
    dominica dubai dublin ecuador egypt england eritrea estonia eswatini ethiopia europe fiji finland france gabon
    gambia geneva georgia germany ghana greece grenada guatemala guinea guyana haiti hamburg herzegovina honduras
    houston hungary iceland india indonesia iran iraq ireland israel istanbul italy jamaica japan jordan kazakhstan
    kenya kiribati korea kosovo kuwait kyrgyz kyrgyzstan laos latvia lebanon lesotho liberia libya lisbon lithuania
    liverpool london luxembourg lyon macedonia madagascar madrid malawi malaysia maldives mali malta manchester
    mauritania mauritius mexico miami micronesia milan moldova monaco mongolia montenegro montreal morocco moscow
    mozambique munich myanmar namibia nauru nepal netherlands nicaragua niger nigeria norway oman oslo ottawa pakistan
    palau palestine panama papua paraguay paris peru philippines poland portugal prague qatar romania rome russia
    russian rwanda samoa scotland senegal serbia seychelles shanghai singapore slovakia slovenia somalia spain sudan
    suriname sweden switzerland sydney syria taiwan tajikistan tanzania texas thailand togo tokyo tonga toronto
    tunisia turkey turkmenistan tuvalu uganda ukraine uruguay uzbekistan vanuatu venezuela vienna vietnam wales warsaw
    yemen zambia zimbabwe zurich
    """
)
"""Places: two of them are two, however alike they are written."""

SMALL_WORDS: Final = STATE_WORDS | _set(
    "a al and at by da das de dei del della den der des di die do dos du el et for from im in la las le les lo los of on the to und van von y"
)
"""Words that say next to nothing of whose name it is."""

PLACEHOLDERS: Final = _set(
    """
    account accounts anonymous client clients customer customers default demo dummy empty example extern external
    firma intern internal kunde kunden misc miscellaneous mitarbeiter na nil none null no not other others
    placeholder private privat sample sonstige tba tbc tbd temp template test testing tests undefined
    unknown unbekannt various verschiedene xxx xyz yourcompany keine
    """
)
"""Words people type where no name was known; a name of nothing but these and common words is none."""


def _pairs(text: str) -> Mapping[str, str]:
    lines = (line.split() for line in text.strip().splitlines())
    return MappingProxyType({short: full for full, *shorts in lines for short in shorts})


ABBREVIATIONS: Final = _pairs(
    """
    academy acad
    administration admin
    agency agcy
    agriculture agri agric
    america amer
    american amer
    associates assoc assocs
    association assn assoc ass
    authority auth
    automotive autom
    brothers bros gebr gebrueder
    building bldg
    cooperation coop
    center centre cntr ctr
    chemicals chem
    college coll
    commerce comm
    commission commn
    communication comm
    communications comms
    community cmty
    construction constr const
    consulting consult cons
    corporate corp
    council cncl
    county cnty
    democratic dem
    department dept
    development dev devel devt
    distribution distr dist
    education edu educ
    electric elec
    electronics electr
    engineering eng engg engr engrg
    enterprise entpr
    enterprises ent entpr
    environment env
    equipment equip
    federal fed
    finance fin
    financial fin
    foundation fdn fndn stiftung
    government govt gov govnt goverment
    group grp gruppe groupe
    health hlth
    hospital hosp
    independent indep
    industries ind inds
    industry ind
    information info
    institute inst
    insurance ins
    international intl internat int
    investments inv invest
    laboratories lab labs
    logistics log
    management mgmt mgt
    manufacturing mfg manuf
    marketing mktg
    municipality mun
    medical med
    ministry min ministries
    national natl nat
    organisation org organization
    pharmaceuticals pharm pharma
    products prod prods
    production prodn
    professional prof
    public publ
    republic rep repub
    research res
    restaurant rest
    restaurants rest
    saint st
    school sch
    science sci
    security sec
    service svc serv srv
    services svcs servs srvs
    society soc
    solutions sol soln solns
    systems sys
    technologies tech techs
    technology tech techn
    transport transp
    united utd
    university univ uni
    """
)
"""Abbreviations of company names and what they are written out as; of several meanings, the last one stands."""

STREET_WORDS: Final = _pairs(
    """
    avenue ave av
    boulevard blvd
    building bldg
    circle cir
    court ct
    drive dr
    east e
    floor fl
    highway hwy
    lane ln
    north n
    parkway pkwy
    place pl
    plaza plz
    road rd
    south s
    square sq
    strasse str
    street st
    suite ste
    west w
    """
)
"""Abbreviations of postal addresses and what they are written out as."""
