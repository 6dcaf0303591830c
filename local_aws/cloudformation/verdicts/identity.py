"""IAM, KMS, Secrets Manager, SSM."""

from __future__ import annotations

from local_aws.cloudformation.verdicts.verdict import Verdicts

IDENTITY = {
    "AWS::IAM::Role": Verdicts(
        works="AssumeRolePolicyDocument Description ManagedPolicyArns MaxSessionDuration Path PermissionsBoundary "
        "Policies RoleName Tags",
    ),
}
