"""What FastAPI reads parameters with, made when a parameter is first read, and once for all servers.

A server has some hundred and eighty routes, a test asks for two or three of them, and to make ready what the
others would read is most of what it costs to open a server.
"""

import warnings
from collections.abc import Callable
from dataclasses import fields, replace
from functools import cached_property
from types import CodeType, FunctionType
from typing import Any

from fastapi.dependencies.models import Dependant
from pydantic import TypeAdapter
from pydantic.warnings import UnsupportedFieldAttributeWarning


class LazyAdapter:
    """A TypeAdapter that is made when it is first used."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._asked = args, kwargs

    @cached_property
    def _made(self) -> TypeAdapter[Any]:
        args, kwargs = self._asked
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)  # as FastAPI does
            return TypeAdapter(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made, name)


class KnownParameters:
    """FastAPI's `get_dependant`, which reads the signature of the same function at the same path once.

    Each server defines its routes anew; what they take from a request stands in their code.
    """

    def __init__(self, read: Callable[..., Dependant]) -> None:
        self._read = read
        self._known: dict[tuple[str, CodeType, str], tuple[object, Dependant]] = {}

    def __call__(self, *, path: str, call: Callable[..., Any], **asked: Any) -> Dependant:
        """What a route takes; what depends on other functions, which a server may have made, is read anew."""
        if not isinstance(call, FunctionType):
            return self._read(path=path, call=call, **asked)
        key, says = (path, call.__code__, repr(asked)), _signature(call)
        before, made = self._known.get(key) or (None, None)
        if made is None or before != says:
            made = self._read(path=path, call=call, **asked)
            if made.dependencies:
                return made
            self._known[key] = says, replace(made, call=None)  # a function holds the server that it is of
        values = {each.name: getattr(made, each.name) for each in fields(made)}
        lists: dict[str, Any] = {
            name: list(value) for name, value in values.items() if isinstance(value, list)
        }
        return replace(made, call=call, **lists)


def _signature(call: FunctionType) -> object:
    """What a function's parameters are beside their names, which its code has."""
    return call.__defaults__, call.__kwdefaults__, call.__annotations__
