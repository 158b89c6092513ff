"""
The command line, `python -m alignkit`: a few honest commands for a first look, thin over the library.

Each command is a module with `add(parser)` and `run(given, out)`; anything more is a program of your own.
"""

from __future__ import annotations

from alignkit.commands.main import main

__all__ = ["main"]
