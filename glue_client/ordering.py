"""The order of things that need each other. Pure: names in, names out."""

from collections.abc import Mapping, Sequence

from glue_client.errors import DeployError


def ordered(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """All names, each after everything that it needs.

    Depth first from the names that nobody needs: what is needed comes in the order in which it is asked for, so the
    result is the same on every machine. A need that is no key is left out. DeployError names a circle.
    """
    wanted = {need for those in needs.values() for need in those}
    tops = [*sorted(needs.keys() - wanted), *sorted(needs)]  # the rest only matters where there is a circle
    done: list[str] = []

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            circle = " → ".join([*above[above.index(name) :], name])
            raise DeployError(
                "stacks need each other in a circle", circle, "take one import out of one of the templates"
            )
        if name in done or name not in needs:
            return
        for need in needs[name]:
            visit(need, (*above, name))
        done.append(name)

    for top in tops:
        visit(top, ())
    return done
