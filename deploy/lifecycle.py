"""What the stack tasks do with several stacks: in order, in reverse order, all of them."""

from collections.abc import Callable, Iterable, Sequence

from deploy import buckets, definitions, protection, retained, scripts, sources, wheels
from deploy.bundle import Bundle
from deploy.project import ARTIFACTS, DEFINITIONS, SCRIPTS, WHEELS
from deploy.stacks import Stacks
from glue_client import console, remarks
from glue_client.aws import Aws
from glue_client.errors import WrongCall


def create(aws: Aws, bundle: Bundle, names: Iterable[str], *, yes: bool = False) -> None:
    """Create the named stacks, each after those that it needs; `yes` answers whether failed ones are made again."""
    _each(aws, bundle, _named(bundle, names, "createstack"), Stacks(aws, bundle, yes=yes).create)


def update(aws: Aws, bundle: Bundle, names: Iterable[str], *, yes: bool = False, losing: bool = False) -> None:
    """Update the named stacks, each after those that it needs.

    `yes` answers the questions; with `losing` the update may replace and delete what holds data, after asking.
    """
    chosen = _named(bundle, names, "updatestack")
    if losing:
        question = f"May the update of {', '.join(chosen)} replace and delete what holds data?"
        console.confirm(question, yes=yes, otherwise="nothing was updated")
    _each(aws, bundle, chosen, Stacks(aws, bundle, yes=yes, losing=losing).update)


def up(aws: Aws, bundle: Bundle, names: Iterable[str] | None = None) -> None:
    """Create or update the stacks, all when none is named, each after those that it needs."""
    chosen = bundle.order if names is None else bundle.select(names)
    _each(aws, bundle, chosen, Stacks(aws, bundle).create_or_update)


def up_with_scripts(aws: Aws, bundle: Bundle, names: Iterable[str]) -> None:
    """The same, with the scripts uploaded as soon as their bucket is there: stacks of jobs name wheels among them."""
    chosen, holder = bundle.select(names), bundle.stack_with_output(ARTIFACTS)
    stacks = Stacks(aws, bundle)

    def work(name: str) -> None:
        stacks.create_or_update(name)
        if name == holder:
            deploy_scripts(aws, bundle)

    if holder not in chosen:
        deploy_scripts(aws, bundle)
    _each(aws, bundle, chosen, work)


def deploy_scripts(aws: Aws, bundle: Bundle) -> None:
    """Upload the scripts, wheels and definitions that changed to the deployed artifacts bucket.

    Raises:
        DeployError: a wheel cannot be built, or a file is no definition of a state machine; nothing was uploaded then.
    """
    bucket = Stacks(aws, bundle).outputs(bundle.stack_with_output(ARTIFACTS))[ARTIFACTS]
    definitions.upload(aws, bucket, scripts.PREFIX, SCRIPTS, bundle.placed(DEFINITIONS))
    scripts.upload(aws, bucket, SCRIPTS, bundle.placed(WHEELS))


def say_former(aws: Aws, bundle: Bundle) -> None:
    """Name the stacks that have a former wheel or definition, and what gives them the current one."""
    wheels.say_former(aws, bundle.placed(WHEELS))
    wheels.say_former(aws, bundle.placed(DEFINITIONS), "definition")


def delete(aws: Aws, bundle: Bundle, names: Iterable[str], *, yes: bool) -> None:
    """Delete the named stacks, each before those that it needs, after asking. Absent ones are said."""
    chosen = list(reversed(_named(bundle, names, "deletestack")))
    stacks = Stacks(aws, bundle)
    deployed = [name for name in chosen if stacks.find(name)]
    if deployed:
        console.say(f"stacks to delete in {aws}: {', '.join(deployed)}")
        _say_protected(stacks, deployed)
        question = "Delete it?" if len(deployed) == 1 else "Delete them?"
        console.confirm(question, yes=yes, otherwise="nothing was deleted")
    for name in chosen:
        stacks.delete(name)


def down(aws: Aws, bundle: Bundle, names: Iterable[str] | None = None, *, yes: bool) -> None:
    """Delete the stacks, all when none is named, and everything in their buckets, after asking.

    What their jobs left in the logs goes too.
    """
    stacks = Stacks(aws, bundle)
    chosen = bundle.order if names is None else bundle.select(names)
    deployed = [name for name in chosen if stacks.find(name)]
    if not deployed:
        what = "nothing" if names is None else f"none of {', '.join(chosen)}"
        console.say(f"{what} is deployed in {aws}")
        return
    there = retained.inventory(aws, deployed)
    pipelines = [one for one in bundle.pipelines if any(bundle[name].pipeline == one for name in deployed)]
    if names is None and len(pipelines) > 1:
        hint = f"./pyntw 'down[pipeline={pipelines[-1]}]' takes one alone"
        console.say(f"all pipelines, {' and '.join(pipelines)} ({hint})")
    console.say(f"stacks to delete in {aws}: {', '.join(reversed(deployed))}")
    _say_protected(stacks, deployed)
    for bucket in there.buckets:
        console.say(f"bucket to empty: {bucket} ({buckets.summary(aws, bucket)})")
    console.confirm("Delete all that?", yes=yes, otherwise="nothing was deleted")
    for name in reversed(deployed):
        for bucket in there.buckets_of(name):
            buckets.empty(aws, bucket)
            for place in (WHEELS, DEFINITIONS):
                wheels.forget(aws, bundle.placed(place), bucket)
        stacks.delete(name)
    retained.remove(aws, there)


def _say_protected(stacks: Stacks, names: Iterable[str]) -> None:
    """Name the stacks whose protection the answer to the question lifts."""
    found = [name for name in names if (stack := stacks.find(name)) and protection.is_protected(stack)]
    if found:
        console.say(console.text(f"protected, as they hold data: {', '.join(found)}; yes lifts that", "yellow"))


def _each(aws: Aws, bundle: Bundle, names: Sequence[str], work: Callable[[str], None]) -> None:
    bundle.refuse_foreign(names)
    given = ({**bundle[name].values, **bundle.for_stack(name)} for name in names)
    for address in dict.fromkeys(values.get(sources.PARAMETER, "") for values in given):
        sources.check(aws, address)
    for name in names:
        work(name)
    remarks.show(aws, names)


def _named(bundle: Bundle, names: Iterable[str], task: str) -> list[str]:
    chosen = bundle.select(names)
    if not chosen:
        raise WrongCall(f"{task} needs the name of a stack: {', '.join(bundle.order)}")
    return chosen
