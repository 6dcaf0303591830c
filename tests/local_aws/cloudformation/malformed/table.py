"""Templates that CloudFormation refuses, with its sentence where one is known ("" where none is)."""

# ruff: noqa: E501 - a table reads better with a case a line

from __future__ import annotations

import json

ALIASES = "Template error: YAML aliases are not allowed in CloudFormation templates"
NONE_THERE = "Template format error: At least one Resources member must be defined."
STRUCTURE = "Template format error: unsupported structure."
DEPENDS = "Template format error: DependsOn must be a string or list of strings."
CONDITION_TYPE = "Template format error: Every Condition member must be a string."
OUTPUT_VALUE = "Template format error: Every Outputs member must contain a Value object"
NO_STRING = "Template format error: The Value field of every Outputs member must evaluate to a String."
GET_ATT = "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute"
SUB = (
    "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first "
    "argument, and an optional second argument to specify a mapping of values to replace in the string"
)
SUB_NAMES = (
    "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, "
    "and colons"
)
JOIN = (
    "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be "
    "joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined."
)
SPLIT = (
    "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or "
    "a function that returns a string to be split."
)
SELECT = "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"
IF_NAME = "Template error: Fn::If requires a list argument with the first element being a condition"
IF_THREE = "Template error: Fn::If requires a list argument with three elements"
FIND = (
    "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for "
    "return value"
)
BASE64 = "Template error: every Fn::Base64 object must have a String-typed value."
EQUALS = "Template error: Fn::Equals requires a list argument with two elements"
SEVERAL = "Template error: every Fn::{} object requires a list of at least 2 and at most 10 boolean parameters."
NOT = "Template error: every Fn::Not object requires a list with exactly 1 boolean parameter."
BOOLEAN = "Template format error: Conditions can only be boolean operations on parameters and other conditions"
IMPORT = (
    "Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs"
)
EXPORT = (
    "Template format error: Output O is malformed. The Name field of every Export member must be specified and consist only "
    "of alphanumeric characters, colons, or hyphens."
)

GOOD = {"Type": "AWS::SNS::Topic"}
NULL = "[{}] 'null' values are not allowed in templates"
UNRESOLVED = "Template format error: Unresolved resource dependencies [{}] in the {} block of the template"
UNMET = "Template format error: Unresolved condition dependency {} in the {} block of the template"
TYPE_MEMBER = "Template format error: Every Parameters object must contain a Type member."


def laughs(levels: int) -> str:
    """Nested aliases: ten times as many values with each level."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "Metadata:\n  " + "\n  ".join(lines) + "\nResources:\n  T: {Type: AWS::SNS::Topic}\n"


TEXTS: dict[str, tuple[str, str]] = {
    "a text": ("template.yaml", STRUCTURE),
    "a list": ("[1, 2]", STRUCTURE),
    "a list of lines": ("- Resources\n- T", STRUCTURE),
    "a number": ("5", STRUCTURE),
    "a null": ("null", STRUCTURE),
    "a boolean": ("true", STRUCTURE),
    "a date": ("2010-09-09", STRUCTURE),
    "only comments": ("# nothing\n", STRUCTURE),
    "json cut off": ('{"Resources": {', "Template format error: JSON not well-formed. (line 1, column 16)"),
    "json with a comma": ('{"Resources": {},}', "Template format error: JSON not well-formed. (line 1, column 18)"),
    "json with more": ('{"Resources": {}} x', "Template format error: JSON not well-formed. (line 1, column 19)"),
    "json with NaN": ('{"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": NaN}}}}', ""),
    "json with a long number": ('{"Resources": {"T": {"Type": ' + "9" * 5000 + "}}}", ""),
    "json with half a character": ('{"Description": "\\ud800", "Resources": {"T": {"Type": "AWS::SNS::Topic"}}}', ""),
    "json with a key twice": ('{"Resources": {"T": {"Type": "A"}, "T": {"Type": "AWS::SNS::Topic"}}}', ""),
    "json with NUL as description": ('{"Description": "a\\u0000b", "Resources": {"T": {"Type": "AWS::SNS::Topic"}}}', ""),
    "json nested deep": ('{"Resources": ' + '{"a":' * 5000 + "1" + "}" * 5000 + "}", ""),
    "json lists nested deep": ('{"Resources": ' + "[" * 20000 + "]" * 20000 + "}", ""),
    "json nested 200": ('{"Metadata": ' + "[" * 200 + "]" * 200 + ', "Resources": {"T": {"Type": "AWS::SNS::Topic"}}}', ""),
    "yaml cut off": ("Resources: {T: {Type: AWS::SNS::Topic", ""),
    "yaml with a tab": ("Resources:\n\tT: {Type: AWS::SNS::Topic}", "Template format error: YAML not well-formed. (line 2, column 1)"),
    "yaml with two documents": ("Resources: {T: {Type: AWS::SNS::Topic}}\n---\na: 1", ""),
    "yaml with NUL": ("Resources: {T: {Type: AWS::SNS::Topic}}\n# \0", ""),
    "yaml nested deep": ("Resources: " + "[" * 20000, ""),
    "yaml nested in lines": ("\n".join(" " * n + "a:" for n in range(280)) + " 1", ""),
    "yaml of python": ("Resources: !!python/object/apply:os.system ['id']", ""),
    "yaml of a python name": ("Resources: {T: !!python/name:os.system }", ""),
    "yaml binary": ("Resources: {T: {Type: !!binary aGk=}}", ""),
    "yaml set": ("Resources: {T: !!set {a, b}}", ""),
    "yaml unknown tag": ("Resources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Nope x}}}", ""),
    "yaml int of a text": ("Resources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: !!int x}}}", ""),
    "yaml alias": ("Metadata: {a: &a 1, b: *a}\nResources: {T: {Type: AWS::SNS::Topic}}", ALIASES),
    "yaml alias of itself": ("Metadata: &a [*a]\nResources: {T: {Type: AWS::SNS::Topic}}", ALIASES),
    "yaml merge": ("Resources:\n  T: &t {Type: AWS::SNS::Topic}\n  U:\n    <<: *t\n", ALIASES),
    "yaml merge without an alias": ("Resources: {T: {<<: {Type: AWS::SNS::Topic}}}", ALIASES),
    "yaml nested aliases": (laughs(9), ALIASES),
    "yaml many nested aliases": (laughs(200), ALIASES),
    "yaml unknown alias": ("Resources: {T: *nope}", ALIASES),
    "yaml key twice": ("Resources:\n  T: {Type: AWS::SNS::Topic}\n  T: {Type: AWS::SQS::Queue}\n", "Template format error: duplicate key 'T' (line 3, column 3)"),
    "yaml number as key": ("Resources: {1: {Type: AWS::SNS::Topic}}", "Template format error: [/Resources] map keys must be strings; received numeric [1] instead"),
    "yaml map as key": ("Resources: {{a: b}: {Type: AWS::SNS::Topic}}", ""),
    "yaml function as key": ("Resources: {T: {Type: AWS::SNS::Topic, Properties: {!Ref X : 1}}}", "Template format error: [/Resources/T/Properties] map keys must be strings; received a map instead"),
    "yaml null as key": ("Resources: {~: {Type: AWS::SNS::Topic}}", ""),
    "yaml infinity": ("Resources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: .inf}}}", ""),
    "yaml without a body": ("Resources:\n  D:\n", NULL.format("/Resources/D")),
    "yaml without resources": ("Resources:\n", NULL.format("/Resources")),
    "yaml too long": ("#" * 51_201, ""),
}  # fmt: skip

OF_TEMPLATES: dict[str, tuple[object, str]] = {
    "empty": ({}, NONE_THERE),
    "only parameters": ({"Parameters": {}}, NONE_THERE),
    "empty resources": ({"Resources": {}}, NONE_THERE),
    "a list of resources": ({"Resources": []}, NONE_THERE),
    "a list with a resource": ({"Resources": [GOOD]}, NONE_THERE),
    "a text as resources": ({"Resources": "T"}, NONE_THERE),
    "a number as resources": ({"Resources": 1}, NONE_THERE),
    "null as resources": ({"Resources": None}, NULL.format("/Resources")),
    "resources in lower case": ({"resources": {"T": GOOD}}, NONE_THERE),
    "501 resources": (
        {"Resources": {f"T{n}": GOOD for n in range(501)}},
        "Template format error: Number of resources, 501, is greater than maximum allowed, 500",
    ),
}


def _with(**sections: object) -> dict[str, object]:
    return {"Resources": {"T": GOOD}, **sections}


for _name, _value, _text in (
    ("unknown section", _with(Nope={}), "Invalid template property or properties [Nope]"),
    ("two unknown sections", _with(Nope=1, Type="x"), "Invalid template property or properties [Nope, Type]"),
    ("version of 2011", _with(AWSTemplateFormatVersion="2011-09-09"), ""),
    ("version as list", _with(AWSTemplateFormatVersion=["2010-09-09"]), ""),
    ("description as list", _with(Description=["x"]), ""),
    ("description too long", _with(Description="x" * 1025), ""),
    ("null in metadata", _with(Metadata={"a": [1, None]}), NULL.format("/Metadata/a/1")),
    ("transform as number", _with(Transform=5), ""),
    ("transform without a name", _with(Transform={"Parameters": {}}), ""),
    ("201 outputs", _with(Outputs={f"O{n}": {"Value": "x"} for n in range(201)}), "Template format error: Number of outputs, 201, is greater than maximum allowed, 200"),
    ("201 parameters", _with(Parameters={f"P{n}": {"Type": "String", "Default": "x"} for n in range(201)}), "Template format error: Number of parameters, 201, is greater than maximum allowed, 200"),
    ("201 mappings", _with(Mappings={f"M{n}": {"a": {"b": "c"}} for n in range(201)}), "Template format error: Number of mappings, 201, is greater than maximum allowed, 200"),
    ("rules as list", _with(Rules=[]), ""),
    ("rule without assertions", _with(Rules={"R": {}}), ""),
    ("rule as text", _with(Rules={"R": "x"}), ""),
    ("rule with Fn::If", _with(Rules={"R": {"Assertions": [{"Assert": {"Fn::If": ["a", "b", "c"]}}]}}), ""),
):  # fmt: skip
    OF_TEMPLATES[_name] = (_value, _text)
for _section in ("Parameters", "Mappings", "Conditions", "Outputs", "Metadata", "Rules", "Resources"):
    for _what, _value in (("null", None), ("a text", "x"), ("a number", 1), ("a list", [1]), ("true", True)):
        _text = NULL.format(f"/{_section}") if _value is None else NONE_THERE if _section == "Resources" else ""
        OF_TEMPLATES[f"{_what} as {_section}"] = (_with(**{_section: _value}), _text)

OF_RESOURCES: dict[str, tuple[object, str]] = {
    "null": (None, NULL.format("/Resources/T")),
    "a text": ("x", "Template format error: [/Resources/T] Any Resources member must be an object."),
    "a list": ([], "Template format error: [/Resources/T] Any Resources member must be an object."),
    "a number": (1, "Template format error: [/Resources/T] Any Resources member must be an object."),
    "true": (True, "Template format error: [/Resources/T] Any Resources member must be an object."),
    "empty": ({}, "Template format error: [/Resources/T] Every Resources object must contain a Type member."),
    "without a type": ({"Properties": {}}, "Template format error: [/Resources/T] Every Resources object must contain a Type member."),
    "unknown type": ({"Type": "AWS::Nope::Nope"}, "Template format error: Unrecognized resource types: [AWS::Nope::Nope] (AWS has them only if they are newer than the schemas of the cfn-lint that is installed)"),
    "empty type": ({"Type": ""}, ""),
    "type as number": ({"Type": 1}, ""),
    "type as list": ({"Type": ["AWS::SNS::Topic"]}, ""),
    "type as map": ({"Type": {"Ref": "AWS::Region"}}, ""),
    "type null": ({"Type": None}, ""),
    "unknown member": ({**GOOD, "Nope": 1}, "Invalid template resource property 'Nope'"),
    "a property as member": ({**GOOD, "DisplayName": "x"}, "Invalid template resource property 'DisplayName'"),
    "properties null": ({**GOOD, "Properties": None}, NULL.format("/Resources/T/Properties")),
    "properties as list": ({**GOOD, "Properties": []}, ""),
    "properties as text": ({**GOOD, "Properties": "x"}, ""),
    "metadata as text": ({**GOOD, "Metadata": "x"}, ""),
    "creation policy as list": ({**GOOD, "CreationPolicy": []}, ""),
    "update policy as text": ({**GOOD, "UpdatePolicy": "x"}, ""),
    "DependsOn as map": ({**GOOD, "DependsOn": {}}, DEPENDS),
    "DependsOn as number": ({**GOOD, "DependsOn": 1}, DEPENDS),
    "DependsOn with a number": ({**GOOD, "DependsOn": [1]}, DEPENDS),
    "DependsOn with a list": ({**GOOD, "DependsOn": [["T"]]}, DEPENDS),
    "DependsOn null": ({**GOOD, "DependsOn": None}, ""),
    "DependsOn what is not there": ({**GOOD, "DependsOn": "Nope"}, UNRESOLVED.format("Nope", "Resources")),
    "DependsOn itself": ({**GOOD, "DependsOn": "T"}, "Circular dependency between resources: [T]"),
    "condition that is not there": ({**GOOD, "Condition": "Nope"}, UNMET.format("Nope", "Resources")),
    "condition as list": ({**GOOD, "Condition": ["Nope"]}, CONDITION_TYPE),
    "condition as map": ({**GOOD, "Condition": {"Fn::Equals": ["a", "a"]}}, CONDITION_TYPE),
    "condition as number": ({**GOOD, "Condition": 1}, CONDITION_TYPE),
    "condition as true": ({**GOOD, "Condition": True}, CONDITION_TYPE),
    "unknown DeletionPolicy": ({**GOOD, "DeletionPolicy": "Nope"}, "Template format error: Unrecognized DeletionPolicy Nope for resource T"),
    "DeletionPolicy in lower case": ({**GOOD, "DeletionPolicy": "retain"}, "Template format error: Unrecognized DeletionPolicy retain for resource T"),
    "DeletionPolicy as list": ({**GOOD, "DeletionPolicy": ["Retain"]}, ""),
    "DeletionPolicy null": ({**GOOD, "DeletionPolicy": None}, ""),
    "DeletionPolicy true": ({**GOOD, "DeletionPolicy": True}, ""),
    "unknown UpdateReplacePolicy": ({**GOOD, "UpdateReplacePolicy": "Nope"}, "Template format error: Unrecognized UpdateReplacePolicy Nope for resource T"),
    "UpdateReplacePolicy for creation": ({**GOOD, "UpdateReplacePolicy": "RetainExceptOnCreate"}, "Template format error: Unrecognized UpdateReplacePolicy RetainExceptOnCreate for resource T"),
}  # fmt: skip

NAMES = ("D-1", "", "a b", "a.b", "a_b", "é", "a/b", "a\n", "☃", "x" * 256, "../x", "<a>", "AWS::Region")

NOPE = (
    "Template error: Encountered unsupported function: Fn::Nope Supported functions are: [Fn::Base64, Fn::GetAtt, "
    "Fn::GetAZs, Fn::ImportValue, Fn::Join, Fn::Split, Fn::FindInMap, Fn::Select, Ref, Fn::Equals, Fn::If, Fn::Not, "
    "Condition, Fn::And, Fn::Or, Fn::Contains, Fn::EachMemberEquals, Fn::EachMemberIn, Fn::ValueOf, Fn::ValueOfAll, "
    "Fn::RefAll, Fn::Sub, Fn::Cidr]"
)

OF_VALUES: tuple[tuple[object, str], ...] = (
    (None, NULL.format("/Resources/T/Type/DisplayName")),
    ([None], NULL.format("/Resources/T/Type/DisplayName/0")),
    ({"a": None}, NULL.format("/Resources/T/Type/DisplayName/a")),
    ({"Fn::Nope": "x"}, NOPE),
    ({"Fn::ref": "x"}, ""),
    ({"Fn::Ref": "T"}, ""),
    ({"Fn::": "x"}, ""),
    ({"fn": {"Fn::Nope": 1}}, NOPE),
    ({"Ref": None}, NULL.format("/Resources/T/Type/DisplayName/Ref")),
    ({"Ref": ["T"]}, "Template error: All References must be of type string"),
    ({"Ref": {"Ref": "T"}}, "Template error: All References must be of type string"),
    ({"Ref": 5}, "Template error: All References must be of type string"),
    ({"Ref": "Nope"}, UNRESOLVED.format("Nope", "Resources")),
    ({"Ref": ""}, ""),
    ({"Ref": "T"}, "Circular dependency between resources: [T]"),
    ({"Fn::GetAtt": ["T", "TopicName"]}, "Circular dependency between resources: [T]"),
    ({"Fn::Sub": "${T.TopicName}"}, "Circular dependency between resources: [T]"),
    ({"Fn::GetAtt": ["A"]}, GET_ATT),
    ({"Fn::GetAtt": []}, GET_ATT),
    ({"Fn::GetAtt": "A"}, GET_ATT),
    ({"Fn::GetAtt": ["A", ""]}, GET_ATT),
    ({"Fn::GetAtt": ["", "Arn"]}, GET_ATT),
    ({"Fn::GetAtt": [{"Ref": "A"}, "Arn"]}, GET_ATT),
    ({"Fn::GetAtt": ["A", ["Arn"]]}, GET_ATT),
    ({"Fn::GetAtt": ["A", "b", "c"]}, GET_ATT),
    ({"Fn::GetAtt": {"A": "Arn"}}, GET_ATT),
    ({"Fn::GetAtt": 5}, GET_ATT),
    ({"Fn::GetAtt": ["Nope", "Arn"]}, UNRESOLVED.format("Nope", "Resources")),
    ({"Fn::Sub": 5}, SUB),
    ({"Fn::Sub": ["x"]}, SUB),
    ({"Fn::Sub": []}, SUB),
    ({"Fn::Sub": {"a": "b"}}, SUB),
    ({"Fn::Sub": ["x", ["y"]]}, SUB),
    ({"Fn::Sub": ["x", {}, {}]}, SUB),
    ({"Fn::Sub": [{"Ref": "A"}, {}]}, SUB),
    ({"Fn::Sub": ["${a}", {"a": ["b"]}]}, SUB),
    ({"Fn::Sub": ["${a}", {"a": {"b": "c"}}]}, SUB),
    ({"Fn::Sub": "${Nope}"}, UNRESOLVED.format("Nope", "Resources")),
    ({"Fn::Sub": "${HOME:-x}"}, SUB_NAMES),
    ({"Fn::Sub": "${a-b}"}, SUB_NAMES),
    ({"Fn::Sub": ["${a[0]}", {}]}, SUB_NAMES),
    ({"Fn::Join": "x"}, JOIN),
    ({"Fn::Join": [","]}, JOIN),
    ({"Fn::Join": [",", "a"]}, JOIN),
    ({"Fn::Join": [5, ["a"]]}, JOIN),
    ({"Fn::Join": [",", ["a"], "b"]}, JOIN),
    ({"Fn::Join": [",", [["a"]]]}, JOIN),
    ({"Fn::Join": [",", [{"a": "b"}]]}, JOIN),
    ({"Fn::Join": [{"Ref": "A"}, ["a"]]}, JOIN),
    ({"Fn::Join": {}}, JOIN),
    ({"Fn::Split": ","}, SPLIT),
    ({"Fn::Split": [","]}, SPLIT),
    ({"Fn::Split": ["", "a"]}, SPLIT),
    ({"Fn::Split": [",", ["a"]]}, SPLIT),
    ({"Fn::Split": [1, "a"]}, SPLIT),
    ({"Fn::Split": [",", "a", "b"]}, SPLIT),
    ({"Fn::Select": 0}, SELECT),
    ({"Fn::Select": []}, SELECT),
    ({"Fn::Select": [0]}, SELECT),
    ({"Fn::Select": ["x", ["a"]]}, SELECT),
    ({"Fn::Select": [-1, ["a"]]}, SELECT),
    ({"Fn::Select": [0, "a"]}, SELECT),
    ({"Fn::Select": [True, ["a"]]}, SELECT),
    ({"Fn::Select": [["0"], ["a"]]}, SELECT),
    ({"Fn::Select": [1, ["a"]]}, "Template error: Fn::Select cannot select nonexistent value at index 1"),
    ({"Fn::Select": ["9", []]}, "Template error: Fn::Select cannot select nonexistent value at index 9"),
    ({"Fn::If": "Yes"}, IF_NAME),
    ({"Fn::If": []}, IF_NAME),
    ({"Fn::If": [{"Fn::Equals": ["a", "a"]}, "a", "b"]}, IF_NAME),
    ({"Fn::If": [True, "a", "b"]}, IF_NAME),
    ({"Fn::If": ["Yes", "a"]}, IF_THREE),
    ({"Fn::If": ["Yes", "a", "b", "c"]}, IF_THREE),
    ({"Fn::If": ["Nope", "a", "b"]}, "Template error: unresolved condition dependency Nope in Fn::If"),
    ({"Fn::If": ["Yes", {"Fn::If": ["No", "a", "b"]}, "b"]}, "Template error: unresolved condition dependency No in Fn::If"),
    ({"Fn::FindInMap": "M"}, FIND),
    ({"Fn::FindInMap": ["M"]}, FIND),
    ({"Fn::FindInMap": ["M", "a"]}, FIND),
    ({"Fn::FindInMap": ["M", "a", ["b"]]}, FIND),
    ({"Fn::FindInMap": ["M", {"x": 1}, "b"]}, FIND),
    ({"Fn::FindInMap": ["M", "a", "b", "c"]}, FIND),
    ({"Fn::FindInMap": ["Nope", "a", "b"]}, "Template error: Mapping named 'Nope' is not present in the 'Mappings' section of template."),
    ({"Fn::FindInMap": ["M", "x", "b"]}, "Template error: Unable to get mapping for M::x::b"),
    ({"Fn::FindInMap": ["M", "a", "x"]}, "Template error: Unable to get mapping for M::a::x"),
    ({"Fn::Base64": ["a"]}, BASE64),
    ({"Fn::Base64": {"a": "b"}}, BASE64),
    ({"Fn::Base64": []}, BASE64),
    ({"Fn::Cidr": "10.0.0.0/16"}, ""),
    ({"Fn::Cidr": ["10.0.0.0/16"]}, ""),
    ({"Fn::Cidr": ["10.0.0.0/16", "x", 8]}, ""),
    ({"Fn::Cidr": ["10.0.0.0/16", -1, 8]}, ""),
    ({"Fn::Cidr": [["10.0.0.0/16"], 1, 8]}, ""),
    ({"Fn::GetAZs": ["a"]}, ""),
    ({"Fn::GetAZs": 5}, ""),
    ({"Fn::ImportValue": ["a"]}, ""),
    ({"Fn::ImportValue": {"a": "b"}}, ""),
    ({"Fn::ImportValue": {"Ref": "A"}}, IMPORT),
    ({"Fn::ImportValue": {"Fn::Join": ["-", [{"Fn::GetAtt": ["A", "TopicName"]}]]}}, IMPORT),
    ({"Fn::ImportValue": {"Fn::ImportValue": "a"}}, IMPORT),
    ({"Fn::Join": ["", ["a"]], "Fn::Sub": "x"}, ""),
    ({"Fn::Sub": "a", "x": 1}, ""),
    ({"Ref": "AWS::Region", "Fn::Sub": "x"}, ""),
    ({"Fn::Transform": "x"}, ""),
    ({"Fn::GetStackOutput": "x"}, ""),
    ({"Fn::Length": "x"}, ""),
    ("{{resolve:nope:x}}", ""),
)  # fmt: skip

OF_CONDITIONS: tuple[tuple[object, str], ...] = (
    (None, NULL.format("/Conditions/C")),
    ("yes", BOOLEAN),
    (True, BOOLEAN),
    (["a", "a"], BOOLEAN),
    ({}, BOOLEAN),
    ({"Ref": "P"}, BOOLEAN),
    ({"Fn::If": ["Yes", "a", "b"]}, BOOLEAN),
    ({"Fn::Nope": []}, BOOLEAN),
    ({"Fn::Equals": ["a", "a"], "Fn::Not": []}, BOOLEAN),
    ({"Fn::Equals": "a"}, EQUALS),
    ({"Fn::Equals": ["a"]}, EQUALS),
    ({"Fn::Equals": ["a", "b", "c"]}, EQUALS),
    ({"Fn::Equals": {"a": "b"}}, EQUALS),
    ({"Fn::And": [{"Fn::Equals": ["a", "a"]}]}, SEVERAL.format("And")),
    ({"Fn::And": [{"Fn::Equals": ["a", "a"]}] * 11}, SEVERAL.format("And")),
    ({"Fn::And": ["Yes", "Yes"]}, SEVERAL.format("And")),
    ({"Fn::Or": {"Fn::Equals": ["a", "a"]}}, SEVERAL.format("Or")),
    ({"Fn::Or": [True, False]}, SEVERAL.format("Or")),
    ({"Fn::Not": {"Fn::Equals": ["a", "a"]}}, NOT),
    ({"Fn::Not": []}, NOT),
    ({"Fn::Not": ["Yes"]}, NOT),
    ({"Fn::Not": [{"Fn::Equals": ["a", "a"]}] * 2}, NOT),
    ({"Condition": ["Yes"]}, "Template error: All Conditions must be of type string"),
    ({"Condition": "Nope"}, UNMET.format("Nope", "Conditions")),
    ({"Fn::Not": [{"Condition": "Nope"}]}, UNMET.format("Nope", "Conditions")),
    ({"Condition": "C"}, "Template format error: Circular dependency between conditions: [C]"),
    ({"Fn::Not": [{"Condition": "C"}]}, "Template format error: Circular dependency between conditions: [C]"),
    ({"Fn::Equals": [{"Ref": "T"}, "a"]}, "Template format error: Unresolved dependencies [T]. Cannot reference resources in the Conditions block of the template"),
    ({"Fn::Equals": [{"Ref": "Nope"}, "a"]}, "Template format error: Unresolved dependencies [Nope]. Cannot reference resources in the Conditions block of the template"),
    ({"Fn::Equals": [{"Fn::Select": ["x", ["a"]]}, "a"]}, SELECT),
    ({"Fn::Equals": [{"Fn::FindInMap": ["M", "x", "b"]}, "a"]}, "Template error: Unable to get mapping for M::x::b"),
)  # fmt: skip

OF_PARAMETERS: tuple[tuple[object, str], ...] = (
    (None, NULL.format("/Parameters/P")),
    ("String", ""),
    ([], ""),
    ({}, TYPE_MEMBER),
    ({"Default": "x"}, TYPE_MEMBER),
    ({"Type": None}, NULL.format("/Parameters/P/Type")),
    ({"Type": "Strin"}, "Template format error: Unrecognized parameter type: Strin"),
    ({"Type": "string"}, "Template format error: Unrecognized parameter type: string"),
    ({"Type": ""}, "Template format error: Unrecognized parameter type: "),
    ({"Type": "List<String>"}, "Template format error: Unrecognized parameter type: List<String>"),
    ({"Type": "List<Number"}, "Template format error: Unrecognized parameter type: List<Number"),
    ({"Type": "AWS::Nope::Id"}, "Template format error: Unrecognized parameter type: AWS::Nope::Id"),
    ({"Type": ["String"]}, ""),
    ({"Type": 1}, ""),
    ({"Type": "String", "Nope": 1}, "Invalid template parameter property 'Nope'"),
    ({"Type": "String", "Default": ["x"]}, "Template format error: Every Default member must be a string."),
    ({"Type": "String", "Default": {"Ref": "AWS::Region"}}, "Template format error: Every Default member must be a string."),
    ({"Type": "String", "Default": None}, NULL.format("/Parameters/P/Default")),
    ({"Type": "String", "Default": "x", "AllowedValues": "x"}, ""),
    ({"Type": "String", "Default": "x", "AllowedValues": [["x"]]}, ""),
    ({"Type": "String", "Default": "x", "AllowedPattern": ["x"]}, ""),
    ({"Type": "String", "Default": "x", "MinLength": "a"}, ""),
    ({"Type": "String", "Default": "x", "MaxLength": -1}, ""),
    ({"Type": "String", "Default": "x", "MaxLength": [1]}, ""),
    ({"Type": "Number", "Default": 1, "MinValue": "a"}, ""),
    ({"Type": "Number", "Default": 1, "MaxValue": {}}, ""),
    ({"Type": "String", "Default": "x", "NoEcho": "maybe"}, ""),
    ({"Type": "String", "Default": "x", "NoEcho": []}, ""),
    ({"Type": "String", "Default": "x", "Description": ["x"]}, ""),
    ({"Type": "String", "Default": "x" * 4097}, ""),
    ({"Type": "String", "Default": "a\0b"}, ""),
)  # fmt: skip

OF_VALUES_OF_PARAMETERS: tuple[dict[str, object], ...] = (
    {"Type": "String", "Default": "x", "AllowedValues": ["a"]},
    {"Type": "String", "Default": "x", "AllowedPattern": "[a-c]+"},
    {"Type": "String", "Default": "x", "AllowedPattern": "("},
    {"Type": "String", "Default": "a" * 40 + "!", "AllowedPattern": "(a+)+$"},
    {"Type": "String", "Default": "a" * 60 + "!", "AllowedPattern": "(a|aa)+$"},
    {"Type": "String", "Default": "b", "AllowedPattern": "(((a{1000}){1000}){1000})"},
    {"Type": "String", "Default": "x", "MinLength": 2},
    {"Type": "String", "Default": "xxx", "MaxLength": "2"},
    {"Type": "Number", "Default": "x"},
    {"Type": "Number", "Default": 1, "MinValue": 2},
    {"Type": "List<Number>", "Default": "1,a"},
    {"Type": "String"},
)
"""Declarations whose default no operation on a stack takes; ValidateTemplate takes no values."""

OF_OUTPUTS: tuple[tuple[object, str], ...] = (
    (None, NULL.format("/Outputs/O")),
    ("x", ""),
    ([], ""),
    ({}, OUTPUT_VALUE),
    ({"Description": "x"}, OUTPUT_VALUE),
    ({"Value": None}, NULL.format("/Outputs/O/Value")),
    ({"Value": ["x"]}, NO_STRING),
    ({"Value": {"Fn::Equals": ["a", "a"]}}, NO_STRING),
    ({"Value": {"Fn::Nope": "x"}}, NOPE),
    ({"Value": {"Ref": "Nope"}}, UNRESOLVED.format("Nope", "Outputs")),
    ({"Value": {"Fn::GetAtt": ["T"]}}, GET_ATT),
    ({"Value": {"Fn::Sub": "${Nope.Arn}"}}, UNRESOLVED.format("Nope", "Outputs")),
    ({"Value": "x", "Nope": 1}, ""),
    ({"Value": "x", "Export": None}, NULL.format("/Outputs/O/Export")),
    ({"Value": "x", "Export": {}}, EXPORT),
    ({"Value": "x", "Export": "x"}, EXPORT),
    ({"Value": "x", "Export": {"name": "x"}}, EXPORT),
    ({"Value": "x", "Export": {"Name": ""}}, EXPORT),
    ({"Value": "x", "Export": {"Name": ["x"]}}, EXPORT),
    ({"Value": "x", "Export": {"Name": "a b"}}, EXPORT),
    ({"Value": "x", "Export": {"Name": "x", "More": 1}}, EXPORT),
    ({"Value": "x", "Condition": "Nope"}, UNMET.format("Nope", "Outputs")),
    ({"Value": "x", "Condition": ["Yes"]}, CONDITION_TYPE),
    ({"Value": "x", "Description": ["x"]}, ""),
)

OF_MAPPINGS: tuple[tuple[object, str], ...] = (
    (None, NULL.format("/Mappings/N")),
    ("x", "Template format error: [/Mappings/N] Every Mappings member must be a map"),
    (["x"], "Template format error: [/Mappings/N] Every Mappings member must be a map"),
    ({"a": "b"}, "Template format error: [/Mappings/N/a] Every Mappings attribute must be a map"),
    ({"a": ["b"]}, "Template format error: [/Mappings/N/a] Every Mappings attribute must be a map"),
    ({"a": None}, ""),
    ({"a": {"b": {"c": "d"}}}, ""),
    ({"a": {"b": [["c"]]}}, ""),
    ({"a": {"b": {"Ref": "AWS::Region"}}}, ""),
    ({"a": {"b_c": "d"}}, "Template format error: Mappings attribute name 'b_c' must contain only alphanumeric characters."),
    ({f"a{n}": {"b": "c"} for n in range(201)}, ""),
)  # fmt: skip

CIRCLES: dict[str, tuple[dict[str, object], str]] = {
    "two by Ref": ({"A": {"Ref": "B"}, "B": {"Ref": "A"}}, "[A, B]"),
    "two by Fn::GetAtt": ({"A": {"Fn::GetAtt": ["B", "TopicName"]}, "B": {"Ref": "A"}}, "[A, B]"),
    "three by Fn::Sub": ({"A": {"Fn::Sub": "${B}"}, "B": {"Fn::Sub": "${C}"}, "C": {"Fn::Sub": "x${A.TopicName}"}}, "[A, B, C]"),
    "deep within": ({"A": {"Fn::Join": ["", [{"Fn::Select": [0, [{"Ref": "B"}]]}]]}, "B": {"Ref": "A"}}, "[A, B]"),
    "beside what is none": ({"A": {"Ref": "B"}, "B": {"Ref": "A"}, "C": {"Ref": "A"}}, "[A, B]"),
}  # fmt: skip


def _topic(value: object) -> dict[str, object]:
    return {**GOOD, "Properties": {"DisplayName": value}}


def refused() -> dict[str, tuple[str, str]]:
    """Name of a case -> its template's text, and the sentence or ""."""
    found: dict[str, tuple[object, str]] = dict(OF_TEMPLATES)
    around = {"Conditions": {"Yes": {"Fn::Equals": ["a", "a"]}}, "Mappings": {"M": {"a": {"b": "c"}}}}
    for name, (value, text) in OF_RESOURCES.items():
        found[f"resource: {name}"] = ({"Resources": {"T": value}}, text)
    for kind, section, good in (
        ("Resource", "Resources", GOOD),
        ("Parameter", "Parameters", {"Type": "String", "Default": "x"}),
        ("Output", "Outputs", {"Value": "x"}),
        ("Mappings", "Mappings", {"a": {"b": "c"}}),
    ):
        for name in NAMES:
            text = "" if len(name) > 255 else f"Template format error: {kind} name {name} is non alphanumeric."
            found[f"{section}: {name[:20]!r}"] = (_with(**{section: {"A": good, name: good}}), text)
    for number, (value, text) in enumerate(OF_VALUES):
        resources = {"T": _topic(value), "A": GOOD}
        found[f"value {number}: {json.dumps(value)[:60]}"] = ({**around, "Resources": resources}, text)
    for number, (value, text) in enumerate(OF_CONDITIONS):
        conditions = {**around["Conditions"], "C": value}
        found[f"condition {number}: {json.dumps(value)[:60]}"] = (_with(**{**around, "Conditions": conditions}), text)
    for section, member, values in (
        ("Parameters", "P", OF_PARAMETERS),
        ("Outputs", "O", OF_OUTPUTS),
        ("Mappings", "N", OF_MAPPINGS),
    ):
        for number, (value, text) in enumerate(values):
            sections = {**around, section: {**around.get(section, {}), member: value}}
            found[f"{section} {number}: {json.dumps(value)[:60]}"] = (_with(**sections), text)
    for name, (values, text) in CIRCLES.items():
        resources = {one: _topic(value) for one, value in values.items()}
        found[f"circle: {name}"] = ({"Resources": resources}, f"Circular dependency between resources: {text}")
    depending = {"A": {**GOOD, "DependsOn": "B"}, "B": {**GOOD, "DependsOn": ["C"]}, "C": {**GOOD, "DependsOn": "A"}}
    found["circle: by DependsOn"] = ({"Resources": depending}, "Circular dependency between resources: [A, B, C]")
    chain = {f"C{n}": {"Fn::Not": [{"Condition": f"C{n + 1}"}]} for n in range(600)}
    chain["C600"] = {"Fn::Equals": ["a", "a"]}
    found["600 conditions in a chain"] = (_with(Conditions=chain), "")
    pair = {"C": {"Condition": "D"}, "D": {"Fn::Not": [{"Condition": "C"}]}}
    found["circle: of conditions"] = (
        _with(Conditions=pair),
        "Template format error: Circular dependency between conditions: [C, D]",
    )
    texts = {f"text: {name}": case for name, case in TEXTS.items()}
    return {**texts, **{name: (json.dumps(value), text) for name, (value, text) in found.items()}}
