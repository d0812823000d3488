// Formulas as HTML: reads [[tex, display], ...] and the path of KaTeX, writes a list of texts.
const { readFileSync } = require("node:fs");

const katex = require(process.argv[2]);
const formulas = JSON.parse(readFileSync(0, "utf-8"));
const converted = formulas.map(([tex, displayMode]) =>
  katex.renderToString(tex, { displayMode, output: "htmlAndMathml", strict: "error" }),
);
process.stdout.write(JSON.stringify(converted));
