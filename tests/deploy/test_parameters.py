import pytest

from deploy.parameters import changes, for_create, for_update
from glue_client.errors import DeployError
from glue_client.templates import Template

TEXT = """
Parameters:
  Color: {Type: String, Default: red}
  Size: {Type: Number}
  Shape: {Type: String, Default: round}
Resources: {Topic: {Type: 'AWS::SNS::Topic'}}
"""
DEFAULTS = {"Color": "red", "Shape": "round"}
CURRENT = {"Color": "red", "Size": "1", "Shape": "round"}


@pytest.fixture
def template(tmp_path):
    (tmp_path / "mine.yml").write_text(TEXT)
    (tmp_path / "mine.json").write_text('[{"ParameterKey": "Size", "ParameterValue": 1}]')
    return Template.load(tmp_path / "mine.yml")


def value(key, text):
    return {"ParameterKey": key, "ParameterValue": text}


def test_a_new_stack_gets_the_files_values_and_leaves_defaults_to_aws(template):
    assert for_create(template, {}) == [value("Size", "1")]


def test_the_call_wins_over_the_file(template):
    assert for_create(template, {"Size": "2", "Color": "blue"}) == [value("Size", "2"), value("Color", "blue")]


def test_a_parameter_without_any_value_is_asked_for(tmp_path):
    (tmp_path / "mine.yml").write_text(TEXT)
    with pytest.raises(DeployError) as caught:
        for_create(Template.load(tmp_path / "mine.yml"), {})
    assert str(caught.value) == (
        'error: stack "mine" needs a value for Size\n'
        "  seen: neither in the call nor in mine.json, and no default\n"
        "  next: ./pyntw 'createstack[mine,Size=…]', or write it into the file"
    )


def test_an_update_keeps_what_a_call_once_set(template):
    current = {**CURRENT, "Color": "blue"}
    assert for_update(template, {}, current, DEFAULTS) == [
        value("Size", "1"),
        {"ParameterKey": "Color", "UsePreviousValue": True},
    ]


def test_an_update_follows_an_edited_default_where_nobody_set_a_value(template):
    assert for_update(template, {}, {**CURRENT, "Color": "old red"}, {**DEFAULTS, "Color": "old red"}) == [
        value("Size", "1")
    ]


def test_an_update_takes_the_file_over_what_was_set(template):
    assert for_update(template, {}, {**CURRENT, "Size": "9"}, DEFAULTS) == [value("Size", "1")]


def test_an_update_forgets_a_parameter_that_the_template_dropped(template):
    assert for_update(template, {}, {**CURRENT, "Gone": "x"}, DEFAULTS) == [value("Size", "1")]


def test_a_parameter_that_is_new_and_has_no_value_is_asked_for(tmp_path):
    (tmp_path / "mine.yml").write_text(TEXT)
    with pytest.raises(DeployError, match="needs a value for Size"):
        for_update(Template.load(tmp_path / "mine.yml"), {}, {"Color": "red"}, DEFAULTS)


CHOICES = """
Parameters:
  Mode: {Type: String, AllowedValues: [crawler, job, '']}
  Fast: {Type: String, Default: true, AllowedValues: [true, false]}
  Zones: {Type: CommaDelimitedList, Default: a, AllowedValues: [a, b]}
Resources: {Topic: {Type: 'AWS::SNS::Topic'}}
"""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"Mode": "both"}, ('Mode of stack "mine" cannot be both', "mine.yml takes crawler, job, ")),
        ({"Mode": "job", "Fast": "yes"}, ('Fast of stack "mine" cannot be yes', "mine.yml takes true, false")),
        ({"Mode": "", "Zones": "a, c"}, ('Zones of stack "mine" cannot be c', "mine.yml takes a, b")),
        ({"Mode": "job", "Fast": "false", "Zones": "b, a"}, None),
        ({"Mode": ""}, None),
    ],
)
def test_a_value_that_the_template_does_not_take_is_refused_with_those_that_it_does(tmp_path, given, said):
    (tmp_path / "mine.yml").write_text(CHOICES)
    template = Template.load(tmp_path / "mine.yml")
    for call in (lambda: for_create(template, given), lambda: for_update(template, given, {}, {})):
        if said is None:
            call()
            continue
        with pytest.raises(DeployError) as caught:
            call()
        assert (caught.value.failed, caught.value.seen) == said


def test_changes_name_old_and_new(template):
    sent = for_update(template, {"Color": "blue"}, {**CURRENT, "Size": "9"}, DEFAULTS)
    assert changes(sent, {**CURRENT, "Size": "9"}) == ["Size: 9 → 1", "Color: red → blue"]


def test_secret_values_are_no_changes():
    assert changes([value("Secret", "open")], {"Secret": "****"}) == []


STORED = {"/wheels/one": "s3://b/new.whl"}


@pytest.mark.parametrize(
    ("told", "resolved", "said"),
    [
        ("/wheels/one", {"Wheel": "s3://b/new.whl"}, []),
        ("s3://b/new.whl", {}, []),  # what stood there, where the name is not told
        ("/wheels/one", {"Wheel": "s3://b/old.whl"}, ["Wheel: s3://b/old.whl → s3://b/new.whl"]),
    ],
)
@pytest.mark.parametrize("entry", [{"ParameterValue": "/wheels/one"}, {"UsePreviousValue": True}])
def test_of_what_stands_in_parameter_store_the_value_counts(told, resolved, said, entry):
    if entry == {"UsePreviousValue": True} and not resolved:
        said = []
    sent = [{"ParameterKey": "Wheel", **entry}]
    assert changes(sent, {"Wheel": told}, STORED, resolved) == said
    assert changes([value("Wheel", "/elsewhere")], {"Wheel": "/elsewhere"}, STORED, {"Wheel": "x"}) == []
