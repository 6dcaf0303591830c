"""AWS Budgets in the emulator, for CloudFormation: budgets are kept and shown; nothing is metered or sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local_aws.emulator.identity import caller_access_key, denial, request_scope


class BudgetsError(Exception):
    """What Budgets refuses.

    Attributes:
        code: AWS's exception name.
        message: its text.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def call_budgets(operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out CreateBudget, UpdateBudget or DeleteBudget with the caller's rights.

    Raises:
        BudgetsError: the operation or IAM refuses it.
    """
    from ministack.services import budgets

    name = parameters.get("BudgetName") or (parameters.get("Budget") or parameters.get("NewBudget") or {}).get(
        "BudgetName"
    )
    resource = f"arn:aws:budgets::{request_scope().account_id}:budget/{name}"
    denied = denial(caller_access_key(), "budgets:ModifyBudget", resource)
    if denied:
        raise BudgetsError(
            "AccessDeniedException",
            f"User: {denied} is not authorized to perform: budgets:ModifyBudget on resource: {resource}",
        )
    handlers = {
        "CreateBudget": budgets._create_budget,
        "UpdateBudget": budgets._update_budget,
        "DeleteBudget": budgets._delete_budget,
        "TagResource": budgets._tag_resource,
        "UntagResource": budgets._untag_resource,
    }
    status, _, body = handlers[operation](dict(parameters))
    answer: dict[str, Any] = json.loads(body or b"{}")
    if status >= 400:
        code = str(answer.get("__type", "InternalErrorException")).rpartition("#")[2]
        raise BudgetsError(code, str(answer.get("message") or answer.get("Message") or answer))
    return answer
