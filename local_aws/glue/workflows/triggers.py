"""Which triggers of a workflow run fire: pure functions of the triggers and of what ended how.

Rules (AWS developer guide, "About triggers"): a conditional trigger fires only when it is ACTIVATED, once a run; with
AND when all its conditions hold, with ANY when one does; only jobs and crawlers of the same run count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Node = tuple[str, str]
"""("JOB" or "CRAWLER", name)"""


@dataclass(frozen=True)
class Condition:
    """A node and the final state that is waited for."""

    node: Node
    state: str


@dataclass(frozen=True)
class Action:
    """What a trigger starts, with the arguments and settings that it gives to it.

    `timeout` is in minutes, `notify_delay` likewise.
    """

    node: Node
    arguments: tuple[tuple[str, str], ...] = ()
    timeout: int | None = None
    security_configuration: str | None = None
    notify_delay: int | None = None


@dataclass(frozen=True)
class Trigger:
    """A trigger as the decision needs it."""

    name: str
    type: str
    state: str
    logical: str
    conditions: tuple[Condition, ...]
    actions: tuple[Action, ...]

    @classmethod
    def of(cls, definition: Mapping[str, Any]) -> Trigger:
        """Read it from Glue's Trigger structure."""
        predicate = definition.get("Predicate") or {}
        return cls(
            name=definition["Name"],
            type=definition["Type"],
            state=definition["State"],
            logical=predicate.get("Logical", "AND"),
            conditions=tuple(_condition(entry) for entry in predicate.get("Conditions", [])),
            actions=tuple(_action(entry) for entry in definition.get("Actions", [])),
        )

    def holds(self, outcomes: Mapping[Node, str]) -> bool:
        """Whether the conditions hold.

        Args:
            outcomes: the final state of each node of the run that has ended.
        """
        met = [outcomes.get(condition.node) == condition.state for condition in self.conditions]
        return any(met) if self.logical == "ANY" else bool(met) and all(met)


def due(triggers: Iterable[Trigger], outcomes: Mapping[Node, str], fired: Collection[str]) -> list[Trigger]:
    """The conditional triggers that fire now.

    Args:
        triggers: those of the run, as they were when it started.
        outcomes: the final state of each node of the run that has ended.
        fired: names of the triggers that fired in this run already.
    """
    return [
        trigger
        for trigger in triggers
        if trigger.type == "CONDITIONAL"
        and trigger.state == "ACTIVATED"
        and trigger.name not in fired
        and trigger.holds(outcomes)
    ]


def start_trigger(triggers: Iterable[Trigger]) -> Trigger | None:
    """The trigger that a workflow run begins with: the one that waits for no node.

    StartWorkflowRun fires one of any type in any state, so a workflow on a schedule that is off can be run by hand.
    Unverified of AWS: its guide says of ON_DEMAND alone that API and console start it (workflows overview), and the API
    reference names no error for another type.
    """
    return next((trigger for trigger in triggers if trigger.type != "CONDITIONAL"), None)


def dependents(triggers: Collection[Trigger], nodes: Iterable[Node]) -> set[Node]:
    """Every node that some chain of triggers starts after one of these nodes; those themselves only if so."""
    found: set[Node] = set()
    border = set(nodes)
    while border:
        reached = {
            action.node
            for trigger in triggers
            if any(condition.node in border for condition in trigger.conditions)
            for action in trigger.actions
        }
        border = reached - found
        found |= reached
    return found


def planned_nodes(triggers: Iterable[Trigger]) -> list[Node]:
    """Every node that some trigger starts, each once, in the triggers' order."""
    return list(dict.fromkeys(action.node for trigger in triggers for action in trigger.actions))


def _condition(entry: Mapping[str, Any]) -> Condition:
    if "CrawlerName" in entry:
        return Condition(("CRAWLER", entry["CrawlerName"]), entry["CrawlState"])
    return Condition(("JOB", entry["JobName"]), entry["State"])


def _action(entry: Mapping[str, Any]) -> Action:
    node = ("CRAWLER", entry["CrawlerName"]) if "CrawlerName" in entry else ("JOB", entry["JobName"])
    return Action(
        node=node,
        arguments=tuple(sorted((entry.get("Arguments") or {}).items())),
        timeout=entry.get("Timeout"),
        security_configuration=entry.get("SecurityConfiguration"),
        notify_delay=(entry.get("NotificationProperty") or {}).get("NotifyDelayAfter"),
    )
