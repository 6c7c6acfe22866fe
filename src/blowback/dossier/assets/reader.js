/* ---- the posts, and the panel that shows them ---- */
let posts = [];
const PAGE = 60;
const reader = { order: "shared", opener: null };
const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f\u064b-\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, "")
  .replace(/[\u0622\u0623\u0625\u0671]/g, "\u0627").replace(/\u0649/g, "\u064a").replace(/\u0629/g, "\u0647").toLowerCase();
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
  const here = new Set(posts.map((p) => p.id));
  for (const button of all("[data-posts]")) button.hidden = !JSON.parse(button.dataset.posts).some((id) => here.has(id));
  document.documentElement.dataset.ready = "yes";
}
const inSpan = (us) => state.from === null || (us >= binStart(state.from) && us < binStart(state.to + 1));
function matching() {
  const among = state.subject === null ? null : new Set(state.subject.findings);
  const wanted = fold(state.find.trim());
  return posts.filter((p) => inSpan(p.at_us) && (among === null || p.findings.some((f) => among.has(f))) &&
    (state.account === null || p.account === state.account) && (state.row === null || state.row.ids.has(p.id)) &&
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
function card(p, since) {
  const head = make("div", { class: "post-head" }, make("time", {}, `${when(p.at_us, p.clock)} UTC`));
  if (since !== undefined) head.append(make("span", { class: "since" }, since));
  head.append(make("bdi", { class: "mono", title: p.account }, short(p.account)), make("span", {}, p.kind));
  if (state.subject === null || state.subject.findings.length > 1) {
    for (const f of p.findings) head.append(make("span", { class: "tag" }, view.findings[f].label));
  }
  if (p.client) { const client = make("bdi"); client.append(shown(p.client)); head.append(client); }
  if (p.removed) head.append(make("span", { class: "gone" }, p.removed));
  const text = make("p", { class: "post-text", dir: "auto" });
  text.append(p.text ? shown(p.text) : make("span", { class: "quiet" }, "no text"), p.cut ? " …" : "");
  return make("article", { class: "post" }, head, text, locator(p));
}

/* Posts under the object they share, objects by their first post: rows of [make a node]. */
function byObject(found) {
  const among = new Set(state.subject.findings), under = new Map(), loose = [];
  for (const p of found) {
    const mine = new Set(p.shares.filter(([f]) => among.has(f)).map(([, o]) => o));
    for (const o of mine) { if (under.has(o)) under.get(o).push(p); else under.set(o, [p]); }
    if (!mine.size) loose.push(p);
  }
  const rows = [];
  for (const [o, held] of [...under].sort((a, b) => a[1][0].at_us - b[1][0].at_us || a[0] - b[0])) {
    const first = held[0].at_us, coarse = held.some((p) => p.clock === "day");
    rows.push(() => objectHead(o, held));
    for (const p of held) rows.push(() => card(p, coarse ? undefined : p.at_us === first ? "first" : `+ ${lasting(p.at_us - first)}`));
  }
  if (loose.length) rows.push(() => make("h3", { class: "object-head" }, "Named by the finding, with no object in the list of co-actions"));
  return rows.concat(loose.map((p) => () => card(p)));
}
function objectHead(o, held) {
  const [kind, says] = view.objects[o], accounts = new Set(held.map((p) => p.account)).size;
  const what = make("span", { class: "what", dir: "auto" });
  what.append(shown(says));
  const span = held[held.length - 1].at_us - held[0].at_us;
  return make("h3", { class: "object-head" }, what, make("small", {}, `${kind}: ${plural(held.length, "post")} by ${plural(accounts, "account")} in ${lasting(span)}${view.capped ? ", of those in this file" : ""}`));
}
function list() {
  const box = $("reader-list"), found = matching(), grouped = state.subject !== null && reader.order === "shared";
  const rows = grouped ? byObject(found) : found.map((p) => () => card(p));
  let at = 0;
  const more = make("button", { type: "button", class: "more" }, "Show more");
  const next = () => {
    more.remove();
    box.append(...rows.slice(at, at + PAGE).map((row) => row()));
    at += PAGE;
    if (at < rows.length) { more.textContent = `Show more (${many.format(rows.length - at)} left)`; box.append(more); }
  };
  more.addEventListener("click", next);
  box.replaceChildren();
  box.scrollTop = 0;
  $("h-reader").textContent = plural(found.length, "post");
  $("order").hidden = state.subject === null;
  $("reader-note").textContent = view.capped ? `In this file${state.subject === null ? "" : `; ${plural(state.subject.posts, "post")} are behind ${state.subject.label}`}. The tables of the case have them all.` : "";
  if (!found.length) box.append(make("p", { class: "quiet" }, "No post in this file fits. Only posts behind a finding are embedded; the others are counted in the timeline."));
  next();
}
function read() {
  if (!$("reader").open) { reader.opener = document.activeElement; $("reader").show(); document.body.classList.add("reading"); }
  list();
  $("h-reader").focus();
  resized();
}
function closeReader() {
  $("reader").close();
  document.body.classList.remove("reading");
  if (reader.opener && reader.opener.isConnected) reader.opener.focus();
  resized();
}
$("reader-close").addEventListener("click", closeReader);
$("find").addEventListener("input", () => { state.find = $("find").value; list(); });
for (const button of all("[data-order]")) {
  button.addEventListener("click", () => {
    reader.order = button.dataset.order;
    for (const b of all("[data-order]")) b.setAttribute("aria-pressed", String(b === button));
    list();
  });
}
$("selected-read").addEventListener("click", read);
$("selected-clear").addEventListener("click", () => { unmark(); changed(); });

/* ---- start ---- */
paint();
sliders();
arrive();
unpack().then(changed);
