/* A measure (措施) as people read it: its badges, its numbers with their bounds, its conditions and grounds. */

import { perWords } from "./amount.js";
import { statusStamp } from "./citations.js";
import { h, spoken, stamp } from "./dom.js";
import { exactMoney, money, percent } from "./numbers.js";

const CURRENCIES = { 元: "CNY", 美元: "USD", 欧元: "EUR", 港元: "HKD" };
const BOUNDS = { at_most: "不超过", at_least: "不少于", exact: "", about: "约" };

/** Status, place and lost digits, each as a word in a frame. `home` is the place that is asked about. */
export function badges(measure, home = measure.region) {
  return [
    statusStamp(measure.status),
    stamp(measure.region),
    measure.region === home ? null : stamp("外地", "bad"),
    measure.lost?.length ? stamp("数字丢失", "bad") : null,
  ];
}

/** The measure's numbers that hold on a day (YYYY-MM-DD): sums first, a ceiling marked as one. */
export function values(measure, day) {
  const terms = Object.entries(measure.values)
    .map(([name, term]) => ({ ...term, name, value: valueOn(term, day) }))
    .filter(({ value }) => value !== null);
  const sums = terms.filter(({ unit }) => unit in CURRENCIES);
  const others = terms.filter(({ unit }) => !(unit in CURRENCIES));
  return [...sums.map(sum), ...others.map(other)];
}

function valueOn(term, day) {
  return term.values.filter(({ from }) => !from || from <= day).at(-1)?.value ?? null;
}

function sum({ name, value, unit, bound, per }) {
  const currency = CURRENCIES[unit];
  const exact = exactMoney(value, currency);
  const words = money(value, currency);
  return h("p", { class: "item-value" },
    name === "ceiling" ? stamp("上限", "red") : BOUNDS[bound],
    h("strong", { title: exact }, words), exact === words ? null : spoken(`（${exact}）`),
    per ? ` ${perWords(per)}` : null);
}

function other({ value, unit, bound, of, per }) {
  const number = unit === "比例" ? percent(value) : `${value}${unit}`;
  return h("p", { class: "item-value" },
    BOUNDS[bound], of ? `${of}的` : null, h("strong", {}, number), per ? ` ${perWords(per)}` : null);
}

/** A condition in words, with those inside it. */
export function conditionWords({ text, any, all, quote }) {
  if (text) return text;
  if (any) return any.map(conditionWords).join("，或");
  if (all) return all.map(conditionWords).join("，且");
  return quote?.text ?? "";
}

/** What the source leaves open, one sentence each. */
export function openPoints(measure) {
  return [
    ...(measure.not_stated.length ? [`原文未载明：${measure.not_stated.join("、")}`] : []),
    ...(measure.lost.length ? [`原文数字丢失：${measure.lost.join("、")}`] : []),
    ...measure.typos,
    ...measure.open_points,
  ];
}

/** From when to when its numbers are known to hold; "" where the source says nothing. */
export function validWords({ valid }) {
  if (!valid) return "";
  const from = valid.from && `${valid.from_is === "not_before" ? "不早于" : "自"}${valid.from}`;
  const until = valid.until && `至${valid.until}`;
  return [from, until].filter(Boolean).join("，");
}

/** 《…》四、（一）, a link to the quote in the document. */
export function sourceLink(measure, asOf = "") {
  const day = asOf ? `&as_of=${asOf}` : "";
  return h("a", { href: `${measure.quote.url}${day}` }, `《${measure.document_title}》${measure.quote.clause}`);
}

/** A quote as it reads in running text: line breaks of the source dropped, words unchanged. */
export function onOneLine(quote) {
  return quote.replace(/\s*\n\s*/g, "");
}
