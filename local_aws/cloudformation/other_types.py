"""AWS::Athena::NamedQuery and AWS::Budgets::Budget."""

from __future__ import annotations

from typing import Any

from local_aws import emulator
from local_aws.cloudformation.resource_type import Params, Properties, ResourceType


def _budget(name: str, given: Properties) -> Params:
    budget = {**(given.get("Budget") or {}), "BudgetName": name}
    if "BudgetLimit" in budget:
        budget["BudgetLimit"] = _spend(budget["BudgetLimit"])
    if "PlannedBudgetLimits" in budget:
        budget["PlannedBudgetLimits"] = {start: _spend(limit) for start, limit in budget["PlannedBudgetLimits"].items()}
    if "CostFilters" in budget:
        budget["CostFilters"] = {
            key: value if isinstance(value, list) else [value] for key, value in budget["CostFilters"].items()
        }
    return {"AccountId": emulator.request_scope().account_id, **given, "Budget": budget}


def _budget_update(name: str, _old: Properties, new: Properties) -> Params:
    params = _budget(name, new)
    return {"AccountId": params["AccountId"], "NewBudget": params["Budget"]}


def _budget_delete(name: str, _given: Properties) -> Params:
    return {"AccountId": emulator.request_scope().account_id, "BudgetName": name}


def _spend(limit: Properties) -> dict[str, Any]:
    """A Spend as the API has it, with its amount as text."""
    return {**limit, "Amount": str(limit["Amount"])}


OTHER_TYPES = (
    ResourceType(
        name="AWS::Athena::NamedQuery",
        service="athena",
        create="CreateNamedQuery",
        delete="DeleteNamedQuery",
        delete_params=lambda made_id, _given: {"NamedQueryId": made_id},
        create_only=("Name", "Database", "Description", "QueryString", "WorkGroup"),
        physical_id=lambda _name, _given, answer: str(answer["NamedQueryId"]),
        attributes=lambda made_id, _given: {"NamedQueryId": made_id},
    ),
    ResourceType(
        name="AWS::Budgets::Budget",
        service="budgets",
        create="CreateBudget",
        create_params=_budget,
        update="UpdateBudget",
        update_params=_budget_update,
        delete="DeleteBudget",
        delete_params=_budget_delete,
        name_at=lambda _given: "Budget/BudgetName",
        create_only=("Budget/BudgetName", "NotificationsWithSubscribers"),
        differs={
            "Budget": "kept and shown; nothing is metered, so no spend is calculated",
            "NotificationsWithSubscribers": "kept and shown; nothing is ever sent",
            "ResourceTags": "set when the budget is made; a change of the stack leaves them",
        },
    ),
)
