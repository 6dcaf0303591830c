"""What IAM refuses of a policy document, in its words.

The grammar is that of the IAM user guide ("Grammar of the IAM JSON policy language"); the sentences and the order of
the checks are those that public measurements and error reports show. Unverified: that inline policies and trust
policies may be of version 2008-10-17 or of none, which a managed policy may not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

SYNTAX = "Syntax errors in policy."
_LEGACY = "The policy failed legacy parsing"
_VERSION = "Policy document must be version 2012-10-17 or greater."
_SIDS = "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
_OF_IAM = (
    'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, '
    "mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/."
)
_IAM_PATHS = tuple(_OF_IAM.partition("start with ")[2].rstrip(".").split(", "))
_PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "*")

_STATEMENT = {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource"}
_PAIRS = (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))
_COMPARED = ("", "Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_OPERATORS = (
    {f"String{each}" for each in ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")}
    | {f"{kind}{each}" for kind in ("Numeric", "Date") for each in _COMPARED[1:]}
    | {f"Arn{each}" for each in ("Equals", "NotEquals", "Like", "NotLike")}
    | {"Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "Null"}
)
_DATE = re.compile(
    r"\d{1,4}(-(0[1-9]|1[0-2])(-\d\d)?)?(t\d\d?(:\d\d(:\d\d(\.\d{1,9})?)?)?(z|[+-]\d\d(:\d\d)?)?)?|\d\dt|-?\d+",
    re.IGNORECASE,
)
_MOST_SECONDS = 2**63
_VENDOR = re.compile(r"[\w.*?-]+", re.ASCII)
_SID = re.compile(r"[0-9A-Za-z]*")


class _Refused(Exception):  # noqa: N818 - it carries IAM's sentence
    pass


def identity_problem(document: Any, *, managed: bool = False) -> str | None:
    """Why IAM refuses a policy of an identity; None where it takes it.

    Args:
        document: JSON, or the object that it holds.
        managed: whether it is a managed policy's.
    """
    return _problem(document, lambda policy: _check_identity(policy, managed=managed))


def trust_problem(document: Any) -> str | None:
    """Why IAM refuses a role's trust policy; None where it takes it."""
    return _problem(document, _check_trust)


def trusted(document: Any) -> list[str]:
    """The ARNs under `AWS` that a trust policy names, of one that is right by `trust_problem`."""
    policy = json.loads(document) if isinstance(document, str | bytes) else document
    named = (statement.get("Principal") for statement in _values(policy["Statement"]))
    found = (value for one in named if isinstance(one, Mapping) for value in _values(one.get("AWS") or []))
    return [value for value in found if value.startswith("arn:")]


def resource_problem(document: Any, service: str) -> str | None:
    """Why a service refuses a policy of one of its resources; None where it takes it (the texts are IAM's).

    Args:
        document: JSON, or the object that it holds.
        service: whose actions it may name, such as `glue`.
    """
    return _problem(document, lambda policy: _check_resource_policy(policy, service))


def _problem(document: Any, check: Any) -> str | None:
    try:
        policy = json.loads(document) if isinstance(document, str | bytes) else document
        _check_form(policy)
        check(policy)
    except _Refused as refusal:
        return str(refusal)
    except (ValueError, RecursionError):
        return SYNTAX
    return None


def _statements(policy: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = policy["Statement"]
    return found if isinstance(found, list) else [found]


def _values(part: Any) -> list[Any]:
    return part if isinstance(part, list) else [part]


# Form: the members, their kinds, and that none excludes another


def _check_form(policy: Any) -> None:
    _demand(isinstance(policy, Mapping) and policy.keys() <= {"Version", "Id", "Statement"})
    _demand(policy.get("Version", "2012-10-17") in ("2012-10-17", "2008-10-17"))
    _demand(isinstance(policy.get("Id", ""), str))
    statements = policy.get("Statement")
    _demand(isinstance(statements, Mapping | list) and bool(statements))
    for statement in _statements(policy):
        _demand(isinstance(statement, Mapping) and statement.keys() <= _STATEMENT | {"Condition"})
        _demand(isinstance(statement.get("Sid", ""), str))
        _demand(str(statement.get("Effect")).lower() in ("allow", "deny"))
        for one, other in _PAIRS:
            _demand(not (one in statement and other in statement))
        for name in ("Action", "NotAction", "Resource", "NotResource"):
            _demand(all(each is None or isinstance(each, str) for each in _values(statement.get(name, []))))
        _check_conditions(statement.get("Condition", {}))


def _check_conditions(conditions: Any) -> None:
    _demand(isinstance(conditions, Mapping))
    for operator, tests in conditions.items():
        _demand(isinstance(tests, Mapping))
        if tests:
            _demand(_bare(operator) in _OPERATORS)
        for values in tests.values():
            _demand(all(isinstance(each, str | int | float) for each in _values(values)))


def _bare(operator: str) -> str:
    """A condition operator without its quantifier and IfExists."""
    for quantifier in ("ForAllValues:", "ForAnyValue:"):
        operator = operator.removeprefix(quantifier)
    return operator.removesuffix("IfExists")


def _demand(right: object, sentence: str = SYNTAX) -> None:
    if not right:
        raise _Refused(sentence)


# Policies of identities


def _check_identity(policy: Mapping[str, Any], *, managed: bool) -> None:
    _demand(not managed or policy.get("Version") == "2012-10-17", _VERSION)
    statements = _statements(policy)
    _demand(all(_legacy(statement) for statement in statements), _LEGACY)
    _demand(all(_SID.fullmatch(statement.get("Sid", "")) for statement in statements), _SIDS)
    names = [statement["Sid"] for statement in statements if statement.get("Sid")]
    _demand(len(names) == len(set(names)), "Statement IDs (SID) in a single policy must be unique.")
    for statement in statements:
        _demand(
            "Principal" not in statement and "NotPrincipal" not in statement,
            "Policy document should not specify a principal.",
        )
        for resource in _texts(statement, "Resource", "NotResource"):
            _check_resource(resource)
        actions = list(_texts(statement, "Action", "NotAction"))
        _demand(actions, "Policy statement must contain actions.")
        for action in actions:
            _check_action(action)
        _demand(list(_texts(statement, "Resource", "NotResource")), "Policy statement must contain resources.")


def _texts(statement: Mapping[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        yield from (each for each in _values(statement.get(name, [])) if each is not None)


def _legacy(statement: Mapping[str, Any]) -> bool:
    """Whether an older parser of IAM, which is asked too, takes it: case, complete ARNs, dates."""
    dates = (
        value
        for operator, tests in statement.get("Condition", {}).items()
        if _bare(operator).startswith("Date")
        for values in tests.values()
        for value in _values(values)
    )
    return (
        statement["Effect"] in ("Allow", "Deny")
        and all(_complete(resource) for resource in _texts(statement, "Resource", "NotResource"))
        and all(_is_date(str(date)) for date in dates)
    )


def _complete(resource: str) -> bool:
    parts = resource.split(":")
    incomplete = parts[:2] == ["arn", "aws"] and len(parts) > 3 and (len(parts) < 6 or not parts[2])
    return not incomplete


def _is_date(text: str) -> bool:
    if "${" in text:
        return True
    if re.fullmatch(r"-?\d+", text):
        return abs(int(text)) < _MOST_SECONDS
    return _DATE.fullmatch(text) is not None


def _check_resource(resource: str) -> None:
    if resource == "*" or "${" in resource.partition(":")[0]:
        return
    parts = resource.split(":", 5)
    _demand(len(parts) > 1, f'Resource {resource} must be in ARN format or "*".')
    shown = ":".join(["arn", *parts[1:], *["*"] * (6 - len(parts))])
    _demand(parts[1] in _PARTITIONS, f'Partition "{parts[1]}" is not valid for resource "{shown}".')
    _demand(len(parts) > 2, "Resource vendor must be fully qualified and cannot contain regexes.")
    _, _, vendor, region, _, path = [*parts, *["*"] * (6 - len(parts))]
    if vendor == "iam":
        _demand(region in ("", "*"), f"IAM resource {resource} cannot contain region information.")
        _demand(path.startswith(("*", "root", *_IAM_PATHS)), _OF_IAM)
    elif vendor == "s3" and region not in ("", "*"):
        _demand(
            path.startswith("accesspoint"),
            f"Resource {resource} can not contain region information.",
        )


def _check_action(action: str) -> None:
    if action == "*":
        return
    vendor, colon, name = action.partition(":")
    _demand(colon, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
    _demand(_VENDOR.fullmatch(vendor), f"Vendor {vendor} is not valid")
    _demand(":" not in name, "Actions/Condition can contain only one colon.")


# Trust policies


def _check_trust(policy: Mapping[str, Any]) -> None:
    for statement in _statements(policy):
        prohibited = next((name for name in ("Resource", "NotResource") if name in statement), "")
        _demand(not prohibited, f"Has prohibited field {prohibited}")
        _demand(
            "NotPrincipal" not in statement or statement["Effect"] != "Allow", "Allow with NotPrincipal is not allowed."
        )
        _demand("NotPrincipal" not in statement, "AssumeRole policy must not contain NotPrincipal field.")
        _demand("Principal" in statement, "Missing required field Principal")
        _check_principal(statement["Principal"])
        actions = list(_texts(statement, "Action", "NotAction"))
        _demand(actions, "Missing required field Action")
        _demand(
            all(action == "*" or action.lower().startswith("sts:") for action in actions),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        )


def _check_resource_policy(policy: Mapping[str, Any], service: str) -> None:
    for statement in _statements(policy):
        named = [name for name in ("Principal", "NotPrincipal") if name in statement]
        _demand(named, "Missing required field Principal")
        _check_principal(statement[named[0]])
        actions = list(_texts(statement, "Action", "NotAction"))
        _demand(actions, "Missing required field Action")
        for action in actions:
            _check_action(action)
            right = action == "*" or action.lower().startswith(f"{service}:")
            _demand(right, f"Policy document may only specify actions of {service}: {action}")
        resources = list(_texts(statement, "Resource", "NotResource"))
        _demand(resources, "Missing required field Resource")
        for resource in resources:
            _check_resource(resource)


_PRINCIPALS = {"AWS", "Service", "Federated", "CanonicalUser"}
_SERVICE = re.compile(r"[a-z0-9.-]+\.(amazonaws\.com|amazon\.com|amazonaws\.com\.cn|aws\.internal)")


def _check_principal(principal: Any) -> None:
    if principal == "*":
        return
    _demand(
        isinstance(principal, Mapping) and principal and principal.keys() <= _PRINCIPALS, "Invalid principal in policy"
    )
    for kind, values in principal.items():
        for value in _values(values):
            _demand(isinstance(value, str))
            right = {"Service": _SERVICE.fullmatch(value), "AWS": _is_aws(value)}.get(kind, value)
            _demand(right, f'Invalid principal in policy: "{kind.upper()}":"{value}"')


def _is_aws(value: str) -> bool:
    found = re.fullmatch(r"\*|\d{12}|A[A-Z0-9]{15,}|arn:aws[\w-]*:(iam|sts)::(\d{12}|cloudfront):\S+", value)
    return found is not None
