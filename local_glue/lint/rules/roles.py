"""Roles: Glue may take them, and they may read what their job or crawler reads."""

from collections.abc import Iterator
from typing import Any

from local_glue.lint import rights
from local_glue.lint.base import GUIDE, Finding, GlueRule, own
from local_glue.lint.expressions import items
from local_glue.lint.project import Project
from local_glue.lint.values import Resource, Source

KINDS = {"AWS::Glue::Job": "job", "AWS::Glue::Crawler": "crawler"}


class NotForGlue(GlueRule):
    """A role that Glue may not take."""

    id = "E9340"
    shortdesc = "A job's or crawler's role that does not trust Glue"
    description = "Glue takes the role by sts:AssumeRole; without glue.amazonaws.com in its trust policy it is refused"
    source_url = GUIDE + "create-an-iam-role.html"

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each job and crawler whose role stands in the templates."""
        for type_, kind in KINDS.items():
            for resource in own(project, source, type_):
                role = rights.role_of(project, resource)
                try:
                    trusted = role is None or rights.trusts(project, role, "glue")
                except rights.Unknown:
                    continue
                if role is not None and not trusted:
                    yield (
                        resource.place("Role"),
                        (
                            f"role {role.id} of {kind} {resource.id} cannot be taken by Glue; allow sts:AssumeRole to "
                            "the service glue.amazonaws.com in its AssumeRolePolicyDocument"
                        ),
                    )


class ScriptOutOfReach(GlueRule):
    """A job whose role may not read its script."""

    id = "W9341"
    shortdesc = "A job whose role may not read its script"
    description = "Glue fetches the script with the job's role; without s3:GetObject the run fails"
    source_url = GUIDE + "create-an-iam-role.html"

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each job whose role and policies stand in the templates."""
        for job in own(project, source, "AWS::Glue::Job"):
            address = project.text(job, "Command", "ScriptLocation") or ""
            for action, place in _refused(project, job, address, {"s3:GetObject": "{bucket}/{key}"}):
                yield (
                    job.place("Command", "ScriptLocation"),
                    f"the role of job {job.id} may not read its script: it has no {action} on {place}; allow that",
                )


class TargetOutOfReach(GlueRule):
    """A crawler whose role may not read what it crawls."""

    id = "W9342"
    shortdesc = "A crawler whose role may not read its target"
    description = "The crawl fails without s3:ListBucket on the bucket and s3:GetObject on what is in it"
    source_url = GUIDE + "crawler-prereqs.html"

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each target in S3 and missing right."""
        wanted = {"s3:ListBucket": "{bucket}", "s3:GetObject": "{bucket}/{key}"}
        for crawler in own(project, source, "AWS::Glue::Crawler"):
            targets: Any = crawler.properties.get("Targets")
            s3 = targets.get("S3Targets") if isinstance(targets, dict) else None
            for path, target in items(s3, crawler.place("Targets", "S3Targets")):
                address = project.values.text(source, target.get("Path", ""))
                folder = f"{address.rstrip('/')}/file"
                for action, place in _refused(project, crawler, folder, wanted):
                    yield (
                        path,
                        (
                            f"the role of crawler {crawler.id} may not read its target {address}: it has no {action} "
                            f"on {place}; allow that"
                        ),
                    )


def _refused(project: Project, resource: Resource, address: str, wanted: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The actions that a role has not, each with its place; none where only a deployment tells."""
    role, parts = rights.role_of(project, resource), rights.bucket_and_key(address)
    if role is None or parts is None:
        return
    bucket, key = parts
    for action, form in wanted.items():
        place = form.format(bucket=bucket, key=key or "key")
        try:
            allowed = rights.may(project, role, action, place)
        except rights.Unknown:
            continue
        if not allowed:
            yield action, place
