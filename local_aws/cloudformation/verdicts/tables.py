"""All tables together."""

from __future__ import annotations

from local_aws.cloudformation.verdicts.compute import COMPUTE
from local_aws.cloudformation.verdicts.data import DATA
from local_aws.cloudformation.verdicts.identity import IDENTITY
from local_aws.cloudformation.verdicts.messages import MESSAGES
from local_aws.cloudformation.verdicts.network import NETWORK
from local_aws.cloudformation.verdicts.verdict import Verdicts

TABLES: dict[str, Verdicts] = {**IDENTITY, **MESSAGES, **DATA, **COMPUTE, **NETWORK}
