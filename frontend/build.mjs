import { readFile, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

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
await writeFile(`${OUT}THIRD_PARTY_LICENSES.txt`, await licences(bundled(metafile)));
for (const [file, { bytes }] of Object.entries(metafile.outputs)) console.log(`${file}  ${bytes}`);

/** The packages that have at least one byte in an output. */
function bundled({ outputs }) {
  const names = new Set();
  for (const { inputs } of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
      if (name && bytesInOutput > 0) names.add(name);
    }
  }
  return [...names].sort();
}

async function licences(names) {
  const parts = await Promise.all(names.map(licence));
  return parts.join(`\n${"=".repeat(78)}\n\n`);
}

async function licence(name) {
  const folder = `${HERE}node_modules/${name}/`;
  const { version, license } = JSON.parse(await readFile(`${folder}package.json`, "utf8"));
  // Where a package offers a choice of licences, the plain file is the first of them.
  const file = (await readdir(folder)).filter((entry) => /^licen[cs]e/i.test(entry)).sort()[0];
  if (!file) throw new Error(`${name} has no licence file`);
  const chosen = license.replace(/^\(?(?:MPL-2\.0 OR )?(Apache-2\.0)(?: OR MPL-2\.0)?\)?$/, "$1");
  const text = (await readFile(folder + file, "utf8")).replaceAll("\r\n", "\n").trim();
  return `${name} ${version} (${chosen})\n\n${text}\n`;
}
