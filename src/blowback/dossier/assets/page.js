"use strict";
/* The page without its chart and its reader: tools, theme, paper, what is marked, and who must be told of it. */
const $ = (id) => document.getElementById(id);
const all = (query, root = document) => [...root.querySelectorAll(query)];
const view = JSON.parse($("document").textContent);
const line = view.timeline;
/* What is marked: a span of bins, a subject (a group or a finding: its findings by index), one account, one row of a board, a search. */
const state = { from: null, to: null, subject: null, account: null, row: null, find: "" };
const many = new Intl.NumberFormat("en");
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
function lasting(us) {
  const s = Math.round(us / 1e6);
  if (s < 120) return `${s} s`;
  if (s < 7200) return `${Math.floor(s / 60)} min${s % 60 ? ` ${s % 60} s` : ""}`;
  if (s < 172800) { const m = Math.floor((s % 3600) / 60); return `${Math.floor(s / 3600)} h${m ? ` ${m} min` : ""}`; }
  return `${Math.floor(s / 86400)} days`;
}
const binClock = line.width >= 86400e6 ? "day" : "minute";
const binStart = (b) => line.start + b * line.width;
const plural = (n, noun) => `${many.format(n)} ${noun}${n === 1 ? "" : "s"}`;
const short = (account) => account.slice(0, account.indexOf(":") + 11);

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

/* ---- theme, paper ---- */
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
let shut = [];
window.addEventListener("beforeprint", () => { shut = all("details:not([open], .no-print)"); shut.forEach((d) => { d.open = true; }); });
window.addEventListener("afterprint", () => shut.forEach((d) => { d.open = false; }));

/* ---- what is marked ---- */
const ofGroup = (g) => ({ label: line.groups[g].label, group: g, findings: view.groups[g].findings, posts: view.groups[g].posts });
const ofFinding = (f) => ({ label: view.findings[f].label, group: view.findings[f].group, findings: [f], posts: view.findings[f].posts });
const spanSays = () => `${when(binStart(state.from), binClock)} to ${when(binStart(state.to + 1), binClock)}`;
function unmark() { state.from = state.to = state.subject = state.account = state.row = null; }
function choose(subject, account = null, row = null) {
  state.subject = subject; state.account = account; state.row = row;
  changed();
}
function chip(text, undo) {
  const button = make("button", { type: "button", "aria-label": `Remove: ${text}` }, `${text} ×`);
  button.addEventListener("click", () => { undo(); changed(); $("h-reader").focus(); });
  return button;
}
function changed() {
  const marks = [];
  if (state.from !== null) marks.push([spanSays(), () => { state.from = state.to = null; }]);
  if (state.subject !== null) marks.push([state.subject.label, () => { state.subject = state.account = state.row = null; }]);
  if (state.account !== null) marks.push([short(state.account), () => { state.account = null; }]);
  if (state.row !== null) marks.push([state.row.says, () => { state.row = null; }]);
  $("chips").replaceChildren(...marks.map(([text, undo]) => chip(text, undo)));
  $("selected").hidden = !marks.length;
  $("selected-says").textContent = marks.map((m) => m[0]).join(" · ") + (posts.length ? ` · ${plural(matching().length, "embedded post")}` : "");
  follow();
  if ($("reader").open) list();
}
const inside = (counts) => counts.reduce((sum, [b, c]) => sum + (b >= state.from && b <= state.to ? c : 0), 0);
function follow() {
  const span = state.from !== null, subject = state.subject;
  for (const cell of all("[data-span-count]")) cell.textContent = span ? `${many.format(inside(line.findings[cell.dataset.spanCount]))} in the marked span` : "";
  for (const cell of all("[data-group-count]")) cell.textContent = span ? `${many.format(inside(line.groups[cell.dataset.groupCount].counts))} in the span` : "";
  for (const node of all(".finding")) node.classList.toggle("on", subject !== null && subject.findings.includes(Number(node.dataset.finding)));
  for (const node of all("[data-group]")) node.classList.toggle("on", subject !== null && subject.group === Number(node.dataset.group));
  for (const node of all(".dot")) node.classList.toggle("on", state.account !== null && view.nodes[node.dataset.node] === state.account);
  if ($("net")) $("net").classList.toggle("some", subject !== null && subject.group >= 0);
  if (chart.svg) chart.svg.classList.toggle("some", subject !== null && subject.group >= 0);
  sliders();
  brush();
}
document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  if ($("reader").open) closeReader(); else { unmark(); changed(); }
});

/* ---- groups and findings ---- */
for (const cluster of all(".cluster")) {
  const g = Number(cluster.dataset.group);
  cluster.addEventListener("click", (e) => {
    const node = e.target.dataset ? e.target.dataset.node : undefined;
    choose(ofGroup(g), node === undefined ? null : view.nodes[node]);
    read();
  });
  cluster.addEventListener("keydown", (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); choose(ofGroup(g)); read(); } });
}
for (const button of all("[data-read]")) button.addEventListener("click", () => { choose(ofFinding(Number(button.dataset.read))); read(); });
for (const button of all("[data-read-group]")) button.addEventListener("click", () => { choose(ofGroup(Number(button.dataset.readGroup))); read(); });
for (const button of all("[data-posts]")) {
  const row = { says: button.getAttribute("aria-label").replace("Read the posts: ", ""), ids: new Set(JSON.parse(button.dataset.posts)) };
  button.addEventListener("click", () => { choose(ofFinding(Number(button.closest(".finding").dataset.finding)), null, row); read(); });
}
for (const button of all("[data-copy]")) {
  button.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(button.dataset.copy); button.textContent = "Copied"; } catch { button.textContent = "Select the line to copy it"; }
  });
}
if ($("open-all")) {
  $("open-all").addEventListener("click", () => all(".finding").forEach((d) => { d.open = true; }));
  $("close-all").addEventListener("click", () => all(".finding").forEach((d) => { d.open = false; }));
}
/* A link to a finding opens it. */
function arrive() {
  const there = location.hash.length > 1 ? $(decodeURIComponent(location.hash.slice(1))) : null;
  for (let d = there && there.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
  if (there && there.matches("tr")) { there.scrollIntoView({ block: "center" }); there.focus({ preventScroll: true }); }
  if (there && there.matches("details")) { there.open = true; there.scrollIntoView({ block: "start" }); there.querySelector("summary").focus({ preventScroll: true }); }
}
window.addEventListener("hashchange", arrive);

/* ---- where the reader is ---- */
const seen = new IntersectionObserver((entries) => {
  for (const e of entries) {
    if (!e.isIntersecting) continue;
    for (const a of all(".toc a")) {
      if (a.hash !== `#${e.target.id}`) { a.removeAttribute("aria-current"); continue; }
      a.setAttribute("aria-current", "true");
      const bar = a.closest(".toc");
      if (bar.scrollWidth > bar.clientWidth) bar.scrollLeft = a.offsetLeft - bar.clientWidth / 2 + a.offsetWidth / 2;
    }
  }
}, { rootMargin: "-15% 0px -75% 0px" });
all("main > section").forEach((s) => seen.observe(s));
