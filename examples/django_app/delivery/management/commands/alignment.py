"""Judges what the tool holds, and prints the report a manager reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from alignkit.errors import NotFoundError
from alignkit.reports import portfolio_report
from delivery.facts import facts, policy


class Command(BaseCommand):
    """`manage.py alignment [--at MOMENT] [--explain KIND:ID]`."""

    help = "Judges clients and engagements, and prints the report."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what may be asked."""
        parser.add_argument("--at", type=datetime.fromisoformat, help="a moment such as 2026-03-02T09:00+00:00; now")
        parser.add_argument("--explain", metavar="KIND:ID", help="explain one subject too, such as project:1")

    def handle(self, *args: Any, **options: Any) -> None:
        """Judge and print."""
        at = options["at"] or timezone.now()
        if timezone.is_naive(at):
            raise CommandError(f"say the offset too, such as {at.isoformat()}+00:00")
        assessment = policy().assess(facts(), now=at)
        self.stdout.write(portfolio_report(assessment))
        for rows in assessment.faults:
            self.stderr.write(str(rows))
        if options["explain"]:
            kind, _, id = options["explain"].partition(":")
            try:
                self.stdout.write(f"\n{assessment.of(kind, id).explain()}")
            except NotFoundError as error:
                raise CommandError(str(error)) from error
