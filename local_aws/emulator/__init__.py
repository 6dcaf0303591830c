"""The embedded AWS (ministack): everything taken from it and everything plugged into it.

Nothing else imports ministack. Each thing relied on here that is not its public interface has a contract test in
tests/local_aws/test_emulator.py or tests/local_aws/emulator/, so that an upgrade which breaks one says which.

Call `prepare` before anything else: the emulator reads its settings from the environment when it is imported.

| file | duty |
|---|---|
| serving.py | The emulator as an ASGI application whose changes are saved |
| gate.py | Who may come in, before anything else sees a request |
| arrivals.py | A request as it arrived: its host, the page that it comes from |
| claims.py | What it says of its signature |
| signatures.py | Whether it is signed by whom it names |
| version_two.py | The same by the older signatures of S3 |
| keys.py | The access keys that are known here |
| payloads.py | Its body piece by piece: framing, hash, signatures of chunks |
| checksums.py | The checksums that S3 takes with an object |
| bodies.py | Bodies read within bounds; which requests are uploads |
| refusals.py | Refusals as each service says them |
| doors.py | Which of the emulator's ways in are open |
| durable/ | Its state on disk: what is answered is saved, what cannot be saved is refused |
| identity.py | Whose request this is, what a role may do, and credentials of roles |
| passed_roles.py | What a request hands on, roles and objects in S3, needs the caller's rights |
| own_requests.py | IAM's own requests as policies see them: paths, condition keys |
| principals.py | ARNs of roles, users and groups |
| bucket_configurations.py | S3's lifecycle rules, and the configurations of which a bucket has several |
| bucket_settings.py | AWS::S3::Bucket hands on what it passes over |
| object_encryption.py | What S3 tells of the encryption of objects |
| s3_errors.py | What S3's errors tell of bucket, key and condition |
| version_lists.py | ListObjectVersions, page by page |
| s3_addresses.py | The one sub-resource and the key of a request to S3, the same to policies and to what is done |
| s3_permissions.py | S3's requests whose keys stand in their bodies: policies decide on each |
| s3_tags.py | Tags as S3 takes them |
| s3_xml.py | The XML of S3's requests by botocore's model |
| lifecycle_rules.py | What S3 refuses of lifecycle rules |
| policy_grammar.py | What IAM refuses of a policy document |
| policy_checks.py | Where policies are checked: IAM's API and CloudFormation |
| log_patterns.py | Filter patterns of CloudWatch Logs: terms, and where patterns are used |
| json_patterns.py | Those in braces, for events that are JSON |
| log_terms.py | What both share: regular expressions, and what is no pattern |
| managed_policies.py | AWS's managed policies: all by name, some with what they allow |
| iam_answers.py | IAM's lists in pages, and how it shows roles |
| named_resources.py | Which resource policies are asked about, where the emulator asks about another |
| decisions.py | what is looked at once IAM has decided |
| root_denials.py | A Deny in a bucket's policy holds for the root user |
| policy_matching.py | How policies match names of actions, resources and principals |
| corrections.py | What the emulator gets wrong, put right: each points at the function of the emulator that it wraps |
| function_folders.py | Where Lambda's functions run |
| assumable_roles.py | Roles that services are given are theirs to assume |
| state_machines.py | Step Functions: tasks with the state machine's role, waiting for Glue and Athena |
| task_history.py | What the history of an execution tells of its tasks |
| service_roles.py | A stack's service role (RoleARN) |
| service_calls.py | Operations of the services, called in this process |
| type_corrections.py | What the emulator's resource types give back otherwise than AWS |
| type_attributes.py | Attributes that the emulator's resource types leave out |
| type_records.py | What templates say that no operation takes, put into the records |
| type_settings.py | Hooks into the emulator's own resource types: before and after they are made |
| security_group_rules.py | Rules of security groups as resources of their own |
| http_apis.py | HTTP APIs that a stack makes of an OpenAPI document |
| addresses.py | EC2's addresses, whole |
| nat_gateways.py | EC2's NAT gateways, whole |
| vpc_endpoints.py | VPC endpoints: what they need is there, and routes lead to them |
| flow_logs.py | The CloudFormation type AWS::EC2::FlowLog |
| stack_answers.py | Answers about stacks as CloudFormation has them |
| store_parameters.py | Stack parameters whose values stand in Parameter Store: name and value apart |
| stack_lookups.py | Stacks are found without others counting as changed |
| stack_conditions.py | Conditions of templates, with all functions |
| stack_parameters.py | Values of a template's parameters |
| stack_values.py | Values of other services that templates name, read with the caller's rights |
| stack_transforms.py | The transforms of templates, in their order |
| change_sets.py | Change sets as CloudFormation has them |
| change_details.py | What they say of a resource: replaced or not, before and after |
| change_values.py | The values that change, where a request asks for them |
| stack_policies.py | Stack policies hold |
| drift.py | Drift of types: how resources are now |
| stack_corrections.py | What the emulator's stacks do otherwise than AWS, put right |
| unchanged_resources.py | Updates tell only of what they change |
| replacements.py | Updates of resources that need a new one |
| template_checks.py | Templates are checked before a handler sees them |
| template_summaries.py | What GetTemplateSummary and ValidateTemplate say |
| template_documents.py | Documents in S3 that requests and nested stacks name |
| nested_stacks.py | Nested stacks: stacks like others, which their parent makes, changes and deletes |
| template_bounds.py | Bounds on what templates bring with them |
| template_sizes.py | How large the values become that functions, loops and snippets make |
| resource_checks.py | Properties of resources are checked when a stack makes them |
| stack_tasks.py | What stacks do after their request: it always ends |
| stack_ends.py | How stacks in progress end that do not end by themselves |
| stack_waits.py | Custom resources and wait conditions, and their end |
| stacks.py | CloudFormation resource types of our own |
| resource_rights.py | What a stack does to a resource asks the rights of whoever asked for it |
| stand_ins.py | Stand-ins for resource types that are not there |
| durable/ | The state in SQLite: a change is saved with its answer, or undone and refused |
| objects/ | S3's objects on disk: bodies never pass through memory whole, and what is answered is written |
| xml_answers.py | XML on its way out holds what XML can hold |
| storage.py | Object files, log streams and tags in the emulator's stores |
| events.py | Events that services emit, rules whose target is a workflow |
| catalog_records.py | The records of the Glue catalog |
| queries.py | Athena's executions, and the catalog that queries read |
| data_catalogs.py | Athena's data catalogs, for CloudFormation |
| budgets.py | AWS Budgets, for CloudFormation |
| requests/ | Requests, checked by AWS's own models before a handler sees them |
| protocol.py | What a request handler takes and gives |
| serving.py | the emulator as an ASGI application whose changes are saved |
| entrance.py, gate/ | who may come in, before anything else sees a request |
| requests/ | requests, checked by AWS's own models before a handler sees them |
| durable/ | the state in SQLite: a change is saved with its answer, or undone and refused |
| identity.py, iam/ | whose request this is; policies, and who may do what |
| s3/, ec2/, logs/, sns/, step_functions/ | these services, put right |
| stacks/, templates/, types/ | CloudFormation: what stacks do, what templates bring with them, its resource types |
| stores/, events.py | the emulator's records and events, as the services of our own read and write them |
| service_calls.py | operations of the services, called in this process |
| corrections.py | what the emulator gets wrong elsewhere: each points at the function that it wraps |
| function_folders.py | where Lambda's functions run |
| protocol.py, xml_answers.py | what a request handler takes and gives; XML on its way out holds what XML can hold |
"""

from local_aws.emulator.corrections import plug_glue_resources
from local_aws.emulator.events import plug_schedules, plug_targets, put_event
from local_aws.emulator.gate.keys import RootKey, secret_of_user_key
from local_aws.emulator.iam.grammar import resource_problem as resource_policy_problem
from local_aws.emulator.iam.needs import Need
from local_aws.emulator.iam.principals import boundary_of, principal_arn, role_arn, role_meant
from local_aws.emulator.iam.used_rights import filtering
from local_aws.emulator.identity import (
    RoleSession,
    RoleUnusableError,
    Scope,
    acting_as,
    assume_role,
    caller_access_key,
    caller_arn,
    calling_as,
    denial,
    permission_checker,
    plug_catalog_policy,
    request_access_key,
    request_scope,
    role_exists_and_trusts,
)
from local_aws.emulator.protocol import Handler, Response
from local_aws.emulator.requests.documents import check_members
from local_aws.emulator.requests.passed_roles import (
    OBJECTS,
    passing,
    passing_to_instance,
    role_passed,
    roles_of_profile,
    roles_written,
    service_of_type,
)
from local_aws.emulator.requests.roles import is_data, is_for_role, roles_of_parameters
from local_aws.emulator.s3.bucket_configurations import (
    delete_bucket_configuration,
    put_bucket_configuration,
)
from local_aws.emulator.service_calls import ServiceError, call_service
from local_aws.emulator.serving import ACCOUNT_ID, Application, plug_service, prepare
from local_aws.emulator.stacks.replacements import replace_as_the_registry_says
from local_aws.emulator.stores.budgets import BudgetsError, call_budgets
from local_aws.emulator.stores.catalog_records import CatalogRecords
from local_aws.emulator.stores.data_catalogs import call_data_catalogs
from local_aws.emulator.stores.queries import (
    QueryOutcome,
    athena_tags,
    catalog_has_database,
    catalog_partitions,
    catalog_table,
    catalog_tables,
    data_catalogs,
    named_queries,
    plug_queries,
    prepared_statements,
    query_execution,
    query_executions,
    set_athena_tags,
    work_group,
    work_groups,
)
from local_aws.emulator.stores.storage import (
    ObjectFile,
    bucket_exists,
    delete_object,
    glue_tags,
    has_log_group,
    name_log_key,
    object_file,
    object_files,
    objects_under,
    put_log_lines,
    put_object,
    scratch_folder,
    set_glue_tags,
)
from local_aws.emulator.types.attributes import plug_attributes
from local_aws.emulator.types.bucket_settings import plug_bucket_settings
from local_aws.emulator.types.corrections import forget_what_the_deleted_had, keep_protected_tables, plug_stack_tags
from local_aws.emulator.types.drift import plug_drift
from local_aws.emulator.types.own_types import Made, physical_name, plug_resource_type
from local_aws.emulator.types.rights import Change, plug_rights
from local_aws.emulator.types.settings import plug_settings, plug_verdicts
from local_aws.emulator.types.stand_ins import NOT_SIMULATED, plug_stand_ins
from local_aws.emulator.types.taken_names import refuse_taken_names

__all__ = [
    "ACCOUNT_ID",
    "NOT_SIMULATED",
    "OBJECTS",
    "Application",
    "BudgetsError",
    "CatalogRecords",
    "Change",
    "Handler",
    "Made",
    "Need",
    "ObjectFile",
    "QueryOutcome",
    "Response",
    "RoleSession",
    "RoleUnusableError",
    "RootKey",
    "Scope",
    "ServiceError",
    "acting_as",
    "assume_role",
    "athena_tags",
    "boundary_of",
    "bucket_exists",
    "call_budgets",
    "call_data_catalogs",
    "call_service",
    "caller_access_key",
    "caller_arn",
    "calling_as",
    "catalog_has_database",
    "catalog_partitions",
    "catalog_table",
    "catalog_tables",
    "check_members",
    "data_catalogs",
    "delete_bucket_configuration",
    "delete_object",
    "denial",
    "filtering",
    "forget_what_the_deleted_had",
    "glue_tags",
    "has_log_group",
    "is_data",
    "is_for_role",
    "keep_protected_tables",
    "name_log_key",
    "named_queries",
    "object_file",
    "object_files",
    "objects_under",
    "passing",
    "passing_to_instance",
    "permission_checker",
    "physical_name",
    "plug_attributes",
    "plug_bucket_settings",
    "plug_catalog_policy",
    "plug_drift",
    "plug_glue_resources",
    "plug_queries",
    "plug_resource_type",
    "plug_rights",
    "plug_schedules",
    "plug_service",
    "plug_settings",
    "plug_stack_tags",
    "plug_stand_ins",
    "plug_targets",
    "plug_verdicts",
    "prepare",
    "prepared_statements",
    "principal_arn",
    "put_bucket_configuration",
    "put_event",
    "put_log_lines",
    "put_object",
    "query_execution",
    "query_executions",
    "refuse_taken_names",
    "replace_as_the_registry_says",
    "request_access_key",
    "request_scope",
    "resource_policy_problem",
    "role_arn",
    "role_exists_and_trusts",
    "role_meant",
    "role_passed",
    "roles_of_parameters",
    "roles_of_profile",
    "roles_written",
    "scratch_folder",
    "secret_of_user_key",
    "service_of_type",
    "set_athena_tags",
    "set_glue_tags",
    "work_group",
    "work_groups",
]
