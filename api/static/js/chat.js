/* The conversation: one question at a time, kept in this tab's session storage; page and widget show it. */

import { answerSheet, statementNode } from "./answer.js";
import * as api from "./api.js";
import { h, scrollTo, spoken } from "./dom.js";
import { answerText, copy, printAnswer } from "./report.js";
import * as slots from "./slots.js";
import { STEPS } from "./words.js";

const KEPT_TURNS = 20;
const PATIENCE = 3000; // how long an answer waits for the words of the facts, in milliseconds
const WAITS = [300, 1000, 2500]; // before a broken connection is tried again, in milliseconds

/**
 * Show a conversation in `place`; gives { focus }.
 *
 * region  the region that is meant where the person names none
 * store   the name under which this tab keeps the conversation
 */
export function chat(place, { region = "", store = "policy-assistant" } = {}) {
  /** What outlives a reload: session, settings, turns with their answers, the question on its way. */
  const state = { session: null, region, asOf: "", turns: [], pending: null, ...restore() };
  let running = null;

  function restore() {
    try {
      return JSON.parse(sessionStorage.getItem(store)) ?? {};
    } catch {
      return {};
    }
  }

  function save() {
    try {
      sessionStorage.setItem(store, JSON.stringify({ ...state, turns: state.turns.slice(-KEPT_TURNS) }));
    } catch {
      // Storage is full or forbidden: the conversation goes on, only a reload forgets it.
    }
  }

  const question = h("textarea", { id: "question", name: "question", rows: "1", maxlength: "2000", enterkeyhint: "send", placeholder: "请输入问题", onkeydown(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  } });
  const send = h("button", { type: "submit", class: "primary" }, "发送");
  const stop = h("button", { type: "button", class: "primary stop", hidden: true, onclick: () => running?.abort() }, "停止");
  const status = h("p", { class: "sr-only", role: "status" });
  const offline = h("p", { class: "offline", role: "status" });
  const log = h("div", { class: "log", role: "log", "aria-live": "off", "aria-label": "对话" });
  const suggestions = h("ul", { class: "suggestions", "aria-label": "可以这样问" });
  const welcome = h("section", { class: "welcome", "aria-label": "开始" },
    h("h2", {}, "您想问哪项政策？"),
    h("p", { class: "welcome-note" }, "照平常说话那样问就行。金额写“5000万”“1个亿”，利率写“4%”“3.85个点”都看得懂。"),
    h("p", { class: "welcome-note small" }, "文件没有写的，会直说没有写；写“不超”“最高”的，只说上限。请不要输入身份证号、银行账号等个人信息。"),
    suggestions);
  const regionField = h("input", { class: "input", type: "text", maxlength: "40", placeholder: "不填则从问题中识别", onchange: readSettings });
  const dayField = h("input", { class: "input", type: "date", onchange: readSettings });
  const settingsNow = h("span", { class: "settings-now" });

  place.append(h("div", { class: "chat" },
    h("div", { class: "conversation" }, welcome, log),
    h("div", { class: "composer" },
      h("form", { class: "composer-inner", autocomplete: "off", onsubmit(event) {
        event.preventDefault();
        submit();
      } },
      offline,
      h("div", { class: "field" }, h("label", { class: "sr-only", for: "question" }, "您的问题"), question, send, stop),
      h("div", { class: "composer-tools" },
        h("details", { class: "settings" },
          h("summary", {}, "设置", settingsNow),
          h("div", { class: "settings-body" },
            h("label", { class: "label" }, "地区", regionField),
            h("label", { class: "label" }, "按哪一天的政策", dayField),
            h("button", { type: "button", class: "quiet", onclick() {
              regionField.value = "";
              dayField.value = "";
              readSettings();
            } }, "清除"))),
        h("button", { type: "button", class: "quiet", onclick: restart }, "新对话"),
        h("span", { class: "hint" }, "回车发送，Shift+回车换行"))),
      status)));

  const act = {
    ask,
    prefill(text) {
      question.value = text;
      question.focus();
    },
    async copy(answer, button) {
      const done = await copy(answerText(answer));
      const words = button.textContent;
      button.textContent = done ? "已复制" : "复制不了，请手动选择";
      announce(button.textContent);
      setTimeout(() => { button.textContent = words; }, 2000);
    },
    print(answer) {
      printAnswer(state.turns.find((turn) => turn.answer.id === answer.id)?.question ?? "", answer);
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

  /** Ask and show what comes: the steps, the sentences as they are checked, the answer. */
  async function ask(asking, id = api.requestId()) {
    if (running || !asking.trim()) return;
    running = new AbortController();
    welcome.hidden = true;
    const arriving = arrivingSheet();
    const turn = h("div", { class: "turn" }, asked(asking), arriving.node);
    log.append(turn);
    setBusy(true);
    scrollTo(turn, "start");
    state.pending = { question: asking, id };
    save();
    try {
      const answer = await answered(asking, id, arriving, running.signal);
      await vocabulary();
      state.session = answer.session_id;
      state.turns.push({ question: asking, answer });
      arriving.node.replaceWith(answerSheet(answer, act));
      announce(`回答完成。${answer.statements[0]?.text ?? ""}`);
    } catch (error) {
      arriving.node.replaceWith(failure(asking, id, error, turn));
    } finally {
      state.pending = null;
      save();
      running = null;
      setBusy(false);
    }
  }

  /**
   * The answer, through broken connections: the same id is sent again, so that a turn which the
   * service has already taken is answered from what it kept, and is not taken twice.
   */
  async function answered(asking, id, arriving, signal) {
    for (let tries = 0; ; tries += 1) {
      try {
        return await api.ask(body(asking, id), arriving, signal);
      } catch (error) {
        if (error.field === "session_id" && state.session) {
          state.session = null;
          arriving.restart("之前的对话已经过期，这个问题按新的对话回答。");
          continue;
        }
        if (!error.broken || tries === WAITS.length) throw error;
        arriving.restart(navigator.onLine ? "连接断了，正在接上……" : "网络断开了，恢复后自动接着回答。");
        await connected(WAITS[tries], signal);
      }
    }
  }

  function body(asking, id) {
    const wanted = { question: asking.trim(), request_id: id, session_id: state.session, region: state.region, as_of: state.asOf };
    return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value));
  }

  function failure(asking, id, error, turn) {
    const stopped = error.name === "AbortError";
    const known = error instanceof api.Problem;
    const words = stopped ? "已停止回答。" : known ? error.message : "页面出了问题，请刷新后再试。";
    if (!stopped && !known) console.error(error);
    const again = () => {
      turn.remove();
      ask(asking, id);
    };
    const edit = () => {
      turn.remove();
      welcome.hidden = state.turns.length > 0;
      act.prefill(asking);
    };
    return h("article", { class: `sheet answer failed ${stopped ? "stopped" : ""}` },
      h("p", { class: "failed-words", role: "alert" }, words),
      h("div", { class: "actions" },
        stopped || error.retry ? h("button", { type: "button", class: "chip", onclick: again }, "再试一次") : null,
        h("button", { type: "button", class: "chip", onclick: edit }, "修改问题")));
  }

  function setBusy(busy) {
    const focused = busy ? send : stop;
    const moves = focused.getRootNode().activeElement === focused;
    send.hidden = busy;
    stop.hidden = !busy;
    if (moves) question.focus(); // a button that vanishes must not take the focus with it
    log.setAttribute("aria-busy", String(busy));
    if (busy) announce("正在回答");
  }

  function announce(words) {
    status.textContent = words;
  }

  function restart() {
    running?.abort();
    Object.assign(state, { session: null, turns: [], pending: null });
    save();
    log.replaceChildren();
    welcome.hidden = false;
    question.value = "";
    question.focus();
    scrollTo(welcome, "start");
  }

  function readSettings() {
    state.region = regionField.value.trim();
    state.asOf = dayField.value;
    save();
    showSettings();
    suggest();
  }

  function showSettings() {
    regionField.value = state.region;
    dayField.value = state.asOf;
    const now = [state.region, state.asOf && `按${state.asOf}`].filter(Boolean).join(" · ");
    settingsNow.textContent = now ? `：${now}` : "";
  }

  async function suggest() {
    const found = await api.suggestions(state.region).catch(() => []);
    suggestions.replaceChildren(...found.map((one) => h("li", {},
      h("button", { type: "button", onclick: () => ask(one.question) },
        h("span", { class: "topic" }, one.topic), h("span", { class: "ask" }, one.question)))));
  }

  function submit() {
    const asking = question.value;
    if (running || !asking.trim()) return;
    question.value = "";
    ask(asking);
  }

  function showNetwork() {
    offline.textContent = navigator.onLine ? "" : "网络已断开。恢复以后可以接着问。";
  }

  async function start() {
    showSettings();
    showNetwork();
    addEventListener("online", showNetwork);
    addEventListener("offline", showNetwork);
    const ready = vocabulary();
    if (!state.turns.length && !state.pending) {
      suggest();
      return;
    }
    welcome.hidden = true;
    suggest();
    await ready;
    for (const { question: asking, answer } of state.turns) {
      log.append(h("div", { class: "turn" }, asked(asking), answerSheet(answer, act)));
    }
    log.lastElementChild?.scrollIntoView({ block: "start" });
    if (state.pending) ask(state.pending.question, state.pending.id);
  }

  start();
  return { focus: () => question.focus() };
}

/**
 * The words of the facts: an answer shown without them names facts by their keys and offers no
 * choices. Done as well when they cannot be had, or not in time: the answer is worth more.
 */
function vocabulary() {
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
  return Promise.race([slots.load().catch(() => {}), late]);
}

function asked(question) {
  return h("div", { class: "asked" }, spoken("您问："), question);
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
    /** It begins once more: say why. */
    restart(words) {
      dots.forEach((dot) => { dot.className = "dot"; });
      word.textContent = words;
      statements.replaceChildren();
    },
  };
}

/** Resolves after `wait` milliseconds, or as soon as there is a network again; rejects when stopped. */
function connected(wait, signal) {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    if (navigator.onLine) setTimeout(resolve, wait);
    else addEventListener("online", () => resolve(), { once: true });
  });
}
