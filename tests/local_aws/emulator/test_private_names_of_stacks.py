"""What the checks of templates and the tasks of stacks rely on in the emulator is there as they need it."""

# ruff: noqa: E501 - a table reads better with a module a line

import json
import subprocess
import sys

from local_aws.emulator.types.names_kept import KEPT

NAMES = {
    "app": ["SERVICE_HANDLERS"],
    "core.responses": ["new_uuid", "now_iso"],
    "services.lambda_svc": [
        "_execute_function_with_config_scope", "_get_func_record_for_ref", "_prune_orphan_code_blobs", "_functions", "_create_function", "_update_config",
        "_PROVIDED_CODE_CACHE", "_DOCKER_EXTRACT_CACHE", "tempfile",
    ],
    "core.lambda_runtime": ["tempfile"],
    "services.stepfunctions": ["_create_state_machine", "_update_state_machine"],
    "services.eventbridge": ["_put_targets"],
    "services.scheduler": ["_create_schedule", "_update_schedule"],
    "services.firehose": ["_HANDLERS", "_create_delivery_stream", "_update_destination"],
    "services.s3": ["_validate_bucket_name", "_buckets", "_get_object_data"],
    "core.iam_actions": ["_resource_policy_denial", "identity_denial_message"],
    "core.iam_evaluator": ["AuthError", "enforce", "is_root_access_key"],
    "services.iam": ["_aws_managed_policies", "_roles", "_users", "_groups"],
    "services.secretsmanager": ["_resolve", "resolve_secret_string"],
    "services.ssm": ["resolve_parameter_value"],
    "services.apigateway": [
        "_apis", "_routes", "_integrations", "_authorizers", "_create_route", "_create_integration", "_create_authorizer",
    ],
    "services.cloudformation": ["_stacks", "_stack_events", "_change_sets", "_exports", "load_persisted_state"],
    "services.cloudformation.handlers": [
        "_ACTION_HANDLERS", "_parse_template", "validate_template_support", "_resolve_stack", "_stack_has_no_updates",
        "_create_stack_task_in_region", "_deploy_stack_async", "_delete_stack_async", "_resolve_refs", "_evaluate_conditions",
        "_apply_transforms", "_resolve_parameters", "_capabilities_xml", "_esc", "_p", "_resource_status_reason_xml",
    ],
    "services.cloudformation.changesets": [
        "_parse_template", "validate_template_support", "_create_stack_task_in_region", "_deploy_stack_async",
        "_resolve_refs", "_evaluate_conditions", "_apply_transforms", "_resolve_parameters", "_resolve_props_for_diff", "_find_change_set",
        "_import_resources_async", "_import_resource", "_NO_VALUE", "_diff_resources",
    ],
    "services.cloudformation.engine": [
        "_parse_template", "_parse_snippet", "_fetch_include_snippet", "_IncludeError", "_INCLUDE_ERROR", "_check_parameter_constraints",
        "_resolve_parameters", "_constraint_error", "_resolve_refs", "_evaluate_conditions", "_unknown_attribute_message", "_intrinsic_references", "_rule_inner_type", "_apply_transforms",
        "_transform_parameters", "_without_transform", "declared_transforms", "_resolve_dynamic_reference", "_TransformFailed", "_include_location",
    ],
    "services.cloudformation.language_extensions": [
        "_for_each", "_expand", "_fail", "_ref_value", "_literal_sub", "_value", "_Unresolved", "_Context", "apply",
    ],
    "services.cloudformation.helpers": ["_error", "_p", "_resolve_template", "_extract_members", "_extract_string_members", "_resolve_document", "_xml"],
    "services.cloudformation.provisioners": [
        "_provision_resource", "_update_resource", "_RESOURCE_HANDLERS", "_tag_map", "_check_nested_stack_capabilities",
        "_inherited_capabilities", "_REPLACING_PROPERTIES", "_CUSTOM_NAME_REPLACEMENT", "_custom_named_replacement_error",
        "_replace_resource", "_delete_predecessor", "_rename_replacement", "_NAME_SEED",
    ],
    "services.cloudformation.stacks": [
        "_provision_resource", "_update_resource", "_deploy_stack_async", "_delete_stack_async", "run_reentrant", "_resolve_stack_outputs",
        "_runs_on_worker_thread", "_failed_operation", "_roll_back_operation", "_add_event", "_resolve_refs",
        "_evaluate_conditions", "_property_recreation", "_replacing_change", "_delete_resource", "_custom_named_replacement_error",
        "_adopt_resource", "_with_stack_tags", "_revert_update",
    ],
    "services.cloudformation.drift": ["_DRIFT_READERS"],
    "services.cloudformation.custom_resource": ["register_token", "invoke_custom_resource", "deliver_response", "_pending"],
    "services.cloudformation.wait_conditions": ["_waiting", "deliver_signal"],
}  # fmt: skip

for each in KEPT.values():
    module, _, store = each.store.partition(".")
    NAMES.setdefault(f"services.{module}", []).append(store)

PARAMETERS = {
    "stacks._adopt_resource": "stack_id stack_name logical_id resource_type identifier",
    "changesets._import_resources_async": "cs stack new_stack",
    "changesets._import_resource": "resource_type identifier",
    "provisioners._rename_replacement": "physical_id old_props new_props stack_name logical_id declared_name current_name "
    "create_fn delete_fn delete_when_id_unchanged",
    "stacks._deploy_stack_async": "stack_name stack_id template param_values disable_rollback tags is_update previous_stack "
    "retain_except_on_create imports",
    "stacks._delete_stack_async": "stack_name stack_id retain_resources force",
    "stacks._create_stack_task_in_region": "coro stack stack_id",
    "stacks._failed_operation": "is_update previous_stack created failed_update failed_logical_id replaced_ids cancelled "
    "template param_values retain_except_on_create stack_tags previous_tags imports",
    "stacks._roll_back_operation": "stack_name stack_id stack operation reason_override",
    "stacks._add_event": "stack_id stack_name logical_id resource_type status reason physical_id detailed_status",
    "custom_resource.invoke_custom_resource": "request_type logical_id props stack_name stack_id resource_type physical_id old_props",
    "stacks._provision_resource": "resource_type logical_id props stack_name",
    "stacks._update_resource": "resource_type physical_id old_props new_props stack_name logical_id old_attrs",
    "engine._resolve_refs": "value resources params conditions mappings stack_name stack_id",
    "engine._evaluate_conditions": "template params",
    "engine._apply_transforms": "template provided_params previous_params",
    "engine._resolve_dynamic_reference": "literal",
    "engine._transform_parameters": "template provided_params previous_params",
    "engine._constraint_error": "name defn reason",
    "helpers._resolve_document": "params body_key url_key label",
    "changesets._resolve_props_for_diff": "template params stack_name stack_id",
    "stacks._property_recreation": "resource_type name",
    "changesets._diff_resources": "old_template new_template resources template changed_params retag",
    "language_extensions.apply": "template parameters",
    "language_extensions._value": "node bindings context",
    "engine._resolve_parameters": "template provided_params previous_params",
    "engine._check_parameter_constraints": "name defn ptype value",
    "engine.validate_template_support": "template conditions params",
    "custom_resource.register_token": "token",
    "wait_conditions.deliver_signal": "token payload",
}

CODE = """
import importlib, inspect, json, sys
names, parameters = json.loads(sys.argv[1])
wrong = []
for module, wanted in names.items():
    found = importlib.import_module(f"ministack.{module}")
    wrong += [f"{module}.{name}" for name in wanted if not hasattr(found, name)]
for path, wanted in parameters.items():
    module, name = path.split(".")
    function = getattr(importlib.import_module(f"ministack.services.cloudformation.{module}"), name)
    if list(inspect.signature(function).parameters) != wanted.split():
        wrong.append(f"{path}{inspect.signature(function)}")
from ministack.services.cloudformation import custom_resource, provisioners, stacks
for module, called in ((provisioners, "_cr.invoke_custom_resource("), (custom_resource, "_lambda_svc._execute_function_with_config_scope(")):
    if called not in inspect.getsource(module):
        wrong.append(f"{module.__name__} calls {called}")
provisioned = inspect.getsource(stacks._deploy_stack_async)
if provisioned.find("provisioned_resources[logical_id] = {") > provisioned.find('f"{status_prefix}_COMPLETE", physical_id=physical_id'):
    wrong.append("a resource stands in its stack before its event")
if "in replacing" not in inspect.getsource(provisioners._property_recreation):
    wrong.append("_REPLACING_PROPERTIES is asked for members")
for called in ('handler["create"](logical_id, props, stack_name)', 'handler["delete"](physical_id, props)', '"import"](identifier)'):
    if called not in inspect.getsource(provisioners):
        wrong.append(f"provisioners calls {called}")
for called in ("await run_reentrant(", "asyncio.sleep(0)"):
    if called not in inspect.getsource(stacks):
        wrong.append(f"stacks calls {called}")
print(json.dumps(wrong))
"""  # fmt: skip


def test_the_emulator_has_these_names_and_parameters(tmp_path):
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "STATE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", CODE, json.dumps([NAMES, PARAMETERS])]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert json.loads(run.stdout.strip().splitlines()[-1]) == []
