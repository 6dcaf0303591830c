"""A Hive metastore in the job's own process that answers Spark from the Glue Data Catalog, with the job's role.

On AWS a client library in Spark's JVM stands between Hive's interface and Glue's API. Here Spark's own Hive client
speaks Thrift to this package, which calls the same operations of Glue; rules taken from that public client are marked
"Glue's Hive client".

    server.py       listens on loopback; the settings that lead Spark here
    methods.py      all that is answered, and what is refused
    catalog.py      the calls to Glue, and their errors as Hive's
    databases.py, tables.py, partitions.py, partition_writes.py
                    one function for each method of Hive's interface
    shapes.py       Glue's structures from and to Hive's
    names.py        Hive's patterns, names and filters of partitions
    folders.py      the folders of tables and partitions in the mounted buckets
    json_tables.py  tables of JSON serdes, as Spark reads them itself
"""
