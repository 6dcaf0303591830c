"""Templates checked: by cfn-lint's rules and ours, together."""

from __future__ import annotations

import difflib
import glob
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from yaml import YAMLError

from glue_client.console import count, remark, say
from glue_client.errors import DeployError, WrongCall
from local_glue.lint.expressions import shown
from local_glue.matching import PASSED_BY

MOST_CHOICES, NEAREST = 12, 3  # of a list that is shown whole; of one that is not
_LISTED = re.compile(r"'([^']*)' is not one of \[(.*)\]")

SUFFIXES = (".yml", ".yaml", ".json", ".template")
OURS = "local_glue.lint.rules"


def run(words: Sequence[str]) -> None:
    """Check templates and print a line for each finding, and a remark for each script that could not be checked.

    Args:
        words: files, folders (the templates below them) and patterns such as `stacks/*.yml`.

    Raises:
        WrongCall: there is no such file, or no template in a folder.
        DeployError: something was found, or a file cannot be read.
    """
    files = list(dict.fromkeys(file for word in words for file in _files(word)))
    found = findings(files, tell=remark)
    for file, line, column, rule, sentence in found:
        say(f"{file}:{line}:{column}: {rule} {sentence}")
    if found:
        raise DeployError(
            f"{count(len(found), 'finding')} in {count(len({one[0] for one in found}), 'template')}",
            "the lines above",
            "correct them, or name a rule with its reason in the template: Metadata, cfn-lint, config, ignore_checks "
            "(docs/lint.md)",
        )
    say(f"{count(len(files), 'template')}: nothing found")


Finding = tuple[str, int, int, str, str]
"""File, line, column (both from 1), rule, sentence."""


def findings(
    files: Sequence[str], *, ours_alone: bool = False, tell: Callable[[str], None] | None = None
) -> list[Finding]:
    """What is found in templates, by file and line.

    Args:
        files: templates, checked together.
        ours_alone: leave out cfn-lint's own rules.
        tell: takes a sentence for each script that was not found, where its rule, I9304, is off.

    Raises:
        DeployError: a file, or cfn-lint's settings, cannot be read.
    """
    from cfnlint.config import ConfigMixIn
    from cfnlint.decode import decode
    from cfnlint.exceptions import CfnLintExitException
    from cfnlint.rules import Rules
    from cfnlint.runner import Runner, run_template_by_data

    from local_glue.lint.base import GlueRule
    from local_glue.lint.project import Project, read_values
    from local_glue.lint.rules import ScriptNotFound
    from local_glue.lint.values import Source

    found: list[Finding] = []
    read: dict[str, Any] = {}
    for file in files:
        _check_readable(file)
        template, matches = decode(file)
        found += [_finding(file, one) for one in matches]
        read |= {} if matches else {file: template}
    try:
        config = ConfigMixIn(["--append-rules", OURS, "--template", *files])
        rules = Rules.create_from_module(OURS) if ours_alone else Runner(config).rules
    except (CfnLintExitException, YAMLError) as error:
        raise DeployError("cfn-lint's settings cannot be used", str(error), "correct .cfnlintrc") from error
    sources = [Source(file, body, read_values(Path(file))) for file, body in read.items() if isinstance(body, dict)]
    project = Project(sources)
    by_file = {source.file: source for source in sources}
    try:
        for file, body in read.items():
            GlueRule.checked = (project, by_file[file]) if file in by_file else None
            found += [_finding(file, one) for one in run_template_by_data(body, config, rules)]
    finally:
        GlueRule.checked = None
    if tell and not rules.is_rule_enabled(ScriptNotFound.id, config):
        for source in sources:
            for _, sentence in ScriptNotFound().findings(project, source):
                tell(f"not checked: {source.file}: {shown(sentence)}")
    return sorted(set(found))


def _finding(file: str, match: Any) -> Finding:
    return file, int(match.linenumber), int(match.columnnumber), str(match.rule.id), _sentence(match.message)


def _sentence(message: str) -> str:
    """cfn-lint's own, but for long lists of what there is, such as all actions of a service: those near to it."""
    said = " ".join(message.split())
    listed = _LISTED.fullmatch(said)
    choices = [one.strip("'") for one in listed[2].split(", ")] if listed else []
    if not listed or len(choices) <= MOST_CHOICES:
        return said
    near = ", ".join(difflib.get_close_matches(listed[1], choices, NEAREST)) or "none is near"
    return f"'{listed[1]}' is not one of the {len(choices)} that there are (near: {near})"


def _check_readable(file: str) -> None:
    try:
        Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise DeployError(f"{file} cannot be read", str(error), "see to its rights") from error
    except UnicodeDecodeError as error:
        raise DeployError(f"{file} is not text in UTF-8", str(error), "correct the template") from error


def _files(word: str) -> Iterator[str]:
    """The templates that a word of the call means."""
    path = Path(word)
    if path.is_dir():
        found = sorted(str(file) for file in _below(path) if _is_template(file))
        if not found:
            raise WrongCall(f"no template below {word}: files that end in {', '.join(SUFFIXES)} and have Resources")
        yield from found
    elif path.is_file():
        yield word
    elif any(sign in word for sign in "*?["):
        found = sorted(filter(_is_wanted, glob.glob(word, recursive=True)))  # noqa: PTH207 - the word may be absolute
        if not found:
            raise WrongCall(f"no template is called like {word}")
        yield from found
    else:
        raise WrongCall(f"there is no template {word}")


def _below(folder: Path) -> Iterator[Path]:
    for name, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in PASSED_BY)
        yield from (Path(name, file) for file in files)


def _is_wanted(word: str) -> bool:
    file = Path(word)
    return not {*file.parts} & {*PASSED_BY} and _is_template(file)


_HAS_RESOURCES = re.compile(r"""^(?:["']?|\s*{?\s*")Resources["']?\s*:""", re.MULTILINE)
"""At a template's first level."""


def _is_template(file: Path) -> bool:
    """Whether a file looks like a template: what merely lies beside templates is passed by."""
    if file.suffix not in SUFFIXES or not file.is_file():
        return False
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        remark(f"passed by: {file} cannot be read as text")
        return False
    if "Resources" in text and "AWS::" in text:
        return True
    if _HAS_RESOURCES.search(text):
        remark(f"passed by: {file} has Resources, but none of an AWS type; name it alone to see what is wrong")
    return False
