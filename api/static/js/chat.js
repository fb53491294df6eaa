/* The chat page: one question at a time, the conversation kept in this tab's session storage. */

import * as api from "./api.js";
import { answerSheet, answerText, statementNode } from "./answer.js";
import { statusStamp } from "./citations.js";
import { h, scrollTo } from "./dom.js";
import * as slots from "./slots.js";
import { STEPS } from "./words.js";

const STORE = "policy-assistant";
const KEPT_TURNS = 20;
const $ = (id) => document.getElementById(id);

/** What outlives a reload: the session, the settings, and the turns with their answers. */
const state = { session: null, region: "", asOf: "", turns: [], ...restore() };
let running = null;

function restore() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}

function save() {
  try {
    sessionStorage.setItem(STORE, JSON.stringify({ ...state, turns: state.turns.slice(-KEPT_TURNS) }));
  } catch {
    // Storage is full or forbidden: the conversation goes on, only a reload forgets it.
  }
}

const act = {
  ask,
  prefill(text) {
    $("question").value = text;
    $("question").focus();
  },
  async copy(answer, button) {
    const done = await copyText(answerText(answer));
    const words = button.textContent;
    button.textContent = done ? "已复制" : "复制不了，请手动选择";
    setTimeout(() => { button.textContent = words; }, 2000);
  },
  async feedback(answer, useful, comment) {
    try {
      await api.feedback(answer.id, useful, comment);
      return "谢谢，已经记下。";
    } catch (error) {
      return error.message;
    }
  },
};

async function copyText(text) {
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

/** Ask `question` and show what comes: the steps, the sentences as they are checked, the answer. */
async function ask(question) {
  if (running || !question.trim()) return;
  running = new AbortController();
  $("welcome").hidden = true;
  const turn = h("div", { class: "turn" }, asked(question));
  const arriving = arrivingSheet();
  turn.append(arriving.node);
  $("log").append(turn);
  setBusy(true);
  scrollTo(turn, "start");
  try {
    const answer = await api.ask(body(question), arriving, running.signal);
    state.session = answer.session_id;
    state.turns.push({ question, answer });
    save();
    await show(answer, arriving.node);
    announce("回答完成");
  } catch (error) {
    arriving.node.replaceWith(failure(question, error, turn));
  } finally {
    running = null;
    setBusy(false);
  }
}

function body(question) {
  const wanted = { question: question.trim(), session_id: state.session, region: state.region, as_of: state.asOf };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value));
}

function asked(question) {
  return h("div", { class: "asked" }, h("span", { class: "sr-only" }, "您问："), question);
}

/** The sheet while the answer is on its way: the step now running, and the sentences so far. */
function arrivingSheet() {
  const names = Object.keys(STEPS);
  const dots = names.map(() => h("span", { class: "dot" }));
  const word = h("span", { class: "step-word" }, "正在提问");
  const statements = h("div", { class: "statements" });
  return {
    node: h("article", { class: "sheet answer arriving", "aria-busy": "true" },
      h("p", { class: "steps" }, h("span", { class: "dots", "aria-hidden": "true" }, dots), word),
      statements),
    step(name) {
      const now = names.indexOf(name);
      dots.forEach((dot, index) => {
        dot.className = index < now ? "dot done" : index === now ? "dot now" : "dot";
      });
      word.textContent = `正在${STEPS[name] ?? "处理"}`;
    },
    statement(statement) {
      statements.append(statementNode(statement));
    },
  };
}

async function show(answer, place) {
  await addStatuses(answer);
  place.replaceWith(answerSheet(answer, act));
}

/** A citation that does not carry its document's status takes it from the list of documents. */
const statuses = new Map();
async function addStatuses(answer) {
  const bare = answer.citations.filter((citation) => !citation.status);
  if (!bare.length) return;
  if (!statuses.has(answer.as_of)) {
    const all = await api.documents(answer.as_of).catch(() => []);
    statuses.set(answer.as_of, new Map(all.map((one) => [one.id, one.status])));
  }
  for (const citation of bare) citation.status = statuses.get(answer.as_of).get(citation.document_id);
}

function failure(question, error, turn) {
  const stopped = error.name === "AbortError";
  const known = error instanceof api.Problem;
  const words = stopped ? "已停止回答。" : known ? error.message : "页面出了问题，请刷新后再试。";
  if (!stopped && !known) console.error(error);
  const again = () => {
    turn.remove();
    ask(question);
  };
  const edit = () => {
    turn.remove();
    $("welcome").hidden = state.turns.length > 0;
    act.prefill(question);
  };
  return h("article", { class: `sheet answer failed ${stopped ? "stopped" : ""}` },
    h("p", { class: "failed-words", role: "alert" }, words),
    h("div", { class: "actions" },
      stopped || error.retry ? h("button", { type: "button", class: "chip", onclick: again }, "再试一次") : null,
      h("button", { type: "button", class: "chip", onclick: edit }, "修改问题")));
}

function setBusy(busy) {
  $("send").hidden = busy;
  $("stop").hidden = !busy;
  $("log").setAttribute("aria-busy", String(busy));
  if (busy) announce("正在回答");
}

function announce(words) {
  $("announce").textContent = words;
}

function restart() {
  running?.abort();
  Object.assign(state, { session: null, turns: [] });
  save();
  $("log").replaceChildren();
  $("welcome").hidden = false;
  $("question").value = "";
  $("question").focus();
  scrollTo(document.body, "start");
}

function readSettings() {
  state.region = $("region").value.trim();
  state.asOf = $("as-of").value;
  save();
  showSettings();
}

function showSettings() {
  $("region").value = state.region;
  $("as-of").value = state.asOf;
  const now = [state.region, state.asOf && `按${state.asOf}`].filter(Boolean).join(" · ");
  $("settings-now").textContent = now ? `：${now}` : "";
}

async function openDocuments() {
  $("documents").showModal();
  try {
    const all = await api.documents(state.asOf);
    $("document-list").replaceChildren(...all.map((one) => h("li", {},
      h("a", { href: `/documents/${encodeURIComponent(one.id)}` }, `《${one.title}》`),
      h("p", {}, statusStamp(one.status), [one.region, one.number ?? "文号原文缺失"].filter(Boolean).join(" · ")))));
  } catch (error) {
    $("document-list").replaceChildren(h("li", {}, error.message));
  }
}

function submit() {
  const question = $("question").value;
  if (running || !question.trim()) return;
  $("question").value = "";
  ask(question);
}

function listen() {
  $("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  $("question").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  $("stop").addEventListener("click", () => running?.abort());
  $("restart").addEventListener("click", restart);
  $("suggestions").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) ask(button.querySelector(".ask").textContent);
  });
  $("region").addEventListener("change", readSettings);
  $("as-of").addEventListener("change", readSettings);
  $("clear-settings").addEventListener("click", () => {
    $("region").value = "";
    $("as-of").value = "";
    readSettings();
  });
  $("open-documents").addEventListener("click", openDocuments);
  $("close-documents").addEventListener("click", () => $("documents").close());
}

async function start() {
  listen();
  showSettings();
  const ready = slots.load().catch(() => {});
  if (!state.turns.length) return;
  $("welcome").hidden = true;
  await ready;
  for (const { question, answer } of state.turns) {
    const place = h("div");
    $("log").append(h("div", { class: "turn" }, asked(question), place));
    await show(answer, place);
  }
  $("log").lastElementChild.scrollIntoView({ block: "start" });
}

start();
