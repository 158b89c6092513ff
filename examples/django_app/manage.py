"""
A project tool in Django that judges itself: its own tables, bound in place.

    python examples/django_app/manage.py migrate
    python examples/django_app/manage.py loaddata company
    python examples/django_app/manage.py alignment
    python examples/django_app/manage.py runserver
"""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
    execute_from_command_line(sys.argv)
