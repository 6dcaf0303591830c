"""The value of a CloudFormation expression as far as it is known before a deployment."""

import re
from collections.abc import Mapping

PLACE = re.compile(r"\$\{(!?)([^}]*)\}")


def text_of(node: object, known: Mapping[str, str]) -> str:
    """Resolve Ref, Fn::Sub and Fn::Join with the known names; what is not known stays as `${Name}`."""
    if not isinstance(node, dict):
        return str(node)
    if "Ref" in node:
        return known.get(node["Ref"], f"${{{node['Ref']}}}")
    if "Fn::Sub" in node:
        return _substituted(node["Fn::Sub"], known)
    if "Fn::Join" in node:
        separator, parts = node["Fn::Join"]
        return str(separator).join(text_of(part, known) for part in parts)
    return str(node)


def _substituted(argument: object, known: Mapping[str, str]) -> str:
    text, local = argument if isinstance(argument, list) else (argument, {})
    names = {**known, **{name: text_of(value, known) for name, value in local.items()}}

    def value(place: re.Match[str]) -> str:
        literal, name = place.groups()
        return f"${{{name}}}" if literal else names.get(name.strip(), place.group())

    return PLACE.sub(value, str(text))
