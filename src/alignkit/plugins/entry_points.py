"""The entry points of installed distributions: found by name, and imported one at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from alignkit.errors import PluginError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["GROUP", "EntryPointInfo", "available", "normal"]

GROUP: Final = "alignkit.plugins"
"""The group of entry points."""


@attrs.frozen
class EntryPointInfo:
    """
    An installed plugin that was not imported.

    Attributes:
        name: Of the entry point.
        distribution: The distribution that names it.
        version: Its version.
        target: What would be imported, such as `"acme_rules:plugin"`.
    """

    name: str
    distribution: str
    version: str
    target: str
    _entry: EntryPoint = attrs.field(repr=False, eq=False)

    @property
    def provider(self) -> str:
        """Distribution and version, such as `"acme-rules 1.2"`."""
        return f"{self.distribution} {self.version}"

    def import_it(self) -> Any:
        """
        Import what it names.

        Raises:
            PluginError: The import failed; the cause is chained.
        """
        try:
            return self._entry.load()
        except Exception as error:
            raise self.fault(f"cannot be imported: {type(error).__name__}: {error}") from error

    def fault(self, reason: str) -> PluginError:
        """An error that names it."""
        return PluginError(self.name, self.distribution, self.version, reason)


def available() -> tuple[EntryPointInfo, ...]:
    """
    List the plugins that are installed, by distribution and name. None of them is imported.

    Returns:
        What `load` can be given: the names of entry points, or of distributions.
    """
    from importlib.metadata import entry_points

    found: dict[tuple[str, str], EntryPointInfo] = {}
    for entry in entry_points(group=GROUP):
        name = "" if entry.dist is None else entry.dist.name
        version = "" if entry.dist is None else entry.dist.version
        found.setdefault((normal(name), entry.name), EntryPointInfo(entry.name, name, version, entry.value, entry))
    return tuple(found[key] for key in sorted(found))


def normal(name: str) -> str:
    """The name of a distribution as PyPI compares it: `Acme_Rules` is `acme-rules`."""
    return re.sub(r"[-_.]+", "-", name).lower()
