/* An Answer (docs: answer.schema.json) as people read it: conclusion, warnings, amounts, grounds. */

import { furtherMarks, inline, mark, sourceBlock, sourceName, citationUrl } from "./citations.js";
import { h, spoken, stamp } from "./dom.js";
import { exactMoney, money } from "./numbers.js";
import * as slots from "./slots.js";
import { AMOUNT_KINDS, BEHAVIOURS, GENERATED_LABEL, MODEL_LABEL, RESULTS, VERDICTS, WARNINGS } from "./words.js";

const OPEN_MEASURES = 3;

/**
 * The whole answer as an element. `act` holds what its buttons do:
 * ask(text), prefill(text), copy(answer), feedback(answer, useful, comment).
 */
export function answerSheet(answer, act) {
  const citations = new Map(answer.citations.map((citation) => [citation.n, citation]));
  const [lead, rest] = splitLead(answer.statements);
  return h("article", { class: `sheet answer ${answer.behaviour}` },
    h("header", { class: "answer-head" },
      h("h3", {}, BEHAVIOURS[answer.behaviour]),
      h("span", { class: "answer-scope" }, scope(answer))),
    lead.map((statement) => statementNode(statement, citations)),
    warningList(answer.warnings.filter(isGrave)),
    answer.calculations.length
      ? h("section", { class: "amounts", "aria-label": "金额" }, answer.calculations.map((one) => amount(one, citations)))
      : null,
    warningList(answer.warnings.filter((warning) => !isGrave(warning))),
    h("div", { class: "statements" },
      rest.filter((statement) => !isAskedBelow(statement, answer.missing)).map((statement) => statementNode(statement, citations))),
    questions(answer.missing, act),
    measureList(answer.measures, citations),
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

/** The conclusions that open the answer, and everything after them. */
function splitLead(statements) {
  const end = statements.findIndex((statement) => statement.kind !== "conclusion");
  const length = end === -1 ? statements.length : Math.max(end, 1);
  return [statements.slice(0, length), statements.slice(length)];
}

/** A question that stands again, with its choices, among what is missing is shown there only. */
function isAskedBelow({ kind, text }, missing) {
  return kind === "question" && missing.some(({ question }) => text.includes(question) || question.includes(text.trim()));
}

function scope(answer) {
  return [answer.region, `按${answer.as_of}查`].filter(Boolean).join(" · ");
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

function amount(calculation, citations) {
  const [word, tone] = AMOUNT_KINDS[calculation.amount_kind] ?? ["金额", "plain"];
  return h("div", { class: "amount", "data-cites": true },
    h("p", { class: "amount-label" }, calculation.label, furtherMarks(calculation.citations, citations)),
    h("p", { class: "amount-line" },
      stamp(word, tone),
      h("strong", { class: `amount-value ${calculation.amount_yuan === null ? "wordy" : ""}`, title: exactTitle(calculation) }, amountWords(calculation)),
      calculation.per ? h("span", { class: "amount-per" }, perWords(calculation.per)) : null),
    h("details", { class: "working" },
      h("summary", {}, "怎么算的"),
      h("p", { class: "formula" }, spelledOut(calculation.formula)),
      rows("已知", Object.entries(calculation.inputs).map(([name, value]) => [slots.label(name), slots.format(name, value)])),
      rows("步骤", calculation.steps.map((step) => [step.label, step.value])),
      calculation.amount_yuan === null ? null
        : rows("结果", [[word, exactMoney(calculation.amount_yuan, calculation.currency)]])));
}

/** A formula without its English: min(a, b) is 取较小者(a, b). */
function spelledOut(formula) {
  return formula.replace(/\bmin\(/g, "取较小者(").replace(/\bmax\(/g, "取较大者(");
}

function amountWords(calculation) {
  if (calculation.amount_yuan !== null) return money(calculation.amount_yuan, calculation.currency);
  return calculation.steps.at(-1)?.value ?? "算不出数额";
}

/** 年 is 每年; 一次性 and 合计 stand as they are. */
function perWords(per) {
  return /^(每|一次性|合计|首次)/.test(per) ? per : `每${per}`;
}

function exactTitle(calculation) {
  return calculation.amount_yuan === null ? null : exactMoney(calculation.amount_yuan, calculation.currency);
}

function rows(title, pairs) {
  if (!pairs.length) return null;
  return h("div", { class: "working-part" },
    h("p", { class: "working-title" }, title),
    h("dl", {}, pairs.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))));
}

function questions(missing, act) {
  if (!missing.length) return null;
  return h("section", { class: "missing", "aria-label": "还需要的信息" }, missing.map(({ slot, question }) => {
    const name = slots.label(slot);
    const prefix = slots.isRate(slot) ? name : `${name}：`;
    const chips = slots.choices(slot).map((choice) =>
      h("button", { type: "button", class: "chip", onclick: () => act.ask(prefix + choice) }, choice));
    const other = h("button", { type: "button", class: "chip", onclick: () => act.prefill(prefix) },
      chips.length ? "其他" : "填写");
    return h("div", { class: "missing-one" }, h("p", {}, question), h("div", { class: "chips" }, chips, other));
  }));
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
    h("ul", { class: "checks" }, reasons.map((reason) => {
      const [sign, said] = RESULTS[reason.result] ?? RESULTS.unknown;
      const cited = reason.citation ? mark(reason.citation, citations.get(reason.citation)) : null;
      return h("li", { class: reason.result, "data-cites": true },
        h("span", { class: "check", "aria-hidden": "true" }, sign),
        h("span", { class: "check-text" }, spoken(`${said}：`), reason.condition, cited));
    })));
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
  return h("div", { class: "understood" },
    h("span", { class: "understood-title" }, "我理解的情况"),
    [...latest.values()].map(({ slot, value, unit }) => h("button", {
      type: "button",
      class: "fact",
      title: "点一下可以更正",
      onclick: () => act.prefill(`${slots.label(slot)}改为`),
    }, h("span", { class: "fact-name" }, slots.label(slot)), slots.format(slot, value, unit))));
}

function foot(answer, act) {
  return h("footer", { class: "answer-foot" },
    h("p", { class: "generated" }, generatedLabel(answer)),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "quiet", onclick: (event) => act.copy(answer, event.currentTarget) }, "复制（含出处）"),
      feedbackButtons(answer, act)));
}

function feedbackButtons(answer, act) {
  const box = h("div", { class: "feedback" });
  const thank = async (useful, comment) => {
    box.replaceChildren(h("span", { class: "thanks", role: "status" }, await act.feedback(answer, useful, comment)));
  };
  const comment = () => {
    const input = h("input", { type: "text", maxlength: "500", placeholder: "哪里不对？可以不填", "aria-label": "哪里不对" });
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

function generatedLabel(answer) {
  return answer.generator.mode === "llm" ? MODEL_LABEL : GENERATED_LABEL;
}

/** The answer as plain text for a report: the words, the sources with their links, the label. */
export function answerText(answer) {
  const sources = answer.citations.map((citation) =>
    `[${citation.n}] ${sourceName(citation)}：「${citation.quote.replace(/\s*\n\s*/g, "")}」 ${citationUrl(citation)}`);
  return [
    answer.text.replaceAll("**", ""),
    sources.length ? `出处：\n${sources.join("\n")}` : null,
    `（查询日：${answer.as_of}。${generatedLabel(answer)}）`,
  ].filter(Boolean).join("\n\n");
}
