/* The reader: one paper or two side by side, a quote highlighted, the status of any day, older versions. */

import * as api from "./api.js";
import { h } from "./dom.js";
import { paper } from "./paper.js";
import { STATUSES } from "./words.js";

const $ = (id) => document.getElementById(id);
const own = decodeURIComponent(location.pathname.split("/").filter(Boolean).at(-1));

let panes = [];

/** What the address asks for: the paper, and what stands beside it (an id, or @N for a version). */
function asked() {
  const query = new URLSearchParams(location.search);
  const version = query.get("version");
  const beside = query.get("with") ?? "";
  const left = { id: own, version, quote: range(query, "") };
  if (!beside) return [left];
  const [id, number] = beside.split("@");
  const right = { id: id || own, version: number ?? null, quote: range(query, "with_") };
  if (right.id !== own) return [left, right];
  return [{ ...left, against: right.version }, { ...right, against: version }];
}

/** The quote's [start, end) in code points, or null where the address names none. */
function range(query, prefix) {
  const [start, end] = ["start", "end"].map((name) => query.get(prefix + name) ?? "");
  const whole = /^\d+$/.test(start) && /^\d+$/.test(end);
  return whole && Number(start) < Number(end) ? { start: Number(start), end: Number(end) } : null;
}

function day() {
  return new URLSearchParams(location.search).get("as_of") ?? "";
}

async function start() {
  const sides = asked();
  let policies;
  try {
    policies = await Promise.all(sides.map(load));
  } catch (error) {
    $("panes").replaceChildren(h("p", { class: "notice", role: "alert" }, error.message));
    $("panes").removeAttribute("aria-busy");
    return;
  }
  const wide = matchMedia("(min-width: 64rem)").matches;
  panes = policies.map((policy, at) => ({
    side: sides[at],
    policy,
    ...paper(policy, { key: "cb"[at], quote: sides[at].quote, open: wide && sides.length === 1 }),
  }));
  const two = panes.length === 2;
  document.title = `${policies.map(({ short_title: title }) => title).join(" 与 ")} · 政策助手`;
  await tools(policies[0]);
  // Everything appears in one frame, so that nothing moves that could be seen before.
  $("panes").replaceWith(h("div", { class: two ? "panes two" : "panes", id: "panes" }, panes.map(({ node }) => node)));
  $("tools").hidden = false;
  if (two) panes.forEach(framed);
  panes.toReversed().forEach((pane) => pane.find());
}

/** Two papers scroll each in a frame of its own, which the keyboard reaches. */
function framed({ node, policy }) {
  node.tabIndex = 0;
  node.setAttribute("role", "region");
  node.setAttribute("aria-label", policy.version > 0 && policy.versions.length > 1 ? `${policy.short_title}，第${policy.version}版` : policy.short_title);
}

/** The newest version is the one served; a version against another one has its changes marked. */
async function load({ id, version, against }) {
  const query = { as_of: day(), version };
  if (against === undefined) return api.policyDocument(id, query);
  const served = against ?? (await api.policyDocument(id)).version;
  return api.policyDocument(id, { ...query, against: served });
}

/** The day, the paper beside, the versions. A choice opens its address; a day is looked up in place. */
async function tools(policy) {
  const others = (await api.documents(day())).filter(({ id }) => id !== own);
  const beside = new URLSearchParams(location.search).get("with") ?? "";
  const option = (value, words) => h("option", { value, selected: value === beside }, words);
  const older = policy.versions.filter((number) => number !== policy.version);
  const date = h("input", { class: "input", type: "date", name: "as_of", value: day(), min: "1949-01-01", max: "2999-12-31" });
  const select = h("select", { class: "input", name: "with" },
    option("", "不并排"),
    older.length ? h("optgroup", { label: "本文件的另一版" }, older.map((number) => option(`@${number}`, `第${number}版`))) : null,
    h("optgroup", { label: "另一份文件" }, others.map((one) => option(one.id, `${one.short_title}（${STATUSES[one.status]?.[0] ?? one.status}）`))));
  date.addEventListener("change", () => restate(date.value));
  select.addEventListener("change", () => go({ with: select.value, with_start: "", with_end: "" }));
  $("tools").replaceChildren(...[
    h("label", { class: "label" }, "看哪一天的效力", date),
    h("label", { class: "label" }, "并排看", select),
    older.length ? h("p", { class: "versions" }, "各版：", policy.versions.map((number) => versionLink(number, policy))) : null,
    h("button", { type: "button", class: "quiet", onclick: () => print() }, "打印"),
  ].filter(Boolean));
  $("tools").addEventListener("submit", (event) => event.preventDefault());
}

function versionLink(number, { version, versions }) {
  const words = `第${number}版${number === versions.at(-1) ? "（现用）" : ""}`;
  const href = address({ version: number === versions.at(-1) ? "" : number, with: "", start: "", end: "" });
  return h("a", { class: "quiet", href, "aria-current": number === version ? "true" : null }, words);
}

/** This page's address with some parameters set, or taken out where they are empty. */
function address(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) value === "" ? query.delete(name) : query.set(name, value);
  return `${location.pathname}${query.size ? `?${query}` : ""}`;
}

function go(changes) {
  location.assign(address(changes));
}

/** The status of another day, without opening the papers again. */
async function restate(asOf) {
  try {
    const found = await Promise.all(panes.map(({ side }) => api.policyDocument(side.id, { as_of: asOf, version: side.version })));
    history.replaceState(null, "", address({ as_of: asOf }) + location.hash);
    panes.forEach((pane, at) => pane.restate(found[at]));
    $("announce").textContent = found.map((one) => `${one.as_of}：${STATUSES[one.status]?.[0] ?? one.status}，${one.status_reason}。`).join("");
  } catch (error) {
    $("announce").textContent = error.message;
  }
}

start();
