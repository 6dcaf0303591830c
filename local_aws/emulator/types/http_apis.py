"""AWS::ApiGatewayV2::Api from an OpenAPI document (Body): its routes, integrations, authorizers and CORS.

The emulator passes Body over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Properties = Mapping[str, Any]

_TYPE = "AWS::ApiGatewayV2::Api"
_EXTENSION = "x-amazon-apigateway-"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_INTEGRATION = {
    "type": "integrationType",
    "uri": "integrationUri",
    "httpMethod": "integrationMethod",
    "payloadFormatVersion": "payloadFormatVersion",
    "timeoutInMillis": "timeoutInMillis",
    "connectionType": "connectionType",
    "requestParameters": "requestParameters",
    "credentials": "credentialsArn",
}
"""A member of the document's integration -> that of the API's."""


def make_http_apis() -> None:
    """Put this behind the emulator's handler of the type."""
    from ministack.services.cloudformation import provisioners

    handler = provisioners._RESOURCE_HANDLERS[_TYPE]
    create, update = handler["create"], handler["update"]

    def creating(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        _check(properties)
        made = create(logical_id, properties, stack)
        _import(made[0], properties)
        return made

    def updating(physical_id: str, old: dict[str, Any], new: dict[str, Any], *more: Any) -> Any:
        _check(new)
        made = update(physical_id, old, new, *more)
        if made[0] != physical_id or old.get("Body") != new.get("Body"):
            _import(made[0], new)
        return made

    handler.update(create=creating, update=updating)


def _check(properties: Properties) -> None:
    if not isinstance(properties.get("Body", {}), Mapping):
        raise ValueError("Body of AWS::ApiGatewayV2::Api must be an object")  # noqa: TRY004 - a reason of a failure


def _import(api_id: str, properties: Properties) -> None:
    """Make what a document says, in the place of what an earlier one said."""
    from ministack.services import apigateway

    body = properties.get("Body")
    if not body:
        return
    for store in (apigateway._routes, apigateway._integrations, apigateway._authorizers):
        store[api_id] = {}
    api, information = apigateway._apis[api_id], body.get("info", {})
    for member, value in (("name", information.get("title")), ("version", information.get("version"))):
        if value and member.title() not in properties:
            api[member] = str(value)
    if body.get(f"{_EXTENSION}cors"):
        api["corsConfiguration"] = body[f"{_EXTENSION}cors"]
    authorizers = _authorizers(api_id, body)
    for key, operation in _operations(body):
        _route(api_id, key, operation, authorizers)


def _operations(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each operation of a document, with the key of its route."""
    for path, item in body.get("paths", {}).items():
        for method, operation in item.items():
            if method == f"{_EXTENSION}any-method":
                yield "$default" if path in ("$default", "/$default") else f"ANY {path}", operation
            elif method.lower() in _METHODS:
                yield f"{method.upper()} {path}", operation


def _authorizers(api_id: str, body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Make the authorizers; name -> what was made."""
    from ministack.services import apigateway

    found = {}
    for name, scheme in body.get("components", {}).get("securitySchemes", {}).items():
        given = scheme.get(f"{_EXTENSION}authorizer")
        if not isinstance(given, Mapping):
            continue
        source = given.get("identitySource", [])
        told = {**given, "name": name, "authorizerType": "JWT" if given.get("type") == "jwt" else "REQUEST"}
        told["identitySource"] = [part.strip() for part in source.split(",")] if isinstance(source, str) else source
        told["authorizerCredentialsArn"] = given.get("authorizerCredentials", "")
        found[name] = _made(apigateway._create_authorizer, api_id, told, apigateway._authorizers)
    return found


def _route(api_id: str, key: str, operation: Mapping[str, Any], authorizers: Mapping[str, Mapping[str, Any]]) -> None:
    from ministack.services import apigateway

    told: dict[str, Any] = {"routeKey": key, "operationName": operation.get("operationId", "")}
    given = operation.get(f"{_EXTENSION}integration")
    if isinstance(given, Mapping):
        wanted = {name: given[member] for member, name in _INTEGRATION.items() if member in given}
        wanted["integrationType"] = str(wanted.get("integrationType", "AWS_PROXY")).upper()
        made = _made(apigateway._create_integration, api_id, wanted, apigateway._integrations)
        told["target"] = f"integrations/{made['integrationId']}"
    for name, scopes in ((name, scopes) for each in operation.get("security", []) for name, scopes in each.items()):
        if name in authorizers:
            kind = "JWT" if authorizers[name]["authorizerType"] == "JWT" else "CUSTOM"
            told.update(authorizerId=authorizers[name]["authorizerId"], authorizationType=kind)
            told["authorizationScopes"] = scopes or None
    _made(apigateway._create_route, api_id, told, apigateway._routes)


def _made(create: Callable[..., Any], api_id: str, told: Mapping[str, Any], store: Any) -> Mapping[str, Any]:
    """Make one and give its record."""
    before = set(store.get(api_id, {}))
    status, _headers, body = create(api_id, told)
    if status >= 400:
        raise ValueError(f"{_TYPE}: {body!r}")
    (new,) = set(store[api_id]) - before
    record: Mapping[str, Any] = store[api_id][new]
    return record
