/** The bar above GraphiQL: where one is, and who one is. */
import { useEffect, useState, type FormEvent } from "react";
import { isServed } from "../../console/served";
import { leave } from "./own";
import * as session from "./session";
import { post } from "./transport";

const LOGIN = `mutation ($username: String!, $password: String!) {
  login(username: $username, password: $password) { accessToken user { username } }
}`;

interface Login {
  login: { accessToken: string; user: { username: string } };
}

/** Why it was refused; nothing where it was not. */
async function login(username: string, password: string): Promise<string | undefined> {
  const { data, errors } = await post({ query: LOGIN, variables: { username, password } });
  if (errors) return errors[0]?.message;
  const made = (data as unknown as Login).login;
  session.begin(made.accessToken, made.user.username);
  return undefined;
}

/** The request is on its way, also when the page is gone; nobody waits for what comes of it. */
function logout(): void {
  void post({ query: "mutation { logout }", variables: {} }, { keepalive: true });
  session.end();
  leave();
}

const ELSEWHERE = [
  ["/", "Console"],
  ["/api/docs", "REST reference"],
] as const;

/** To the pages that the server has. */
function Links(): React.JSX.Element {
  const [served, setServed] = useState<readonly string[]>([]);
  useEffect(() => {
    for (const [href] of ELSEWHERE) {
      void isServed(href).then((is) => is && setServed((others) => [...others, href]));
    }
  }, []);
  return (
    <nav aria-label="Other pages">
      {ELSEWHERE.map(([href, text]) => (
        <a key={href} href={href} hidden={!served.includes(href)}>
          {text}
        </a>
      ))}
    </nav>
  );
}

function LoginForm(): React.JSX.Element {
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(await login(String(fields.get("username")), String(fields.get("password"))));
    setBusy(false);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <span role="alert">{problem}</span>
      <label>
        Username
        <input name="username" autoComplete="username" required />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button type="submit" disabled={busy}>
        Log in
      </button>
    </form>
  );
}

export function Header(): React.JSX.Element {
  const name = session.useUserName();
  return (
    <header className="luxx-header">
      <h1>
        Luxx <span>GraphQL</span>
      </h1>
      <Links />
      {name === null ? (
        <LoginForm />
      ) : (
        <div className="luxx-who">
          <span>{name}</span>
          <button type="button" onClick={logout}>
            Log out
          </button>
        </div>
      )}
    </header>
  );
}
