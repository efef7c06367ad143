import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { licences } from "./licences.mjs";

const OUT = fileURLToPath(new URL("../luxx/web/static/chat/", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));

const COMMON = {
  absWorkingDir: HERE,
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  minify: true,
  legalComments: "none",
  metafile: true,
};

const { metafile } = await build({
  ...COMMON,
  entryPoints: ["src/widget.ts", "src/element.ts"],
  outdir: OUT,
});
await writeFile(`${OUT}THIRD_PARTY_LICENSES.txt`, await licences(metafile, `${HERE}node_modules`));

/** The console takes the chat from its own file, which the browser then has but once. */
const sharedChat = {
  name: "shared-chat",
  setup({ onResolve }) {
    onResolve({ filter: /\/src\/element\.js$/ }, () => ({ path: "../chat/element.js", external: true }));
  },
};
const page = await build({
  ...COMMON,
  entryPoints: { console: "console/main.ts" },
  outdir: fileURLToPath(new URL("../luxx/web/static/console/", import.meta.url)),
  loader: { ".graphql": "text" },
  plugins: [sharedChat],
});

for (const [file, { bytes }] of Object.entries({ ...metafile.outputs, ...page.metafile.outputs })) {
  console.log(`${file}  ${bytes}`);
}
