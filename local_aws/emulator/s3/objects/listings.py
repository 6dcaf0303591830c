"""Lists of keys: how many a page has, and which parameters S3 refuses that the emulator takes.

Source: API reference of S3, "ListObjectsV2": "Returns some or all (up to 1,000) of the objects".
"""

from __future__ import annotations

from typing import Any

from local_aws.emulator.protocol import Response

_MOST = 1000
_LISTS = ("_list_objects_v1", "_list_objects_v2", "_list_object_versions")


def bound_lists() -> None:
    """Have lists of keys come in pages of 1,000 at most."""
    from ministack.services import s3

    for name in _LISTS:
        setattr(s3, name, _bounded(getattr(s3, name)))


def _bounded(original: Any) -> Any:
    def listed(bucket: str, query: dict[str, Any]) -> Response:
        from ministack.services import s3

        answer: Response
        given, encoding = s3._qp(query, "max-keys"), s3._qp(query, "encoding-type")
        if encoding not in ("", "url"):
            more = {"ArgumentName": "encoding-type", "ArgumentValue": encoding[:100]}
            answer = s3._error("InvalidArgument", "Invalid Encoding Method specified in Request", 400, extra=more)
            return answer
        if given and int(given) < 0:  # that it is a number was checked before
            more = {"ArgumentName": "maxKeys", "ArgumentValue": given}
            text = "Argument maxKeys must be an integer between 0 and 2147483647"
            answer = s3._error("InvalidArgument", text, 400, extra=more)
            return answer
        if given and int(given) > _MOST:
            query = {**query, "max-keys": [str(_MOST)]}
        answer = original(bucket, query)
        return answer

    return listed
