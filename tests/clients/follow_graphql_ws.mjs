// Follows a reply with graphql-ws:  node follow_graphql_ws.mjs URL TOKEN MESSAGE
// A connection that breaks is made again, from the last cursor: nothing is lost, nothing repeated.
import { createClient } from "graphql-ws";
import WebSocket from "ws"; // Node 22 and browsers have their own

const [url, token, messageId] = process.argv.slice(2);
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

let after = null;
let ended = false;
while (!ended) {
  try {
    for await (const { data, errors } of client.iterate({ query, variables: { messageId, after } })) {
      if (errors) throw new Error(errors[0].message);
      show(data.messageEvents);
    }
    ended = true;
  } catch (problem) {
    // A broken connection is a CloseEvent or an Event; an Error is an answer.
    if (problem instanceof Error && !problem.code) throw problem;
    console.error(`\nlost the connection, going on after ${after}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
await client.dispose();

function show(event) {
  after = event.cursor;
  if (event.__typename === "MessageFailed") throw new Error(`${event.code}: ${event.content}`);
  if (event.step?.type === "TEXT") process.stdout.write(event.delta);
}
