"""Charts of the pages: drawn as SVG in the page's own font, in two sizes, from figures that are given."""
