"""What Glue refuses, whatever it is asked: in its words where those are known."""

from __future__ import annotations

from local_aws.glue.model import GlueError


def invalid(message: str) -> GlueError:
    """An InvalidInputException."""
    return GlueError("InvalidInputException", message)


def unsupported(what: str, advice: str = "") -> GlueError:
    """The refusal of something that Glue has and this machine has not (the text is ours)."""
    return GlueError("OperationNotSupportedException", f"{what} is not supported by the local AWS{advice}")


def not_found(kind: str, name: str) -> GlueError:
    """EntityNotFoundException; real texts for job and crawler, unverified ones for trigger and workflow."""
    text = {
        "job": "Job not found.",
        "crawler": f"Crawler entry with name {name} does not exist",
    }.get(kind, f"{kind.capitalize()} with name {name} does not exist")
    return GlueError("EntityNotFoundException", text)
