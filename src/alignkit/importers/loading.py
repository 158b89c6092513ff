"""
Imports into a store: the same input twice changes nothing, and a run that was cut goes on where it stopped.

Facts are stored in batches, each one transaction together with how far the run has come. What the source does not
speak of stays as it is stored: a project keeps the customer that somebody gave it when its tool is read again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

import attrs

from alignkit.errors import StoreError, ValidationError
from alignkit.importers.bringing import Bringer, Told
from alignkit.importers.imported import Import
from alignkit.importers.loading_news import News
from alignkit.importers.loading_steps import Steps, steps_of
from alignkit.importers.options import ReadOptions
from alignkit.importers.preset import Preset
from alignkit.importers.reading import read
from alignkit.importers.report import ImportReport
from alignkit.importers.sources import Given
from alignkit.stores.journal import Stamp
from alignkit.stores.kinds import REPOSITORIES
from alignkit.stores.runs import ImportRun, RunLedger, Settlement, Stored
from alignkit.stores.values import Upserted

__all__ = ["HasRuns", "Loaded", "load"]

BATCH: Final = 1_000


class HasRuns(Protocol):
    """A store that keeps a ledger of import runs, as all of alignkit's do."""

    @property
    def runs(self) -> RunLedger: ...


@attrs.frozen(kw_only=True)
class Loaded:
    """
    What a load did.

    Attributes:
        run: What the ledger says of it, with all counts; a run that was cut counts what it stored before, too.
        reports: What became of the rows of each import.
        resumed_at: The step at which it went on; 0 when it began from the start.
        waiting: Collection and id of facts that were not stored, because a record they cannot be without is not there;
            load again once it is.
        outdated: Collection and id of facts left out, because the store knows a later state, or a deletion.
    """

    run: ImportRun
    reports: tuple[ImportReport, ...]
    resumed_at: int = 0
    waiting: tuple[tuple[str, str], ...] = ()
    outdated: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return str(self.run)


def load(
    store: HasRuns,
    source: Import | Preset | Sequence[Import],
    given: Given | None = None,
    /,
    *,
    at: datetime,
    run: str = "import",
    actor: str | None = None,
    team: str | None = None,
    as_of: datetime | None = None,
    zone: str | None = None,
    currency: str | None = None,
    strict: bool = False,
    options: ReadOptions | None = None,
    batch_size: int = BATCH,
    progress: Callable[[ImportRun], None] | None = None,
) -> Loaded:
    """
    Store what an import found.

    A record that is known, by any name that its own system gives it, is updated in the fields that its source speaks
    of; others are added. References lead to what is stored, also from earlier loads. Where the newest run of this name
    did not finish and its input was the same, the load goes on after the last step that it stored.

    Args:
        store: Where to.
        source: One import, several that belong together, or a preset that reads `given`.
        given: With a preset: a folder, a file, several of either, or pages; see `alignkit.importers.read`.
        at: When the changes take place: an aware moment, which the journal keeps.
        run: Name of the run in the ledger. Two loads of one name must not run at the same time.
        actor: Who writes. Personal data.
        team: The actor's team.
        as_of: When the tool wrote the export. Records of which the store knows a later state, by a webhook, stay as
            they are; and webhooks about earlier moments will not undo this load. None takes `at`, and keeps no note
            for webhooks.
        zone: With a preset: zone of moments that name none.
        currency: With a preset: ISO 4217 code of amounts that name none.
        strict: With a preset: whether a row that cannot be used raises, so that nothing is stored.
        options: With a preset: limits and text format.
        batch_size: How many steps one transaction stores, at least 1.
        progress: Called after each batch with the state of the run.

    Returns:
        What became of it. The same input again has 0 added and 0 updated, and writes no journal.

    Raises:
        ImporterError: The input cannot be read.
        PortfolioError: A batch would break the laws between facts; what was stored before it stays.
        StoreError: The store is out of reach, or another process moves the same run.
        ValidationError: An argument is not what it has to be.
    """
    stamp = Stamp(as_of or at, actor, team)
    if isinstance(batch_size, bool) or not isinstance(batch_size, int) or batch_size < 1:
        raise ValidationError(f"expected 1 or more, got {batch_size!r}", field="batch_size", value=batch_size)
    if isinstance(source, Preset):
        if given is None:
            raise ValidationError("a preset reads something; give a folder, files or pages", field="given")
        made = read(source, given, zone=zone, currency=currency, strict=strict, options=options)
        imports: tuple[Import, ...] = (made,)
    else:
        imports = (source,) if isinstance(source, Import) else tuple(source)
    steps = steps_of(imports, batch_size)
    loading = _Loading(imports, steps, Stamp(at).at, stamp.at, keeps=as_of is not None)
    hashes = {"facts": steps.fingerprint, **_hashes(given)}
    return loading.run(store.runs, run, hashes, batch_size, progress, {"actor": actor, "team": team})


def _hashes(given: Given | None) -> dict[str, str]:
    """A hash of each file that was given, by name."""
    paths: Any = [given] if isinstance(given, (str, os.PathLike)) else given if isinstance(given, (list, tuple)) else ()
    found: dict[str, str] = {}
    for path in paths:
        if not isinstance(path, (str, os.PathLike)):
            continue
        place = Path(path)
        files = sorted(file for file in place.iterdir() if file.is_file()) if place.is_dir() else [place]
        for file in files:
            with file.open("rb") as stream:
                found[file.name] = hashlib.file_digest(stream, "sha256").hexdigest()[:32]
    return found


class _Loading:
    """One load while it runs."""

    def __init__(
        self, imports: tuple[Import, ...], steps: Steps, at: datetime, as_of: datetime, *, keeps: bool
    ) -> None:
        self._imports = imports
        self._told = Told(imports)
        self._steps = steps
        self._at = at
        self._as_of = as_of
        self._keeps = keeps
        self._waiting: dict[tuple[str, str], None] = {}
        self._outdated: dict[tuple[str, str], None] = {}

    def run(
        self,
        ledger: RunLedger,
        name: str,
        hashes: Mapping[str, str],
        batch_size: int,
        progress: Callable[[ImportRun], None] | None,
        writer: Mapping[str, str | None],
    ) -> Loaded:
        """Store batch after batch."""
        current = self._begun(next(iter(ledger.list(name, limit=1)), None), name, hashes)
        start = current.done
        while not current.is_finished:
            settled = ledger.settle(self._plan(current, batch_size), at=self._at, **writer)
            assert settled.run is not None, "a step of a run has a run"
            current = settled.run
            if progress is not None:
                progress(current)
        return Loaded(
            run=current,
            reports=tuple(one.report for one in self._imports),
            resumed_at=start,
            waiting=tuple(self._waiting),
            outdated=tuple(self._outdated),
        )

    def _begun(self, last: ImportRun | None, name: str, hashes: Mapping[str, str]) -> ImportRun:
        """The run to go on with, or a new one."""
        total = len(self._steps.items)
        print_ = self._steps.fingerprint
        if last is not None and not last.is_finished and (last.fingerprint, last.total) == (print_, total):
            return last
        return ImportRun(
            name=name,
            number=1 if last is None else last.number + 1,
            fingerprint=print_,
            sources=hashes,
            started_at=self._at,
            touched_at=self._at,
            total=total,
        )

    def _plan(self, current: ImportRun, batch_size: int) -> Callable[[Stored], Settlement]:
        # References that had to wait are stored in batches of their own, and counted with their fact's first step.
        counts = current.done < self._steps.facts or not current.total
        end = self._steps.facts if counts else current.total
        items = self._steps.items[current.done : min(current.done + batch_size, end)]
        done = current.done + len(items)
        is_last = done == current.total

        def plan(stored: Stored) -> Settlement:
            self._check_alone(stored, current)
            news = News(stored, items, self._as_of)
            brought = Bringer(stored, self._told).bring(news.items, news.kept)
            facts = dict(brought.facts)
            if current.done == 0:
                facts = {name: facts.get(name, ()) for name in (*self._steps.given, *facts) if name in REPOSITORIES}
            if is_last:
                facts.update(self._steps.others)
            self._waiting.update(dict.fromkeys((name, fact.id) for name, fact in brought.waiting))
            self._outdated.update(dict.fromkeys((name, fact.id) for name, fact in news.outdated))

            def told(upserted: Upserted) -> ImportRun:
                return attrs.evolve(
                    current,
                    done=done,
                    touched_at=self._at,
                    finished_at=self._at if is_last else None,
                    added=current.added + upserted.added * counts,
                    updated=current.updated + upserted.updated * counts,
                    unchanged=current.unchanged + upserted.unchanged * counts,
                    waiting=current.waiting + len(brought.waiting) * counts,
                    outdated=current.outdated + len(news.outdated) * counts,
                )

            states = news.states(self._told.mentioned) if self._keeps else ()
            return Settlement(facts=facts, states=states, forgotten=tuple(s.ref for s in states), run=told)

        return plan

    def _check_alone(self, stored: Stored, current: ImportRun) -> None:
        last = stored.last_run(current.name)
        if last is None or last.number < current.number:
            is_ours = current.done == 0 and current.number == (1 if last is None else last.number + 1)
        else:
            is_ours = (last.number, last.done, last.fingerprint) == (current.number, current.done, current.fingerprint)
        if not is_ours:
            reason = f"another process moves the run {current.name!r} too; let one finish, or name them differently"
            raise StoreError(reason, operation="load")
