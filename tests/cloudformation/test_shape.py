import re

ORDER = ["AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Conditions", "Resources", "Outputs"]
UPSTREAM = {
    "basic-infra": [],
    "glue-jobs": ["BasicInfraStack"],
    "glue-catalog": ["BasicInfraStack"],
    "data-quality": ["BasicInfraStack", "GlueJobsStack", "GlueCatalogStack"],
    "glue-workflow": ["GlueJobsStack", "GlueCatalogStack"],
    "data-access": ["BasicInfraStack", "GlueJobsStack", "GlueCatalogStack"],
    "lake-formation": ["BasicInfraStack", "GlueCatalogStack", "DataAccessStack"],
    "stedi": ["BasicInfraStack"],
    "operations": ["BasicInfraStack"],
    "ecommerce": [],
    "ecommerce-catalog": ["EcommerceStack"],
    "ecommerce-jobs": ["BasicInfraStack", "EcommerceStack", "EcommerceCatalogStack"],
    "monitoring": [],
    "network": [],
    "delivery": [],
    "store": ["BasicInfraStack"],
    "store-pipeline": ["BasicInfraStack", "StoreStack"],
}
LEFT_TO_CALLS = {
    "SourceUrl",
    "Readings",
    "AccessLogsBucket",
    "NoticeEmail",
    "AnalystPrincipal",
    "EngineerPrincipal",
    "OperatorPrincipal",
    "NoticesTopic",
    "Encryption",
    "SalesEncryption",
    "GoldEngine",
    "CatalogUpdates",
    "PermissionsBoundary",
    "Environment",
    "Repository",
    "HostEnvironment",
    "ProviderArn",
    "SourceObjects",
}  # a file's value would undo, at the next update, what a call once gave
CONSTRAINTS = {"AllowedPattern", "AllowedValues", "MinValue"}


def uses_of(function, node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == function:
                yield value
            else:
                yield from uses_of(function, value)
    elif isinstance(node, list):
        for value in node:
            yield from uses_of(function, value)


def imported_names(templates):
    """Names as `<stack>-<Key>`: the stack's parameter at its default, one within the key at each of its values."""
    found = set()
    for template in templates.values():
        for argument in uses_of("Fn::ImportValue", template):
            parameter, key = re.fullmatch(r"\$\{(\w+)\}-([\w${}]+)", argument["Fn::Sub"]).groups()
            chosen = re.findall(r"\$\{(\w+)\}", key)
            values = template["Parameters"][chosen[0]]["AllowedValues"] if chosen else [""]
            for value in values:
                name = re.sub(r"\$\{\w+\}", value, key)
                found.add(f"{template['Parameters'][parameter]['Default']}-{name}")
    return found


def test_sections_are_in_order(template):
    assert list(template) == [section for section in ORDER if section in template]


def test_description_says_what_the_stack_needs(template, stack):
    described = [other for other in UPSTREAM if f" {other}" in template["Description"].partition("Needs")[2]]

    assert described == [re.sub(r"(?<!^)([A-Z])", r"-\1", one.removesuffix("Stack")).lower() for one in UPSTREAM[stack]]


def test_upstream_stacks_are_the_first_parameters(template, stack):
    assert list(template["Parameters"])[: len(UPSTREAM[stack])] == UPSTREAM[stack]


def test_every_parameter_is_described_and_constrained(template):
    for name, parameter in template["Parameters"].items():
        assert parameter["Description"].strip(), name
        assert CONSTRAINTS & set(parameter), name


def test_every_parameter_is_used(template):
    used = set(uses_of("Ref", template)) | set(re.findall(r"\$\{(\w+)\}", str(list(uses_of("Fn::Sub", template)))))

    assert [name for name in template["Parameters"] if name not in used] == []


def test_every_output_is_exported_under_the_stack_s_name(template):
    for key, output in template["Outputs"].items():
        assert output["Export"]["Name"] == {"Fn::Sub": "${AWS::StackName}-" + key}


def test_every_export_is_imported_or_for_people(templates):
    imported = imported_names(templates)
    unused = {
        f"{stack}-{key}"
        for stack, template in templates.items()
        for key, output in template["Outputs"].items()
        if f"{stack}-{key}" not in imported and not output["Description"].startswith("For people and tasks:")
    }

    assert unused == set()


def test_every_import_is_exported(templates):
    exported = {f"{stack}-{key}" for stack, template in templates.items() for key in template["Outputs"]}

    assert imported_names(templates) - exported == set()


def test_parameter_files_hold_the_declared_parameters(templates, parameter_files, stack):
    entries = [entry["ParameterKey"] for entry in parameter_files[stack]]

    assert entries == [key for key in templates[stack]["Parameters"] if key not in LEFT_TO_CALLS]


def test_parameter_files_repeat_the_defaults(templates, parameter_files, stack):
    values = {entry["ParameterKey"]: entry["ParameterValue"] for entry in parameter_files[stack]}
    defaults = {key: str(one["Default"]) for key, one in templates[stack]["Parameters"].items() if "Default" in one}

    assert values == {key: value for key, value in defaults.items() if key not in LEFT_TO_CALLS}


def test_source_url_takes_what_the_job_can_read(templates):
    pattern = templates["glue-jobs"]["Parameters"]["SourceUrl"]["AllowedPattern"]
    good = ["https://a.example/x.zip?y=1", "http://a.example/x", "s3://my-bucket/in/My Sales.zip"]
    bad = ["ftp://a.example/x", "s3://my-bucket", "s3://my-bucket/*", "s3://my-bucket/${aws:username}", "C:\\x.zip", ""]

    assert [url for url in good + bad if re.search(pattern, url)] == good


def test_each_stack_says_its_pipeline(templates):
    said = {stack: template.get("Metadata", {}).get("Pipeline") for stack, template in templates.items()}
    pipelines = {stack: one["Name"] if isinstance(one, dict) else one for stack, one in said.items()}
    own = {"glue-jobs": "sales", "glue-catalog": "sales", "glue-workflow": "sales", "data-quality": "sales"}
    own |= {"operations": "operations", "stedi": "stedi"}
    own |= {"store": "store", "store-pipeline": "store"}
    own |= dict.fromkeys(("ecommerce", "ecommerce-catalog", "ecommerce-jobs"), "ecommerce")
    of_none = ("basic-infra", "data-access", "delivery", "lake-formation", "monitoring", "network")
    assert pipelines == {**dict.fromkeys(of_none), **own}


def test_nothing_is_there_for_local_use_only(root, template, stack):
    names = [*template["Parameters"], *template.get("Conditions", {}), *template["Resources"]]
    text = (root / "cloudformation" / f"{stack}.yml").read_text()

    assert [name for name in names if re.search("local|endpoint_?url|emulat", name, re.IGNORECASE)] == []
    assert re.findall(r"localhost|127\.0\.0\.1|000000000000|AWS_ENDPOINT_URL", text) == []
