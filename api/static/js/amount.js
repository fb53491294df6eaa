/* An amount with what bounds it, how it is worked out, and the figures that may be changed. */

import * as api from "./api.js";
import { furtherMarks, statusStamp } from "./citations.js";
import { h, stamp } from "./dom.js";
import { exactMoney, money } from "./numbers.js";
import * as slots from "./slots.js";
import { AMOUNT_KINDS } from "./words.js";

/**
 * One Calculation as a panel. Changed figures are worked out again by the service.
 *
 * name       what the amount is for, where the calculation's own label does not say
 * citations  the answer's citations by number
 * asOf       the day that the answer is about
 * small      for one of many
 * fixed      the figures stand elsewhere on the page: the working lies open, nothing can be changed
 *
 * Beside the label stands what document it rests on, where that is not in force.
 */
export function amountPanel(calculation, { name = "", citations = new Map(), asOf = null, small = false, fixed = false } = {}) {
  const result = h("div", { class: "amount-result", "aria-live": "polite" });
  const steps = h("div", { class: "steps-taken" });
  const show = (one) => {
    const formula = h("p", { class: "formula" }, spelledOut(one.formula));
    result.replaceChildren(amountLine(one), small ? "" : formula);
    steps.replaceChildren(small ? formula : "", workingRows(one));
  };
  show(calculation);
  const entries = Object.entries(calculation.inputs).filter(([slot]) => slots.isKnown(slot));
  const opens = calculation.steps.length > 0 || entries.length > 0 || calculation.amount_yuan !== null;
  return h("div", { class: `amount ${calculation.amount_kind} ${small ? "small" : ""}`, "data-cites": true },
    small ? null : h("p", { class: "amount-label" }, name ? `${name} · ${calculation.label}` : calculation.label,
      furtherMarks(calculation.citations, citations), standings(calculation, citations)),
    result,
    fixed ? steps : opens ? h("details", { class: "working" },
      h("summary", {}, entries.length ? "怎么算的，换个数再算" : "怎么算的"),
      steps,
      entries.length ? inputs(calculation, entries, asOf, show) : null) : null);
}

/** What the documents behind it are, where they are not in force. */
function standings(calculation, citations) {
  const found = new Set(calculation.citations.map((n) => citations.get(n)?.status));
  found.delete("in_force");
  return [...found].map(statusStamp);
}

/** The amount itself: in 万元, whether it is a ceiling, what it is per. */
export function amountLine(calculation) {
  const [word, tone] = AMOUNT_KINDS[calculation.amount_kind] ?? ["金额", "plain"];
  return h("p", { class: "amount-line" },
    stamp(word, tone),
    h("strong", { class: `amount-value ${calculation.amount_yuan === null ? "wordy" : ""}` }, amountWords(calculation)),
    calculation.per ? h("span", { class: "amount-per" }, perWords(calculation.per)) : null);
}

function inputs(calculation, entries, asOf, show) {
  const fields = entries.map(([slot, value]) => [slot, slots.input(slot, value)]);
  const trouble = h("p", { class: "trouble", role: "alert" });
  const recalculate = async () => {
    trouble.textContent = "";
    const asked = { ...calculation.inputs };
    for (const [slot, field] of fields) {
      asked[slot] = field.read();
      field.node.setAttribute("aria-invalid", String(asked[slot] === null));
      if (asked[slot] === null) {
        trouble.textContent = `${slots.label(slot)}请填数字。`;
        return;
      }
    }
    try {
      show(await api.calculate(calculation.measure_id, asked, asOf));
    } catch (error) {
      trouble.textContent = error.message;
    }
  };
  return h("form", { class: "inputs", onchange: recalculate, onsubmit(event) {
    event.preventDefault();
    recalculate();
  } },
  fields.map(([slot, { node, unit }]) => h("label", { class: "label" }, slots.label(slot),
    h("span", { class: "with-unit" }, node, unit ? h("span", { class: "unit" }, unit) : null))),
  h("button", { class: "chip" }, "重新计算"),
  trouble);
}

/** A formula without its English: min(a, b) is “a，与b取较小者”. */
function spelledOut(formula) {
  const words = { min: "取较小者", max: "取较大者" };
  return formula
    .replace(/\b(min|max)\(([^(),]*), ([^(),]*)\)/g, (_, name, one, other) => `${one}，与${other}${words[name]}`)
    .replace(/\b(min|max)\(/g, (_, name) => `${words[name]}(`);
}

function amountWords(calculation) {
  if (calculation.amount_yuan !== null) return money(calculation.amount_yuan, calculation.currency);
  return calculation.steps.at(-1)?.value ?? "算不出数额";
}

/** 年 is 每年; 一次性 and 合计 stand as they are. */
export function perWords(per) {
  return /^(每|一次性|首次)|合计/.test(per) ? per : `每${per}`;
}

/** The working, and last the amount to the last 分. */
export function workingRows({ steps, amount_yuan: amount, currency }) {
  const exact = amount === null ? [] : [{ label: "精确数", value: exactMoney(amount, currency) }];
  return h("dl", {}, [...steps, ...exact].map(({ label, value }) =>
    h("div", {}, h("dt", {}, label), h("dd", {}, value))));
}
