/** Monaco's helpers: files of ours, which the page's policy lets it start. */
import type { Environment } from "monaco-editor";
import { languages } from "monaco-graphql/esm/monaco-editor.js";

const OWN = new Set(["json", "graphql"]);
const environment: Environment = {
  getWorker(_id, label) {
    const name = OWN.has(label) ? label : "editor";
    return new Worker(new URL(`${name}.worker.js`, import.meta.url), { type: "module" });
  },
};
Object.assign(globalThis, { MonacoEnvironment: environment });

/**
 * The variables of a step in the comments are not the operation's, and those that a step supplies
 * need not be given: only values of a wrong type are marked.
 */
const defaults = languages.json.jsonDefaults;
const set = defaults.setDiagnosticsOptions.bind(defaults);
defaults.setDiagnosticsOptions = (options) => {
  const schemas = (options.schemas ?? []).map((each) => ({ ...each, schema: loosened(each.schema) }));
  set({ ...options, schemas });
};

function loosened(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  return { ...schema, required: [], additionalProperties: true };
}
