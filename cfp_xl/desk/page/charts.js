/* Small drawings of numbers, as SVG; each has its words beside it for who cannot see it. */

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 600;

function drawn(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const picture = (height, label, ...children) =>
  drawn("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": label, class: "chart" }, ...children);

/** A histogram of `[from, to, count]` or `[from, count]` with the interval marked. */
export function histogram(bins, low, high, label) {
  const height = 110;
  const first = bins[0][0];
  const last = bins.at(-1).length > 2 ? bins.at(-1)[1] : bins.at(-1)[0];
  const most = Math.max(...bins.map((bin) => bin.at(-1)));
  const at = (value) => ((value - first) / (last - first || 1)) * WIDTH;
  const width = WIDTH / bins.length;
  const bars = bins.map((bin, n) => {
    const tall = (bin.at(-1) / most) * (height - 12);
    const middle = bin.length > 2 ? (bin[0] + bin[1]) / 2 : bin[0];
    return drawn("rect", { x: n * width + 0.5, y: height - tall, width: Math.max(width - 1, 0.5), height: tall, class: middle >= low && middle <= high ? "bin" : "bin out" });
  });
  const marks = [low, high].map((value) => drawn("line", { x1: at(value), x2: at(value), y1: 0, y2: height, class: "mark" }));
  return picture(height, label, ...bars, ...marks);
}

/** Between which totals one input moves the result: a bar about the middle. */
export function swing(low, high, middle, least, most, label) {
  const at = (value) => ((value - least) / (most - least || 1)) * WIDTH;
  const [from, to] = [Math.min(low, high), Math.max(low, high)];
  return picture(
    14,
    label,
    drawn("rect", { x: at(from), y: 2, width: Math.max(at(to) - at(from), 1), height: 10, rx: 2, class: "bin" }),
    drawn("line", { x1: at(middle), x2: at(middle), y1: 0, y2: 14, class: "mark" }),
  );
}

/** A difference to the left or right of zero. */
export function change(value, most, label) {
  const middle = WIDTH / 2;
  const wide = (Math.abs(value) / (most || 1)) * middle;
  return picture(
    14,
    label,
    drawn("rect", { x: value < 0 ? middle - wide : middle, y: 2, width: Math.max(wide, 1), height: 10, rx: 2, class: value < 0 ? "bin less" : "bin more" }),
    drawn("line", { x1: middle, x2: middle, y1: 0, y2: 14, class: "mark" }),
  );
}
