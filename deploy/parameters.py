"""Which value a stack's parameter gets.

On creation: the call's, else the parameter file's, else the template's default.
On an update: the call's, else the parameter file's; a parameter that neither names keeps a value that was once set by
hand, and follows the template's default where it was never set. So a value given in a call lasts, and an edited default
takes effect.
"""

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING

from glue_client.errors import DeployError
from glue_client.templates import Template

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

Sent = list["ParameterTypeDef"]


def for_create(template: Template, given: Mapping[str, str]) -> Sent:
    """What CreateStack gets. DeployError when a parameter has no value and no default, or one that it does not take."""
    values = {**template.values, **given}
    _refuse_missing(template, values.keys())
    _refuse_others(template, values)
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


def for_update(
    template: Template, given: Mapping[str, str], current: Mapping[str, str], defaults: Mapping[str, str]
) -> Sent:
    """What UpdateStack gets; `current` are the stack's values, `defaults` those of the template it was made from.

    Raises:
        DeployError: as in `for_create`.
    """
    values = {**template.values, **given}
    by_hand = [key for key, value in current.items() if value != defaults.get(key)]
    kept = [key for key in template.parameters if key in by_hand and key not in values]
    _refuse_missing(template, {*values, *kept})
    _refuse_others(template, values)
    sent: Sent = [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
    return sent + [{"ParameterKey": key, "UsePreviousValue": True} for key in kept]


def in_force(sent: Sent, current: Mapping[str, str]) -> dict[str, str]:
    """What the parameters that UpdateStack gets are afterwards: as sent, or as they were."""
    values = [(str(entry["ParameterKey"]), entry.get("ParameterValue")) for entry in sent]
    return {key: current[key] if value is None else value for key, value in values}


def changes(
    sent: Sent,
    current: Mapping[str, str],
    stored: Mapping[str, str] | None = None,
    resolved: Mapping[str, str] | None = None,
) -> list[str]:
    """The parameters that get another value, as `Key: old → new`. CloudFormation shows secret values as stars.

    Of one that names what stands in Parameter Store the value there counts: `stored` has what stands there now, by
    name, and `resolved` what the stack took, by parameter.
    """
    found = []
    for key, value in in_force(sent, current).items():
        old, new = current.get(key), value
        if stored and value in stored:
            old, new = (resolved or {}).get(key, old), stored[value]
        if old is not None and old != new and set(old) != {"*"}:
            found.append(f"{key}: {old} → {new}")
    return found


def _refuse_missing(template: Template, named: Container[str]) -> None:
    missing = [key for key, declared in template.parameters.items() if "Default" not in declared and key not in named]
    if missing:
        first = missing[0]
        raise DeployError(
            f'stack "{template.name}" needs a value for {", ".join(missing)}',
            f"neither in the call nor in {template.path.with_suffix('.json').name}, and no default",
            f"./pyntw 'createstack[{template.name},{first}=…]', or write it into the file",
        )


def _refuse_others(template: Template, values: Mapping[str, str]) -> None:
    """Refuse here what AWS refuses without a word of what there is to choose from: texts and lists of them."""
    for key, value in values.items():
        declared = template.parameters.get(key, {})
        choices = [_as_text(choice) for choice in declared.get("AllowedValues") or ()]
        given = {"String": [value], "CommaDelimitedList": value.split(",")}.get(declared.get("Type", ""), [])
        wrong = [one.strip() for one in given if one.strip() not in choices]
        if choices and wrong:
            raise DeployError(
                f'{key} of stack "{template.name}" cannot be {wrong[0] or "empty"}',
                f"{template.path.name} takes {', '.join(choices)}",
                "give one of these",
            )


def _as_text(choice: object) -> str:
    return str(choice).lower() if isinstance(choice, bool) else str(choice)
