/** The login: kept for this tab alone, and shared with the playground page. */
const TOKEN = "luxx-token";
const NAME = "luxx-name";

export const session = {
  get token(): string | null {
    return sessionStorage.getItem(TOKEN);
  },
  get name(): string {
    return sessionStorage.getItem(NAME) ?? "";
  },
  begin(token: string, name: string): void {
    sessionStorage.setItem(TOKEN, token);
    sessionStorage.setItem(NAME, name);
  },
  /** What the playground keeps in this tab of what was asked and answered there. */
  forget(): void {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith("graphiql:")) sessionStorage.removeItem(key);
    }
  },
  end(): void {
    sessionStorage.removeItem(TOKEN);
    sessionStorage.removeItem(NAME);
  },
};
