/* An answer as it leaves the screen: copied, printed. It takes its sources and its label along. */

import { citationUrl, sourceName } from "./citations.js";
import { h } from "./dom.js";
import { STATUSES } from "./words.js";

/** The quote on one line, as the lines of the paper are no part of it. */
function quoteOf(citation) {
  return citation.quote.replace(/\s*\n\s*/g, "");
}

function sourceLine(citation) {
  const status = STATUSES[citation.status]?.[0];
  return `[${citation.n}] ${sourceName(citation)}${status ? `（${status}）` : ""}：「${quoteOf(citation)}」 ${citationUrl(citation)}`;
}

function labelLine(answer) {
  return `（查询日：${answer.as_of}。${answer.label}回答编号：${answer.id}）`;
}

/** The answer as plain text for a report. */
export function answerText(answer) {
  const sources = answer.citations.map(sourceLine);
  return [
    answer.text.replaceAll("**", ""),
    sources.length ? `出处：\n${sources.join("\n")}` : null,
    labelLine(answer),
  ].filter(Boolean).join("\n\n");
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "sr-only" }, text);
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

const PRINT = `
  body { margin: 0; font: 12pt/1.8 "Songti SC", "Noto Serif CJK SC", "SimSun", serif; color: #000; }
  h1 { font-size: 16pt; margin: 0 0 6pt; padding-bottom: 6pt; border-bottom: 2pt solid #9e2a22; }
  h2 { font-size: 12pt; margin: 14pt 0 2pt; }
  p { margin: 4pt 0; white-space: pre-line; }
  .sources p { font-size: 10pt; overflow-wrap: anywhere; }
  .label { margin-top: 14pt; padding-top: 6pt; border-top: 1pt solid #999; font-size: 10pt; }
`;

/**
 * Print one answer, whatever page it stands on: it is laid out in a frame of its own, which stays
 * until the next printing. The style is made by script, as a site's policy may forbid any other.
 */
export function printAnswer(question, answer) {
  document.querySelector("iframe[data-policy-print]")?.remove();
  const frame = h("iframe", { "data-policy-print": true, title: "打印", "aria-hidden": "true", tabindex: "-1" });
  Object.assign(frame.style, { position: "fixed", width: "0", height: "0", border: "0", visibility: "hidden" });
  document.body.append(frame);
  const { contentWindow: page, contentDocument: paper } = frame;
  const style = new page.CSSStyleSheet();
  style.replaceSync(PRINT);
  paper.adoptedStyleSheets = [style];
  paper.documentElement.lang = "zh-CN";
  paper.title = "政策助手的回答";
  const warnings = answer.warnings.map(({ message }) => h("p", {}, `注意：${message}`));
  paper.body.append(...[
    h("h1", {}, "政策助手的回答"),
    h("h2", {}, "问"), h("p", {}, question),
    h("h2", {}, "答"), ...answer.text.replaceAll("**", "").split("\n").filter(Boolean).map((line) => h("p", {}, line)),
    ...warnings,
    answer.citations.length ? h("section", { class: "sources" }, h("h2", {}, "出处"),
      answer.citations.map((citation) => h("p", {}, sourceLine(citation)))) : "",
    h("p", { class: "label" }, labelLine(answer)),
  ]);
  page.print();
}
