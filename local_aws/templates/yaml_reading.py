"""A template in YAML.

It is read as a stream of events, so that neither depth nor aliases can make it cost more than its length.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

import yaml

from local_aws.templates.errors import MAX_DEPTH, TemplateError, place, too_deep, twice

_LONGEST_NUMBER = 100
"""Characters of a YAML scalar that may be a number; a longer one is a text. A number of base 60 takes its square."""

_NUMBER = re.compile(r"[-+]?[0-9][0-9_]*([eE][-+]?[0-9]+)?")
"""What CloudFormation's YAML takes for a number beyond PyYAML: 08, 1e3 (seen in public reports)."""

_NAMED_BY = ("Condition", "DependsOn", "Ref")
"""Keys whose value is a name."""

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
                twice(value, event.start_mark)
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


def read_yaml(text: str) -> Any:
    """Read a text, whose scalars are as YAML 1.1 has them, and CloudFormation's short forms of functions.

    Raises:
        TemplateError: it is not well-formed, has aliases or a key twice, or is too deep.
    """
    loader = _Loader(text)
    try:
        return _built(loader)
    except yaml.MarkedYAMLError as error:
        raise TemplateError(f"Template format error: YAML not well-formed.{place(error.problem_mark)}") from error
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
                raise TemplateError(f"Template format error: YAML not well-formed.{place(event.start_mark)}")
            continue
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            _check_tag(event, open_ones)
            opened = _Open(event)
            opened.of = open_ones[-1].key if open_ones else None
            open_ones.append(opened)
            if len(open_ones) > MAX_DEPTH:
                too_deep()
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
        f"Template format error: YAML not well-formed.{place(event.start_mark)} unknown tag {event.tag}"  # unverified
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
        raise TemplateError(f"Template format error: YAML not well-formed.{place(event.start_mark)}") from error


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    return "null" if value is None else f"numeric [{str(value)[:80]}]"
