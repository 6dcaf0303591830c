"""The private names of the emulator that catalog, stacks, state machines and budgets rely on are there."""

import subprocess
import sys

import pytest

NAMES = {
    "services.glue": [
        "_databases",
        "_tables",
        "_partitions",
        "_partition_indexes",
        "_table_column_statistics",
        "_partition_column_statistics",
        "_user_defined_functions",
    ],
    "services.athena": [
        "_named_queries",
        "_prepared_statements",
        "_executions",
        "_workgroups",
        "_data_catalogs",
        "_tags",
        "_ensure_default_workgroup",
    ],
    "services.s3": [
        "_bucket_lifecycle",
        "_bucket_versioning",
        "_buckets",
        "_cors_pattern_matches",
        "_delete_bucket_encryption",
        "_delete_bucket_lifecycle",
        "_delete_bucket_ownership_controls",
        "_delete_bucket_replication",
        "_delete_bucket_tagging",
        "_delete_object",
        "_error",
        "_get_bucket_lifecycle",
        "_no_such_bucket",
        "_object_disk_path",
        "_put_bucket_accelerate",
        "_put_bucket_acl",
        "_put_bucket_encryption",
        "_put_bucket_lifecycle",
        "_put_bucket_logging",
        "_put_bucket_ownership_controls",
        "_put_bucket_replication",
        "_put_bucket_tagging",
        "_put_bucket_versioning",
        "_put_object",
        "_put_object_lock_configuration",
    ],
    "services.budgets": ["_create_budget", "_update_budget", "_delete_budget", "_tag_resource", "_untag_resource"],
    "core.persistence": ["json", "save_all"],
    "services.ec2": ["_security_groups", "_sg_rule_id"],
    "services.iam": [
        "_IAM_HANDLERS",
        "_aws_managed_policies",
        "_error",
        "_make_aws_managed_record",
        "_p",
        "attach_managed_policy",
        "policy_known",
    ],
    "core.iam_evaluator": [
        "_RESOURCE_POLICY_LOOKUPS",
        "_CONDITION_OPS",
        "_action_matches",
        "_conditions_met",
        "_first_match",
        "_principal_matches",
        "_resolve_condition_key",
        "enforce",
        "evaluate_resource_policy",
        "fnmatch_iam",
        "fnmatch_iam_cs",
        "parse_policy_document",
        "resolve_caller_identity",
    ],
    "core.iam_actions": [
        "_resource_policy_denial",
        "_s3_action",
        "_s3_source_object",
        "extract_iam_action",
        "extract_resource_arn",
        "identity_denial_message",
        "s3_additional_checks",
    ],
    "services.kms": ["_resolve_key"],
    "services.cloudformation.custom_resource": ["deliver_response"],
    "services.cloudformation.wait_conditions": ["deliver_signal"],
    "services.sns": ["_error", "_normalize_arn", "_p", "_publish", "_topics", "_wildcard_matches"],
    "services.stepfunctions": [
        "_run_execution",
        "_fail_execution",
        "_executions",
        "_state_machines",
        "_invoke_resource_with_timeout",
        "_SERVICE_DISPATCH",
        "_AWS_SDK_SERVICE_MAP",
        "_ExecutionError",
        "_pascal_to_camel",
    ],
    "services.cloudformation": ["_ACTION_HANDLERS", "_stacks"],
    "services.cloudformation.handlers": [
        "_ACTION_HANDLERS",
        "_apply_transforms",
        "_imported_export_names",
        "_p",
        "_resolve_stack",
        "_xml",
        "validate_template_support",
    ],
    "services.cloudformation.changesets": ["_apply_transforms", "validate_template_support"],
    "services.cloudformation.helpers": ["_error", "_p"],
    "services.cloudformation.provisioners": [
        "_RESOURCE_HANDLERS",
        "_REPLACING_PROPERTIES",
        "_ec2_sg_permissions",
        "_delete_predecessor",
        "_physical_name",
    ],
    "app": ["call_service_handler_sync", "_dispatch_service_request", "SERVICE_HANDLERS"],
}


@pytest.mark.parametrize("module", NAMES)
def test_the_emulator_has_these_names(module, tmp_path):
    code = f"import ministack.{module} as m; print([n for n in {NAMES[module]!r} if not hasattr(m, n)])"
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "STATE_DIR": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert run.stdout.strip().splitlines()[-1] == "[]"
