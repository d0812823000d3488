import { flipped, orders, sameShape, transposed, tupleText } from "./arrays.js";
import { same } from "./compare.js";

/** The right numbers in other places: axes in another order, or turned by 180 degrees. */
export function moved(given, right, tolerance) {
  const axes = Math.max(...given.map((a) => a.shape.length));
  const [, ...others] = axes < 6 ? orders(axes) : [];
  for (const order of others) {
    const turned = given.map((a) => (a.shape.length === axes ? transposed(a, order) : a));
    if (same(turned, right, tolerance)) {
      return inAnotherOrder(order, given[0].shape, right[0].shape);
    }
  }
  if (!same(given.map(flipped), right, tolerance)) {
    return undefined;
  }
  const degrees = given[0].shape.length > 1 ? ": turned by 180 degrees" : "";
  return `the right numbers in reverse order${degrees}`;
}

function inAnotherOrder(order, shape, wanted) {
  const shapes = `; the shape is ${tupleText(shape)}, wanted ${tupleText(wanted)}`;
  const more = sameShape(shape, wanted) ? "" : shapes;
  if (order.length === 2) {
    return `transposed: rows and columns are exchanged${more}`;
  }
  const remedy = `np.transpose(..., ${tupleText(order)}) puts them right`;
  return `the right numbers with the axes in another order, ${remedy}${more}`;
}

/** Another shape than is wanted, and whether the numbers in it are right. */
export function misshapen(given, right, tolerance) {
  const n = given.findIndex((a, k) => !sameShape(a.shape, right[k].shape));
  if (n < 0) {
    return undefined;
  }
  const [a, b] = [given[n], right[n]];
  if (!a.shape.length) {
    const shape = tupleText(b.shape);
    return `that is a single number, wanted ${b.data.length} numbers of shape ${shape}`;
  }
  if (!b.shape.length && a.data.length !== 1) {
    const met = `${a.data.length} numbers of shape ${tupleText(a.shape)}`;
    return `one number is wanted, met ${met}`;
  }
  const wanted = b.shape.length ? tupleText(b.shape) : "a single number";
  const shapes = `the shape is ${tupleText(a.shape)}, wanted ${wanted}`;
  const inARow = ({ data, ...rest }) => ({ ...rest, shape: [data.length], data });
  const all = same(given.map(inARow), right.map(inARow), tolerance);
  return all ? `${shapes}: the right numbers in another shape` : shapes;
}
