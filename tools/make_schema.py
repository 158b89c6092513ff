"""Writes the statements that make the tables of a revision: `python tools/make_schema.py DIRECTORY [REVISION]`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table, create_mock_engine
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from alignkit.sql.tables import create_tables

URLS = {"sqlite": "sqlite://", "postgresql": "postgresql+psycopg://", "mariadb": "mariadb+pymysql://"}


def statements(engine: str, revision: str = "0001") -> str:
    """The statements of one engine and revision; each may run again where an earlier run was interrupted."""
    found: list[str] = []

    def keep(statement: object, *args: object, **options: object) -> None:
        if isinstance(statement, CreateTable | CreateIndex):
            statement.if_not_exists = True
        made: Any = statement
        table = made.element if isinstance(made.element, Table) else made.element.table
        later = [column for column in table.columns if "revision" in column.info]
        if table.info["revision"] == revision:
            text = str(made.compile(dialect=mock.dialect)).strip()
            for column in later:
                text = re.sub(rf"\n\t{column.name} [^\n]*", "", text)
            found.append(text)
        if isinstance(statement, CreateTable):
            found.extend(_added(table, column, mock.dialect) for column in later if column.info["revision"] == revision)

    mock = create_mock_engine(URLS[engine], keep)
    create_tables(mock)
    found.sort(key=lambda text: (0, "") if text.startswith("CREATE TABLE") else (1 + text.startswith("ALTER"), text))
    lines = "\n\n".join(f"{statement};" for statement in found)
    return re.sub(r"[ \t]+$", "", lines.replace("\t", "    "), flags=re.MULTILINE) + "\n"


def _added(table: Table, column: Column[Any], dialect: Dialect) -> str:
    unless = "IF NOT EXISTS " if dialect.name != "sqlite" else ""
    return f"ALTER TABLE {table.name} ADD COLUMN {unless}{CreateColumn(column).compile(dialect=dialect)}"


def main(directory: Path, revision: str = "0001") -> None:
    directory.mkdir(exist_ok=True)
    for engine in URLS:
        (directory / f"{engine}.sql").write_text(statements(engine, revision), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
