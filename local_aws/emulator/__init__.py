"""The embedded AWS (ministack): everything taken from it and everything plugged into it.

Nothing else imports ministack. Each thing relied on here that is not its public interface has a contract test in
tests/local_aws/test_emulator.py or tests/local_aws/emulator/, so that an upgrade which breaks one says which.

Call `prepare` before anything else: the emulator reads its settings from the environment when it is imported.

| file | duty |
|---|---|
| serving.py | The emulator as an ASGI application whose changes are saved |
| durable/ | Its state on disk: what is answered is saved, what cannot be saved is refused |
| identity.py | Whose request this is, what a role may do, and credentials of roles |
| managed_policies.py | AWS's managed policies of Glue and Athena |
| corrections.py | What the emulator gets wrong, put right: each points at the function of the emulator that it wraps |
| state_machines.py | Step Functions: tasks with the state machine's role, waiting for Glue and Athena |
| service_roles.py | A stack's service role (RoleARN) |
| security_group_rules.py | Rules of security groups as resources of their own |
| stack_corrections.py | What the emulator's stacks do otherwise than AWS, put right |
| unresolved_names.py | Names that a template refers to and does not have |
| stacks.py | CloudFormation resource types of our own |
| storage.py | Object files, log streams and tags in the emulator's stores |
| events.py | Events that services emit, rules whose target is a workflow, schedules |
| catalog_records.py | The records of the Glue catalog |
| queries.py | Athena's executions, and the catalog that queries read |
| budgets.py | AWS Budgets, for CloudFormation |
| protocol.py | What a request handler takes and gives |
| changes.py | Who is told when state of the emulator changes outside a request |
"""

from local_aws.emulator.budgets import BudgetsError, call_budgets
from local_aws.emulator.catalog_records import CatalogRecords
from local_aws.emulator.changes import changed
from local_aws.emulator.corrections import plug_glue_resources
from local_aws.emulator.events import cron_fields, next_occurrence, plug_targets, put_event
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
    request_access_key,
    request_scope,
    role_arn,
    role_exists_and_trusts,
)
from local_aws.emulator.protocol import Handler, Response
from local_aws.emulator.queries import (
    QueryOutcome,
    catalog_has_database,
    catalog_partitions,
    catalog_table,
    catalog_tables,
    named_queries,
    plug_queries,
    prepared_statements,
    query_execution,
    query_executions,
    set_athena_tags,
    work_group,
    work_groups,
)
from local_aws.emulator.serving import ACCOUNT_ID, ROOT_KEY, Application, plug_service, prepare
from local_aws.emulator.stacks import physical_name, plug_resource_type
from local_aws.emulator.storage import (
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

__all__ = [
    "ACCOUNT_ID",
    "ROOT_KEY",
    "Application",
    "BudgetsError",
    "CatalogRecords",
    "Handler",
    "ObjectFile",
    "QueryOutcome",
    "Response",
    "RoleSession",
    "RoleUnusableError",
    "Scope",
    "acting_as",
    "assume_role",
    "bucket_exists",
    "call_budgets",
    "caller_access_key",
    "caller_arn",
    "catalog_has_database",
    "catalog_partitions",
    "catalog_table",
    "catalog_tables",
    "changed",
    "cron_fields",
    "delete_object",
    "denial",
    "glue_tags",
    "named_queries",
    "next_occurrence",
    "object_file",
    "object_files",
    "objects_under",
    "permission_checker",
    "physical_name",
    "plug_glue_resources",
    "plug_queries",
    "plug_resource_type",
    "plug_service",
    "plug_targets",
    "prepare",
    "prepared_statements",
    "put_event",
    "put_log_lines",
    "put_object",
    "query_execution",
    "query_executions",
    "request_access_key",
    "request_scope",
    "role_arn",
    "role_exists_and_trusts",
    "scratch_folder",
    "set_athena_tags",
    "set_glue_tags",
    "work_group",
    "work_groups",
]
