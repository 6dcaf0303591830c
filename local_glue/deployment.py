"""Anybody's templates as stacks: made, or brought to what the template says now.

A job whose script is named by a path on disk is packaged first, as `aws cloudformation package` does it (AWS CLI
reference: Command.ScriptLocation of AWS::Glue::Job). Other properties that this command would package are refused.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from glue_client import deployed
from glue_client.aws import Aws
from glue_client.aws_errors import message_of
from glue_client.console import say, state
from glue_client.deployed import NEVER_LIVED, NO_CHANGE
from glue_client.errors import DeployError, WrongCall
from glue_client.events import Watch, wait_until_rest
from glue_client.intrinsics import text_of
from glue_client.ordering import ordered
from glue_client.templates import INLINE_BYTES, Template
from local_glue import buckets, cdk

ALL_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
AGAIN = "local-glue makes buckets that jobs or --data name: without its state folder all begins anew"
SUFFIXES = (".yml", ".yaml", ".json", ".template")
PACKAGED = {
    "AWS::Lambda::Function": ("Code",),
    "AWS::Lambda::LayerVersion": ("Content",),
    "AWS::Serverless::Function": ("CodeUri",),
    "AWS::Serverless::LayerVersion": ("ContentUri",),
    "AWS::Serverless::StateMachine": ("DefinitionUri",),
    "AWS::Serverless::Api": ("DefinitionUri",),
    "AWS::Serverless::Application": ("Location",),
    "AWS::StepFunctions::StateMachine": ("DefinitionS3Location",),
    "AWS::CloudFormation::Stack": ("TemplateURL",),
    "AWS::ApiGateway::RestApi": ("BodyS3Location",),
}
"""What `aws cloudformation package` uploads where a path stands (AWS CLI reference), apart from Glue's scripts."""


def read(path: Path) -> Template:
    """A template by its file. WrongCall when there is no such file; DeployError when it is none."""
    if path.is_dir():
        raise WrongCall(f"a template is a file, and {path} is a folder")
    if not path.is_file():
        raise WrongCall(f"there is no template {path}")
    if path.suffix not in SUFFIXES:
        raise WrongCall(f"a template ends in {', '.join(SUFFIXES)}, and {path.name} does not")
    return Template.read(path, {})


def in_order(templates: Sequence[Template], given: Mapping[str, str]) -> list[Template]:
    """The templates, each after those whose exports it imports. DeployError names a circle."""
    by_name = {one.name: one for one in templates}
    if len(by_name) < len(templates):
        twice = next(one.name for one in templates if [each.name for each in templates].count(one.name) > 1)
        raise WrongCall(f'two templates are called "{twice}", and a stack is called as its file is: rename one of them')
    owners = {export: name for name, one in by_name.items() for export in one.exports(_of(one, given))}
    needs = {
        name: list(
            dict.fromkeys(owners[each] for each in one.imports(_of(one, given)) if owners.get(each, name) != name)
        )
        for name, one in by_name.items()
    }
    return [by_name[name] for name in ordered(needs)]


def check_parameters(templates: Sequence[Template], given: Mapping[str, str], form: str = "--parameter {}=…") -> None:
    """WrongCall for a parameter that no template declares, or that has neither a value nor a default.

    `form` is how a call gives one.
    """
    declared = {key for one in templates for key in one.parameters}
    for key in given:
        if key not in declared:
            known = f"the parameters are {', '.join(sorted(declared))}" if declared else "there are none"
            raise WrongCall(f'there is no parameter "{key}"; {known}')
    missing = {
        key: one.path.name
        for one in templates
        for key, said in one.parameters.items()
        if "Default" not in said and key not in given
    }
    if missing:
        asked = " ".join(map(form.format, missing))
        raise WrongCall(f"{', '.join(dict.fromkeys(missing.values()))}: parameters without a default: {asked}")


def deploy(aws: Aws, template: Template, given: Mapping[str, str], fill: str = "--data path=s3://bucket/") -> str:
    """Create the template's stack, or update it; the stack's name.

    A stack whose creation failed earlier is deleted first. All capabilities are acknowledged: the AWS is a local one.
    `fill` is how the caller makes a bucket and fills it.

    Raises:
        DeployError: CloudFormation refuses it, a resource fails, or a property names a file on disk.
    """
    name = stack_name(template.path)
    cdk.prepare(aws, template)
    body = _body(aws, template)
    cloudformation = aws.cloudformation
    sent = [{"ParameterKey": key, "ParameterValue": value} for key, value in _of(template, given).items()]
    call: dict[str, Any] = {"StackName": name, "Parameters": sent, "Capabilities": ALL_CAPABILITIES, **body}
    before = deployed.find(aws, name)
    if before is not None and before["StackStatus"] in NEVER_LIVED:
        say(f"{name} is", state(before["StackStatus"]), "from an earlier try: deleting it, then creating it again")
        watch = Watch(cloudformation, name, before["StackId"])
        cloudformation.delete_stack(StackName=before["StackId"])
        wait_until_rest(watch)
        before = None
    if before is None:
        watch = Watch(cloudformation, name)
        watch.stack_id = cloudformation.create_stack(**call)["StackId"]
    else:
        watch = Watch(cloudformation, name, before["StackId"])
        kept = {one["ParameterKey"] for one in before.get("Parameters", [])} - {one["ParameterKey"] for one in sent}
        call["Parameters"] = [
            *sent,
            *({"ParameterKey": key, "UsePreviousValue": True} for key in kept if key in template.parameters),
        ]
        try:
            cloudformation.update_stack(**call)
        except ClientError as error:
            if NO_CHANGE not in message_of(error):
                raise
            say(f"{name} is up to date,", state(before["StackStatus"]))
            return name
    status = wait_until_rest(watch)
    if status not in GOOD:
        causes = watch.causes()
        next_step = "correct it, and run it again"
        if "already exists" in causes:
            next_step = f"deploy what made it, or delete it, and run it again; {AGAIN}"
        elif "does not exist" in causes:
            next_step = f"{next_step}; a bucket is made, and filled, by {fill}"
        raise DeployError(f'stack "{name}" could not be deployed ({status})', causes, next_step)
    return name


def buckets_made(templates: Sequence[Template], given: Mapping[str, str], aws: Aws) -> set[str]:
    """The names of the buckets that the templates make, as far as they say them."""
    about = {"AWS::AccountId": aws.account, "AWS::Region": aws.region, "AWS::Partition": "aws"}
    return {
        text_of((resource.get("Properties") or {}).get("BucketName"), {**one.known, **about, **given})
        for one in templates
        for resource in one.body["Resources"].values()
        if resource.get("Type") == "AWS::S3::Bucket"
    }


def outputs(aws: Aws, stack: str) -> dict[str, str]:
    """The outputs of a deployed stack."""
    found = deployed.find(aws, stack)
    return deployed.outputs(found) if found else {}


def stack_name(path: Path) -> str:
    """A stack's name from a file's: letters, digits and hyphens, a letter first (CloudFormation, CreateStack)."""
    name = path.name.removesuffix(cdk.ENDING).removesuffix(path.suffix)
    name = re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-")
    return (name if name[:1].isalpha() else f"stack-{name}")[:128]


def _of(template: Template, given: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in given.items() if key in template.parameters}


def _body(aws: Aws, template: Template) -> dict[str, str]:
    """The template as the call carries it, with its scripts on disk packaged."""
    text = _packaged(aws, template)
    if len(text.encode()) <= INLINE_BYTES:
        return {"TemplateBody": text}
    key = f"templates/{template.path.name}"
    bucket = buckets.own(aws)
    aws.s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
    return {"TemplateURL": f"{aws.s3.meta.endpoint_url}/{bucket}/{key}"}


def _packaged(aws: Aws, template: Template) -> str:
    scripts = {}
    for logical_id, resource in template.body["Resources"].items():
        properties = resource.get("Properties") if isinstance(resource, dict) else None
        if not isinstance(properties, dict):
            continue
        for file, place in _files(template.path.parent, resource.get("Type", ""), properties):
            if place != "Command.ScriptLocation":
                raise DeployError(
                    f"{template.path.name}: {place} of {logical_id} names a file on disk; CloudFormation takes none",
                    str(file),
                    f"aws cloudformation package --template-file {template.path} --s3-bucket <bucket> "
                    "--output-template-file packaged.yml, then run packaged.yml",
                )
            scripts[logical_id] = file
    if not scripts:
        return template.text
    body = deepcopy(dict(template.body))
    bucket = buckets.own(aws)
    for logical_id, file in scripts.items():
        content = file.read_bytes()
        key = f"scripts/{hashlib.sha256(content).hexdigest()[:16]}/{file.name}"
        aws.s3.put_object(Bucket=bucket, Key=key, Body=content)
        body["Resources"][logical_id]["Properties"]["Command"]["ScriptLocation"] = f"s3://{bucket}/{key}"
        say(f"{file.name}: packaged for {logical_id}")
    return json.dumps(body, default=str)  # YAML reads a version's date as a date


def _files(folder: Path, kind: str, properties: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Files or folders on disk that a resource's properties name, with the property."""
    found = {key: properties.get(key) for key in PACKAGED.get(kind, ())}
    command = properties.get("Command")
    if kind == "AWS::Glue::Job" and isinstance(command, dict):
        found["Command.ScriptLocation"] = command.get("ScriptLocation")
    for place, value in found.items():
        if isinstance(value, str) and value and "://" not in value and (folder / value).exists():
            yield folder / value, place
