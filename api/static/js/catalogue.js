/* The catalogue: filter it, set measures side by side, print it. The address keeps what is shown. */

import * as api from "./api.js";
import { h, scrollTo } from "./dom.js";
import { badges, conditionWords, onOneLine, openPoints, sourceLink, validWords, values } from "./measure.js";

const MOST_COMPARED = 4;
const EVERYTHING = "all";
const FIELDS = ["q", "region", "applicant", "kind", "as_of"];
const $ = (id) => document.getElementById(id);
const form = $("filter");

let today = "";
let all = [];
let kinds = [];
let shown = [];
let chosen = [];

async function start() {
  try {
    const [everything, slots, known] = await Promise.all([api.measures(), api.slots(), api.kinds()]);
    all = everything;
    kinds = known.filter(({ kind }) => all.some((one) => one.kind === kind));
    today = all[0]?.as_of ?? "";
    fillIn(slots);
  } catch (error) {
    fail(error);
    return;
  }
  const query = new URLSearchParams(location.search);
  for (const name of FIELDS) form.elements[name].value = query.get(name) ?? "";
  chosen = (query.get("compare") ?? "").split(",").filter((id) => all.some((one) => one.id === id)).slice(0, MOST_COMPARED);
  form.addEventListener("input", debounced(update));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    update();
  });
  await update();
  if (chosen.length > 1) compare();
}

/** The choices of each field are those that the catalogue has. */
function fillIn(slots) {
  const option = (value, words = value) => h("option", { value }, words);
  const distinct = (values) => [...new Set(values)];
  form.elements.region.append(...distinct(all.map(({ region }) => region)).map((one) => option(one)));
  const applicants = slots.find(({ name }) => name === "applicant").values;
  const used = new Set(all.flatMap(({ applicant }) => applicant));
  form.elements.applicant.append(...applicants.filter((one) => used.has(one)).map((one) => option(one)));
  form.elements.kind.append(option(EVERYTHING, "全部"), ...kinds.map(({ kind, label }) => option(kind, label)));
}

function debounced(act) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, 250);
  };
}

/** What is asked of the service, whose name for several kinds is all of their names. */
function asked() {
  const values = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value.trim()]));
  const several = { "": kinds.filter(({ offered }) => offered), [EVERYTHING]: kinds }[values.kind];
  return several ? { ...values, kind: several.map(({ kind }) => kind).join(",") } : values;
}

let turn = 0;

async function update() {
  const mine = ++turn;
  const query = asked();
  keepAddress();
  $("list").setAttribute("aria-busy", "true");
  try {
    const found = await api.measures(query);
    if (mine !== turn) return;
    shown = found;
    show(query);
  } catch (error) {
    if (mine === turn) fail(error);
  }
}

function keepAddress() {
  const kept = new URLSearchParams(FIELDS.map((name) => [name, form.elements[name].value.trim()]).filter(([, value]) => value));
  if (chosen.length) kept.set("compare", chosen.join(","));
  history.replaceState(null, "", `${location.pathname}${kept.size ? `?${kept}` : ""}`);
}

function fail(error) {
  $("list").replaceChildren(h("p", { class: "notice", role: "alert" }, error.message));
  $("list").removeAttribute("aria-busy");
}

function show(query) {
  const documents = new Set(shown.map((one) => one.document_id)).size;
  const day = query.as_of ? `，${query.as_of}有效` : "";
  $("count").textContent = shown.length ? `共${shown.length}项，出自${documents}份文件${day}。` : "没有符合的措施。少选一项，或换个词再试。";
  for (const kind of ["docx", "xlsx"]) {
    const link = new URLSearchParams([["form", kind], ...Object.entries(query).filter(([, value]) => value)]);
    $(kind).href = `/api/handbook?${link}`;
  }
  $("list").replaceChildren(...groups().map(([words, measures]) =>
    h("section", { class: "sheet panel part", "aria-labelledby": `kind-${measures[0].kind}` },
      h("h2", { id: `kind-${measures[0].kind}` }, words, h("span", { class: "group-count" }, `${measures.length}项`)),
      measures.map((one) => item(one, query.as_of)))));
  $("list").removeAttribute("aria-busy");
  showChosen();
}

/** The measures by kind; in each, those in force come first. */
function groups() {
  const late = ({ status }) => status !== "in_force";
  return kinds
    .map(({ kind, label }) => [label, shown.filter((one) => one.kind === kind).sort((a, b) => late(a) - late(b))])
    .filter(([, found]) => found.length);
}

function item(measure, asOf) {
  const day = asOf || today;
  return h("article", { class: "item", id: measure.id, "aria-labelledby": `title-${measure.id}` },
    h("div", { class: "item-head" },
      h("h3", { id: `title-${measure.id}` }, measure.title), badges(measure)),
    h("p", { class: "item-gist" }, measure.gist ? `${measure.gist}。` : onOneLine(measure.quote.text)),
    values(measure, day),
    h("details", { class: "item-more" },
      h("summary", {}, "条件、原文和未载明的事"),
      h("h4", {}, "条件"), list(conditions(measure)) ?? h("p", {}, "原文没有写条件。"),
      h("h4", {}, "原文"), h("blockquote", {}, onOneLine(measure.quote.text)),
      measure.responsible ? [h("h4", {}, "负责单位"), h("p", {}, measure.responsible)] : null,
      validWords(measure) ? [h("h4", {}, "数值适用的期间"), h("p", {}, validWords(measure))] : null,
      openPoints(measure).length ? [h("h4", {}, "未载明或待明确"), list(openPoints(measure))] : null,
      h("h4", {}, "效力"), h("p", {}, `${measure.status_reason}。`)),
    h("div", { class: "item-links" },
      sourceLink(measure, asOf),
      measure.rule === "none" ? null : h("a", { class: "no-print", href: `/calculator?measure=${measure.id}` }, "测算"),
      h("label", { class: "no-print" },
        h("input", {
          type: "checkbox",
          class: "box",
          "data-compare": measure.id,
          checked: chosen.includes(measure.id),
          onchange: (event) => choose(measure.id, event.target.checked),
        }), "对照", h("span", { class: "sr-only" }, measure.title))));
}

function conditions(measure) {
  const who = measure.applicant.length ? [`申请主体为${measure.applicant.join("、")}`] : [];
  return [...who, ...measure.conditions.map(conditionWords)];
}

function list(lines) {
  return lines.length ? h("ul", { class: "plain-list" }, lines.map((line) => h("li", {}, line))) : null;
}

// Side by side

function choose(id, wanted) {
  chosen = wanted ? [...chosen, id] : chosen.filter((one) => one !== id);
  keepAddress();
  showChosen();
  if (!$("comparison").hidden) chosen.length > 1 ? fillComparison() : closeComparison();
}

function showChosen() {
  for (const box of document.querySelectorAll("[data-compare]")) {
    box.checked = chosen.includes(box.dataset.compare);
    box.disabled = !box.checked && chosen.length >= MOST_COMPARED;
  }
  const bar = $("chosen");
  bar.hidden = chosen.length === 0;
  const names = chosen.map((id) => all.find((one) => one.id === id).title).join("、");
  const most = chosen.length >= MOST_COMPARED ? `（最多${MOST_COMPARED}项）` : "";
  bar.replaceChildren(h("div", { class: "chosen-inner" },
    h("p", { role: "status" }, chosen.length === 1 ? `已选“${names}”，再选一项就能对照。` : `已选${chosen.length}项${most}：${names}`),
    chosen.length > 1 ? h("button", { type: "button", class: "primary", onclick: compare }, "对照") : null,
    h("button", { type: "button", class: "quiet", onclick: clear }, "清除")));
}

function clear() {
  chosen = [];
  keepAddress();
  showChosen();
  closeComparison();
  $("list").focus();
}

function compare() {
  fillComparison();
  $("comparison").hidden = false;
  scrollTo($("comparison"), "start");
  $("comparison").focus({ preventScroll: true });
}

function closeComparison() {
  $("comparison").hidden = true;
}

function fillComparison() {
  const sides = chosen.map((id) => all.find((one) => one.id === id));
  const day = form.elements.as_of.value || today;
  const row = (name, cell) => {
    const cells = sides.map(cell);
    if (cells.every((one) => one === null || one === "" || one?.length === 0)) return null;
    return h("tr", {}, h("th", { scope: "row" }, name), cells.map((one, at) =>
      h("td", { "data-of": sides[at].title }, one === null || one === "" || one?.length === 0 ? h("span", { class: "none" }, "—", h("span", { class: "sr-only" }, "原文未载")) : one)));
  };
  $("comparison").replaceChildren(
    h("div", { class: "comparison-head" },
      h("h2", { id: "comparison-title" }, `${sides.length}项对照`),
      h("button", { type: "button", class: "quiet no-print", onclick: () => { closeComparison(); $("list").focus(); } }, "收起")),
    h("table", {},
      h("caption", { class: "sr-only" }, "所选措施逐项对照"),
      h("thead", {}, h("tr", {}, h("td", {}), sides.map((one) => h("th", { scope: "col" }, one.title)))),
      h("tbody", {},
        row("效力、地区", (one) => h("span", { class: "item-head" }, badges(one))),
        row("类别", (one) => one.kind_label),
        row("金额、比例", (one) => values(one, day)),
        row("谁能申请", (one) => one.applicant.join("、")),
        row("条件", (one) => list(one.conditions.map(conditionWords))),
        row("适用的期间", validWords),
        row("负责单位", (one) => one.responsible ?? ""),
        row("未载明或待明确", (one) => list(openPoints(one))),
        row("原文", (one) => h("blockquote", {}, onOneLine(one.quote.text))),
        row("出处", (one) => sourceLink(one)))));
}

// Printing

$("print").addEventListener("click", () => print());
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll(".item-more")) one.open = true;
});

start();
