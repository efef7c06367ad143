/** Saved operations, in a pane beside the editors. */
import { useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from "@graphiql/react";
import source from "./examples.graphql";
import { fill } from "./ids";
import { stepsOf } from "./steps";

export interface Example {
  title: string;
  query: string;
  variables: string;
}

export const EXAMPLES: Example[] = source.split(/^#= /m).slice(1).map(read);

/** The first line is the title; `#?` gives the variables. */
function read(part: string): Example {
  const [title = "", ...lines] = part.split("\n");
  const given = lines.find((line) => line.startsWith("#? "))?.slice(3);
  const query = lines.filter((line) => !line.startsWith("#? ")).join("\n").trim();
  return { title, query: `${query}\n`, variables: pretty(given) };
}

function pretty(variables: string | undefined): string {
  return variables === undefined ? "" : JSON.stringify(JSON.parse(variables), null, 2);
}

/** A tab that nobody wrote in may be filled again. */
function isUntouched(query: string): boolean {
  return query.trim() === "" || EXAMPLES.some((example) => example.query.trim() === query.trim());
}

/** Whether its steps are those of an example, which are known. */
export function isExample(query: string): boolean {
  const steps = (text: string): string => JSON.stringify([...stepsOf(text)]);
  return EXAMPLES.some((example) => steps(example.query) === steps(query));
}

function useOpen(): (example: Example) => void {
  const { addTab, stop } = useGraphiQLActions();
  const { query, variables, response } = useGraphiQL((state) => ({
    query: state.queryEditor,
    variables: state.variableEditor,
    response: state.responseEditor,
  }));
  return (example) => {
    stop();
    if (!isUntouched(query?.getValue() ?? "")) addTab();
    query?.setValue(example.query);
    variables?.setValue(fill(example.variables));
    response?.setValue("");
    query?.focus();
  };
}

function Content(): React.JSX.Element {
  const open = useOpen();
  return (
    <section aria-label="Examples" className="luxx-examples">
      <div className="graphiql-doc-explorer-title">Examples</div>
      <p>Each fills the editor; ids in its variables are the newest that were answered here.</p>
      <ul>
        {EXAMPLES.map((example) => (
          <li key={example.title}>
            <button type="button" onClick={() => open(example)}>
              {example.title}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Icon(): React.JSX.Element {
  return (
    <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M3 4h14M3 10h9M3 16h6M14 12.5v6l4.5-3z" strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  );
}

export const PLUGIN: GraphiQLPlugin = { title: "Examples", icon: Icon, content: Content };
