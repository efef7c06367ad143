// Follows a reply with graphql-ws:  node follow_graphql_ws.mjs URL TOKEN MESSAGE [CURSOR]
// A connection that breaks is made again, from the last cursor: nothing is lost, nothing repeated.
import { createClient } from "graphql-ws";
import WebSocket from "ws"; // Node 22 and browsers have their own

const [url, token, messageId, cursor] = process.argv.slice(2);
const client = createClient({
  url: `${url.replace(/^http/, "ws")}/graphql`,
  connectionParams: { Authorization: `Bearer ${token}` },
  webSocketImpl: WebSocket,
  retryAttempts: 0, // its own attempts would begin the stream again; ours go on with it
});
const query = `subscription ($messageId: ID!, $after: ID) {
  messageEvents(messageId: $messageId, after: $after) {
    __typename
    ... on Event { cursor }
    ... on StepUpdated { delta step { type } }
    ... on MessageFailed { code content }
  }
}`;

let after = cursor ?? null;
let ended = false;
while (!ended) {
  try {
    for await (const { data, errors } of client.iterate({ query, variables: { messageId, after } })) {
      if (errors) throw new Error(errors[0].message);
      show(data.messageEvents);
    }
    ended = true;
  } catch (problem) {
    const final = answer(problem);
    if (final) throw final;
    console.error(`\nlost the connection, going on after ${after}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
await client.dispose();

// What the server has answered: the errors of an operation come as an array, a refused login as a
// close with a code of its own. Anything else is a connection that broke.
function answer(problem) {
  if (Array.isArray(problem)) return new Error(problem.map(({ message }) => message).join("; "));
  if (problem.code >= 4400 && problem.code <= 4499) return new Error(`${problem.code}: ${problem.reason}`);
  return problem instanceof Error && !problem.code ? problem : null;
}

function show(event) {
  after = event.cursor;
  if (event.__typename === "MessageFailed") throw new Error(`${event.code}: ${event.content}`);
  if (event.step?.type === "TEXT") process.stdout.write(event.delta);
}
