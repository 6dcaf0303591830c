"""The smallest policy that would have done for what a role used, by resources that the next run has too.

Objects become their folder, up to the first part of a key that is a partition (`day=1`), a number or an id; streams of
a log group all of it; ids of runs and executions any. What would be wider than what the role has stays as it has it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from local_aws.emulator.iam.grants import Grant, Match
from local_aws.wildcards import literal, matches

_OBJECT = re.compile(r"(arn:aws:s3:::[^/]+)/(.*)", re.DOTALL)
_ID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b(jr|wr|dqrun|dqresult)_?-?[0-9a-f]{16,}\b"
)
_PASSING = re.compile(r".*=.*|[0-9._T:-]+|_temporary", re.DOTALL)
"""Folders that another run need not have."""


def smallest(matches_: Sequence[Match], denies: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The policy, as JSON has it.

    Args:
        matches_: uses that a grant of the role allows.
        denies: its Deny statements, which stay.
    """
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)  # (action, condition) -> resources
    conditions: dict[str, Mapping[str, Any]] = {"{}": {}}
    sids: dict[str, str] = {}
    for action, group in _by_action(matches_).items():
        for resource, grant in _resources(group):
            text = str(grant.condition)
            conditions[text] = grant.condition
            wanted[action, text].add(resource)
            sids.setdefault(action, grant.sid)
    alike: dict[tuple[tuple[str, ...], str], list[str]] = defaultdict(list)
    for (action, text), resources in wanted.items():
        alike[tuple(sorted(resources)), text].append(action)
    statements, taken = [], set[str]()
    for (on, text), actions in sorted(alike.items(), key=lambda entry: sorted(entry[1])):
        statement: dict[str, Any] = {"Sid": _sid(sids[min(actions)], taken), "Effect": "Allow"}
        statement |= {"Action": sorted(actions), "Resource": list(on)}
        statements.append(statement | ({"Condition": conditions[text]} if conditions[text] else {}))
    return {"Version": "2012-10-17", "Statement": [*statements, *denies]}


def general(resources: Iterable[str]) -> dict[str, str]:
    """Each resource with the pattern that stands for it and those like it."""
    found, folders = {}, defaultdict[tuple[str, str], list[str]](list)
    for resource in resources:
        an_object = _OBJECT.fullmatch(resource)
        if an_object and "/" in an_object[2]:
            folders[an_object[1], an_object[2].partition("/")[0]].append(resource)
        elif ":log-stream:" in resource:
            found[resource] = f"{resource.partition(':log-stream:')[0]}:*"
        else:
            found[resource] = resource if resource == "*" else _ID.sub("*", resource)
    for (bucket, _), objects in folders.items():
        paths = [_lasting_folder(one.removeprefix(f"{bucket}/").split("/")[:-1]) for one in objects]
        folder = "/".join(map(literal, _common(paths)))
        found |= dict.fromkeys(objects, f"{bucket}/{folder}/*")
    return found


def _common(paths: Sequence[list[str]]) -> list[str]:
    """What all begin with."""
    first, last = min(paths), max(paths)
    same = next((place for place, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), None)
    return first if same is None else first[:same]


def _lasting_folder(parts: list[str]) -> list[str]:
    lasting: list[str] = []
    for part in parts:
        if lasting and (_PASSING.fullmatch(part) or _ID.search(part)):
            break
        lasting.append(part)
    return lasting


def _by_action(found: Sequence[Match]) -> dict[str, list[Match]]:
    by_action: dict[str, list[Match]] = defaultdict(list)
    for match in found:
        if match.grants and not match.by_resource:
            by_action[match.key.action].append(match)
    return by_action


def _resources(group: Sequence[Match]) -> Iterable[tuple[str, Grant]]:
    """The pattern for each use, and the narrowest of the grants that allow it."""
    patterns = general({match.key.resource for match in group})
    for match in group:
        pattern, grant = patterns[match.key.resource], max(match.grants, key=lambda one: len(one.resource))
        is_narrower = not grant.resource.startswith("not ") and matches(grant.resource, pattern)
        yield grant.resource if is_narrower else pattern, grant


def _sid(wanted: str, taken: set[str]) -> str:
    base = re.sub(r"[^A-Za-z0-9]", "", wanted.title() if " " in wanted else wanted) or "Rights"
    sid, number = base, 2
    while sid in taken:
        sid, number = f"{base}{number}", number + 1
    taken.add(sid)
    return sid
