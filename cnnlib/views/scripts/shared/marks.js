/** Class names that come and go with the selection: only what differs is touched. */
export class Marks {
  /** @type {Map<Element, Set<string>>} */
  #worn = new Map();

  /**
   * Let these elements wear these class names, and no others any more.
   * @param {Map<Element, Set<string>>} wanted
   */
  wear(wanted) {
    for (const [element, names] of this.#worn) {
      const kept = wanted.get(element);
      for (const name of names) {
        if (!kept?.has(name)) {
          element.classList.remove(name);
        }
      }
    }
    for (const [element, names] of wanted) {
      const old = this.#worn.get(element);
      for (const name of names) {
        if (!old?.has(name)) {
          element.classList.add(name);
        }
      }
    }
    this.#worn = wanted;
  }
}
