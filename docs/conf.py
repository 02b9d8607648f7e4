"""How `make docs` builds the documentation: Markdown in, HTML out, every warning an error."""

from __future__ import annotations

from importlib.metadata import version as installed_version

project = "huntgroup"
author = "the huntgroup authors"
version = release = installed_version("huntgroup")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinxcontrib.mermaid"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
myst_enable_extensions = ["colon_fence", "deflist"]
myst_fence_as_directive = ["mermaid"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"

html_theme = "furo"
html_title = f"huntgroup {release}"
html_show_sourcelink = False
