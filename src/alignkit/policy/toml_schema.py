"""
The JSON Schema (draft 2020-12) of policy documents, for editors that complete and check TOML while it is typed.

It knows the keys, the values that they take, and every field, hop and relation that a case may give. What only the
checker knows (the text of rules, names of rules in cases) is left to `Policy.from_toml`. Made from the model by
`tools/make_policy_schema.py`, and shipped as a file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

import attrs

from alignkit.domain import COLLECTIONS
from alignkit.domain.checks import check_of
from alignkit.policy.cases import STATES
from alignkit.policy.cases_given import SHORT_MOMENTS, SPAN_WORDS
from alignkit.policy.custom import kinds_with_custom
from alignkit.policy.drafts import COLLECTION_OF, HOPS, PORTFOLIO, RELATIONS
from alignkit.policy.model import SUBJECTS, model

__all__ = ["FILE", "made_schema", "shipped_schema"]

FILE: Final = "policy.schema.json"
LARGEST_WEIGHT: Final = 1_000_000

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_FILLED: Final[Schema] = {"type": "string", "minLength": 1}
_PLAIN: Final[Schema] = {"type": ["string", "number", "boolean"]}
_WEIGHT: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": LARGEST_WEIGHT}
_CODE: Final[Schema] = {"type": "string", "pattern": "^[A-Z]{3}$"}


def shipped_schema() -> Schema:
    """The schema as it is shipped."""
    found: Schema = json.loads(files("alignkit.policy").joinpath(FILE).read_text(encoding="utf-8"))
    return found


def made_schema() -> Schema:
    """The schema, made from the model."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "alignkit/policy/1",
        "title": "alignkit policy",
        "description": "Rules that judge how well promise and delivery are aligned, with weights, bands and cases.",
        **_table(_settings(), required=("alignkit_policy",)),
        "$defs": {
            "rule": _rule(),
            "used": _used(),
            "case": _case(),
            "span": _span(),
            "money": _money(),
            "reference": _table(dict.fromkeys(("system", "kind", "key"), _TEXT), required=("system", "kind", "key")),
            "constant": _constant(),
            **{f"given-{kind}": _record(kind) for kind in (*COLLECTION_OF, PORTFOLIO)},
        },
    }


def _table(properties: Mapping[str, Schema], *, required: tuple[str, ...] = (), **more: Any) -> Schema:
    found: Schema = {"type": "object", "additionalProperties": False, "properties": dict(properties), **more}
    return {**found, "required": list(required)} if required else found


def _map(values: Schema, **more: Any) -> Schema:
    return {"type": "object", "additionalProperties": values, **more}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _said(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def _settings() -> dict[str, Schema]:
    share = {"type": "number", "minimum": 0, "maximum": 1}
    points = {"type": "number", "minimum": 0, "maximum": 100}
    rates = _map({"type": ["string", "number"]}, propertyNames=_CODE)
    exchange = _table({"currency": _CODE, "rates": rates}, required=("currency",))
    return {
        "alignkit_policy": _said({"const": 1}, "Version of the format; stands first."),
        "name": _said(_TEXT, "What people call the policy."),
        "dimensions": _said(_map(_WEIGHT), "Weight of each dimension, whole numbers."),
        "bands": _said(_map(points, propertyNames={"not": {"const": "unknown"}}), "Lower edge of each band; one is 0."),
        "minimum_coverage": _said(share, "Coverage under which the band is unknown."),
        "missing": _said({"enum": ["renormalise", "zero"]}, "What a rule without data does to the score."),
        "zone": _said(_FILLED, "IANA time zone in which today begins."),
        "strict": _said({"type": "boolean"}, "Whether failing rules raise."),
        "exchange": _said(exchange, "The currency that rules calculate in, with rates."),
        "custom": _said(_custom(), "Fields of your own, by kind of fact."),
        "rules": _said({"type": "array", "items": {"anyOf": [_ref("rule"), _ref("used")]}}, "The rules and gates."),
        "cases": _said({"type": "array", "items": _ref("case")}, "Facts, and what rules are to say of them."),
    }


def _custom() -> Schema:
    types = {"enum": ["text", "number", "whole", "flag", "day", "moment"]}
    number = {"type": "number"}
    entry = _table(
        {"type": types, "low": number, "high": number, "unit": _TEXT, "values": {"type": "array", "items": _TEXT}},
        required=("type",),
    )
    return _table({kind: _map({"anyOf": [types, entry]}) for kind in kinds_with_custom()})


def _rule() -> Schema:
    properties = {
        "id": _said(_FILLED, "Name of the function in text."),
        "kind": _said({"enum": list(SUBJECTS)}, "Kind of subject that the text judges."),
        "dimension": _said(_TEXT, "Where its points count; not for a gate."),
        "weight": _said({"type": "integer", "minimum": 0, "maximum": LARGEST_WEIGHT}, "Weight within its dimension."),
        "cap": _said({"type": "number", "minimum": 0, "maximum": 100}, "Makes it a gate: most points while it holds."),
        "text": _said(_FILLED, "The function, in the rule language."),
        "parameters": _said(_map(_PLAIN), "Thresholds that differ from the text."),
        "constants": _said(_map(_ref("constant")), "Values that the text reads by name."),
        "helpers": _said(_map(_TEXT), "Functions that the text calls, by name."),
        "message": _said(_TEXT, "What to say when points are lost; {name} shows evidence."),
        "action": _said(_TEXT, "What would win the points back."),
        "team": _said(_TEXT, "Whose move that is."),
    }
    return _table(
        properties,
        required=("id", "kind", "text"),
        **{"if": {"not": {"required": ["cap"]}}, "then": {"required": ["dimension"]}},
    )


def _used() -> Schema:
    properties = {
        "use": _said(_FILLED, "Id of a rule that a loaded plugin brings."),
        "weight": _said({"type": "integer", "minimum": 1, "maximum": LARGEST_WEIGHT}, "Weight within its dimension."),
        "parameters": _said(_map(_PLAIN), "Thresholds that differ from the rule's own."),
    }
    return _table(properties, required=("use",))


def _constant() -> Schema:
    named = _table({"name": _FILLED}, required=("name",))
    span = _table({unit: {"type": "integer"} for unit in ("days", "seconds", "microseconds")}, minProperties=1)
    return {"anyOf": [_PLAIN, {"type": "array", "items": _ref("constant")}, named, span]}


def _case() -> Schema:
    ids = {"anyOf": [_FILLED, {"type": "array", "items": _FILLED}]}
    unknown = {"type": "array", "items": {"enum": list(COLLECTIONS)}}
    given = _table(
        {**{kind: _ref(f"given-{kind}") for kind in SUBJECTS}, "unknown": unknown},
        oneOf=[{"required": [kind]} for kind in SUBJECTS],
    )
    return _table(
        {
            "name": _said(_FILLED, "What people call the case."),
            "rule": _said(ids, "The rule, or the rules, that it is about; without it the subject as a whole."),
            "now": _said({"type": "string", "format": "date-time"}, "The moment of the question, with its offset."),
            "given": _said(given, "One subject with all that hangs on it."),
            "expect": _said(_expectation(), "What is to come out."),
        },
        required=("name", "given", "expect"),
    )


def _expectation() -> Schema:
    number = {"type": "number", "minimum": 0, "maximum": 1}
    evidence = {"anyOf": [_PLAIN, _ref("span"), _table({"unknown": {"const": True}}, required=("unknown",))]}
    return _table(
        {
            "score": _said({"anyOf": [number, {"type": "boolean"}]}, "What the rule answers, 0..1."),
            "state": _said({"enum": list(STATES)}, "Whether the rule judged the subject."),
            "points": _said({"type": "number", "minimum": 0, "maximum": 100}, "Points of the rule, or of the subject."),
            "evidence": _said(_map(evidence), "Locals, fields and thresholds of the rule."),
            "band": _said(_FILLED, "Band of the subject."),
            "coverage": _said(number, "Coverage of the subject, 0..1."),
        },
        minProperties=1,
    )


def _span() -> Schema:
    properties = {word: {"type": "number"} for word in SPAN_WORDS}
    return _table(
        properties, minProperties=1, maxProperties=1, description="A place in time, such as { days_ago = 3 }."
    )


def _money() -> Schema:
    table = _table({"amount": {"type": ["string", "integer"]}, "currency": _CODE}, required=("amount", "currency"))
    return {"anyOf": [{"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)? [A-Z]{3}$"}, table]}


def _record(kind: str) -> Schema:
    properties: dict[str, Schema] = {}
    for word, other in HOPS.get(kind, {}).items():
        properties[word] = _ref(f"given-{other}")
    for word, (other, _) in RELATIONS[kind].items():
        properties[word] = {"type": "array", "items": _ref(f"given-{other}")}
    if kind != PORTFOLIO:
        for field in attrs.fields(COLLECTIONS[COLLECTION_OF[kind]]):
            if field.name != "version":
                properties[field.name] = _field(kind, field)
        properties.update({word: {"type": "number"} for word in SHORT_MOMENTS if word != "at"})
        properties["at"] = {"type": "string", "format": "date-time"}
    if kind in SUBJECTS[:-1]:
        properties["score"] = {"type": "number", "minimum": 0, "maximum": 100}
        properties["band"] = _FILLED
    return _table(properties)


def _field(kind: str, field: attrs.Attribute[Any]) -> Schema:
    written = str(field.type).removesuffix(" | None")
    known = model().kinds[kind].fields.get(field.name)
    bounds = check_of(field).bounds if "check" in field.metadata else None
    if known is not None and known.type.vocabulary is not None:
        return {"anyOf": [{"enum": sorted(known.type.vocabulary)}, _FILLED]}
    if written in ("int", "float"):
        limits = {} if bounds is None else {"minimum": bounds.low, "maximum": bounds.high}
        return {"type": "integer" if written == "int" else "number", **limits}
    own: dict[str, Schema] = {
        "bool": {"type": "boolean"},
        "date": {"anyOf": [{"type": "string", "format": "date"}, _ref("span")]},
        "datetime": {"anyOf": [{"type": "string", "format": "date-time"}, _ref("span")]},
        "Money": _ref("money"),
        "tuple[str, ...]": {"type": "array", "items": _TEXT},
        "tuple[ExternalRef, ...]": {"type": "array", "items": _ref("reference")},
    }
    return own.get(written, _map({}) if written.startswith("Mapping") else _TEXT)
