"""Mappings, as a user would write them, of the real sets that are of no tool with a preset."""

from __future__ import annotations

WORKBENCH = """
system = "workbench"

[tables.crm]
stems = ["customer_relationship_manager"]
key = ["customer_id"]
becomes = "customers"
[tables.crm.fields]
name = "customer_name"
owner = "assigned_to_email"
stage = { columns = "status", choices = { won = "active", lost = "former", lead = "prospect", qualified = "prospect", proposal = "prospect" } }

[records.board]
collection = "projects"
key = ["board"]
embedded = true
[records.board.fields]
name = "board"

[records.task]
collection = "tasks"
[records.task.fields]
title = "task_name"
project_id = { columns = "board", reference = "board" }
assignee = "assigned_to_email"
due_on = "due_date"
status = { columns = "list_name", choices = { backlog = "todo", "in progress" = "in_progress", "in review" = "in_progress", completed = "done" } }

[tables.board]
stems = ["project_tasks"]
key = ["task_id"]
records = ["task", "board"]

[tables.calendar]
stems = ["calendar_events"]
key = ["event_id"]
becomes = "interactions"
[tables.calendar.fields]
kind = { value = "meeting" }
occurred_at = "event_start"
subject = "event_name"

[tables.mail]
stems = ["emails"]
key = ["email_id"]
becomes = "interactions"
[tables.mail.fields]
kind = { value = "email" }
occurred_at = "sent_datetime"
subject = { columns = "subject", convert = "line" }
direction = { columns = "inbox/outbox", choices = { inbox = "inbound", outbox = "outbound" } }
"""

SENZING = """
system = "senzing"

[records.party]
collection = "customers"
[records.party.fields]
name = [
  { columns = ["PRIMARY_NAME_ORG", "PRIMARY_NAME_FULL"] },
  { join = ["PRIMARY_NAME_FIRST", "PRIMARY_NAME_MIDDLE", "PRIMARY_NAME_LAST"] },
  { columns = ["SECONDARY_NAME_ORG", "NATIVE_NAME_FULL"] },
]

[records.line]
collection = "customers"
kind = "party"
[records.line.fields]
name = [{ columns = "FEATURES", item = "NAME_ORG" }, { columns = "FEATURES", item = "NAME_FULL" }]

[tables.party]
stems = ["customers", "reference", "watchlist"]
key = ["DATA_SOURCE", "RECORD_ID"]
records = ["party"]

[tables.line]
format = "json"
stems = ["customers", "reference", "watchlist"]
key = ["DATA_SOURCE", "RECORD_ID"]
records = ["line"]

[tables.truth]
stems = ["actual_truthset_key", "alternate_truthset_key"]
skip = "the answer, not the records"
"""

NAMES = """
system = "names"

[tables.names]
stems = ["test_names", "adjusted_test_names"]
key = [""]
becomes = "customers"
[tables.names.fields]
name = "company_name"

[tables.words]
stems = ["common_words", "legal_names"]
skip = "words, not records"
"""

RESTAURANTS = """
system = "guide"

[tables.guide]
stems = ["fodors", "zagats"]
key = ["id"]
becomes = "customers"
[tables.guide.fields]
name = "name"

[tables.matches]
stems = ["matches_fodors_zagats"]
skip = "the answer, not the records"
"""

SITES = """
system = "sites"

[tables.sites]
stems = ["csv_example_input_with_true_ids"]
key = ["Id"]
becomes = "customers"
[tables.sites.fields]
name = { columns = "Site name", convert = "line" }
"""
