/* Facts about the person's case: their Chinese labels, and values as people write them. */

import * as api from "./api.js";
import { money, percent } from "./numbers.js";

/** Rates that are often paid, offered as a choice beside 其他. */
const USUAL_RATES = {
  annual_rate: ["3%", "3.5%", "4%"],
  fee_rate: ["0.5%", "1%", "1.5%"],
  premium_rate: ["2%", "3%", "4%"],
};
const MOST_CHOICES = 8;

let known = new Map();

/** Load the vocabulary once; without it values are shown as they came. */
export async function load() {
  known = new Map((await api.slots()).map((slot) => [slot.name, slot]));
}

export function label(name) {
  return known.get(name)?.label ?? name;
}

export function isRate(name) {
  return known.get(name)?.type === "rate";
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
