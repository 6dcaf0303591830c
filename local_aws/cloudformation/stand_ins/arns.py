"""ARNs of resources that are not here, in the form in which policies name the resources of their service."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from local_aws.templates import registry

_PREFIXES = {
    "ACMPCA": "acm-pca",
    "CertificateManager": "acm",
    "EMR": "elasticmapreduce",
    "ElasticLoadBalancingV2": "elasticloadbalancing",
    "KinesisFirehose": "firehose",
    "MSK": "kafka",
    "OpenSearchService": "es",
    "StepFunctions": "states",
}
"""How policies call the services whose schemas do not tell it (Service Authorization Reference)."""


def service(resource_type: str) -> str:
    """The prefix of a type's service in policies and ARNs, such as `redshift`."""
    owner = resource_type.split("::")[1]
    if owner in _PREFIXES:
        return _PREFIXES[owner]
    handlers = registry.schema(resource_type).get("handlers", {}).values()
    prefixes = {action.partition(":")[0] for handler in handlers for action in handler.get("permissions", ())}
    return next((prefix for prefix in sorted(prefixes) if plain(prefix) == plain(owner)), plain(owner))


def make(resource_type: str, name: str, *, region: str, account: str, partition: str = "aws") -> str:
    """An ARN for a resource of a type that is not here.

    Args:
        resource_type: such as `AWS::Redshift::Cluster`.
        name: what tells it from others of its kind, such as `my-cluster`.
        region: AWS's code.
        account: twelve digits.
        partition: aws, aws-cn, ...
    """
    prefix, kind = service(resource_type), resource_type.split("::")[2]
    formats = registry.arn_formats(prefix)
    found = _of(kind, formats) or f"arn:${{Partition}}:{prefix}:${{Region}}:${{Account}}:{kind.lower()}/*"
    return fill(found, name, region=region, account=account, partition=partition)


def fill(form: str, name: str, *, region: str, account: str, partition: str = "aws") -> str:
    """An ARN in one of the forms of `registry.arn_formats`, with the other arguments of `make`."""
    found, values = form, {"Partition": partition, "Region": region, "Account": account}
    found = re.sub(r"\$\{(\w+)\}", lambda match: str(values.get(match[1], name)), found)
    head, star, _ = found.partition("*")
    return head.removesuffix(".") + name if star else found


def _of(kind: str, formats: Mapping[str, str]) -> str:
    """The format of the kind that is called as the type, or whose name ends the type's; empty without one."""
    return formats.get(alike(kind, formats), "")


def alike(kind: str, names: Iterable[str]) -> str:
    """The name of the kind of resource that is called as a type's kind, or whose name ends it; empty without one."""
    found = [name for name in names if plain(name) == plain(kind)]
    found += sorted((name for name in names if plain(kind).endswith(plain(name))), key=len, reverse=True)
    found += sorted((name for name in names if plain(name).endswith(plain(kind))), key=len)
    return found[0] if found else ""


def plain(name: str) -> str:
    """A name without capitals, hyphens and slashes, in which services differ."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
