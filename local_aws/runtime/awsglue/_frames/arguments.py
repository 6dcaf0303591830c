"""The arguments that all of Glue's transformations end with, given to methods and classes in one place."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from awsglue._frames.thresholds import check_thresholds

_COMMON = {"transformation_ctx": "", "info": "", "stageThreshold": 0, "totalThreshold": 0}
_PLAIN = inspect.Parameter.POSITIONAL_OR_KEYWORD
_STEP = "step"
"""The argument of a method that wants to know what the step is called in error records."""


def step(method: Callable[..., Any]) -> Callable[..., Any]:
    """Give a method of DynamicFrame Glue's four common arguments, and hold what it returns to the thresholds.

    They come after the method's own, but before those that it has as keywords only (such as `catalog_id`) and before
    `**options`. What the method returns is a DynamicFrame or a DynamicFrameCollection.
    """
    public = _signature(method)

    @functools.wraps(method)
    def checked(*args: Any, **kwargs: Any) -> Any:
        bound = public.bind(*args, **kwargs)
        bound.apply_defaults()
        given = dict(bound.arguments)
        common = {name: given.pop(name) for name in _COMMON}
        options = given.pop("options", {}) if _takes_any(public) else {}
        if _STEP in inspect.signature(method).parameters:
            given[_STEP] = common["transformation_ctx"] or common["info"] or method.__name__
        before = [errors for one in given.values() if hasattr(one, "_frame") for errors in one._frame.errors]
        made = method(**given, **options)
        for frame in made.values() if hasattr(made, "values") else [made]:
            new = tuple(one for one in frame._frame.errors if not any(one is other for other in before))
            if frame is not given["self"]:
                frame._made = new
            check_thresholds(new, frame._frame, common["stageThreshold"], common["totalThreshold"])
        return made

    checked.__signature__ = public  # type: ignore[attr-defined]
    return checked


def call_of(method: Callable[..., Any], **names: str) -> Callable[..., Any]:
    """A `__call__` of a transform that calls a method of its first argument.

    Args:
        method: of DynamicFrame.
        names: what the transform calls an argument that the method calls otherwise; `self` is `frame` as a rule.
    """
    names = {"self": "frame"} | names
    own = inspect.signature(method)
    renamed = [one.replace(name=names.get(one.name, one.name)) for one in own.parameters.values()]
    public = own.replace(parameters=[inspect.Parameter("self", _PLAIN), *renamed])

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        bound = public.bind(self, *args, **kwargs)
        return method(*bound.args[1:], **bound.kwargs)

    call.__signature__ = public  # type: ignore[attr-defined]
    return call


def _signature(method: Callable[..., Any]) -> inspect.Signature:
    own = inspect.signature(method)
    parameters = [one for one in own.parameters.values() if one.name != _STEP]
    first = [one for one in parameters if one.kind is _PLAIN]
    common = [inspect.Parameter(name, _PLAIN, default=default) for name, default in _COMMON.items()]
    last = [one.replace(kind=_PLAIN) for one in parameters if one.kind is one.KEYWORD_ONLY]
    rest = [one for one in parameters if one.kind is one.VAR_KEYWORD]
    return own.replace(parameters=[*first, *common, *last, *rest])


def _takes_any(signature: inspect.Signature) -> bool:
    return any(one.kind is one.VAR_KEYWORD for one in signature.parameters.values())
