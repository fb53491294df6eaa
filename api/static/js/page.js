/* The chat page: the conversation, and the list of the documents behind the answers. */

import * as api from "./api.js";
import { chat } from "./chat.js";
import { statusStamp } from "./citations.js";
import { h } from "./dom.js";

const $ = (id) => document.getElementById(id);

async function openDocuments() {
  $("documents").showModal();
  try {
    const all = await api.documents();
    $("document-list").replaceChildren(...all.map((one) => h("li", {},
      h("a", { href: `/documents/${encodeURIComponent(one.id)}` }, `《${one.title}》`),
      h("p", {}, statusStamp(one.status), [one.region, one.number ?? "文号原文缺失"].filter(Boolean).join(" · ")))));
  } catch (error) {
    $("document-list").replaceChildren(h("li", {}, error.message));
  }
}

chat($("chat"));
$("open-documents").addEventListener("click", openDocuments);
$("close-documents").addEventListener("click", () => $("documents").close());
