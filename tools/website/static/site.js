// What a page does beside its explorers: sections at the side, all folds at once, code that is
// copied, long lines.
const WIDE = "(min-width: 76rem)"; // as in look.css: there the sections have a column
const COPIED = 1500; // ms

const contents = document.querySelector(".contents details");
if (contents) {
  contents.open = matchMedia(WIDE).matches;
  contents.append(foldsButton());
}

/** Opens all that is folded, and closes it again: paper shows what is open. */
function foldsButton() {
  const folds = [...document.querySelectorAll("main details")];
  const button = document.createElement("button");
  button.type = "button";
  button.className = "folds";
  const tell = () => {
    button.textContent = folds.every((fold) => fold.open)
      ? "Close all answers"
      : "Open all answers";
  };
  button.addEventListener("click", () => {
    const open = !folds.every((fold) => fold.open);
    for (const fold of folds) {
      fold.open = open;
    }
    tell();
  });
  tell();
  return button;
}

function copyButton(code) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await copy(code.querySelector("code").textContent);
    button.textContent = "Copied";
    setTimeout(() => {
      button.textContent = "Copy";
    }, COPIED);
  });
  return button;
}

/** A page from a disk may have no clipboard; then what is selected is copied. */
async function copy(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

for (const code of document.querySelectorAll(".code")) {
  code.append(copyButton(code));
}

/** What is wider than its place can be moved with the arrow keys, too. */
function reach(part) {
  part.toggleAttribute("tabindex", false);
  if (part.scrollWidth > part.clientWidth) {
    part.tabIndex = 0;
  }
}

const wide = [...document.querySelectorAll("pre, .formula, .table, .still")];
const widths = new ResizeObserver((seen) => {
  for (const { target } of seen) {
    reach(target);
  }
});
for (const part of wide) {
  widths.observe(part);
}
document.fonts.addEventListener("loadingdone", () => wide.forEach(reach));
