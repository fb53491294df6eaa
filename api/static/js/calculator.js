/* The calculator: pick a measure, fill in figures, and read the service's amount with its working. */

import { amountPanel } from "./amount.js";
import * as api from "./api.js";
import { h, stamp } from "./dom.js";
import * as facts from "./facts.js";
import { badges, conditionWords, onOneLine, openPoints, sourceLink, values } from "./measure.js";
import * as slots from "./slots.js";
import { STATUSES } from "./words.js";

const GROUPS = ["填数就能算", "只写了上限", "原文没有可算的数"];
const $ = (id) => document.getElementById(id);
const form = $("figures");

let measures = [];
let vocabulary = new Map();

async function start() {
  const query = new URLSearchParams(location.search);
  form.elements.as_of.value = query.get("as_of") ?? "";
  try {
    const [all, known] = await Promise.all([api.measures(), api.slots(), slots.load()]);
    measures = all.filter(({ rule }) => rule !== "none");
    vocabulary = new Map(known.map((slot) => [slot.name, slot]));
  } catch (error) {
    $("amounts").replaceChildren(h("p", { class: "notice", role: "alert" }, error.message));
    return;
  }
  offer(query.get("measure"));
  pick(query);
  form.addEventListener("change", (event) => {
    if (event.target.id === "measure") pick(said());
    calculate();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    calculate();
  });
  $("print").addEventListener("click", () => print());
  await calculate();
}

/** The measures, those that compute something first and those in force first; one of them chosen. */
function offer(wanted) {
  const group = (one) => (one.inputs.some(({ needed }) => needed) ? 0 : one.values.ceiling ? 1 : 2);
  const late = ({ status }) => status !== "in_force";
  const option = (one) => h("option", { value: one.id, selected: one.id === wanted || one.aliases.includes(wanted) },
    `${one.title}（${one.region}${late(one) ? `，${STATUSES[one.status]?.[0] ?? one.status}` : ""}）`);
  $("measure").replaceChildren(...GROUPS.map((words, at) => h("optgroup", { label: words },
    measures.filter((one) => group(one) === at).sort((a, b) => late(a) - late(b)).map(option))));
}

function current() {
  return measures.find(({ id }) => id === $("measure").value);
}

/** The figures as they stand, so that the next measure keeps those that it takes too. */
function said() {
  return new URLSearchParams(Object.entries(facts.read(form).facts));
}

function pick(query) {
  const measure = current();
  const lines = openPoints(measure);
  $("about").replaceChildren(
    h("p", { class: "item-head" }, badges(measure)),
    measure.status === "in_force" ? "" : h("p", { class: "part-note" }, `${measure.status_reason}。`),
    h("p", {}, measure.gist ? `${measure.gist}。` : onOneLine(measure.quote.text)));
  const field = (needed) => measure.inputs.filter((one) => one.needed === needed)
    .map(({ slot }) => facts.field(vocabulary.get(slot), query.get(slot)));
  const further = field(false);
  $("inputs").replaceChildren(
    ...field(true),
    further.length ? h("details", { class: "further", open: measure.inputs.some((one) => !one.needed && query.get(one.slot)) },
      h("summary", {}, "还可以填"), h("div", { class: "inputs-list" }, further)) : "");
  $("grounds").replaceChildren(h("section", { class: "sheet panel" },
    h("h2", {}, "依据"),
    h("blockquote", {}, onOneLine(measure.quote.text)),
    h("p", { class: "item-links" }, sourceLink(measure)),
    values(measure, form.elements.as_of.value || measure.as_of),
    measure.conditions.length ? [h("h3", {}, "须符合的条件"), h("ul", { class: "plain-list" }, measure.conditions.map((one) => h("li", {}, conditionWords(one))))] : null,
    lines.length ? [h("h3", {}, "未载明或待明确"), h("ul", { class: "plain-list" }, lines.map((line) => h("li", {}, line)))] : null));
}

let turn = 0;

async function calculate() {
  const mine = ++turn;
  const measure = current();
  const { facts: inputs, wrong } = facts.read(form);
  const asOf = form.elements.as_of.value;
  keepAddress(measure, inputs, asOf);
  if (wrong.length) return;
  const lacking = measure.inputs.filter(({ needed, slot }) => needed && !(slot in inputs));
  if (lacking.length) {
    tell(`填好${lacking.map(({ slot }) => slots.label(slot)).join("、")}，这里就列出金额和算式。`);
    return;
  }
  $("amounts").setAttribute("aria-busy", "true");
  try {
    const found = await api.calculate(measure.id, inputs, asOf || null);
    if (mine === turn) show(found, measure);
  } catch (error) {
    if (mine !== turn) return;
    const slot = (error.field ?? "").replace("inputs.", "");
    facts.complain(form, slot, error.message);
    tell(error.message, "alert");
  }
  if (mine === turn) $("amounts").removeAttribute("aria-busy");
}

function tell(words, role = null) {
  $("amounts").replaceChildren(h("p", { class: "sheet notice", role }, words));
}

function show(calculation, measure) {
  const further = calculation.further ?? [];
  const panel = (one, name) => amountPanel({ ...one, citations: [] }, { name, fixed: true });
  $("amounts").replaceChildren(
    measure.status === "in_force" ? "" : h("p", { class: "status-warning" },
      stamp(...(STATUSES[measure.status] ?? [measure.status, "warn"])), `${measure.status_reason}。算出来的数不能作为申请的依据。`),
    panel(calculation, measure.title),
    further.length ? h("section", { class: "further-amounts", "aria-label": "同一情形的其他数" }, h("h2", {}, "同一情形的其他数"), further.map((one) => panel(one, ""))) : "");
}

function keepAddress(measure, inputs, asOf) {
  const kept = new URLSearchParams([["measure", measure.id], ...Object.entries(inputs)]);
  if (asOf) kept.set("as_of", asOf);
  history.replaceState(null, "", `${location.pathname}?${kept}`);
}

start();
