"""
How much each outcome of a comparison weighs, in bits. Data and its formula; compares nothing.

The model is that of Fellegi and Sunter (A Theory for Record Linkage, JASA 64, 1969): an outcome weighs
`log2(m / u)`, where m is the share of pairs that are one customer with this outcome, and u the share among pairs that are
not. Weights of features are added, as if the features were independent. A rare word weighs more than one that many
names hold (Winkler's adjustment by frequency), here by class of word, so that the weight of two records depends on
them alone and not on which others are there.
"""

from __future__ import annotations

import math
from typing import Final

import attrs

from alignkit.errors import ValidationError

__all__ = ["WEIGHTS", "Level", "Weights"]


@attrs.frozen
class Level:
    """
    One outcome of a comparison.

    Attributes:
        m: Share of pairs with this outcome among pairs that are one customer, between 0 and 1.
        u: Share among pairs that are not.
    """

    m: float
    u: float

    def __attrs_post_init__(self) -> None:
        for field in ("m", "u"):
            if not 0 < getattr(self, field) <= 1:
                reason = f"expected a share above 0 and at most 1, got {getattr(self, field)!r}"
                raise ValidationError(reason, entity="Level", field=field, value=getattr(self, field))

    @property
    def bits(self) -> float:
        """What the outcome weighs: `log2(m / u)`; negative when it speaks against."""
        return math.log2(self.m / self.u)


@attrs.frozen(kw_only=True)
class Weights:
    """
    What every outcome weighs, and where the answers begin.

    Attributes:
        reference: The same external reference.
        registration: The same registration number of one kind.
        registration_differs: Different ones of one kind.
        domain: The same stated domain.
        domain_differs: Different stated domains.
        email: The same e-mail address.
        email_domain: The same domain, by an e-mail address at least on one side.
        phone: The same phone number.
        phone_differs: Different phone numbers.
        address: The same house number and street.
        address_near: The same address but for some words.
        address_differs: Different addresses.
        word: A word of both names.
        word_common: A word of both names that many names hold.
        word_small: Words of both names that nearly say nothing, such as `of`, or letters; once for all of them.
        number: A number, or a point of the compass, in both names.
        slip: What is added for a word written with a slip in one of the names.
        slips: What is added for a word with several slips.
        word_differs: Each name has a word that the other lacks.
        word_common_differs: As before, both being common words.
        number_differs: The names hold different numbers, or places.
        word_missing: Only one name has the word.
        word_common_missing: Only one has it, a common one.
        number_missing: Only one has a number, or a place.
        initials: One name is the initials of the other.
        legal: The same legal form.
        legal_differs: The legal forms differ.
        most_by_name: Most that a name can weigh, in bits: its words do not stand there independently.
        most_by_contact: Most that phone, address and e-mail weigh together, in bits, where the names speak against: what
            one house shares does not stand there independently.
        least_by_name: Least that a name can weigh, in bits.
        link_at: Weight, in bits, from which two records are linked.
        review_at: Weight from which a person is asked.
        margin: So much must a link outweigh its rivals, in bits.
        unlike_at: Two records of one cluster may not weigh less than this, in bits.
    """

    reference: Level = Level(0.95, 0.95 / 2**20)
    registration: Level = Level(0.9, 0.9 / 2**14)
    registration_differs: Level = Level(0.03, 0.96)
    domain: Level = Level(0.6, 0.6 / 2**11)
    domain_differs: Level = Level(0.1, 0.8)
    email: Level = Level(0.5, 0.5 / 2**12)
    email_domain: Level = Level(0.4, 0.4 / 2**8)
    phone: Level = Level(0.7, 0.7 / 2**9)
    phone_differs: Level = Level(0.1, 0.999)
    address: Level = Level(0.6, 0.6 / 2**12)
    address_near: Level = Level(0.3, 0.3 / 2**3.5)
    address_differs: Level = Level(0.015, 0.95)
    word: Level = Level(0.8, 0.8 / 2**12)
    word_common: Level = Level(0.8, 0.8 / 2**6)
    word_small: Level = Level(0.8, 0.45)
    number: Level = Level(0.8, 0.8 / 2**6)
    slip: Level = Level(0.5, 1.0)
    slips: Level = Level(0.03, 1.0)
    word_differs: Level = Level(0.00025, 0.999)
    word_common_differs: Level = Level(0.004, 0.95)
    number_differs: Level = Level(0.00004, 0.9)
    word_missing: Level = Level(0.03, 0.95)
    word_common_missing: Level = Level(0.12, 0.9)
    number_missing: Level = Level(0.01, 0.9)
    initials: Level = Level(0.05, 0.05 / 2**9)
    legal: Level = Level(0.6, 0.1)
    legal_differs: Level = Level(0.3, 0.7)
    most_by_name: float = 18.0
    most_by_contact: float = 17.0
    least_by_name: float = -11.0
    link_at: float = 7.0
    review_at: float = 4.0
    margin: float = 2.0
    unlike_at: float = -1.0

    def __attrs_post_init__(self) -> None:
        if self.review_at > self.link_at:
            reason = f"review_at ({self.review_at}) must not be above link_at ({self.link_at})"
            raise ValidationError(reason, entity="Weights", field="review_at", value=self.review_at)


WEIGHTS: Final = Weights()
"""
The weights as shipped. Shares of slips, missing and differing words were estimated on halves of labelled pairs of
company names; the others are round numbers of the right size.
"""
