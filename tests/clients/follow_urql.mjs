// Sends a message and follows the reply with urql:  node follow_urql.mjs URL TOKEN CONVERSATION TEXT
import { Client, fetchExchange, gql, subscriptionExchange } from "@urql/core";
import { createClient } from "graphql-ws";
import WebSocket from "ws"; // Node 22 and browsers have their own

const [url, token, conversationId, content] = process.argv.slice(2);
const Authorization = `Bearer ${token}`;
const socket = createClient({
  url: `${url.replace(/^http/, "ws")}/graphql`,
  connectionParams: { Authorization },
  webSocketImpl: WebSocket,
  retryAttempts: 0, // it would begin the stream again: what is printed would be printed twice
});
const client = new Client({
  url: `${url}/graphql`,
  preferGetMethod: false,
  fetchOptions: { headers: { Authorization } },
  exchanges: [
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query, variables }) => ({
        subscribe: (sink) => ({
          unsubscribe: socket.subscribe(
            { query, variables },
            { ...sink, error: (problem) => sink.error(asError(problem)) },
          ),
        }),
      }),
    }),
  ],
});

const SEND = gql`
  mutation ($conversationId: ID!, $content: String!) {
    sendMessage(input: { conversationId: $conversationId, content: $content }) {
      assistantMessage { id }
    }
  }
`;
const FOLLOW = gql`
  subscription ($messageId: ID!) {
    messageEvents(messageId: $messageId) {
      ... on StepUpdated { delta step { type } }
      ... on MessageFailed { code content }
    }
  }
`;

const sent = await client.mutation(SEND, { conversationId, content }).toPromise();
if (sent.error) throw sent.error;
const { id } = sent.data.sendMessage.assistantMessage;
client.subscription(FOLLOW, { messageId: id }).subscribe(({ data, error }) => {
  if (error) throw error;
  const event = data.messageEvents;
  if (event.__typename === "MessageFailed") throw new Error(`${event.code}: ${event.content}`);
  if (event.step?.type === "TEXT") process.stdout.write(event.delta);
});

// graphql-ws gives the errors of an operation as an array, and a lost connection as its event.
function asError(problem) {
  if (Array.isArray(problem)) return new Error(problem.map(({ message }) => message).join("; "));
  return new Error(problem.reason || problem.message || "lost the connection");
}
