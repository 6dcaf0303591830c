"""What templates call their resources, as far as that is known before a deployment."""

from collections.abc import Sequence
from typing import Any

from deploy.bundle import Bundle
from glue_client.errors import DeployError
from glue_client.intrinsics import text_of
from glue_client.templates import Template

OF_THE_ACCOUNT = "-${AWS::AccountId}-${AWS::Region}"  # what makes a bucket's name unique, and a picture wide
NAME_PATHS = {
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::Glue::Database": ("DatabaseInput", "Name"),
    "AWS::Glue::Table": ("TableInput", "Name"),
    "AWS::StepFunctions::StateMachine": ("StateMachineName",),
    "AWS::SNS::Topic": ("TopicName",),
    "AWS::DynamoDB::Table": ("TableName",),
}


class Names:
    """The names in some stacks of a bundle, with the values of their parameter files."""

    def __init__(self, bundle: Bundle, stacks: Sequence[str]) -> None:
        self._bundle = bundle
        self.exports = {
            export: (bundle[name], key)
            for name in stacks
            for key, export in zip(_exported_keys(bundle[name]), bundle[name].exports({}), strict=True)
        }
        """Each export with the template and the output that make it."""

    def name(self, stack: str, logical_id: str) -> str:
        """A resource's name on AWS, or its logical id where AWS makes the name up."""
        template = self._bundle[stack]
        body = template.body["Resources"][logical_id]
        value: Any = body.get("Properties", {})
        for key in NAME_PATHS.get(body["Type"], ("Name",)):
            value = value.get(key, {})
        return str(self.resolved(template, value)).removesuffix(OF_THE_ACCOUNT) if value else logical_id

    def resolved(self, template: Template, node: Any) -> Any:
        """A value with its expressions resolved: references to resources and imports become those resources' names."""
        if isinstance(node, list):
            return [self.resolved(template, value) for value in node]
        if not isinstance(node, dict):
            return node
        if "Fn::ImportValue" in node:
            return self._imported(self.resolved(template, node["Fn::ImportValue"]))
        if node.get("Ref") in template.body["Resources"]:
            return self.name(template.name, node["Ref"])
        inner = {key: self.resolved(template, value) for key, value in node.items()}
        is_expression = any(key == "Ref" or key.startswith("Fn::") for key in node)
        return text_of(inner, template.known) if is_expression else inner

    def _imported(self, export: str) -> Any:
        if export not in self.exports:
            raise DeployError(f'no template exports "{export}"', ", ".join(self.exports), "correct the import")
        template, key = self.exports[export]
        return self.resolved(template, template.outputs[key]["Value"])


def _exported_keys(template: Template) -> list[str]:
    return [key for key, output in template.outputs.items() if "Export" in output]
