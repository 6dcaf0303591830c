"""A change set as lines: what is added, changed, replaced or removed, value by value."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from glue_client.console import Shown, count, joined, say, text

LONGEST = 100  # characters of a value that are shown
KNOWN_LATER = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""AWS's word for a value that shows itself when the change is carried out (public records of change sets)."""
LATER = "(known afterwards)"
ABSENT = object()
NO_REASON = "no value of its own differs; it changes with"

Change = Mapping[str, Any]


def context(change: Change, name: str) -> dict[str, Any]:
    """BeforeContext or AfterContext of a change; empty where AWS tells none, or cut it."""
    try:
        found = json.loads(change.get(name) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def is_replacement(change: Change) -> bool:
    """Whether the resource is made anew for sure."""
    return change.get("Replacement") == "True"


def takes_away(change: Change) -> bool:
    """Whether the resource as it is now may be gone afterwards."""
    return change["Action"] == "Remove" or change.get("Replacement") in ("True", "Conditional")


def summary(changes: Sequence[Change]) -> str:
    """For example `1 added, 2 changed, 1 REPLACED`."""
    kinds = {
        "added": [one for one in changes if one["Action"] in ("Add", "Import")],
        "changed": [one for one in changes if one["Action"] not in ("Add", "Import", "Remove") and not takes_away(one)],
        "perhaps REPLACED": [one for one in changes if one.get("Replacement") == "Conditional"],
        "REPLACED": [one for one in changes if is_replacement(one)],
        "REMOVED": [one for one in changes if one["Action"] == "Remove"],
    }
    return ", ".join(f"{len(found)} {what}" for what, found in kinds.items() if found) or count(0, "resource")


def show(change: Change, lost: str) -> None:
    """Print one change; `lost` is what goes with the resource as it is now."""
    mark, style, word = _kind(change)
    kind = change["ResourceType"].removeprefix("AWS::")
    name = change.get("PhysicalResourceId", "")
    parts: list[Shown] = [text(f"  {mark} {change['LogicalResourceId']}", style), text(kind, "dim")]
    parts += [text(part, look) for part, look in ((name, "dim"), (word, style)) if part]
    say(*parts)
    if lost and takes_away(change):
        say(text(f"      lost: {lost}", style))
    taken = _taken_name(change)
    if taken:
        say(text("      AWS refuses this: the new one comes before the old one goes, and both would be", style), taken)
        say("      change its name with it")
    for line in _values(change):
        say(line)


def _kind(change: Change) -> tuple[str, str, str]:
    """A change's mark, style and word."""
    action, replacement = change["Action"], change.get("Replacement")
    if action == "Remove":
        return "-", "red", "REMOVED"
    if replacement == "True":
        return "±", "red", "REPLACED by a new one"
    if replacement == "Conditional":
        return "±", "yellow", "perhaps REPLACED: AWS decides while it changes it"
    if action in ("Add", "Import"):
        return "+", "green", "" if action == "Add" else "taken over"
    return "~", "cyan", ""


def _values(change: Change) -> Iterator[Shown]:
    """One line for each value that changes."""
    if change["Action"] != "Modify":
        return
    reasons = _reasons(change)
    before, after = context(change, "BeforeContext"), context(change, "AfterContext")
    if before or after:
        found = list(_leaves(before, after, ()))
    else:  # an AWS that tells no values, or cut them
        found = [((*_place(one["Target"]),), *_told(one["Target"])) for one in change.get("Details", [])]
        found = list({path: (path, old, new) for path, old, new in found}.values())
    for path, old, new in found:
        makes_new = path[1:2] and (path[0], path[1]) in reasons
        why = text("  (this needs a new one)", "red") if makes_new and takes_away(change) else text("")
        place = "/".join(path[1:] if path[0] == "Properties" else path)
        yield joined("      ", (place, "bold"), ": ", *_pair(old, new), why)
    if not found:
        yield text(f"      {NO_REASON} {', '.join(_causes(change))}", "dim")


def _reasons(change: Change) -> set[tuple[str, str]]:
    """The attributes and properties whose change makes a new one."""
    targets = [one["Target"] for one in change.get("Details", [])]
    making = [one for one in targets if one.get("RequiresRecreation", "Never") != "Never"]
    return {(one["Attribute"], one.get("Name", "")) for one in making}


def _causes(change: Change) -> list[str]:
    details = change.get("Details", [])
    found = (one.get("CausingEntity") or one["Target"].get("Name") or one["Target"]["Attribute"] for one in details)
    return list(dict.fromkeys(found))


def _place(target: Mapping[str, Any]) -> list[str]:
    path = target.get("Path", "").strip("/").split("/") if target.get("Path") else []
    return path or [target["Attribute"], *([target["Name"]] if target.get("Name") else [])]


def _told(target: Mapping[str, Any]) -> tuple[Any, Any]:
    return target.get("BeforeValue", ABSENT), target.get("AfterValue", ABSENT)


def _leaves(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """What differs, at the ends of mappings and lists; of lists of another length what comes and goes."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _leaves(old.get(key, ABSENT), new.get(key, ABSENT), (*path, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _leaves(one, other, (*path, str(number)))
    elif isinstance(old, list) and isinstance(new, list):
        gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
        yield from ((path, one, ABSENT) for one in gone)
        yield from ((path, ABSENT, one) for one in come)
        if not gone and not come:
            yield path, old, new
    elif old != new:
        yield path, old, new


def _pair(old: Any, new: Any) -> tuple[str | tuple[str, str], ...]:
    if old is ABSENT and new is ABSENT:
        return ("changes",)
    if old is ABSENT:
        return (("+ ", "green"), _shown(new))
    if new is ABSENT:
        return (("- ", "red"), _shown(old))
    return (_shown(old), (" → ", "dim"), _shown(new))


def _shown(value: Any) -> str:
    if value == KNOWN_LATER:
        return LATER
    found = value if isinstance(value, str) else json.dumps(value)
    return found if len(found) <= LONGEST else f"{found[: LONGEST - 1]}…"


def _taken_name(change: Change) -> str:
    """The name that a new resource would have to share with the old one; "" where it has another, or AWS names it."""
    name = change.get("PhysicalResourceId", "")
    if not is_replacement(change) or not name:
        return ""
    given = context(change, "AfterContext").get("Properties", {})
    places = [place for place in (given, *given.values()) if isinstance(place, dict)]
    return name if any(one == name for place in places for key, one in place.items() if key.endswith("Name")) else ""
