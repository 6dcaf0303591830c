"""A role's rights for people: what it used, what it never used, what was denied."""

from collections.abc import Iterable, Mapping
from typing import Any

from glue_client.console import count, say, show_table, text

COLUMNS = (("action", False), ("resource", False), ("requests", True), ("allowed by", False))
NEVER = (("action", False), ("resource", False), ("in", False), ("why it is there", False))
STYLES = {"unused": "yellow", "shared": "yellow", "unseen": "dim"}
MOST = 50
"""Of denials and of rights that are not used, so many are shown."""


def show(told: Mapping[str, Any], made_by: str) -> None:
    """Print what `permissions.Rights.told` says, and what made the role."""
    grants = told["Grants"]
    say("")
    say(text(told["RoleName"], "bold"), f"({made_by})" if made_by else "(of no stack)")
    states = [grant["State"] for grant in grants]
    say(
        f"  {count(len(grants), 'right')}: {states.count('needed')} needed, {states.count('shared')} in several "
        f"statements, {states.count('unseen')} for what is not seen here, {states.count('unused')} not used"
    )
    if told["NotTold"]:
        say(
            f"  {told['NotTold']:,} requests more than the record holds of a role: they are not in what follows; "
            "it begins anew where the role is deleted and made again"
        )
    _table("used", COLUMNS, map(_used, told["Used"]))
    _table("denied", COLUMNS[:3], (_used(one)[:3] for one in told["Denied"][:MOST]))
    rest = [grant for state in STYLES for grant in grants if grant["State"] == state]
    _table("has, and did not need", NEVER, map(_never, rest[:MOST]))
    if len(rest) > MOST:
        say(f"  and {len(rest) - MOST} more: format=json has all")
    say(f"  the smallest policy that would do: ./pyntw 'checkpermissions[{told['RoleName']},format=policy]'")


def _table(title: str, columns: tuple[tuple[str, bool], ...], rows: Iterable[list[Any]]) -> None:
    rows = list(rows)
    if rows:
        say(f"\n  {title}")
        show_table(columns, rows)


def _used(one: Mapping[str, Any]) -> list[Any]:
    told = f" ({one['Told']})" if "Told" in one else ""
    by = ", ".join(one.get("AllowedBy", [])) or "nothing now"
    return [one["Action"], f"{one['Resource']}{told}", f"{one['Requests']:,}", by]


def _never(grant: Mapping[str, Any]) -> list[Any]:
    others = f"also allowed by {', '.join(grant.get('Beside', []))}"
    why = {"unused": "not used", "shared": others, "unseen": grant.get("Why", "")}[grant["State"]]
    return [grant["Action"], grant["Resource"], grant["Sid"], text(why, STYLES[grant["State"]])]
