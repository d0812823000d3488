// Formulas as HTML: reads [[tex, display], ...] and the path of KaTeX, writes a list of texts.
const { readFileSync } = require("node:fs");

const katex = require(process.argv[2]);
const formulas = JSON.parse(readFileSync(0, "utf-8"));

/** One formula; what KaTeX cannot read ends it all, with the formula and KaTeX's words. */
function convert([tex, displayMode]) {
  try {
    return katex.renderToString(tex, { displayMode, output: "htmlAndMathml", strict: "error" });
  } catch (error) {
    process.stderr.write(`${tex}: ${error.message}`);
    process.exit(1);
  }
}

process.stdout.write(JSON.stringify(formulas.map(convert)));
