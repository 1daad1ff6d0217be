"""The OpenAPI document: what the framework makes of the routes, and what only we know."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http import schemas
from api.http.examples import EXAMPLES

SECURITY = {"type": "http", "scheme": "bearer", "description": "A key of restock keys create."}


def document(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is not None:
        return app.openapi_schema
    made = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        routes=app.routes,
    )
    parts = made.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = schemas.Problem.model_json_schema()
    parts["securitySchemes"] = {"key": SECURITY}
    # Without any key ever made the service answers its own machine: security is one of two.
    made["security"] = [{"key": []}, {}]
    for operations in made["paths"].values():
        for operation in operations.values():
            _show(operation)
    app.openapi_schema = made
    return made


def _show(operation: dict[str, Any]) -> None:
    """Put the example of a body into its operation."""
    example = EXAMPLES.get(operation["operationId"])
    content = operation.get("requestBody", {}).get("content", {})
    if example is not None and "application/json" in content:
        content["application/json"]["example"] = example
