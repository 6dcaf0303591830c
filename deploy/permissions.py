"""What roles used of their rights, by the local AWS's own record: GetUsedRights, an operation that AWS lacks.

A template may say in its Metadata, for all its roles, or in that of a role what is needed and never seen used here:

    UnseenNeeds:
      - Action: [s3:AbortMultipartUpload]    # one or several, as they stand in the policy
        Resource: '*/temp/*'                 # optional: with wildcards, as the ARN of the deployed role has it
        Why: a sentence, with its source
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from botocore.exceptions import ClientError

from deploy import environments, permissions_view, role_names
from deploy.our_own import asked, is_aws
from deploy.pipelines import Pipelines
from glue_client.aws import Aws
from glue_client.console import count, remark
from glue_client.errors import DeployError, WrongCall

OPERATION = "GetUsedRights"
UNUSED, SHARED, UNSEEN = "unused", "shared", "unseen"
NEEDS = "UnseenNeeds"
TABLE, JSON, POLICY = "table", "json", "policy"
FORMATS = (TABLE, JSON, POLICY)


@dataclass(frozen=True)
class Rights:
    """A role's rights and what it used of them; `told` as GetUsedRights answers, unseen needs worked in."""

    told: Mapping[str, Any]
    made_by: str

    @property
    def is_idle(self) -> bool:
        """Whether nothing ran with the role: then its rights are not known to be too many."""
        return not self.told["Used"] and not self.told["Denied"]

    @property
    def unused(self) -> list[Mapping[str, Any]]:
        """The grants that nothing used and nobody explained; none of a role with which nothing ran."""
        return [] if self.is_idle else [grant for grant in self.told["Grants"] if grant["State"] == UNUSED]


def show(aws: Aws, pipelines: Pipelines, name: str | None, pipeline: str | None, form: str, *, strict: bool) -> None:
    """Print it for the roles of a pipeline, or for those that a name means.

    Args:
        aws: where.
        pipelines: the pipelines.
        name: see `role_names.KINDS`.
        pipeline: of whose stacks the roles are; without both the default one.
        form: one of FORMATS.
        strict: whether rights that are neither used nor explained, and denials, are a failure.

    Raises:
        WrongCall: both are named, nothing has that name, or there is no such format.
        DeployError: this is AWS itself; or with `strict` as said there.
    """
    if form not in FORMATS:
        raise WrongCall(f"format is {', '.join(FORMATS)}, and not {form}")
    if name is not None and pipeline is not None:
        raise WrongCall(f"checkpermissions takes a name ({name}) or a pipeline ({pipeline}), and got both")
    if is_aws(aws.iam.meta.endpoint_url):
        raise _only_here(aws)
    name = environments.meant(name, pipelines.bundle.environment) if name else None
    wanted = role_names.of_name(aws, name) if name else role_names.of_pipeline(aws, pipelines, pipeline)
    found = [rights_of(aws, role, wanted.since) for role in wanted.roles]
    if form == TABLE:
        for one in found:
            permissions_view.show(one.told, one.made_by)
    else:
        documents = [one.told["Smallest"] if form == POLICY else one.told for one in found]
        print(json.dumps(documents[0] if name and len(documents) == 1 else documents, indent=2))
    for one in found:
        if one.is_idle:
            remark(f"nothing ran with {one.told['RoleName']} yet: which of its rights are needed is not known")
    if strict:
        _refuse(found)


def rights_of(aws: Aws, role: str, since: datetime | None = None) -> Rights:
    """What a role has and used, from a moment on or ever."""
    given = {"RoleName": role} | ({"Since": str(since.timestamp())} if since else {})
    told = asked(aws, "iam", aws.iam.meta.endpoint_url, OPERATION, given)
    stack, needs = _unseen_needs(aws, role)
    grants = [_with_need(grant, needs) for grant in told["Grants"]]
    return Rights({**told, "Grants": grants, "Smallest": _with_unseen(told["Smallest"], grants)}, stack)


def _refuse(found: list[Rights]) -> None:
    unused = [(one.told["RoleName"], grant) for one in found for grant in one.unused]
    denied = [(one.told["RoleName"], call) for one in found for call in one.told["Denied"]]
    if not unused and not denied:
        return
    lines = [
        f"{role}: {one['Sid']} allows {one['Action']} on {one['Resource']}, which nothing used" for role, one in unused
    ]
    lines += [f"{role}: {one['Action']} on {one['Resource']} was denied" for role, one in denied]
    raise DeployError(
        f"{count(len(unused), 'right')} not needed, {count(len(denied), 'call')} denied",
        "\n".join(lines),
        "take out what is not needed, or say in the role's Metadata, UnseenNeeds, who needs it; allow what was denied",
    )


def _with_need(grant: Mapping[str, Any], needs: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    why = next((need["Why"] for need in needs if _covers(need, grant)), None)
    return grant if why is None or grant["State"] not in (UNUSED, SHARED) else {**grant, "State": UNSEEN, "Why": why}


def _covers(need: Mapping[str, Any], grant: Mapping[str, Any]) -> bool:
    actions, resources = (
        [value] if isinstance(value, str) else value for value in (need["Action"], need.get("Resource", "*"))
    )
    return grant["Action"] in actions and any(fnmatchcase(grant["Resource"], pattern) for pattern in resources)


def _with_unseen(policy: dict[str, Any], grants: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The policy with a statement for each need that is not seen here."""
    alike: dict[str, dict[str, Any]] = {}
    for grant in grants:
        if grant["State"] == UNSEEN:
            condition = {"Condition": grant["Condition"]} if "Condition" in grant else {}
            empty = {"Sid": "", "Effect": "Allow", "Action": set(), "Resource": set(), **condition}
            one = alike.setdefault(json.dumps([grant["Sid"], grant["Resource"], condition]), empty)
            one["Action"].add(grant["Action"])
            one["Resource"].add(grant["Resource"])
    together: dict[str, dict[str, Any]] = {}
    for one in alike.values():
        same = json.dumps([sorted(one["Action"]), one.get("Condition")])
        together.setdefault(same, {**one, "Resource": set()})["Resource"] |= one["Resource"]
    unseen = [
        {**one, "Sid": f"Unseen{number}", "Action": sorted(one["Action"]), "Resource": sorted(one["Resource"])}
        for number, one in enumerate(together.values(), 1)
    ]
    return {**policy, "Statement": [*policy["Statement"], *unseen]}


def _unseen_needs(aws: Aws, role: str) -> tuple[str, list[Mapping[str, Any]]]:
    """The stack and logical id that made a role, and what its template says; nothing for a role of no stack."""
    try:
        found = aws.cloudformation.describe_stack_resources(PhysicalResourceId=role)["StackResources"]
    except ClientError:  # of no stack, or nobody may ask
        return "", []
    ours = next((one for one in found if one.get("PhysicalResourceId") == role), None)
    if ours is None:
        return "", []
    stack, logical_id = ours["StackName"], ours["LogicalResourceId"]
    detail = aws.cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
    said = (
        detail["StackResourceDetail"].get("Metadata"),
        aws.cloudformation.get_template_summary(StackName=stack).get("Metadata"),
    )
    return f"{stack}, {logical_id}", [need for one in said if one for need in json.loads(one).get(NEEDS, [])]


def _only_here(aws: Aws) -> DeployError:
    return DeployError(
        "AWS does not tell which rights a role used, action by resource, without being set up for it",
        f"{aws.iam.meta.endpoint_url} is AWS itself",
        "run it on the local AWS and ask there; on AWS let IAM Access Analyzer make a policy of a CloudTrail trail "
        "(aws accessanalyzer start-policy-generation), or see which services and actions a role used last (aws iam "
        "generate-service-last-accessed-details --granularity ACTION_LEVEL)",
    )
