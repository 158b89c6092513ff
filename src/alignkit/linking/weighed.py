"""
The second step of linking facts: what equal values left alone is weighed by likeness.

Owns how the first answer and the weighed one become one answer. Whatever the first step decided stands.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations

import attrs

from alignkit.linking.decide import CONTRADICTED, DEPENDENT
from alignkit.linking.index import LinkIndex
from alignkit.linking.links import Ambiguous, Link, Links
from alignkit.linking.party import Party
from alignkit.linking.people import Heard, key_of
from alignkit.linking.records import Record, Traits
from alignkit.linking.weights import Weights

__all__ = ["with_alike"]


def with_alike(
    exact: Links,
    traits: Sequence[Traits],
    people: Heard,
    *,
    weights: Weights,
    alike: bool | None,
    within: Collection[str],
) -> Links:
    """
    Add to an answer what names that are alike say.

    Args:
        exact: The answer by equal values.
        traits: All records.
        people: What people decided.
        weights: What outcomes weigh.
        alike: As in `LinkIndex`.
        within: Systems of which mentions are linked with each other too.
    """
    index = LinkIndex(
        map(_party, traits),
        systems=exact.systems,
        weights=weights,
        alike=alike,
        apart_within=set(exact.systems) - set(within),
    )
    undecided = [pair for case in exact.ambiguous for pair in combinations(case.records, 2)]
    index.hold(
        ((key_of(link.left), key_of(link.right)) for link in exact.links),
        {*people.different, *((key_of(one), key_of(other)) for one, other in undecided)},
    )
    weighed = index.links()
    known = {(link.left, link.right) for link in exact.links}
    links = [link for link in weighed.links if (link.left, link.right) not in known]
    waiting = {record for case in exact.ambiguous for record in case.records}
    sure, doubtful = _parted(links, waiting)
    cases = [*exact.ambiguous, *weighed.ambiguous, *doubtful]
    named = {record for link in (*exact.links, *sure) for record in (link.left, link.right)}
    named.update(record for case in cases for record in case.records)
    return attrs.evolve(
        exact,
        links=tuple(sorted((*exact.links, *sure), key=lambda each: (exact.rank(each.left), exact.rank(each.right)))),
        ambiguous=tuple(cases),
        unlinked=tuple(record for record in exact.unlinked if record not in named),
        missing=weighed.missing,
    )


def _parted(links: Sequence[Link], waiting: set[Record]) -> tuple[list[Link], list[Ambiguous]]:
    """A record that waits for a person is not given away meanwhile, and domains that differ are a person's matter."""
    sure: list[Link] = []
    doubtful: list[Ambiguous] = []
    for link in links:
        if waiting & {link.left, link.right}:
            doubtful.append(Ambiguous((link,), DEPENDENT))
        elif any(each.kind == "domain" for each in link.against):
            doubtful.append(Ambiguous((link,), CONTRADICTED))
        else:
            sure.append(link)
    return sure, doubtful


def _party(traits: Traits) -> Party:
    record = traits.record
    name, *aliases = traits.called or ("",)
    return Party(
        system=record.system,
        kind=record.kind,
        id=record.id,
        name=name,
        aliases=tuple(aliases),
        is_mention=traits.is_mention,
        refs=traits.refs,
        domains=tuple(sorted(traits.domains)),
    )
