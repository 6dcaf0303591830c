"""Many resources of S3 that are asked about at once: those that match the same patterns are decided once.

A decision of IAM depends on a resource by the patterns of the statements (Resource, NotResource) and by its tags, and
on the rest of what is asked by the keys that conditions name. So where no condition asks for tags or for what is given,
two objects of one bucket that match the same patterns of all policies in question get the same answer, if one KMS key
encrypts both.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.wildcards import matches

_BY_RESOURCE = ("resourcetag", "existingobjecttag")
"""What the names of condition keys have in them whose values are the resource's."""


KeyOf = Callable[[str, str, Mapping[str, Any]], str]
"""(action, resource, condition keys) -> the KMS key that the action needs too, or ""."""

_key_of: list[KeyOf] = [lambda *_: ""]


def plug_keys(key_of: KeyOf) -> None:
    """Have objects told apart by the keys that encrypt them."""
    _key_of[0] = key_of


@dataclass(frozen=True)
class _Policies:
    """What decisions depend on: patterns of resources, and the text of all conditions in lower case."""

    patterns: frozenset[str]
    conditions: str

    @classmethod
    def of(cls, *layers: Iterable[Iterable[Any]]) -> _Policies:
        """Of lists of documents, each a list of parsed statements."""
        statements = [one for layer in layers for document in layer for one in document]
        patterns = frozenset(pattern for one in statements for pattern in (*one.resources, *one.not_resources))
        return cls(patterns, str([one.conditions for one in statements]).lower())

    def __or__(self, other: _Policies) -> _Policies:
        return _Policies(self.patterns | other.patterns, self.conditions + other.conditions)

    def tell_resources_apart(self, given: Iterable[str]) -> bool:
        """Whether more than the patterns counts: tags, variables in patterns, or a condition on one of these keys."""
        named = (*_BY_RESOURCE, *(key.lower() for key in given))
        return any(name in self.conditions for name in named) or any("${" in pattern for pattern in self.patterns)


class Likeness:
    """Tells which resources of S3 are alike for IAM, by the policies as they are when it is made.

    Args:
        access_key: of who asks.
        account_id: the account of the request.
    """

    def __init__(self, access_key: str, account_id: str) -> None:
        from ministack.core import iam_evaluator

        principal = iam_evaluator.resolve_principal(access_key, account_id)
        # Root has none, and nobody knows of an unknown key's.
        self._own = _Policies.of(getattr(principal, "policies", None) or (), *getattr(principal, "limits", ()))
        self._of_buckets: dict[str, _Policies] = {}

    def of(self, action: str, resource: str, given: Mapping[str, Any] | None = None) -> Hashable | None:
        """What is the same for two resources that get the same answer; None where each has to be asked about.

        Args:
            action: as in a policy.
            resource: ARN of a bucket or an object.
            given: condition keys of the question, with their values.
        """
        if not resource.startswith("arn:aws:s3:::"):
            return None
        bucket = resource.partition("/")[0]
        policies = self._of_buckets.get(bucket)
        if policies is None:
            policies = self._of_buckets[bucket] = self._own | _policy_of(bucket)
        given = given or {}
        if policies.tell_resources_apart(given):
            return None
        key = _key_of[0](action, resource, given)
        return (action, bucket, key, *(matches(resource, pattern) for pattern in policies.patterns))


def _policy_of(bucket: str) -> _Policies:
    from ministack.core import iam_evaluator

    found = iam_evaluator._resource_policy("s3", bucket)
    return _Policies.of([iam_evaluator.parse_policy_document(found[0])] if found else [])
