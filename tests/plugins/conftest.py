"""Plugins that are written for a test, as installed distributions on the path."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alignkit import plugins

Install = Callable[..., str]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Writes a distribution with one module and one entry point, and gives the name of the module."""
    made: list[str] = []

    def run(
        distribution: str, source: str, *, version: str = "1.0", entry: str = "main", target: str = "plugin"
    ) -> str:
        module = f"made_{uuid.uuid4().hex[:8]}"
        place = tmp_path / module
        info = place / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        (place / f"{module}.py").write_text(source, encoding="utf-8")
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[alignkit.plugins]\n{entry} = {module}:{target}\n")
        monkeypatch.syspath_prepend(str(place))
        made.append(module)
        return module

    yield run
    for one in plugins.loaded():
        plugins.unload(one.info.name)
    for name in made:
        sys.modules.pop(name, None)
