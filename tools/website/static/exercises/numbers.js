/**
 * How many significant digits a number is written with: 3 for 0.0909, 1 for 300.
 * @param {number} value
 * @returns {number}
 */
export function digitsOf(value) {
  const [mantissa] = String(value).split("e");
  const digits = mantissa.replace(/[-.]/g, "").replace(/^0+|0+$/g, "");
  return Math.max(1, digits.length);
}

/**
 * The nearest whole number; of two the even one.
 * @param {number} value
 * @returns {number}
 */
function whole(value) {
  const near = Math.round(value);
  return Math.abs(value % 1) === 0.5 && near % 2 ? near - 1 : near;
}

/**
 * A number with so many decimals, as NumPy rounds.
 * @param {number} value
 * @param {number} places
 * @returns {number}
 */
export function rounded(value, places) {
  return whole(value * 10 ** places) / 10 ** places;
}
