"""
Labelled sets of records, read into parties, each with its truth and cut into two halves.

The one half is for tuning, the other is reported. Records that are one customer are in the same half.
"""

from __future__ import annotations

import csv
import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Final

import attrs
from linking_names import made_up

from alignkit.linking import Party, normalise

__all__ = ["SETS", "Labelled", "half_of"]

Place = tuple[str, str]


@attrs.frozen
class Labelled:
    """
    Records and which of them are one.

    Attributes:
        parties: The records.
        truth: Pairs that are one, the smaller place first.
    """

    parties: tuple[Party, ...]
    truth: frozenset[tuple[Place, Place]]


def half_of(labelled: Labelled, half: int) -> Labelled:
    """The records of one half (0 or 1): those that are one customer stay together."""
    groups: dict[Place, Place] = {}
    for one, other in sorted(labelled.truth):
        first = groups.get(one, one)
        groups[one] = first
        groups[other] = min(groups.get(other, first), first)

    def is_in(place: Place) -> bool:
        return zlib.crc32("/".join(groups.get(place, place)).encode()) % 2 == half

    return Labelled(
        tuple(each for each in labelled.parties if is_in((each.system, each.id))),
        frozenset(pair for pair in labelled.truth if is_in(pair[0])),
    )


def _truth(clusters: Iterable[Iterable[Place]]) -> frozenset[tuple[Place, Place]]:
    return frozenset(pair for cluster in clusters for pair in combinations(sorted(cluster), 2))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def senzing(home: Path) -> Labelled:
    """People and firms of three lists; several records of one list may be one."""
    folder = home / "linkage" / "senzing_truthset"
    parties = [
        _senzing_party(record)
        for name in ("customers", "reference", "watchlist")
        for record in map(json.loads, (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
    ]
    clusters: defaultdict[str, list[Place]] = defaultdict(list)
    for row in _rows(folder / "actual_truthset_key.csv"):
        clusters[row["CLUSTER_ID"]].append((row["DATA_SOURCE"], row["RECORD_ID"]))
    return Labelled(tuple(parties), _truth(clusters.values()))


_REGISTRATIONS: Final = {
    "DATE_OF_BIRTH": "birth", "PASSPORT_NUMBER": "passport", "DRIVERS_LICENSE_NUMBER": "licence", "SSN_NUMBER": "ssn",
    "NATIONAL_ID_NUMBER": "national", "TAX_ID_NUMBER": "tax", "LEI_NUMBER": "lei",
}  # fmt: skip


def _senzing_party(record: Mapping[str, object]) -> Party:
    features: list[dict[str, str]] = record["FEATURES"]  # type: ignore[assignment]
    names = [
        feature.get("NAME_ORG")
        or feature.get("NAME_FULL")
        or " ".join(feature.get(part, "") for part in ("NAME_FIRST", "NAME_MIDDLE", "NAME_LAST")).strip()
        for feature in features
    ]
    names = [name for name in names if name]
    streets = [f.get("ADDR_FULL") or f"{f.get('ADDR_LINE1', '')} {f.get('ADDR_CITY', '')}".strip() for f in features]
    return Party(
        system=str(record["DATA_SOURCE"]),
        id=str(record["RECORD_ID"]),
        name=names[0] if names else "",
        aliases=tuple(names[1:]),
        is_mention=True,
        registrations=tuple((_REGISTRATIONS[k], v) for f in features for k, v in f.items() if k in _REGISTRATIONS),
        emails=tuple(f["EMAIL_ADDRESS"] for f in features if "EMAIL_ADDRESS" in f),
        phones=tuple(f["PHONE_NUMBER"] for f in features if "PHONE_NUMBER" in f),
        addresses=tuple(street for street in streets if street),
    )


def company_names(home: Path) -> Labelled:
    """500 names and what became of them on the way."""
    folder = home / "linkage" / "dnb_company_names"
    sides = {"left": "test_names.csv", "right": "adjusted_test_names.csv"}
    parties = [
        Party(system=side, id=row[""], name=row["company_name"])
        for side, file in sides.items()
        for row in _rows(folder / file)
    ]
    ids = {each.id for each in parties}
    return Labelled(tuple(parties), _truth([("left", id), ("right", id)] for id in ids))


def restaurants(home: Path) -> Labelled:
    """Two guides, each restaurant at most once in either."""
    folder = home / "linkage" / "restaurants"
    parties = [
        Party(
            system=side,
            id=row["id"],
            name=row["name"],
            phones=(row["phone"],),
            addresses=(f"{row['addr']} {row['city']}",),
        )
        for side in ("fodors", "zagats")
        for row in _rows(folder / f"{side}.csv")
    ]
    matches = _rows(folder / "matches_fodors_zagats.csv")
    return Labelled(tuple(parties), _truth([("fodors", r["fodors_id"]), ("zagats", r["zagats_id"])] for r in matches))


def chicago_sites(home: Path) -> Labelled:
    """Places for small children out of ten lists, any number of times in each."""
    parties = []
    clusters: defaultdict[str, list[Place]] = defaultdict(list)
    for row in _rows(home / "linkage" / "chicago_sites" / "csv_example_input_with_true_ids.csv"):
        parties.append(
            Party(
                system="lists",
                id=row["Id"],
                name=" ".join(row["Site name"].split()),
                is_mention=True,
                phones=(row["Phone"],) if row["Phone"] else (),
                addresses=(" ".join(row["Address"].split()),) if row["Address"].strip() else (),
            )
        )
        clusters[row["True Id"]].append(("lists", row["Id"]))
    return Labelled(tuple(parties), _truth(clusters.values()))


def made_up_names(_: Path) -> Labelled:
    """10,000 made-up names on each side, 8,000 of them the same companies."""
    names = made_up()
    parties = [
        Party(system=side, id=str(at), name=name)
        for side, texts in (("left", names.left), ("right", names.right))
        for at, name in enumerate(texts)
    ]
    return Labelled(tuple(parties), frozenset((("left", str(a)), ("right", str(b))) for a, b in names.truth))


def borrowers(home: Path) -> Labelled:
    """Spellings of the borrowers of projects; all those of one country are taken for one, its code is no input."""
    return _borrowers(home, lambda _name, _country: True)


def country_borrowers(home: Path) -> Labelled:
    """As before, only those spellings that name their country: the country itself as the borrower."""

    def names_it(name: str, country: str) -> bool:
        words = set(normalise(name).split())
        return any(word in words for word in normalise(country).split() if len(word) > 3)

    return _borrowers(home, names_it)


def _borrowers(home: Path, is_meant: Callable[[str, str], bool]) -> Labelled:
    file = home / "worldbank_projects" / "world_bank_001_250.jsonl"
    countries: defaultdict[str, set[Place]] = defaultdict(set)
    for project in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        if project.get("borrower") and is_meant(project["borrower"], project["countryshortname"]):
            countries[project["countrycode"]].add(("worldbank", project["borrower"]))
    names = sorted({name for places in countries.values() for _, name in places})
    parties = [Party(system="worldbank", id=name, name=name, is_mention=True) for name in names]
    return Labelled(tuple(parties), _truth(countries.values()))


SETS: Final[Mapping[str, Callable[[Path], Labelled]]] = {
    "senzing": senzing,
    "dnb_company_names": company_names,
    "restaurants": restaurants,
    "chicago_sites": chicago_sites,
    "made_up_names": made_up_names,
    "worldbank_borrowers": borrowers,
    "worldbank_countries": country_borrowers,
}
"""Readers of the sets by name; each takes the folder that holds the sets."""
