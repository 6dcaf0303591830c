"""Why a crawl ends other than SUCCEEDED.

CrawlFailed            the run is FAILED with this message
└── Unsupported        … because the crawler asks for what this one cannot do, named
CrawlCancelled         the run was stopped: CANCELLED
"""

from __future__ import annotations

SUPPORTED = (
    "S3 targets with exclusions and sample size; DynamoDB targets; CSV, JSON, XML, Parquet, ORC and Avro; "
    "gzip, bzip2 and one-file zip; "
    "custom classifiers; catalog targets over S3; CRAWL_EVERYTHING and CRAWL_NEW_FOLDERS_ONLY"
)


class CrawlFailed(Exception):  # noqa: N818 - Glue's word for the state is FAILED
    """A crawl that fails; the text becomes LastCrawl's ErrorMessage."""


class Unsupported(CrawlFailed):
    """A crawler that asks for something that the local crawler refuses: `what`."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"{what} is not supported by the local crawler. Supported: {SUPPORTED}.")


class CrawlCancelled(Exception):  # noqa: N818 - Glue's word for the state is CANCELLED
    """A crawl that was stopped while it ran."""
