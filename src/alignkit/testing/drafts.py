"""Facts in the making, as builders take them; the work is done in `alignkit.policy.drafts`, which cases share."""

from __future__ import annotations

from alignkit.policy.drafts import COLLECTION_OF, HOPS, PORTFOLIO, RELATIONS, Draft, draft, resolve

__all__ = ["COLLECTION_OF", "HOPS", "PORTFOLIO", "RELATIONS", "Draft", "draft", "resolve"]
