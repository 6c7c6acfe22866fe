"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const view = JSON.parse($("document").textContent);
  const line = view.timeline;
  const state = { from: null, to: null, finding: null, account: null, find: "" };
  const labels = new Map(view.findings.map((f) => [f.id, f.label]));
  const many = new Intl.NumberFormat("en");
  let posts = [];
  document.documentElement.classList.add("js");

  /* ---- small tools ---- */
  function make(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "class") node.className = value; else node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  }
  function draw(name, attributes, text) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    return node;
  }
  const pad = (n) => String(n).padStart(2, "0");
  function when(us, clock) {
    const d = new Date(Math.floor(us / 1000));
    if (Number.isNaN(d.getTime())) return "unknown";
    const day = `${d.getUTCFullYear()}-${pad(d.getUTCMonth() + 1)}-${pad(d.getUTCDate())}`;
    if (clock === "day") return day;
    const minute = `${day} ${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}`;
    return clock === "minute" ? minute : `${minute}:${pad(d.getUTCSeconds())}`;
  }
  const binClock = line.width >= 86400e6 ? "day" : "minute";
  const binStart = (b) => line.start + b * line.width;
  const plural = (n, noun) => `${many.format(n)} ${noun}${n === 1 ? "" : "s"}`;

  /* Hidden characters become marks; everything else is a text node. */
  const odd = new RegExp("[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f" + Object.keys(view.controls).filter((c) => c > "\u001f").join("") + "]", "g");
  function shown(text) {
    const out = document.createDocumentFragment();
    let at = 0;
    for (const found of text.matchAll(odd)) {
      if (found.index > at) out.append(text.slice(at, found.index));
      const code = found[0].codePointAt(0);
      const known = view.controls[found[0]] || [code.toString(16).toUpperCase().padStart(2, "0"), "control character"];
      out.append(make("span", { class: "ctl", title: `${known[1]}, U+${code.toString(16).toUpperCase().padStart(4, "0")}` }, known[0]));
      at = found.index + found[0].length;
    }
    out.append(text.slice(at));
    return out;
  }
  const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f\u064b-\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/[\u0622\u0623\u0625\u0671]/g, "\u0627").replace(/\u0649/g, "\u064a").replace(/\u0629/g, "\u0647").toLowerCase();

  /* ---- theme, print ---- */
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const theme = () => document.documentElement.dataset.theme || (dark.matches ? "dark" : "light");
  function nameTheme() { $("theme").textContent = theme() === "dark" ? "Light" : "Dark"; }
  try { const kept = localStorage.getItem("blowback-theme"); if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept; } catch { /* no storage here: the system's choice stands */ }
  $("theme").addEventListener("click", () => {
    document.documentElement.dataset.theme = theme() === "dark" ? "light" : "dark";
    try { localStorage.setItem("blowback-theme", theme()); } catch { /* not kept */ }
    nameTheme();
  });
  dark.addEventListener("change", nameTheme);
  nameTheme();
  $("print").addEventListener("click", () => window.print());
  let closed = [];
  window.addEventListener("beforeprint", () => { closed = all("details:not([open], .no-print)"); closed.forEach((d) => { d.open = true; }); });
  window.addEventListener("afterprint", () => closed.forEach((d) => { d.open = false; }));

  /* ---- posts ---- */
  async function unpack() {
    const held = $("posts");
    let text = held.textContent;
    if (held.dataset.packed) {
      const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
    }
    held.remove();
    const columns = JSON.parse(text);
    const names = Object.keys(columns);
    posts = columns.id.map((_, i) => Object.fromEntries(names.map((n) => [n, columns[n][i]])));
    document.documentElement.dataset.ready = "yes";
  }
  const inSpan = (us) => state.from === null || (us >= binStart(state.from) && us < binStart(state.to + 1));
  function matching() {
    const number = state.finding === null ? -1 : view.findings.findIndex((f) => f.id === state.finding);
    const wanted = fold(state.find.trim());
    return posts.filter((p) => inSpan(p.at_us) && (number < 0 || p.findings.includes(number)) &&
      (state.account === null || p.account === state.account) &&
      (!wanted || (p.folded ??= fold(p.text + " " + p.account)).includes(wanted)));
  }
  function locator(p) {
    const [name, sha] = view.exhibits[p.exhibit] || ["?", ""];
    const where = [`record ${many.format(p.record_no)}`];
    if (p.line !== null) where.push(`line ${many.format(p.line)}`);
    if (p.byte_start !== null) where.push(`byte ${many.format(p.byte_start)} + ${many.format(p.byte_len || 0)}`);
    if (p.record_hash) where.push(`hash ${p.record_hash}`);
    const file = make("bdi", { dir: "ltr" }); file.append(shown(name));
    return make("p", { class: "post-foot" }, `${p.id} · `, file, " ", make("span", { title: sha }, sha.slice(0, 12)), ` · ${where.join(", ")}`);
  }
  function card(p) {
    const head = make("div", { class: "post-head" }, make("time", {}, `${when(p.at_us, p.clock)} UTC`),
      make("bdi", { class: "mono", title: p.account }, p.account.slice(0, p.account.indexOf(":") + 11)), make("span", {}, p.kind));
    for (const f of p.findings) head.append(make("span", { class: "tag" }, view.findings[f].label));
    if (p.client) { const client = make("bdi"); client.append(shown(p.client)); head.append(client); }
    if (p.removed) head.append(make("span", { class: "gone" }, p.removed));
    const text = make("p", { class: "post-text", dir: "auto" });
    text.append(p.text ? shown(p.text) : make("span", { class: "quiet" }, "no text"), p.cut ? " …" : "");
    return make("article", { class: "post" }, head, text, locator(p));
  }
  const PAGE = 60;
  function list() {
    const box = $("reader-list"), found = matching();
    let at = 0;
    const more = make("button", { type: "button", class: "more" }, "Show more");
    const next = () => {
      more.remove();
      box.append(...found.slice(at, at + PAGE).map(card));
      at += PAGE;
      if (at < found.length) { more.textContent = `Show more (${many.format(found.length - at)} left)`; box.append(more); }
    };
    more.addEventListener("click", next);
    box.replaceChildren();
    box.scrollTop = 0;
    $("h-reader").textContent = plural(found.length, "post");
    if (!found.length) box.append(make("p", { class: "quiet" }, "No post in this file fits. Only posts behind a finding are embedded; the others are counted in the timeline."));
    next();
  }
  function chip(text, clear) {
    const button = make("button", { type: "button", "aria-label": `Remove: ${text}` }, `${text} ×`);
    button.addEventListener("click", () => { clear(); changed(); $("h-reader").focus(); });
    return button;
  }
  let opener = null;
  function read() {
    if (!$("reader").open) { opener = document.activeElement; $("reader").show(); document.body.classList.add("reading"); }
    list();
    $("h-reader").focus();
    resized();
  }
  function closeReader() {
    $("reader").close();
    document.body.classList.remove("reading");
    if (opener && opener.isConnected) opener.focus();
    resized();
  }
  $("reader-close").addEventListener("click", closeReader);
  $("find").addEventListener("input", () => { state.find = $("find").value; list(); });

  /* ---- state ---- */
  const spanSays = () => `${when(binStart(state.from), binClock)} to ${when(binStart(state.to + 1), binClock)}`;
  function clear() { state.from = state.to = state.finding = state.account = null; }
  function changed() {
    const marks = [];
    if (state.from !== null) marks.push([spanSays(), () => { state.from = state.to = null; }]);
    if (state.finding !== null) marks.push([labels.get(state.finding), () => { state.finding = state.account = null; }]);
    if (state.account !== null) marks.push([state.account.slice(0, state.account.indexOf(":") + 11), () => { state.account = null; }]);
    $("chips").replaceChildren(...marks.map(([text, undo]) => chip(text, undo)));
    $("selected").hidden = !marks.length;
    $("selected-says").textContent = marks.map((m) => m[0]).join(" · ") + (posts.length ? ` · ${plural(matching().length, "embedded post")}` : "");
    follow();
    if ($("reader").open) list();
  }
  function follow() {
    for (const lane of line.lanes) {
      const cell = document.querySelector(`[data-span-count="${lane.finding}"]`);
      if (!cell) continue;
      const n = lane.counts.reduce((sum, [b, c]) => sum + (state.from !== null && b >= state.from && b <= state.to ? c : 0), 0);
      cell.textContent = state.from === null ? "" : `${many.format(n)} in the marked span`;
    }
    for (const node of all(".finding")) node.classList.toggle("on", node.dataset.finding === state.finding);
    for (const node of all(".cluster")) node.classList.toggle("on", node.dataset.finding === state.finding);
    for (const node of all(".dot")) node.classList.toggle("on", state.account !== null && view.nodes[node.dataset.node][0] === state.account);
    if ($("net")) $("net").classList.toggle("some", state.finding !== null);
    for (const row of all(".lane-row")) row.classList.toggle("off", state.finding !== null && row.dataset.finding !== state.finding);
    sliders();
    brush();
  }
  $("selected-read").addEventListener("click", read);
  $("selected-clear").addEventListener("click", () => { clear(); changed(); });
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    if ($("reader").open) closeReader(); else { clear(); changed(); }
  });

  /* ---- timeline ---- */
  const bins = line.counts.length, LEFT = 44, PLOT = 200, LANE = 22, MOST = 12;
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
    const box = $("time-chart"), lanes = line.lanes.slice(0, MOST);
    chart.width = Math.max(box.clientWidth, 280);
    const height = PLOT + 26 + lanes.length * LANE, top = ceiling(Math.max(...line.counts));
    const svg = draw("svg", { class: "chart", viewBox: `0 0 ${chart.width} ${height}`, height, role: "img", "aria-label": `Posts per ${line.step}; the sliders below mark a span, the table has the figures` });
    for (const share of [0, 0.5, 1]) {
      const y = PLOT - share * (PLOT - 14);
      svg.append(draw("path", { class: "grid", d: `M${LEFT} ${y}H${chart.width}` }), draw("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, many.format(top * share)));
    }
    svg.append(draw("path", { class: "bars", d: bars(line.counts, PLOT, PLOT - 14, top) }), draw("path", { class: "bars hot", d: bars(behind, PLOT, PLOT - 14, top) }));
    for (const [t, step] of ticks()) {
      const x = LEFT + ((t - line.start) / (bins * line.width)) * (chart.width - LEFT);
      if (x > chart.width - 30) continue;
      const name = step >= 24 * 3600e6 ? when(t, "day") : when(t, "minute").slice(5);
      svg.append(draw("path", { class: "grid", d: `M${x.toFixed(1)} ${PLOT}v5` }), draw("text", { x: x.toFixed(1), y: PLOT + 17, "text-anchor": x < LEFT + 30 ? "start" : "middle" }, name));
    }
    lanes.forEach((lane, i) => svg.append(laneRow(lane, PLOT + 26 + i * LANE)));
    chart.brush = draw("rect", { class: "brush", y: 0, height: height, width: 0, visibility: "hidden", "pointer-events": "none" });
    chart.hair = draw("path", { class: "hair", visibility: "hidden", "pointer-events": "none" });
    svg.append(chart.brush, chart.hair);
    box.replaceChildren(svg);
    chart.svg = svg;
    follow();
  }
  function laneRow(lane, y) {
    const counts = new Array(bins).fill(0);
    let most = 1;
    for (const [b, n] of lane.counts) { counts[b] = n; most = Math.max(most, n); }
    const row = draw("g", { class: "lane-row", "data-finding": lane.finding });
    row.append(draw("text", { class: "lane", x: 0, y: y + 14 }, lane.label.replace("Group ", "G ").replace("Finding ", "F ")),
      draw("path", { class: "grid", d: `M${LEFT} ${y + 16}H${chart.width}` }), draw("path", { class: "bars hot", d: bars(counts, y + 16, 14, most) }));
    const hit = draw("rect", { class: "lane-hit", x: 0, y, width: LEFT - 4, height: LANE });
    hit.append(draw("title", {}, `${lane.label}: mark its posts`));
    hit.addEventListener("click", () => choose(lane.finding));
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
    $("time-readout").textContent = b === null ? "" : `${when(binStart(b), binClock)}: ${plural(line.counts[b], "post")}, ${many.format(behind[b])} behind a finding`;
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
  } else { $("span-sliders").hidden = true; $("time-table").hidden = true; }
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
    const head = make("thead", {}, make("tr", {}, make("th", { scope: "col" }, `${line.step} from (UTC)`), make("th", { scope: "col", class: "num" }, "Posts"), make("th", { scope: "col", class: "num" }, "Behind a finding")));
    $("time-table").querySelector(".scroll").replaceChildren(make("table", {}, head, body));
  }

  /* ---- groups, findings ---- */
  function choose(finding, account = null) {
    state.finding = finding; state.account = account;
    changed();
  }
  for (const cluster of all(".cluster")) {
    const id = cluster.dataset.finding;
    cluster.addEventListener("click", (e) => {
      const node = e.target.dataset ? e.target.dataset.node : undefined;
      choose(id, node === undefined ? null : view.nodes[node][0]);
      read();
    });
    cluster.addEventListener("keydown", (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); choose(id); read(); } });
  }
  for (const button of all("[data-read]")) button.addEventListener("click", () => { choose(button.dataset.read); read(); });
  for (const button of all("[data-copy]")) {
    button.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText(button.dataset.copy); button.textContent = "Copied"; } catch { button.textContent = "Select the line to copy it"; }
    });
  }

  /* ---- where the reader is ---- */
  const seen = new IntersectionObserver((entries) => {
    for (const e of entries) {
      if (!e.isIntersecting) continue;
      for (const a of all(".toc a")) { if (a.hash === `#${e.target.id}`) a.setAttribute("aria-current", "true"); else a.removeAttribute("aria-current"); }
    }
  }, { rootMargin: "-15% 0px -75% 0px" });
  all("main > section").forEach((s) => seen.observe(s));
  let waiting = 0;
  function resized() { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(() => { if (chart.width !== Math.max($("time-chart").clientWidth, 280)) paint(); }); }
  window.addEventListener("resize", resized);
  paint();
  sliders();
  unpack().then(changed);
})();
