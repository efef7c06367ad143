import { readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { licences } from "../licences.mjs";

const OUT = fileURLToPath(new URL("../../luxx/web/static/playground/", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));
// These come without the file of their licence, which another of the same authors has.
const KEPT = {
  "@graphiql/plugin-doc-explorer": "graphiql",
  "@graphiql/plugin-history": "graphiql",
  "react-compiler-runtime": "react",
  "react-remove-scroll-bar": "react-remove-scroll",
};

// Smaller modules in place of large ones; each says why.
const INSTEAD = {
  "prettier/parser-babel": "src/json-printer.ts",
  "prettier/plugins/estree": "src/json-printer.ts",
  "prettier/parser-graphql": "node_modules/prettier/plugins/graphql.mjs", // not a second copy of it
  "monaco-editor/esm/vs/editor/edcore.main.js": "src/editor-parts.ts",
};
const smaller = {
  name: "smaller",
  setup({ onResolve }) {
    onResolve({ filter: /^(prettier|monaco-editor)\// }, ({ path, importer }) => {
      const isWorker = importer.endsWith("/GraphQLWorker.js") && path.startsWith("prettier/");
      const file = isWorker ? "src/unformatted.ts" : INSTEAD[path];
      return file && { path: HERE + file };
    });
  },
};

// What an earlier version made would stay behind.
for (const file of await readdir(OUT)) if (file !== "index.html") await rm(OUT + file);

const { metafile } = await build({
  absWorkingDir: HERE,
  entryPoints: {
    playground: "src/main.tsx",
    "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
  },
  outdir: OUT,
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  minify: true,
  legalComments: "none",
  assetNames: "[name]",
  loader: { ".ttf": "file", ".graphql": "text" },
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  metafile: true,
  plugins: [smaller],
});
await writeFile(`${OUT}THIRD_PARTY_LICENSES.txt`, await licences(metafile, `${HERE}node_modules`, KEPT));
for (const [file, { bytes }] of Object.entries(metafile.outputs)) console.log(`${file}  ${bytes}`);
