"""The laws of stores, one module for each promise; `alignkit.testing.store_contract` puts them together."""

from __future__ import annotations

__all__: list[str] = []
