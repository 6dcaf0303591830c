"""What a CloudFormation template must be before anything is made of it.

| file | duty |
|---|---|
| errors.py | What a text is refused with |
| reading.py | A template's text as maps, lists and scalars: bounded |
| yaml_reading.py | The same of YAML: by version 1.1, without aliases |
| sections.py | The sections and their members: which there are, and their shapes |
| parameters.py | The declarations of parameters |
| functions.py | The functions, and the conditions that they name |
| arguments.py | The arguments that each function takes |
| names.py | What is referred to and is not there, and circular dependencies |
| patterns.py | AllowedPattern against a value, within a time |
| attributes.py | Which attributes Fn::GetAtt gives, by these schemas |
| registry.py | The registry's schemas of resource types, read on demand |
| scalars.py | Scalars as texts, where CloudFormation takes texts |
| serverless.py | AWS::Serverless-2016-10-31, by AWS's translator |
| property_types.py | Values of properties against the registry's schemas |
| property_values.py | Values of properties in the types of the registry's schemas |

Nothing here knows the emulator, the disk (but for the schemas) or the network. The sentences are AWS's where a public
report quotes them; those marked unverified are ours in AWS's manner.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.templates.errors import TemplateError
from local_aws.templates.functions import check_conditions, check_extensions, check_functions
from local_aws.templates.names import check_circles, check_left_out, check_names
from local_aws.templates.parameters import check_parameters
from local_aws.templates.reading import read
from local_aws.templates.scalars import with_texts
from local_aws.templates.sections import check_nulls, check_resources_there, check_sections

__all__ = ["TemplateError", "check", "check_circles", "check_extensions", "check_left_out", "read", "with_texts"]


def check(template: Mapping[str, Any]) -> None:
    """Refuse what CloudFormation refuses before it makes anything.

    Of a template whose macros are not expanded only the outline is looked at: a macro may take what nothing else takes.

    Raises:
        TemplateError: the sentence that the caller sees.
    """
    check_resources_there(template)
    check_sections(template)
    check_parameters(template.get("Parameters", {}))
    if _has_macros(template):
        return
    check_nulls(template)
    check_conditions(template)
    check_functions(template)
    check_names(template)
    check_circles(template)


def _has_macros(template: Mapping[str, Any]) -> bool:
    if template.get("Transform"):
        return True
    pending: list[Any] = [template.get(name) for name in ("Resources", "Mappings", "Outputs", "Conditions")]
    while pending:
        value = pending.pop()
        if isinstance(value, Mapping):
            macro = value.get("Fn::Transform")
            if isinstance(macro, Mapping) and isinstance(macro.get("Name"), str):
                return True
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return False
