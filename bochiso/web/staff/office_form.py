"""The settings of documents as fields of a page: read into them, written back as the text that is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from bochiso.report.context import DocumentKind
from bochiso.report.office_settings import OfficeSettings
from bochiso.text import Lang, show

LINES = ("signer", "to", "recipients", "bases")
"""Fields of one thing a line."""

PLAIN = ("signer_name", "send_to", "explain_within", "named_from", "target_rank", "target_basis")
OF_KIND = ("to", "recipients", "signer", "signer_name")
"""What each kind of documents has of its own."""

CITED = ("document", "day", "issuer", "title")
"""What a line of the field of bases has, between bars."""

EVERYONE = "*"
"""Begins the line of who is asked in the field of standing tasks: what stands before any goes to everyone."""


@dataclass(frozen=True)
class OfficeForm:
    """The fields as they are for a kind of documents, by their names; lists as lines."""

    kind: DocumentKind
    fields: Mapping[str, str]


def office_form(settings: OfficeSettings, kind: DocumentKind) -> OfficeForm:
    """What the page shows to be edited."""
    own = settings.kinds[kind]
    found: dict[str, str] = {
        "signer": "\n".join(settings.signer if own.signer is None else own.signer),
        "signer_name": settings.signer_name if own.signer_name is None else own.signer_name,
        "to": "\n".join(own.to),
        "recipients": "\n".join(own.recipients),
        "bases": "\n".join(
            " | ".join((each.document, show(each.day, Lang.VI), each.issuer, each.title))
            for each in own.bases
        ),
        "standing": "\n".join(_standing(settings, kind)),
    }
    for name in PLAIN[1:]:
        value = getattr(settings, name)
        found[name] = (
            "" if value is None else str(value).replace(".", ",") if name == "named_from" else str(value)
        )
    return OfficeForm(kind, found)


def _standing(settings: OfficeSettings, kind: DocumentKind) -> list[str]:
    own = settings.kinds[kind].standing
    lines: list[str] = []
    for each in settings.standing if own is None else own:
        lines += [f"{EVERYONE} {each.to}"] if each.to else []
        lines += each.tasks
    return lines


def changed_text(before: str, form: Mapping[str, str]) -> str:
    """The kept text with what was written on the page: what a kind has of its own stays with that kind.

    What can't be used is left to whoever reads the text to refuse.
    """
    found: dict[str, Any] = yaml.safe_load(before) or {} if before else {}
    kind = form.get("loai", DocumentKind.WEEK.value)
    own: dict[str, Any] = found.setdefault("kinds", {}).setdefault(kind, {})
    for name in ("signer", "signer_name", "to", "recipients"):
        if name in form:
            own[name] = _lines(form[name]) if name in LINES else form[name].strip()
    if "bases" in form:
        own["bases"] = [_cited(line) for line in _lines(form["bases"])]
    for name in PLAIN[1:]:
        if name in form:
            found[name] = form[name].strip()
    if "standing" in form:
        found["standing"] = _tasks(_lines(form["standing"]))
    return yaml.safe_dump(found, allow_unicode=True, sort_keys=False, width=1000)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _cited(line: str) -> dict[str, str]:
    """A basis of its line; the title may have bars of its own."""
    return dict(zip(CITED, (part.strip() for part in line.split("|", len(CITED) - 1)), strict=False))


def _tasks(lines: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for line in lines:
        if line.startswith(EVERYONE):
            found.append({"to": line.removeprefix(EVERYONE).strip(), "tasks": []})
        else:
            if not found:
                found.append({"to": "", "tasks": []})
            found[-1]["tasks"].append(line)
    return found
