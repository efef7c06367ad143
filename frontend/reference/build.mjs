import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const OUT = fileURLToPath(new URL("../../luxx/web/static/reference/", import.meta.url));
const HERE = fileURLToPath(new URL(".", import.meta.url));
const SHIPPED = `${HERE}node_modules/swagger-ui-dist/`;

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT);
for (const file of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
  // Without the address of a map that is not shipped.
  const text = await readFile(SHIPPED + file, "utf8");
  await writeFile(OUT + file, text.replace(/\n?\/[/*]# sourceMappingURL=.*/, ""));
}
for (const file of ["index.html", "reference.css", "reference.js"]) {
  await copyFile(`${HERE}src/${file}`, OUT + file);
}
const { version } = JSON.parse(await readFile(`${SHIPPED}package.json`, "utf8"));
const texts = ["NOTICE", "LICENSE", "swagger-ui-bundle.js.LICENSE.txt"];
const parts = await Promise.all(texts.map((file) => readFile(SHIPPED + file, "utf8")));
const head = `swagger-ui-dist ${version} (Apache-2.0)`;
await writeFile(`${OUT}THIRD_PARTY_LICENSES.txt`, [head, ...parts].map((part) => part.trim()).join("\n\n") + "\n");
