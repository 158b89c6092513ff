"""The contract of stores notices what it is there for, and runs under any test runner."""

from __future__ import annotations

import inspect
import unittest

import pytest
from tests.stores.broken import BROKEN

from alignkit.errors import AlignkitError
from alignkit.stores import MemoryStore, Store
from alignkit.testing.store_contract import StoreContract

LAWS = sorted(name for name, _ in inspect.getmembers(StoreContract, inspect.isfunction) if name.startswith("test_"))


def contract_of(store: type[MemoryStore]) -> StoreContract:
    """The contract, asked of stores of this class."""

    class Contract(StoreContract):
        def make_store(self) -> MemoryStore:
            return store()

    return Contract()


@pytest.mark.parametrize("store", BROKEN, ids=lambda store: store.__name__)
def test_a_broken_store_breaks_its_laws(store: type[MemoryStore]) -> None:
    """A store that is broken on purpose turns the laws red that it breaks."""
    contract = contract_of(store)
    for law in BROKEN[store]:
        with pytest.raises((AssertionError, AlignkitError, RuntimeError)):
            getattr(contract, law)()


def test_laws_say_what_they_are() -> None:
    """Every law has a sentence."""
    assert len(LAWS) > 70
    assert [law for law in LAWS if not (getattr(StoreContract, law).__doc__ or "").endswith(".")] == []


def test_flags_leave_laws_out() -> None:
    """A store that says it cannot do something has the laws of it skipped, not broken."""
    contract = contract_of(MemoryStore)
    with pytest.raises(unittest.SkipTest, match="is_persistent"):
        contract.test_everything_is_there_again()


def test_a_store_must_be_given() -> None:
    """A contract without a store says what is to be filled."""
    with pytest.raises(NotImplementedError, match="an empty store of your own"):
        StoreContract().test_a_new_store_knows_nothing()
    with pytest.raises(NotImplementedError, match="is_persistent = False"):
        StoreContract().reopen_store(MemoryStore())


def test_persistent_stores_have_laws_of_their_own() -> None:
    """A store that says it is persistent is opened again, and must know what it knew."""

    class Contract(StoreContract):
        is_persistent = True
        keeps = True

        def make_store(self) -> MemoryStore:
            return MemoryStore()

        def reopen_store(self, store: Store) -> Store:
            assert isinstance(store, MemoryStore)
            return store.plain() if self.keeps else MemoryStore()

    contract = Contract()
    laws = [contract.test_everything_is_there_again, contract.test_what_is_known_to_be_empty_stays_known]
    for law in laws:
        law()
    contract.keeps = False
    for law in laws:
        with pytest.raises((AssertionError, AlignkitError)):
            law()


def test_the_contract_runs_under_unittest() -> None:
    """With `unittest.TestCase` as a base the same laws are a test case of the standard library."""

    class Case(StoreContract, unittest.TestCase):
        def make_store(self) -> MemoryStore:
            return MemoryStore()

    suite = unittest.TestSuite([Case("test_rollback_forgets"), Case("test_everything_is_there_again")])
    result = suite.run(unittest.TestResult())
    assert (result.testsRun, len(result.skipped), result.wasSuccessful()) == (2, 1, True)
