import assert from "node:assert/strict";
import { test } from "node:test";
import { agentInput } from "../console/agent-form.js";
import type { Agent } from "../console/api.js";

const ADA: Agent = {
  id: 1,
  name: "Ada",
  role: "the host",
  color: "#123456",
  provider_id: 2,
  model: "m",
  system_prompt: "Be brief.",
  enabled_tools: ["web_fetch", "file_read"],
};

/** A form as it is sent; what is not given is as it stands for Ada. */
function filled(given: Partial<Agent> = {}): FormData {
  const { enabled_tools, id: _, ...texts } = { ...ADA, ...given };
  const data = new FormData();
  for (const [name, value] of Object.entries(texts)) data.set(name, String(value ?? ""));
  for (const tool of enabled_tools) data.append("enabled_tools", tool);
  return data;
}

const sent = (data: FormData, known?: Agent): unknown => JSON.parse(JSON.stringify(agentInput(data, known)));

test("what is left as it is, is left out", () => {
  assert.deepEqual(sent(filled({ enabled_tools: ["file_read", "web_fetch"] }), ADA), {});
});

test("what is cleared is told, and no provider is the default one", () => {
  const cleared = filled({ role: "", model: "", provider_id: null, enabled_tools: [] });
  assert.deepEqual(sent(cleared, ADA), { role: "", model: "", provider_id: null, enabled_tools: [] });
});

test("a new agent has all that was written, and a colour where one was chosen", () => {
  const { id: _, ...whole } = ADA;
  assert.deepEqual(sent(filled()), whole);
  const { color, ...rest } = whole;
  assert.deepEqual(sent(filled({ color: "#808080" })), rest);
});
