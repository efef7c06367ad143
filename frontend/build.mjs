import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { licences } from "./licences.mjs";

const OUT = fileURLToPath(new URL("../luxx/web/static/chat/", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));

const { metafile } = await build({
  absWorkingDir: HERE,
  entryPoints: ["src/widget.ts", "src/element.ts"],
  outdir: OUT,
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  minify: true,
  legalComments: "none",
  metafile: true,
});
await writeFile(`${OUT}THIRD_PARTY_LICENSES.txt`, await licences(metafile, `${HERE}node_modules`));
for (const [file, { bytes }] of Object.entries(metafile.outputs)) console.log(`${file}  ${bytes}`);
