// The playground: one operation at a time, over HTTP, or over graphql-sse when it is a subscription.
"use strict";

const $ = (id) => document.getElementById(id);
const TOKEN = "luxx-token";
const NAME = "luxx-name";

const EXAMPLES = {
  "My conversations": ["{\n  me { username permissionLevel }\n  conversations(pageSize: 10) {\n    total\n    items { id title model messageCount usage { totalTokens } }\n  }\n}", {}],
  "Start a conversation": ["mutation ($title: String) {\n  createConversation(input: { title: $title }) { id title model }\n}", { title: "Playground" }],
  "Send a message": ["mutation ($conversation: ID!, $content: String!) {\n  sendMessage(input: { conversationId: $conversation, content: $content }) {\n    assistantMessage { id status }\n  }\n}", { conversation: "conv_…", content: "Hello!" }],
  "Follow a reply": ["subscription ($message: ID!) {\n  messageEvents(messageId: $message) {\n    __typename\n    ... on StepUpdated { cursor delta step { index type } }\n    ... on MessageCompleted { cursor tokenCount }\n    ... on MessageFailed { cursor content code }\n  }\n}", { message: "msg_…" }],
  "Make a room": ["mutation ($task: String!) {\n  createRoom(input: {\n    title: \"Playground\", task: $task, maxRounds: 2\n    agents: [{ name: \"Ada\", role: \"the host\" }, { name: \"Ben\", role: \"the treasurer\" }]\n  }) { id agents { name color turnOrder } }\n}", { task: "Plan a party." }],
  "Start a room": ["mutation ($room: ID!) {\n  startRoom(id: $room) { id status currentRound maxRounds }\n}", { room: "room_…" }],
  "Watch a room": ["subscription ($room: ID!) {\n  roomEvents(roomId: $room) {\n    __typename\n    ... on RoundStarted { round maxRounds }\n    ... on MessageStarted { senderName roundNumber }\n    ... on MessageChunk { delta }\n    ... on MessageEnded { status tokenCount }\n    ... on AgentFailed { agent error }\n    ... on RoomCompleted { totalRounds }\n    ... on RoomPaused { round }\n    ... on RoomFailed { content }\n  }\n}", { room: "room_…" }],
  "Providers": ["{\n  providers { id name providerType baseUrl defaultModel isDefault hasApiKey }\n}", {}],
  "Tools": ["{\n  tools { name category requiredPermission description }\n}", {}],
};

let running = null;
// The newest ids that were answered: the examples' variables begin with them.
const newest = { conv: "conv_…", msg: "msg_…", room: "room_…" };

function remember(text) {
  const ids = (kind) => [...text.matchAll(new RegExp(`"(${kind}_[a-z0-9]+)"`, "g"))].map((match) => match[1]);
  newest.conv = ids("conv").at(0) ?? newest.conv; // lists of conversations and rooms begin with the
  newest.room = ids("room").at(0) ?? newest.room; // newest, lists of messages end with it
  newest.msg = ids("msg").at(-1) ?? newest.msg;
}

async function post(query, variables, signal, accept) {
  const headers = { "Content-Type": "application/json", Accept: accept };
  const token = sessionStorage.getItem(TOKEN);
  if (token) headers.Authorization = `Bearer ${token}`;
  return fetch("/graphql", { method: "POST", headers, signal, body: JSON.stringify({ query, variables }) });
}

// Yields the events of a text/event-stream: [name, data].
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    buffer = (buffer + value).replaceAll("\r\n", "\n");
    for (let end; (end = buffer.indexOf("\n\n")) >= 0; buffer = buffer.slice(end + 2)) {
      let name = "message";
      const data = [];
      for (const line of buffer.slice(0, end).split("\n")) {
        if (line.startsWith("event:")) name = line.slice(6).trim();
        if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
      }
      yield [name, data.join("\n")];
    }
  }
}

function show(text, state) {
  $("result").textContent = text;
  $("state").textContent = state;
}

async function follow(query, variables, signal) {
  const response = await post(query, variables, signal, "text/event-stream");
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    show(JSON.stringify(await response.json(), null, 2), `HTTP ${response.status}`);
    return;
  }
  const seen = [];
  for await (const [name, data] of events(response)) {
    if (name === "complete") break;
    if (name !== "next") continue;
    seen.push(JSON.stringify(JSON.parse(data)));
    show(seen.join("\n"), `events: ${seen.length} …`);
    $("result").scrollTop = $("result").scrollHeight;
  }
  $("state").textContent = `events: ${seen.length}, complete`;
}

async function run() {
  stop();
  let variables;
  try {
    variables = JSON.parse($("variables").value || "{}");
  } catch (error) {
    show(String(error), "the variables are not JSON");
    return;
  }
  const query = $("query").value;
  const controller = (running = new AbortController());
  $("stop").disabled = false;
  show("", "running …");
  const began = performance.now();
  try {
    if (/^\s*(#[^\n]*\n\s*)*subscription\b/.test(query)) {
      await follow(query, variables, controller.signal);
    } else {
      const response = await post(query, variables, controller.signal, "application/json");
      const body = await response.json();
      const text = JSON.stringify(body, null, 2);
      remember(text);
      show(text, `HTTP ${response.status}, ${Math.round(performance.now() - began)} ms`);
    }
  } catch (error) {
    if (error.name !== "AbortError") show(String(error), "failed");
  } finally {
    if (running === controller) {
      running = null;
      $("stop").disabled = true;
    }
  }
}

function stop() {
  if (!running) return;
  running.abort();
  $("state").textContent = "stopped";
}

function showUser() {
  const name = sessionStorage.getItem(NAME);
  $("login").hidden = Boolean(name);
  $("who").hidden = !name;
  $("name").textContent = name ?? "";
}

async function login(event) {
  event.preventDefault();
  const query = "mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { accessToken user { username } } }";
  const variables = { username: $("username").value, password: $("password").value };
  const { data, errors } = await (await post(query, variables, undefined, "application/json")).json();
  $("password").value = "";
  if (errors) {
    show(errors[0].message, "not logged in");
    return;
  }
  sessionStorage.setItem(TOKEN, data.login.accessToken);
  sessionStorage.setItem(NAME, data.login.user.username);
  showUser();
  show("", "logged in");
}

async function logout() {
  await post("mutation { logout }", {}, undefined, "application/json");
  sessionStorage.clear();
  showUser();
  show("", "logged out");
}

function choose() {
  const [query, variables] = EXAMPLES[$("examples").value];
  $("query").value = query;
  const text = JSON.stringify(variables, null, 2);
  $("variables").value = text.replace("conv_…", newest.conv).replace("msg_…", newest.msg).replace("room_…", newest.room);
}

for (const name of Object.keys(EXAMPLES)) $("examples").add(new Option(name));
$("examples").addEventListener("change", choose);
$("run").addEventListener("click", run);
$("stop").addEventListener("click", stop);
$("login").addEventListener("submit", login);
$("logout").addEventListener("click", logout);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
});
choose();
showUser();
