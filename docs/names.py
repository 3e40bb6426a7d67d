"""The table of the names that a template of a document may use, from the contexts that the code fills in.

docs/check.py holds it against what stands in a page between the two marks, so that it can't drift.
"""

import re
from dataclasses import fields
from typing import get_args, get_type_hints

from bochiso.report.context import CONTEXTS, KIND_NAMES, names_of

MARKS = "<!-- names -->\n", "<!-- /names -->\n"
BETWEEN = re.compile(f"(?<={re.escape(MARKS[0])}).*(?={re.escape(MARKS[1])})", re.DOTALL)
"""What is generated on a page."""


def name_table() -> str:
    """One table for each group of names, with the kinds that have it where not all do."""
    held = {kind: names_of(context) for kind, context in CONTEXTS.items()}
    helped = {name: text for names in held.values() for name, text in names.items()}
    groups: dict[str, list[str]] = {}
    for name in helped:
        groups.setdefault(re.split(r"[.\[]", name)[0], []).append(name)
    alone = [names[0] for names in groups.values() if len(names) == 1]
    parts = [_rows([(name, helped[name]) for name in alone])] if alone else []
    for group, names in groups.items():
        if group in alone:
            continue
        kinds = [KIND_NAMES[kind] for kind, known in held.items() if group in known]
        only = f" (chỉ có ở {', '.join(kinds)})" if len(kinds) < len(held) else ""
        mark = "[]" if group in _lists() else ""
        shown = [(name, helped[name]) for name in names if name != group]
        parts.append(f"### `{group}{mark}`: {helped[group]}{only}\n\n{_rows(shown)}")
    return "\n".join(parts)


def _lists() -> set[str]:
    """The groups that are lists."""
    hints = [
        (each.name, get_type_hints(context)[each.name])
        for context in CONTEXTS.values()
        for each in fields(context)
    ]
    return {name for name, kind in hints if get_args(kind)}


def _rows(names: list[tuple[str, str]]) -> str:
    rows = "".join(f"| `{name}` | {text.replace('|', chr(92) + '|')} |\n" for name, text in names)
    return f"| Tên | In ra |\n|---|---|\n{rows}"
