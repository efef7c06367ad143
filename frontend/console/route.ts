export type Kind = "conversation" | "room";

/** What the page shows; it stands behind the `#` of its address, so that a reload shows it again. */
export type Route =
  | { page: "welcome" }
  | { page: "agents" | "providers" }
  | { page: "new"; kind: Kind }
  | { page: "talk"; kind: Kind; id: string };

const LETTER: Record<Kind, string> = { conversation: "c", room: "r" };
const ID: Record<Kind, RegExp> = { conversation: /^conv_\w+$/, room: /^room_\w+$/ };

export function parse(hash: string): Route {
  const [, letter = "", id = "", more] = hash.split("/");
  if (more !== undefined) return { page: "welcome" };
  for (const page of ["agents", "providers"] as const) if (letter === page && id === "") return { page };
  for (const kind of ["conversation", "room"] as const) {
    if (letter !== LETTER[kind]) continue;
    if (id === "new") return { page: "new", kind };
    if (ID[kind].test(id)) return { page: "talk", kind, id };
  }
  return { page: "welcome" };
}

export function format(route: Route): string {
  switch (route.page) {
    case "welcome":
      return "#/";
    case "agents":
    case "providers":
      return `#/${route.page}`;
    case "new":
      return `#/${LETTER[route.kind]}/new`;
    case "talk":
      return `#/${LETTER[route.kind]}/${route.id}`;
  }
}
