/** What is not part of GraphiQL's tree reaches its editors through here. */
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useRef } from "react";
import type { Variables } from "./steps";
import { useUserName } from "./session";

let write: (variables: string) => void = () => undefined;
let open: string | undefined;

/** The tab whose editors are shown. */
export function openTab(): string | undefined {
  return open;
}

/** Only where the tab is open still: the editors are those of all tabs. */
export function keepVariables(tab: string | undefined, variables: Variables): void {
  if (tab === open) write(JSON.stringify(variables, null, 2));
}

// The fonts that GraphiQL names are not shipped; without a wrap a comment leaves a small window.
const OPTIONS = { fontSize: 13, fontFamily: "ui-monospace, monospace", wordWrap: "on" } as const;

/** Asks for the schema again when somebody logs in, who may see it. */
export function Bridge(): null {
  const { introspect } = useGraphiQLActions();
  const { tab, query, variables, response, fetchError } = useGraphiQL((state) => ({
    tab: state.tabs[state.activeTabIndex]?.id,
    query: state.queryEditor,
    variables: state.variableEditor,
    response: state.responseEditor,
    fetchError: state.fetchError,
  }));
  const name = useUserName();
  const before = useRef(name);
  useEffect(() => {
    for (const editor of [query, variables, response]) editor?.updateOptions(OPTIONS);
  }, [query, variables, response]);
  useEffect(() => {
    open = tab;
  }, [tab]);
  useEffect(() => {
    write = (text) => variables?.setValue(text);
  }, [variables]);
  useEffect(() => {
    if (name && name !== before.current) {
      if (fetchError && response?.getValue() === fetchError) response.setValue("");
      void introspect();
    }
    before.current = name;
  }, [name, fetchError, response, introspect]);
  return null;
}
