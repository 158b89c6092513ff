"""Reads presets from TOML, the form in which the shipped ones are written."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

from alignkit.errors import AlignkitError, ImporterError
from alignkit.importers.preset import Preset, invalid

__all__ = ["parse_preset", "shipped"]


def _texts(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _take(raw: Any) -> Any:
    """A bare text is a column; a list of texts, columns of which the first filled counts."""
    if isinstance(raw, str):
        return {"columns": [raw]}
    if not isinstance(raw, dict):
        return raw
    tidy = dict(raw)
    for name in ("columns", "join", "formats"):
        if name in tidy:
            tidy[name] = _texts(tidy[name])
    if isinstance(tidy.get("lookup"), dict):
        tidy["lookup"] = {key: _texts(value) if key != "table" else value for key, value in tidy["lookup"].items()}
    return tidy


def _takes(raw: Any) -> Any:
    if isinstance(raw, list) and raw and all(isinstance(item, str) for item in raw):
        return [{"columns": raw}]
    return [_take(item) for item in raw] if isinstance(raw, list) else [_take(raw)]


def _tidy(raw: dict[str, Any]) -> dict[str, Any]:
    tidy = dict(raw)
    tidy["records"] = {
        name: {**record, "fields": {field: _takes(way) for field, way in record.get("fields", {}).items()}}
        for name, record in raw.get("records", {}).items()
    }
    return tidy


def parse_preset(text: str, *, source: str = "preset") -> Preset:
    """
    Read a preset from TOML.

    Args:
        text: The TOML; `Preset`, `Table`, `Record` and `Take` name its keys. A field may be a column name, a list of
            column names, one way, or a list of ways.
        source: Name for error messages.

    Raises:
        ImporterError: It is not TOML, or not a preset (code `PresetInvalid`); the reason lists every fault.
    """
    import cattrs

    converter = cattrs.Converter(forbid_extra_keys=True)
    try:
        return converter.structure(_tidy(tomllib.loads(text)), Preset)
    except AlignkitError:
        raise
    except tomllib.TOMLDecodeError as error:
        raise invalid(source, str(error)) from error
    except (cattrs.BaseValidationError, AttributeError, TypeError) as error:
        faults = cattrs.transform_error(error) if isinstance(error, cattrs.BaseValidationError) else [str(error)]
        own = _own_error(error)
        raise own or ImporterError("PresetInvalid", "; ".join(faults), source=source) from error


def _own_error(error: BaseException) -> ImporterError | None:
    if isinstance(error, ImporterError):
        return error
    if isinstance(error, BaseExceptionGroup):
        return next((found for part in error.exceptions if (found := _own_error(part))), None)
    return None


@lru_cache(maxsize=8)
def shipped(name: str) -> Preset:
    """The preset of that name that alignkit ships."""
    text = resources.files("alignkit.importers").joinpath("presets", f"{name}.toml").read_text(encoding="utf-8")
    return parse_preset(text, source=f"{name}.toml")
