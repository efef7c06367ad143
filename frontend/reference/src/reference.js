// Swagger UI over this server's own document, logged in as its console is.
"use strict";

const TOKEN = "luxx-token";
const NAME = "luxx-name";
const SCHEME = "login";

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

const ui = SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false, // The console's place is the only one.
  tryItOutEnabled: true,
  validatorUrl: null, // It would send the document to another host.
  onComplete: enter,
  responseInterceptor: notice,
});

// The token that the console or the playground has, or that a login on this page brings.
function enter() {
  const token = sessionStorage.getItem(TOKEN);
  const name = sessionStorage.getItem(NAME);
  if (token) ui.preauthorizeApiKey(SCHEME, token);
  else if (ui.authSelectors.authorized()?.has(SCHEME)) ui.authActions.logout([SCHEME]);
  document.getElementById("who").textContent = token ? `Logged in as ${name}` : "Not logged in";
}

function leave() {
  sessionStorage.removeItem(TOKEN);
  sessionStorage.removeItem(NAME);
  enter();
}

function notice(response) {
  const path = new URL(response.url, location.origin).pathname.replace(/\/$/, "");
  // A wrong password says nothing about the login that there is.
  if (response.status === 401 && path !== "/api/auth/login") leave();
  if (!response.ok) return response;
  if (path === "/api/auth/login") {
    const { access_token: token, user } = JSON.parse(response.text).data;
    sessionStorage.setItem(TOKEN, token);
    sessionStorage.setItem(NAME, user.username);
    enter();
  }
  if (path === "/api/auth/logout") leave();
  return response;
}

// A page that the browser kept: somebody may have come or gone on another one meanwhile.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) enter();
});

// An operator may have turned the other pages off: a link must lead somewhere.
for (const link of document.querySelectorAll("header a[data-page]")) {
  fetch(link.href, { method: "HEAD" }).then(
    ({ ok }) => (link.hidden = !ok),
    () => undefined,
  );
}
