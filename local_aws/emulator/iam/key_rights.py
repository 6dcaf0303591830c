"""Rights to KMS keys that services ask for in their callers' names (KMS developer guide, "kms:ViaService").

S3 asks in `s3/keys.py`. Here DynamoDB and SNS do, of a table or a topic under a customer's key:

* Who reads or writes items needs kms:Decrypt: DynamoDB has the table's key decrypted in the name of whoever asks, and
  keeps it for each caller by itself (developer guide, "DynamoDB encryption at rest: How it works", table keys): for
  five minutes without a request, where here each request asks. The encryption context is that of the same page.
* Who publishes needs kms:GenerateDataKey and kms:Decrypt (SNS developer guide, "Managing Amazon SNS encryption keys and
  costs", compatibility between publishers and encrypted topics).

Under the account's keys of these services (`aws/dynamodb`, `aws/sns`), whose policies let in whoever the service lets
in, nothing is asked. Not asked at all, unlike on AWS: who makes a table or a topic with a key, reads a table's stream
or asks in PartiQL, and services that publish (EventBridge, alarms), whom the key's policy has to let in there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from local_aws.emulator.durable.touches import without_notes
from local_aws.emulator.iam.decisions import Asked, after_each

_OF_ITEMS = frozenset(
    f"dynamodb:{name}"
    for name in (
        *("BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan"),
        "UpdateItem",
    )
)
_ASKING = _OF_ITEMS | {"sns:Publish"}
_PUBLISH = ("kms:GenerateDataKey", "kms:Decrypt")
_CODES = {"dynamodb": "AccessDeniedException", "sns": "KMSAccessDenied"}
"""Of the errors (SNS API reference, Publish; that of DynamoDB as public reports show it)."""


def ask_for_keys_of_tables_and_topics() -> None:
    """Have rights on keys asked beside those on tables and topics, and tables tell their keys by ARN."""
    from ministack.services import dynamodb

    described = dynamodb._sse_description_from_spec

    def sse_description_from_spec(spec: dict[str, Any] | None) -> Any:
        """None under DynamoDB's own key: DescribeTable then tells nothing of encryption."""
        found = described(spec)
        if not found or found["Status"] != "ENABLED":
            return None
        key = _customers_key(found.get("KMSMasterKeyArn") or "")
        return {**found, "KMSMasterKeyArn": key} if key else found

    dynamodb._sse_description_from_spec = sse_description_from_spec
    after_each(_look)


def _look(found: Any, asked: Asked) -> Any:
    if found is not None or not asked.access_key or asked.action not in _ASKING:
        return found
    for action, key, context in _needed(asked):
        code = _CODES[asked.action.partition(":")[0]]
        denied = denial_of_key(asked.access_key, action, asked.region, key, context, code)
        if denied is not None:
            return denied
    return None


@without_notes
def _needed(asked: Asked) -> Iterable[tuple[str, str, Mapping[str, str]]]:
    """(right, ARN of the key, condition keys) of each right on a key that comes with what is asked."""
    from ministack.core.responses import get_account_id
    from ministack.services import dynamodb, sns

    if asked.action in _OF_ITEMS:
        name = asked.resource.partition(":table/")[2].partition("/")[0]
        table = dynamodb._tables.get(name) or {}
        key = _customers_key((table.get("SSEDescription") or {}).get("KMSMasterKeyArn") or "")
        context = {
            "kms:ViaService": f"dynamodb.{asked.region}.amazonaws.com",
            "kms:EncryptionContext:aws:dynamodb:tableName": name,
            "kms:EncryptionContext:aws:dynamodb:subscriberId": str(get_account_id()),
        }
        return [("kms:Decrypt", key, context)] if key else []
    topic = sns._topics.get(asked.resource) or {}
    key = _customers_key((topic.get("attributes") or {}).get("KmsMasterKeyId") or "")
    context = {
        "kms:ViaService": f"sns.{asked.region}.amazonaws.com",
        "kms:EncryptionContext:aws:sns:topicArn": asked.resource,
    }
    return [(action, key, context) for action in _PUBLISH] if key else []


def _customers_key(named: str) -> str:
    """The ARN of a customer's key by id, alias or ARN; "" of one of AWS's, and of one that is not here."""
    from ministack.services import kms

    found = kms._resolve_key(named)
    return str(found["Arn"]) if found else ""


def denial_of_key(
    access_key: str, action: str, region: str, key: str, context: Mapping[str, str], code: str = "AccessDenied"
) -> Any:
    """The emulator's refusal where who has the access key may not use a key; None where they may.

    Args:
        access_key: of who asked the service.
        action: such as `kms:Decrypt`.
        region: where.
        key: the key's ARN.
        context: condition keys of the service's request to KMS; kms:CallerAccount is added.
        code: the error's, as the service answers it.
    """
    from ministack.core import iam_actions, iam_evaluator
    from ministack.core.responses import get_account_id

    given = {**context, "kms:CallerAccount": get_account_id()}
    denied = iam_evaluator.enforce(access_key, action, "kms", region, resource_arn=key, service_context=given)
    if denied is None or isinstance(denied, iam_evaluator.AuthError):
        return denied
    who = str(denied.principal_arn)
    said = iam_actions.identity_denial_message(action, who, key, denied.decision == "Deny")
    refusal = iam_evaluator.AuthError(code, str(said))
    refusal.principal_arn = who  # what `denial` tells
    return refusal
