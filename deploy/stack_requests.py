"""What CloudFormation is asked with for a stack: its template, its parameters, what has to be acknowledged."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from deploy import parameters, wheels
from deploy.bundle import Bundle
from deploy.project import ARTIFACTS, DEFINITIONS, WHEELS
from glue_client.aws import Aws
from glue_client.errors import DeployError
from glue_client.templates import Template

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef


class StackRequests:
    """The requests for the stacks of a bundle; `outputs` are those of a deployed stack, by its name."""

    def __init__(self, aws: Aws, bundle: Bundle, outputs: Callable[[str], Mapping[str, str]]) -> None:
        self._aws, self._bundle, self._outputs = aws, bundle, outputs

    def for_create(self, name: str) -> dict[str, Any]:
        """What CreateStack, or a change set for a new stack, gets.

        A template that is too long for a request is put into the artifacts bucket.

        Raises:
            DeployError: a parameter has no value, or names what Parameter Store has not.
        """
        template, given = self._bundle[name], self._bundle.for_stack(name)
        sent = parameters.for_create(template, given)
        self._expect_stored(name, {**template.known, **given})
        return self._request(template, sent)

    def for_update(self, stack: "StackTypeDef") -> tuple[dict[str, Any], list[str]]:
        """What UpdateStack, or a change set for a deployed stack, gets; and its parameters that change.

        Raises:
            DeployError: as `for_create`.
        """
        name = stack["StackName"]
        template, told = self._bundle[name], stack.get("Parameters", [])
        current = {one["ParameterKey"]: one["ParameterValue"] for one in told}
        sent = parameters.for_update(template, self._bundle.for_stack(name), current, self._deployed_defaults(name))
        stored = self._expect_stored(name, {**template.known, **parameters.in_force(sent, current)})
        resolved = {one["ParameterKey"]: one["ResolvedValue"] for one in told if "ResolvedValue" in one}
        return self._request(template, sent), parameters.changes(sent, current, stored, resolved)

    def _request(self, template: Template, sent: parameters.Sent) -> dict[str, Any]:
        named = {"StackName": template.name, "Parameters": sent, "Capabilities": template.capabilities}
        return {**named, **self._body(template)}

    def _expect_stored(self, name: str, values: Mapping[str, str]) -> dict[str, str]:
        """What Parameter Store has of what the stack's parameters name. DeployError when it has not all of it."""
        found = dict[str, str]()
        for place, what in ((WHEELS, "wheel"), (DEFINITIONS, "definition")):
            found |= wheels.expect(self._aws, self._bundle.placed(place), name, values, what)
        return found

    def _deployed_defaults(self, name: str) -> dict[str, str]:
        """The parameter defaults of the template that the stack was made from."""
        summary = self._aws.cloudformation.get_template_summary(StackName=name)
        return {one["ParameterKey"]: one.get("DefaultValue", "") for one in summary.get("Parameters", [])}

    def _body(self, template: Template) -> dict[str, str]:
        """The template as the call carries it: within it, or as the address of an object in the artifacts bucket."""
        if template.is_inline:
            return {"TemplateBody": template.text}
        holder = self._bundle.stack_with_output(ARTIFACTS)
        if holder == template.name:
            size = f"{len(template.text.encode()):,} bytes, and it makes the bucket that it would have to come from"
            raise DeployError(f"{template.path.name} is too long for AWS (51,200 bytes)", size, "make it shorter")
        bucket, key = self._outputs(holder)[ARTIFACTS], f"templates/{template.path.name}"
        s3 = self._aws.s3
        s3.put_object(Bucket=bucket, Key=key, Body=template.text.encode())
        return {"TemplateURL": f"{s3.meta.endpoint_url}/{bucket}/{key}"}
