/* An Answer (docs: answer.schema.json) as people read it: conclusion, warnings, amounts, grounds. */

import { amountPanel } from "./amount.js";
import { furtherMarks, inline, mark, sourceBlock } from "./citations.js";
import { h, spoken, stamp } from "./dom.js";
import { dayWords } from "./numbers.js";
import * as slots from "./slots.js";
import { BEHAVIOURS, GENERATORS, RESULTS, VERDICTS, WARNINGS } from "./words.js";

const OPEN_MEASURES = 3;
const OPEN_AMOUNTS = 3;

/**
 * The whole answer as an element. `act` holds what its buttons do:
 * ask(text), prefill(text), copy(answer), print(answer), feedback(answer, useful, comment).
 */
export function answerSheet(answer, act) {
  const citations = new Map(answer.citations.map((citation) => [citation.n, citation]));
  const [lead, listed, rest] = parts(answer.statements);
  const apart = listed.length > 0 && lead.length > 1 ? 1 : 0; // what announces a list stays with it
  const [said, announcing] = [lead.slice(0, lead.length - apart), lead.slice(lead.length - apart)];
  const inList = new Set(listed.flatMap(({ calculations }) => calculations));
  const asked = questions(answer.missing, act);
  return h("article", { class: `sheet answer ${answer.behaviour}` },
    h("header", { class: "answer-head" },
      h("h3", {}, BEHAVIOURS[answer.behaviour]),
      h("span", { class: "answer-scope" }, scope(answer))),
    said.map((statement) => statementNode(statement, citations)),
    warningList(answer.warnings.filter(isGrave)),
    announcing.map((statement) => statementNode(statement, citations)),
    list(listed, answer, citations),
    answer.behaviour === "clarify" ? asked : null,
    amounts(answer.calculations.filter(({ id }) => !inList.has(id)), answer, citations),
    answer.behaviour === "clarify" ? null : asked,
    warningList(answer.warnings.filter((warning) => !isGrave(warning))),
    measureList(answer.measures, citations),
    statements(rest.filter((statement) => !isShownElsewhere(statement, answer)), citations),
    sourceList(answer.citations),
    understoodList(answer.understood, act),
    foot(answer, act));
}

/** One sentence of the answer, styled by what it is; also used while the answer is still arriving. */
export function statementNode(statement, citations = new Map()) {
  const text = statement.text.trim().replace(/^(?:[-*•]|\d+[.、])\s+/, "");
  return h("div", { class: `statement ${statement.kind}`, "data-cites": true },
    h("p", {}, inline(text, citations), furtherMarks(statement.citations, citations, text)));
}

/** The conclusions that open the answer, the list that they announce, and everything after it. */
function parts(all) {
  const run = (from, holds) => {
    const end = all.findIndex((statement, index) => index >= from && !holds(statement));
    return end === -1 ? all.length : end;
  };
  const lead = Math.max(run(0, ({ kind }) => kind === "conclusion"), 1);
  const listed = run(lead, ({ mark: sign }) => Boolean(sign));
  return [all.slice(0, lead), all.slice(lead, listed), all.slice(listed)];
}

/** The announced list, each sentence with the amounts that it states. */
function list(listed, answer, citations) {
  if (!listed.length) return null;
  const known = new Map(answer.calculations.map((calculation) => [calculation.id, calculation]));
  return h("ul", { class: "listed" }, listed.map((statement) => {
    const stated = statement.calculations.map((id) => known.get(id)).filter((one) => one && one.amount_yuan !== null);
    const item = statementNode(statement, citations);
    item.append(...stated.map((one) => amountPanel(one, { citations, asOf: answer.as_of, small: true })));
    return h("li", {}, item);
  }));
}

/** Every sentence below the conclusion, what is cautioned apart from what is quoted. */
function statements(all, citations) {
  const cautions = all.filter(({ kind }) => kind === "caveat");
  const others = all.filter(({ kind }) => kind !== "caveat");
  const part = (title, list, kind) => (list.length
    ? h("section", { class: `statements ${kind}` }, h("h4", {}, title), list.map((one) => statementNode(one, citations)))
    : null);
  return [part("原文与说明", others, "grounds"), part("还要留意", cautions, "cautions")];
}

/**
 * Whether a sentence says no more than a part of the sheet: the question with its choices, the
 * formula under the amount, the conditions with their signs.
 */
function isShownElsewhere({ kind, text, calculations }, answer) {
  const words = text.replace(/\[\d+\]|\*\*/g, "").trim();
  switch (kind) {
    case "question":
      return answer.missing.some(({ question }) => words.includes(question) || question.includes(words));
    case "figure":
      return calculations.length > 0 && words.startsWith("算法：");
    case "condition": {
      const checked = new Set(answer.measures.flatMap(({ reasons }) => reasons.map(({ condition }) => condition)));
      const said = /^(?:已符合|待确认|不符合)：(.*?)。?$/.exec(words);
      return said !== null && said[1].split("；").every((one) => checked.has(one));
    }
    default:
      return false;
  }
}

function scope(answer) {
  const word = GENERATORS[answer.generator.mode] ?? GENERATORS.llm;
  return [h("span", { class: "made" }, word), answer.region && `${answer.region} · `, h("span", { class: "day-asked" }, `按${dayWords(answer.as_of)}查`)];
}

/** Warnings that take the ground away from an amount stand before it, the others after it. */
function isGrave({ code }) {
  return WARNINGS[code]?.[1] === "bad";
}

function warningList(warnings) {
  if (!warnings.length) return null;
  return h("ul", { class: "warnings", "aria-label": "请注意" }, warnings.map(({ code, message }) => {
    const [word, tone] = WARNINGS[code] ?? ["请注意", "warn"];
    return h("li", { class: tone }, stamp(word, tone), h("span", {}, message));
  }));
}

function amounts(calculations, answer, citations) {
  if (!calculations.length) return null;
  const names = new Map(answer.measures.map(({ id, title }) => [id, title]));
  const panels = calculations.map((calculation) =>
    amountPanel(calculation, { name: names.get(calculation.measure_id), citations, asOf: answer.as_of }));
  const others = panels.slice(OPEN_AMOUNTS);
  return h("section", { class: "amounts", "aria-label": "金额" },
    panels.slice(0, OPEN_AMOUNTS),
    others.length ? h("details", { class: "more" }, h("summary", {}, `另有${others.length}项金额`), others) : null);
}

function questions(missing, act) {
  if (!missing.length) return null;
  return h("section", { class: "missing", "aria-label": "还需要的信息" }, missing.map(({ slot, question }) => {
    const name = slots.label(slot);
    const prefix = slots.isRate(slot) ? name : `${name}：`;
    const chips = slots.choices(slot).map((choice) =>
      h("button", { type: "button", class: "chip", onclick: () => act.ask(prefix + choice) }, choice));
    const form = slots.isNumber(slot) ? valueForm(slot, null, "确定", (words) => act.ask(prefix + words)) : null;
    const other = h("button", { type: "button", class: "chip", onclick() {
      if (!form) return act.prefill(prefix);
      other.replaceWith(form);
      return form.querySelector("input").focus();
    } }, "其他");
    return h("div", { class: "missing-one" }, h("p", {}, question),
      h("div", { class: "chips", role: "group", "aria-label": name }, chips, chips.length || !form ? other : form));
  }));
}

/** A form for one value of a fact; `done` gets it in words, once it is one. */
function valueForm(slot, value, word, done, ...more) {
  const name = slots.label(slot);
  const { node, unit, read } = slots.input(slot, value, { "aria-label": name });
  return h("form", { class: "value-form", onsubmit(event) {
    event.preventDefault();
    const given = read();
    node.setAttribute("aria-invalid", String(given === null));
    if (given === null) node.focus();
    else done(slots.format(slot, given));
  } }, h("span", { class: "with-unit" }, node, unit ? h("span", { class: "unit" }, unit) : null),
  h("button", { class: "chip" }, word), more);
}

function measureList(measures, citations) {
  if (!measures.length) return null;
  const shown = measures.slice(0, OPEN_MEASURES).map((one, index) => measure(one, citations, index === 0));
  const others = measures.slice(OPEN_MEASURES).map((one) => measure(one, citations, false));
  return h("section", { class: "measures" },
    h("h4", {}, "条件核对"),
    shown,
    others.length ? h("details", { class: "more" }, h("summary", {}, `另有${others.length}项`), others) : null);
}

function measure({ title, verdict, reasons, citations: numbers }, citations, open) {
  const [word, tone] = VERDICTS[verdict] ?? [verdict, "plain"];
  const head = [stamp(word, tone), h("span", { class: "measure-title" }, title), tally(reasons)];
  if (!reasons.length) {
    return h("div", { class: "measure bare", "data-cites": true }, h("p", {}, head, furtherMarks(numbers, citations)));
  }
  return h("details", { class: "measure", open },
    h("summary", {}, head),
    h("ul", { class: "checks" }, reasons.map((reason) => check(reason, citations))));
}

/** One condition with its sign and its word. */
export function check({ condition, result, citation }, citations = new Map()) {
  const [sign, word] = RESULTS[result] ?? RESULTS.unknown;
  return h("li", { class: result, "data-cites": true },
    h("span", { class: "check", "aria-hidden": "true" }, sign),
    h("span", { class: "check-text" }, condition, citation ? mark(citation, citations.get(citation)) : null),
    h("span", { class: "check-word" }, word));
}

function tally(reasons) {
  const counts = Object.entries(RESULTS)
    .map(([result, [, word]]) => [word, reasons.filter((reason) => reason.result === result).length])
    .filter(([, count]) => count > 0);
  return h("span", { class: "tally" }, counts.map(([word, count]) => `${word}${count}`).join(" · "));
}

function sourceList(citations) {
  if (!citations.length) return null;
  return h("details", { class: "sources" },
    h("summary", {}, `全部出处（${citations.length}处）`),
    citations.map(sourceBlock));
}

function understoodList(understood, act) {
  const latest = new Map(understood.map((fact) => [fact.slot, fact]));
  if (!latest.size) return null;
  const place = h("div", { class: "correction" });
  return h("section", { class: "understood", "aria-label": "我理解的情况" },
    h("span", { class: "understood-title" }, "我理解的情况（点一下可更正）"),
    [...latest.values()].map((fact) => {
      const words = slots.format(fact.slot, fact.value, fact.unit);
      return h("button", {
        type: "button",
        class: "fact",
        onclick() {
          const name = slots.label(fact.slot);
          const keep = h("button", { type: "button", class: "quiet", onclick: () => place.replaceChildren() }, "不改");
          place.replaceChildren(h("p", {}, `${name}改为`),
            valueForm(fact.slot, fact.value, "更正", (changed) => act.ask(`${name}改为${changed}`), keep));
          place.querySelector("input, select").focus();
        },
      }, h("span", { class: "fact-name" }, slots.label(fact.slot)), words, spoken("，点一下更正"));
    }),
    place);
}

function foot(answer, act) {
  const button = (words, does) => h("button", { type: "button", class: "quiet", onclick: (event) => does(event.currentTarget) }, words);
  return h("footer", { class: "answer-foot" },
    h("p", { class: "generated" }, answer.label),
    h("div", { class: "actions" },
      button("复制（含出处）", (pressed) => act.copy(answer, pressed)),
      button("打印", () => act.print(answer)),
      feedbackButtons(answer, act)));
}

function feedbackButtons(answer, act) {
  const box = h("div", { class: "feedback", role: "group", "aria-label": "这个回答有用吗" });
  const thank = async (useful, comment) => {
    box.replaceChildren(h("span", { class: "thanks", role: "status" }, await act.feedback(answer, useful, comment)));
  };
  const comment = () => {
    const input = h("input", { class: "input", type: "text", maxlength: "500", placeholder: "哪里不对？可以不填", "aria-label": "哪里不对" });
    box.replaceChildren(h("form", {
      class: "feedback-form",
      onsubmit(event) {
        event.preventDefault();
        thank(false, input.value.trim());
      },
    }, input, h("button", { class: "quiet" }, "提交")));
    input.focus();
  };
  box.append(
    h("button", { type: "button", class: "quiet", onclick: () => thank(true, "") }, "有用"),
    h("button", { type: "button", class: "quiet", onclick: comment }, "没用"));
  return box;
}
