"""AWS::Serverless-2016-10-31, expanded by AWS's own translator, which needs no AWS for it.

It would ask AWS for the applications of the Serverless Application Repository: these are refused by name.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from local_aws.templates.errors import TemplateError

NAME = "AWS::Serverless-2016-10-31"
_FAILED = f"Transform {NAME} failed with: "


def load_translator() -> None:
    """Import the translator, which takes most of a second, where nobody waits for it."""
    import samtranslator.translator.translator  # noqa: F401

    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it misses a place for its metrics


def expand(
    template: Mapping[str, Any], parameters: Mapping[str, str], region: str, policies: Mapping[str, str]
) -> dict[str, Any]:
    """The template with its serverless resources replaced by what they stand for.

    Args:
        template: as it was sent, whatever else it declares; is not changed.
        parameters: name -> value, of all that have one.
        region: such as `eu-west-1`.
        policies: name -> ARN of AWS's managed policies.

    Raises:
        TemplateError: a resource is wrong, in the translator's words, which are AWS's.
    """
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator
    from samtranslator.utils.py27hash_fix import to_py27_compatible_template, undo_mark_unicode_str_in_template

    load_translator()
    _check_applications(template)
    fragment: Any = copy.deepcopy(dict(template))
    values = dict(parameters)
    to_py27_compatible_template(fragment, values)  # ids of deployments hold hashes of what is in them
    translator = Translator(None, Parser(), boto_session=SimpleNamespace(region_name=region))
    try:
        made = translator.translate(fragment, values, get_managed_policy_map=lambda: dict(policies))
    except InvalidDocumentException as error:
        causes = " ".join(cause.message for cause in error.causes)
        raise TemplateError(f"{_FAILED}{error.message} {causes}") from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise TemplateError(f"{_FAILED}{type(error).__name__}: {error}") from error
    expanded: dict[str, Any] = undo_mark_unicode_str_in_template(made)
    return expanded


def _check_applications(template: Mapping[str, Any]) -> None:
    for name, resource in template.get("Resources", {}).items():
        if not isinstance(resource, Mapping) or resource.get("Type") != "AWS::Serverless::Application":
            continue
        properties = resource.get("Properties")
        if isinstance(properties, Mapping) and isinstance(properties.get("Location"), Mapping):
            what = "The AWS Serverless Application Repository is not supported by the local AWS"
            raise TemplateError(f"{_FAILED}Resource with id [{name}] is invalid. {what}.")
