// Makes what is vendored from the packages of package-lock.json: one file each, with its licence beside it.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const vendor = "../src/huntgroup/web/static/vendor";
const tests = "../tests/pages/vendor";
mkdirSync(vendor, { recursive: true });
mkdirSync(tests, { recursive: true });

await build({
  entryPoints: ["lit.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  banner: { js: "// lit, BSD-3-Clause: lit-LICENSE.txt" },
  outfile: `${vendor}/lit.js`,
});
await build({
  entryPoints: ["node_modules/uplot/dist/uPlot.esm.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  banner: { js: "// uPlot, MIT: uplot-LICENSE.txt" },
  outfile: `${vendor}/uplot.js`,
});
copyFileSync("node_modules/lit/LICENSE", `${vendor}/lit-LICENSE.txt`);
copyFileSync("node_modules/uplot/LICENSE", `${vendor}/uplot-LICENSE.txt`);
copyFileSync("node_modules/uplot/dist/uPlot.min.css", `${vendor}/uplot.css`);
copyFileSync("node_modules/axe-core/axe.min.js", `${tests}/axe.min.js`);
copyFileSync("node_modules/axe-core/LICENSE", `${tests}/axe-LICENSE.txt`);

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf-8")).version;
writeFileSync(`${vendor}/README.txt`, `lit ${version("lit")}, uPlot ${version("uplot")}: made by \`make web\`.\n`);
