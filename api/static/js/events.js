/* Read server-sent events from a fetch response (EventSource cannot POST). */

/** Yields { name, data } for each event of the stream, in order. */
export async function* events(response) {
  const decoder = new TextDecoder();
  const parser = new EventParser();
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Takes the stream's text in pieces cut anywhere and gives the events that are complete. */
export class EventParser {
  #rest = "";
  #name = "message";
  #data = [];

  push(piece) {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    const complete = [];
    for (const line of lines) {
      if (line === "") {
        if (this.#data.length) complete.push({ name: this.#name, data: this.#data.join("\n") });
        this.#name = "message";
        this.#data = [];
        continue;
      }
      const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
      if (field === "event") this.#name = value;
      else if (field === "data") this.#data.push(value);
    }
    return complete;
  }
}
