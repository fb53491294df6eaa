/* The document page: the text as stored, its clauses at the side, the quote highlighted. */

import * as api from "./api.js";
import { h, stamp } from "./dom.js";
import { cut, points } from "./text.js";
import { DAMAGE, STATUSES } from "./words.js";

const SHOWN_DAMAGE = 5;
const $ = (id) => document.getElementById(id);

async function start() {
  const id = decodeURIComponent(location.pathname.split("/").filter(Boolean).at(-1));
  const query = new URLSearchParams(location.search);
  try {
    const policy = await api.policyDocument(id, query.get("as_of") ?? "");
    show(policy, query);
  } catch (error) {
    $("outline").hidden = true;
    $("head").replaceChildren(h("p", { class: "notice", role: "alert" }, error.message));
  }
  $("sheet").removeAttribute("aria-busy");
}

function show(policy, query) {
  const text = points(policy.text);
  const quote = quoted(query, text.length);
  const clauses = allClauses(policy.clauses);
  document.title = `${policy.title} · 政策助手`;
  $("head").replaceChildren(head(policy, query));
  $("text").replaceChildren(...body(text, clauses, policy.damage ?? [], quote));
  outline(text, clauses, quote);
  const place = quote ? $("text").querySelector("mark") : document.getElementById(location.hash.slice(1));
  place?.scrollIntoView({ block: quote ? "center" : "start" });
}

/** The quote's [start, end) in code points, or null where the address names none inside the text. */
function quoted(query, length) {
  const [start, end] = [query.get("start"), query.get("end")].map((value) => (/^\d+$/.test(value ?? "") ? Number(value) : -1));
  return start >= 0 && start < end && end <= length ? { start, end } : null;
}

/** Clauses and the items inside them, in reading order. */
function allClauses(clauses) {
  return (clauses ?? []).flatMap((clause) => [
    clause,
    ...allClauses(clause.items).filter((item) => item.path !== clause.path),
  ]);
}

function head(policy, query) {
  const [word, tone] = STATUSES[policy.status] ?? [policy.status, "plain"];
  return h("header", { class: "head" },
    h("p", { class: "issuers" }, (policy.issuers ?? []).map((issuer) => h("span", {}, issuer))),
    h("p", { class: "number" }, policy.number ?? "文号原文缺失"),
    h("h1", {}, policy.title),
    h("div", { class: `standing ${tone}` },
      stamp(word, tone),
      h("p", {}, policy.status_reason ?? ""),
      dayForm(query)),
    damageList(policy.damage ?? []),
    (policy.notes ?? []).map((note) => h("p", { class: "note" }, note)),
    policy.url ? h("p", { class: "note" }, h("a", { href: policy.url, rel: "noreferrer" }, "发布页面")) : null);
}

/** Ask for the status as of another day; the quote stays in the address. */
function dayForm(query) {
  const kept = ["start", "end"].filter((name) => query.has(name));
  return h("form", { class: "day", method: "get" },
    kept.map((name) => h("input", { type: "hidden", name, value: query.get(name) })),
    h("label", {}, "查另一天的状态 ", h("input", { type: "date", name: "as_of", value: query.get("as_of"), required: true })),
    h("button", { class: "quiet" }, "查看"));
}

function damageList(damage) {
  if (!damage.length) return null;
  const line = (one) => h("li", {},
    stamp(DAMAGE[one.kind] ?? "缺损", "warn"),
    h("a", { href: `#d${one.start}` }, one.message));
  const rest = damage.slice(SHOWN_DAMAGE);
  return h("section", { class: "damages" },
    h("h2", {}, `原文有${damage.length}处缺损，本站照原样保存，不作填补`),
    h("ul", {}, damage.slice(0, SHOWN_DAMAGE).map(line)),
    rest.length ? h("details", {}, h("summary", {}, `其余${rest.length}处`), h("ul", {}, rest.map(line))) : null);
}

/** The text as nodes: clause anchors, headings, damaged places and the quote, not one character changed. */
function body(text, clauses, damage, quote) {
  const ranges = [
    ...clauses.map((clause) => ({ ...headingRange(text, clause), kind: "heading" })),
    ...damage.map(({ start, end }) => ({ start, end, kind: "damage" })),
    ...(quote ? [{ ...quote, kind: "quote" }] : []),
  ];
  const anchors = new Map();
  const anchor = (at, id) => anchors.set(at, [...(anchors.get(at) ?? []), id]);
  clauses.forEach(({ start }) => anchor(start, `c${start}`));
  damage.forEach(({ start }) => anchor(start, `d${start}`));
  return cut(text, ranges, [...anchors.keys()]).flatMap(({ start, words, kinds }) => [
    ...[...new Set(anchors.get(start) ?? [])].map((id) => h("span", { class: "anchor", id })),
    ...damage.filter((one) => one.start === start && one.end === start).map(() => h("span", { class: "gap", title: "此处原文缺失" })),
    piece(words, kinds),
  ]);
}

function piece(words, kinds) {
  const classes = [...kinds].filter((kind) => kind !== "quote").join(" ");
  if (kinds.has("quote")) return h("mark", { class: classes || null }, words);
  return classes ? h("span", { class: classes }, words) : document.createTextNode(words);
}

/** Where a clause's mark and heading stand; empty where the clause has no heading of its own. */
function headingRange(text, { start, end, heading }) {
  const words = text.slice(start, end).join("");
  const at = heading ? words.indexOf(heading) : -1;
  const before = at === -1 ? "" : words.slice(0, at);
  const close = at !== -1 && before.length < 16 && !before.includes("。");
  return { start, end: close ? start + points(before + heading).length : start };
}

function outline(text, clauses, quote) {
  $("outline-list").replaceChildren(...clauses.map((clause) => {
    const here = quote && clause.start <= quote.start && quote.start < clause.end;
    return h("li", { class: `depth-${Math.min(depth(clause.path), 4)}` },
      h("a", { href: `#c${clause.start}`, "aria-current": here ? "location" : null },
        h("span", { class: "path" }, lastMark(clause.path)),
        clause.heading || opening(text, clause)));
  }));
  const wide = matchMedia("(min-width: 64rem)");
  const fit = () => { $("outline").open = wide.matches; };
  wide.addEventListener("change", fit);
  fit();
  const current = [...$("outline-list").querySelectorAll("[aria-current]")].at(-1);
  if (current && wide.matches) $("outline").scrollTop = current.offsetTop - 120;
}

/** The first words of a numbered clause that has no heading. */
function opening(text, { path, start, end }) {
  if (depth(path) === 1 && !path.endsWith("是")) return "";
  const words = text.slice(start, end).join("").replace(/\s+/g, "");
  const first = words.replace(/^(?:（[^）]+）|[一二三四五六七八九十]+是|\d*[.．、])+/, "").split(/[，。；、（]/)[0];
  return points(first).slice(0, 16).join("");
}

/** How deep a path lies: 四 is 1, 四、（一） is 2, 三、（四）2 and 二、（一）·三是 are 3. */
function depth(path) {
  return 1 + /.（/.test(path) + /）\d/.test(path) + path.split("·").length - 1;
}

/** The last mark of a path, as it is printed in the text: 四、（一） gives （一）. */
function lastMark(path) {
  return path.split(/·|、|）(?=\d)/).at(-1);
}

start();
