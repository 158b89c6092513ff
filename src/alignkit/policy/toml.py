"""
A policy as a TOML document: settings, and the text of every rule.

The text is data. It is parsed and checked like any rule and never run as it stands; a document cannot name
anything of the host.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from alignkit.domain import AlignmentRule, CustomField
from alignkit.domain.money import Exchange
from alignkit.errors import PolicyError, ValidationError
from alignkit.expressions.context import nearest
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.expressions.limits import MOST_RULES
from alignkit.policy.cases_toml import read_cases, write_case
from alignkit.policy.compiled import PolicyRule, compile_record, compile_rule
from alignkit.policy.custom_toml import read_custom, written_custom
from alignkit.policy.registered import known_rules
from alignkit.policy.scopes import standard_name, standard_object

if TYPE_CHECKING:
    from alignkit.policy.policy import Policy

__all__ = ["read_policy", "write_policy"]

FORMAT: Final = 1
TABLES: Final = ("parameters", "constants", "helpers")
UNITS: Final = ("days", "seconds", "microseconds")
LARGEST_DOCUMENT: Final = 4_000_000
DEFAULT_BANDS: Final = ("green", "amber", "red")
SETTINGS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "name": str,
    "minimum_coverage": (int, float),
    "missing": str,
    "zone": str,
    "bands": dict,
    "dimensions": dict,
    "strict": bool,
}
RULE_KEYS: Final = (
    "id", "kind", "dimension", "weight", "text", "parameters", "constants", "helpers", "message", "action", "team", "cap",
    "use",
)  # fmt: skip


def write_policy(policy: Policy) -> str:
    """The document of a policy."""
    import tomlkit

    opaque = [rule.id for rule in policy.rules if rule.lowered is None]
    if opaque:
        raise PolicyError(
            [Diagnostic("Opaque", "an opaque rule has no text to write; make its source readable", id) for id in opaque]
        )
    document: dict[str, Any] = {"alignkit_policy": FORMAT, "name": policy.name}
    document.update(minimum_coverage=policy.minimum_coverage, missing=policy.missing, zone=policy.zone)
    document.update(strict=policy.strict, bands=dict(policy.bands), dimensions=dict(policy.dimensions))
    if policy.exchange is not None:
        rates = {code: str(rate) for code, rate in policy.exchange.rates.items()}
        document["exchange"] = {"currency": policy.exchange.currency, "rates": rates}
    custom = written_custom(field for rule in policy.rules for field in rule.record.custom_fields.values())
    if custom:
        document["custom"] = custom
    document["rules"] = [_written(rule.record) for rule in policy.rules]
    document = _with_readable_text(document)
    if policy.cases:
        document["cases"] = [write_case(case) for case in policy.cases]
    return tomlkit.dumps(document)


def _with_readable_text(value: Any) -> Any:
    """The same document, its many-line texts as literal strings that begin on a line of their own, without escapes."""
    from tomlkit.items import String, StringType, Trivia

    if isinstance(value, dict):
        return {key: _with_readable_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_readable_text(inner) for inner in value]
    if isinstance(value, str) and "\n" in value and _is_literal(value):
        return String(StringType.MLL, value, f"\n{value}", Trivia())
    return value


def _is_literal(text: str) -> bool:
    return "'''" not in text and not any((ord(c) < 32 and c not in "\t\n") or ord(c) == 127 for c in text)


def _written(record: AlignmentRule) -> dict[str, Any]:
    found: dict[str, Any] = {"id": record.id, "kind": record.kind}
    if record.cap is None:
        found.update(dimension=record.dimension, weight=record.weight)
    else:
        found["cap"] = record.cap
    found.update({name: getattr(record, name) for name in ("message", "action", "team") if getattr(record, name)})
    for name in ("parameters", "helpers"):
        if getattr(record, name):
            found[name] = dict(getattr(record, name))
    if record.constants:
        found["constants"] = {name: _constant_out(value) for name, value in record.constants.items()}
    found["text"] = record.text
    return found


def _constant_out(value: object) -> object:
    if isinstance(value, timedelta):
        return {unit: getattr(value, unit) for unit in UNITS}
    if isinstance(value, tuple):
        return [_constant_out(item) for item in value]
    return value if isinstance(value, (bool, int, float, str)) else {"name": standard_name(value)}


def read_policy(source: str | Path) -> Policy:
    """
    The policy of a document.

    Raises:
        PolicyError: With every fault of the document and of every rule.
    """
    text = source if isinstance(source, str) and "\n" in source else _read(Path(source))
    if len(text) > LARGEST_DOCUMENT:
        raise PolicyError(
            [Diagnostic("RuleTooLarge", f"a document of {len(text)} characters; at most {LARGEST_DOCUMENT}")]
        )
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PolicyError([Diagnostic("PolicyInvalid", f"not valid TOML: {error}")]) from None
    faults: list[Diagnostic] = []
    if document.pop("alignkit_policy", None) != FORMAT:
        faults.append(Diagnostic("PolicyInvalid", f"the document must begin with alignkit_policy = {FORMAT}"))
    custom = read_custom(document.pop("custom", {}), faults)
    entries, cases = document.pop("rules", []), document.pop("cases", [])
    rules = _rules(entries, custom, faults)
    settings = _settings(document, faults)
    made = {rule.id for rule in rules}
    refused = [id for id in _ids_of(entries) if id not in made]
    read = read_cases(cases, text, rules, refused, settings.get("bands", DEFAULT_BANDS), faults)
    settings["cases"] = () if faults else read
    return _made(rules, settings, faults)


def _ids_of(entries: Any) -> list[str]:
    found = [entry.get("id") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return [id for id in found if isinstance(id, str)]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PolicyError([Diagnostic("PolicyInvalid", f"{path} is not UTF-8 at byte {error.start}")]) from None


def _made(rules: list[PolicyRule], settings: dict[str, Any], faults: list[Diagnostic]) -> Policy:
    from alignkit.policy.policy import Policy

    try:
        policy = Policy(rules, **settings)
    except PolicyError as error:
        raise PolicyError([*faults, *error.diagnostics]) from None
    except (TypeError, ValueError) as error:
        raise PolicyError([*faults, Diagnostic("PolicyInvalid", str(error))]) from None
    if faults:
        raise PolicyError(faults)
    return policy


def _settings(document: dict[str, Any], faults: list[Diagnostic]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in document.items():
        if key == "exchange":
            exchange = _exchange(value, faults)
            if exchange is not None:
                found[key] = exchange
        elif key in SETTINGS and isinstance(value, SETTINGS[key]):
            found[key] = value
        elif key in SETTINGS:
            faults.append(Diagnostic("PolicyInvalid", f"{key} is not what it should be, got {value!r:.60}"))
        else:
            faults.append(
                Diagnostic(
                    "PolicyInvalid",
                    f"{key!r} is not a setting of a policy",
                    suggestion=nearest(key, (*SETTINGS, "exchange", "custom", "rules", "cases")),
                )
            )
    return found


def _exchange(value: Any, faults: list[Diagnostic]) -> Exchange | None:
    try:
        return Exchange(value["currency"], {code: Decimal(str(rate)) for code, rate in value.get("rates", {}).items()})
    except (ValidationError, ArithmeticError, KeyError, TypeError, AttributeError) as error:
        faults.append(Diagnostic("PolicyInvalid", f"exchange: {error}"))
        return None


def _rules(entries: Any, custom: Mapping[str, CustomField], faults: list[Diagnostic]) -> list[PolicyRule]:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        faults.append(Diagnostic("PolicyInvalid", "rules are tables: [[rules]]"))
        return []
    if len(entries) > MOST_RULES:
        faults.append(Diagnostic("RuleTooLarge", f"{len(entries)} rules; at most {MOST_RULES} are allowed"))
        return []
    found = []
    for number, entry in enumerate(entries, 1):
        rule = _rule(entry, f"rules[{number}]", custom, faults)
        if rule is not None:
            found.append(rule)
    return found


def _rule(
    entry: Mapping[str, Any], where: str, custom: Mapping[str, CustomField], faults: list[Diagnostic]
) -> PolicyRule | None:
    id = entry.get("id") if isinstance(entry.get("id"), str) else where
    faults.extend(
        Diagnostic("PolicyInvalid", f"{key!r} is not part of a rule", str(id), suggestion=nearest(key, RULE_KEYS))
        for key in entry
        if key not in RULE_KEYS
    )
    fields = {key: value for key, value in entry.items() if key in RULE_KEYS}
    if "use" in entry:
        return _used(entry, where, faults)
    if "cap" in fields:
        fields.setdefault("weight", 0)
    faults.extend(
        Diagnostic("PolicyInvalid", f"{key} is a table by name, got {fields.pop(key)!r:.60}", str(id))
        for key in TABLES
        if not _is_table(key, fields.get(key, {}))
    )
    try:
        constants = {name: _constant_in(value) for name, value in dict(fields.get("constants", {})).items()}
        return compile_record(AlignmentRule(**{**fields, "constants": constants, "custom_fields": custom}))
    except (ValidationError, TypeError, ValueError, OverflowError) as error:
        faults.append(Diagnostic("PolicyInvalid", str(error), str(id)))
        faults.extend(_text_faults(fields))
        return None


def _used(entry: Mapping[str, Any], where: str, faults: list[Diagnostic]) -> PolicyRule | None:
    """A rule that a plugin brings, by its id."""
    id, weight, parameters = entry["use"], entry.get("weight"), entry.get("parameters", {})
    rule = known_rules().get(id) if isinstance(id, str) else None
    if rule is None:
        message = f"there is no rule {id!r:.60} to use; where a plugin brings it, load that first"
        faults.append(Diagnostic("PolicyInvalid", message, where, suggestion=nearest(str(id), known_rules())))
        return None
    if set(entry) - {"use", "weight", "parameters"} or not isinstance(parameters, dict):
        faults.append(Diagnostic("PolicyInvalid", "beside use stand weight and parameters, and nothing else", id))
        return None
    try:
        return compile_rule(rule, parameters, weight)
    except (ValidationError, TypeError) as error:
        faults.append(Diagnostic("PolicyInvalid", str(error), id))
        return None


def _is_table(key: str, value: Any) -> bool:
    """Whether a table of a rule is one; helpers are texts."""
    return isinstance(value, dict) and (key != "helpers" or all(isinstance(text, str) for text in value.values()))


def _text_faults(fields: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
    """What is wrong with the text of a rule whose other fields cannot be used."""
    known = {name: fields[name] for name in ("id", "kind", "text", "helpers") if name in fields}
    try:
        plain = AlignmentRule(**known, dimension="checked")
    except (ValidationError, TypeError, ValueError):
        return ()
    return tuple(fault for fault in compile_record(plain).diagnostics if fault.code != "UnknownName")


def _constant_in(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_constant_in(item) for item in value)
    if not isinstance(value, dict):
        return value
    if set(value) == {"name"}:
        return standard_object(value["name"])
    if not value or not set(value) <= set(UNITS) or not all(type(number) is int for number in value.values()):
        raise ValueError(f"a constant is a number, text, a list, a name or a span of {', '.join(UNITS)}; got {value!r}")
    return timedelta(**value)
