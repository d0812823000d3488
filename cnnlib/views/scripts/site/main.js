import { staticModel } from "../page/main.js";

const NEAR = 600; // pixels from the screen: there an explorer is made, so that nobody sees it come

/**
 * Make every explorer of a page alive when it comes near the screen: its place has a still frame,
 * which stays for paper, and its state in a script.
 * @param {{[kind: string]: Function}} views  render of each kind of explorer
 */
export function wakeAll(views) {
  const places = [...document.querySelectorAll(".explorer")];
  const soon = new IntersectionObserver(
    (seen) => {
      for (const { target } of seen.filter((entry) => entry.isIntersecting)) {
        soon.unobserve(target);
        wake(target, views);
      }
    },
    { rootMargin: `${NEAR}px` },
  );
  for (const place of places) {
    if (place.getBoundingClientRect().top < innerHeight + NEAR && place.offsetParent) {
      wake(place, views); // before the page is painted
    } else {
      soon.observe(place);
    }
  }
}

function wake(place, views) {
  const model = staticModel(place.querySelector("script").textContent);
  const el = document.createElement("div");
  el.className = "live";
  place.append(el);
  place.classList.add("alive");
  views[place.dataset.kind]({ model, el });
}
