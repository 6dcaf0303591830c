"""EventBridge: events that services emit; rules and schedules whose target is a Glue workflow or a state machine."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local_aws.emulator.identity import RoleUnusableError, Scope, assume_role, denial, request_scope

logger = logging.getLogger(__name__)

Notify = Callable[[Scope, str, str], object]
"""(scope, name of a workflow, id of the event)"""


def put_event(
    scope: Scope,
    detail_type: str,
    detail: Mapping[str, Any],
    resources: Sequence[str] = (),
    *,
    source: str = "aws.glue",
) -> None:
    """Put an event of a source of AWS's on the default bus: rules that match it reach their targets at once."""
    from ministack.services import eventbridge

    entry = {
        "Source": source,
        "DetailType": detail_type,
        "Detail": json.dumps(detail),
        "Resources": list(resources),
    }
    with scope.entered():
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def plug_targets(notify: Notify) -> None:
    """Have rules reach their targets as on AWS; what is not delivered is noted in the server's log.

    A queue's or topic's own policy must let `events.amazonaws.com` in, which the emulator does not ask. A target that
    is a Glue workflow is passed over by the emulator: here it reaches `notify`, if the target's role may
    `glue:NotifyEvent` on the workflow. The role of one that is a state machine must be allowed `states:StartExecution`
    on it. Schedules of EventBridge Scheduler come this way too. Events may come from any thread.
    """
    from ministack.services import eventbridge

    original = eventbridge._invoke_target
    eventbridge._dispatch_to_sns = _publish

    def invoke_target(target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: Any = None) -> None:
        arn = str(target.get("Arn", ""))
        service, _, resource = arn.removeprefix("arn:aws:").partition(":")
        to_workflow = service == "glue" and ":workflow/" in resource
        action = "glue:NotifyEvent" if to_workflow else "states:StartExecution" if service == "states" else ""
        problem = _role_problem(target, arn, rule, action) if action else _policy_problem(service, arn, rule)
        if problem:
            logger.warning("EventBridge: %s got no event of %s: %s", arn, rule.get("Name"), problem)
        elif to_workflow:
            view = view or eventbridge._pattern_event_view(event)
            body = target.get("Input") or json.dumps(view.event_with_detail())
            if target.get("InputTransformer"):
                body = eventbridge._apply_input_transformer(target["InputTransformer"], rule, view)
            workflow = arn.rpartition("/")[2]
            _record_notify_event(workflow, event["EventId"], body)
            notify(request_scope(), workflow, event["EventId"])
        else:
            original(target, event, rule, view)

    eventbridge._invoke_target = invoke_target


def _policy_problem(service: str, arn: str, rule: Mapping[str, Any]) -> str:
    """Why the policy of a queue or topic does not let EventBridge in; empty when it does."""
    from ministack.services import sns, sqs

    source, principal = str(rule.get("Arn", "")), "events.amazonaws.com"
    allowed = True
    if service == "sqs":
        allowed = sqs.queue_policy_allows(arn, principal, source, request_scope().account_id)
    elif service == "sns":
        # No source account: the condition of a topic's default policy does not hold for EventBridge.
        allowed = sns.topic_policy_allows(arn, principal, source, "")
    return "" if allowed else f"its policy does not let {principal} in"


def _publish(arn: str, payload: str) -> None:
    """Publish an event to a topic, without the Subject that the emulator makes up."""
    from ministack.services import sns

    try:
        if sns.publish_internal(arn, payload) is None:
            logger.warning("EventBridge: there is no topic %s", arn)
    except sns.SnsPublishError as error:
        logger.warning("EventBridge: %s got no event: %s", arn, error)


def _role_problem(target: Mapping[str, Any], arn: str, rule: Mapping[str, Any], action: str) -> str:
    """Why the role of a target may not do that with it, for a rule or a schedule; empty when it may."""
    source = str(rule.get("Arn", ""))
    service = "scheduler" if source.split(":")[2:3] == ["scheduler"] else "events"
    role = str(target.get("RoleArn", ""))
    if not role:
        return "the target has no RoleArn"
    try:
        session = assume_role(
            *(request_scope(), role, service, 900),
            service_principal=f"{service}.amazonaws.com",
            source_arn=source,
        )
    except RoleUnusableError as error:
        return str(error)
    denied = denial(session.access_key, action, arn)
    return f"{denied} is not authorized to perform: {action}" if denied else ""


def _record_notify_event(workflow: str, event_id: str, body: str) -> None:
    """Show the event in CloudTrail, where the scripts of a workflow look it up by the ids in `aws:eventIds`.

    The members of requestParameters are as public scripts read them.
    """
    from ministack.services import cloudtrail

    cloudtrail.record_event(
        service="glue",
        event_name="NotifyEvent",
        username="events.amazonaws.com",
        access_key_id="",
        resources=[],
        region=request_scope().region,
        request_id=event_id,
        user_agent="events.amazonaws.com",
        request_params={"workflowName": workflow, "eventPayload": {"eventId": event_id, "eventBody": body}},
        method="POST",
    )


def plug_schedules(is_cron: Callable[[str], bool], longest: int) -> None:
    """Have schedules of rules and of the Scheduler be read in bounded time; the emulator counts 0-99999999 through.

    Args:
        is_cron: whether a text is AWS's cron.
        longest: characters of an expression; of a longer one, which is kept from before, nothing is due.
    """
    from ministack.services import eventbridge

    cron_fields, rate = eventbridge._parse_cron_fields, eventbridge._parse_rate_seconds
    eventbridge._parse_cron_fields = lambda text: cron_fields(text) if is_cron(text) else None
    eventbridge._parse_rate_seconds = lambda text: rate(text) if len(text) <= longest else None
