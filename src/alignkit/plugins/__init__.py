"""
Plugins: what other distributions bring, loaded when the host says so and not before.

A distribution names a `Plugin`, or a function that makes one, as an entry point of the group `alignkit.plugins`.
`available` lists the entry points without importing any; `load` imports those that the host names.
"""

from __future__ import annotations

from alignkit.expressions.registered import Aggregate, Function, aggregate, function
from alignkit.plugins.describing import Described, Description, describe
from alignkit.plugins.entry_points import GROUP, EntryPointInfo, available
from alignkit.plugins.loaded import (
    LoadedPlugin,
    Loading,
    fault_log,
    importer,
    load,
    loaded,
    policy,
    renderer,
    store,
    unload,
)
from alignkit.plugins.plugin import API, Plugin

__all__ = [
    "API",
    "GROUP",
    "Aggregate",
    "Described",
    "Description",
    "EntryPointInfo",
    "Function",
    "LoadedPlugin",
    "Loading",
    "Plugin",
    "aggregate",
    "available",
    "describe",
    "fault_log",
    "function",
    "importer",
    "load",
    "loaded",
    "policy",
    "renderer",
    "store",
    "unload",
]
