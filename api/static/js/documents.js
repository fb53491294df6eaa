/* The list of documents: number, issuers, status as of a day, damage; two of them open side by side. */

import * as api from "./api.js";
import { statusStamp } from "./citations.js";
import { h, stamp } from "./dom.js";

const $ = (id) => document.getElementById(id);
const day = $("as-of");

let picked = [];

async function update() {
  history.replaceState(null, "", `${location.pathname}${day.value ? `?as_of=${day.value}` : ""}`);
  try {
    show(await api.documents(day.value));
  } catch (error) {
    $("list").replaceChildren(h("p", { class: "notice", role: "alert" }, error.message));
  }
  $("list").removeAttribute("aria-busy");
}

function show(documents) {
  const current = documents.filter(({ status }) => status === "in_force").length;
  $("count").textContent = `${documents[0]?.as_of ?? ""}：共${documents.length}份，现行${current}份。`;
  $("list").replaceChildren(h("ol", { class: "sheet panel" }, documents.map(line)));
}

function line(one) {
  return h("li", { class: "item" },
    h("div", { class: "item-head" },
      statusStamp(one.status), stamp(one.region),
      one.damage.length ? stamp(`有损坏 ${one.damage.length}处`, "warn") : null),
    h("h2", {}, h("a", { href: address(one.id) }, one.title)),
    h("p", { class: "facts-line" }, [one.number ?? "文号原文缺失", ...one.issuers].join(" · ")),
    h("p", { class: "facts-line" }, `${one.status_reason}。`),
    h("div", { class: "item-links" },
      one.measures ? h("a", { href: `/catalogue?region=${encodeURIComponent(one.region)}` }, `本地区的措施`) : null,
      h("label", {}, h("input", {
        type: "checkbox",
        class: "box",
        checked: picked.includes(one.id),
        onchange: (event) => pick(one.id, event.target.checked),
      }), "并排读", h("span", { class: "sr-only" }, one.short_title))));
}

function address(id, beside = "") {
  const query = new URLSearchParams([["with", beside], ["as_of", day.value]].filter(([, value]) => value));
  return `/documents/${encodeURIComponent(id)}${query.size ? `?${query}` : ""}`;
}

/** The second of two that are picked opens both. */
function pick(id, wanted) {
  picked = wanted ? [...picked, id] : picked.filter((one) => one !== id);
  if (picked.length === 2) location.assign(address(...picked));
  else $("count").textContent = picked.length ? "再选一份，就并排打开。" : "";
}

day.value = new URLSearchParams(location.search).get("as_of") ?? "";
day.addEventListener("change", update);
$("tools").addEventListener("submit", (event) => event.preventDefault());
addEventListener("pageshow", () => { picked = []; });
update();
