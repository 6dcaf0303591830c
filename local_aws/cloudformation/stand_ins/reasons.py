"""What stack events and DescribeStackResource say of a resource that is not simulated."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any

from local_aws.emulator import NOT_SIMULATED

_MACHINES = frozenset(
    """
    AWS::CodeBuild::Project AWS::DocDB::DBCluster AWS::DocDB::DBInstance AWS::ECS::Service AWS::EKS::Cluster
    AWS::EKS::Nodegroup AWS::ElastiCache::CacheCluster AWS::ElastiCache::ReplicationGroup
    AWS::KinesisAnalyticsV2::Application AWS::OpenSearchService::Domain AWS::RDS::DBCluster AWS::RDS::DBInstance
    """.split()
)
"""Types that are kept and shown, and whose machines would be containers; the local AWS starts none."""

_FUNCTION = "AWS::Lambda::Function"


def reason(resource_type: str, properties: Mapping[str, Any], *, is_stand_in: bool) -> str:
    """Why a resource is not simulated; empty for one that is.

    Args:
        resource_type: its type.
        properties: its properties, with all functions worked out.
        is_stand_in: whether this machine has not the type.
    """
    if is_stand_in:
        why = f"the local AWS has no {resource_type}; properties were checked, nothing runs behind it"
    elif resource_type in _MACHINES:
        why = "kept and shown; the local AWS starts no containers, so nothing runs behind it"
    else:
        why = _why_not_run(properties) if resource_type == _FUNCTION else ""
    return f"{NOT_SIMULATED}: {why}" if why else ""


def _why_not_run(function: Mapping[str, Any]) -> str:
    """Why a function's code does not run here; Python and binaries for Linux do, and JavaScript where Node.js is."""
    runtime = str(function.get("Runtime", ""))
    if function.get("PackageType") == "Image":
        return "its code is a container image, and the local AWS starts no containers"
    if runtime.startswith("nodejs"):
        return "" if shutil.which("node") else f"its runtime {runtime} needs Node.js, which is not on this machine"
    if runtime.startswith(("python", "provided")):
        return ""
    return f"the local AWS has no runtime {runtime}" if runtime else ""
