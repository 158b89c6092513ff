"""
Reads presets from TOML, the form in which the shipped ones are written.

TOML allows what a person would write: one text where a list of texts is meant, a column name where a way to get a field
is meant, and a table that holds the fields of its only record.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

import attrs

from alignkit.errors import AlignkitError, PresetError
from alignkit.importers.preset import Preset, Record, Table
from alignkit.importers.preset_faults import unknown
from alignkit.importers.ways import Alias, KeepWhen, Lookup, SkipWhen, Take

__all__ = ["parse_preset", "shipped"]

PARTS_OF_RECORD = ("fields", "aliases", "when", "kind")


def _lists_of(cls: type[attrs.AttrsInstance]) -> frozenset[str]:
    return frozenset(field.name for field in attrs.fields(cls) if str(field.type).startswith("tuple[str"))


def _texts(cls: type[attrs.AttrsInstance], raw: Any) -> Any:
    """The same with a list of one text wherever the class wants texts and one stands alone."""
    if not isinstance(raw, dict):
        return raw
    lists = _lists_of(cls)
    return {name: [value] if name in lists and isinstance(value, str) else value for name, value in raw.items()}


def _take(raw: Any) -> Any:
    """A bare text is a column; a list of texts, columns of which the first filled counts."""
    if isinstance(raw, str):
        return {"columns": [raw]}
    if not isinstance(raw, dict):
        return raw
    tidy: dict[str, Any] = _texts(Take, raw)
    if isinstance(tidy.get("only_if"), dict):
        tidy["only_if"] = {name: [one] if isinstance(one, str) else one for name, one in tidy["only_if"].items()}
    if isinstance(tidy.get("given"), dict):
        tidy["given"] = {name: _take(way) for name, way in tidy["given"].items()}
    return _lookup(tidy)


def _lookup(tidy: Any) -> Any:
    if isinstance(tidy, dict) and "lookup" in tidy:
        return {**tidy, "lookup": _texts(Lookup, tidy["lookup"])}
    return tidy


def _takes(raw: Any) -> Any:
    if isinstance(raw, list) and raw and all(isinstance(item, str) for item in raw):
        return [{"columns": raw}]
    return [_take(item) for item in raw] if isinstance(raw, list) else [_take(raw)]


def _record(raw: Any) -> Any:
    if not isinstance(raw, dict):
        return raw
    tidy: dict[str, Any] = _texts(Record, raw)
    fields = raw.get("fields", {})
    tidy["fields"] = {name: _takes(way) for name, way in fields.items()} if isinstance(fields, dict) else fields
    return _values(tidy, when=KeepWhen, aliases=Alias)


def _values(tidy: dict[str, Any], **classes: type[attrs.AttrsInstance]) -> dict[str, Any]:
    """The same with one value, where several may stand, as a list of one."""
    for name, cls in classes.items():
        if isinstance(tidy.get(name), (dict, list)):
            items = tidy[name] if isinstance(tidy[name], list) else [tidy[name]]
            tidy[name] = [_looking(_texts(cls, item)) for item in items]
    return tidy


def _looking(raw: Any) -> Any:
    return {**raw, "lookup": _texts(Lookup, raw["lookup"])} if isinstance(raw, dict) and "lookup" in raw else raw


def _tidy(raw: dict[str, Any]) -> dict[str, Any]:
    tidy: dict[str, Any] = _texts(Preset, raw)
    records = dict(raw.get("records", {}))
    tables: dict[str, Any] = {}
    for name, table in dict(raw.get("tables", {})).items():
        own = dict(table) if isinstance(table, dict) else table
        if isinstance(own, dict) and "becomes" in own:
            parts = {part: own.pop(part) for part in PARTS_OF_RECORD if part in own}
            records[name] = {"collection": own.pop("becomes"), **parts}
            own.setdefault("records", [name])
            own.setdefault("stems", [name])
        own = _texts(Table, own)
        tables[name] = _values(own, marks=KeepWhen, skip_when=SkipWhen) if isinstance(own, dict) else own
    if records or "records" in raw:
        tidy["records"] = {name: _record(record) for name, record in records.items()}
    if tables or "tables" in raw:
        tidy["tables"] = tables
    return tidy


def parse_preset(text: str, *, base: Preset | None = None, source: str = "preset") -> Preset:
    """
    Read a preset from TOML.

    Args:
        text: The TOML; `Preset`, `Table`, `Record` and `Take` name its keys. A field may be a column name, a list of
            column names, one way, or a list of ways. A table may hold the fields of its only record, with
            `becomes = "customers"` or another collection.
        base: A preset that the TOML changes: what it names replaces what the base has (a single field of a record, a
            single part of a table), and the rest stays.
        source: Name for error messages.

    Raises:
        PresetError: It is not TOML, or not a preset; every fault is listed.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PresetError([f"not TOML: {error}"], source=source) from error
    whole = _tidy(raw) if base is None else _overlaid(_plain(base), _tidy(raw))
    preset, faults = _structured(whole, is_strict=True)
    if preset is None:
        _, more = _structured(whole, is_strict=False)
        raise PresetError(list(dict.fromkeys([*faults, *more])), source=source)
    return preset


def _structured(whole: Mapping[str, Any], *, is_strict: bool) -> tuple[Preset | None, list[str]]:
    """The preset, or the faults; when not strict, unknown keys are passed over so that the other faults show."""
    import cattrs

    converter = cattrs.Converter(forbid_extra_keys=is_strict)
    for kind in (str, bool):
        converter.register_structure_hook(kind, _exactly)
    try:
        return converter.structure(whole, Preset), []
    except (cattrs.BaseValidationError, AttributeError, TypeError, ValueError, AlignkitError) as error:
        return None, _faults(error)


def _exactly(value: Any, expected: type) -> Any:
    """TOML says text and flags exactly; nothing is turned into one."""
    if not isinstance(value, expected):
        raise TypeError(f"expected {'text' if expected is str else 'true or false'}, got {value!r}")
    return value


def _plain(base: Preset) -> dict[str, Any]:
    """A preset as TOML would hold it, without the parts that are worked out."""
    import cattrs

    whole: dict[str, Any] = cattrs.Converter().unstructure(base)
    for record in whole["records"].values():
        for take in (take for takes in record["fields"].values() for take in takes):
            for one in (take, *take["given"].values()):
                one.pop("folded", None)
    return whole


def _overlaid(base: Any, top: Mapping[str, Any]) -> dict[str, Any]:
    """The base with what the TOML says: records by field, tables by part, anything else as a whole."""
    whole = dict(base)
    for name, value in top.items():
        whole[name] = value if name not in {"records", "tables"} else dict(base[name])
    for name, record in top.get("records", {}).items():
        old = base["records"].get(name, {})
        fields = {**old.get("fields", {}), **record.get("fields", {})}
        whole["records"][name] = {**old, **record, "fields": fields}
    for name, table in top.get("tables", {}).items():
        whole["tables"][name] = {**base["tables"].get(name, {}), **table}
    return whole


def _faults(error: BaseException) -> list[str]:
    """Every fault in a failed reading, with the place in the TOML."""
    import cattrs

    if isinstance(error, cattrs.BaseValidationError):
        own = _own_error(error)
        whole = cattrs.transform_error(error, format_exception=_sentence)
        return list(own.faults) if own else whole
    return list(error.faults) if isinstance(error, PresetError) else [str(error)]


def _own_error(error: BaseException) -> PresetError | None:
    """The judgement of the whole preset, which is made once its parts are there."""
    if isinstance(error, BaseExceptionGroup):
        return next((found for part in error.exceptions if (found := _own_error(part))), None)
    return error if isinstance(error, PresetError) else None


def _sentence(error: BaseException, expected: type | None) -> str:
    import cattrs
    from cattrs.v import format_exception

    if isinstance(error, cattrs.ForbiddenExtraKeysError):
        known = [field.name for field in attrs.fields(error.cl) if field.init]
        return "; ".join(unknown("key", name, known) for name in sorted(error.extra_fields))
    if isinstance(error, TypeError) and str(error).startswith("expected "):
        return str(error)
    return format_exception(error, expected)


@lru_cache(maxsize=32)
def shipped(name: str) -> Preset:
    """The preset of that name that alignkit ships."""
    text = resources.files("alignkit.importers").joinpath("presets", f"{name}.toml").read_text(encoding="utf-8")
    return parse_preset(text, source=f"{name}.toml")
