"""Definitions of state machines, files *.asl.json of glue_scripts/: checked, uploaded, named by Parameter Store.

CloudFormation reads the file that DefinitionS3Location names, and sees no change behind an address that stays the same.
So each content is uploaded under a name of its own, and its address stands in Parameter Store under `<place>/<path>`,
without the ending. A template takes it through a parameter of the type AWS::SSM::Parameter::Value<String>, as it takes
wheels (wheels.py). Stacks go back to the definition that they had when an update fails: no uploaded one is removed.

Before that Step Functions is asked whether it is a definition (ValidateStateMachineDefinition). What the template puts
in for `${Name}` is not known by then; in an ARN it is taken for this partition.
"""

import hashlib
import re
from pathlib import Path

from botocore.exceptions import ClientError

from deploy import wheels
from glue_client.aws import Aws
from glue_client.aws_errors import DENIALS, code_of
from glue_client.console import say
from glue_client.errors import DeployError

ENDING = ".asl.json"
HASH_LENGTH = 16
PARTITION = re.compile(r"\barn:\$\{\w+\}:")
SHOWN = 5
"""How many of the faults are told."""


def upload(aws: Aws, bucket: str, prefix: str, scripts: Path, place: str) -> None:
    """Check each definition that is not there yet and upload it, and have Parameter Store name them all.

    Raises:
        DeployError: one is no definition of a state machine; it says where and why.
    """
    for path in sorted(scripts.rglob(f"*{ENDING}")):
        content = path.read_bytes()
        name = path.relative_to(scripts).as_posix().removesuffix(ENDING)
        key = f"{prefix}{name}.{hashlib.sha256(content).hexdigest()[:HASH_LENGTH]}{ENDING}"
        if aws.s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)["KeyCount"] == 0:
            check(aws, path, content.decode())
            aws.s3.put_object(Bucket=bucket, Key=key, Body=content)
            say(f"{key}: checked and uploaded")
        told = "The current definition of this state machine; written by deploygluescripts"
        wheels.point(aws, f"{place}/{name}", f"s3://{bucket}/{key}", told)


def check(aws: Aws, path: Path, text: str) -> None:
    """Ask Step Functions whether a file is a definition. DeployError when it is none; who may not ask is told so."""
    partition = aws.states.meta.partition
    try:
        answer = aws.states.validate_state_machine_definition(
            definition=PARTITION.sub(f"arn:{partition}:", text), severity="ERROR"
        )
    except ClientError as error:
        if code_of(error) not in DENIALS:
            raise
        say(f"{path.name}: not checked, as you may not states:ValidateStateMachineDefinition")
        return
    if answer["result"] != "OK":
        faults = [f"{one['code']}{_where(one)}: {one['message']}" for one in answer["diagnostics"][:SHOWN]]
        raise DeployError(f"{path.name} defines no state machine", "\n".join(faults), f"correct {path}")


def _where(told: dict[str, str]) -> str:
    return f" at {told['location']}" if told.get("location") else ""
