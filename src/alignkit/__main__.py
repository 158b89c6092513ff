"""`python -m alignkit`: see `alignkit.commands`."""

from __future__ import annotations

import sys

from alignkit.commands import main

if __name__ == "__main__":
    sys.exit(main())
