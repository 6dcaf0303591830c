import pytest

from deploy.bundle import Bundle
from deploy.project import TEMPLATES
from glue_client.errors import DeployError, WrongCall

BASE = """
Parameters: {Color: {Type: String, Default: red}}
Resources: {Topic: {Type: 'AWS::SNS::Topic'}}
Outputs: {Topic: {Value: !Ref Topic, Export: {Name: !Sub '${AWS::StackName}-Topic'}}}
"""
USER = """
Parameters:
  Parent: {Type: String, Default: %s}
  Size: {Type: Number, Default: 1}
Resources:
  Topic: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: !ImportValue {'Fn::Sub': '${Parent}-Topic'}}}
Outputs: {Topic: {Value: !Ref Topic, Export: {Name: !Sub '${AWS::StackName}-Topic'}}}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "zero.yml").write_text(BASE)
    (tmp_path / "beta.yml").write_text(USER % "zero")
    (tmp_path / "alpha.yml").write_text(USER % "beta")
    return tmp_path


def test_stacks_come_in_the_order_of_their_imports(folder):
    assert Bundle(folder).order == ["zero", "beta", "alpha"]


def test_needs_are_the_owners_of_the_imports(folder):
    assert Bundle(folder).needs == {"zero": [], "beta": ["zero"], "alpha": ["beta"]}


def test_dependents_include_the_indirect_ones(folder):
    assert Bundle(folder).dependents("zero") == ["beta", "alpha"]


def test_a_parameter_of_the_call_can_make_another_stack_needed(folder):
    assert Bundle(folder, {"Parent": "zero"}).needs["alpha"] == ["zero"]


def test_an_import_from_elsewhere_is_no_need(folder):
    (folder / "beta.yml").write_text(USER % "somebody-elses")
    assert Bundle(folder).needs["beta"] == []


def test_selected_names_come_in_order_and_once(folder):
    assert Bundle(folder).select(["alpha", "zero", "alpha"]) == ["zero", "alpha"]


def test_an_unknown_name_is_answered_with_the_valid_ones_in_order(folder):
    with pytest.raises(WrongCall) as caught:
        Bundle(folder).select(["gamma"])
    assert str(caught.value) == 'error: this project has no stack "gamma"; its stacks are zero, beta, alpha'


def test_a_parameter_is_for_the_stacks_that_declare_it(folder):
    bundle = Bundle(folder, {"Size": "3"})
    assert [bundle.for_stack(name) for name in bundle.order] == [{}, {"Size": "3"}, {"Size": "3"}]


def test_a_parameter_of_none_of_the_named_stacks_is_refused_with_the_valid_ones(folder):
    with pytest.raises(WrongCall) as caught:
        Bundle(folder, {"Size": "3"}).refuse_foreign(["zero"])
    assert str(caught.value) == 'error: there is no parameter "Size"; the parameters are Color'


def test_a_file_with_an_undeclared_parameter_is_refused(folder):
    (folder / "zero.json").write_text('[{"ParameterKey": "Colour", "ParameterValue": "red"}]')
    with pytest.raises(DeployError, match=r'zero\.json sets "Colour", which zero\.yml does not declare'):
        Bundle(folder).select(["one"])


def test_a_template_that_is_not_asked_for_is_not_read(folder):
    (folder / "broken.yml").write_text("Resources: [")
    (folder / "output.yml").write_text("Resources: {}\nOutputs: {Place: {Value: here}}")
    assert Bundle(folder).stack_with_output("Place") == "output"
    with pytest.raises(DeployError, match=r"broken\.yml is not YAML"):
        Bundle(folder).select(["output"])


def test_a_folder_without_templates_is_refused(tmp_path):
    with pytest.raises(DeployError, match="no templates in"):
        Bundle(tmp_path)


def test_the_stack_of_an_output_is_found(folder):
    (folder / "zero.yml").write_text(BASE.replace("{Topic: {Value", "{Special: {Value"))
    assert Bundle(folder).stack_with_output("Special") == "zero"


def test_the_projects_stacks_come_in_the_order_that_its_users_know():
    sales = ["basic-infra", "glue-jobs", "glue-catalog", "data-quality", "glue-workflow"]
    assert Bundle(TEMPLATES).of_pipeline("sales") == sales
    ecommerce = ["ecommerce", "ecommerce-catalog", "ecommerce-jobs"]
    rest = ["data-access", "lake-formation", "monitoring", "network", "operations", "stedi", "store", "store-pipeline"]
    assert Bundle(TEMPLATES).order == [*sales[:-1], "delivery", *ecommerce, sales[-1], *rest]


@pytest.fixture
def two_pipelines(folder):
    """zero is shared, beta needs it for one, alpha needs beta for the other; nobody needs lonely."""
    (folder / "lonely.yml").write_text(BASE)
    for name, pipeline in (("beta", "one"), ("alpha", "other")):
        path = folder / f"{name}.yml"
        path.write_text(f"Metadata: {{Pipeline: {pipeline}}}\n{path.read_text()}")
    return Bundle(folder)


def test_a_pipeline_has_its_stacks_and_what_they_need(two_pipelines):
    assert two_pipelines.pipelines == ["one", "other"]
    assert two_pipelines.of_pipeline("one") == ["zero", "beta"]
    assert two_pipelines.of_pipeline("other") == ["zero", "beta", "alpha"]


def test_a_pipelines_own_stacks_are_those_that_name_it(two_pipelines):
    assert two_pipelines.own("other") == ["alpha"]


def test_a_pipeline_that_is_none_is_refused_by_name(two_pipelines):
    with pytest.raises(WrongCall, match='there is no pipeline "two"; the pipelines are one, other'):
        two_pipelines.of_pipeline("two")


def test_an_import_of_the_stacks_own_export_is_no_need(folder):
    (folder / "beta.yml").write_text(USER % "beta")
    assert Bundle(folder).needs["beta"] == []
