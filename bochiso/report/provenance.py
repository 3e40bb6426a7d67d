"""Which figures a document was made from: kept in its properties, so that anyone can ask later.

One word per fact, so that it survives every office program: custom properties of a .docx or
.xlsx, and in short one line of keywords, which a PDF keeps too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from hashlib import sha256

from bochiso import __version__
from bochiso.intake.sources import MEASURED
from bochiso.rules.file.parse import canonical
from bochiso.store.figures.snapshot_store import Snapshot, Store

PREFIX = "bochiso"
SHORT = 12
"""Letters of a hash that a reader compares by eye."""

MAX_PROPERTY_LENGTH = 255
"""Letters that office programs keep of a property."""

_KEPT = 14, 8
"""Letters that the line of keywords has of the hash of figures and of rules."""

_WORD = re.compile(r"[A-Za-z0-9_.+-]{1,100}")


@dataclass(frozen=True)
class Source:
    """The figures of one snapshot and the rules that scored them, by their SHA-256.

    `period` as `bochiso` writes it; `measured`: counted here from dossiers, not published.
    """

    as_of: date
    period: str
    figures: str
    rules: str
    rules_sha256: str
    measured: bool

    @property
    def short(self) -> str:
        """The beginning of the figures' hash, for print."""
        return self.figures[:SHORT]


@dataclass(frozen=True)
class Provenance:
    """All that a document rests on.

    `units` are the figures that it is about, `against` those that it compares them with;
    `province` and `province_against` the same of the ranking of provinces, where that is of
    another day. `version`: of the program that wrote it.
    """

    units: Source
    against: Source | None = None
    province: Source | None = None
    province_against: Source | None = None
    version: str = __version__

    def sources(self) -> Iterator[tuple[str, Source]]:
        """Each source with its role, the units' first."""
        for role in ROLES:
            source = getattr(self, role)
            if source is not None:
                yield role, source

    def properties(self) -> dict[str, str]:
        """Custom properties: `bochiso.units.as_of`, … and `bochiso.version`."""
        found = {f"{PREFIX}.version": self.version}
        for role, source in self.sources():
            found |= {f"{PREFIX}.{role}.{name}": text for name, text in _texts(source).items()}
        return found

    def keywords(self) -> str:
        """In one line: `bochiso 0.1.0 units=2026-10-07/2026/3f2a…/9b1c…/no …`; sources that fit."""
        line = f"{PREFIX} {self.version}"
        for role, source in self.sources():
            longer = f"{line} {role}={_line(source)}"
            line = longer if len(longer) <= MAX_PROPERTY_LENGTH else line
        return line


ROLES = tuple(each.name for each in fields(Provenance) if each.name != "version")
"""What a source is to the document, the units' first."""


def from_store(
    store: Store,
    snapshot: Snapshot,
    against: Snapshot | None = None,
    province: Snapshot | None = None,
    province_against: Snapshot | None = None,
) -> Provenance:
    """The identity of a document made from these snapshots; one that says nothing new is left out."""
    units = source_of(store, snapshot)
    compared = source_of(store, against) if against else None
    others = [source_of(store, each) if each else None for each in (province, province_against)]
    own, own_against = (None if each in (units, compared) else each for each in others)
    return Provenance(units, compared, own, own_against)


def source_of(store: Store, snapshot: Snapshot) -> Source:
    """What is kept now for a snapshot."""
    rules = store.rules(snapshot)
    kinds = {reading.seq: reading.kind for reading in store.readings}
    return Source(
        snapshot.as_of,
        snapshot.period.code,
        store.fingerprint(snapshot),
        rules.id,
        sha256(canonical(rules).encode()).hexdigest(),
        kinds[snapshot.seqs[-1]] == MEASURED,
    )


def from_properties(properties: Mapping[str, object]) -> Provenance | None:
    """The identity in a file's properties; None where there is none that can be read."""
    found = {role: _source(properties, role) for role in ROLES}
    units, version = found.pop("units"), properties.get(f"{PREFIX}.version")
    if units is None or not isinstance(version, str) or not _WORD.fullmatch(version):
        return None
    return Provenance(units, **found, version=version)


def from_keywords(line: str) -> Provenance | None:
    """The identity in a line of keywords, its hashes shortened; None where there is none that can be read."""
    # Office programs put commas or semicolons between the words of the line.
    name, version, *words = [*re.split(r"[\s,;]+", line.strip()), "", ""]
    properties: dict[str, object] = {f"{PREFIX}.version": version}
    for word in words:
        role, _, facts = word.partition("=")
        texts = facts.split("/")
        if name == PREFIX and len(texts) == len(_LINE):
            known = dict(zip(_LINE, texts, strict=True)) | {"rules": UNNAMED}
            properties |= {f"{PREFIX}.{role}.{key}": text for key, text in known.items()}
    return from_properties(properties)


_LINE = ("as_of", "period", "figures", "rules_sha256", "measured")
UNNAMED = "-"
"""The id of rules that are known by their hash alone."""


def _line(source: Source) -> str:
    texts = _texts(source)
    figures, rules = _KEPT
    texts |= {"figures": source.figures[:figures], "rules_sha256": source.rules_sha256[:rules]}
    return "/".join(texts[name] for name in _LINE)


def _texts(source: Source) -> dict[str, str]:
    return {
        "as_of": source.as_of.isoformat(),
        "period": source.period,
        "figures": source.figures,
        "rules": source.rules,
        "rules_sha256": source.rules_sha256,
        "measured": "yes" if source.measured else "no",
    }


def _source(properties: Mapping[str, object], role: str) -> Source | None:
    words = {each.name: properties.get(f"{PREFIX}.{role}.{each.name}") for each in fields(Source)}
    texts = {name: text for name, text in words.items() if isinstance(text, str) and _WORD.fullmatch(text)}
    if len(texts) < len(words):
        return None
    try:
        day = date.fromisoformat(texts.pop("as_of"))
    except ValueError:
        return None
    return Source(as_of=day, measured=texts.pop("measured") == "yes", **texts)
