"""One stack on a local AWS, and a role that Glue may assume."""

import json

from tests.local_aws.aws_server import unique, wait_until

ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ]
        }
    },
}


class Stack:
    """One stack, named afresh."""

    def __init__(self, local_aws, session=None):
        self.cloudformation, self.name = local_aws.client("cloudformation", session), unique("stack")

    def apply(self, resources, parameters=None, *, update=False, **more):
        """Create or update with these resources; return the stack's final status."""
        template = {"Resources": resources, "Parameters": {name: {"Type": "String"} for name in parameters or {}}}
        call = self.cloudformation.update_stack if update else self.cloudformation.create_stack
        call(
            StackName=self.name,
            TemplateBody=json.dumps(template),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()],
            Capabilities=["CAPABILITY_NAMED_IAM"],
            **more,
        )
        return self.status()

    def make(self, body, *, update=False, capabilities=(), **parameters):
        """Create or update with a template's text, and parameters; return the stack's final status."""
        call = self.cloudformation.update_stack if update else self.cloudformation.create_stack
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        call(StackName=self.name, TemplateBody=body, Parameters=given, Capabilities=list(capabilities))
        return self.status()

    def outputs(self):
        """Key -> value."""
        found = self.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0].get("Outputs", [])
        return {entry["OutputKey"]: entry["OutputValue"] for entry in found}

    def status(self):
        return wait_until(self.status_now, lambda status: not status.endswith("IN_PROGRESS"))

    def status_now(self):
        return self.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]

    def reasons(self, status="CREATE_FAILED"):
        events = self.cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        return [event.get("ResourceStatusReason", "") for event in events if event["ResourceStatus"] == status]

    def refs(self):
        """Logical id -> physical id."""
        found = self.cloudformation.describe_stack_resources(StackName=self.name)["StackResources"]
        return {entry["LogicalResourceId"]: entry["PhysicalResourceId"] for entry in found}

    def delete(self):
        """Delete it and wait for its end, which must be a good one."""
        stack_id = self.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]["StackId"]
        self.cloudformation.delete_stack(StackName=self.name)
        ended = wait_until(
            lambda: self.cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"],
            lambda status: not status.endswith("IN_PROGRESS"),
        )
        assert ended == "DELETE_COMPLETE", self.reasons("DELETE_FAILED")
