"""
Webhooks into a store: each event one transaction, the same message twice the same as once, and nothing older over
anything newer.

The store keeps, for every record that a webhook told of, when the tool changed it last (for single fields: each), and
that it was deleted. An event that is older than that is told as outdated and changes nothing. Of two events of one
moment the one that arrives later counts, because tools send in order as a rule; a deletion beats what has its moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import attrs

from alignkit.domain import REFERENCES, ExternalRef
from alignkit.errors import ValidationError
from alignkit.importers.bringing import Bringer, Told, own_refs
from alignkit.importers.events import NeedsFetch, Tombstone, Webhook, WebhookEvent
from alignkit.importers.imported import Import
from alignkit.importers.loading import HasRuns
from alignkit.importers.loading_steps import steps_of
from alignkit.importers.take import needed_fields
from alignkit.importers.webhook_outcomes import AppliedEvent, AppliedWebhook, Outcome
from alignkit.stores.journal import Stamp
from alignkit.stores.kinds import REPOSITORIES
from alignkit.stores.runs import Settlement, SourceState, Stored

__all__ = ["apply_webhook"]

_ALL: Final = 1_000_000_000


def apply_webhook(
    store: HasRuns,
    message: Webhook | WebhookEvent,
    /,
    *,
    at: datetime,
    actor: str | None = None,
    team: str | None = None,
) -> AppliedWebhook:
    """
    Store what a webhook tells.

    A record takes the fields that its tool speaks of; what others gave it stays. A deleted record goes, references to
    it become unknown, and facts that cannot be without it go too; where another system knows the same fact, it stays.
    A deletion is remembered, so that nothing older brings the record back.

    Args:
        store: Where to.
        message: What `webhook` read.
        at: When it was received, an aware moment, which the journal keeps; an event that names no moment of its own
            counts as of then.
        actor: Who writes. Personal data.
        team: The actor's team.

    Returns:
        What became of each event. Those stored stay stored when a later one of the same message fails; sending the
        message again is safe.

    Raises:
        PortfolioError: An event would break the laws between facts.
        StoreError: The store is out of reach; let the tool send the message again.
        ValidationError: `at` is not aware.
    """
    stamp = Stamp(at, actor, team)
    events = message.events if isinstance(message, Webhook) else (message,)
    return AppliedWebhook(events=tuple(_applied(store, event, stamp) for event in events))


def _applied(store: HasRuns, event: WebhookEvent, stamp: Stamp) -> AppliedEvent:
    if event.skipped and event.outcome == "nothing":
        return AppliedEvent(kind=event.kind, outcome="skipped", reason=event.skipped)
    step = _Step(event, event.moment or stamp.at)
    settled = store.runs.settle(step.plan, at=stamp.at, actor=stamp.actor, team=stamp.team)
    counts = {"added": settled.upserted.added, "updated": settled.upserted.updated, "removed": settled.removed}
    outcome = step.outcome
    if outcome == "stored" and not any(counts.values()):
        outcome = "unchanged"
    return AppliedEvent(kind=event.kind, outcome=outcome, reason=step.reason, fetch=tuple(step.fetch), **counts)


class _Step:
    """
    One event on its way into a store.

    Attributes:
        outcome: What became of it, once `plan` was called.
        reason: Why, where nothing was stored.
        fetch: What has to be fetched.
    """

    def __init__(self, event: WebhookEvent, moment: datetime) -> None:
        self._event = event
        self._moment = moment
        self._begin()

    def _begin(self) -> None:
        self.outcome: Outcome = "skipped"
        self.reason = ""
        self.fetch: list[NeedsFetch] = []
        self._facts: dict[str, dict[str, Any]] = {}
        self._removed: dict[tuple[str, str], None] = {}
        self._states: dict[tuple[ExternalRef, str], SourceState] = {}
        self._forgotten: list[ExternalRef] = []

    def plan(self, stored: Stored) -> Settlement:
        """What is to become of the store."""
        self._begin()
        for tombstone in self._event.tombstones:
            self._bury(stored, tombstone)
        if self._event.imported is not None:
            self._store(stored, self._event.imported)
        if self._event.patch is not None:
            self._patch(stored)
        self._ask(stored)
        facts = {
            name: tuple(fact for id, fact in some.items() if (name, id) not in self._removed)
            for name, some in self._facts.items()
        }
        return Settlement(
            facts={name: facts[name] for name in REPOSITORIES if facts.get(name)},
            removed=tuple(self._removed),
            states=tuple(self._states.values()),
            forgotten=tuple(self._forgotten),
        )

    # What is known of a record

    def _known(self, stored: Stored, refs: Iterable[ExternalRef]) -> list[SourceState]:
        found = stored.states(dict.fromkeys(refs))
        return [state for states in found.values() for state in states]

    def _verdict(self, states: Iterable[SourceState], moment: datetime | None) -> Outcome | None:
        """Why an event of that moment is not taken; None when it is."""
        for state in states:
            if state.moment is None:
                return "repeated" if moment is None else "outdated"
            if moment is None:
                continue
            if state.moment > moment or (state.is_deleted and state.moment == moment):
                is_same = self._event.delivery in state.deliveries
                return "repeated" if is_same else "outdated"
            if state.moment == moment and self._event.delivery in state.deliveries:
                return "repeated"
        return None

    def _refuse(self, verdict: Outcome, what: str) -> None:
        self.outcome = verdict
        self.reason = f"{what} was taken already" if verdict == "repeated" else f"a later state of {what} is known"

    def _note(self, states: Iterable[SourceState], ref: ExternalRef, field: str, moment: datetime) -> None:
        """Keep that this event was taken."""
        same = [s for s in states if s.field == field and s.moment == moment and not s.is_deleted]
        deliveries = dict.fromkeys([*(one for state in same for one in state.deliveries), self._event.delivery])
        self._states[ref, field] = SourceState(ref=ref, field=field, moment=moment, deliveries=tuple(deliveries))

    # Whole records

    def _store(self, stored: Stored, imported: Import) -> None:
        bringer = Bringer(stored, Told([imported]))
        items = [item for item in steps_of([imported], _ALL).items if item[0] in REPOSITORIES]
        refused: set[tuple[str, str]] = set()
        is_taken = False
        later: dict[str, set[str]] = {}
        for name, fact in items:
            if fact.id in imported.mentioned or not fact.external_refs:
                continue
            refs = self._names(stored, bringer, name, fact)
            states = self._known(stored, refs)
            whole = [state for state in states if not state.field]
            verdict = self._verdict(whole, self._moment)
            if verdict is not None:
                self._refuse(verdict, f"{fact.external_refs[0].kind} {fact.external_refs[0].key}")
                refused.add((name, fact.id))
                continue
            is_taken = True
            self._note(whole, fact.external_refs[0], "", self._moment)
            self._forgotten.extend(refs)
            for state in states:
                if state.field and state.moment is not None and state.moment > self._moment:
                    later.setdefault(fact.id, set()).add(state.field)
                    self._states[state.key] = state
            for state in whole:
                self._states.setdefault(state.key, state)
        if refused and not is_taken:
            return
        self.outcome, self.reason = "stored", ""
        left = [(name, fact) for name, fact in items if (name, fact.id) not in refused]
        brought = bringer.bring(left, lambda _, fact: later.get(fact.id, ()))
        if brought.waiting:
            # Nothing is noted either, so that the same message is taken once that record is there.
            self._states.clear()
            self._forgotten.clear()
            self.outcome, self.reason = "skipped", "a record that it cannot be without is not stored"
            return
        for name, facts in brought.facts.items():
            self._facts.setdefault(name, {}).update((fact.id, fact) for fact in facts)

    def _names(self, stored: Stored, bringer: Bringer, name: str, fact: Any) -> list[ExternalRef]:
        """Every name of its system that a record has, in the message and in the store."""
        id = bringer.stored_id(name, fact)
        held: Any = stored.facts(name, [id]).get(id) if id is not None else None
        system = fact.external_refs[0].system
        known = [ref for ref in held.external_refs if ref.system == system] if held is not None else []
        return list(dict.fromkeys([*own_refs(fact), *known]))

    # Single fields

    def _patch(self, stored: Stored) -> None:
        patch = self._event.patch
        assert patch is not None, "asked for"
        what = f"{patch.ref.kind} {patch.ref.key}"
        ids = stored.holders(patch.collection, [patch.ref])[patch.ref]
        held: Any = stored.facts(patch.collection, [min(ids)])[min(ids)] if ids else None
        system = patch.ref.system
        names = [patch.ref, *(ref for ref in (held.external_refs if held is not None else ()) if ref.system == system)]
        states = self._known(stored, names)
        verdict = self._verdict([state for state in states if not state.field], self._moment)
        if verdict is not None:
            self._refuse(verdict, what)
            return
        if held is None:
            need = NeedsFetch(ref=patch.ref, reason="it is not stored yet", moment=self._moment)
            self.fetch.append(need)
            self.outcome = "fetch"
            return
        changes: dict[str, object] = {}
        for field, value in (*patch.values.items(), *self._leads(stored).items()):
            verdict = self._verdict([state for state in states if state.field == field], self._moment)
            if verdict is not None:
                self._refuse(verdict, f"{field} of {what}")
                continue
            changes[field] = value
            self._note(states, patch.ref, field, self._moment)
        if changes:
            self._take(held, changes, what)

    def _take(self, held: Any, changes: Mapping[str, Any], what: str) -> None:
        patch = self._event.patch
        assert patch is not None, "asked for"
        try:
            fact = attrs.evolve(held, **changes)
        except ValidationError as error:
            self._states.clear()
            self.outcome, self.reason = "fetch", f"{what} cannot be so: {error}"
            self.fetch.append(NeedsFetch(ref=patch.ref, reason=self.reason, moment=self._moment))
            return
        self.outcome, self.reason = "stored", ""
        self._facts.setdefault(patch.collection, {})[fact.id] = fact

    def _leads(self, stored: Stored) -> dict[str, str | None]:
        """Where the references of a patch lead; unknown ones have to be fetched."""
        patch = self._event.patch
        assert patch is not None, "asked for"
        found: dict[str, str | None] = {}
        for field, ref in patch.links.items():
            ids = stored.holders(REFERENCES[patch.collection][field], [ref])[ref]
            found[field] = min(ids) if ids else None
            if not ids:
                self.fetch.append(NeedsFetch(ref=ref, reason=f"{patch.ref.kind} {patch.ref.key} refers to it"))
        return found

    # Deletions

    def _bury(self, stored: Stored, tombstone: Tombstone) -> None:
        what = f"{tombstone.refs[0].kind} {tombstone.refs[0].key}"
        held: dict[tuple[str, str], Any] = {}
        for name in tombstone.collections:
            ids = {id for some in stored.holders(name, tombstone.refs).values() for id in some}
            held.update(((name, id), fact) for id, fact in stored.facts(name, sorted(ids)).items())
        system, kind = tombstone.refs[0].system, tombstone.refs[0].kind
        names = dict.fromkeys(tombstone.refs)
        for fact in held.values():
            own = [ref for ref in fact.external_refs if ref.system == system and ref.kind == kind]
            names |= dict.fromkeys(own)
        states = [state for state in self._known(stored, names) if not state.field]
        verdict = self._verdict(states, tombstone.moment)
        if verdict is None and tombstone.moment is not None and self._is_later(states, tombstone.moment):
            verdict = "outdated"
        if verdict is not None:
            self._refuse(verdict, what)
            return
        self.outcome, self.reason = "removed", "" if held else f"{what} was not stored"
        for ref in names:
            state = SourceState(ref=ref, moment=tombstone.moment, is_deleted=True, deliveries=(self._event.delivery,))
            self._states[state.key] = state
        self._forgotten.extend(names)
        for (name, id), fact in held.items():
            others = [ref for ref in fact.external_refs if ref.system != system]
            if others:
                told = ", ".join(sorted({ref.system for ref in others}))
                self.outcome, self.reason = "unchanged", f"{what} is gone, but {told} knows the same {name} {id!r} too"
            else:
                self._remove(stored, name, id)

    def _is_later(self, states: Iterable[SourceState], moment: datetime) -> bool:
        return any(state.moment is not None and state.moment > moment for state in states)

    def _remove(self, stored: Stored, target: str, id: str) -> None:
        """Take a fact out, with what cannot be without it; other references to it become unknown."""
        self._removed[target, id] = None
        for name in REPOSITORIES:
            for field, at in REFERENCES[name].items():
                for fact in stored.referring(name, field, [id]) if at == target else ():
                    if field in needed_fields(name):
                        self._removed[name, fact.id] = None
                    else:
                        now: Any = self._facts.setdefault(name, {}).get(fact.id, fact)
                        self._facts[name][fact.id] = attrs.evolve(now, **{field: None})

    # What has to be fetched

    def _ask(self, stored: Stored) -> None:
        """Ask for what is not known at least as new as the event."""
        for need in self._event.fetch:
            whole = [state for state in self._known(stored, [need.ref]) if not state.field]
            is_known = any(state.moment is None or state.moment >= self._moment for state in whole)
            if is_known:
                if self.outcome == "skipped":
                    self._refuse("outdated", f"{need.ref.kind} {need.ref.key}")
                continue
            self.fetch.append(need)
            if self.outcome == "skipped":
                self.outcome, self.reason = "fetch", need.reason
