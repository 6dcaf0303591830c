"""The emulator as an ASGI application whose changes are saved."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from local_aws.emulator.alarms import look_at_one_metric
from local_aws.emulator.batch_writes import write_batches_once
from local_aws.emulator.corrections import (
    keep_bucket_names,
    keep_full_buckets,
    name_buckets_of_long_stacks,
    name_resources_in_denials,
    search_streams_by_prefix,
    tell_namespace_of_metrics,
)
from local_aws.emulator.durable.bounds import let_go_regularly, plug_bounds
from local_aws.emulator.durable.plug import plug_saving
from local_aws.emulator.durable.refusals import refusal, speaks_xml
from local_aws.emulator.durable.saving import UndoError
from local_aws.emulator.durable.state import NotSavedError
from local_aws.emulator.ec2.addresses import make_addresses_whole
from local_aws.emulator.ec2.nat_gateways import make_gateways_whole
from local_aws.emulator.ec2.vpc_endpoints import check_endpoints
from local_aws.emulator.entrance import Gate
from local_aws.emulator.function_folders import forget_function_folders, keep_functions_together
from local_aws.emulator.gate import arrivals
from local_aws.emulator.gate.doors import close_side_doors, is_for_s3
from local_aws.emulator.gate.keys import RootKey
from local_aws.emulator.iam.answers import answer_in_pages
from local_aws.emulator.iam.api_calls import ask_for_rights_of_apis
from local_aws.emulator.iam.api_integrations import check_integrations
from local_aws.emulator.iam.assumable_roles import check_roles_of_services
from local_aws.emulator.iam.checks import check_policies
from local_aws.emulator.iam.key_rights import ask_for_keys_of_tables_and_topics
from local_aws.emulator.iam.managed_policies import know_managed_policies
from local_aws.emulator.iam.matching import match_policies_exactly
from local_aws.emulator.iam.named_resources import name_resources_of_requests, publish_to_one
from local_aws.emulator.iam.own_requests import give_keys_of_iam
from local_aws.emulator.iam.rights_of_roles import tell_used_rights
from local_aws.emulator.iam.root_denials import deny_root_too
from local_aws.emulator.iam.service_roles import act_as_service_roles
from local_aws.emulator.iam.used_rights import note_request, record, record_used_rights
from local_aws.emulator.iam.used_rights_file import UsedRightsFile
from local_aws.emulator.identity import note_caller
from local_aws.emulator.logs.patterns import understand_filter_patterns
from local_aws.emulator.protocol import Handler, Response
from local_aws.emulator.requests.checking import RefusedError
from local_aws.emulator.requests.guarding import STUMBLED, answered, checked, dispatched, guard_handlers, guarded
from local_aws.emulator.requests.read_once import read_bodies_once
from local_aws.emulator.s3.addresses import check_selectors, show_policies_what_is_carried_out
from local_aws.emulator.s3.bucket_configurations import keep_bucket_configurations
from local_aws.emulator.s3.encryption import tell_encryption
from local_aws.emulator.s3.errors import tell_all_in_errors
from local_aws.emulator.s3.keys import ask_for_keys_of_objects
from local_aws.emulator.s3.objects import recover, stream_objects
from local_aws.emulator.s3.permissions import ask_policies_about_keys_of_bodies
from local_aws.emulator.s3.tags import check_tags
from local_aws.emulator.s3.version_lists import list_versions_in_order
from local_aws.emulator.sns.published import keep_published_messages
from local_aws.emulator.stacks.answers import answer_as_cloudformation
from local_aws.emulator.stacks.change_sets import correct_change_sets
from local_aws.emulator.stacks.corrections import (
    keep_exports_in_use,
    keep_stacks_in_use,
    keep_what_templates_say,
    name_what_templates_cannot_have,
)
from local_aws.emulator.stacks.failures import update_failed_stacks
from local_aws.emulator.stacks.imports import count_taken_branches
from local_aws.emulator.stacks.lookups import look_for_stacks_quietly
from local_aws.emulator.stacks.nested import nest_stacks
from local_aws.emulator.stacks.replacements import tell_of_the_clean_up
from local_aws.emulator.stacks.stack_policies import hold_stack_policies
from local_aws.emulator.stacks.store_parameters import tell_names_of_stored_parameters
from local_aws.emulator.stacks.tasks import run_stacks_safely
from local_aws.emulator.stacks.unchanged import tell_of_changes_alone
from local_aws.emulator.step_functions.branches import tell_of_branches
from local_aws.emulator.step_functions.definitions import check_definitions
from local_aws.emulator.step_functions.state_machines import add_integrations, run_with_roles
from local_aws.emulator.step_functions.task_history import tell_of_tasks
from local_aws.emulator.step_functions.task_rights import ask_for_rights_of_tasks
from local_aws.emulator.templates.bounds import bound_templates
from local_aws.emulator.templates.checks import check_templates
from local_aws.emulator.templates.conditions import work_out_conditions
from local_aws.emulator.templates.documents import read_documents
from local_aws.emulator.templates.parameters import check_values_of_parameters
from local_aws.emulator.templates.sizes import bound_sizes
from local_aws.emulator.templates.summaries import summarize_templates
from local_aws.emulator.templates.transforms import carry_out_transforms
from local_aws.emulator.templates.values import read_values_with_rights
from local_aws.emulator.types.checks import check_properties_of_resources
from local_aws.emulator.types.corrections import (
    forget_empty_attributes_of_topics,
    generate_secrets_as_asked,
    name_instance_profiles,
    show_endpoints_whole,
)
from local_aws.emulator.types.flow_logs import add_flow_logs
from local_aws.emulator.types.http_apis import make_http_apis
from local_aws.emulator.types.imports import tell_what_is_imported
from local_aws.emulator.types.records import keep_what_no_operation_takes
from local_aws.emulator.types.security_group_rules import add_security_group_rules
from local_aws.emulator.xml_answers import readable_answer, write_readable_xml

ACCOUNT_ID = "000000000000"


_READ_ONLY = ("Get", "List", "Describe", "BatchGet", "Search", "Filter", "Lookup", "Head", "Query", "Scan", "Test")

_MAKING = frozenset({"GetFederationToken", "GetSessionToken", "GetShardIterator"})
"""They make what they give."""

_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")


def prepare(state_dir: Path, port: int, log_level: str = "ERROR") -> None:
    """Set the emulator's environment: state below `state_dir`, loopback only, IAM enforced, one port.

    The caller's own AWS settings are removed, so that a real account's keys never become the emulator's.
    """
    for name in [name for name in os.environ if name.startswith(("AWS_", "MINISTACK_", "LOCALSTACK_"))]:
        del os.environ[name]
    os.environ.update(
        AUTH="true",
        MINISTACK_ACCOUNT_ID=ACCOUNT_ID,
        MINISTACK_HOST="127.0.0.1",
        AWS_EC2_METADATA_DISABLED="true",
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(port),
        S3_PERSIST="1",
        S3_DATA_DIR=str(state_dir / "s3"),
        PERSIST_STATE="1",
        STATE_DIR=str(state_dir / "emulator"),
        ATHENA_ENGINE="duckdb",
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        DOCKER_HOST="unix:///nonexistent",
        LOG_LEVEL=log_level,
    )
    recover()


def _correct_stacks() -> None:
    """Put CloudFormation's own work right; each wraps what those before it made."""
    look_for_stacks_quietly()
    update_failed_stacks()
    correct_change_sets()
    summarize_templates()
    tell_names_of_stored_parameters()
    answer_as_cloudformation()
    work_out_conditions()
    keep_what_templates_say()
    keep_stacks_in_use()
    count_taken_branches()
    keep_exports_in_use()
    name_what_templates_cannot_have()
    check_properties_of_resources()
    tell_what_is_imported()
    tell_of_the_clean_up()
    tell_of_changes_alone()
    hold_stack_policies()
    run_stacks_safely()
    read_documents()
    bound_templates()
    check_values_of_parameters()
    read_values_with_rights()
    carry_out_transforms()
    bound_sizes()
    nest_stacks()
    check_templates()  # after all that wraps the actions of CloudFormation
    act_as_service_roles()


def _correct_decisions() -> None:
    """Put right what IAM decides, and keep a record of it."""
    match_policies_exactly()
    name_resources_in_denials()
    deny_root_too()
    record_used_rights()
    ask_for_keys_of_objects()
    ask_for_keys_of_tables_and_topics()
    tell_used_rights()
    tell_namespace_of_metrics()
    give_keys_of_iam()


def _correct_types() -> None:
    """Put CloudFormation's resource types right."""
    add_integrations()
    add_security_group_rules()
    add_flow_logs()
    name_instance_profiles()
    show_endpoints_whole()
    make_addresses_whole()
    make_gateways_whole()
    check_endpoints()
    generate_secrets_as_asked()
    forget_empty_attributes_of_topics()
    look_at_one_metric()
    keep_what_no_operation_takes()
    make_http_apis()
    check_roles_of_services()


class Application:
    """The emulator as an ASGI application, with requests counted as TLS and changes of state saved.

    Loopback stands for TLS (`aws:SecureTransport` is true), so that bucket policies stay as they are on AWS.
    """

    def __init__(self, port: int, root: RootKey | None = None) -> None:
        from ministack import app

        root = root or RootKey()
        self._app = app
        self._gate = Gate(answered(app.app), port, root)
        self._saver = plug_saving()
        self._used_rights = UsedRightsFile(Path(os.environ["STATE_DIR"]), record)
        self._dispatch = app._dispatch_service_request
        app._dispatch_service_request = self._dispatch_and_save
        close_side_doors(root)
        _correct_decisions()
        keep_full_buckets()
        keep_bucket_names()
        name_buckets_of_long_stacks()
        keep_bucket_configurations()
        search_streams_by_prefix()
        understand_filter_patterns()
        keep_functions_together()
        keep_published_messages()
        write_batches_once()
        read_bodies_once()
        check_definitions()
        tell_of_branches()
        run_with_roles()
        ask_for_rights_of_tasks()
        ask_for_rights_of_apis()
        check_integrations()
        tell_of_tasks()
        _correct_stacks()
        _correct_types()
        know_managed_policies()
        check_policies()
        answer_in_pages()
        tell_encryption()
        list_versions_in_order()
        tell_all_in_errors()
        stream_objects()  # after all that wraps what S3 does with a request
        show_policies_what_is_carried_out()
        ask_policies_about_keys_of_bodies()
        check_tags()
        name_resources_of_requests()
        publish_to_one()
        write_readable_xml()
        plug_bounds()
        guard_handlers()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve one connection, as ASGI has it."""
        await self._gate(scope, receive, send)

    async def _dispatch_and_save(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any], request_id: str
    ) -> Response:
        note_caller(headers)
        note_request(method, headers)
        _refuse_two_meanings(headers, body, query)
        try:
            if is_for_s3():
                check_selectors(method, path, query)
            body = await checked(method, path, headers, body, query)
        except RefusedError as refused:
            return refused.response
        STUMBLED.set(False)

        async def whole() -> Response:
            response = await dispatched(self._dispatch, method, path, headers, body, query, request_id)
            if STUMBLED.get():
                raise _StumbledError(response)
            return response

        reads = _is_read_only(method, path, headers, body, query)
        try:
            response: Response = await self._saver.carry_out(whole, reads=reads)
        except _StumbledError as stumbled:
            return stumbled.response
        except NotSavedError as error:
            service = _signed_service(headers)
            return refusal(service, request_id, str(error), as_xml=speaks_xml(service, body))
        return readable_answer(response, for_s3=is_for_s3())

    async def save_changes(self) -> None:
        """Save what changes behind requests, for as long as the server runs."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._saver.run())
            tasks.create_task(let_go_regularly())
            tasks.create_task(self._used_rights.save_regularly())

    def save(self) -> None:
        """Save everything, as the server ends, and delete what functions ran in."""
        self._saver.save_all()
        self._used_rights.save()
        forget_function_folders()


def _refuse_two_meanings(headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]) -> None:
    """Refuse a form whose fields stand in its address too: policies would be asked about one and the other carried out.

    Raises:
        arrivals.RefusedError: with a text of our own; the gate answers.
    """
    if is_for_s3() or not query or not isinstance(body, bytes):
        return
    if "x-www-form-urlencoded" in headers.get("content-type", "").lower() or b"Action=" in body[:4096]:
        twice = query.keys() & parse_qs(body.decode("latin-1"), keep_blank_values=True).keys()
        if twice:
            name = min(twice)[:100]
            raise arrivals.RefusedError(400, "MalformedQueryString", f"{name} stands in the query and in the body")


class _StumbledError(UndoError):
    """A handler stumbled over a request: it is refused, and what it had done is undone."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def _signed_service(headers: Mapping[str, str]) -> str:
    if is_for_s3():
        return "s3"
    scope = headers.get("authorization", "").partition("Credential=")[2].partition(",")[0].split("/")
    return scope[3] if len(scope) > 3 else ""


def _is_read_only(method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]) -> bool:
    """Whether a request's changes, if any, need no waiting for.

    S3 has an object on disk by itself when it answers; on a full disk its deletion is what makes room.
    """
    if is_for_s3():
        is_object = "/" in path.strip("/") or (method == "POST" and "delete" in query)
        return is_object or method in ("GET", "HEAD", "OPTIONS")
    action = query.get("Action") or ""  # of the query protocol, which writes with GET too
    if method in ("GET", "HEAD", "OPTIONS") and not action:
        return True
    target = headers.get("x-amz-target", "").rpartition(".")[2]
    if not target and action:
        target = action[0] if isinstance(action, list) else str(action)
    elif not target and (found := _ACTION.search(body, 0, 4096)):
        target = found[1].decode()
    return target.startswith(_READ_ONLY) and target not in _MAKING


def plug_service(name: str, handler: Handler) -> Handler:
    """Put `handler` in front of a service; return the emulator's own, to hand requests on to."""
    from ministack import app

    original: Handler = app.SERVICE_HANDLERS[name]
    app.SERVICE_HANDLERS[name] = guarded(name, handler)
    return original
