const { Reveal, RevealNotes } = globalThis;

const WORDS = [38, 36, 34, 32, 30, 28, 26, 24]; // px: the type of a slide, as large as fits
const CAPTION = 30; // px: at most, beside a picture, which takes the room that words leave
const NUMBERS = [44, 40, 36, 32, 30, 28, 26, 24, 22, 20, 18, 17, 16, 15, 14]; // px: an explorer
const SPARE = 60; // px below an explorer: its further controls and a longer sentence need them
const WIDE = ".formula, pre, .table, .explorer, .numbers"; // what could be cut off at the right

const explorerOf = (element) => element?.closest?.(".explorer") ?? null;

/** Is all of a slide inside its borders, where pictures keep a height? */
function fits(slide, spare = 0) {
  const parts = [...slide.querySelectorAll(WIDE)];
  const shown = [...slide.children].filter((part) => part.tagName !== "ASIDE");
  const bottom = Math.max(...shown.map((part) => part.offsetTop + part.offsetHeight));
  const room = slide.clientHeight - Number.parseFloat(getComputedStyle(slide).paddingBottom);
  return bottom + spare <= room && parts.every((part) => part.scrollWidth <= part.clientWidth);
}

/** The largest type with which the words of a slide fit; lines too long for the smallest wrap. */
function fitWords(slide) {
  const most = slide.querySelector(".picture") ? CAPTION : WORDS[0];
  slide.classList.remove("wrapped");
  for (const size of WORDS.filter((one) => one <= most)) {
    slide.style.fontSize = `${size}px`;
    if (fits(slide)) {
      return;
    }
  }
  slide.classList.add("wrapped");
}

/** The largest type with which an explorer fits on its slide. */
function fitExplorer(place) {
  const slide = place.closest("section");
  for (const size of NUMBERS) {
    place.style.setProperty("--jp-content-font-size1", `${size}px`);
    if (fits(slide, SPARE)) {
      return;
    }
  }
}

/** An explorer that is awake is fitted once, and again when it has grown out of its slide. */
function refit(place) {
  const first = !("fitted" in place.dataset);
  if (first || (place.checkVisibility() && !fits(place.closest("section")))) {
    place.dataset.fitted = "";
    fitExplorer(place);
  }
}

/** A slide gets its type when it is shown; after a jump reveal.js shows it only later. */
function fit(slide) {
  slide.style.display = "flex"; // what is hidden has no size
  const place = slide.querySelector(".explorer");
  if (place === null) {
    fitWords(slide);
  } else if (place.querySelector(".ex")) {
    fitExplorer(place);
  }
}

/** Keys inside an explorer are its own; Tab leads out, and Escape, when it lets nothing go. */
function leave(event) {
  if (event.key === "Escape") {
    event.stopPropagation();
    event.target.blur();
  }
}

/** A button or a list has nothing to let go: Escape leads out at once. */
function leaveControl(event) {
  if (event.target.matches("select, button, [type=range]")) {
    leave(event);
  }
}

const awake = new MutationObserver((changes) => {
  for (const place of new Set(changes.map(({ target }) => explorerOf(target)))) {
    if (place?.querySelector(".ex")) {
      requestAnimationFrame(() => refit(place));
    }
  }
});
for (const place of document.querySelectorAll(".explorer")) {
  place.dataset.preventSwipe = "";
  place.addEventListener("keydown", leave);
  place.addEventListener("keydown", leaveControl, true);
  awake.observe(place, { childList: true, subtree: true });
}
for (const bar of document.querySelectorAll(".bar")) {
  bar.addEventListener("click", () => {
    bar.blur(); // the keys go on with turning slides
    Reveal.nextFragment();
  });
}

await Promise.all([...document.fonts].map((font) => font.load()));
Reveal.on("ready", ({ currentSlide }) => fit(currentSlide));
Reveal.on("slidechanged", ({ currentSlide }) => fit(currentSlide));
Reveal.initialize({
  width: 1280,
  height: 720,
  margin: 0,
  maxScale: 4,
  center: false,
  display: "flex",
  transition: "none",
  hash: true,
  keyboard: {
    88: () => Reveal.slide(Reveal.getSlides().findIndex((one) => one.matches(".exit"))), // "x"
    191: () => Reveal.toggleHelp(), // "?", which shares its key with a pause
  },
  slideNumber: "c/t",
  plugins: [RevealNotes],
});
