"""How policies match names: whole texts, policy variables, ARNs by their parts, principals as they stand.

The emulator compares by regular expressions in which a newline of a key escapes a Deny, and knows no policy variables.
Sources: IAM user guide, "IAM JSON policy elements": "Variables and tags", "Condition operators", "Principal".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from local_aws.wildcards import literal, matches, matches_any_case, matches_stars, unescaped

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_DEFAULT = re.compile(r"([^,]*), *'([^']*)'", re.DOTALL)
_ESCAPES = ("*", "?", "$")
_VERSION = "2012-10-17"
"""In documents of the version before, or without one, `${aws:username}` is mere text."""
_STAMP = "_DocumentVersion"
"""Carries a document's version with a statement that is looked at alone; no statement of IAM has such an element."""
_ARN_PARTS = 6
_ACCOUNT = re.compile(r"[0-9]{12}")
_CACHED_DOCUMENTS = 512
_LISTS = ("Action", "NotAction", "Resource", "NotResource")

_WITH_VARIABLES = ("string", "arn")
"""How the names of the condition operators begin whose values may hold policy variables."""


def match_policies_exactly() -> None:
    """Replace what compares names in the emulator's policy evaluation, and in its SNS and S3."""
    from ministack.core import iam_evaluator
    from ministack.services import s3, sns

    iam_evaluator.fnmatch_iam = matches_any_case
    iam_evaluator.fnmatch_iam_cs = matches
    iam_evaluator._first_match = _first_match
    iam_evaluator._principal_matches = principal_matches
    iam_evaluator._CONDITION_OPS.update(_operators())
    _substitute_in_conditions(iam_evaluator)
    _keep_versions(iam_evaluator)
    sns._wildcard_matches = matches_stars
    s3._cors_pattern_matches = _cors_matches


def substituted(text: str, context: Any) -> str | None:
    """A pattern whose policy variables have their values, which stand for themselves alone.

    None where one has no single value and no default: such a text matches nothing. That wildcards in a value count for
    nothing is unverified.
    """
    from ministack.core.iam_evaluator import _resolve_condition_key

    result, place = [], 0
    for found in _VARIABLE.finditer(text):
        result.append(text[place : found.start()])
        place = found.end()
        if found[1] in _ESCAPES:
            result.append(found[0])
            continue
        with_default = _DEFAULT.fullmatch(found[1])
        value = _resolve_condition_key(with_default[1] if with_default else found[1], context)
        if isinstance(value, (list, tuple)) or value is None:
            if with_default is None:
                return None
            value = with_default[2]
        result.append(literal(str(value)))
    return "".join([*result, text[place:]])


def arn_matches(value: str, pattern: str) -> bool:
    """ArnLike and ArnEquals: each of the six parts is compared by itself.

    A pattern of fewer parts is compared as a whole (unverified).
    """
    wanted = pattern.split(":", _ARN_PARTS - 1)
    if len(wanted) < _ARN_PARTS:
        return matches(value, pattern)
    parts = value.split(":", _ARN_PARTS - 1)
    return len(parts) == _ARN_PARTS and all(map(matches, parts, wanted))


def principal_matches(principal: Any, caller: str) -> bool:
    """Whether a Principal element names a caller: `*`, an account, or an ARN as it stands, without wildcards.

    Args:
        principal: the element's value; of a map, what stands under AWS counts.
        caller: ARN of a user, a role's session or an account's root, or the name of a service.
    """
    if isinstance(principal, str):
        return _names(principal, caller)
    if not isinstance(principal, Mapping):
        return False
    named = principal.get("AWS", [])
    if any(_names(name, caller) for name in ([named] if isinstance(named, str) else named) if isinstance(name, str)):
        return True
    # The emulator's own calls from service to service are made as root.
    return bool(principal.get("Service")) and caller.endswith(":root")


def _names(name: str, caller: str) -> bool:
    if name in ("*", caller):
        return True
    if _ACCOUNT.fullmatch(name):
        return f":{name}:" in caller
    if ":" not in name + caller:
        return name.lower() == caller.lower()  # services
    wanted, parts = name.split(":", _ARN_PARTS - 1), caller.split(":", _ARN_PARTS - 1)
    if len(wanted) < _ARN_PARTS or len(parts) < _ARN_PARTS or wanted[4] != parts[4]:
        return False
    if wanted[5] == "root":
        return True
    kind, _, role = wanted[5].partition("/")
    session = parts[5].split("/")
    return kind == "role" and session[0] == "assumed-role" and session[1:2] == [role.rpartition("/")[2]]


def _first_match(context: Any, statements: Iterable[Any], effect: str) -> Any:
    from ministack.core import iam_evaluator

    for statement in statements:
        if (
            statement.effect == effect
            and iam_evaluator._action_matches(context.action, statement.actions, statement.not_actions)
            and _resource_matches(context, statement.resources, statement.not_resources)
            and iam_evaluator._conditions_met(statement.conditions, context)
        ):
            return statement
    return None


def _resource_matches(context: Any, wanted: list[str], unwanted: list[str]) -> bool:
    if wanted:
        return any(_is_resource(context, pattern) for pattern in wanted)
    return not any(_is_resource(context, pattern) for pattern in unwanted)


def _is_resource(context: Any, pattern: str) -> bool:
    if "${" not in pattern:
        return matches(context.resource_arn, pattern)
    known = substituted(pattern, context)
    return known is not None and matches(context.resource_arn, known)


def _operators() -> dict[str, Any]:
    """Operators by their names in lower case: (value of the request, value of the policy) -> whether it holds."""
    affirmative = {
        "stringequals": lambda value, wanted: value == unescaped(wanted),
        "stringequalsignorecase": lambda value, wanted: value.lower() == unescaped(wanted).lower(),
        "stringlike": matches,
        "arnequals": arn_matches,
        "arnlike": arn_matches,
    }
    negated = {
        name.replace("string", "stringnot").replace("arn", "arnnot"): lambda value, wanted, _holds=holds: (
            not _holds(value, wanted)
        )
        for name, holds in affirmative.items()
    }
    return {**affirmative, **negated}


def _substitute_in_conditions(evaluator: Any) -> None:
    original = evaluator._conditions_met

    def conditions_met(conditions: Any, context: Any) -> bool:
        if isinstance(conditions, dict) and "${" in str(conditions):
            conditions = {
                operator: _with_values(keys, context) if _takes_variables(operator) else keys
                for operator, keys in conditions.items()
            }
        return bool(original(conditions, context))

    evaluator._conditions_met = conditions_met


def _takes_variables(operator: str) -> bool:
    return operator.lower().rpartition(":")[2].startswith(_WITH_VARIABLES)


def _with_values(keys: Any, context: Any) -> Any:
    if not isinstance(keys, dict):
        return keys

    def known(value: Any) -> Any:
        if not isinstance(value, str) or "${" not in value:
            return value
        found = substituted(value, context)
        return literal(value) if found is None else found

    return {
        key: [known(value) for value in wanted] if isinstance(wanted, list) else known(wanted)
        for key, wanted in keys.items()
    }


def _keep_versions(evaluator: Any) -> None:
    """Have `${…}` be mere text in documents that are older than policy variables."""
    parse, evaluate_resource_policy = evaluator.parse_policy_document, evaluator.evaluate_resource_policy

    def parse_policy_document(document: Any) -> list[Any]:
        return list(parsed_text(document)) if isinstance(document, str) else parsed(document)

    def parsed(document: Any) -> list[Any]:
        if not isinstance(document, dict):
            return []
        version, result = document.get("Version"), []
        for statement in _statements(document):
            if statement.get("Effect") == "Allow" and not _is_readable(statement):
                continue
            old = statement.get(_STAMP, version) != _VERSION
            result += parse({"Statement": [_without_variables(statement) if old else statement]})
        return result

    @lru_cache(_CACHED_DOCUMENTS)
    def parsed_text(text: str) -> list[Any]:
        return parsed(_loaded(text))

    def evaluate(document: Any, *args: Any, **kwargs: Any) -> Any:
        document = _loaded(document) if isinstance(document, str) else document
        if isinstance(document, dict):
            version = document.get("Version")
            stamped = [{**statement, _STAMP: version} for statement in _statements(document)]
            document = {**document, "Statement": stamped}
        return evaluate_resource_policy(document, *args, **kwargs)

    evaluator.parse_policy_document = parse_policy_document
    evaluator.evaluate_resource_policy = evaluate


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _statements(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = document.get("Statement", [])
    found = [found] if isinstance(found, dict) else found
    return [statement for statement in found if isinstance(statement, dict)] if isinstance(found, list) else []


def _is_readable(statement: Mapping[str, Any]) -> bool:
    """Whether what a statement is about can be read; the emulator takes what it cannot read for everything."""
    lists = [statement[name] for name in _LISTS if name in statement]
    texts = [part for value in lists for part in (value if isinstance(value, list) else [value])]
    blocks = statement.get("Condition", {})
    return (
        all(value not in ([], "") for value in lists)
        and all(isinstance(text, str) for text in texts)
        and isinstance(blocks, dict)
        and all(isinstance(block, dict) for block in blocks.values())
    )


def _without_variables(value: Any) -> Any:
    """The same, `${` being text wherever it stands."""
    if isinstance(value, str):
        return value.replace("${", "${$}{")
    if isinstance(value, dict):
        return {key: _without_variables(part) for key, part in value.items()}
    return [_without_variables(part) for part in value] if isinstance(value, list) else value


def _cors_matches(pattern: str, value: str, flags: int = 0) -> bool:
    if flags & re.IGNORECASE:
        return matches_stars(value.lower(), pattern.lower())
    return matches_stars(value, pattern)
