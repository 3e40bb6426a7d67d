"""What must hold between the lines of a set of rules: sums, codes, groups, grades, dates.

The checks read the file's tree, not the model, so that they are made, and all reported
together, even where some line can't be used; a sum with an unreadable part is left alone.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from bochiso.errors import ComputeError, RuleError
from bochiso.rules import values
from bochiso.rules.file.yaml_tree import Node, Path, find, place
from bochiso.text import Text, say

FULL_MARKS = Decimal(100)
"""The index is one of a hundred points."""

_RESERVED = "TOTAL"  # the total's own code beside those of groups and indicators


def check(root: Node) -> Iterator[RuleError]:
    """Everything that is wrong between the lines of the set `root`."""
    yield from _codes(root)
    yield from _parts(root)
    yield from _indicators(root)
    yield from _sums(root)
    yield from _boxes(root)
    yield from _deadlines(root)
    yield from _grades(root)
    yield from _dates(root)


def _problem(root: Node, path: Path, what: Text, do: Text) -> RuleError:
    return RuleError(what, where=place(root, path), do=do)


def _number(node: Node, key: str) -> Decimal | None:
    """The number of `key`, None where there is none that can be read."""
    try:
        return values.number(node.text(key) or "")
    except ValueError:
        return None


def _sum(parts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum, None where a part is unknown."""
    total = Decimal(0)
    for part in parts:
        if part is None:
            return None
        total += part
    return total


def _words(root: Node, path: Path) -> list[tuple[Path, str]]:
    """The words of a list of words, with their ways."""
    node = find(root, path)
    listed = node.value if node is not None and isinstance(node.value, list) else []
    return [((*path, i), item.value) for i, item in enumerate(listed) if isinstance(item.value, str)]


def _group_nodes(root: Node) -> dict[str, tuple[int, Node]]:
    """Groups by code, with their places in the list; the first, where a code is there twice."""
    found: dict[str, tuple[int, Node]] = {}
    for at, node in enumerate(root.items("groups")):
        found.setdefault(node.text("code") or "", (at, node))
    return found


def _codes(root: Node) -> Iterator[RuleError]:
    """Codes are unique: groups, their aliases and indicators together, deadlines and grades apart."""
    figures: list[tuple[Path, str]] = []
    for at, group in enumerate(root.items("groups")):
        figures += [(("groups", at, "code"), group.text("code") or "")]
        figures += _words(root, ("groups", at, "aliases"))
    figures += _coded(root, "indicators")
    yield from _unique(root, figures, {_RESERVED})
    yield from _unique(root, _coded(root, "deadlines"), set())
    yield from _unique(root, _coded(root, "grades", "bounds"), set())


def _coded(root: Node, *path: str) -> list[tuple[Path, str]]:
    node = find(root, path)
    listed = node.value if node is not None and isinstance(node.value, list) else []
    return [((*path, at, "code"), item.text("code") or "") for at, item in enumerate(listed)]


def _unique(root: Node, codes: Iterable[tuple[Path, str]], taken: set[str]) -> Iterator[RuleError]:
    for path, code in codes:
        if code and code in taken:
            yield _problem(
                root,
                path,
                say("mã {code} đã được dùng.", "the code {code} is already taken.", code=code),
                say("Mỗi mã chỉ dùng một lần; đặt mã khác.", "A code stands once; choose another."),
            )
        taken.add(code)


def _parts(root: Node) -> Iterator[RuleError]:
    """A group of groups is made of different groups that have indicators."""
    groups = _group_nodes(root)
    for at, _ in groups.values():
        seen: set[str] = set()
        for path, code in _words(root, ("groups", at, "parts")):
            if code not in groups:
                yield _no_group(root, path, code)
            elif groups[code][1].items("parts") or code in seen:
                yield _problem(
                    root,
                    path,
                    say(
                        "{code} không dùng được làm phần của nhóm.",
                        "{code} can't be a part of the group.",
                        code=code,
                    ),
                    say(
                        "Mỗi phần ghi một lần và phải là nhóm có chỉ số, không phải nhóm gồm các nhóm khác.",
                        "Each part stands once and is a group of indicators, not a group of groups.",
                    ),
                )
            seen.add(code)


def _no_group(root: Node, path: Path, code: str) -> RuleError:
    known = ", ".join(code for code in _group_nodes(root) if code)
    return _problem(
        root,
        path,
        say("không có nhóm chỉ số {code}.", "there is no group {code}.", code=code),
        say("Các nhóm đã khai báo: {known}.", "The groups are: {known}.", known=known),
    )


def _indicators(root: Node) -> Iterator[RuleError]:
    groups = _group_nodes(root)
    for at, node in enumerate(root.items("indicators")):
        path: Path = ("indicators", at)
        group = node.text("group")
        if group and group not in groups:
            yield _no_group(root, (*path, "group"), group)
        elif group and (parts := groups[group][1].items("parts")):
            yield _problem(
                root,
                (*path, "group"),
                say("{group} là nhóm gồm các nhóm khác.", "{group} is a group of groups.", group=group),
                say(
                    "Ghi một trong các nhóm thành phần: {parts}.",
                    "Write one of its parts: {parts}.",
                    parts=", ".join(str(part.value) for part in parts),
                ),
            )
        yield from _scored(root, path, node)
        yield from _inheritance(root, path, node)


def _scored(root: Node, path: Path, node: Node) -> Iterator[RuleError]:
    """A scored indicator says what earns all points, and what an empty denominator earns."""
    points, empty = _number(node, "points"), _number(node, "empty")
    if not points:
        return
    for key, do in (
        (
            "target",
            say("Ghi mức đạt điểm tối đa, ví dụ 100%.", "Write the rate that earns all, such as 100%."),
        ),
        ("empty", say("Ghi số điểm khi mẫu số bằng 0, ví dụ 0.", "Write the points for a denominator of 0.")),
    ):
        if (given := node.get(key)) is None or given.value is None:
            yield _problem(
                root,
                (*path, key),
                say(
                    "chỉ số có tính điểm nhưng thiếu mục này.", "the indicator is scored but lacks this key."
                ),
                do,
            )
    if empty is not None and empty > points:
        yield _problem(
            root,
            (*path, "empty"),
            say(
                "{empty} điểm khi mẫu số bằng 0 vượt điểm tối đa {points}.",
                "{empty} points for a denominator of 0 are above the maximum of {points}.",
                empty=empty,
                points=points,
            ),
            say("Ghi số từ 0 đến {points}.", "Write a number from 0 to {points}.", points=points),
        )


def _inheritance(root: Node, path: Path, node: Node) -> Iterator[RuleError]:
    levels = {level for _, level in _words(root, (*path, "levels"))}
    for place_of, level in _words(root, (*path, "inherits")):
        if level == "province" or level not in levels:
            yield _problem(
                root,
                place_of,
                say(
                    "cấp {level} không lấy được theo số liệu của tỉnh.",
                    "the level {level} can't take the province's figure.",
                    level=level,
                ),
                say(
                    "Chỉ ghi những cấp dưới tỉnh đã có ở mục levels.",
                    "List only levels below the province that stand in levels.",
                ),
            )


def _sums(root: Node) -> Iterator[RuleError]:
    """Indicators add up to their group, parts to the group made of them."""
    groups = _group_nodes(root)
    for code, (at, node) in groups.items():
        points = _number(node, "points")
        parts = [part for _, part in _words(root, ("groups", at, "parts"))]
        if any(part not in groups for part in parts):
            continue
        listed = enumerate(root.items("indicators"))
        members = [("indicators", i) for i, item in listed if item.text("group") == code]
        ways: list[Path] = [("groups", groups[part][0]) for part in parts] or [*members]
        total = _sum(_number(item, "points") for way in ways if (item := find(root, way)))
        if points is None or total is None or total == points:
            continue
        mine: list[Path] = [("groups", at, "points"), ("groups", at, "parts")]
        yield _problem(
            root,
            _blame(root, [*mine, *((*way, "points") for way in ways)]),
            say(
                "nhóm {code} có {points} điểm nhưng các thành phần cộng lại được {total}.",
                "the group {code} has {points} points but its members add up to {total}.",
                code=code,
                points=points,
                total=total,
            ),
            say(
                "Sửa điểm của nhóm hoặc của các thành phần cho khớp.",
                "Make the points of the group and of its members agree.",
            ),
        )


def _blame(root: Node, candidates: list[Path]) -> Path:
    """The first of the candidates that stands in the file itself, not in the set it extends."""
    own = (path for path in candidates if (node := find(root, path)) and node.file == root.file)
    return next(own, candidates[0])


def _boxes(root: Node) -> Iterator[RuleError]:
    """Boxes hold every group of indicators once and add up to a hundred."""
    groups = _group_nodes(root)
    boxes = _words(root, ("boxes",))
    held: set[str] = set()
    for path, code in boxes:
        if code not in groups:
            yield _no_group(root, path, code)
            continue
        leaves = {str(part.value) for part in groups[code][1].items("parts")} or {code}
        if twice := sorted(held & leaves):
            yield _problem(
                root,
                path,
                say("nhóm {group} được tính hai lần.", "the group {group} counts twice.", group=twice[0]),
                say(
                    "Ghi nhóm lớn hoặc các phần của nhóm, không ghi cả hai.",
                    "List a group of groups or its parts, not both.",
                ),
            )
        held |= leaves
    for code, (_, node) in groups.items():
        if code and boxes and not node.items("parts") and code not in held:
            yield _problem(
                root,
                ("boxes",),
                say("còn thiếu nhóm {group}.", "the group {group} is left out.", group=code),
                say("Bổ sung nhóm này hoặc nhóm lớn chứa nó.", "Add it, or the group that holds it."),
            )
    total = _sum(_number(groups[code][1], "points") if code in groups else None for _, code in boxes)
    if boxes and total is not None and total != FULL_MARKS:
        yield _problem(
            root,
            ("boxes",),
            say(
                "các nhóm cộng lại được {total} điểm, phải là {full}.",
                "the groups add up to {total} points, {full} expected.",
                total=total,
                full=FULL_MARKS,
            ),
            say("Sửa điểm hoặc danh sách các nhóm.", "Correct the points or the list of groups."),
        )


def _deadlines(root: Node) -> Iterator[RuleError]:
    known = {item.text("code") for item in root.items("indicators")}
    for at, node in enumerate(root.items("deadlines")):
        code = node.text("indicator")
        if code and code not in known:
            yield _problem(
                root,
                ("deadlines", at, "indicator"),
                say("không có chỉ số {code}.", "there is no indicator {code}.", code=code),
                say("Ghi mã một chỉ số đã khai báo.", "Write the code of an indicator of the set."),
            )


def _grades(root: Node) -> Iterator[RuleError]:
    """Bounds fall from grade to grade and end at 0, so that every total has one grade."""
    grades = root.get("grades")
    bounds = grades.items("bounds") if grades else []
    least = [_number(node, "least") for node in bounds]
    for at, (above, below) in enumerate(pairwise(least), start=1):
        if above is not None and below is not None and below >= above:
            yield _problem(
                root,
                ("grades", "bounds", at, "least"),
                say(
                    "mức {below} không thấp hơn mức ngay trên ({above}).",
                    "{below} is not below the grade above it ({above}).",
                    below=below,
                    above=above,
                ),
                say("Xếp các mức từ cao xuống thấp.", "List the grades best first."),
            )
    if least and least[-1]:
        yield _problem(
            root,
            ("grades", "bounds", len(least) - 1, "least"),
            say(
                "mức thấp nhất bắt đầu từ {least}, nên tổng điểm thấp hơn không có xếp loại.",
                "the lowest grade starts at {least}, so that lower totals have none.",
                least=least[-1],
            ),
            say("Mức cuối cùng phải có “least: 0”.", "The last grade must have “least: 0”."),
        )


def _dates(root: Node) -> Iterator[RuleError]:
    try:
        first = values.day(root.text("effective_from") or "")
        last = values.day(root.text("effective_to") or "")
    except (ValueError, ComputeError):
        return
    if last < first:
        yield _problem(
            root,
            _blame(root, [("effective_to",), ("effective_from",)]),
            say(
                "ngày hết hiệu lực {last} trước ngày có hiệu lực {first}.",
                "the last day {last} is before the first day {first}.",
                last=last,
                first=first,
            ),
            say("Sửa một trong hai ngày.", "Correct one of the two days."),
        )
