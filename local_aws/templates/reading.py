"""A template's text as maps, lists and scalars.

It is read as a stream of events, so that neither depth nor aliases can make it cost more than its length.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

import yaml

MAX_DEPTH = 100
"""Maps and lists within each other; AWS has a limit of its own, which is not published."""

MAX_VALUES = 200_000
"""Maps, lists and scalars of a template: those of a template of 1 MB and 500 resources are far fewer."""

_LONGEST_NUMBER = 100
"""Characters of a YAML scalar that may be a number; a longer one is a text. A number of base 60 takes its square."""

_NUMBER = re.compile(r"[-+]?[0-9][0-9_]*([eE][-+]?[0-9]+)?")
"""What CloudFormation's YAML takes for a number beyond PyYAML: 08, 1e3 (seen in public reports)."""

_NAMED_BY = ("Condition", "DependsOn", "Ref")
"""Keys whose value is a name."""

_MAX_REFERENCES = 60
_MAX_OPEN = 1000
"""Beginnings of variables in a text that nothing ends: each would be looked for to the end of the text."""

_FUNCTIONS = {
    **{f"!{name}": name for name in ("Ref", "Condition")},
    **{
        f"!{name}": f"Fn::{name}"
        for name in (
            "And Base64 Cidr Contains EachMemberEquals EachMemberIn Equals FindInMap GetAtt GetAZs GetStackOutput If "
            "ImportValue Join Length Not Or RefAll Select Split Sub ToJsonString Transform ValueOf ValueOfAll"
        ).split()
    },
}
"""Short forms of functions, as YAML tags."""

_CORE = "tag:yaml.org,2002:"
_MERGE = f"{_CORE}merge"
_SCALARS = frozenset(f"{_CORE}{name}" for name in ("str", "int", "float", "bool", "null", "timestamp"))

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_IMPLICIT: Any = yaml.resolver.Resolver()
_ABSENT = object()


class TemplateError(ValueError):
    """A template is refused; the text is the sentence that the caller sees."""


def read(text: str) -> dict[str, Any]:
    """Read a template in JSON or YAML.

    Raises:
        TemplateError: it is not well-formed, has aliases, a key twice, is no map, or is too deep or too large.
    """
    value = _json(text.strip()) if text.lstrip().startswith("{") else _yaml(text.rstrip())
    if not isinstance(value, dict):
        raise TemplateError("Template format error: unsupported structure.")
    _check_size(value)
    return value


# JSON


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        _too_deep()
    except json.JSONDecodeError as error:
        place = f"(line {error.lineno}, column {error.colno})"
        raise TemplateError(f"Template format error: JSON not well-formed. {place}") from error
    except TemplateError:
        raise
    except ValueError as error:  # an integer of thousands of digits
        raise TemplateError("Template format error: JSON not well-formed.") from error


def _no_constant(name: str) -> NoReturn:
    raise TemplateError(f"Template format error: JSON not well-formed: {name}")  # unverified


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _value in pairs:
            if name in seen:
                _twice(name)
            seen.add(name)
    return found


def _twice(name: str, mark: Any = None) -> NoReturn:
    """Refuse a key that stands twice in a map; public reports have AWS take the last one silently."""
    raise TemplateError(f"Template format error: duplicate key '{name}'{_place(mark)}")


# YAML


class _Open:
    """A map or list whose end has not come yet."""

    def __init__(self, event: Any) -> None:
        self.function = _FUNCTIONS.get(event.tag or "")
        self.value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        self.key: Any = _ABSENT
        self.of: Any = None

    def add(self, value: Any, event: Any, path: Iterator[str]) -> None:
        if isinstance(value, bool) and self._takes_name():
            value = event.value  # a condition called On
        if isinstance(self.value, list):
            self.value.append(value)
        elif self.key is _ABSENT:
            if isinstance(value, bool):
                value = event.value
            if not isinstance(value, str):
                where, seen = "/".join(("", *path)), _kind(value)
                raise TemplateError(
                    f"Template format error: [{where}] map keys must be strings; received {seen} instead"
                )
            if value in self.value:
                _twice(value, event.start_mark)
            self.key = value
        else:
            self.value[self.key], self.key = value, _ABSENT

    def _takes_name(self) -> bool:
        """Whether what comes next is the name of a condition, resource or parameter."""
        if isinstance(self.value, dict):
            return self.key in _NAMED_BY
        return self.of == "DependsOn" or ("Fn::If" in (self.of, self.function) and not self.value)

    def name(self) -> str:
        return str(len(self.value)) if isinstance(self.value, list) else "" if self.key is _ABSENT else str(self.key)

    def done(self) -> Any:
        return self.value if self.function is None else {self.function: self.value}


def _yaml(text: str) -> Any:
    loader = _Loader(text)
    try:
        return _built(loader)
    except yaml.MarkedYAMLError as error:
        place = _place(error.problem_mark)
        raise TemplateError(f"Template format error: YAML not well-formed.{place}") from error
    except (yaml.YAMLError, UnicodeError) as error:  # characters that YAML does not take
        raise TemplateError("Template format error: YAML not well-formed.") from error
    finally:
        loader.dispose()


def _built(loader: Any) -> Any:
    open_ones: list[_Open] = []
    root, documents = None, 0
    while loader.check_event():
        event = loader.get_event()
        if isinstance(event, yaml.AliasEvent):
            raise TemplateError("Template error: YAML aliases are not allowed in CloudFormation templates")
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise TemplateError(f"Template format error: YAML not well-formed.{_place(event.start_mark)}")
            continue
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            _check_tag(event, open_ones)
            opened = _Open(event)
            opened.of = open_ones[-1].key if open_ones else None
            open_ones.append(opened)
            if len(open_ones) > MAX_DEPTH:
                _too_deep()
            continue
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            value = open_ones.pop().done()
        elif isinstance(event, yaml.ScalarEvent):
            value = _scalar(event)
        else:
            continue
        if open_ones:
            open_ones[-1].add(value, event, (each.name() for each in open_ones[:-1]))
        else:
            root = value
    return root


def _check_tag(event: Any, _open_ones: list[_Open]) -> None:
    kind = "map" if isinstance(event, yaml.MappingStartEvent) else "seq"
    if event.tag not in (None, "!", f"{_CORE}{kind}") and event.tag not in _FUNCTIONS:
        _unknown_tag(event)


def _unknown_tag(event: Any) -> NoReturn:
    raise TemplateError(
        f"Template format error: YAML not well-formed.{_place(event.start_mark)} unknown tag {event.tag}"  # unverified
    )


def _scalar(event: Any) -> Any:
    function = _FUNCTIONS.get(event.tag or "")
    if function == "Fn::GetAtt":
        name, _, attribute = event.value.partition(".")
        return {function: [name, attribute]}
    if function is not None:
        return {function: event.value}
    tag = event.tag
    if len(event.value) > _LONGEST_NUMBER:
        tag = f"{_CORE}str" if tag in (None, "!") else tag
        if tag in (f"{_CORE}int", f"{_CORE}float"):
            _unknown_tag(event)
    if tag in (None, "!"):
        tag = _IMPLICIT.resolve(yaml.ScalarNode, event.value, event.implicit) if event.implicit[0] else f"{_CORE}str"
    if tag == _MERGE:
        raise TemplateError("Template error: YAML aliases are not allowed in CloudFormation templates")
    if tag == f"{_CORE}value":  # a lone `=`
        return event.value
    if tag not in _SCALARS:
        _unknown_tag(event)
    if tag.endswith((":str", ":timestamp")):
        return _number(event.value) if event.implicit[0] and _NUMBER.fullmatch(event.value) else event.value
    return _typed(tag, event)


def _number(text: str) -> Any:
    number = float(text.replace("_", ""))
    return number if math.isfinite(number) else text


def _typed(tag: str, event: Any) -> Any:
    node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark)
    try:
        return yaml.constructor.SafeConstructor.yaml_constructors[tag](yaml.constructor.SafeConstructor(), node)
    except (ValueError, KeyError, IndexError) as error:  # !!int of a text
        raise TemplateError(f"Template format error: YAML not well-formed.{_place(event.start_mark)}") from error


def _place(mark: Any) -> str:
    return f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    return "null" if value is None else f"numeric [{str(value)[:80]}]"


# Both


def _too_deep() -> NoReturn:
    text = f"Template format error: maps and lists may not be nested more than {MAX_DEPTH} deep"
    raise TemplateError(f"{text} (on the local AWS)")


def _check_size(root: dict[str, Any]) -> None:
    """Bound depth and number of values, and refuse what no text can hold: half characters, numbers without end."""
    pending: list[tuple[Any, int]] = [(root, 1)]
    count = 0
    while pending:
        value, depth = pending.pop()
        count += 1
        if count > MAX_VALUES:
            raise TemplateError(f"Template format error: more than {MAX_VALUES} values (on the local AWS)")
        if isinstance(value, dict):
            if depth > MAX_DEPTH:
                _too_deep()
            for name, item in value.items():
                _check_text(name)
                pending.append((item, depth + 1))
        elif isinstance(value, list):
            if depth > MAX_DEPTH:
                _too_deep()
            pending += [(item, depth + 1) for item in value]
        elif isinstance(value, str):
            _check_text(value)
        elif isinstance(value, float) and not math.isfinite(value):
            raise TemplateError("Template format error: a number is not finite")  # unverified


def _check_text(text: str) -> None:
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise TemplateError("Template format error: JSON not well-formed.")
    references = text.count("{{resolve:")
    if references > _MAX_REFERENCES:
        what = f"Number of dynamic references, {references}, is greater than maximum allowed, {_MAX_REFERENCES}"
        raise TemplateError(f"Template format error: {what}")
    rest = text[text.rfind("}") + 1 :]
    if rest.count("${") + rest.count("&{") > _MAX_OPEN:
        raise TemplateError(f"Template format error: more than {_MAX_OPEN} variables without an end (on the local AWS)")
