/* The self-check: facts are filled in, the service judges every measure, the page says what applies and why. */

import { amountLine, workingRows } from "./amount.js";
import * as api from "./api.js";
import { mark } from "./citations.js";
import { h, spoken, stamp } from "./dom.js";
import * as facts from "./facts.js";
import { badges } from "./measure.js";
import * as slots from "./slots.js";
import { RESULTS, VERDICTS } from "./words.js";

const FIRST = 6; // as many facts are shown at once; the others are one click away
const $ = (id) => document.getElementById(id);
const form = $("facts");

let vocabulary = [];

async function start() {
  const query = new URLSearchParams(location.search);
  try {
    const [all, documents, measures] = await Promise.all([api.slots(), api.documents(), api.measures(), slots.load()]);
    vocabulary = all;
    build(documents, measures, query);
  } catch (error) {
    fail(error);
    return;
  }
  form.addEventListener("change", update);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    update();
    $("result").focus();
  });
  form.addEventListener("reset", () => setTimeout(update));
  await update();
}

/** The facts that conditions test, those first that most of them test; then what amounts depend on. */
function build(documents, measures, query) {
  const held = (slot) => {
    const said = query.getAll(slot.name);
    if (slot.type === "choices") return said.length ? said.filter(Boolean) : null;
    return said[0] || null;
  };
  const regions = [...new Set(documents.map(({ region }) => region))];
  const place = { ...vocabulary.find(({ name }) => name === "region"), type: "choice", values: regions };
  const tested = vocabulary.filter(({ conditions }) => conditions > 0).map((slot) => (slot.name === "region" ? place : slot));
  const most = new Set([...tested].sort((a, b) => b.conditions - a.conditions).slice(0, FIRST).map(({ name }) => name));
  const needed = new Set(measures.flatMap(({ inputs }) => inputs.filter((one) => one.needed).map(({ slot }) => slot)));
  const first = tested.filter(({ name }) => most.has(name) && name !== "region");
  const rest = tested.filter(({ name }) => !most.has(name) && name !== "region");
  const figures = vocabulary.filter(({ name }) => needed.has(name));
  const folded = (words, some) => h("details", { class: "more-facts", open: some.some((slot) => held(slot) !== null) },
    h("summary", {}, words), h("div", { class: "facts-list" }, some.map((slot) => facts.field(slot, held(slot)))));
  form.replaceChildren(
    facts.field(place, held(place)),
    h("details", { class: "all-facts", id: "all-facts" },
      h("summary", {}, h("h2", {}, "企业情况"), h("span", { class: "group-count", id: "told" })),
      h("div", { class: "facts-list" }, first.map((slot) => facts.field(slot, held(slot)))),
      folded(`其余${rest.length}项情况`, rest),
      folded("金额和利率（用来算上限）", figures),
      h("label", { class: "label" }, "按哪一天核对（不填就是今天）",
        h("input", { class: "input", type: "date", name: "as_of", min: "1949-01-01", max: "2999-12-31", value: query.get("as_of") })),
      h("div", { class: "tools" },
        h("button", { class: "primary" }, "核对"),
        h("button", { type: "reset", class: "quiet" }, "全部清空"))));
  const wide = matchMedia("(min-width: 64rem)");
  const fit = () => { $("all-facts").open = wide.matches; };
  wide.addEventListener("change", fit);
  fit();
}

let turn = 0;

async function update() {
  const mine = ++turn;
  const { facts: profile, wrong } = facts.read(form);
  if (wrong.length) return;
  const asOf = form.elements.as_of.value;
  keepAddress(profile, asOf);
  $("result").setAttribute("aria-busy", "true");
  try {
    const result = await api.match(profile, asOf);
    if (mine === turn) show(result, profile);
  } catch (error) {
    if (mine !== turn) return;
    if (!facts.complain(form, (error.field ?? "").replace("profile.", ""), error.message)) fail(error);
    $("result").removeAttribute("aria-busy");
  }
}

function keepAddress(profile, asOf) {
  const values = (value) => (Array.isArray(value) && value.length ? value : [value]);
  const kept = new URLSearchParams(Object.entries(profile).flatMap(([slot, value]) => values(value).map((one) => [slot, one])));
  if (asOf) kept.set("as_of", asOf);
  history.replaceState(null, "", `${location.pathname}${kept.size ? `?${kept}` : ""}`);
}

function fail(error) {
  $("outcome").replaceChildren(h("p", { class: "notice", role: "alert" }, error.message));
  $("result").removeAttribute("aria-busy");
}

function show(result, profile) {
  const citations = new Map(result.citations.map((one) => [one.n, one]));
  const amounts = new Map(result.calculations.map((one) => [one.measure_id, one]));
  const view = { citations, amounts, home: profile.region, asOf: result.as_of };
  const by = (verdict) => result.measures.filter((one) => one.verdict === verdict);
  const [applying, open, not] = ["applies", "may_apply", "does_not_apply"].map(by);
  const lacking = open.filter((one) => one.reasons.some(({ result: found }) => found === "unknown"));
  const unstated = open.filter((one) => !lacking.includes(one));
  $("announce").textContent = `适用${applying.length}项，还差条件${lacking.length}项，不适用${not.length}项。`;
  question(result.question);
  const told = Object.keys(profile).filter((slot) => slot !== "region").length;
  $("told").textContent = told ? `已填${told}项` : "还没有填";
  $("outcome").replaceChildren(...[
    summary(result, profile),
    part("适用", "good", applying, view, {
      empty: "按已填的情况，还没有条件全部符合的。再填几项，或看看下面待确认的。",
      note: "所列条件都符合。实际给不给、给多少，由主管部门决定。",
    }),
    totals(result.totals.applies, "适用的"),
    part("待确认：还差条件", "warn", lacking, view, { note: "已知的条件没有不符合的，还有没填的。" }),
    totals(result.totals.may_apply, "待确认的"),
    part("可以留意：原文没有写明条件", "plain", unstated, view, {
      folded: true,
      note: "这些是产品、服务或尚未定案的文件，已知的条件没有不符合的，但原文没有写全条件，不能说一定适用。",
    }),
    part("不适用", "bad", not, view, { folded: true, note: "至少有一条不符合，或者文件不在有效期、不是当地的。" }),
  ].filter(Boolean));
  $("result").removeAttribute("aria-busy");
}

/** The fact that would decide most, to be answered at once. */
function question(asked) {
  if (!asked) {
    $("question").replaceChildren();
    return;
  }
  const slot = vocabulary.find(({ name }) => name === asked.slot);
  const chips = facts.choices(slot).map(([value, words]) =>
    h("button", { type: "button", class: "chip", onclick: () => facts.choose(form, slot.name, value) }, words));
  const several = slot.type === "choices" ? "选几项" : null;
  const other = chips.length ? several : "去填写";
  $("question").replaceChildren(h("section", { class: "missing no-print", "aria-labelledby": "asked" },
    h("p", { class: "asked-first" }, "先答这一项，能定下最多"),
    h("h2", { id: "asked" }, asked.question),
    h("div", { class: "chips" }, chips,
      other ? h("button", { type: "button", class: "quiet", onclick: () => facts.show(form, slot.name) }, other) : null)));
}

function summary(result, profile) {
  const told = Object.entries(profile).map(([slot, value]) => `${slots.label(slot)}：${slots.format(slot, value)}`);
  return h("p", { class: "told" },
    told.length ? `按${result.as_of}核对。已填：${told.join("；")}。` : `按${result.as_of}核对。还没有填企业情况，下面只按“不知道”列出。`);
}

function part(title, tone, measures, view, { note, empty = null, folded = false }) {
  if (!measures.length && !empty) return null;
  const body = () => (measures.length
    ? [h("p", { class: "part-note" }, note), ...measures.map((one) => item(one, view))]
    : [h("p", { class: "part-note" }, empty)]);
  const head = [h("span", { class: `part-title ${tone}` }, title), h("span", { class: "group-count" }, `${measures.length}项`)];
  if (!folded) return h("section", { class: "sheet panel part" }, h("h2", {}, head), body());
  const part = h("details", { class: "sheet panel part folded" }, h("summary", {}, h("h2", {}, head)));
  part.addEventListener("toggle", () => part.append(...body()), { once: true });
  return part;
}

function item(measure, view) {
  const { citations, amounts, home } = view;
  const [word, tone] = VERDICTS[measure.verdict];
  const bare = measure.reasons.length === 1 && measure.verdict !== "does_not_apply";
  return h("article", { class: "item" },
    h("div", { class: "item-head" }, stamp(word, tone), h("h3", {}, measure.title), badges(measure, home)),
    amount(amounts.get(measure.id)),
    h("ul", { class: "checks" }, measure.reasons.map((reason) => check(reason, citations))),
    bare ? h("p", { class: "part-note" }, "原文只写了申请主体，没有写其他条件。") : null,
    h("div", { class: "item-links no-print" },
      h("a", { href: `/catalogue?q=${encodeURIComponent(measure.title)}` }, "看全文和未载明的事"),
      amounts.get(measure.id)?.amount_yuan ? h("a", { href: calculatorAddress(measure) }, "测算") : null));
}

function calculatorAddress(measure) {
  const { facts: profile } = facts.read(form);
  const figures = Object.entries(profile).filter(([, value]) => typeof value === "string" && /^\d/.test(value));
  return `/calculator?${new URLSearchParams([["measure", measure.id], ...figures])}`;
}

function check(reason, citations) {
  const [sign, word] = RESULTS[reason.result];
  return h("li", { class: reason.result, "data-cites": true },
    h("span", { class: "check", "aria-hidden": "true" }, sign),
    h("span", {}, reason.condition,
      reason.citation ? mark(reason.citation, citations.get(reason.citation)) : null),
    reason.slots.length
      ? h("button", { type: "button", class: "fill", onclick: () => facts.show(form, reason.slots[0]) },
        word, spoken("："), h("span", { class: "fill-word" }, `填${slots.label(reason.slots[0])}`))
      : h("span", { class: "check-word" }, word));
}

function amount(calculation) {
  if (!calculation) return null;
  if (calculation.amount_yuan === null) return h("p", { class: "soft" }, `${calculation.formula}。`);
  return h("div", { class: "amount small" }, amountLine(calculation));
}

/** The sums of ceilings of one verdict: by the year, and all other. */
function totals(sums, whose) {
  if (!sums.length) return null;
  return h("section", { class: "sheet panel totals", "aria-label": `${whose}各条上限之和` },
    h("h2", {}, `${whose}各条上限之和`),
    sums.map((one) => h("div", { class: "total" },
      h("h3", {}, one.per ? "按年计的" : "不按年计的"), amountLine(one), h("div", { class: "steps-taken" }, workingRows(one)))),
    h("p", { class: "part-note" }, "这是把各条写的上限相加，不是应得的数：实际数额可能更少，能不能同时享受以主管部门为准。须归还的资金不计入，原文没有数额的不计入。"));
}

start();
