"""The registry's schemas of resource types, as cfn-lint carries them."""

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER


def create_only(kind):
    """Paths of the properties whose change replaces a resource, such as `TableInput/Name`."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return [pointer.removeprefix("/properties/") for pointer in schema.get("createOnlyProperties", [])]
