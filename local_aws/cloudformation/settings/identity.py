"""IAM."""

from __future__ import annotations

from local_aws.cloudformation.settings.setting import Setting

IDENTITY = {
    "AWS::IAM::Role": (
        Setting(
            ("PermissionsBoundary",),
            "iam",
            lambda name, given: [
                (
                    "PutRolePermissionsBoundary",
                    {"RoleName": name, "PermissionsBoundary": str(given["PermissionsBoundary"])},
                )
            ],
            lambda name, _given: [("DeleteRolePermissionsBoundary", {"RoleName": name})],
        ),
    ),
}
