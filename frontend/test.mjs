import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

// The tests import TypeScript, which node does not run by itself: bundle each of them first. Those
// of the playground need its packages.
const here = fileURLToPath(new URL(".", import.meta.url));
const folders = existsSync(`${here}playground/node_modules`) ? ["tests", "playground/tests"] : ["tests"];
const out = await mkdtemp(join(tmpdir(), "luxx-frontend-"));
try {
  const found = await Promise.all(folders.map((folder) => readdir(here + folder)));
  const tests = folders.flatMap((folder, at) => found[at].map((name) => `${folder}/${name}`));
  const entryPoints = tests.filter((name) => name.endsWith(".test.ts"));
  await build({
    absWorkingDir: here,
    entryPoints,
    outdir: out,
    outbase: ".",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    sourcemap: "inline",
    loader: { ".graphql": "text" },
  });
  const files = entryPoints.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
  const { status } = spawnSync(process.execPath, ["--test", "--enable-source-maps", ...files], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} finally {
  await rm(out, { recursive: true });
}
