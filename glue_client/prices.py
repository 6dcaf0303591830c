"""AWS's prices of a region, from prices.json, which tells their date and sources. None was held against a bill."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glue_client.errors import WrongCall

BOOK: Mapping[str, Any] = json.loads(Path(__file__).with_name("prices.json").read_text(encoding="utf-8"))
"""The whole file: what is the same in all regions stands beside `regions`."""
REGIONS: Mapping[str, Mapping[str, float]] = BOOK["regions"]
USUAL = "us-east-1"
"""Whose prices a run's last line tells where those of its region are not known."""
GB, TB = 10**9, 10**12
"""AWS says that it means powers of 1,000 for Athena's scans; of S3's and CloudWatch's GB it is assumed."""
HOURS_A_MONTH = 730
"""As AWS counts a month."""


@dataclass(frozen=True)
class Prices:
    """US dollars in one region.

    Attributes:
        region: whose they are.
        instead_of: the region that was asked for, where its own are not known; else empty.
        dollars: by prices.json's names.
    """

    region: str
    instead_of: str
    dollars: Mapping[str, float]

    def __getitem__(self, name: str) -> float:
        return self.dollars[name]

    def __str__(self) -> str:
        instead = f", as those of {self.instead_of} are not known here" if self.instead_of else ""
        return f"{self.region}{instead}, prices of {BOOK['dated']}, unverified"


def of(region: str) -> Prices:
    """The prices of a region. WrongCall where they are not known; it says of which ones they are."""
    if region not in REGIONS:
        known = ", ".join(REGIONS)
        raise WrongCall(f'the prices of the region "{region}" are not known here; those of {known} are: region=…')
    return Prices(region, "", REGIONS[region])


def near(region: str) -> Prices:
    """The prices of a region, and where they are not known those of the usual one, which then says so."""
    return of(region) if region in REGIONS else Prices(USUAL, region, REGIONS[USUAL])
