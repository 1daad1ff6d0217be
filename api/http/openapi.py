"""The OpenAPI document: what the framework makes of the routes, and what only we know."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http import declared, schemas
from api.http.examples import EXAMPLES

SETTINGS = {"$ref": f"{declared.REFERENCE}Settings"}
SECURITY = {"type": "http", "scheme": "bearer", "description": "A key of restock keys create."}

THIS, ITS_JOB, FIRST = "$response.body#/id", "$response.body#/job", "$response.body#/items/0/id"
OF_PLAN = ("get_plan", "list_lines", "get_plan_table", "decide_lines", "release_lines")
OF_JOB = ("get_job", "cancel_job")
OF_LINE = {"id": "$request.path.id", "line": FIRST}
LINKS: dict[str, dict[str, dict[str, dict[str, str]]]] = {
    "request_plan": {
        "202": {
            **{name: {"id": THIS} for name in OF_PLAN},
            **{name: {"id": ITS_JOB} for name in OF_JOB},
        }
    },
    "list_plans": {"200": {name: {"id": FIRST} for name in OF_PLAN}},
    "upload_rows": {"202": {name: {"id": THIS} for name in OF_JOB}},
    "list_jobs": {"200": {name: {"id": FIRST} for name in OF_JOB}},
    "list_lines": {"200": {name: OF_LINE for name in ("get_line", "decide_line")}},
    "list_recommendations": {
        "200": {"get_recommendations_of_sku": {"sku": "$response.body#/items/0/sku"}}
    },
}
"""What may be asked next with what an answer tells: operations by answers, with parameters."""


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
    parts["schemas"] |= declared.schemas()
    parts["schemas"]["PlanOrder"]["properties"]["settings"] = SETTINGS
    body = made["paths"]["/v1/settings"]["put"]["requestBody"]["content"]["application/json"]
    body["schema"] = SETTINGS
    parts["securitySchemes"] = {"key": SECURITY}
    # Without any key ever made the service answers its own machine: security is one of two.
    made["security"] = [{"key": []}, {}]
    for operations in made["paths"].values():
        for operation in operations.values():
            _show(operation)
    app.openapi_schema = made
    return made


def _show(operation: dict[str, Any]) -> None:
    """Put the example of a body, and what may be asked next, into their operation."""
    for status, links in LINKS.get(operation["operationId"], {}).items():
        operation["responses"][status]["links"] = {
            name: {"operationId": name, "parameters": dict(parameters)}
            for name, parameters in links.items()
        }
    example = EXAMPLES.get(operation["operationId"])
    content = operation.get("requestBody", {}).get("content", {})
    if example is not None and "application/json" in content:
        content["application/json"]["example"] = example
