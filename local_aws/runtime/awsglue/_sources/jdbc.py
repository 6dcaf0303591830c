"""Databases through Spark's JDBC source, with the driver that the job brings (`--extra-jars`)."""

from __future__ import annotations

import json
from typing import Any

from awsglue._formats.options import Options
from awsglue._frames.frame import Frame

VENDORS = {
    "mysql": "com.mysql.cj.jdbc.Driver",
    "postgresql": "org.postgresql.Driver",
    "oracle": "oracle.jdbc.OracleDriver",
    "sqlserver": "com.microsoft.sqlserver.jdbc.SQLServerDriver",
}
"""Kinds of connections that are databases -> class of the driver; Glue has the drivers, here the job brings them."""


def of_connection(name: str, catalog_id: str | None = None) -> dict[str, Any]:
    """The configuration of a JDBC connection of the Data Catalog (developer guide, "extract_jdbc_conf").

    User and password may be in a secret of Secrets Manager, as `username` and `password` (developer guide, "Storing
    connection credentials in AWS Secrets Manager"), which the job's role reads.

    Raises:
        ValueError: it is no connection to a database, or its secret is not of that form.
        botocore.exceptions.ClientError: there is no such connection or secret, or it may not be read.
    """
    from awsglue._sources.catalog import client, in_catalog, naming

    with naming(f"connection {name}"):
        found = client().get_connection(Name=name, **in_catalog(catalog_id))["Connection"]
    properties = found.get("ConnectionProperties", {})
    whole = properties.get("JDBC_CONNECTION_URL")
    if not whole:
        raise ValueError(f"connection {name} has no JDBC_CONNECTION_URL")
    user, password = properties.get("USERNAME", ""), properties.get("PASSWORD", "")
    if "SECRET_ID" in properties:
        user, password = _of_secret(properties["SECRET_ID"])
    scheme, slashes, rest = whole.partition("://")
    host, _, _ = rest.partition("/")
    return {
        "user": user,
        "password": password,
        "vendor": scheme.removeprefix("jdbc:").partition(":")[0],
        "url": f"{scheme}{slashes}{host}",
        "fullUrl": whole,
        "enforceSSL": properties.get("JDBC_ENFORCE_SSL", "false"),
        "customJDBCCert": properties.get("CUSTOM_JDBC_CERT", ""),
        "customJDBCCertString": properties.get("CUSTOM_JDBC_CERT_STRING", ""),
        "skipCustomJDBCCertValidation": properties.get("SKIP_CUSTOM_JDBC_CERT_VALIDATION", "false"),
    }


def _of_secret(name: str) -> tuple[str, str]:
    """User and password of a secret that is given by name or ARN."""
    import boto3

    text = boto3.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
    try:
        secret = json.loads(text)
        return str(secret["username"]), str(secret["password"])
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"secret {name} is no JSON object with username and password") from None


def read(session: Any, vendor: str, options: Options) -> Frame:
    """A table of a database, or the result of `sampleQuery`.

    Raises:
        ValueError: an option is missing.
    """
    settings = _settings(vendor, options)
    query = options.get("sampleQuery") or options.get("query")
    wanted = {"query": query} if query else {"dbtable": _table(options)}
    return Frame.of(session.read.format("jdbc").options(**settings, **wanted).load())


def write(frame: Frame, vendor: str, options: Options, name: str) -> None:
    """Append the rows to a table, which is made if it is not there; a frame of a collection goes to its own.

    A frame of a source that found nothing makes no table.

    Raises:
        ValueError: an option is missing.
    """
    settings = _settings(vendor, options)
    table = name or _table(options)
    if frame.found_nothing():
        return
    frame.dataframe().write.format("jdbc").options(**settings, dbtable=table).mode("append").save()


def _table(options: Options) -> str:
    table = options.get("dbtable")
    if not table:
        raise ValueError("connection_options need dbtable, the name of a table")
    return str(table)


def _settings(vendor: str, options: Options) -> dict[str, str]:
    connection = options.get("connectionName")
    if connection:
        found = of_connection(connection)
        options = Options({**found, "url": found["fullUrl"]}, options.given)
    url = options.get("url")
    if not url:
        raise ValueError(f"connection_options of {vendor} need a url, such as jdbc:{vendor}://host:port/database")
    database = options.get("database")
    if database and url.partition("://")[2].count("/") == 0:
        url = f"{url}/{database}"  # what extract_jdbc_conf gives as url names no database
    driver = options.get("customJdbcDriverClassName") or options.get("driver") or VENDORS[vendor]
    settings = {"url": url, "driver": driver, "user": options.get("user"), "password": options.get("password")}
    return {name: value for name, value in settings.items() if value}
