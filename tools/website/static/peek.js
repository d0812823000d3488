// Pointing at a mention such as (3.1) shows the equation in a small box.
const GAP = 6; // pixels between a mention and its box
const box = document.createElement("div");
box.className = "peek";
box.id = "peek";
box.hidden = true;
box.setAttribute("role", "tooltip");
document.body.append(box);
let asked = null; // the mention whose equation is wanted

/** The equations of other pages, loaded when one is wanted for the first time. */
function others() {
  others.loaded ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "equations.js";
    script.addEventListener("load", () => resolve(window.cnnlibEquations));
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return others.loaded;
}

async function formulaOf(mention) {
  const here = document.getElementById(`eq-${mention.dataset.equation.replace(".", "-")}`);
  return here
    ? here.querySelector(".formula").innerHTML
    : (await others())[mention.dataset.equation];
}

async function show(mention) {
  asked = mention;
  const html = await formulaOf(mention);
  if (asked !== mention) {
    return; // the pointer has gone on
  }
  box.innerHTML = html;
  box.hidden = false;
  mention.setAttribute("aria-describedby", "peek");
  const place = mention.getBoundingClientRect();
  const right = document.documentElement.clientWidth - box.offsetWidth - GAP;
  const above = place.top - box.offsetHeight - GAP;
  box.style.left = `${scrollX + Math.max(GAP, Math.min(place.left, right))}px`;
  box.style.top = `${scrollY + (above > 0 ? above : place.bottom + GAP)}px`;
}

function hide() {
  asked?.removeAttribute("aria-describedby");
  asked = null;
  box.hidden = true;
}

for (const mention of document.querySelectorAll(".mention")) {
  for (const name of ["pointerenter", "focus"]) {
    mention.addEventListener(name, () => show(mention));
  }
  for (const name of ["pointerleave", "blur"]) {
    mention.addEventListener(name, hide);
  }
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    hide();
  }
});
