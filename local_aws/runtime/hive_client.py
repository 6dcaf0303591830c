"""The Data Catalog for a script that asks for it by Glue's Hive client rather than by --enable-glue-datacatalog.

Public scripts name the client's factory class in SparkConf or in the session's builder, beside Hive support:

    SparkSession.builder.config(
        "hive.metastore.client.factory.class",
        "com.amazonaws.glue.catalog.metastore.AWSGlueDataCatalogHiveClientFactory",
    ).enableHiveSupport()

Spark's own Hive client does not know the setting, so it is led to the metastore instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_SETTING = "hive.metastore.client.factory.class"
_FACTORY = ".AWSGlueDataCatalogHiveClientFactory"
_URIS = "spark.hadoop.hive.metastore.uris"


def watch(serve: Callable[[dict[str, str]], dict[str, str]]) -> None:
    """Lead each Spark context whose settings name the factory class to the metastore.

    Args:
        serve: starts the metastore, given the context's settings; returns those that lead Spark to it. Called once.
    """
    from pyspark import SparkContext

    make = SparkContext._initialize_context  # where all settings are known, and none has been used
    served: dict[str, str] = {}

    def initialize(self: Any, settings: Any) -> Any:
        given = {pair._1(): pair._2() for pair in settings.getAll()}  # Scala's tuples
        if any(name.endswith(_SETTING) and value.endswith(_FACTORY) for name, value in given.items()):
            served.update(served or serve(given))
            settings.set(_URIS, served[_URIS])
        return make(self, settings)

    SparkContext._initialize_context = initialize
