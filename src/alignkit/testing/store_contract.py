"""
The contract of stores, for whoever writes one: every promise of `alignkit.stores.protocols` as a test.

    class TestMyStore(StoreContract):
        def make_store(self):
            return MyStore()

runs under pytest as it stands, and under unittest with `unittest.TestCase` as a second base. Needs neither. The
protocol says what a store promises, the laws in `alignkit.testing.store_laws` prove it one by one; a store that
cannot do something says so by a flag, and its laws are skipped.
"""

from __future__ import annotations

from alignkit.testing.store_laws.erasing import ErasureLaws
from alignkit.testing.store_laws.finding import FindingLaws
from alignkit.testing.store_laws.journaling import JournalLaws
from alignkit.testing.store_laws.lasting import LastingLaws
from alignkit.testing.store_laws.scores import ScoreLaws
from alignkit.testing.store_laws.threads import ThreadLaws
from alignkit.testing.store_laws.upserting import UpsertLaws
from alignkit.testing.store_laws.versions import VersionLaws
from alignkit.testing.store_laws.writing import WritingLaws

__all__ = ["StoreContract"]


class StoreContract(
    WritingLaws,
    VersionLaws,
    FindingLaws,
    JournalLaws,
    UpsertLaws,
    ErasureLaws,
    ScoreLaws,
    ThreadLaws,
    LastingLaws,
):
    """
    Every law of stores; fill `make_store`, and lower the flags of what a store cannot do.

    Attributes:
        has_transactions: Whether a reader sees nothing of an open unit of work. Every real store should.
        has_journal: Whether changes are kept and can be read by cursor.
        has_filters: Whether `find` takes conditions.
        has_scores: Whether assessments can be recorded.
        is_assessable: Whether `Policy.assess` takes the store.
        is_persistent: Whether facts outlive the store object; then `reopen_store` must be filled too.
        supports_overlap: Whether one thread may hold two units of work that write at once.
        supports_threads: Whether threads may share the store.
        threads: How many write at once in the laws of threads.
        writes: How many commits each of them makes.
    """
