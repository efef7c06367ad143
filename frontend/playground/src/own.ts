/** What GraphiQL keeps in this tab belongs to who wrote it: texts, variables, answers. */
const KEPT = "graphiql:";
const OWNER = `${KEPT}luxx-owner`;
/** An editor may write once more before the page is gone: what is begun with is looked at, too. */
const LEFT = "luxx-left";

let owner = sessionStorage.getItem(OWNER);

/** Before GraphiQL begins. */
export function begin(): void {
  if (sessionStorage.getItem(LEFT) === null) return;
  forget();
  sessionStorage.removeItem(LEFT);
  owner = null;
}

/** Begins again with nothing, for somebody else; also what the page holds is gone then. */
export function leave(): void {
  sessionStorage.setItem(LEFT, "yes");
  forget();
  location.reload();
}

/** `name` is here: what another has left is not theirs to see. */
export function arrive(name: string | null): void {
  const kept = sessionStorage.getItem(OWNER);
  if (owner !== null && (kept !== owner || (name !== null && name !== owner))) return leave();
  if (name === null || kept === name) return;
  if (kept !== null) return leave();
  owner = name;
  sessionStorage.setItem(OWNER, name);
}

function forget(): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(KEPT)) sessionStorage.removeItem(key);
  }
}
