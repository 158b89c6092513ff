"""
Legal forms of companies by country, as their people write them. Data only: `names` decides what they mean.

Short forms that are everyday words or initials elsewhere (Danish I/S, Norwegian BA, Latvian IK) are left out on
purpose: taking them for a legal form would make unlike names equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["LEGAL_FORMS"]

LEGAL_FORMS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "DE": (
            "GmbH", "mbH", "gGmbH", "AG", "KG", "KGaA", "OHG", "UG", "UG (haftungsbeschränkt)", "GbR", "e.V.", "e.G.",
            "e.K.", "PartG", "PartGmbB", "Gesellschaft mit beschränkter Haftung", "Ges.m.b.H.", "Aktiengesellschaft",
            "Kommanditgesellschaft", "Offene Handelsgesellschaft", "Unternehmergesellschaft", "eingetragener Verein",
            "eingetragene Genossenschaft", "eingetragener Kaufmann",
        ),
        "AT": ("GesmbH", "Ges.m.b.H.", "OG", "KEG", "FlexCo"),
        "CH": ("AG", "GmbH", "SA", "Sàrl", "Sagl", "KlG"),
        "EU": ("SE", "SCE", "EWIV", "EEIG", "Societas Europaea"),
        "GB": (
            "Ltd", "Limited", "PLC", "LLP", "CIC", "Unlimited", "Private Limited", "Public Limited Company",
            "Limited Liability Partnership",
        ),
        "IE": ("DAC", "CLG", "Teoranta"),
        "US": (
            "Inc", "Incorporated", "Corp", "Corporation", "Co", "Company", "LLC", "L.L.C.", "LP", "LLP", "PLLC", "Cos",
            "Limited Liability Company",
        ),
        "CA": ("Inc", "Ltd", "Ltée", "Limitée", "ULC"),
        "AU": ("Pty", "Pty Ltd", "Proprietary Limited"),
        "ZA": ("Pty Ltd", "(Pty) Ltd", "CC"),
        "IN": ("Pvt", "Pvt Ltd", "Private Limited", "LLP"),
        "SG": ("Pte", "Pte Ltd"),
        "MY": ("Bhd", "Sdn Bhd", "Berhad", "Sendirian Berhad"),
        "ID": ("PT", "Tbk"),
        "JP": ("KK", "K.K.", "Kabushiki Kaisha", "GK", "Godo Kaisha", "株式会社", "有限会社", "合同会社"),
        "CN": ("有限公司", "有限责任公司", "股份有限公司"),
        "KR": ("주식회사",),
        "FR": (
            "SA", "S.A.", "SARL", "S.à r.l.", "SAS", "SASU", "EURL", "SNC", "SCI", "SCOP", "GIE", "Société Anonyme",
            "Société à responsabilité limitée", "Société par actions simplifiée",
        ),
        "BE": (
            "BV", "BVBA", "NV", "SRL", "SPRL", "SA", "CVBA", "VZW", "ASBL", "Besloten Vennootschap",
            "Naamloze Vennootschap",
        ),
        "LU": ("S.à r.l.", "Sàrl", "SA", "SCSp", "SICAV"),
        "NL": ("BV", "B.V.", "NV", "N.V.", "VOF", "CV", "Besloten Vennootschap", "Naamloze Vennootschap"),
        "ES": (
            "SA", "SL", "S.L.", "SLU", "SAU", "SLL", "Sociedad Anónima", "Sociedad Limitada",
            "Sociedad de responsabilidad limitada",
        ),
        "PT": ("SA", "Lda", "Unipessoal Lda", "Sociedade Anónima", "SGPS", "Limitada"),
        "BR": ("Ltda", "S/A", "EIRELI", "Sociedade Anônima"),
        "MX": ("S.A. de C.V.", "S. de R.L.", "S. de R.L. de C.V.", "SAPI de CV", "S.A.P.I."),
        "AR": ("SA", "SRL", "SAS"),
        "IT": (
            "SpA", "S.p.A.", "Srl", "S.r.l.", "Srls", "SNC", "SAS", "SAPA", "SCARL", "Società per Azioni",
            "Società a responsabilità limitata",
        ),
        "SE": ("AB", "Aktiebolag", "Aktiebolaget", "HB", "KB"),
        "NO": ("AS", "A/S", "ASA", "ANS", "Aksjeselskap", "Allmennaksjeselskap"),
        "DK": ("A/S", "ApS", "Aktieselskab", "Anpartsselskab", "P/S", "IVS", "AMBA"),
        "FI": ("Oy", "Oyj", "Ab", "Oy Ab", "Osakeyhtiö", "Julkinen osakeyhtiö", "Ky"),
        "IS": ("ehf", "hf", "ohf"),
        "EE": ("OÜ", "AS"),
        "LV": ("SIA",),
        "LT": ("UAB",),
        "PL": (
            "Sp. z o.o.", "Sp. z o. o.", "Sp. k.", "Sp. j.", "S.A.", "Spółka z ograniczoną odpowiedzialnością",
            "Spółka akcyjna", "Spółka komandytowa",
        ),
        "CZ": ("s.r.o.", "s. r. o.", "spol. s r.o.", "a.s.", "a. s.", "v.o.s.", "Akciová společnost",
               "Společnost s ručením omezeným"),
        "SK": ("s.r.o.", "a.s.", "spol. s r.o."),
        "HU": ("Kft", "Zrt", "Nyrt", "Bt", "Kkt"),
        "RO": ("SRL", "S.R.L.", "SA"),
        "BG": ("EOOD", "OOD", "AD", "EAD", "ЕООД", "ООД"),
        "SI": ("d.o.o.", "d.d."),
        "HR": ("d.o.o.", "d. o. o.", "j.d.o.o.", "d.d."),
        "RS": ("d.o.o.", "a.d."),
        "GR": ("A.E.", "E.P.E.", "IKE", "ΑΕ", "ΕΠΕ"),
        "TR": ("A.Ş.", "Ltd. Şti.", "Anonim Şirketi", "Limited Şirketi", "San. ve Tic."),
        "RU": ("OOO", "ZAO", "OAO", "PAO", "ООО", "ЗАО", "ОАО", "ПАО", "АО"),
        "UA": ("TOV", "PrAT", "ТОВ", "ПрАТ"),
        "AE": ("FZE", "FZCO", "FZ-LLC", "PJSC"),
        "IL": ("בע\"מ",),
    }
)  # fmt: skip
"""Legal forms by ISO 3166 country code (`"EU"` for the forms of the Union). A form of several words counts as a whole."""
