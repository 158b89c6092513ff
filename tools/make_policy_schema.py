"""Writes the JSON Schema of policy files into the package: `python tools/make_policy_schema.py`."""

from __future__ import annotations

import json
from pathlib import Path

import alignkit.policy
from alignkit.policy.toml_schema import FILE, made_schema


def main() -> None:
    path = Path(alignkit.policy.__file__).with_name(FILE)
    path.write_text(json.dumps(made_schema(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
