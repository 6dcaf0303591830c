"""The crawler: executes a crawl of S3 or DynamoDB as AWS Glue does, and writes what it finds into the Data Catalog.

| file | duty |
|---|---|
| crawl.py | one crawl from start to end; `plan_crawl` does all but the writing |
| survey.py | from targets to the changes to write |
| settings.py | what the crawler is asked to do; refusals by name |
| s3_source.py, range_reader.py | list objects and read samples (the only S3 callers) |
| dynamodb_source.py | tables of DynamoDB, and what they are in the catalog |
| catalog.py | reads and writes databases, tables, partitions (the only Glue caller) |
| classify.py | which format a file has |
| csv_rules.py, json_rules.py, xml_rules.py, columnar.py, avro.py, grok.py, logs.py | one format each |
| custom.py, compression.py | custom classifiers; what is packed |
| reading.py | what a file, and what many files together, turned out to be |
| hive_types.py, schema.py | types and schemas, and how they merge or stay apart |
| globs.py | exclude patterns |
| layout.py | which folders are tables and partitions, and why |
| known_folders.py | folders that need not be read again |
| naming.py | names of tables and keys, values of partitions |
| table_input.py | tables and partitions as the catalog's API wants them |
| changes.py, differences.py | what differs from the catalog, and what the policies make of it |
| findings.py, report.py | what is found out, and the log's lines |
| advice.py, table_advice.py | how to get what was probably meant: of folders and files, of one table |
| explain.py | a crawl that only says what it would do, and why |
| failures.py | the errors |

All but crawl.py, survey.py, the sources and catalog.py are pure: no client, no disk, no clock. Rules that no source of
AWS's confirms are listed as "assumed" at the top of the module that holds them.
"""
