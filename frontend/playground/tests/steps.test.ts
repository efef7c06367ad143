import assert from "node:assert/strict";
import { test } from "node:test";
import { missing, stepsOf, supply } from "../src/steps";

const QUERY = `
#> conversation: mutation { createConversation(input: {}) { id } }
# a remark
#> message: mutation ($conversation: ID!) {
#>   sendMessage(input: {conversationId: $conversation}) { id }
#> }
subscription ($message: ID!) { messageEvents(messageId: $message) { __typename } }
`;

test("steps are the comments that begin with their mark", () => {
  const steps = stepsOf(QUERY);
  assert.deepEqual([...steps.keys()], ["conversation", "message"]);
  assert.match(steps.get("message") ?? "", /^mutation \(\$conversation: ID!\) \{\n {2}sendMessage.*\n\}$/);
});

test("what stands in a string is no step", () => {
  const hidden = 'query { echo(text: """\n#> id: mutation { logout }\n""", other: "#> id: mutation { logout }") }';
  assert.equal(stepsOf(hidden).size, 0);
  assert.equal(stepsOf("query {\n  me { id } #> id: mutation { logout }\n}").size, 0);
});

test("what would run is what is missing", () => {
  const steps = stepsOf(QUERY);
  assert.deepEqual(missing(["message"], steps, {}), ["conversation", "message"]);
  assert.deepEqual(missing(["message"], steps, { conversation: "conv_1" }), ["message"]);
  assert.deepEqual(missing(["message"], steps, { message: "msg_1" }), []);
});

test("no step follows one after which it was stopped", async () => {
  let sent = 0;
  const post = async (): Promise<{ data: object }> => {
    if (sent === 1) throw new Error("stopped");
    sent += 1;
    return { data: { made: { id: "conv_1" } } };
  };
  await assert.rejects(supply(["message"], stepsOf(QUERY), {}, post), /stopped/);
  assert.equal(sent, 1);
});
