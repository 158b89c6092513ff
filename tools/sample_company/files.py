"""All files of the sample company, as bytes by path."""

from __future__ import annotations

import json
from typing import Any, Final

from sample_company import hubspot, jira, sheets

__all__ = ["files"]

PAGE: Final = 100
HOST: Final = "https://api.hubspot.example/crm/v3/objects"


def _lines(records: list[dict[str, Any]]) -> str:
    return ",\n".join(json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in records)


def _pages(name: str, records: list[dict[str, Any]]) -> dict[str, str]:
    found = {}
    last = max(1, -(-len(records) // PAGE))
    for page in range(1, last + 1):
        after = page + 1
        link = f"{HOST}/{name}?limit={PAGE}&after={after}"
        paging = f',\n"paging":{{"next":{{"after":"{after}","link":"{link}"}}}}' if page < last else ""
        path = f"hubspot/{name}.json" if page == 1 else f"hubspot/{name}-{page}.json"
        found[path] = f'{{"results":[\n{_lines(records[(page - 1) * PAGE : page * PAGE])}\n]{paging}}}\n'
    return found


def files() -> dict[str, bytes]:
    """Every generated file of the sample company: path below its folder, and content."""
    found: dict[str, str] = {}
    for name, records in hubspot.objects().items():
        found.update(_pages(name, records))
    found["jira/issues.csv"] = jira.csv_text(jira.issue_rows())
    found["jira/projects.json"] = f"[\n{_lines(jira.project_list())}\n]\n"
    found["jira/project_fields.csv"] = jira.csv_text(jira.project_sheet())
    found["objectives/objectives.csv"] = jira.csv_text(sheets.objective_rows())
    found["objectives/contributions.csv"] = jira.csv_text(sheets.contribution_rows())
    found["objectives/check_ins.csv"] = jira.csv_text(sheets.check_in_rows())
    return {path: text.encode() for path, text in found.items()}
