"""Writes the statements that make the tables of a revision: `python tools/make_schema.py DIRECTORY [REVISION]`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Table, create_mock_engine
from sqlalchemy.schema import CreateIndex, CreateTable

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
        if table.info["revision"] == revision:
            found.append(str(made.compile(dialect=mock.dialect)).strip())

    mock = create_mock_engine(URLS[engine], keep)
    create_tables(mock)
    found.sort(key=lambda text: (0, "") if text.startswith("CREATE TABLE") else (1 + text.startswith("ALTER"), text))
    lines = "\n\n".join(f"{statement};" for statement in found)
    return re.sub(r"[ \t]+$", "", lines.replace("\t", "    "), flags=re.MULTILINE) + "\n"


def main(directory: Path, revision: str = "0001") -> None:
    directory.mkdir(exist_ok=True)
    for engine in URLS:
        (directory / f"{engine}.sql").write_text(statements(engine, revision), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
