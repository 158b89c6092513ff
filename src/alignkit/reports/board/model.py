"""Everything a board shows, as plain values: first what the list needs, apart from it what the pages need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from alignkit.domain import COLLECTIONS, Change, Customer
from alignkit.policy.defaults.signals import is_open_need
from alignkit.policy.subject import SubjectAssessment
from alignkit.policy.wording import label_of
from alignkit.reports.board import findings, objectives, work
from alignkit.reports.board.scene import Scene, said, tenths
from alignkit.reports.portfolio import KindCount, summarise

__all__ = ["Data", "data_of"]

MOST_OF_PORTFOLIO: Final = 5
"""Rules of the portfolio that are shown; the evidence of one looks at every fact there is."""


@frozen
class Data:
    """
    What a page is made from.

    Attributes:
        overview: Read when the page opens.
        details: Read when someone opens a customer or the objectives.
    """

    overview: dict[str, Any]
    details: dict[str, Any]


@frozen
class Shared:
    """
    What the pages of all customers are looked up in.

    Attributes:
        served: Ids of the objectives that each project serves.
        places: Place of each objective among those on the board, by id.
        untold: The news that each customer has not heard; None when changes are not known.
    """

    served: Mapping[str, Sequence[str]]
    places: Mapping[str, int]
    untold: Mapping[str, Sequence[Change]] | None


def data_of(scene: Scene, title: str) -> Data:
    """Put together everything that a board shows."""
    ranked = scene.assessment.subjects("customer", worst_first=True)
    listed = ranked[: scene.bounds.customers]
    trees, places = objectives.objective_rows(scene)
    shared = Shared(objectives.served_by(scene), places, work.untold_by_customer(scene))
    rows, pages = [], []
    for place, subject in enumerate(listed):
        row, page = _customer(scene, subject, shared, explained=place < scene.bounds.explained)
        rows.append(row)
        pages.append(page)
    report = summarise(scene.assessment, customers=0)
    overview = {
        "title": said(title),
        "audience": scene.audience.name,
        "now": scene.now.isoformat(timespec="minutes"),
        "policy": scene.plan.policy_version[:12],
        "bands": list(scene.bands),
        "dimensions": [label_of(name) for name in scene.plan.dimensions],
        "rules": findings.rule_rows(scene),
        "portfolio": _scored(scene, scene.assessment.portfolio),
        "lost": findings.loss_rows(scene, scene.assessment.portfolio, explained=True, most=MOST_OF_PORTFOLIO),
        "counts": [_count(count) for count in report.counts],
        "declared": _declared(scene),
        "customers": rows,
        "left_out": len(ranked) - len(listed),
        "explained": min(scene.bounds.explained, len(listed)),
        "errors": len(report.errors),
        "has_facts": scene.portfolio is not None,
        "shows_value": scene.audience.sees("customer", "annual_value") and any(row["value"] for row in rows),
        "unknown": _unknown(scene),
    }
    details = {
        "customers": pages,
        "objectives": trees,
        "more_objectives": len(scene.records("objectives")) - len(trees),
    }
    return Data(overview, details)


def _scored(scene: Scene, subject: SubjectAssessment) -> dict[str, Any]:
    return {
        "score": tenths(subject.score_micro),
        "band": scene.bands[subject.band],
        "known": subject.coverage_micro // 1_000_000,
        "dimensions": findings.dimension_row(scene, subject),
    }


def _count(count: KindCount) -> list[Any]:
    return [count.kind, count.total, list(count.bands.values())]


def _unknown(scene: Scene) -> list[str]:
    return (
        [] if scene.portfolio is None else [label_of(name) for name in COLLECTIONS if name not in scene.portfolio.given]
    )


def _declared(scene: Scene) -> list[list[Any]]:
    """How many projects of each declared health are in each band; empty where the audience may not know."""
    if not scene.audience.sees("project", "health"):
        return []
    found: Counter[tuple[str, int]] = Counter()
    for one in scene.assessment.subjects("project"):
        found[one.declared_health or "", scene.bands[one.band]] += 1
    usual = ["on_track", "at_risk", "off_track"]
    named = [*usual, *sorted({health for health, _ in found} - {*usual, ""}), ""]
    every = range(len(scene.bands))
    rows = [(health, [found[health, band] for band in every]) for health in named]
    return [[said(label_of(health)) or "not declared", counts] for health, counts in rows if any(counts)]


def _customer(
    scene: Scene, subject: SubjectAssessment, shared: Shared, *, explained: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A customer's row in the list, and its page."""
    record: Customer | None = scene.records("customers").get(subject.id)
    projects = work.projects_of(scene, subject.id)
    needs = work.needs_of(scene, subject.id)
    changes = None if shared.untold is None else shared.untold.get(subject.id, ())
    moves = findings.moves_of(scene, subject)
    row = _scored(scene, subject) | {
        "id": said(subject.id) if scene.audience.sees("customer", "id") else None,
        "name": said(subject.name) if scene.audience.sees("customer", "name") else "A customer",
        "tier": scene.read("customer", record, "tier"),
        "stage": scene.read("customer", record, "stage"),
        "owner": scene.read("customer", record, "owner"),
        "value": _value(scene, record),
        "projects": len(projects),
        "needs": sum(is_open_need(need) for need in needs),  # type: ignore[arg-type]
        "untold": sum(work.is_untold(need) for need in needs) + len(changes or ()),
        "move": findings.next_move(scene, moves),
    }
    page = {
        "lost": findings.loss_rows(scene, subject, explained=explained),
        "moves": findings.move_rows(scene, moves),
        "unknown": findings.unknown_rules(scene, subject),
        "contract_end_on": scene.read("customer", record, "contract_end_on"),
        "cadence": scene.read("customer", record, "contact_cadence_days"),
        "projects": work.project_rows(scene, projects, explained=explained),
        "more_projects": max(0, len(projects) - scene.bounds.projects),
        "needs": work.need_rows(scene, needs),
        "more_needs": max(0, len(needs) - scene.bounds.needs),
        "changes": None if changes is None else work.change_rows(scene, changes),
        "more_changes": max(0, len(changes or ()) - scene.bounds.changes),
        "objectives": [
            shared.places[id]
            for id in objectives.objectives_of(scene, subject.id, [project.id for project in projects], shared.served)
            if id in shared.places
        ],
    }
    return row, page


def _value(scene: Scene, record: Customer | None) -> list[Any] | None:
    """The worth of a year as text, with the number to sort by."""
    money = scene.value("customer", record, "annual_value")
    return None if money is None else [f"{money.amount:,.0f} {money.currency}", round(money.major)]
