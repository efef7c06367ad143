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
  document.getElementById("who").textContent = token ? `Logged in as ${name}` : "Not logged in";
}

function notice(response) {
  const path = new URL(response.url, location.origin).pathname.replace(/\/$/, "");
  if (!response.ok || !path.startsWith("/api/auth/")) return response;
  if (path === "/api/auth/login") {
    const { access_token: token, user } = JSON.parse(response.text).data;
    sessionStorage.setItem(TOKEN, token);
    sessionStorage.setItem(NAME, user.username);
    enter();
  }
  if (path === "/api/auth/logout") {
    sessionStorage.removeItem(TOKEN);
    sessionStorage.removeItem(NAME);
    ui.authActions.logout([SCHEME]);
    enter();
  }
  return response;
}
