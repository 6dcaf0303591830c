"""Lambda."""

from __future__ import annotations

from typing import Any

from local_aws.cloudformation.settings.setting import Setting, Step

_WITHOUT: dict[str, Any] = {
    "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
    "DeadLetterConfig": {"TargetArn": ""},
    "FileSystemConfigs": [],
    "KmsKeyArn": "",
}
"""Property -> its value in UpdateFunctionConfiguration where a template does not have it (API reference)."""


def _configured(function: str, name: str, value: Any) -> list[Step]:
    member = "KMSKeyArn" if name == "KmsKeyArn" else name
    return [("UpdateFunctionConfiguration", {"FunctionName": function, member: value})]


def _configuration(name: str) -> Setting:
    return Setting(
        (name,),
        "lambda",
        lambda function, given: _configured(function, name, given[name]),
        lambda function, _given: _configured(function, name, _WITHOUT[name]),
    )


COMPUTE = {
    "AWS::Lambda::Function": (
        *(_configuration(name) for name in _WITHOUT),
        Setting(
            ("ReservedConcurrentExecutions",),
            "lambda",
            lambda function, given: [
                (
                    "PutFunctionConcurrency",
                    {
                        "FunctionName": function,
                        "ReservedConcurrentExecutions": given["ReservedConcurrentExecutions"],
                    },
                )
            ],
            lambda function, _given: [("DeleteFunctionConcurrency", {"FunctionName": function})],
        ),
        Setting(
            ("RecursiveLoop",),
            "lambda",
            lambda function, given: [
                (
                    "PutFunctionRecursionConfig",
                    {"FunctionName": function, "RecursiveLoop": given["RecursiveLoop"]},
                )
            ],
            lambda function, _given: [
                ("PutFunctionRecursionConfig", {"FunctionName": function, "RecursiveLoop": "Terminate"})
            ],
        ),
    ),
}
