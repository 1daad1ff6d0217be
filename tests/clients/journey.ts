// From sales to an acknowledged order, with the types that openapi-typescript made.
// Told: the service's address, a key, and the order's number in the ERP. Writes the line's id and
// state as JSON.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

declare const process: { argv: string[] };
type Table = "sales" | "items" | "suppliers" | "stock";
type Rows = components["schemas"]["Rows"]["rows"];

const [url, key, order] = process.argv.slice(2) as [string, string, string];
const headers = { authorization: `Bearer ${key}` };
const client = createClient<paths, "application/json">({ baseUrl: url, headers });
const months = Array.from({ length: 12 }, (_, at) => at + 1);
const tables: Record<Table, Rows> = {
  sales: months.map((month) => ({
    sku: "A-100",
    date: `2024-${String(month).padStart(2, "0")}-01`,
    units_sold: 20 + (month % 3),
  })),
  items: [{ sku: "A-100", unit_cost: 4.5, supplier: "Acme" }],
  suppliers: [{ supplier: "Acme", lead_time_days: 20, review_period_days: 30 }],
  stock: [{ sku: "A-100", on_hand: 3 }],
};

function known<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

for (const table of Object.keys(tables) as Table[]) {
  const told = {
    params: { path: { table }, header: { "Idempotency-Key": `${table}-1` } },
    body: { rows: tables[table] },
  };
  known(await client.POST("/v1/tables/{table}", told));
}
let plan = known(
  await client.POST("/v1/plans", {
    params: { header: { "Idempotency-Key": "plan-1" } },
    body: { settings: {} },
  }),
);
while (plan.state === "requested") {
  await new Promise((ready) => setTimeout(ready, 200));
  plan = known(await client.GET("/v1/plans/{id}", { params: { path: { id: plan.id } } }));
}
const path = { params: { path: { id: plan.id } } };
const lines = known(await client.GET("/v1/plans/{id}/lines", path));
const items = lines.items.map((line) => ({
  id: line.id,
  action: "approve" as const,
  if_match: line.change,
  reason: "",
}));
const decided = known(
  await client.POST("/v1/plans/{id}/decisions", { ...path, body: { items } }),
);
const released = known(await client.POST("/v1/plans/{id}/release", { ...path, body: {} }));
if (decided.failed + released.failed > 0) throw new Error("a line was refused");
const waiting = known(
  await client.GET("/v1/recommendations", { params: { query: { state: ["released"] } } }),
);
const acknowledged = known(
  await client.POST("/v1/recommendations/acknowledgements", {
    body: {
      items: waiting.items.map((line) => ({
        id: line.id,
        action: "acknowledge" as const,
        erp_order_id: order,
        reason: "",
      })),
    },
  }),
);
const done = acknowledged.items[0]?.recommendation;
console.log(JSON.stringify({ line: done?.id, state: done?.state }));
