"""Explains what a crawl would do before anything is written, by the local AWS's ExplainCrawl.

AWS has no dry run of a crawler. The local AWS has one: an operation of Glue's protocol that AWS lacks, carried out with
the crawler's own role.
"""

from typing import TYPE_CHECKING, Any

from deploy import crawl_view, environments
from deploy.our_own import asked_in_json, is_aws
from glue_client.aws import Aws
from glue_client.console import say, show_rows
from glue_client.errors import DeployError, WrongCall

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

SECONDS = 600  # a crawl of many files reads as long as the crawl itself would


def explain(aws: Aws, name: str | None, environment: str | None = None) -> None:
    """Print what a crawl of this crawler would do and why; DeployError when the crawl would fail.

    With an environment the plain name of a crawler is that of its own.
    """
    name = environments.meant(name, environment) if name else None
    if is_aws(aws.glue.meta.endpoint_url):
        raise _only_here(aws, name)
    names = [crawler["Name"] for page in _pages(aws.glue) for crawler in page["Crawlers"]]
    if name is None or name not in names:
        known = f"the crawlers are {', '.join(names)}" if names else "there is none yet: ./pyntw up"
        raise WrongCall(f'there is no crawler "{name}"; {known}' if name else f"explaincrawl needs a crawler; {known}")
    document = asked_in_json(aws, "glue", aws.glue.meta.endpoint_url, "AWSGlue.ExplainCrawl", {"Name": name}, SECONDS)
    show(name, document)
    if document["Failure"]:
        raise DeployError(
            f"a crawl of {name} would fail now",
            document["Failure"],
            "let it have what it lacks, or follow the advice above if there is any",
        )


def show(name: str, document: dict[str, Any]) -> None:
    """Print the answer."""
    say(f"What a crawl of {name} would do now; nothing is written.")
    for line in crawl_view.heading(document):
        say(f"  {line}")
    for section in crawl_view.sections(document):
        if section.rows:
            show_rows(section.title, section.rows)
    advice = crawl_view.advice(document)
    if advice:
        say("\nAdvice")
        for sentence in advice:
            say(f"  * {sentence}")


def _pages(glue: "GlueClient") -> Any:
    return glue.get_paginator("get_crawlers").paginate()


def _only_here(aws: Aws, name: str | None) -> DeployError:
    return DeployError(
        "AWS cannot say what a crawl would do: it has no dry run of crawlers",
        f"{aws.glue.meta.endpoint_url} is AWS itself",
        "start the local AWS (./pyntw localaws, and export its lines), ./pyntw up, copy some of the files to the same "
        f"folders with aws s3 cp, and ask there; what a crawl on AWS did is in log group /aws-glue/crawlers, stream "
        f"{name or 'named as the crawler'}",
    )
