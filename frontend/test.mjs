import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

// The tests import TypeScript, which node does not run by itself: bundle each of them first.
const folder = fileURLToPath(new URL("./tests/", import.meta.url));
const out = await mkdtemp(join(tmpdir(), "luxx-frontend-"));
try {
  const tests = (await readdir(folder)).filter((name) => name.endsWith(".test.ts"));
  await build({
    entryPoints: tests.map((name) => folder + name),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    sourcemap: "inline",
    loader: { ".graphql": "text" },
  });
  const files = tests.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
  const { status } = spawnSync(process.execPath, ["--test", "--enable-source-maps", ...files], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} finally {
  await rm(out, { recursive: true });
}
