"""What the schema registry refuses in words of its own: names, ARNs, ids, definitions, tags.

Other services of Glue refuse these at their front, by the model; a public log of AWS shows that the registry does not
(`The parameter value contains ...`, InvalidInputException). The other texts are those of a public emulator's tests,
which its authors took from AWS (unverified). What has no such text is refused as elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.glue.errors import invalid

_NAME = re.compile(r"[a-zA-Z0-9\-_$#.]+")
_ARN = re.compile(r"arn:aws(-(cn|us-gov|iso(-[bef])?))?:glue:.*")
_TEXT = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f]*")
_ID = re.compile(r"[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}")
_PAIR = re.compile(r"[a-zA-Z0-9+-=._/@]+")

_MEMBERS = {
    "RegistryName": ("registryName", 1, 255, _NAME),
    "SchemaName": ("schemaName", 1, 255, _NAME),
    "RegistryArn": ("registryArn", 1, 10_240, _ARN),
    "SchemaArn": ("schemaArn", 1, 10_240, _ARN),
    "Description": ("description", 0, 2048, _TEXT),
    "SchemaVersionId": ("SchemaVersionId", 36, 36, _ID),
    "SchemaDefinition": ("schemaDefinition", 1, 170_000, re.compile(r"(?s).*\S.*")),
    "MetadataKey": ("key", 1, 128, _PAIR),
    "MetadataValue": ("value", 1, 256, _PAIR),
}
"""Member -> its name in messages, the fewest and most characters, its pattern (botocore's model)."""

_ENUMERATIONS = {
    "DataFormat": ("AVRO JSON PROTOBUF", "Data format is not valid."),
    "Compatibility": (
        "NONE DISABLED BACKWARD BACKWARD_ALL FORWARD FORWARD_ALL FULL FULL_ALL",
        "Compatibility is not valid.",
    ),
}
_MOST_TAGS = 50


def check_words(params: Mapping[str, Any]) -> None:
    """Refuse the first member of a request to the registry that is not as it must be.

    Raises:
        GlueError: InvalidInputException.
    """
    for name, value in _members(params):
        if name in _MEMBERS:
            told, least, most, pattern = _MEMBERS[name]
            if not least <= len(value) <= most:
                raise invalid(f"The resource name contains too many or too few characters. Parameter Name: {told}")
            if not pattern.fullmatch(value):
                raise invalid(
                    f"The parameter value contains one or more characters that are not valid. Parameter Name: {told}"
                )
        elif name in _ENUMERATIONS and value not in _ENUMERATIONS[name][0].split():
            raise invalid(_ENUMERATIONS[name][1])
    if len(params.get("Tags") or ()) > _MOST_TAGS:
        raise invalid(f"New Tags cannot be empty or more than {_MOST_TAGS}")


def _members(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The texts of a request and of the structures in it."""
    for name, value in params.items():
        if isinstance(value, str):
            yield name, value
        elif name in ("RegistryId", "SchemaId", "MetadataKeyValue") and isinstance(value, Mapping):
            yield from _members(value)
        elif name == "MetadataList" and isinstance(value, list):
            for each in value:
                yield from _members(each)
