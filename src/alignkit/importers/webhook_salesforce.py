"""
Change events of Salesforce (Change Data Capture), as JSON: new records as a whole, changed ones by their changed fields.

Formats: Salesforce's "Change Data Capture Developer Guide". Salesforce does not call an address with these; they come
by a subscription (Pub/Sub API, or a relay to Amazon EventBridge), and each is handed in here as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from alignkit.importers.webhook_body import NO_FACT, Body, Fetch, Gone, Partial, Said

__all__ = ["tell"]

_TABLES: Final = {
    "Account": "account",
    "Contact": "contact",
    "Opportunity": "opportunity",
    "Case": "case",
    "Task": "task",
    "Event": "event",
}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECONDS: Final = 100_000_000_000
_SYSTEM: Final = frozenset({"ChangeEventHeader", "LastModifiedDate", "LastModifiedById", "SystemModstamp"})


def tell(payload: Any, headers: Mapping[str, str]) -> Iterator[Said]:
    """One event for each record of a message."""
    body = Body(payload)
    for name in ("detail", "data", "payload"):
        if "ChangeEventHeader" not in body and isinstance(body.get(name), Mapping):
            body = body.object(name)
    header = body.object("ChangeEventHeader")
    kind, entity = header.text("changeType", "unknown"), header.text("entityName")
    ids = header.get("recordIds")
    at = header.moment("commitTimestamp")
    for id in ids if isinstance(ids, list) else []:
        delivery = f"{header.text('transactionKey')}/{header.get('sequenceNumber')}/{id}"
        known: dict[str, Any] = {"kind": f"{entity}.{kind}", "delivery": delivery, "moment": at}
        if entity not in _TABLES or not isinstance(id, str):
            yield Said(skipped=NO_FACT, **known)
        else:
            yield _event(body, header, kind, entity, id, known)


def _event(body: Body, header: Body, kind: str, entity: str, id: str, known: dict[str, Any]) -> Said:
    table = _TABLES[entity]
    if kind == "DELETE":
        return Said(gone=(Gone(table, (id,)),), **known)
    if kind.startswith("GAP_") or id.endswith("*"):
        if kind == "GAP_DELETE":
            return Said(gone=(Gone(table, (id,)),), **known)
        return Said(fetch=(Fetch(table, id, "Salesforce could not tell what changed"),), **known)
    columns = _columns(body.value)
    if kind in ("CREATE", "UNDELETE"):
        row = {"attributes": {"type": entity}, "Id": id, **columns}
        return Said(pages={table: {"records": [row]}}, **known)
    nulled = header.get("nulledFields")
    columns |= {str(name): None for name in nulled} if isinstance(nulled, list) else {}
    told = tuple((name, None, value) for name, value in columns.items())
    return Said(partial=Partial(table, table, id, columns), about=(table, id), changes=told, **known)


def _columns(record: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in record.items():
        if name in _SYSTEM:
            continue
        if isinstance(value, Mapping):  # a compound name or address: its parts are fields of their own
            found |= value
        elif name.endswith(("Date", "DateTime")) and isinstance(value, int) and abs(value) > _MILLISECONDS:
            found[name] = (_EPOCH + timedelta(milliseconds=value)).isoformat()
        else:
            found[name] = value
    return found
