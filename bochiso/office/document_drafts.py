"""Drafts of documents: each is kept with all that it was made of, and made again from it byte for byte.

A recipe holds what was asked for, the settings and words of then, and how much was known: the figures are
read again as they stood. What it can't hold is the program and the office's own templates: where these are
others by now, that is said.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path

from duckdb import DuckDBPyConnection
from msgspec import Struct, json, structs

from bochiso import __version__
from bochiso.errors import ComputeError
from bochiso.followup.apologies import apology_sentence
from bochiso.followup.explanations import outcome_sentence
from bochiso.office.backend import Backend
from bochiso.office.document_files import DocumentDraft, DocumentPlan, draft_document
from bochiso.periods import parse_period
from bochiso.report.charts.process import Draw
from bochiso.report.context import DocumentKind
from bochiso.report.office_settings import OfficeSettings
from bochiso.report.report_data import Followed, ReportRequest, gather
from bochiso.report.since_then import KnownOtherwise, differences
from bochiso.report.text.document_builder import IssueDetails
from bochiso.rules.verdict import day_of
from bochiso.store.backup.past_folder import KnownUntil, OpenDossiers, folder_as_of, known_now
from bochiso.store.decisions.document_recipes import KeptRecipe, keep_recipe, recipe_of, recipes
from bochiso.store.decisions.handling_tables import handling_tables
from bochiso.store.figures.snapshot_store import Store, open_store
from bochiso.store.followup.apology_cases import apology_counts
from bochiso.store.followup.apology_register import standing_apologies
from bochiso.store.followup.explanation_register import last_outcomes
from bochiso.store.followup.target_register import known_targets
from bochiso.store.people.audit import By
from bochiso.store.snapshots.snapshot_selection import choose
from bochiso.text import VIETNAM, Lang, Text, say


class DraftFigures(Struct, frozen=True):
    """Which figures a draft turned out to be of: their period's code and their day."""

    period: str
    day: date

    @property
    def words(self) -> Text:
        """`quý III năm 2026, ngày 30/09/2026`."""
        return say("{period}, ngày {day}", "{period}, {day}", period=parse_period(self.period).words,
                   day=self.day)  # fmt: skip


class Recipe(Struct, frozen=True, omit_defaults=True):
    """All that a document was made of, but for the figures themselves; settings as JSON.

    `figures`: what those asked for were; None of a draft of before this was kept.
    """

    kind: DocumentKind
    province: str
    settings: str
    known: KnownUntil
    moment: datetime
    template: str
    version: str = __version__
    as_of: str | None = None
    period: str | None = None
    against: str | None = None
    province_against: str | None = None
    measured: bool | None = None
    issue: IssueDetails = IssueDetails()
    followed: Followed = Followed()
    figures: DraftFigures | None = None

    @property
    def _lasting(self) -> "Recipe":
        """It without the hour at which it is written, and by what it was asked for alone."""
        day = self.moment.astimezone(VIETNAM).replace(hour=0, minute=0, second=0)
        known = structs.replace(self.known, moment=day)
        return structs.replace(self, moment=day, known=known, figures=None)

    def same_document(self, other: "Recipe") -> bool:
        """Whether both come to the same document, written on the same day."""
        return self._lasting == other._lasting

    def plan(self, templates: Path | None, drawn: Draw | None) -> DocumentPlan:
        """What is to be made again. `templates`: the office's own, as they are now."""
        period = parse_period(self.period) if self.period else None
        asked = ReportRequest(
            self.province, self.as_of, period, self.against, None, self.province_against, self.followed
        )
        settings = OfficeSettings.model_validate_json(self.settings)
        return DocumentPlan(self.kind, asked, settings, templates, self.moment, drawn, self.issue)


@dataclass(frozen=True)
class Draft:
    """A document under way, its recipe, and why it may not be what it was, where it may not."""

    kept: KeptRecipe
    recipe: Recipe
    document: DocumentDraft
    notes: tuple[Text, ...] = ()

    @property
    def same(self) -> bool:
        """Whether its Word file is the very one that was made first."""
        return sha256(self.document.word).hexdigest() == self.kept.sha256


@dataclass(frozen=True)
class Sources:
    """Where figures are read. `measured`: only those measured here, or only what was published; None: as
    `open_store`. `dossiers`: how the dossiers of now are opened, where this process has them open already.
    """

    backend: Backend
    measured: bool | None = None
    dossiers: OpenDossiers | None = None

    @contextmanager
    def open(self, known: KnownUntil) -> Iterator[tuple[Store, DuckDBPyConnection | None]]:
        """The figures and dossiers that were known then."""
        with (
            self.backend.open_ledger() as ledger,
            folder_as_of(self.backend.folder, ledger, known, self.dossiers) as past,
            open_store(past.folder, self.measured) as store,
            past.dossiers() as dossiers,
        ):
            yield store, dossiers


def make_draft(sources: Sources, by: By, plan: DocumentPlan, known: KnownUntil | None = None) -> Draft:
    """Gather a document and keep its recipe; the last draft, where it is the same document.

    `known`: how much was known, where that isn't all that is there now. Raises ComputeError where the
    figures aren't there, ReportError where the template can't be used.
    """
    backend = sources.backend
    past = known is not None
    known = known or known_now(backend.folder, plan.moment)
    followed = _followed(backend, plan.asked, known.moment, past=past)
    with sources.open(known) as (store, dossiers):
        if dossiers is not None and not past and (told := _apologised(backend, plan, store, dossiers)):
            followed = structs.replace(followed, outcomes=(*followed.outcomes, told))
        plan = replace(plan, asked=replace(plan.asked, followed=followed))
        document = draft_document(plan, store, dossiers)
    recipe = _recipe(plan, known, sources.measured, document)
    with backend.open_ledger() as ledger:
        last = next((each for each in recipes(ledger, recipe.province, 1)), None)
        if last is not None and _decoded(last).same_document(recipe):
            return draft_again(sources, last.id, plan.templates, plan.drawn)
        digest = sha256(document.word).hexdigest()
        text = json.encode(recipe).decode()
        kept = keep_recipe(ledger, recipe.province, recipe.kind, text, digest, document.stem, by)
    return Draft(kept, recipe, document)


ASKED_DAYS = 45
"""Requests of so many days are last time's: those of the document before, of a month at most."""


def _followed(backend: Backend, asked: ReportRequest, moment: datetime, *, past: bool) -> Followed:
    """What the ledger held at a moment of targets, requests and tables of handling.

    What came of requests is known as of now alone: a document of the `past` says nothing of it.
    """
    with backend.open_ledger() as ledger:
        since = day_of(moment) - timedelta(days=ASKED_DAYS)
        found = [
            outcome_sentence(each).render(Lang.VI).removesuffix(".")
            for each in ([] if past else last_outcomes(ledger, since, asked.province))
        ]
        outcomes = tuple(found)
        tables = handling_tables(ledger, asked.province, moment)
        return Followed(tuple(known_targets(ledger, moment)), outcomes, tables)


def _apologised(
    backend: Backend, plan: DocumentPlan, store: Store, dossiers: DuckDBPyConnection
) -> str | None:
    """How the period's late dossiers were apologised for, where a province's units record that here."""
    asked = plan.asked
    with backend.open_ledger() as ledger:
        standing = {
            number: each for number, each in standing_apologies(ledger).items()
            if each.unit.partition(".")[0] == asked.province
        }  # fmt: skip
    if not standing:
        return None
    snapshot = choose(store, asked.as_of, asked.period)
    end = datetime.combine(snapshot.as_of + timedelta(days=1), time(), VIETNAM) - timedelta(seconds=1)
    moment = min(end, plan.moment)
    found = apology_counts(dossiers, standing, asked.province, snapshot.period, moment)[0]
    return apology_sentence(found).render(Lang.VI).removesuffix(".") if found.late else None


def _recipe(plan: DocumentPlan, known: KnownUntil, measured: bool | None, document: DocumentDraft) -> Recipe:
    asked, snapshot = plan.asked, document.facts.units.snapshot
    return Recipe(
        plan.kind,
        asked.province,
        plan.settings.model_dump_json(),
        known,
        plan.moment,
        sha256(document.template.data).hexdigest(),
        as_of=asked.as_of,
        period=asked.period.code if asked.period else None,
        against=asked.against,
        province_against=asked.province_against,
        measured=measured,
        issue=plan.issue,
        followed=asked.followed,
        figures=DraftFigures(snapshot.period.code, snapshot.as_of),
    )


def _decoded(kept: KeptRecipe) -> Recipe:
    return json.decode(kept.recipe, type=Recipe)


def kept_drafts(backend: Backend, province: str | None = None) -> list[tuple[KeptRecipe, Recipe]]:
    """The latest drafts, of all or of a province, the last one first."""
    with backend.open_ledger() as ledger:
        return [(each, _decoded(each)) for each in recipes(ledger, province)]


def draft_again(
    sources: Sources, number: int, templates: Path | None = None, drawn: Draw | None = None
) -> Draft:
    """A draft made again from its recipe. Raises ComputeError where there is none, or no such figures."""
    with sources.backend.open_ledger() as ledger:
        kept = recipe_of(ledger, number)
    recipe = _decoded(kept)
    then = replace(sources, measured=recipe.measured)
    with then.open(recipe.known) as (store, dossiers):
        document = draft_document(recipe.plan(templates, drawn), store, dossiers)
    return Draft(kept, recipe, document, tuple(_otherwise(recipe, document)))


def _otherwise(recipe: Recipe, document: DocumentDraft) -> Iterator[Text]:
    if recipe.version != __version__:
        yield say(
            "Văn bản lập bằng phiên bản {then} của chương trình, nay là {now}: câu chữ có thể khác.",
            "The document was made by version {then}, this is {now}: words and looks may differ.",
            then=recipe.version,
            now=__version__,
        )
    if recipe.template != sha256(document.template.data).hexdigest():
        yield say("Mẫu văn bản đã thay đổi từ đó.", "The template was changed since then.")


def since_then(sources: Sources, draft: Draft, moment: datetime) -> list[KnownOtherwise]:
    """What the same document would say otherwise by all that is known now."""
    then = replace(sources, measured=draft.recipe.measured)
    plan = draft.document.plan
    with then.open(known_now(sources.backend.folder, moment)) as (store, dossiers):
        try:
            present = gather(store, plan.asked, plan.moment, dossiers)
        except ComputeError as error:
            return [KnownOtherwise(error.what)]
    return differences(draft.document.facts, present)
