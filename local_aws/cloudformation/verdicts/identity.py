"""IAM, KMS, Secrets Manager, SSM."""

from __future__ import annotations

from local_aws.cloudformation.verdicts.verdict import Verdicts

IDENTITY = {
    "AWS::IAM::Role": Verdicts(
        works="AssumeRolePolicyDocument Description ManagedPolicyArns MaxSessionDuration Path PermissionsBoundary "
        "Policies RoleName Tags",
    ),
    "AWS::IAM::Policy": Verdicts(works="PolicyName PolicyDocument Roles Users Groups"),
    "AWS::IAM::ManagedPolicy": Verdicts(works="ManagedPolicyName Path Description PolicyDocument Roles Users Groups"),
    "AWS::IAM::User": Verdicts(
        works="UserName Path ManagedPolicyArns PermissionsBoundary Policies LoginProfile Tags Groups"
    ),
    "AWS::IAM::Group": Verdicts(works="GroupName Path ManagedPolicyArns Policies"),
    "AWS::IAM::RolePolicy": Verdicts(works="RoleName PolicyName PolicyDocument"),
    "AWS::IAM::UserPolicy": Verdicts(works="UserName PolicyName PolicyDocument"),
    "AWS::IAM::GroupPolicy": Verdicts(works="GroupName PolicyName PolicyDocument"),
    "AWS::IAM::UserToGroupAddition": Verdicts(works="GroupName Users"),
    "AWS::SecretsManager::ResourcePolicy": Verdicts(works="SecretId ResourcePolicy", template_only="BlockPublicPolicy"),
    "AWS::IAM::InstanceProfile": Verdicts(works="InstanceProfileName Path Roles"),
    "AWS::KMS::Key": Verdicts(
        works="Description Enabled EnableKeyRotation KeyPolicy KeySpec KeyUsage MultiRegion Origin "
        "RotationPeriodInDays Tags",
        template_only="BypassPolicyLockoutSafetyCheck PendingWindowInDays",
    ),
    "AWS::KMS::Alias": Verdicts(works="AliasName TargetKeyId"),
    "AWS::SSM::Parameter": Verdicts(
        works="Name Type Value Description AllowedPattern Tier DataType Tags",
        refused={"Policies": "parameters do not expire, and nothing is notified of them"},
    ),
    "AWS::SecretsManager::Secret": Verdicts(
        works="Name Description GenerateSecretString SecretString KmsKeyId Tags",
        kept="ReplicaRegions",
        refused={"Type": "secrets that others manage are not simulated"},
    ),
}
