// After a build: the licences of what is bundled (LICENSES.txt), and which sources made which files (build.json).
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const here = import.meta.dirname;
const out = join(here, "../src/soundwright/serve/page");
const parts = ["index.html", "package-lock.json", "vite.config.ts",
  ...readdirSync(join(here, "src")).map((name) => `src/${name}`)].sort();
const hash = createHash("sha256");
for (const part of parts) {
  const content = readFileSync(join(here, part));
  hash.update(`${part}\n${content.length}\n`).update(content);
}
const bundled = Object.keys(JSON.parse(readFileSync(join(here, "package.json"), "utf8")).dependencies);
const notices = bundled.map((name) => {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, "LICENSE"), "utf8").trim()}\n`;
});
writeFileSync(join(out, "LICENSES.txt"), `Packages within studio.js\n\n${notices.join("\n\n")}`);

const digest = (content) => createHash("sha256").update(content).digest("hex");
const made = readdirSync(out).filter((name) => name !== "build.json").sort();
const files = Object.fromEntries(made.map((name) => [name, digest(readFileSync(join(out, name)))]));
writeFileSync(join(out, "build.json"), `${JSON.stringify({ sources: hash.digest("hex"), files }, null, 1)}\n`);
