"""What Athena tells CloudWatch of a query (user guide, "List of CloudWatch metrics and dimensions for Athena").

Of its metrics ProcessedBytes alone, by work group, as public alarms on what a group scans look at it.
"""

from __future__ import annotations

import logging
import time

from local_aws import emulator
from local_aws.emulator import Scope

_NAMESPACE, _DML = "AWS/Athena", "DML"

logger = logging.getLogger(__name__)


def publish(scope: Scope, group: str, statement_type: str, scanned: int) -> None:
    """Put the bytes that a query scanned, whatever became of it; there are none of DDL.

    Args:
        scope: account and region.
        group: name of the work group; "" for one that publishes nothing.
        statement_type: DDL, DML or UTILITY.
        scanned: bytes.
    """
    if not group or statement_type != _DML:
        return
    value = {
        "MetricName": "ProcessedBytes",
        "Dimensions": [{"Name": "WorkGroup", "Value": group}],
        "Timestamp": time.time(),
        "Value": scanned,
        "Unit": "Bytes",
    }
    with scope.entered():
        try:
            emulator.call_service("cloudwatch", "PutMetricData", {"Namespace": _NAMESPACE, "MetricData": [value]})
        except emulator.ServiceError:
            logger.exception("metrics of the work group %s", group)
