"""The tags of a template, each with the paragraph that it stands in, as a person counts them in Word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bochiso.errors import ReportError, Where
from bochiso.report.docx.ooxml_guard import Element
from bochiso.text import Text, say

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_LOOSE = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
_STATEMENT = re.compile(r"\{%-?(?:p|tr|tc|r)?\s*(\w+)")
_CLOSES = {"endfor": "for", "endif": "if"}

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_QUOTED = 90


@dataclass(frozen=True)
class Spot:
    """A paragraph of a template: its number from 1 in its part, and its text."""

    part: Text
    number: int
    text: str

    def describe(self) -> Text:
        """`phần thân, đoạn 12 “…”`."""
        text = self.text if len(self.text) <= _QUOTED else self.text[:_QUOTED] + "…"
        return say(
            "{part}, đoạn {n:d} “{text}”",
            "{part}, paragraph {n:d} “{text}”",
            part=self.part,
            n=self.number,
            text=text,
        )


@dataclass(frozen=True)
class Tag:
    """One `{{ … }}`, `{% … %}` or `{# … #}`, and where it is."""

    text: str
    spot: Spot


def template_error(file: str, spot: Spot | None, what: Text, do: Text | None = None) -> ReportError:
    """What is wrong with a template, and in which paragraph."""
    if spot is None:
        return ReportError(what, where=Where(file), do=do)
    return ReportError(
        say("{spot}: {what}", "{spot}: {what}", spot=spot.describe(), what=what), where=Where(file), do=do
    )


def find_tags(file: str, part: Text, root: Element) -> list[Tag]:
    """Every tag of a part, in the order of the document.

    Raises ReportError where one is not closed in its paragraph, or a block is not closed at all.
    """
    found: list[tuple[int, Tag]] = []
    for number, runs in enumerate(_paragraphs(root), start=1):
        text = "".join(run for _, run in runs)
        if "{" not in text and "}" not in text:
            continue
        spot = Spot(part, number, text)
        if loose := _LOOSE.search(TAG.sub("", text)):
            raise template_error(
                file,
                spot,
                say("có “{mark}” lẻ, thiếu một nửa.", "“{mark}” has no other half.", mark=loose[0]),
                say(
                    "Viết trọn cả thẻ {{{{ … }}}} hoặc {{% … %}} trong một đoạn.",
                    "Write a whole tag {{{{ … }}}} or {{% … %}} in one paragraph.",
                ),
            )
        found += [(_run_at(runs, match.start()), Tag(match[0], spot)) for match in TAG.finditer(text)]
    tags = [tag for _, tag in sorted(found, key=lambda each: each[0])]
    _check_blocks(file, tags)
    return tags


def _paragraphs(root: Element) -> Iterator[list[tuple[int, str]]]:
    """The runs of text of each paragraph, each with its place in the part; boxes of text by themselves."""
    runs: dict[Element, list[tuple[int, str]]] = {each: [] for each in root.iter(f"{_W}p")}
    for place, text in enumerate(root.iter(f"{_W}t")):
        owner = next(text.iterancestors(f"{_W}p"), None)
        if owner is not None:
            runs[owner].append((place, text.text or ""))
    return iter(runs.values())


def _run_at(runs: Sequence[tuple[int, str]], start: int) -> int:
    """The place of the run that has the letter at `start` of the paragraph."""
    passed = 0
    for place, text in runs:
        passed += len(text)
        if start < passed:
            return place
    return runs[-1][0]


def _check_blocks(file: str, tags: Sequence[Tag]) -> None:
    """Every `for` and `if` has its end, and every end its beginning."""
    blocks: list[tuple[str, Tag]] = []
    for tag in tags:
        match = _STATEMENT.match(tag.text)
        word = match[1] if match else ""
        if word in _CLOSES.values():
            blocks.append((word, tag))
        elif word in _CLOSES:
            if not blocks or blocks[-1][0] != _CLOSES[word]:
                raise template_error(
                    file,
                    tag.spot,
                    say("“{tag}” không đóng phần nào đang mở.", "“{tag}” closes nothing.", tag=tag.text),
                    _PAIRS,
                )
            blocks.pop()
    if blocks:
        word, tag = blocks[-1]
        raise template_error(
            file,
            tag.spot,
            say("“{tag}” chưa được đóng lại.", "“{tag}” is never closed.", tag=tag.text),
            _PAIRS,
        )


_PAIRS = say(
    "Mỗi {{% for … %}} cần một {{% endfor %}}, mỗi {{% if … %}} cần một {{% endif %}}.",
    "Every {{% for … %}} needs an {{% endfor %}}, every {{% if … %}} an {{% endif %}}.",
)


def one_line_each(xml: str) -> tuple[str, int]:
    """The same source with each tag reaching into a line of its own; and how many there are.

    The k-th tag then stands on line k + 1, which is what Jinja says of a mistake in it.
    """
    flat = xml.replace("\r", " ").replace("\n", " ")
    return TAG.subn(_broken, flat)


def _broken(match: re.Match[str]) -> str:
    tag = match[0]
    after = 3 if tag[2] in "-+" else 2
    return f"{tag[:after]}\n{tag[after:]}"
