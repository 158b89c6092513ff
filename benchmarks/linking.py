"""
How well records are linked, and at what cost: on labelled sets, beside rapidfuzz's full comparison and splink.

    python benchmarks/linking.py path/to/data [--splink] [--set NAME ...]

`path/to/data` is the folder that holds `linkage` and `worldbank_projects`; without it only made-up names are linked.
Every set is cut into two halves. Weights were tuned on the first; the figures are of the second, and of the whole.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import attrs
from linking_sets import SETS, Labelled, Place, half_of

from alignkit.linking import WEIGHTS, LinkIndex, Links, Weights, normalise

STRICT: Final = 0.99
"""Precision at which recall is reported as well."""


@attrs.frozen
class Figures:
    """How well pairs were found."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return f"{self.precision:.3f}  {self.recall:.3f}  {self.f1:.3f}"


def pairs_of(links: Links) -> set[tuple[Place, Place]]:
    """Pairs of records in one cluster."""
    places = ([(record.system, record.id) for record in cluster] for cluster in links.clusters)
    return {pair for cluster in places for pair in combinations(sorted(cluster), 2)}


def judged(found: set[tuple[Place, Place]], truth: frozenset[tuple[Place, Place]]) -> Figures:
    """Hold pairs against the truth."""
    right = len(found & truth)
    return Figures(right / len(found) if found else 1.0, right / len(truth) if truth else 1.0)


def linked(labelled: Labelled, weights: Weights = WEIGHTS) -> set[tuple[Place, Place]]:
    """What alignkit links."""
    return pairs_of(LinkIndex(labelled.parties, weights=weights, alike=True).links())


def strict_recall(labelled: Labelled) -> float | None:
    """The best recall at a precision of 0.99, over thresholds; None when none is that precise."""
    best: float | None = None
    for threshold in (7, 8, 10, 12, 14, 16, 18, 20, 24, 28, 32):
        found = judged(linked(labelled, attrs.evolve(WEIGHTS, link_at=float(threshold))), labelled.truth)
        if found.precision >= STRICT and found.recall > (best or 0.0):
            best = found.recall
    return best


def by_cdist(labelled: Labelled, least: int) -> set[tuple[Place, Place]]:
    """All pairs by rapidfuzz: of each record the most alike other one, by sorted words in normal form."""
    import numpy as np
    from rapidfuzz import fuzz, process

    systems = sorted({each.system for each in labelled.parties})
    are_two = len(systems) == 2
    left = [each for each in labelled.parties if not are_two or each.system == systems[0]]
    right = [each for each in labelled.parties if not are_two or each.system == systems[1]]
    names = [[normalise(each.name) for each in side] for side in (left, right)]
    table = process.cdist(*names, scorer=fuzz.ratio, dtype=np.uint8, workers=-1)
    if not are_two:
        ones, others = np.nonzero(np.triu(table, 1) >= least)
    else:
        others = table.argmax(axis=1)
        ones = np.nonzero(table[np.arange(len(left)), others] >= least)[0]
        others = others[ones]
    found = ((left[one], right[other]) for one, other in zip(ones.tolist(), others.tolist(), strict=True))
    return {_pair((a.system, a.id), (b.system, b.id)) for a, b in found}


def by_splink(labelled: Labelled, least: float) -> set[tuple[Place, Place]]:
    """Splink on DuckDB, on one name field, with its own estimate of parameters and the true share of matching pairs."""
    import pandas as pd
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    rows = [
        {
            "unique_id": f"{each.system}/{each.id}",
            "source": each.system,
            "name": normalise(each.name) or each.name,
            "word": word,
        }
        for each in labelled.parties
        for word in [(normalise(each.name).split() or [""])[0]]
    ]
    settings = SettingsCreator(
        link_type="dedupe_only",
        probability_two_random_records_match=2 * len(labelled.truth) / len(rows) / (len(rows) - 1),
        comparisons=[cl.JaroWinklerAtThresholds("name", [0.97, 0.92, 0.85])],
        blocking_rules_to_generate_predictions=[
            block_on("substr(name, 1, 4)"), block_on("word"), block_on("substr(name, -5)"),
        ],
    )  # fmt: skip
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI()
    frame = pd.DataFrame(rows)
    linker = Linker(api.register(frame) if hasattr(api, "register") else frame, settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=7)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("word"))
    predicted = linker.inference.predict(threshold_match_probability=least).as_record_list()
    are_two = len({each.system for each in labelled.parties}) == 2
    found = set()
    for row in predicted:
        one, other = (tuple(row[name].split("/", 1)) for name in ("unique_id_l", "unique_id_r"))
        if not are_two or one[0] != other[0]:
            found.add(_pair(one, other))
    return found


def _pair(one: Any, other: Any) -> tuple[Place, Place]:
    return (one, other) if one <= other else (other, one)


def timed(run: Callable[[], set[tuple[Place, Place]]]) -> tuple[set[tuple[Place, Place]], float]:
    """What a run found, and its processor time, that of all threads, in seconds."""
    start = time.process_time()
    found = run()
    return found, time.process_time() - start


def best_of(
    run: Callable[[Labelled, Any], set[tuple[Place, Place]]], thresholds: Iterable[Any], labelled: Labelled
) -> Any:
    """The threshold with the best F1 on a half."""
    return max(thresholds, key=lambda least: judged(run(labelled, least), labelled.truth).f1)


def report(name: str, labelled: Labelled, *, with_splink: bool) -> None:
    """Print the lines of one set."""
    tuned, held = half_of(labelled, 0), half_of(labelled, 1)
    found, seconds = timed(lambda: linked(labelled))
    strict = strict_recall(held)
    told = "   -  " if strict is None else f"{strict:.3f}"
    print(
        f"{name:22} {'alignkit':10} {judged(linked(held), held.truth)}  {judged(found, labelled.truth)}  {told} {seconds:7.2f}"
    )
    others: dict[str, tuple[Callable[[Labelled, Any], set[tuple[Place, Place]]], tuple[Any, ...]]] = {
        "cdist": (by_cdist, (76, 80, 84, 88, 92, 96)),
    }
    if with_splink:
        others["splink"] = (by_splink, (0.02, 0.1, 0.5, 0.9))
    for other, (run, thresholds) in others.items():
        try:
            least = best_of(run, thresholds, tuned)
            on_held = judged(run(held, least), held.truth)
            found, seconds = timed(lambda run=run, least=least: run(labelled, least))  # type: ignore[misc]
        except Exception as error:  # noqa: BLE001 another library's failure is a line of the table
            print(f"{name:22} {other:10} failed: {type(error).__name__}: {str(error).splitlines()[0][:80]}")
            continue
        print(f"{name:22} {other:10} {on_held}  {judged(found, labelled.truth)}         {seconds:7.2f}", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help="folder with the labelled sets")
    parser.add_argument("--splink", action="store_true", help="measure splink too")
    parser.add_argument("--set", action="append", choices=list(SETS), help="only this set")
    options = parser.parse_args()
    linked(SETS["made_up_names"](Path()))  # warm up
    print(f"{'':33} held-out half         whole set           recall at")
    print(f"{'set':22} {'by':10} {'prec   recall F1':20} {'prec   recall F1':19} prec .99  cpu s")
    for name in options.set or SETS:
        if options.data is None and name != "made_up_names":
            continue
        report(name, SETS[name](options.data or Path()), with_splink=options.splink)


if __name__ == "__main__":
    main()
