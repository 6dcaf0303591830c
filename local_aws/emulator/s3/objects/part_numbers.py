"""GetObject and HeadObject of one part (`partNumber`), of any version.

Source: API reference of S3, "GetObject" (206, Content-Range, x-amz-mp-parts-count); of an object in one piece part 1 is
the whole. The emulator knows parts for GetObject of the current version alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.emulator.s3.objects.store import complete_record

_MOST_PARTS = 10_000


def serve_parts() -> None:
    """Have parts served; call in front of what cuts ranges."""
    from ministack.services import s3

    s3._get_object = _of_part(s3._get_object)
    s3._head_object = _of_part(s3._head_object)


def _of_part(original: Any) -> Any:
    def read(bucket: str, key: str, headers: Mapping[str, str] | None = None, query: Any = None) -> Any:
        from ministack.services import s3

        headers, query = headers or {}, query or {}
        given = s3._qp(query, "partNumber")
        if not given:
            return original(bucket, key, headers, query)
        if not (given.isascii() and given.isdigit() and 1 <= int(given) <= _MOST_PARTS):
            text = f"Part number must be an integer between 1 and {_MOST_PARTS}, inclusive"
            more = {"ArgumentName": "partNumber", "ArgumentValue": given[:100]}
            return s3._error("InvalidArgument", text, 400, f"/{bucket}/{key}", extra=more)
        if "range" in headers:
            text = "Cannot specify both Range header and partNumber query parameter"
            return s3._error("InvalidRequest", text, 400, f"/{bucket}/{key}")
        whole = {name: value for name, value in query.items() if name != "partNumber"}
        answer = original(bucket, key, headers, whole)
        record = _record(bucket, key, s3._qp(query, "versionId"))
        return _cut(bucket, key, answer, record, int(given)) if answer[0] == 200 and record else answer

    return read


def _record(bucket: str, key: str, version: str) -> Mapping[str, Any] | None:
    from ministack.services import s3

    current: dict[str, Any] | None = (s3._buckets.get(bucket) or {"objects": {}})["objects"].get(key)
    if current is not None and version in ("", current.get("version_id") or "null"):
        complete_record(bucket, key, current)
        return current
    return next((each for each in s3._object_versions.get((bucket, key)) or () if each["version_id"] == version), None)


def _cut(bucket: str, key: str, answer: Any, record: Mapping[str, Any], number: int) -> Any:
    from ministack.services import s3

    _, headers, body = answer
    size = int(record["size"])
    parts = record.get("parts") or [{"PartNumber": 1, "Size": size}]
    numbers = [part["PartNumber"] for part in parts]
    if number not in numbers:
        text = "The requested partnumber is not satisfiable"
        more = {"PartNumberRequested": str(number), "ActualPartCount": str(len(parts))}
        return s3._error("InvalidPartNumber", text, 416, f"/{bucket}/{key}", extra=more)
    if size == 0:  # no range can say so
        return answer
    place = numbers.index(number)
    start = sum(part["Size"] for part in parts[:place])
    end = start + parts[place]["Size"]
    headers = {name: value for name, value in headers.items() if not name.startswith("x-amz-checksum-")}
    headers |= {"Content-Length": str(end - start), "Content-Range": f"bytes {start}-{end - 1}/{size}"}
    if record.get("parts"):
        headers["x-amz-mp-parts-count"] = str(len(parts))
    return 206, headers, body[start:end] if body else body
