"""What FastAPI reads parameters with, made when a parameter is first read.

A server has some hundred and eighty routes, a test asks for two or three of them, and to make ready what the
others would read is half of what it costs to open a server.
"""

import warnings
from functools import cached_property
from typing import Any

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
