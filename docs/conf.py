"""How `make docs` builds the documentation: Markdown in, HTML out, every warning an error."""

from __future__ import annotations

import os
from importlib.metadata import version as installed_version
from typing import Any

from pygments.lexers import TextLexer

project = "huntgroup"
author = "the huntgroup authors"
version = release = installed_version("huntgroup")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"

html_theme = "furo"
html_title = f"huntgroup {release}"
html_show_sourcelink = False
# Our own file, and the folder into which `make docs` has put Mermaid: no page asks another host for anything.
html_static_path = ["_static", *filter(None, [os.environ.get("MERMAID_FOLDER")])]


def draw_diagrams(app: Any, _page: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    """Only a page with a diagram loads what draws it."""
    if "highlight-mermaid" in context.get("body", ""):
        app.add_js_file("mermaid.min.js")
        app.add_js_file("diagrams.js")


def setup(app: Any) -> None:
    """A diagram is a block of code to Sphinx; the page draws it."""
    app.add_lexer("mermaid", TextLexer)
    app.connect("html-page-context", draw_diagrams)
