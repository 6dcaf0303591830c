"""Trigger decisions, against hand-written cases and against a slow, obvious model."""

from hypothesis import given
from hypothesis import strategies as st

from local_aws.glue.workflows.triggers import Action, Condition, Trigger, dependents, due, planned_nodes, start_trigger

EXTRACT, CLEAN, CRAWLER = ("JOB", "extract"), ("JOB", "clean"), ("CRAWLER", "raw")


def trigger(name="t", *, conditions=(), actions=(CLEAN,), logical="AND", state="ACTIVATED", kind="CONDITIONAL"):
    return Trigger(
        name=name,
        type=kind,
        state=state,
        logical=logical,
        conditions=tuple(Condition(node, wanted) for node, wanted in conditions),
        actions=tuple(Action(node) for node in actions),
    )


def names(triggers):
    return [found.name for found in triggers]


def test_fires_when_its_one_condition_holds():
    watching = trigger(conditions=[(EXTRACT, "SUCCEEDED")])
    assert names(due([watching], {EXTRACT: "SUCCEEDED"}, [])) == ["t"]


def test_does_not_fire_on_another_state():
    watching = trigger(conditions=[(EXTRACT, "SUCCEEDED")])
    assert due([watching], {EXTRACT: "FAILED"}, []) == []


def test_can_wait_for_a_failure():
    watching = trigger(conditions=[(EXTRACT, "FAILED")])
    assert names(due([watching], {EXTRACT: "FAILED"}, [])) == ["t"]


def test_and_waits_for_all_conditions():
    watching = trigger(conditions=[(EXTRACT, "SUCCEEDED"), (CRAWLER, "SUCCEEDED")])
    assert due([watching], {EXTRACT: "SUCCEEDED"}, []) == []
    assert names(due([watching], {EXTRACT: "SUCCEEDED", CRAWLER: "SUCCEEDED"}, [])) == ["t"]


def test_any_fires_on_the_first():
    watching = trigger(conditions=[(EXTRACT, "SUCCEEDED"), (CRAWLER, "SUCCEEDED")], logical="ANY")
    assert names(due([watching], {CRAWLER: "SUCCEEDED"}, [])) == ["t"]


def test_fires_once_a_run():
    watching = trigger(conditions=[(EXTRACT, "SUCCEEDED")])
    assert due([watching], {EXTRACT: "SUCCEEDED"}, ["t"]) == []


def test_a_trigger_that_is_only_created_never_fires():
    watching = trigger(conditions=[(EXTRACT, "SUCCEEDED")], state="CREATED")
    assert due([watching], {EXTRACT: "SUCCEEDED"}, []) == []


def test_an_on_demand_trigger_is_never_due():
    assert due([trigger(kind="ON_DEMAND", state="CREATED")], {EXTRACT: "SUCCEEDED"}, []) == []


def test_the_start_trigger_is_the_one_that_waits_for_nothing():
    first = trigger("first", kind="ON_DEMAND", state="CREATED")
    assert start_trigger([trigger(conditions=[(EXTRACT, "SUCCEEDED")]), first]) == first


def test_a_node_that_two_triggers_start_is_planned_once():
    assert planned_nodes([trigger("a", actions=[CLEAN, CRAWLER]), trigger("b", actions=[CLEAN])]) == [CLEAN, CRAWLER]


def test_a_definition_is_read_in_glues_shape():
    definition = {
        "Name": "after-extract",
        "Type": "CONDITIONAL",
        "State": "ACTIVATED",
        "Predicate": {
            "Logical": "ANY",
            "Conditions": [
                {"LogicalOperator": "EQUALS", "JobName": "extract", "State": "SUCCEEDED"},
                {"LogicalOperator": "EQUALS", "CrawlerName": "raw", "CrawlState": "FAILED"},
            ],
        },
        "Actions": [
            {"JobName": "clean", "Arguments": {"--b": "2", "--a": "1"}, "Timeout": 5},
            {"CrawlerName": "raw"},
        ],
    }
    assert Trigger.of(definition) == Trigger(
        name="after-extract",
        type="CONDITIONAL",
        state="ACTIVATED",
        logical="ANY",
        conditions=(Condition(EXTRACT, "SUCCEEDED"), Condition(CRAWLER, "FAILED")),
        actions=(Action(CLEAN, (("--a", "1"), ("--b", "2")), timeout=5), Action(CRAWLER)),
    )


NODES = st.sampled_from([(kind, name) for kind in ("JOB", "CRAWLER") for name in "abc"])
STATES = st.sampled_from(["SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT"])
TRIGGERS = st.lists(
    st.builds(
        Trigger,
        name=st.sampled_from("tuvwxyz"),
        type=st.sampled_from(["CONDITIONAL", "ON_DEMAND"]),
        state=st.sampled_from(["ACTIVATED", "CREATED", "DEACTIVATED"]),
        logical=st.sampled_from(["AND", "ANY"]),
        conditions=st.lists(st.builds(Condition, NODES, STATES), max_size=4).map(tuple),
        actions=st.just(()),
    ),
    max_size=6,
)


def slow_model(triggers, outcomes, fired):
    """Walk every trigger and every condition, one at a time, and count."""
    found = []
    for candidate in triggers:
        if candidate.type == "ON_DEMAND" or candidate.state != "ACTIVATED" or candidate.name in fired:
            continue
        true = false = 0
        for condition in candidate.conditions:
            ended = [state for node, state in outcomes.items() if node == condition.node]
            if ended == [condition.state]:
                true += 1
            else:
                false += 1
        if (candidate.logical == "ANY" and true > 0) or (candidate.logical == "AND" and false == 0 and true > 0):
            found.append(candidate)
    return found


@given(TRIGGERS, st.dictionaries(NODES, STATES), st.sets(st.sampled_from("tuvwxyz")))
def test_decisions_are_those_of_the_slow_model(triggers, outcomes, fired):
    assert due(triggers, outcomes, fired) == slow_model(triggers, outcomes, fired)


@given(TRIGGERS, st.dictionaries(NODES, STATES), NODES, STATES)
def test_a_further_outcome_never_takes_a_due_trigger_back(triggers, outcomes, node, state):
    if node not in outcomes:
        before = due(triggers, outcomes, [])
        after = due(triggers, {**outcomes, node: state}, [])
        assert [found for found in before if found not in after] == []


nodes = st.sampled_from([("JOB", name) for name in "abcdef"])
graphs = st.lists(
    st.tuples(st.lists(nodes, min_size=1, max_size=2), st.lists(nodes, min_size=1, max_size=2)), max_size=6
)


@given(graphs, st.sets(nodes, min_size=1, max_size=2))
def test_what_comes_after_a_node_is_what_some_path_leads_to(edges, starts):
    triggers = [trigger(f"t{i}", conditions=[(n, "SUCCEEDED") for n in s], actions=d) for i, (s, d) in enumerate(edges)]
    paths = {(source, target) for sources, targets in edges for source in sources for target in targets}
    for middle in [("JOB", name) for name in "abcdef"]:  # Warshall's closure
        paths |= {(a, d) for a, b in paths for c, d in paths if b == c == middle}
    assert dependents(triggers, starts) == {target for source, target in paths if source in starts}
