"""Makes boards: of an assessment with the facts behind it, or of what a store holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any, Final, NoReturn

from alignkit.errors import ValidationError
from alignkit.live.audiences import Audience
from alignkit.policy.assessment import Assessment
from alignkit.policy.compiled import PolicyRule
from alignkit.policy.evidence import FactsExplainer
from alignkit.policy.facts import KeepsFacts
from alignkit.policy.policy import Policy
from alignkit.portfolio import Portfolio
from alignkit.reports.board.audiences import board_audience
from alignkit.reports.board.model import data_of
from alignkit.reports.board.page import page_of
from alignkit.reports.board.scene import Bounds, Scene

__all__ = ["board", "board_page"]

TITLE: Final = "Alignment board"


def board(
    source: Assessment | KeepsFacts,
    path: str | PathLike[str] = "board.html",
    *,
    portfolio: Portfolio | None = None,
    audience: Audience | str = "pmo",
    policy: Policy | None = None,
    now: datetime | None = None,
    title: str = TITLE,
    bounds: Bounds | None = None,
) -> Path:
    """
    Write a board that both teams open in a browser: one HTML file that fetches nothing.

    Args:
        source: An assessment, or a store, whose facts are judged first.
        path: The file to write; one that is there is replaced.
        portfolio: The facts that the assessment is of; None takes those that it was made of, where it still holds
            them. An assessment read back from a document, or judged in a database, does not: without facts the page
            has scores and findings only.
        audience: Whose eyes it is for: `"pmo"`, `"crm"`, `"executive"`, or one of the host's own. Fields that are on
            no list of theirs are not in the file.
        policy: By which a store is judged, the default policy when None. With an assessment that was read back from
            a document, the policy it was made by: without it, findings are shown without evidence.
        now: The moment as of which a store is judged. An assessment has its own.
        title: Heading of the page.
        bounds: How much it holds at most; what is left out is counted on the page. None takes the usual bounds,
            such as 5,000 customers, 500 of them with evidence.

    Returns:
        The path written.

    Raises:
        ValidationError: Neither an assessment nor a store; no such audience, or one that may not see scores; a store without `now`, or an assessment with another one; the policy or
            the facts are not those of the assessment.
        PolicyError: Amounts of the store are in several currencies and the policy has no exchange.
        StoreError: The store is out of reach.
    """
    page = board_page(
        source, portfolio=portfolio, audience=audience, policy=policy, now=now, title=title, bounds=bounds
    )
    written = Path(path)
    written.write_text(page, encoding="ascii", newline="\n")
    return written


def board_page(
    source: Assessment | KeepsFacts,
    *,
    portfolio: Portfolio | None = None,
    audience: Audience | str = "pmo",
    policy: Policy | None = None,
    now: datetime | None = None,
    title: str = TITLE,
    bounds: Bounds | None = None,
) -> str:
    """The page that `board` writes, as ASCII text, for a host that serves it itself; arguments as there."""
    viewer = board_audience(audience)
    if isinstance(source, Assessment):
        assessment, facts = source, portfolio or _facts_behind(source)
        if now is not None and now != assessment.now:
            _refuse("now", now, f"the assessment is of {assessment.now.isoformat()}; leave now out")
    else:
        if not callable(getattr(source, "portfolio", None)):
            _refuse("source", source, f"expected an Assessment or a store, got {type(source).__name__}")
        if now is None:
            _refuse("now", now, "a store is judged as of a moment; give now=datetime.now(timezone.utc), or another one")
        if portfolio is not None:
            _refuse("portfolio", portfolio, "a store brings its own facts; leave portfolio out")
        found: Any = source.portfolio()
        policy, facts = policy or Policy.default(), found
        assessment = policy.assess(found, now=now)
    if policy is not None and policy.version != assessment.policy_version:
        _refuse("policy", policy.version[:12], f"the assessment was made by version {assessment.policy_version[:12]}")
    _check_facts(assessment, facts)
    scene = Scene(assessment, facts, viewer, _known(assessment, policy), bounds or Bounds())
    return page_of(data_of(scene, title))


def _facts_behind(assessment: Assessment) -> Portfolio | None:
    explainer = assessment.explainer
    facts = explainer.facts if isinstance(explainer, FactsExplainer) else None
    return facts if isinstance(facts, Portfolio) else None


def _known(assessment: Assessment, policy: Policy | None) -> Mapping[str, PolicyRule]:
    """The rules whose text is known: from the policy, or from an explainer that still has them."""
    if policy is not None:
        return {rule.id: rule for rule in policy.rules}
    rules: Mapping[str, PolicyRule] = getattr(assessment.explainer, "rules", {})
    return rules


def _check_facts(assessment: Assessment, facts: Portfolio | None) -> None:
    if facts is None or "customers" not in facts.given:
        return
    strangers = assessment.rows.get("customer", {}).keys() - facts.records("customers").keys()
    if strangers:
        reason = f"these facts lack {len(strangers)} of the customers that were assessed, such as {min(strangers)!r}"
        _refuse("portfolio", min(strangers), reason)


def _refuse(field: str, value: object, reason: str) -> NoReturn:
    raise ValidationError(reason, entity="board", field=field, value=value)
