"""What a template may say: names that exist, loops, conditions and a few filters; nothing that runs.

Checked before anything is filled in, in every branch, so that a mistake does not wait for the week
that it comes true. The names are the fields of the context's dataclasses and nothing else.
"""

import dataclasses
import types
import typing
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from jinja2 import nodes

from bochiso.report.annex_parts import Picture
from bochiso.text import Text, say

Type = Any
"""A type as it is annotated, or None where it is a plain value without fields."""

FILTERS = ("upper", "lower", "trim", "length", "first", "last", "join", "default")
TESTS = ("odd", "even")
DEPTH = 4
"""Loops within loops."""

_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.For,
    nodes.If,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.Filter,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
)


@dataclasses.dataclass(frozen=True)
class Loop:
    """What a template can ask of the loop that it is in."""

    index: int
    index0: int
    first: bool
    last: bool
    length: int


class TemplateMistake(Exception):  # noqa: N818 (it becomes a ReportError where the paragraph is known)
    """What is wrong, on which line, and what to do."""

    def __init__(self, line: int, what: Text, do: Text | None = None) -> None:
        super().__init__(line)
        self.line, self.what, self.do = line, what, do


Scope = Mapping[str, Type]


def check_names(template: nodes.Template, context: type) -> None:
    """Raise TemplateMistake at the first thing that a template may not say."""
    for node in template.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            raise _not_allowed(node.lineno, type(node).__name__.lower())
    _walk(template, fields_of(context), 0)


def _not_allowed(line: int, what: str) -> TemplateMistake:
    return TemplateMistake(
        line,
        say("mẫu không được dùng “{what}”.", "a template can't use “{what}”.", what=what),
        say(
            "Chỉ dùng tên có sẵn, for, if và các bộ lọc: {filters}.",
            "Use names, for, if and the filters {filters} alone.",
            filters=", ".join(FILTERS),
        ),
    )


def fields_of(context: type) -> dict[str, Type]:
    """The names that a dataclass of the context gives, with their types; its properties included."""
    hints = typing.get_type_hints(context)
    found = {each.name: hints[each.name] for each in dataclasses.fields(context)}
    for cls in reversed(context.__mro__):
        for name, member in vars(cls).items():
            if isinstance(member, property) and not name.startswith("_") and member.fget:
                found[name] = typing.get_type_hints(member.fget).get("return")
    return found


def _walk(node: nodes.Node, scope: Scope, depth: int) -> None:
    """Check the statements and expressions beneath a node."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.For):
            _loop(child, scope, depth + 1)
        elif isinstance(child, nodes.Expr):
            kind = _type_of(child, scope)
            if isinstance(node, nodes.Output):
                _check_prints(kind, child.lineno)
        else:
            _walk(child, scope, depth)


def _loop(node: nodes.For, scope: Scope, depth: int) -> None:
    if depth > DEPTH:
        raise TemplateMistake(
            node.lineno,
            say("vòng lặp lồng quá {most} lớp.", "more than {most} loops within loops.", most=DEPTH),
        )
    if node.recursive or not isinstance(node.target, nodes.Name):
        raise _not_allowed(node.lineno, "for … recursive" if node.recursive else "for a, b in …")
    item = _item_of(_type_of(node.iter, scope), node.lineno)
    inner = {**scope, node.target.name: item, "loop": Loop}
    if node.test is not None:
        _type_of(node.test, inner)
    for child in node.body:
        _walk_one(child, inner, depth)
    for child in node.else_:
        _walk_one(child, scope, depth)


def _check_prints(kind: Type, line: int) -> None:
    """Only a text can be printed, not a list and not what has fields."""
    for each in _choices(kind):
        if dataclasses.is_dataclass(each):
            raise TemplateMistake(
                line,
                say("đây là một nhóm tên, chưa phải một tên.", "this is a group of names, not one of them."),
                _there(fields_of(typing.cast(type, each))),
            )
        if typing.get_origin(each) is not None:
            raise TemplateMistake(
                line,
                say("chỗ này là một danh sách.", "this is a list."),
                say("Dùng {{% for x in … %}}.", "Use {{% for x in … %}}."),
            )


def _walk_one(node: nodes.Node, scope: Scope, depth: int) -> None:
    _walk(nodes.Template([node], lineno=node.lineno), scope, depth)


def _item_of(kind: Type, line: int) -> Type:
    """What a list holds."""
    for each in _choices(kind):
        origin: Any = typing.get_origin(each)
        arguments = typing.get_args(each)
        if isinstance(origin, type) and issubclass(origin, Iterable):
            return arguments[0] if arguments else None
    raise TemplateMistake(
        line,
        say("sau “in” phải là một danh sách.", "what follows “in” must be a list."),
    )


def _type_of(node: nodes.Node, scope: Scope) -> Type:
    """The type of an expression; every name in it is there."""
    if isinstance(node, nodes.Name):
        return _named(node.name, scope, node.lineno)
    if isinstance(node, nodes.Getattr):
        return _field(_type_of(node.node, scope), node.attr, node.lineno)
    if isinstance(node, nodes.Filter):
        return _filtered(node, scope)
    if isinstance(node, nodes.Test):
        _known(node.name, TESTS, node.lineno)
    kinds = [_type_of(child, scope) for child in node.iter_child_nodes()]
    if isinstance(node, nodes.CondExpr):  # the test and both values, in the order of Jinja's nodes
        known = [kind for kind in kinds[1:] if kind is not None]
        return typing.Union[tuple(known)] if known else None  # noqa: UP007 (of values)
    return None


def _filtered(node: nodes.Filter, scope: Scope) -> Type:
    _known(node.name, FILTERS, node.lineno)
    kinds = [_type_of(child, scope) for child in node.iter_child_nodes()]
    if Picture in kinds:
        raise TemplateMistake(
            node.lineno,
            say("hình không dùng được với bộ lọc.", "a picture has no filters."),
            say("Chỉ viết {{{{ chart.picture }}}}.", "Write {{{{ chart.picture }}}} alone."),
        )
    if node.name in ("upper", "lower", "trim"):
        _check_prints(kinds[0], node.lineno)
    if node.name == "join":
        _check_prints(_item_of(kinds[0], node.lineno), node.lineno)
    if node.name in ("first", "last"):
        return _item_of(kinds[0], node.lineno)
    return kinds[0] if node.name == "default" and kinds else None


def _known(name: str, names: tuple[str, ...], line: int) -> None:
    if name not in names:
        raise _missing(name, names, line)


def _named(name: str, scope: Scope, line: int) -> Type:
    if name not in scope:
        raise _missing(name, scope, line)
    return scope[name]


def _field(kind: Type, name: str, line: int) -> Type:
    """The type of a field; a type without fields has none."""
    names: dict[str, Type] = {}
    for each in _choices(kind):
        if dataclasses.is_dataclass(each):
            names |= fields_of(typing.cast(type, each))
    if name not in names:
        raise _missing(name, names, line)
    return names[name]


def _choices(kind: Type) -> list[Type]:
    """The types of a union, without None."""
    origin: Any = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return [each for each in typing.get_args(kind) if each is not type(None)]
    return [kind]


def _missing(name: str, names: Collection[str], line: int) -> TemplateMistake:
    what = say("không có tên “{name}”.", "there is no “{name}”.", name=name)
    return TemplateMistake(line, what, _there(names))


def _there(names: Collection[str]) -> Text:
    if not names:
        return say("Ở đây không có tên nào khác.", "There are no names here.")
    there = ", ".join(sorted(names))
    return say("Các tên có ở đây: {there}.", "The names that exist here: {there}.", there=there)
