/* ---- timeline ---- */
const bins = line.counts.length, LEFT = 44, PLOT = 200, LANE = 22;
const behind = new Array(bins).fill(0);
for (const [b, n] of line.behind) behind[b] = n;
const chart = { svg: null, width: 0, brush: null, hair: null };
const xOf = (b) => LEFT + (b / bins) * (chart.width - LEFT);
const binAt = (x) => Math.max(0, Math.min(bins - 1, Math.floor(((x - LEFT) / (chart.width - LEFT)) * bins)));
function bars(counts, base, high, top) {
  // below one pixel a bin, the tallest of the bins that share a pixel is drawn
  const each = (chart.width - LEFT) / bins, wide = Math.max(each > 3 ? each - 1 : each, 0.8), tallest = new Map();
  for (let b = 0; b < bins; b += 1) {
    if (!counts[b]) continue;
    const x = each < 1 ? Math.round(xOf(b)) : +xOf(b).toFixed(2);
    tallest.set(x, Math.max(tallest.get(x) || 0, counts[b]));
  }
  return [...tallest].map(([x, n]) => { const h = Math.max((n / top) * high, 0.8).toFixed(1); return `M${x} ${base}v-${h}h${wide.toFixed(2)}v${h}z`; }).join("");
}
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 3, 4, 6, 8, 10].map((s) => s * power).find((s) => s >= value);
}
const HOURS = [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 720, 1440, 2190, 4380, 8760, 17520, 43800];
function ticks() {
  const room = Math.max(2, Math.floor((chart.width - LEFT) / 110)), span = bins * line.width;
  const step = ([1 / 12, 0.25, 0.5, ...HOURS].find((h) => span / (h * 3600e6) <= room) || 87600) * 3600e6, out = [];
  for (let t = Math.ceil(line.start / step) * step; t < line.start + span; t += step) out.push([t, step]);
  return out;
}
function paint() {
  if (!bins) return;
  const box = $("time-chart"), lanes = line.groups.slice(0, line.lanes);
  chart.width = Math.max(box.clientWidth, 280);
  const height = PLOT + 26 + lanes.length * LANE, top = ceiling(Math.max(...line.counts));
  const svg = draw("svg", { class: "chart", viewBox: `0 0 ${chart.width} ${height}`, height, role: "img", "aria-label": `Posts per ${line.step}; the sliders below mark a span, the table has the figures` });
  for (const share of [0, 0.5, 1]) {
    const y = PLOT - share * (PLOT - 14);
    svg.append(draw("path", { class: "grid", d: `M${LEFT} ${y}H${chart.width}` }), draw("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, many.format(top * share)));
  }
  svg.append(draw("path", { class: "bars", d: bars(line.counts, PLOT, PLOT - 14, top) }), draw("path", { class: "bars hot", d: bars(behind, PLOT, PLOT - 14, top) }));
  line.brackets.forEach(([from, to, says], n) => {
    const at = (us) => Math.max(LEFT, Math.min(chart.width, LEFT + ((us - line.start) / (bins * line.width)) * (chart.width - LEFT)));
    const mark = draw("g", { class: "bracket" });
    mark.append(draw("title", {}, `${n + 1}. ${says}`), draw("rect", { x: at(from).toFixed(1), y: 12, width: Math.max(at(to) - at(from), 1).toFixed(1), height: PLOT - 12 }),
      draw("path", { d: `M${at(to).toFixed(1)} 12V${PLOT}` }), draw("text", { x: at(to).toFixed(1), y: 10, "text-anchor": "middle" }, String(n + 1)));
    svg.append(mark);
  });
  for (const [t, step] of ticks()) {
    const x = LEFT + ((t - line.start) / (bins * line.width)) * (chart.width - LEFT);
    if (x > chart.width - 30) continue;
    const name = step >= 24 * 3600e6 ? when(t, "day") : when(t, "minute").slice(5);
    svg.append(draw("path", { class: "grid", d: `M${x.toFixed(1)} ${PLOT}v5` }), draw("text", { x: x.toFixed(1), y: PLOT + 17, "text-anchor": x < LEFT + 30 ? "start" : "middle" }, name));
  }
  lanes.forEach((lane, g) => svg.append(laneRow(lane, g, PLOT + 26 + g * LANE)));
  chart.brush = draw("rect", { class: "brush", y: 0, height: height, width: 0, visibility: "hidden", "pointer-events": "none" });
  chart.hair = draw("path", { class: "hair", visibility: "hidden", "pointer-events": "none" });
  svg.append(chart.brush, chart.hair);
  box.replaceChildren(svg);
  chart.svg = svg;
  follow();
}
function laneRow(lane, g, y) {
  const counts = new Array(bins).fill(0);
  let most = 1;
  for (const [b, n] of lane.counts) { counts[b] = n; most = Math.max(most, n); }
  const row = draw("g", { class: "lane-row", "data-group": g });
  row.append(draw("text", { class: "lane", x: 0, y: y + 14 }, lane.label.replace("Group ", "G ")),
    draw("path", { class: "grid", d: `M${LEFT} ${y + 16}H${chart.width}` }), draw("path", { class: lane.ruling === "stands" ? "bars hot" : "bars unsure", d: bars(counts, y + 16, 14, most) }));
  const hit = draw("rect", { class: "lane-hit", x: 0, y, width: LEFT - 4, height: LANE });
  hit.append(draw("title", {}, `${lane.label}: mark its posts`));
  hit.addEventListener("click", () => choose(ofGroup(g)));
  row.append(hit);
  return row;
}
function brush() {
  if (!chart.brush) return;
  chart.brush.setAttribute("visibility", state.from === null ? "hidden" : "visible");
  if (state.from === null) return;
  chart.brush.setAttribute("x", xOf(state.from));
  chart.brush.setAttribute("width", Math.max(xOf(state.to + 1) - xOf(state.from), 2));
}
function readout(b) {
  $("time-readout").textContent = b === null ? "" : `${when(binStart(b), binClock)}: ${plural(line.counts[b], "post")}, ${many.format(behind[b])} behind a group that stands out`;
}
function pointer(e) { const r = chart.svg.getBoundingClientRect(); return ((e.clientX - r.left) / r.width) * chart.width; }
let start = null;
if (bins) {
  const box = $("time-chart");
  box.addEventListener("pointerdown", (e) => { const x = pointer(e); if (x < LEFT || e.button) return; start = binAt(x); box.setPointerCapture(e.pointerId); });
  box.addEventListener("pointermove", (e) => {
    const b = binAt(pointer(e));
    readout(b);
    chart.hair.setAttribute("d", `M${xOf(b + 0.5)} 0V${PLOT}`);
    chart.hair.setAttribute("visibility", "visible");
    if (start !== null && (b !== start || state.from !== null)) { state.from = Math.min(start, b); state.to = Math.max(start, b); brush(); }
  });
  box.addEventListener("pointerup", (e) => {
    if (start === null) return;
    const b = binAt(pointer(e));
    state.from = Math.min(start, b); state.to = Math.max(start, b); start = null;
    changed();
  });
  box.addEventListener("pointercancel", () => { start = null; });
  box.addEventListener("pointerleave", () => { readout(null); chart.hair.setAttribute("visibility", "hidden"); });
  for (const id of ["from", "to"]) {
    $(id).max = bins - 1;
    $(id).addEventListener("input", () => {
      let a = Number($("from").value), z = Number($("to").value);
      if (a > z) { if (id === "from") z = a; else a = z; }
      state.from = a; state.to = z;
      changed();
    });
  }
  $("clear-span").addEventListener("click", () => { state.from = state.to = null; changed(); });
  $("time-table").addEventListener("toggle", () => { if ($("time-table").open) table(); });
} else if ($("time-chart")) { $("span-sliders").hidden = true; $("time-table").hidden = true; }
function sliders() {
  if (!bins) return;
  const a = state.from ?? 0, z = state.to ?? bins - 1;
  $("from").value = a; $("to").value = z;
  $("from-says").textContent = when(binStart(a), binClock); $("to-says").textContent = when(binStart(z + 1), binClock);
  $("from").setAttribute("aria-valuetext", $("from-says").textContent); $("to").setAttribute("aria-valuetext", $("to-says").textContent);
}
function table() {
  const body = make("tbody");
  for (let b = 0; b < bins; b += 1) {
    if (line.counts[b]) body.append(make("tr", {}, make("td", {}, when(binStart(b), binClock)), make("td", { class: "num" }, many.format(line.counts[b])), make("td", { class: "num" }, many.format(behind[b]))));
  }
  const head = make("thead", {}, make("tr", {}, make("th", { scope: "col" }, `${line.step} from (UTC)`), make("th", { scope: "col", class: "num" }, "Posts"), make("th", { scope: "col", class: "num" }, "Behind a group that stands out")));
  $("time-table").querySelector(".scroll").replaceChildren(make("table", {}, head, body));
}
let waiting = 0;
function resized() { if (!bins) return; cancelAnimationFrame(waiting); waiting = requestAnimationFrame(() => { if (chart.width !== Math.max($("time-chart").clientWidth, 280)) paint(); }); }
window.addEventListener("resize", resized);
