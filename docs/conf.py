"""Sphinx configuration: every block of code in the documents is run, and a warning stops the build."""

from __future__ import annotations

import logging
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[1]

project = "alignkit"
author = "alignkit contributors"
copyright = "2026, alignkit contributors"
release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
version = release

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "jupyter_execute"]
html_theme = "furo"
html_title = "alignkit"

logging.getLogger("traitlets").setLevel(logging.WARNING)
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
nb_render_markdown_format = "myst"
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

# References to public names must lead somewhere; other projects' documents are not fetched.
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!alignkit\.(\w+$|errors|testing)).*")]


def readable_defaults(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, signature: str | None, returns: str | None
) -> tuple[str | None, str | None] | None:
    """Signatures of attrs classes with the defaults themselves: their source names where attrs keeps them."""
    if what != "class" or signature is None or not attrs.has(obj):
        return None
    fields = attrs.fields_dict(obj)

    def default(found: re.Match[str]) -> str:
        value = fields[found["field"]].default
        return "..." if value is attrs.NOTHING or isinstance(value, attrs.Factory) else repr(value)

    return re.sub(r"attr_dict\['(?P<field>\w+)'\]\.default", default, signature).replace("NOTHING", "..."), returns


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-signature", readable_defaults)
