import { readFile, readdir } from "node:fs/promises";

/**
 * The licences of every package that has at least one byte in an output of a build.
 *
 * `kept` names the package that keeps the licence of one which comes without the file: another of
 * the same authors.
 */
export async function licences({ outputs }, modules, kept = {}) {
  const parts = await Promise.all(bundled(outputs).map((folder) => licence(modules, folder, kept)));
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

async function licence(modules, folder, kept) {
  const package_ = await readFile(`${modules}/${folder}/package.json`, "utf8");
  const { name, version, license } = JSON.parse(package_);
  const place = `${modules}/${kept[name] ?? folder}/`;
  const files = (await readdir(place)).sort();
  // Where a package offers a choice of licences, the plain file is the first of them.
  const file = files.find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file`);
  const notices = files.filter((entry) => /^thirdpartynotices/i.test(entry));
  const texts = await Promise.all([file, ...notices].map((entry) => readFile(place + entry, "utf8")));
  const chosen = license.replace(/^\(?(?:MPL-2\.0 OR )?(Apache-2\.0)(?: OR MPL-2\.0)?\)?$/, "$1");
  const text = texts.join("\n").replaceAll("\r\n", "\n").trim();
  return `${name} ${version} (${chosen})\n\n${text}\n`;
}
