from graphlib import CycleError, TopologicalSorter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glue_client.errors import DeployError
from glue_client.ordering import ordered

NAMES = "abcdefgh"


@st.composite
def graphs(draw, *, circles):
    """Needs among up to eight names; without circles, a name needs only names before it."""
    names = draw(st.permutations(NAMES[: draw(st.integers(0, len(NAMES)))]))
    needs = {}
    for number, name in enumerate(names):
        candidates = list(names) if circles else list(names[:number])
        needs[name] = draw(st.lists(st.sampled_from(candidates), unique=True)) if candidates else []
    return needs


@given(graphs(circles=False))
def test_every_name_comes_after_what_it_needs(needs):
    result = ordered(needs)
    assert [(need, name) for name in needs for need in needs[name] if result.index(need) > result.index(name)] == []


@given(graphs(circles=False))
def test_every_name_comes_once(needs):
    assert sorted(ordered(needs)) == sorted(needs)


@given(graphs(circles=False), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_the_mapping(needs, random):
    names = list(needs)
    random.shuffle(names)
    assert ordered({name: needs[name] for name in names}) == ordered(needs)


@given(graphs(circles=True))
def test_a_circle_is_found_where_the_standard_library_finds_one(needs):
    try:
        tuple(TopologicalSorter(needs).static_order())
        has_circle = False
    except CycleError:
        has_circle = True
    try:
        ordered(needs)
        refused = False
    except DeployError:
        refused = True
    assert refused == has_circle


def test_what_is_needed_comes_in_the_order_in_which_it_is_asked_for():
    needs = {"base": [], "catalog": ["base"], "jobs": ["base"], "workflow": ["jobs", "catalog"]}
    assert ordered(needs) == ["base", "jobs", "catalog", "workflow"]


def test_a_need_outside_the_names_is_left_out():
    assert ordered({"a": ["elsewhere"]}) == ["a"]


def test_a_circle_is_named():
    with pytest.raises(DeployError) as caught:
        ordered({"a": ["b"], "b": ["c"], "c": ["a"]})
    assert caught.value.seen == "a → b → c → a"
