"""What a run of the job works with, without Spark: the same lines, items and rejects, in one process.

The bookmark is a set that a commit replaces whole, as Glue's; the table is files that are written beside the former
ones, which go then, as the job's.
"""

import json
import os
import uuid
from functools import cache

import boto3
from operations_files import File, Files
from operations_items import Items, client
from operations_layout import Malformed, parse

from tests import operations_read


@cache
def made(service, _endpoint):
    """A client for the endpoint of this moment: to make one takes longer than a test."""
    return client(1) if service == "dynamodb" else boto3.client(service)


class Bucket:
    """A bucket and a table of their own, and what is in them; `kill` may be asked at each step (a function)."""

    def __init__(self, kill=lambda _: None):
        self.name, self.items_table = f"b{uuid.uuid4().hex}", f"t{uuid.uuid4().hex}"
        self.s3, self.dynamodb = (made(one, os.environ["AWS_ENDPOINT_URL"]) for one in ("s3", "dynamodb"))
        self.kill, self.committed = kill, {}
        self.s3.create_bucket(Bucket=self.name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        self.dynamodb.create_table(
            TableName=self.items_table,
            KeySchema=[
                {"AttributeName": "custody_operation", "KeyType": "HASH"},
                {"AttributeName": "domain_load", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("custody_operation", "domain_load")
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        self.files = Files(self.name)

    def arrive(self, files):
        for name, content in files.items():
            self.s3.put_object(Bucket=self.name, Key=f"incoming/{name}", Body=content)

    def keys(self, prefix=""):
        found = self.s3.list_objects_v2(Bucket=self.name, Prefix=prefix).get("Contents", [])
        return sorted(one["Key"] for one in found)

    def read(self, key):
        return self.s3.get_object(Bucket=self.name, Key=key)["Body"].read()

    # The bookmark

    def given(self):
        return sorted(key for key, file in self.files.incoming().items() if self.committed.get(key) != file)

    def commit(self):
        self.committed = dict(self.files.incoming())
        self.kill("commit")

    # The work

    def load(self, new):
        read, latest, rejected = 0, {}, 0
        for file in new:
            bad = []
            for number, line in enumerate(self.files.lines(file), start=1):
                read, found = read + 1, parse(line)
                if isinstance(found, Malformed):
                    bad.append({"source_file": file.name, "line_number": number, **found._asdict()})
                else:
                    latest[found.custody_operation, found.domain_load] = (found, file.name, number)
            rejected += self.files.reject(file.name, bad)
        Items(self.dynamodb, self.items_table, 1).put(self._item(found) for found, *_ in latest.values())
        former = self.keys("records/")
        rows = self.rows() | {"/".join(key): [*found, *place] for key, (found, *place) in latest.items()}
        self.s3.put_object(Bucket=self.name, Key=f"records/{uuid.uuid4()}", Body=json.dumps(list(rows.items())))
        for key in former:
            self.s3.delete_object(Bucket=self.name, Key=key)
        return {"rows_read": read, "rows_written": len(latest), "rows_rejected": rejected}

    @staticmethod
    def _item(found):
        item = {name: getattr(found, name) for name in ("custody", "domain", "operation_id", "load_id", "payload")}
        return {"custody_operation": found.custody_operation, "domain_load": found.domain_load, **item}

    # What is there

    def rows(self):
        return {key: row for file in self.keys("records/") for key, row in json.loads(self.read(file))}

    def items(self):
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.items_table)
        found = [operations_read.plain_item(one) for page in pages for one in page["Items"]]
        return {(one["custody_operation"], one["domain_load"]): one for one in found}

    def rejected(self):
        lines = [json.loads(line) for key in self.keys("rejected/") for line in self.read(key).splitlines()]
        return {(one["source_file"], one["line_number"]): one["raw_line"] for one in lines}

    def file(self, name):
        return File(f"incoming/{name}", self.files.incoming()[f"incoming/{name}"].etag)
