// Builds what the site serves into ../src/panhuo/web/static/: files named by their content, gzip beside them, a manifest, licences.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";
import { build, transformSync } from "esbuild";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "src", "panhuo", "web", "static");
const modules = join(here, "node_modules");
const shipped = ["bootstrap", "echarts", "zrender", "tslib", "htmx.org"];

const sass = compile(join(here, "site.scss"), { loadPaths: [modules], quietDeps: true, silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"] });
const made = new Map([["site.css", Buffer.from(transformSync(sass.css, { loader: "css", minify: true, target: ["chrome109", "firefox115", "safari15"] }).code)]]);
for (const name of ["site", "charts"]) {
  const bundle = await build({
    entryPoints: [join(here, `${name}.js`)], bundle: true, minify: true, write: false, format: "iife", target: "es2022", charset: "utf8", legalComments: "none",
  });
  made.set(`${name}.js`, Buffer.from(bundle.outputFiles[0].contents));
}
for (const name of ["icon.svg"]) made.set(name, readFileSync(join(here, name)));

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const files = {};
for (const [name, content] of made) {
  const mark = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const [stem, ending] = name.split(".");
  files[name] = `${stem}-${mark}.${ending}`;
  writeFileSync(join(target, files[name]), content);
  writeFileSync(join(target, `${files[name]}.gz`), gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
}
const licences = shipped.map((name) => {
  const told = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
  const texts = readdirSync(join(modules, name), { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(licen[cs]e|notice|copying)/i.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  if (texts.length === 0) throw new Error(`${name} brings no licence text`);
  return { name, version: told.version, licence: told.license, text: texts.map((file) => readFileSync(join(modules, name, file), "utf8")).join("\n") };
});
writeFileSync(join(target, "licences.json"), JSON.stringify(licences, null, 1));
writeFileSync(join(target, "assets.json"), JSON.stringify({ inputs: process.argv[2] ?? "", files }, null, 1));
