"""Routes and templates compiled once for all applications of the tests, which have the same."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from typing_extensions import override
from werkzeug.routing import Rule

_ROUTES: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}


class RouteCompiledOnce(Rule):
    """A route that is compiled for the first application alone: that takes half of making one."""

    @override
    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = self.rule, self.subdomain, self.host, repr(self.defaults), append_unknown
        if key not in _ROUTES:
            _ROUTES[key] = super()._compile_builder(append_unknown)
        return _ROUTES[key]


class TemplatesCompiledOnce(BytecodeCache):
    """The code of templates, kept for as long as their text stays the same."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    @override
    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    @override
    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


def compile_once() -> None:
    """Let every application that is made from now on share what was compiled."""
    Flask.url_rule_class = RouteCompiledOnce
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": TemplatesCompiledOnce()}
