const WIDE = 0xfee0; // how far full-width forms lie beyond their ASCII characters
const ONE = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
/** A phone or a word processor makes one of a minus: as typed.DASHES in Python. */
export const DASHES = /[‐‑‒–—―−︱︲﹘﹣⁻₋]/g;
const MARKS = { "⁄": "/", "∕": "/", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "..." };

/**
 * A text in plain characters: keyboards and phones put others in their place.
 * @param {string} text
 * @returns {string}
 */
export function plain(text) {
  return text
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - WIDE))
    .replace(DASHES, "-")
    .replace(/[⁄∕‘’“”…]/g, (mark) => MARKS[mark])
    .replace(/\s/g, " ")
    .trim();
}

/**
 * The number in a plain text, with a decimal comma or point and one fraction bar; NaN for none.
 * @param {string} text
 * @returns {number}
 */
export function read(text) {
  const parts = text
    .replaceAll(",", ".")
    .split("/")
    .map((part) => part.trim());
  if (parts.length > 2 || !parts.every((part) => ONE.test(part))) {
    return Number.NaN;
  }
  const [above, below = 1] = parts.map(Number);
  const found = below ? above / below : Number.NaN;
  return Number.isFinite(found) ? found : Number.NaN;
}

/**
 * A number to so many significant digits, as "1.24e+3". Of two that are equally near, the even
 * one is taken, as Python does; toExponential takes the larger one.
 * @param {number} value
 * @param {number} digits
 * @returns {string}
 */
export function exponential(value, digits) {
  const [mantissa, power] = value.toExponential(100).split("e");
  const kept = mantissa.slice(0, mantissa.indexOf(".") + digits).replace(/\.$/, "");
  const half = /^50*$/.test(mantissa.replace(".", "").slice(kept.replace(".", "").length));
  if (half && Number(kept.at(-1)) % 2 === 0) {
    return `${kept}e${power}`;
  }
  return value.toExponential(digits - 1);
}

/**
 * A number as Python writes it with the format "g": 0.001235, 1.235e+07.
 * @param {number} value
 * @param {number} digits
 * @returns {string}
 */
export function general(value, digits) {
  if (!Number.isFinite(value)) {
    return String(value).toLowerCase().replace("infinity", "inf");
  }
  const [mantissa, power] = exponential(value, digits).split("e");
  if (power >= -4 && power < digits) {
    const all = Number(`${mantissa}e${power}`).toFixed(digits - 1 - power);
    return shorter(Object.is(value, -0) ? `-${all}` : all);
  }
  return `${shorter(mantissa)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}

function shorter(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/**
 * A number as the explorers print it: four digits, with a true minus sign.
 * @param {number} value
 * @returns {string}
 */
export function numberText(value) {
  return general(value + 0, 4).replaceAll("-", "−");
}
