/* Facts about the person's case: their Chinese labels, and values as people write them. */

import * as api from "./api.js";
import { h } from "./dom.js";
import { money, percent, plainDecimal, shift } from "./numbers.js";

/** Rates that are often paid, offered as a choice beside 其他. */
const USUAL_RATES = {
  annual_rate: ["3%", "3.5%", "4%"],
  fee_rate: ["0.5%", "1%", "1.5%"],
  premium_rate: ["2%", "3%", "4%"],
};
const MOST_CHOICES = 8;

let known = new Map();
let loading = null;

/** Load the vocabulary once, again only after a failure; without it values are shown as they came. */
export function load() {
  loading ??= api.slots().then(
    (all) => { known = new Map(all.map((slot) => [slot.name, slot])); },
    (error) => { loading = null; throw error; });
  return loading;
}

export function label(name) {
  return known.get(name)?.label ?? name;
}

/** Whether the vocabulary has this fact at all. */
export function isKnown(name) {
  return known.has(name);
}

export function isRate(name) {
  return known.get(name)?.type === "rate";
}

/** Whether its value is a sum, a rate or a count, in a unit that is known. */
export function isNumber(name) {
  return known.get(name)?.type in FORMS;
}

/** The values a person may choose from, as words; [] where any value will do. */
export function choices(name) {
  const slot = known.get(name);
  if (isRate(name)) return USUAL_RATES[name] ?? [];
  if (slot?.type === "flag") return ["是", "否"];
  return (slot?.values ?? []).slice(0, MOST_CHOICES);
}

/** A slot's value in words: 5000万元, 4%, 是. */
export function format(name, value, unit = null) {
  if (value === null || value === undefined) return "未知";
  if (Array.isArray(value)) return value.map((item) => format(name, item, unit)).join("、");
  const slot = known.get(name);
  const text = String(value);
  if (slot?.type === "rate") return percent(text);
  if (slot?.type === "money") return money(text, slot.currency);
  if (text === "true") return "是";
  if (text === "false") return "否";
  return text + (unit ?? slot?.unit ?? "");
}

/**
 * An input for a fact, holding `value`: { node, read }. read() gives the value as the API takes it,
 * or null where what was typed is none; a sum is in 万元 and a rate in % unless written otherwise.
 */
export function input(name, value, attributes = {}) {
  const slot = known.get(name);
  const several = choicesOf(slot);
  if (several.length) {
    const node = h("select", { class: "input", ...attributes },
      several.map((choice) => h("option", { value: choice, selected: choice === yesNo(value) }, choice)));
    return { node, unit: "", read: () => node.value };
  }
  const [unit, shown, read] = FORMS[slot?.type] ?? ["", (one) => one, (text) => text || null];
  const node = h("input", {
    class: "input",
    type: "text",
    inputmode: slot?.type in FORMS ? "decimal" : null,
    value: value === null || value === undefined ? "" : shown(String(value)),
    ...attributes,
  });
  return { node, unit: unit || (slot?.unit ?? ""), read: () => read(node.value.trim()) };
}

function choicesOf(slot) {
  return slot?.type === "flag" ? ["是", "否"] : (slot?.values ?? []);
}

function yesNo(value) {
  return { true: "是", false: "否" }[String(value)] ?? String(value);
}

const PLACES = { 亿: 8, 万: 4, "": 0 };

/** Per type: the unit beside the input, the API's value as it is typed, and what was typed back. */
const FORMS = {
  rate: ["%", (value) => shift(value, -2), (text) => {
    const number = plainDecimal(text.replace(/[%％]|个?点$/g, ""));
    return number && shift(number, 2);
  }],
  money: ["万元", (value) => shift(value, 4), (text) => {
    const [, digits, unit = "", yuan = ""] = /^(.*?)(亿|万)?(元)?$/.exec(text);
    const number = plainDecimal(digits);
    return number && shift(number, -PLACES[unit || (yuan ? "" : "万")]);
  }],
  number: ["", (value) => value, plainDecimal],
};
