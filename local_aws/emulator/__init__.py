"""The embedded AWS (ministack): everything taken from it and everything plugged into it.

Nothing else imports ministack. Each thing relied on here that is not its public interface has a contract test in
tests/local_aws/test_emulator.py or tests/local_aws/emulator/, so that an upgrade which breaks one says which.

Call `prepare` before anything else: the emulator reads its settings from the environment when it is imported.

| file | duty |
|---|---|
| serving.py | the emulator as an ASGI application whose changes are saved |
| entrance.py, gate/ | who may come in, before anything else sees a request |
| requests/ | requests, checked by AWS's own models before a handler sees them |
| durable/ | the state in SQLite: a change is saved with its answer, or undone and refused |
| identity.py, iam/ | whose request this is; policies, and who may do what |
| s3/, ec2/, logs/, step_functions/ | these services, put right |
| stacks/, templates/, types/ | CloudFormation: what stacks do, what templates bring with them, its resource types |
| stores/, events.py | the emulator's records and events, as the services of our own read and write them |
| service_calls.py | operations of the services, called in this process |
| corrections.py | what the emulator gets wrong elsewhere: each points at the function that it wraps |
| function_folders.py | where Lambda's functions run |
| protocol.py, xml_answers.py | what a request handler takes and gives; XML on its way out holds what XML can hold |
"""

from local_aws.emulator.corrections import plug_glue_resources
from local_aws.emulator.events import plug_targets, put_event
from local_aws.emulator.gate.keys import RootKey, secret_of_user_key
from local_aws.emulator.iam.grammar import resource_problem as resource_policy_problem
from local_aws.emulator.iam.principals import principal_arn, role_arn, role_meant
from local_aws.emulator.iam.resource_rights import Change, Need, plug_rights
from local_aws.emulator.identity import (
    RoleSession,
    RoleUnusableError,
    Scope,
    acting_as,
    assume_role,
    caller_access_key,
    caller_arn,
    denial,
    permission_checker,
    plug_catalog_policy,
    request_access_key,
    request_scope,
    role_exists_and_trusts,
)
from local_aws.emulator.protocol import Handler, Response
from local_aws.emulator.requests.documents import check_members
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
from local_aws.emulator.types.own_types import Made, physical_name, plug_resource_type
from local_aws.emulator.types.settings import plug_settings, plug_verdicts
from local_aws.emulator.types.stand_ins import NOT_SIMULATED, plug_stand_ins

__all__ = [
    "ACCOUNT_ID",
    "NOT_SIMULATED",
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
    "bucket_exists",
    "call_budgets",
    "call_data_catalogs",
    "call_service",
    "caller_access_key",
    "caller_arn",
    "catalog_has_database",
    "catalog_partitions",
    "catalog_table",
    "catalog_tables",
    "check_members",
    "data_catalogs",
    "delete_bucket_configuration",
    "delete_object",
    "denial",
    "forget_what_the_deleted_had",
    "glue_tags",
    "keep_protected_tables",
    "named_queries",
    "object_file",
    "object_files",
    "objects_under",
    "permission_checker",
    "physical_name",
    "plug_attributes",
    "plug_bucket_settings",
    "plug_catalog_policy",
    "plug_glue_resources",
    "plug_queries",
    "plug_resource_type",
    "plug_rights",
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
    "replace_as_the_registry_says",
    "request_access_key",
    "request_scope",
    "resource_policy_problem",
    "role_arn",
    "role_exists_and_trusts",
    "role_meant",
    "scratch_folder",
    "secret_of_user_key",
    "set_athena_tags",
    "set_glue_tags",
    "work_group",
    "work_groups",
]
