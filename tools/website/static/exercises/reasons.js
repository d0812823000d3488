import { general } from "../../../../cnnlib/views/scripts/shared/numbers.js";
import { largest, mapped, placeOf, Refused, sameShape } from "./arrays.js";
import { close, kept, same } from "./compare.js";
import { rounded } from "./numbers.js";
import { misshapen, moved } from "./shapes.js";

// the same as in reasons.py, of which this is a translation
const NEAR = 0.01;
const PLACES = [2, 3, 4, 5, 6];
const FEW = 2;
const SOME = 3;

/** The name of the known wrong answer that gives the same; undefined for none. */
export function nameOf(exercise, given) {
  return named(exercise, (wrong) => same(given, wrong, exercise.tolerance));
}

function named(exercise, found) {
  for (const { name, value } of exercise.wrong) {
    try {
      if (found(kept(exercise, value))) {
        return name;
      }
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
    }
  }
  return undefined;
}

/** Why `given`, which has no name, is not `right`: what can be seen of it. */
export function reason(exercise, given, right) {
  if (right.some((b) => typeof b === "string" || b.truth)) {
    return "that is another answer";
  }
  if (exercise.kind === "set") {
    return "that is another set of numbers"; // how many there are is a part of the question
  }
  if (given.length !== right.length) {
    return `the number of results is ${given.length}, wanted ${right.length}`;
  }
  const near = named(exercise, (wrong) => isRounded(given, wrong));
  const [part, a, b] = wrongPart(exercise, given, right);
  return part + (told(a, b, exercise.tolerance, near) ?? notFinite(a) ?? differing(a, b));
}

/** Whether a wrong answer can be a guess: where one number is wanted it is one, and finite. */
export function isGuess([number], right) {
  const [wanted] = right;
  if (right.length > 1 || typeof wanted === "string" || wanted.shape.length || wanted.truth) {
    return true;
  }
  return number.data.length === 1 && Number.isFinite(number.data[0]);
}

/** Which of several results are wrong, in words; these of `given` and of `right`. */
function wrongPart(exercise, given, right) {
  const several = [...right.keys()];
  const bad = several.filter((k) => !close(given[k], right[k], exercise.tolerance));
  const good = several.filter((k) => !bad.includes(k));
  const name = (k) => exercise.results[k] ?? `result ${k + 1}`;
  const listed = (which) => which.map(name).join(" and ");
  const partly = bad.length && good.length;
  const verb = good.length === 1 ? "is" : "are";
  const part = partly ? `${listed(good)} ${verb} right; ${listed(bad)}: ` : "";
  return [part, bad.map((k) => given[k]), bad.map((k) => right[k])];
}

function told(given, right, tolerance, near) {
  return (
    moved(given, right, tolerance) ??
    misshapen(given, right, tolerance) ??
    inexact(given, right) ??
    near ??
    scaled(given, right, tolerance)
  );
}

/** The right numbers without their decimals, with too few of them, or with a small error. */
function inexact(given, right) {
  const cut = (a, n) => a.data.every((number, k) => number === Math.trunc(right[n].data[k]));
  if (!isWhole(right) && given.every(cut)) {
    return "the decimals are cut off; is it an array of integers?";
  }
  if (!isRounded(given, right)) {
    return undefined;
  }
  if (isCutTo(given, right)) {
    return "very near, but not near enough: do not round";
  }
  const most = Math.max(...given.map((a, n) => largest(less(a, right[n]))));
  const size = general(most, 2);
  return `very near: the largest difference is ${size}; is something small added, or left?`;
}

function less(a, b) {
  return mapped(a, (number, n) => number - b.data[n]);
}

function isWhole(arrays) {
  const whole = (number) => Number.isInteger(number) || Math.abs(number) === Infinity;
  return arrays.every((a) => a.data.every(whole));
}

function isCutTo(given, wanted) {
  const cut = (places) => wanted.map((b) => mapped(b, (number) => rounded(number, places)));
  return PLACES.some((places) => same(given, cut(places), 1e-12));
}

/** Whether the numbers lie within one in a hundred, or are `wanted` with two to six decimals. */
function isRounded(given, wanted) {
  const alike = (a, n) => sameShape(a.shape, wanted[n].shape);
  if (given.length !== wanted.length || !given.every(alike)) {
    return false;
  }
  if ((isWhole(given) && isWhole(wanted)) || !given.some((a) => a.data.some((n) => n !== 0))) {
    return false; // a wrong count is wrong, not rounded
  }
  if (!wanted.every((b) => b.data.every(Number.isFinite))) {
    return false;
  }
  const near = (a, b) =>
    a.data.every((n, k) => Math.abs(n - b.data[k]) <= NEAR * Math.abs(b.data[k]));
  return given.every((a, n) => near(a, wanted[n])) || isCutTo(given, wanted);
}

/** The right numbers with the other sign, or all of them times a common factor. */
function scaled(given, right, tolerance) {
  const times = (change) => given.map((a) => mapped(a, change));
  if (
    same(
      times((number) => -number),
      right,
      tolerance,
    )
  ) {
    return "the sign is turned round";
  }
  if (right.flatMap((b) => b.data).filter((number) => number !== 0).length < SOME) {
    return undefined; // a number or two are always some factor times the others
  }
  const sizes = right.map(largest);
  const top = sizes.indexOf(Math.max(...sizes));
  const at = right[top].data.findIndex((number) => Math.abs(number) === sizes[top]);
  const factor = given[top].data[at] / right[top].data[at];
  if (!factor || !Number.isFinite(factor)) {
    return undefined;
  }
  const fits = same(
    times((number) => number / factor),
    right,
    Math.max(tolerance, 1e-9),
  );
  return fits ? `every number is ${general(factor, 4)} times the right one` : undefined;
}

function notFinite(given) {
  if (given.every((a) => a.data.every(Number.isFinite))) {
    return undefined;
  }
  if (given.every((a) => a.data.length === 1)) {
    return `that is ${general(given[0].data[0], 6)}, wanted a number that can be counted`;
  }
  return "there is a number that is not finite";
}

/** How many numbers are wrong; which, where they are few. */
function differing(given, right) {
  if (given.every((a) => a.data.length === 1)) {
    return "that is another number";
  }
  const differ = given.flatMap((a, n) => less(a, right[n]).data.map((by) => Math.abs(by) > 1e-9));
  const places = [...differ.keys()].filter((n) => differ[n]);
  if (given.length > 1 || places.length > Math.min(FEW, Math.floor(differ.length / 2))) {
    return `${places.length} of ${differ.length} numbers differ`;
  }
  const names = places.map((n) => `[${placeOf(n, given[0].shape).join(",")}]`).join(" and ");
  const [is, it] = places.length === 1 ? ["is", "it"] : ["are", "them"];
  return `only ${names} ${is} not right: look at ${it} again`;
}
