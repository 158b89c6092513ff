"""How well linking does on labelled sets: figures that may rise and must not fall. `benchmarks/linking.py` measures more."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

from alignkit.linking import LinkIndex, Links, Party

Pairs = set[tuple[str, str]]


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def found(parties: Iterable[Party]) -> Pairs:
    """Pairs of ids that are one customer."""
    links: Links = LinkIndex(parties).links()
    return {(a, b) for cluster in links.clusters for a, b in combinations(sorted(each.id for each in cluster), 2)}


def judged(pairs: Pairs, truth: Pairs) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    right = len(pairs & truth)
    return right / len(pairs), right / len(truth), 2 * right / (len(pairs) + len(truth))


def test_altered_company_names(shared_data: Path) -> None:
    """Of 500 names and what became of them: F1 at least 0.95, and hardly a wrong link."""
    folder = shared_data / "linkage" / "dnb_company_names"
    parties = [
        Party(system=side, id=side + row[""], name=row["company_name"])
        for side, file in (("a", "test_names.csv"), ("b", "adjusted_test_names.csv"))
        for row in rows(folder / file)
    ]
    precision, _, f1 = judged(found(parties), {(f"a{at}", f"b{at}") for at in range(500)})
    assert precision >= 0.99
    assert f1 >= 0.95


def test_restaurants_of_two_guides(shared_data: Path) -> None:
    """Names, phones and addresses of two guides: every pair is found, and few others are."""
    folder = shared_data / "linkage" / "restaurants"
    parties = [
        Party(system=guide, id=guide + row["id"], name=row["name"], phones=(row["phone"],), addresses=(row["addr"],))
        for guide in ("fodors", "zagats")
        for row in rows(folder / f"{guide}.csv")
    ]
    matches = rows(folder / "matches_fodors_zagats.csv")
    truth = {(f"fodors{row['fodors_id']}", f"zagats{row['zagats_id']}") for row in matches}
    precision, recall, _ = judged(found(parties), truth)
    assert precision >= 0.95
    assert recall == 1.0


def test_borrowers_of_the_world_bank(shared_data: Path) -> None:
    """
    Spellings of borrowers that are linked are of one country, nine times of ten.

    The country's code is the truth and no input. Most borrowers of a country are offices whose names do not say of
    which; they are left alone.
    """
    text = (shared_data / "worldbank_projects" / "world_bank_001_250.jsonl").read_text(encoding="utf-8")
    countries: defaultdict[str, set[str]] = defaultdict(set)
    for project in map(json.loads, text.splitlines()):
        if project.get("borrower"):
            countries[project["countrycode"]].add(project["borrower"])
    names = sorted({name for spellings in countries.values() for name in spellings})
    truth = {pair for spellings in countries.values() for pair in combinations(sorted(spellings), 2)}
    pairs = found(Party(system="worldbank", id=name, name=name, is_mention=True) for name in names)
    precision, _, _ = judged(pairs, truth)
    assert precision >= 0.85
    assert len(pairs & truth) >= 35
    assert ("CHINA", "PEOPLE'S REPUBLIC OF CHINA") in pairs
    assert ("REPUBLIC OF YEMEN", "REPUBILC OF YEMEN")[::-1] in pairs
