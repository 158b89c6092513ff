"""What one team should hear of the other: monitor, digest, brief and needs, read from the journal."""

from __future__ import annotations
