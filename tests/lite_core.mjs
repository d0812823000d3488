// Runs the Python that it reads in a JupyterLite's Pyodide, by its lock: node lite_core.mjs SITE
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const place = resolve(process.argv[2], "static");
const { loadPyodide } = await import(`${place}/pyodide/pyodide.mjs`);
const python = await loadPyodide({
  lockFileURL: `${place}/lock/pyodide-lock.json`,
  packages: ["micropip", "anywidget"],
});
python.globals.set("PLACE", place);
try {
  await python.runPythonAsync(readFileSync(0, "utf8"));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
