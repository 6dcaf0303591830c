"""Buckets: names that are free, and TLS alone."""

from collections.abc import Iterator
from typing import Any

from local_glue.lint.base import Finding, GlueRule, own
from local_glue.lint.expressions import branches, is_known, named_in
from local_glue.lint.project import Project
from local_glue.lint.values import Resource, Source

S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
NEEDED = {"the account": ("${AWS::AccountId}", "${AWS::StackId}"), "the region": ("${AWS::Region}", "${AWS::StackId}")}


class TakenName(GlueRule):
    """A bucket's name that another account, or region, may have."""

    id = "W9350"
    shortdesc = "A bucket's name without account and region"
    description = "Names of buckets are unique in the whole world: the second deployment of the template fails"
    source_url = S3 + "bucketnamingrules.html"

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each bucket; a name that holds a parameter, or the stack's name, is the deployer's choice."""
        for bucket in own(project, source, "AWS::S3::Bucket"):
            for path, node in branches(bucket.properties.get("BucketName"), bucket.place("BucketName")):
                if node is None:
                    continue
                text = project.values.text(source, node)
                missing = [what for what, names in NEEDED.items() if not any(name in text for name in names)]
                if missing and _is_fixed(source, node, text):
                    yield (
                        path,
                        (
                            f"{text} of bucket {bucket.id} lacks {' and '.join(missing)}, so that a second deployment "
                            "fails; end it in -${AWS::AccountId}-${AWS::Region}, or leave BucketName out"
                        ),
                    )


def _is_fixed(source: Source, node: Any, text: str) -> bool:
    """Whether nobody who deploys the template can choose the name, by a parameter or otherwise."""
    if any(name in source.parameters or name == "AWS::StackName" for name in named_in(node)):
        return False
    for name in ("${AWS::AccountId}", "${AWS::Region}", "${AWS::Partition}", "${AWS::URLSuffix}"):
        text = text.replace(name, "")
    return is_known(text)


class WithoutTls(GlueRule):
    """A bucket that answers without TLS."""

    id = "I9351"
    shortdesc = "A bucket without a policy that denies requests without TLS"
    description = "A bucket policy that denies all where aws:SecureTransport is false"
    source_url = S3 + "security-best-practices.html"

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each bucket."""
        for bucket in own(project, source, "AWS::S3::Bucket"):
            if not any(_denies(policy) for policy in self._policies(project, bucket)):
                yield (
                    bucket.path,
                    (
                        f"bucket {bucket.id} answers without TLS; deny s3:* where aws:SecureTransport is false in an "
                        "AWS::S3::BucketPolicy"
                    ),
                )

    def _policies(self, project: Project, bucket: Resource) -> Iterator[Resource]:
        for policy in project.of_type("AWS::S3::BucketPolicy"):
            value = project.values.of(policy.source, policy.properties.get("Bucket", ""))
            if project.nodes.resource(value, "AWS::S3::Bucket") == bucket:
                yield policy


def _denies(policy: Resource) -> bool:
    for _, document in branches(policy.properties.get("PolicyDocument")):
        said: Any = document.get("Statement") if isinstance(document, dict) else None
        for statement in said if isinstance(said, list) else [said]:
            if isinstance(statement, dict) and statement.get("Effect") == "Deny":
                condition: Any = statement.get("Condition")
                told = condition.get("Bool") if isinstance(condition, dict) else None
                secure = told.get("aws:SecureTransport") if isinstance(told, dict) else None
                if "false" in str(secure).lower():
                    return True
    return False
