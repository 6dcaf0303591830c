"""What jobs and crawlers refer to by name: classifiers, security configurations, data quality rulesets.

| file | duty |
|---|---|
| classifiers.py | custom classifiers: Csv, Json, Grok, XML |
| security_configurations.py | encryption settings |
| rulesets.py | data quality rulesets, kept as text |
"""

from __future__ import annotations

from local_aws.glue.definition_api import Operation
from local_aws.glue.settings.classifiers import Classifiers
from local_aws.glue.settings.rulesets import Rulesets
from local_aws.glue.settings.security_configurations import SecurityConfigurations
from local_aws.glue.store import Store


def setting_operations(store: Store) -> dict[str, Operation]:
    """Operation name -> what answers it."""
    return {
        **Classifiers(store).operations(),
        **SecurityConfigurations(store).operations(),
        **Rulesets(store).operations(),
    }
