"""Every route against its own OpenAPI document, with requests that schemathesis makes up."""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.api.service.running import ITEMS, SALES, client, service, store_of

with warnings.catch_warnings():
    # It imports what its own libraries have deprecated.
    warnings.simplefilter("ignore")
    import schemathesis

EXAMPLES = 3
OPERATIONS = 29
BY_DECLARATION = ("/v1/tables/", "/v1/settings")
"""What these take is told by the declarations of tables and settings, not by the document."""


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    app = service(tmp_path_factory.mktemp("any"))
    asked = client(app)
    asked.post("/v1/tables/sales", json={"rows": SALES})
    asked.post("/v1/tables/items", json={"rows": ITEMS})
    yield schemathesis.openapi.from_asgi("/openapi.json", app)
    store_of(app).close()


def ask(operation: Any, excluded: list[Any]) -> None:
    """A few requests to one route, each answer held against the document."""

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: Any) -> None:
        case.call_and_validate(headers={"host": "localhost"}, excluded_checks=excluded)

    holds()


@pytest.mark.filterwarnings("ignore")
def test_every_route_does_what_its_document_says(schema: Any) -> None:
    accepting = schemathesis.checks.CHECKS.get_one("positive_data_acceptance")
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:
        declared = operation.path.startswith(BY_DECLARATION)
        settings_within = (operation.method, operation.path) == ("post", "/v1/plans")
        ask(operation, [accepting] if declared or settings_within else [])
    assert len(operations) >= OPERATIONS
    assert len({one.definition.raw["operationId"] for one in operations}) == len(operations)
