/* The HTTP API as functions. Errors are `Problem`s whose message is a Chinese sentence for the reader. */

import { events } from "./events.js";

/**
 * What went wrong, in words. `retry` says whether asking again may help, `broken` that the
 * connection failed on the way, `field` which part of the request was wrong.
 */
export class Problem extends Error {
  constructor(message, { status = 0, retry = true, broken = false, field = null } = {}) {
    super(message);
    Object.assign(this, { status, retry, broken, field });
  }
}

const OFFLINE = "网络断开了。请检查网络，再试一次。";
const UNREACHABLE = "连不上服务。请稍后再试一次。";
const BROKEN = "回答还没有传完，连接就断了。请再试一次。";

let origin = location.origin;

/** Say where the service is, where that is not the site of the page. */
export function serveFrom(address) {
  origin = new URL(address).origin;
}

/** The full address of a path of the service, or null where a browser must not follow it. */
export function at(path) {
  try {
    const url = new URL(path, origin);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/** An id that nobody guesses: the same question sent again under it is answered once. */
export function requestId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function unconnected(words = UNREACHABLE) {
  return new Problem(navigator.onLine ? words : OFFLINE, { broken: true });
}

function problem(status, body) {
  const detail = body?.detail && typeof body.detail === "string" ? body.detail : null;
  const field = body?.field ?? null;
  if (status === 429) return new Problem(detail ?? "提问太频繁了，请稍等片刻再试。", { status });
  if (status >= 400 && status < 500) {
    return new Problem(detail ?? "这个请求没有被接受，请换个说法再试。", { status, field, retry: false });
  }
  return new Problem(detail ?? "服务暂时出了问题，您的问题没有丢失，请稍后再试一次。", { status });
}

async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(at(path), options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unconnected();
  }
  if (!response.ok) throw problem(response.status, await response.json().catch(() => null));
  return response;
}

async function json(path, options) {
  const response = await request(path, options);
  return whole(response);
}

/** The body of a reply, or a Problem where it does not come whole. */
function whole(response) {
  return response.json().catch((error) => {
    if (error.name === "AbortError") throw error;
    throw unconnected(BROKEN);
  });
}

function post(body, accept, signal) {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: accept },
    body: JSON.stringify(body),
    signal,
  };
}

/** A list that the API sends bare or under a name. */
function listed(body, name) {
  return Array.isArray(body) ? body : (body?.[name] ?? []);
}

/**
 * Ask. `on.step(name)` and `on.statement(statement)` hear what arrives on the way;
 * the promise gives the whole Answer, or rejects with a Problem (AbortError when stopped).
 * A server or a proxy that sends plain JSON instead of events is understood too.
 */
export async function ask(body, on, signal) {
  const response = await request("/api/ask", post(body, "text/event-stream, application/json;q=0.5", signal));
  const type = response.headers.get("Content-Type") ?? "";
  if (!type.startsWith("text/event-stream")) return whole(response);
  try {
    for await (const { name, data } of events(response)) {
      const value = JSON.parse(data);
      if (name === "step") on.step(value.name);
      else if (name === "statement") on.statement(value);
      else if (name === "answer") return value;
      else if (name === "error") throw problem(value.status ?? 500, value);
    }
  } catch (error) {
    if (error instanceof Problem || error.name === "AbortError") throw error;
    throw unconnected(BROKEN);
  }
  throw unconnected(BROKEN);
}

export async function slots() {
  return listed(await json("/api/slots"), "slots");
}

export async function suggestions(region = "") {
  return json(`/api/suggestions?region=${encodeURIComponent(region)}`);
}

/** One calculation with these inputs (decimal strings by slot); a Problem says what is wrong. */
export async function calculate(measureId, inputs, asOf) {
  return json("/api/calculate", post({ measure_id: measureId, inputs, as_of: asOf }, "application/json"));
}

export async function documents(asOf = "") {
  return listed(await json(`/api/documents?${filled({ as_of: asOf })}`), "documents");
}

/** A document with its text; `query` may hold as_of, version, against. */
export async function policyDocument(id, query = {}) {
  return json(`/api/documents/${encodeURIComponent(id)}?${filled(query)}`);
}

/** The parameters that are not empty. */
function filled(query) {
  return new URLSearchParams(Object.entries(query).filter(([, value]) => value));
}

/** The kinds of measures, in the order in which people look for them. */
export async function kinds() {
  return json("/api/kinds");
}

/** The catalogue, filtered by the parameters that are not empty. */
export async function measures(query = {}) {
  return json(`/api/measures?${filled(query)}`);
}

/** Every measure's verdict for a profile of facts, by slot. */
export async function match(profile, asOf) {
  return json("/api/match", post({ profile, as_of: asOf || null }, "application/json"));
}

export async function feedback(answerId, useful, comment = "") {
  const body = { answer_id: answerId, useful };
  if (comment) body.comment = comment;
  await request("/api/feedback", post(body, "application/json"));
}
