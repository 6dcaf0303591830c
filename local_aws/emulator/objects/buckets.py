"""A change of a bucket is on disk when it is answered."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_aws.emulator.objects.commits import write_file
from local_aws.emulator.objects.undo import internal_error
from local_aws.emulator.protocol import Response

_ERRORS = 400


def saving_buckets(bucket: str, call: Callable[[], Response]) -> Response:
    """Make a call that changes a bucket; where the disk refuses, nothing is changed."""
    from ministack.core import persistence
    from ministack.core.responses import get_account_id
    from ministack.services import s3

    place = (get_account_id(), bucket)
    stores = [s3._buckets, *s3._PERSISTED_BUCKET_DICTS.values()]
    before = [(store, _copied(store._data.get(place))) for store in stores]
    error: OSError | None = None
    answer = internal_error()
    try:
        answer = call()
        if answer[0] >= _ERRORS:
            return answer
        text = json.dumps(
            {"__ministack_format__": persistence._state_format_version("s3"), "payload": s3.get_state()},
            default=persistence._json_default,
        )
        write_file(str(Path(persistence.STATE_DIR, "s3.json")), text.encode())
    except OSError as refused:
        error = refused
    if error is None:
        return answer
    for store, value in before:
        if value is None:
            store._data.pop(place, None)
        else:
            store._data[place] = value
    return internal_error()


def _copied(value: Any) -> Any:
    """A copy of a setting; of a bucket's record without its objects, which no such request changes."""
    if isinstance(value, dict) and "objects" in value:
        return {name: each if name == "objects" else copy.deepcopy(each) for name, each in value.items()}
    return copy.deepcopy(value)
