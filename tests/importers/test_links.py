"""Link tables and lookup tables: rows that are no records but say something about records."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from alignkit.importers import Import, hubspot

Write = Callable[[str, "str | bytes"], Path]


@pytest.fixture
def folder(write: Write) -> Path:
    """One deal and two companies, landed."""
    write("company.csv", "id,property_name\n7,Seven\n8,Eight\n")
    return write("deal.csv", "deal_id,property_dealname,deal_pipeline_id,deal_pipeline_stage_id\n1,D,p,s\n").parent


def customer_of(result: Import) -> str | None:
    """The customer of the only deal."""
    (deal,) = result["opportunities"]
    return deal.customer_id  # type: ignore[union-attr]


def test_links(folder: Path, write: Write) -> None:
    """A link row sets the reference; a second one to another target is skipped, the same one again is used."""
    write("deal_company.csv", "deal_id,company_id\n1,7\n1,8\n1,7\n")
    result = hubspot.read(folder)
    assert customer_of(result) == "hubspot:company:7"
    (table,) = result.report.of("deal_company")
    assert (table.used, table.skipped_by) == (2, {"already linked to another company": 1})


def test_links_without_ends(folder: Path, write: Write) -> None:
    """A link row whose end is empty or not imported is refused; what it names may come with a later import."""
    write("deal_company.csv", "deal_id,company_id\n,7\n9,7\n1,77\n")
    result = hubspot.read(folder)
    (table,) = result.report.of("deal_company")
    assert table.refused_by == {"MissingKey": 1, "DanglingReference": 2}
    assert [(item.id, item.ref.key) for item in result.pending] == [("hubspot:deal:1", "77")]


def test_links_to_placeholders(folder: Path, write: Write) -> None:
    """Under `stub` a link row's missing target gets a placeholder too."""
    write("deal_company.csv", "deal_id,company_id\n1,77\n")
    assert customer_of(hubspot.read(folder, dangling="stub")) == "hubspot:company:77"


@pytest.mark.parametrize(
    ("won", "closed", "stage"), [("TRUE", "TRUE", "won"), ("FALSE", "TRUE", "lost"), ("FALSE", "FALSE", "open")]
)
def test_lookups(folder: Path, write: Write, won: str, closed: str, stage: str) -> None:
    """What a stage means is looked up in the table of stages, by pipeline and stage."""
    header = "pipeline_id,stage_id,closed_won,is_closed"
    write("deal_pipeline_stage.csv", f"{header}\np,s,{won},{closed}\nq,s,TRUE,TRUE\n")
    (deal,) = hubspot.read(folder)["opportunities"]
    assert deal.stage == stage  # type: ignore[union-attr]


def test_lookup_rows_are_accounted_for(folder: Path, write: Write) -> None:
    """Rows to look up are used once; repeats are skipped, contradictions and rows without key refused."""
    header = "pipeline_id,stage_id,closed_won,is_closed"
    write("deal_pipeline_stage.csv", f"{header}\np,s,TRUE,TRUE\np,s,TRUE,TRUE\np,s,FALSE,FALSE\np,,TRUE,TRUE\n")
    (table,) = hubspot.read(folder).report.of("deal_pipeline_stage")
    assert (table.used, table.skipped_by) == (1, {"repeats an earlier row": 1})
    assert table.refused_by == {"DuplicateSourceKey": 1, "MissingKey": 1}


def test_owners(folder: Path, write: Write) -> None:
    """An owner is named by the table of owners, else by number."""
    write("company.csv", "id,property_name,property_hubspot_owner_id\n7,Seven,1\n8,Eight,2\n")
    write("owner.csv", "owner_id,first_name,last_name\n1,Ana,Ruiz\n")
    assert [customer.owner for customer in hubspot.read(folder)["customers"]] == ["Ana Ruiz", "2"]  # type: ignore[union-attr]
