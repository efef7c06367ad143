import "./monaco";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./style.css";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { GraphiQL } from "graphiql";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Bridge } from "./editors";
import { EXAMPLES, PLUGIN, type Example } from "./examples";
import { fetcher } from "./fetcher";
import { Header } from "./header";
import { Asking } from "./asking";
import * as own from "./own";
import { userName } from "./session";

const PLUGINS = [PLUGIN, HISTORY_PLUGIN];
const isWide = matchMedia("(min-width: 900px)").matches;
own.begin();
own.arrive(userName());
begin(EXAMPLES[0]);

/** A browser tab begins with the first example: GraphiQL finds it as if it had been written before. */
function begin(example: Example | undefined): void {
  if (!example || sessionStorage.getItem("graphiql:tabState") !== null) return;
  sessionStorage.setItem("graphiql:query", example.query);
  sessionStorage.setItem("graphiql:variables", example.variables);
  // The pane of the examples needs less than the third of the page that it would get.
  sessionStorage.setItem("graphiql:docExplorerFlex", "0.25");
}

function Page(): React.JSX.Element {
  return (
    <>
      <Header />
      <Asking />
      <main>
        {/* In the storage of this tab, as the login: others may use this browser as well. */}
        <GraphiQL
          fetcher={fetcher}
          storage={sessionStorage}
          plugins={PLUGINS}
          {...(isWide && { visiblePlugin: PLUGIN })}
          defaultEditorToolsVisibility="variables"
          isHeadersEditorEnabled={false}
          inputValueDeprecation
          schemaDescription
        >
          <GraphiQL.Logo>
            <span />
          </GraphiQL.Logo>
          <Bridge />
        </GraphiQL>
      </main>
    </>
  );
}

const root = document.getElementById("page");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
}
