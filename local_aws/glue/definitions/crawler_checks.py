"""What AWS refuses of a crawler: what checks.py has, and what only the AWS that it is made in can tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws import emulator
from local_aws.emulator import Scope
from local_aws.glue.crawler.failures import CrawlFailed
from local_aws.glue.crawler.settings import read_settings
from local_aws.glue.definitions.checks import check_schedule
from local_aws.glue.errors import invalid
from local_aws.glue.model import GlueError


def check_crawler(scope: Scope, params: Mapping[str, Any]) -> None:
    """What CreateCrawler checks: the role can be assumed, the buckets exist, the settings make sense.

    A crawler that cannot run here is made, and its crawls fail with the reason.
    """
    with scope.entered():
        if not emulator.role_exists_and_trusts(params["Role"]):
            raise invalid("Service is unable to assume provided role. Please verify role's TrustPolicy")  # real
    if params.get("CatalogId") not in (None, scope.account_id):
        raise GlueError("EntityNotFoundException", f"Catalog {params['CatalogId']} not found.")
    check_schedule(params.get("Schedule"))
    try:
        settings = read_settings(params, to_run=False)
    except CrawlFailed as error:
        raise invalid(str(error)) from error
    for target in settings.targets:
        if not emulator.bucket_exists(scope, target.bucket):
            raise invalid(f"S3 bucket {target.bucket} does not exist.")  # real
    if settings.catalog_targets and settings.policy["DeleteBehavior"] != "LOG":
        # The rule is the developer guide's; the text is ours.
        raise invalid("The SchemaChangePolicy for catalog targets can have only LOG DeleteBehavior value.")
