"""AWS::Glue::Job, Crawler, Trigger, Workflow, Classifier, SecurityConfiguration, DataQualityRuleset."""

from __future__ import annotations

from collections.abc import Callable

from local_aws.cloudformation.resource_type import Params, Properties, ResourceType, tag_map
from local_aws.emulator import Scope
from local_aws.glue.settings.classifiers import KINDS


def _arn(kind: str) -> Callable[[Scope, str], str]:
    return lambda scope, name: f"arn:aws:glue:{scope.region}:{scope.account_id}:{kind}/{name}"


def _without(properties: Properties, *names: str) -> Params:
    return {name: value for name, value in properties.items() if name not in names}


# Jobs, crawlers, triggers, workflows


def _job_update(name: str, _old: Properties, new: Properties) -> Params:
    return {"JobName": name, "JobUpdate": _without(new, "Name", "Tags")}


_TARGET_TO_API = {"ScanAll": "scanAll", "ScanRate": "scanRate"}


def _crawler(name: str, given: Properties) -> Params:
    # An empty expression takes a schedule away that the template dropped.
    made = {**given, "Name": name, "Schedule": (given.get("Schedule") or {}).get("ScheduleExpression", "")}
    targets = given.get("Targets") or {}
    if targets.get("DynamoDBTargets"):
        tables = [
            {_TARGET_TO_API.get(member, member): value for member, value in target.items()}
            for target in targets["DynamoDBTargets"]
        ]
        made["Targets"] = {**targets, "DynamoDBTargets": tables}
    return made


_CRAWLER_DEFAULTS: Params = {
    "Description": "",
    "TablePrefix": "",
    "Classifiers": [],
    "Configuration": "",
    "CrawlerSecurityConfiguration": "",
    "SchemaChangePolicy": {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "DEPRECATE_IN_DATABASE"},
    "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
}
"""What UpdateCrawler is given for a property that the template dropped, as it keeps what is not given."""


def _crawler_update(name: str, old: Properties, new: Properties) -> Params:
    dropped = {member: value for member, value in _CRAWLER_DEFAULTS.items() if member in old and member not in new}
    return _crawler(name, {**dropped, **_without(new, "Tags")})


def _trigger_update(name: str, _old: Properties, new: Properties) -> Params:
    members = ("Description", "Schedule", "Actions", "Predicate", "EventBatchingCondition")
    return {"Name": name, "TriggerUpdate": {member: new[member] for member in members if member in new}}


def _workflow_update(name: str, _old: Properties, new: Properties) -> Params:
    return {"Description": "", "DefaultRunProperties": {}, **_without(new, "Tags"), "Name": name}


# Classifiers

_TO_API = {"ContainsCustomDatatype": "CustomDatatypes"}


def _classifier_kind(given: Properties) -> str:
    return next((kind for kind in KINDS if given.get(kind)), KINDS[-1])


def _classifier(name: str, given: Properties) -> Params:
    return {
        kind: {_TO_API.get(member, member): value for member, value in {**detail, "Name": name}.items()}
        for kind, detail in given.items()
    }


# Security configurations


def _security_configuration(name: str, given: Properties) -> Params:
    encryption = dict(given.get("EncryptionConfiguration") or {})
    if "S3Encryptions" in encryption:
        encryption["S3Encryption"] = encryption.pop("S3Encryptions")
    return {**given, "Name": name, "EncryptionConfiguration": encryption}


# Rulesets


def _ruleset_update(name: str, old: Properties, new: Properties) -> Params:
    if old.get("TargetTable") != new.get("TargetTable"):
        raise ValueError("TargetTable cannot be changed: UpdateDataQualityRuleset has no such parameter")
    return {"Description": "", **_without(new, "Tags", "TargetTable", "ClientToken"), "Name": name}


def _usage_profile(name: str, given: Properties) -> Params:
    """Tags are a list in a template and a map in the API."""
    return {"Configuration": {}, **given, "Tags": tag_map(given.get("Tags") or {}), "Name": name}


_TARGETS = {
    f"Targets/{kind}": "kept and shown; crawls fail with the reason"
    for kind in ("DeltaTargets", "HudiTargets", "IcebergTargets", "JdbcTargets", "MongoDBTargets")
}

GLUE_TYPES = (
    ResourceType(
        name="AWS::Glue::Job",
        service="glue",
        create="CreateJob",
        update="UpdateJob",
        update_params=_job_update,
        delete="DeleteJob",
        read="GetJob",
        delete_params=lambda name, _given: {"JobName": name},
        tagged=_arn("job"),
        differs={
            "WorkerType": "kept and shown; the run uses this machine",
            "NumberOfWorkers": "kept and shown; the run uses this machine",
            "MaxCapacity": "kept and shown; the run uses this machine",
            "AllocatedCapacity": "kept and shown; the run uses this machine",
            "ExecutionClass": "kept and shown; the run uses this machine",
            "Connections": "kept and shown; the run uses this machine's network",
            "SecurityConfiguration": "kept and shown; nothing is encrypted by it",
            "LogUri": "kept and shown",
            "MaintenanceWindow": "kept and shown; runs of streaming jobs fail with the reason",
        },
    ),
    ResourceType(
        name="AWS::Glue::Crawler",
        service="glue",
        create="CreateCrawler",
        create_params=_crawler,
        update="UpdateCrawler",
        update_params=_crawler_update,
        delete="DeleteCrawler",
        tagged=_arn("crawler"),
        differs={
            "CrawlerSecurityConfiguration": "kept and shown; nothing is encrypted by it",
            "LakeFormationConfiguration": "kept and shown; there is no Lake Formation",
            **_TARGETS,
            "Targets/S3Targets/ConnectionName": "kept and shown; crawls fail with the reason",
            "Targets/S3Targets/EventQueueArn": "kept and shown; crawls fail with the reason",
            "Targets/S3Targets/DlqEventQueueArn": "kept and shown; crawls fail with the reason",
        },
    ),
    ResourceType(
        name="AWS::Glue::Trigger",
        service="glue",
        create="CreateTrigger",
        update="UpdateTrigger",
        update_params=_trigger_update,
        delete="DeleteTrigger",
        read="GetTrigger",
        create_only=("Name", "WorkflowName", "Type"),
        tagged=_arn("trigger"),
    ),
    ResourceType(
        name="AWS::Glue::Workflow",
        service="glue",
        create="CreateWorkflow",
        update="UpdateWorkflow",
        update_params=_workflow_update,
        delete="DeleteWorkflow",
        tagged=_arn("workflow"),
    ),
    ResourceType(
        name="AWS::Glue::Classifier",
        service="glue",
        create="CreateClassifier",
        create_params=_classifier,
        update="UpdateClassifier",
        update_params=lambda name, _old, new: _classifier(name, new),
        delete="DeleteClassifier",
        name_at=lambda given: f"{_classifier_kind(given)}/Name",
        create_only=tuple(f"{kind}/Name" for kind in KINDS),
    ),
    ResourceType(
        name="AWS::Glue::SecurityConfiguration",
        service="glue",
        create="CreateSecurityConfiguration",
        create_params=_security_configuration,
        delete="DeleteSecurityConfiguration",
        differs={"EncryptionConfiguration": "kept and shown; nothing is encrypted by it"},
    ),
    ResourceType(
        name="AWS::Glue::UsageProfile",
        service="glue",
        create="CreateUsageProfile",
        create_params=_usage_profile,
        update="UpdateUsageProfile",
        update_params=lambda name, _old, new: {"Description": "", **_without(_usage_profile(name, new), "Tags")},
        delete="DeleteUsageProfile",
        tagged=_arn("usageProfile"),
        differs={"Configuration": "kept and shown; no job is held to it"},
    ),
    ResourceType(
        name="AWS::Glue::DataQualityRuleset",
        service="glue",
        create="CreateDataQualityRuleset",
        update="UpdateDataQualityRuleset",
        update_params=_ruleset_update,
        delete="DeleteDataQualityRuleset",
        tagged=_arn("dataQualityRuleset"),
        differs={
            "Ruleset": "its syntax is checked; evaluation runs are refused",
            "ClientToken": "not looked at",
            "TargetTable": "a changed one fails the update",
        },
    ),
)
