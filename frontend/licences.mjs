import { readFile, readdir } from "node:fs/promises";

/** The licences of every package that has at least one byte in an output of this build. */
export async function licences({ outputs }, modules) {
  const parts = await Promise.all(bundled(outputs).map((folder) => licence(folder, modules)));
  return [...new Set(parts)].join(`\n${"=".repeat(78)}\n\n`);
}

/** Folders below `node_modules`; a package may be there twice, the second inside another. */
function bundled(outputs) {
  const folders = new Set();
  for (const { inputs } of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = /node_modules\/((?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
      if (folder && bytesInOutput > 0) folders.add(folder);
    }
  }
  return [...folders].sort();
}

async function licence(folder, modules) {
  const path = `${modules}/${folder}/`;
  const { name, version, license } = JSON.parse(await readFile(`${path}package.json`, "utf8"));
  // Where a package offers a choice of licences, the plain file is the first of them.
  const file = (await readdir(path)).filter((entry) => /^licen[cs]e/i.test(entry)).sort()[0];
  if (!file) throw new Error(`${name} has no licence file`);
  const chosen = license.replace(/^\(?(?:MPL-2\.0 OR )?(Apache-2\.0)(?: OR MPL-2\.0)?\)?$/, "$1");
  const text = (await readFile(path + file, "utf8")).replaceAll("\r\n", "\n").trim();
  return `${name} ${version} (${chosen})\n\n${text}\n`;
}
