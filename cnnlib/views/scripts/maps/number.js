const FIVE_DIGITS = 4; // behind the point of a number with an exponent
const FOUR_DIGITS = 3;

/**
 * A number in four digits, halves to even, with a true minus sign: the text that Python gives it.
 * @param {number} value
 * @returns {string}
 */
export function numberText(value) {
  if (Number.isNaN(value)) {
    return "not known yet";
  }
  const [digits, exponent] = fourDigits(value);
  const far = value !== 0 && (exponent < -4 || exponent > 3);
  const text = far ? `${digits}e${power(exponent)}` : String(Number(`${digits}e${exponent}`) + 0);
  return text.replaceAll("-", "−");
}

/** [digits, exponent]; JavaScript rounds a half up, Python to the even neighbour. */
function fourDigits(value) {
  const five = value.toExponential(FIVE_DIGITS);
  const evenHalf = Number(five) === value && /[02468]5e/.test(five);
  const text = evenHalf ? five.replace("5e", "e") : value.toExponential(FOUR_DIGITS);
  return text.split("e").map(Number);
}

/** An exponent with its sign and at least two digits. */
function power(exponent) {
  const sign = exponent < 0 ? "-" : "+";
  return sign + String(Math.abs(exponent)).padStart(2, "0");
}
