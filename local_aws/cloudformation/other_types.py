"""Athena's NamedQuery, PreparedStatement, DataCatalog and WorkGroup, and AWS::Budgets::Budget."""

from __future__ import annotations

from typing import Any

from local_aws import emulator
from local_aws.cloudformation.resource_type import Params, Properties, ResourceType

_ENGINE = {"EffectiveEngineVersion": "Athena engine version 3"}
_RESULT_SETTINGS = ("OutputLocation", "EncryptionConfiguration", "ExpectedBucketOwner", "AclConfiguration")
_NOT_OF_CREATE = ("WorkGroupConfiguration", "RecursiveDeleteOption", "State")


def _work_group(name: str, given: Properties) -> Params:
    kept = {member: given[member] for member in given if member not in _NOT_OF_CREATE}
    return {**kept, "Name": name, "Configuration": given.get("WorkGroupConfiguration") or {}}


def _work_group_update(name: str, _old: Properties, new: Properties) -> Params:
    """The settings that the template has; those that it dropped, where UpdateWorkGroup can take them away, go."""
    settings = dict(new.get("WorkGroupConfiguration") or {})
    results = settings.pop("ResultConfiguration", None) or {}
    absent = {f"Remove{member}": True for member in _RESULT_SETTINGS if member not in results}
    settings["ResultConfigurationUpdates"] = {**results, **absent}
    if "ManagedQueryResultsConfiguration" in settings:
        settings["ManagedQueryResultsConfigurationUpdates"] = settings.pop("ManagedQueryResultsConfiguration")
    if "BytesScannedCutoffPerQuery" not in settings:
        settings["RemoveBytesScannedCutoffPerQuery"] = True
    return {"WorkGroup": name, "Description": new.get("Description", ""), "ConfigurationUpdates": settings}


def _work_group_state(name: str, given: Properties) -> tuple[str, Params]:
    return "UpdateWorkGroup", {"WorkGroup": name, "State": given.get("State", "ENABLED")}


def _work_group_attributes(name: str, _given: Properties) -> dict[str, Any]:
    made = emulator.work_groups(emulator.request_scope())[name]["CreationTime"]
    effective = {f"WorkGroupConfiguration.EngineVersion.{member}": value for member, value in _ENGINE.items()}
    return {"CreationTime": str(made), **effective}


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
        name="AWS::Athena::PreparedStatement",
        service="athena",
        create="CreatePreparedStatement",
        create_params=lambda _name, given: dict(given),
        update="UpdatePreparedStatement",
        update_params=lambda _name, _old, new: dict(new),  # a description that is gone stays: none can be empty
        delete="DeletePreparedStatement",
        delete_params=lambda _name, given: {part: given.get(part) for part in ("StatementName", "WorkGroup")},
        name_at=lambda _given: "StatementName",
        create_only=("StatementName", "WorkGroup"),
        id_is_unique=False,
    ),
    ResourceType(
        name="AWS::Athena::DataCatalog",
        service="athena",
        create="CreateDataCatalog",
        update="UpdateDataCatalog",
        update_params=lambda name, _old, new: {
            "Parameters": {},
            **{member: value for member, value in new.items() if member != "Tags"},
            "Name": name,
        },
        delete="DeleteDataCatalog",
        tagged=lambda scope, name: f"arn:aws:athena:{scope.region}:{scope.account_id}:datacatalog/{name}",
        differs={
            "Parameters": "kept and shown; queries read AwsDataCatalog alone",
            "Type": "FEDERATED is refused; queries read AwsDataCatalog alone",
        },
        refused={
            "ConnectionType": "there are no federated catalogs",
            "Error": "the service tells it",
            "Status": "the service tells it",
        },
    ),
    ResourceType(
        name="AWS::Athena::WorkGroup",
        service="athena",
        create="CreateWorkGroup",
        create_params=_work_group,
        update="UpdateWorkGroup",
        update_params=_work_group_update,
        settle=_work_group_state,
        delete="DeleteWorkGroup",
        delete_params=lambda name, given: {
            "WorkGroup": name,
            "RecursiveDeleteOption": given.get("RecursiveDeleteOption", False),
        },
        attributes=_work_group_attributes,
        tagged=lambda scope, name: f"arn:aws:athena:{scope.region}:{scope.account_id}:workgroup/{name}",
        differs={
            "WorkGroupConfiguration/PublishCloudWatchMetricsEnabled": "of Athena's metrics ProcessedBytes alone",
            "WorkGroupConfiguration/RequesterPaysEnabled": "kept and shown; nothing is paid",
            "WorkGroupConfiguration/ResultConfiguration/EncryptionConfiguration": "kept and shown",
            "WorkGroupConfiguration/ResultConfiguration/ExpectedBucketOwner": "kept and shown",
            "WorkGroupConfiguration/ResultConfiguration/AclConfiguration": "kept and shown",
        },
        refused={
            "WorkGroupConfigurationUpdates": "deprecated; use WorkGroupConfiguration",
            "WorkGroupConfiguration/ManagedQueryResultsConfiguration/Enabled": "results go to S3",
            "WorkGroupConfiguration/AdditionalConfiguration": "Spark work groups are not there",
            "WorkGroupConfiguration/EngineConfiguration": "Spark work groups are not there",
            "WorkGroupConfiguration/ExecutionRole": "Spark work groups are not there",
            "WorkGroupConfiguration/MonitoringConfiguration": "Spark work groups are not there",
            "WorkGroupConfiguration/CustomerContentEncryptionConfiguration": "nothing is encrypted by KMS",
        },
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
