"""Files of CloudTrail: one object with the list `Records`, each of which is a line of JSON to the SerDe.

What CloudTrailInputFormat makes of a file is known by what AWS's tables expect (user guide, "Query AWS CloudTrail
logs"): members that differ from service to service are texts, with JSON in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from local_aws.athena.errors import FailedQueryError

INPUT_FORMAT = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
_TEXTS = ("requestParameters", "responseElements", "additionalEventData", "serviceEventDetails")


def records(files: Sequence[tuple[str, str]]) -> Any:
    """The records of files as a pyarrow.Table: `line`, and `athena_file` with the path.

    Args:
        files: path and URI of each.

    Raises:
        FailedQueryError: a file is none of CloudTrail's.
    """
    import pyarrow as pa

    parts = []
    for path, uri in files:
        packed = {".gz": "gzip", ".zst": "zstd"}.get(Path(path).suffix)
        try:
            with pa.input_stream(path, compression=packed) as content:
                found = list(_lines(json.loads(content.read().decode())))
        except (OSError, pa.ArrowException, ValueError) as error:
            raise FailedQueryError(f"HIVE_BAD_DATA: a file is none of CloudTrail's ({uri})") from error
        parts.append(
            pa.table({"line": pa.array(found, pa.string()), "athena_file": pa.array([path] * len(found), pa.string())})
        )
    return pa.concat_tables(parts)


def _lines(document: Any) -> Iterator[str]:
    found = document.get("Records") if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise ValueError("no Records")  # noqa: TRY004 - told as above
    for record in found:
        if isinstance(record, dict):
            for name in _TEXTS:
                if isinstance(record.get(name), dict | list):
                    record[name] = json.dumps(record[name], separators=(",", ":"), ensure_ascii=False)
        yield json.dumps(record, separators=(",", ":"), ensure_ascii=False)
