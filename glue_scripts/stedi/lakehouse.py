"""What the STEDI jobs share: the columns of their tables, and which readings they use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awsglue.transforms import Filter, Join
from lakejobs.errors import JobError
from lakejobs.schema import Schema

if TYPE_CHECKING:
    from awsglue.dynamicframe import DynamicFrame

CUSTOMER = Schema(
    {
        "customerName": "string",
        "email": "string",
        "phone": "string",
        "birthDay": "string",
        "serialNumber": "string",
        "registrationDate": "bigint",
        "lastUpdateDate": "bigint",
        "shareWithResearchAsOfDate": "bigint",
        "shareWithPublicAsOfDate": "bigint",
        "shareWithFriendsAsOfDate": "bigint",
    }
)
CURATED_CUSTOMER = CUSTOMER.only(["email", "serialNumber", "lastUpdateDate", "shareWithResearchAsOfDate"])
ACCELEROMETER = Schema({"user": "string", "timestamp": "bigint", "x": "double", "y": "double", "z": "double"})
STEP_TRAINER = Schema({"sensorReadingTime": "bigint", "serialNumber": "string", "distanceFromObject": "int"})
READINGS = ("all", "since-consent")


def check_readings(readings: str) -> None:
    """Refuse a variant that is none.

    Raises:
        JobError: names the variants.
    """
    if readings not in READINGS:
        raise JobError(
            f"there are no readings {readings!r}",
            f"--readings takes {' or '.join(READINGS)}",
            "correct the parameter Readings of the stack stedi",
        )


def readings_of(customers: DynamicFrame, readings: DynamicFrame, variant: str) -> DynamicFrame:
    """Each accelerometer reading beside its customer; customers without readings, and readings of others, drop out."""
    joined = Join.apply(
        frame1=customers, frame2=readings, keys1=["email"], keys2=["user"], transformation_ctx="join_customers"
    )
    return joined if variant == "all" else since_consent(joined, "timestamp")


def since_consent(joined: DynamicFrame, time: str) -> DynamicFrame:
    """The records of which a time is at or after the consent beside it; one without a time is none of them."""
    return Filter.apply(
        frame=joined,
        f=lambda record: record[time] is not None and record[time] >= record["sharewithresearchasofdate"],
        transformation_ctx="since_consent",
    )
