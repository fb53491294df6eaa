/* One policy paper as nodes: letterhead and standing, the clauses at its side, the text with its marks. */

import { statusStamp } from "./citations.js";
import { h, stamp } from "./dom.js";
import { cut, points } from "./text.js";
import { DAMAGE, STATUSES } from "./words.js";

const SHOWN_DAMAGE = 5;

/**
 * A paper as a pane: { node, restate, find }.
 *
 * key     a letter that begins the ids of this pane, so that two papers can stand side by side
 * quote   { start, end } to highlight, or null
 * heading the level of the title, 1 or 2
 *
 * restate(policy) shows the status of another day; find() brings the quote, or what the address
 * names, into view.
 */
export function paper(policy, { key = "c", quote = null, open = false } = {}) {
  const text = points(policy.text);
  const within = quote && quote.end <= text.length ? quote : null;
  const clauses = allClauses(policy.clauses);
  const standing = h("div", {});
  const restate = (found) => standing.replaceChildren(standingOf(found, policy));
  const body = h("div", { class: "text", id: `${key}-text` }, bodyOf(text, clauses, policy, within, key));
  const outline = outlineOf(text, clauses, within, key, open);
  const sheet = h("article", { class: "sheet", "aria-labelledby": `${key}-title` }, head(policy, key, standing), body);
  restate(policy);
  return {
    node: h("div", { class: "pane", tabindex: "-1" }, outline, sheet),
    restate,
    find() {
      const place = within ? body.querySelector("mark") : document.getElementById(decodeURIComponent(location.hash.slice(1)));
      place?.scrollIntoView({ block: within ? "center" : "start" });
      const current = [...outline.querySelectorAll("[aria-current]")].at(-1);
      if (current && outline.open) outline.scrollTop = current.offsetTop - 120;
    },
  };
}

/** Clauses and the items inside them, in reading order. */
function allClauses(clauses) {
  return (clauses ?? []).flatMap((clause) => [
    clause,
    ...allClauses(clause.items).filter((item) => item.path !== clause.path),
  ]);
}

function head(policy, key, standing) {
  return h("header", { class: "head" },
    h("p", { class: "issuers" }, policy.issuers.map((issuer) => h("span", {}, issuer))),
    h("p", { class: "number" }, policy.number ?? "文号原文缺失"),
    h("h1", { id: `${key}-title` }, policy.title),
    standing,
    versionNote(policy),
    damageList(policy.damage, key),
    policy.notes.map((note) => h("p", { class: "note" }, note)),
    policy.url ? h("p", { class: "note" }, h("a", { href: policy.url, rel: "noreferrer" }, "发布页面")) : null);
}

/** The status of a day with its reason; an old version has none any more. */
function standingOf(found, policy) {
  const old = isOld(policy);
  const [, tone] = STATUSES[found.status] ?? ["", "plain"];
  return h("div", { class: `standing ${old ? "bad" : tone}` },
    old ? stamp("旧的一版", "bad") : statusStamp(found.status),
    stamp(policy.region),
    policy.damage.length ? stamp("有损坏", "warn") : null,
    old ? h("p", {}, `这是第${policy.version}版，已由第${policy.versions.at(-1)}版替换，不再引用。`)
      : h("p", {}, h("strong", {}, found.as_of), " 的效力：", found.status_reason, "。"));
}

function isOld({ version, versions }) {
  return version !== null && version !== versions.at(-1);
}

/** What the marks in the text mean, where two versions stand side by side. */
function versionNote(policy) {
  if (!policy.changes) return null;
  const what = isOld(policy) ? "后来删去或改动的文字" : `与另一版相比，第${policy.version}版新增或改动的文字`;
  return h("p", { class: "version" }, policy.changes.length ? `${what}标有底线，共${policy.changes.length}处。` : "与另一版没有不同。");
}

function damageList(damage, key) {
  if (!damage.length) return null;
  const line = (one) => h("li", {},
    stamp(DAMAGE[one.kind] ?? "缺损", "warn"),
    h("a", { href: `#${key}d${one.start}` }, one.message));
  const rest = damage.slice(SHOWN_DAMAGE);
  return h("div", { class: "damages" },
    h("h2", {}, `原文有${damage.length}处缺损，本站照原样保存，不作填补`),
    h("ul", {}, damage.slice(0, SHOWN_DAMAGE).map(line)),
    rest.length ? h("details", {}, h("summary", {}, `其余${rest.length}处`), h("ul", {}, rest.map(line))) : null);
}

/** The text as nodes: anchors, headings, damaged and changed places, the quote; not one character changed. */
function bodyOf(text, clauses, { damage, changes }, quote, key) {
  const ranges = [
    ...clauses.filter(({ path }) => !path.includes("·")).map((clause) => ({ ...headingRange(text, clause), kind: "heading" })),
    ...damage.map(({ start, end }) => ({ start, end, kind: "damage" })),
    ...(changes ?? []).map(({ start, end }) => ({ start, end, kind: "changed" })),
    ...(quote ? [{ ...quote, kind: "quote" }] : []),
  ];
  const anchors = new Map();
  const anchor = (at, id) => anchors.set(at, [...(anchors.get(at) ?? []), id]);
  clauses.forEach(({ start }) => anchor(start, `${key}${start}`));
  damage.forEach(({ start }) => anchor(start, `${key}d${start}`));
  return cut(text, ranges, [...anchors.keys()]).flatMap(({ start, words, kinds }) => [
    ...[...new Set(anchors.get(start) ?? [])].map((id) => h("span", { class: "anchor", id, tabindex: "-1" })),
    ...damage.filter((one) => one.start === start && one.end === start).map(() =>
      h("span", { class: "gap", title: "此处原文缺失" }, h("span", { class: "sr-only" }, "（此处原文缺失）"))),
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

function outlineOf(text, clauses, quote, key, open) {
  return h("details", { class: "outline no-print", open },
    h("summary", {}, "目录"),
    h("nav", { "aria-label": "条款目录" }, h("ol", {}, clauses.map((clause) => {
      const here = quote && clause.start <= quote.start && quote.start < clause.end;
      return h("li", { class: `depth-${Math.min(depth(clause.path), 4)}` },
        h("a", { href: `#${key}${clause.start}`, "aria-current": here ? "location" : null },
          h("span", { class: "path" }, lastMark(clause.path)),
          clause.heading || opening(text, clause)));
    }))));
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
