"""What saving the emulator's state relies on in the emulator beyond its public interface."""

from __future__ import annotations

import inspect
import re

import pytest

from local_aws.emulator.durable import stores, touches


@pytest.fixture(scope="module", autouse=True)
def app(tmp_path_factory):
    import os

    os.environ.setdefault("STATE_DIR", str(tmp_path_factory.mktemp("state")))
    from ministack import app

    return app


def test_each_way_to_a_record_of_a_store_is_watched():
    from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict

    watched = {*touches._BY_KEY, *touches._BY_SCOPED_KEY, *touches._WHOLE_STORE}
    harmless = {"__contains__", "contains_scoped", "__len__", "__bool__", "__iter__", "keys", "has_any", "to_dict"}
    harmless |= {"__init__", "__repr__", "from_dict"}
    for kind in (AccountScopedDict, AccountRegionScopedDict):
        methods = {name for name, value in vars(kind).items() if callable(value) or isinstance(value, classmethod)}
        inner = {"_scoped", "_unscope", "_prefix", "_is_mine", "_region_for_legacy_value"}
        assert methods - inner - harmless <= watched


def test_items_of_dynamodb_are_put_and_deleted_by_two_functions():
    from ministack.services import dynamodb

    writes = re.compile(r'\["items"\](?:\.setdefault|\[[^\]]+\]\[[^\]]+\] = |\.pop)|sk_map\.pop')
    source = inspect.getsource(dynamodb)
    of_two = inspect.getsource(dynamodb._set_item) + inspect.getsource(dynamodb._remove_item)
    assert len(writes.findall(source)) == len(writes.findall(of_two)) == 2
    assert list(inspect.signature(dynamodb._set_item).parameters) == ["table", "pk_val", "sk_val", "item"]
    assert list(inspect.signature(dynamodb._remove_item).parameters) == ["table", "pk_val", "sk_val"]


def test_events_of_stacks_are_added_through_their_store_and_stay_as_they_are():
    from ministack.services.cloudformation import changesets, handlers, provisioners, stacks

    added = "_stack_events[stack_id].append(event)"
    used = re.compile(r"\b_stack_events\b(?!,|\n)[^\n]*")
    source = inspect.getsource(stacks)
    assert added in inspect.getsource(stacks._add_event)
    assert {*used.findall(source)} == {"_stack_events:", "_stack_events[stack_id] = []", added}
    others = {
        line for module in (changesets, handlers, provisioners) for line in used.findall(inspect.getsource(module))
    }
    assert others == {
        "_stack_events[stack_id] = []",
        "_stack_events.pop(stack_id, None)",
        "_stack_events.get(stack_id, [])",
        "_stack_events.setdefault(child_stack_id, [])",
    }


def test_state_is_loaded_and_saved_by_functions_that_can_be_replaced(app):
    assert "load_state(state_key)" in inspect.getsource(app._load_persisted_state)
    source = inspect.getsource(app)
    assert "_load_persisted_state()" in source
    assert source.count("save_all(") == 1  # where the lifespan ends
    from ministack.services import rds

    assert "persistence.load_state(" in inspect.getsource(rds)


@pytest.mark.parametrize(
    "service",
    """athena cloudformation cloudwatch cloudwatch_logs dynamodb eventbridge glue iam kinesis s3 secretsmanager sns sqs
    ssm stepfunctions""".split(),
)
def test_the_stores_behind_a_services_state_are_the_services_own(app, service):
    module = app._get_module(app._state_map[service])
    found = stores.Service(service, module)
    assert found.copied == []
    for store in found.stores.values():
        key = ("000000000000", "eu-west-1", "probe")[-1 - stores.KEY_PARTS[store.kind] :]
        store.live._data[key] = {}
        state = module.get_state()[store.name]  # outside the listing it is a copy
        assert key in state._data
        assert state is not store.live
        del store.live._data[key]


def test_messages_of_a_queue_have_an_id_and_leave_with_their_list(app):
    source = inspect.getsource(app._get_module("sqs"))
    assert '"id": mid,' in source
    assert 'q["messages"].append(msg)' in source
    assert not re.search(r'\["messages"\]\.(?:remove|pop|insert)\(|del \w+\["messages"\]', source)


@pytest.mark.parametrize("name", ["ec2", "elasticache", "route53"])
def test_a_look_at_what_changed_is_no_reason_for_another(name):
    import importlib

    touches.watch_stores()
    service = stores.Service(name, importlib.import_module(f"ministack.services.{name}"))
    touches.background.take()
    assert service.copies()
    assert touches.background.take() == {}
