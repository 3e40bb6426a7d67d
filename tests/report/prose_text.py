"""The prose of the templates filled in, without Word: what a document says before its annexes."""

from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from bochiso.report.context import DocumentKind

PROSE = yaml.safe_load((Path(__file__).parents[2] / "tools" / "templates" / "prose.yaml").read_text("utf-8"))


def _source(blocks: list[dict[str, Any]]) -> str:
    found = []
    for block in blocks:
        if "table" in block:
            cells = " | ".join(column["cell"] for column in block["columns"])
            found.append(f"{{% for {block['table']} %}}{cells}\n{{% endfor %}}")
        elif "do" in block:
            inside = _source(block["do"])
            word = next((word for word in ("for", "if") if word in block), None)
            found.append(f"{{% {word} {block[word]} %}}{inside}{{% end{word} %}}" if word else inside)
        else:
            found.append(f"{next(iter(block.values()))}\n")
    return "".join(found)


def prose_text(kind: DocumentKind, found: Any) -> str:
    """What the text of a document of this kind says of a context, a paragraph a line."""
    template = SandboxedEnvironment(undefined=StrictUndefined).from_string(_source(PROSE[kind.value]))
    return template.render(vars(found))
