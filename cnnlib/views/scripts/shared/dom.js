/**
 * A new element with its properties and its children.
 * @param {string} tag
 * @param {object} props
 * @param {...(Node | string)} kids
 * @returns {HTMLElement}
 */
export function make(tag, props = {}, ...kids) {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...kids);
  return element;
}

/**
 * The options of a <select>.
 * @param {string[]} texts
 * @param {string} [chosen]
 * @returns {HTMLElement[]}
 */
export function options(texts, chosen) {
  return texts.map((text) =>
    make("option", { textContent: text, value: text, selected: text === chosen }),
  );
}

/**
 * All elements inside `root` that `selector` names, as an array.
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export function find(root, selector) {
  return [...root.querySelectorAll(selector)];
}

/**
 * The nearest element around an event that `selector` names, or null.
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export function near(event, selector) {
  return event.target.closest?.(selector) ?? null;
}

/**
 * Write a text where it differs from what stands there: an unchanged page costs nothing.
 * @param {HTMLElement | null} element
 * @param {string} text
 */
export function write(element, text) {
  if (element && element.textContent !== text) {
    element.textContent = text;
  }
}

/**
 * Write HTML that Python made, where it differs from what was written before.
 * @param {HTMLElement} element
 * @param {string} html
 * @returns {boolean} was it written?
 */
export function writeHtml(element, html) {
  if (element.written === html) {
    return false;
  }
  element.written = html;
  element.innerHTML = html;
  return true;
}

/**
 * The places whose content is filled in: {name: element with that data-part}.
 * @param {ParentNode} root
 * @returns {Object<string, HTMLElement>}
 */
export function partsOf(root) {
  return Object.fromEntries(find(root, "[data-part]").map((e) => [e.dataset.part, e]));
}

/**
 * Move parts of the page, while an element stays where it is on the screen: under the finger.
 * @param {HTMLElement | null} element
 * @param {() => void} move
 */
export function heldStill(element, move) {
  const before = element?.getBoundingClientRect().top;
  move();
  const moved = (element?.getBoundingClientRect().top ?? 0) - (before ?? 0);
  if (moved) {
    scrollerOf(element).scrollTop += moved;
  }
}

/** What scrolls up and down around an element. */
function scrollerOf(element) {
  let e = element.parentElement;
  while (e && !(e.scrollHeight > e.clientHeight && scrolls(e))) {
    e = e.parentElement;
  }
  return e ?? document.scrollingElement;
}

function scrolls(element) {
  return ["auto", "scroll"].includes(getComputedStyle(element).overflowY);
}
