"""The metastore over its socket, as Hive's own protocol asks it, against the running server."""

import socket
from types import SimpleNamespace

import pytest
from botocore.exceptions import NoRegionError
from pymetastore.hive_metastore import ThriftHiveMetastore
from pymetastore.hive_metastore import ttypes as hive
from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.Thrift import TApplicationException
from thrift.transport.TSocket import TSocket
from thrift.transport.TTransport import TBufferedTransport

from local_aws.runtime.metastore import server
from local_aws.runtime.s3_mount import S3Mount
from tests.local_aws.aws_server import REGION, allow, unique

TEXT = {
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"},
}


class Lake:
    """A database on the server, a mount without files, and metastores over them."""

    def __init__(self, aws, folder):
        self.aws, self.database = aws, unique("db_")
        self.glue = aws.client("glue")
        self.bucket = unique()
        self.mount = S3Mount(folder, None)
        (folder / self.bucket).mkdir(parents=True)
        self.location = f"s3://{self.bucket}/{self.database}"
        self.glue.create_database(DatabaseInput={"Name": self.database, "LocationUri": self.location})
        self.sockets = []

    def client(self, keys=None, catalog_id=None):
        """A client of a metastore of its own, with the rights of a user; without one, all rights."""
        port = server.start(self.mount, lambda: self.aws.client("glue", keys), catalog_id)
        connection = TBufferedTransport(TSocket("127.0.0.1", port))
        connection.open()
        self.sockets.append(connection)
        return ThriftHiveMetastore.Client(TBinaryProtocol(connection))

    def table(self, name="t", *, keys=(), location=None, **more):
        """A Glue table as somebody else made it."""
        storage = {**TEXT, "Columns": [{"Name": "a", "Type": "int"}], "Location": location or f"{self.location}/{name}"}
        given = {"TableType": "EXTERNAL_TABLE", "PartitionKeys": [{"Name": key, "Type": kind} for key, kind in keys]}
        self.glue.create_table(
            DatabaseName=self.database, TableInput={"Name": name, "StorageDescriptor": storage, **given, **more}
        )
        return name

    def hive_table(self, name="t", **more):
        """A table as Hive's client would make it."""
        storage = hive.StorageDescriptor(
            cols=[hive.FieldSchema("a", "int", None)],
            inputFormat=TEXT["InputFormat"],
            outputFormat=TEXT["OutputFormat"],
            serdeInfo=hive.SerDeInfo(serializationLib=TEXT["SerdeInfo"]["SerializationLibrary"], parameters={}),
            **more,
        )
        return hive.Table(
            tableName=name, dbName=self.database, sd=storage, parameters={}, partitionKeys=[], tableType="MANAGED_TABLE"
        )

    def get(self, name="t"):
        return self.glue.get_table(DatabaseName=self.database, Name=name)["Table"]

    def folder(self, name):
        return self.mount.root / self.bucket / self.database / name


@pytest.fixture
def lake(local_aws, tmp_path):
    lake = Lake(local_aws, tmp_path)
    yield lake
    for connection in lake.sockets:
        connection.close()


# The socket


def test_it_listens_on_loopback_only(lake):
    port = server.start(lake.mount, lambda: lake.glue)
    with socket.socket() as other, pytest.raises(ConnectionRefusedError):
        other.connect(("127.0.0.2", port))
    assert server.settings(port)["spark.hadoop.hive.metastore.uris"] == f"thrift://127.0.0.1:{port}"


def test_a_client_that_cannot_be_made_is_told_at_the_first_call(lake):
    def make_client():
        raise NoRegionError

    lake.aws = SimpleNamespace(client=lambda *_: make_client())
    with pytest.raises(hive.MetaException) as refused:
        lake.client().get_all_databases()
    assert refused.value.message == "NoRegionError: You must specify a region."


def test_what_is_not_hives_protocol_is_hung_up_on(lake):
    with socket.create_connection(("127.0.0.1", server.start(lake.mount, lambda: lake.glue)), timeout=30) as other:
        other.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        other.shutdown(socket.SHUT_WR)
        assert other.recv(100) == b""


def test_a_method_that_is_not_there_is_refused_by_name(lake):
    with pytest.raises(hive.MetaException) as refused:
        lake.client().create_function(hive.Function(functionName="f", dbName=lake.database))
    assert refused.value.message == "create_function of Hive's metastore is not supported by the local AWS"


def test_a_refusal_reaches_a_method_that_declares_no_exception(lake):
    with pytest.raises(TApplicationException) as refused:
        lake.client().get_open_txns_info()
    assert refused.value.message == "get_open_txns_info of Hive's metastore is not supported by the local AWS"


# Glue's errors


def test_what_is_absent_is_no_such_object(lake):
    client = lake.client()
    for call in (
        lambda: client.get_database("absent"),
        lambda: client.get_table(lake.database, "absent"),
        lambda: client.drop_table(lake.database, "absent", deleteData=True),
        lambda: client.get_partition(lake.database, lake.table(unique(), keys=[("p", "string")]), ["absent"]),
    ):
        with pytest.raises(hive.NoSuchObjectException):
            call()


def test_what_is_there_already_exists(lake):
    client = lake.client()
    with pytest.raises(hive.AlreadyExistsException) as refused:
        client.create_database(hive.Database(name=lake.database))
    assert refused.value.message == "Database already exists."
    lake.table()
    with pytest.raises(hive.AlreadyExistsException):
        client.create_table(lake.hive_table(location=f"{lake.location}/t"))


def test_a_database_that_has_tables_is_dropped_only_with_them(lake):
    client = lake.client()
    lake.table()
    with pytest.raises(hive.InvalidOperationException) as refused:
        client.drop_database(lake.database, deleteData=False, cascade=False)
    assert refused.value.message == f"Database {lake.database} is not empty."
    client.drop_database(lake.database, deleteData=False, cascade=True)
    assert lake.database not in [found["Name"] for found in lake.glue.get_databases()["DatabaseList"]]


def test_a_denied_call_says_who_may_not_do_what(lake):
    lake.table()
    client = lake.client(lake.aws.user(allow("glue:GetDatabase")))
    with pytest.raises(hive.MetaException) as refused:
        client.get_table(lake.database, "t")
    assert refused.value.message.startswith("AccessDeniedException: User: arn:aws:iam::000000000000:user/")
    assert f"is not authorized to perform: glue:GetTable on resource: arn:aws:glue:{REGION}:000000000000:" in (
        refused.value.message
    )


def test_another_accounts_catalog_is_asked_for(lake):
    assert lake.client(catalog_id="000000000000").get_database(lake.database).name == lake.database
    with pytest.raises(hive.NoSuchObjectException) as refused:
        lake.client(catalog_id="111111111111").get_database(lake.database)
    assert refused.value.message == "Catalog 111111111111 not found."


def test_a_denied_default_database_has_the_text_of_aws(lake):
    client = lake.client(lake.aws.user(allow("glue:GetTable")))
    with pytest.raises(hive.MetaException) as refused:
        client.get_database("default")
    assert refused.value.message.startswith(
        "Unable to verify existence of default database: AccessDeniedException: User: arn:aws:iam::"
    )


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"TableType": None}, "TableType"),
        ({"StorageDescriptor": {**TEXT, "InputFormat": None}}, "StorageDescriptor#InputFormat"),
        ({"StorageDescriptor": {**TEXT, "SerdeInfo": {}}}, "StorageDescriptor#SerdeInfo#SerializationLibrary"),
    ],
)
def test_a_table_that_hive_cannot_read_says_what_it_lacks(lake, change, missing):
    given = {"Name": "bad", "TableType": "EXTERNAL_TABLE", "StorageDescriptor": TEXT, **change}
    given = {name: value for name, value in given.items() if value is not None}
    given["StorageDescriptor"] = {
        name: value for name, value in given["StorageDescriptor"].items() if value is not None
    }
    lake.glue.create_table(DatabaseName=lake.database, TableInput=given)
    with pytest.raises(hive.MetaException) as refused:
        lake.client().get_table(lake.database, "bad")
    assert refused.value.message == f"{missing} cannot be null for table: bad"


# Tables


def test_a_table_without_a_location_lies_in_its_database(lake):
    lake.client().create_table(lake.hive_table())
    assert lake.get()["StorageDescriptor"]["Location"] == f"{lake.location}/t"
    assert lake.folder("t").is_dir()


@pytest.mark.parametrize("location", ["file:/run/here", "/run/here", "hdfs://host/here"])
def test_a_table_outside_s3_is_refused(lake, location):
    with pytest.raises(hive.MetaException) as refused:
        lake.client().create_table(lake.hive_table(location=location))
    assert refused.value.message.startswith(f"{location} is not in S3, and would be gone when the job ends")


def test_a_table_in_a_bucket_that_is_not_there_is_refused(lake):
    with pytest.raises(hive.MetaException) as refused:
        lake.client().create_table(lake.hive_table(location="s3://absent-bucket/t"))
    assert refused.value.message == "NoSuchBucket: The specified bucket does not exist: s3://absent-bucket"


def test_a_database_of_sparks_own_warehouse_has_no_location(lake):
    name = unique("db_")
    lake.client().create_database(hive.Database(name=name, locationUri="file:/run/spark-warehouse/x.db"))
    assert "LocationUri" not in lake.glue.get_database(Name=name)["Database"]


def test_an_update_keeps_what_hive_has_no_word_for(lake):
    lake.table(Description="mine")
    client = lake.client()
    table = client.get_table(lake.database, "t")
    table.parameters["k"] = "v"
    client.alter_table(lake.database, "t", table)
    found = lake.get()
    assert (found["Description"], found["Parameters"]["k"]) == ("mine", "v")
    assert found["StorageDescriptor"]["Columns"] == [{"Name": "a", "Type": "int"}]


def test_a_rename_is_refused_as_on_aws(lake):
    lake.table()
    client = lake.client()
    table = client.get_table(lake.database, "t")
    table.tableName = "u"
    with pytest.raises(hive.InvalidOperationException) as refused:
        client.alter_table(lake.database, "t", table)
    assert refused.value.message == "Table rename is not supported"


@pytest.mark.parametrize(("kind", "kept"), [("MANAGED_TABLE", False), ("EXTERNAL_TABLE", True)])
def test_only_a_managed_table_takes_its_files_with_it(lake, kind, kept):
    lake.table(TableType=kind)
    file = lake.folder("t") / "part"
    file.parent.mkdir(parents=True)
    file.touch()
    lake.client().drop_table(lake.database, "t", deleteData=True)
    assert file.exists() is kept


def test_the_root_of_a_bucket_is_never_deleted(lake):
    lake.table(TableType="MANAGED_TABLE", location=f"s3://{lake.bucket}/")
    file = lake.mount.root / lake.bucket / "of others"
    file.touch()
    lake.client().drop_table(lake.database, "t", deleteData=True)
    assert file.exists()


def test_a_dropped_database_takes_its_folder_with_it(lake):
    file = lake.folder("t") / "part"
    file.parent.mkdir(parents=True)
    file.touch()
    lake.client().drop_database(lake.database, deleteData=True, cascade=False)
    assert not file.exists()


# Partitions


def parts(lake, values):
    return [
        hive.Partition(
            values=list(one),
            dbName=lake.database,
            tableName="p",
            parameters={},
            sd=hive.StorageDescriptor(cols=[], serdeInfo=hive.SerDeInfo(parameters={}), location=None),
        )
        for one in values
    ]


@pytest.fixture
def parted(lake):
    """A table with 250 partitions, which are more than a batch and fewer than a page."""
    lake.table("p", keys=[("year", "int"), ("city", "string")])
    values = [(str(2000 + number // 10), f"c{number % 10}") for number in range(250)]
    lake.client().add_partitions_req(hive.AddPartitionsRequest(lake.database, "p", parts(lake, values), True, False))
    return values


def test_columns_that_others_wrote_with_capitals_are_lower_case(lake):
    name = lake.table("t", keys=[("Country", "string")])
    client = lake.client()

    table = client.get_table(lake.database, name)
    table.sd.location = f"{lake.location}/t/Country=fr"
    client.add_partition(hive.Partition(values=["fr"], dbName=lake.database, tableName=name, sd=table.sd))

    assert [key.name for key in table.partitionKeys] == ["country"]
    assert client.get_partition_names(lake.database, name, -1) == ["country=fr"]
    assert len(client.get_partitions_by_filter(lake.database, name, 'country = "fr"', -1)) == 1
    assert lake.get(name)["PartitionKeys"] == [{"Name": "Country", "Type": "string"}]


def test_partitions_are_made_in_batches(lake, parted):
    found = lake.glue.get_paginator("get_partitions").paginate(DatabaseName=lake.database, TableName="p")
    entries = found.build_full_result()["Partitions"]
    assert sorted(tuple(one["Values"]) for one in entries) == parted
    assert {one["StorageDescriptor"]["Location"] for one in entries} == {
        f"{lake.location}/p/year={year}/city={city}" for year, city in parted
    }


def test_a_partition_that_is_there_is_refused_unless_taken(lake, parted):
    client = lake.client()
    with pytest.raises(hive.AlreadyExistsException):
        client.add_partitions_req(hive.AddPartitionsRequest(lake.database, "p", parts(lake, parted[:1]), False, False))
    client.add_partitions_req(hive.AddPartitionsRequest(lake.database, "p", parts(lake, parted[:1]), True, False))


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        (["2003"], lambda year, _city: year == "2003"),
        (["", "c1"], lambda _year, city: city == "c1"),
        (["2003", "c1"], lambda year, city: (year, city) == ("2003", "c1")),
        (["03"], lambda _year, _city: False),
        (["", "it's"], lambda _year, _city: False),
    ],
)
def test_partitions_are_found_by_their_first_values(lake, parted, wanted, passes):
    names = lake.client().get_partition_names_ps(lake.database, "p", wanted, -1)
    assert names == [f"year={year}/city={city}" for year, city in parted if passes(year, city)]


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        ('year > 2010 and city != "c3"', lambda year, city: int(year) > 2010 and city != "c3"),
        ('(city = "c1" or city = "c2")', lambda _year, city: city in ("c1", "c2")),
        ('city like "c1.*"', lambda _year, _city: True),
    ],
)
def test_partitions_are_found_by_a_filter(lake, parted, wanted, passes):
    found = lake.client().get_partitions_by_filter(lake.database, "p", wanted, -1)
    assert sorted(tuple(one.values) for one in found) == [one for one in parted if passes(*one)]


def test_a_filter_on_a_key_that_glue_does_not_compare_gives_all(lake):
    lake.table("p", keys=[("d", "double")])
    client = lake.client()
    client.add_partitions_req(
        hive.AddPartitionsRequest(lake.database, "p", parts(lake, [("1.5",), ("2.5",)]), True, False)
    )
    assert len(client.get_partitions_by_filter(lake.database, "p", "d > 2", -1)) == 2


def test_a_partition_is_changed_and_dropped(lake, parted):
    client = lake.client()
    one = client.get_partition_by_name(lake.database, "p", "year=2000/city=c0")
    one.parameters["numRows"] = "7"
    client.alter_partitions(lake.database, "p", [one])
    names = {"DatabaseName": lake.database, "TableName": "p"}
    values = list(parted[0])
    assert lake.glue.get_partition(PartitionValues=values, **names)["Partition"]["Parameters"] == {"numRows": "7"}
    client.drop_partition_with_environment_context(lake.database, "p", values, True, None)
    assert len(client.get_partitions(lake.database, "p", -1)) == 249
    assert len(client.get_partitions(lake.database, "p", 5)) == 5
