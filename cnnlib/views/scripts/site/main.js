import { staticModel } from "../page/main.js";

const NEAR = 600; // pixels from the screen: there an explorer is made, so that nobody sees it come

/**
 * What makes the explorers of a page alive: each at once where it is near the screen, before it is
 * painted, or later when it comes there. Its place has a still frame, which stays for paper, and
 * its state in a script.
 * @param {{[kind: string]: Function}} views  render of each kind of explorer
 * @returns {(place: HTMLElement) => void}  to be called for each place
 */
export function waker(views) {
  const soon = new IntersectionObserver(
    (seen) => {
      for (const { target } of seen.filter((entry) => entry.isIntersecting)) {
        soon.unobserve(target);
        wake(target, views);
      }
    },
    { rootMargin: `${NEAR}px` },
  );
  return (place) => {
    if (place.checkVisibility() && place.getBoundingClientRect().top < innerHeight + NEAR) {
      wake(place, views);
    } else {
      soon.observe(place);
    }
  };
}

function wake(place, views) {
  const model = staticModel(place.querySelector("script").textContent);
  const el = document.createElement("div");
  el.className = "live";
  place.append(el);
  place.classList.add("alive");
  views[place.dataset.kind]({ model, el });
}
