/* The [n] marks and what opens beneath them: the quote, where it stands, and whether it is in force. */

import { at } from "./api.js";
import { h, spoken, stamp } from "./dom.js";
import { STATUSES } from "./words.js";

/** The address of the document page with the quote highlighted. */
export function citationUrl(citation) {
  const { document_id: id, start, end } = citation;
  return at(citation.url) ?? at(`/documents/${encodeURIComponent(id)}?start=${start}&end=${end}`);
}

/** 《…》（文号）四、（一）, for reading and for copies. */
export function sourceName(citation) {
  const number = citation.document_number ? `（${citation.document_number}）` : "（文号原文缺失）";
  return `《${citation.document_title}》${number}${citation.clause_path}`;
}

export function statusStamp(status) {
  if (!status) return null;
  const [word, tone] = STATUSES[status] ?? [status, "plain"];
  return stamp(word, tone);
}

/** The quote with its source, as it opens under a mark and as it stands in the list of sources. */
export function sourceBlock(citation) {
  return h("div", { class: "source" },
    h("p", { class: "source-head" },
      h("span", { class: "source-n" }, `[${citation.n}]`),
      statusStamp(citation.status),
      h("span", { class: "source-title" }, `《${citation.document_title}》`)),
    h("p", { class: "source-where" },
      h("span", {}, citation.document_number ?? "文号原文缺失"),
      h("span", { class: "path" }, citation.clause_path)),
    h("blockquote", {}, citation.quote),
    h("a", { class: "source-open", href: citationUrl(citation), target: "_blank", rel: "noopener" },
      "在原文中查看", spoken(`（新窗口，出处${citation.n}）`)));
}

/**
 * A [n] mark. A click opens its source under the nearest [data-cites] block, a second one
 * closes it; with Ctrl, Shift or the middle button the link opens the document as any link does.
 * Before the citation is known (while the answer is arriving) the mark is plain text.
 */
export function mark(n, citation) {
  if (!citation) return h("span", { class: "cite" }, String(n));
  const link = h("a", {
    class: "cite",
    href: citationUrl(citation),
    "aria-expanded": "false",
    "aria-label": `出处${n}：${sourceName(citation)}`,
    onclick(event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      toggle(link, citation);
    },
  }, String(n));
  return link;
}

function toggle(link, citation) {
  const host = link.closest("[data-cites]");
  const open = host.querySelector(":scope > .source-opened");
  for (const other of host.querySelectorAll(".cite[aria-expanded=true]")) other.setAttribute("aria-expanded", "false");
  open?.remove();
  if (open?.dataset.n === String(citation.n)) return;
  const panel = h("div", {
    class: "source-opened",
    "data-n": citation.n,
    onkeydown(event) {
      if (event.key === "Escape") close();
    },
  }, sourceBlock(citation));
  const close = () => {
    panel.remove();
    link.setAttribute("aria-expanded", "false");
    link.focus();
  };
  link.setAttribute("aria-expanded", "true");
  host.append(panel);
}

/** Text with **bold** and [n] marks as nodes, a mark kept with the sign before it; nothing else is markup. */
export function inline(text, citations) {
  return text.split(/(\*\*[^*]+\*\*|[^*\]]?\[\d+\])/).filter(Boolean).map((part) => {
    const cited = /^(.?)\[(\d+)\]$/s.exec(part);
    if (cited) return h("span", { class: "kept" }, cited[1], mark(Number(cited[2]), citations.get(Number(cited[2]))));
    const bold = /^\*\*([^*]+)\*\*$/.exec(part);
    return bold ? h("strong", {}, inline(bold[1], citations)) : document.createTextNode(part);
  });
}

/** The marks of `numbers` that `text` does not carry itself. */
export function furtherMarks(numbers, citations, text = "") {
  return numbers.filter((n) => !text.includes(`[${n}]`)).map((n) => mark(n, citations.get(n)));
}
