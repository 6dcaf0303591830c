"""All tables together."""

from __future__ import annotations

from dataclasses import replace

from local_aws.cloudformation.bucket import BUCKET
from local_aws.cloudformation.verdicts.applications import APPLICATIONS
from local_aws.cloudformation.verdicts.compute import COMPUTE
from local_aws.cloudformation.verdicts.data import DATA
from local_aws.cloudformation.verdicts.identity import IDENTITY
from local_aws.cloudformation.verdicts.infrastructure import INFRASTRUCTURE
from local_aws.cloudformation.verdicts.interfaces import INTERFACES
from local_aws.cloudformation.verdicts.managed import MANAGED
from local_aws.cloudformation.verdicts.messages import MESSAGES
from local_aws.cloudformation.verdicts.network import NETWORK
from local_aws.cloudformation.verdicts.verdict import Verdicts

TABLES: dict[str, Verdicts] = {
    **APPLICATIONS,
    **COMPUTE,
    **DATA,
    **IDENTITY,
    **INFRASTRUCTURE,
    **INTERFACES,
    **MANAGED,
    **MESSAGES,
    **NETWORK,
    BUCKET.name: replace(MANAGED[BUCKET.name], refused=BUCKET.refused),
}
"""Type -> its table, of all types that the emulator makes and the registry has a schema of."""
