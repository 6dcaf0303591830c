"""What jobs and crawlers refer to by name - classifiers, security configurations, rulesets - and settings of accounts.

| file | duty |
|---|---|
| classifiers.py | custom classifiers: Csv, Json, Grok, XML |
| security_configurations.py | encryption settings |
| resource_policies.py | the Data Catalog's own policy |
| catalog_encryption.py | encryption settings of the Data Catalog |
| usage_profiles.py | usage profiles |
| rulesets.py | data quality rulesets, kept as text |
"""

from __future__ import annotations

from local_aws.glue.definitions.api import Operation
from local_aws.glue.settings.catalog_encryption import CatalogEncryption
from local_aws.glue.settings.classifiers import Classifiers
from local_aws.glue.settings.resource_policies import ResourcePolicies
from local_aws.glue.settings.rulesets import Rulesets
from local_aws.glue.settings.security_configurations import SecurityConfigurations
from local_aws.glue.settings.usage_profiles import UsageProfiles
from local_aws.glue.store import Store


def setting_operations(store: Store) -> dict[str, Operation]:
    """Operation name -> what answers it."""
    return {
        **Classifiers(store).operations(),
        **SecurityConfigurations(store).operations(),
        **Rulesets(store).operations(),
        **ResourcePolicies(store).operations(),
        **CatalogEncryption(store).operations(),
        **UsageProfiles(store).operations(),
    }
