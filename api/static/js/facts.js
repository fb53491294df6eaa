/* A form of facts (slots): each a choice among words or a figure, all of them optional. */

import { h } from "./dom.js";
import * as slots from "./slots.js";

const UNKNOWN = "不清楚";
const NONE = "都没有";

/** A field for a fact, named by its slot; `value` as the API takes it, or null. */
export function field(slot, value = null) {
  const words = slot.type === "flag" ? ["是", "否"] : slot.values;
  return words.length ? choice(slot, words, value) : figure(slot, value);
}

function choice({ name, label, type }, words, value) {
  const several = type === "choices";
  const held = new Set(value === null ? [] : [value].flat());
  const none = several && value !== null && held.size === 0;
  const box = (word, shown, checked) => h("label", { class: "choice" },
    h("input", { type: several ? "checkbox" : "radio", name, value: word, checked }), h("span", {}, shown));
  return h("fieldset", { class: "choices", "data-slot": name, onchange: several ? exclude : null },
    h("legend", {}, label, several ? "（可多选）" : ""),
    h("div", { class: "chips" },
      words.map((word) => box(word, word, held.has(word))),
      several ? box("", NONE, none) : box("", UNKNOWN, held.size === 0)));
}

/** Of several words, none of them rules out the others, and each of them rules out none. */
function exclude({ target, currentTarget }) {
  if (!target.checked) return;
  for (const other of currentTarget.querySelectorAll("input:checked")) {
    if (other !== target && (target.value === "" || other.value === "")) other.checked = false;
  }
}

function figure({ name, label }, value) {
  const { node, unit, read } = slots.input(name, value, { name, autocomplete: "off" });
  const trouble = h("span", { class: "trouble", id: `trouble-${name}` });
  node.setAttribute("aria-describedby", trouble.id);
  const root = h("label", { class: "label", "data-slot": name }, label,
    h("span", { class: "with-unit" }, node, unit ? h("span", { class: "unit" }, unit) : null), trouble);
  readers.set(root, () => (node.value.trim() ? read() : undefined));
  return root;
}

const readers = new WeakMap();

/**
 * What a form's fields say: { facts, wrong }. facts are values by slot, as the API takes them;
 * wrong are the slots whose figure is none, each marked in its place.
 */
export function read(form) {
  const facts = {};
  const wrong = [];
  for (const root of form.querySelectorAll("[data-slot]")) {
    const slot = root.dataset.slot;
    const value = readers.has(root) ? readers.get(root)() : chosen(root);
    if (value === null) wrong.push(slot);
    else if (value !== undefined) facts[slot] = value;
    if (readers.has(root)) complain(form, slot, value === null ? "请填数字。" : "");
  }
  return { facts, wrong };
}

function chosen(root) {
  const values = [...root.querySelectorAll("input:checked")].map(({ value }) => value);
  if (root.querySelector("input[type=checkbox]")) return values.length ? values.filter(Boolean) : undefined;
  return values[0] || undefined;
}

/** The choices of a fact as [value, words], for a question asked outside the form. */
export function choices({ type, values }) {
  if (type === "flag") return [["是", "是"], ["否", "否"]];
  return [...values.map((word) => [word, word]), ...(type === "choices" ? [["", NONE]] : [])];
}

/** Say beside a figure what is wrong with it; "" for nothing. */
export function complain(form, slot, words) {
  const root = form.querySelector(`[data-slot="${CSS.escape(slot)}"]`);
  if (!root || !readers.has(root)) return false;
  root.querySelector(".trouble").textContent = words;
  root.querySelector("input").setAttribute("aria-invalid", String(words !== ""));
  return true;
}

/** Set a choice as if it had been clicked; the form's listeners hear of it. */
export function choose(form, slot, word) {
  const root = form.querySelector(`[data-slot="${CSS.escape(slot)}"]`);
  const input = [...(root?.querySelectorAll("input") ?? [])].find(({ value }) => value === word);
  input?.click();
}

/** Bring a fact's field into view and put the focus there. */
export function show(form, slot) {
  const root = form.querySelector(`[data-slot="${CSS.escape(slot)}"]`);
  if (!root) return;
  for (let folded = root.closest("details"); folded; folded = folded.parentElement.closest("details")) folded.open = true;
  const input = root.querySelector("input:checked, input, select");
  input.focus();
  root.scrollIntoView({ block: "center" });
}
