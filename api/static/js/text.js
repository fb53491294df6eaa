/* Cut a text at offsets that count code points, as the API counts them (JavaScript counts UTF-16 units). */

/** The text as a list of code points: "𠮷野" has two, though its length is 3. */
export function points(text) {
  return Array.from(text);
}

/**
 * Cut code points at the ends of every range and at every further offset.
 * Gives pieces { start, words, kinds } in order; their words joined are the text, and kinds
 * names the ranges that a piece lies in.
 */
export function cut(text, ranges, offsets = []) {
  const inside = (at) => at >= 0 && at < text.length;
  const starts = [...new Set([0, ...offsets, ...ranges.flatMap(({ start, end }) => [start, end])])]
    .filter(inside).sort((a, b) => a - b);
  return starts.map((start, index) => ({
    start,
    words: text.slice(start, starts[index + 1] ?? text.length).join(""),
    kinds: new Set(ranges.filter((range) => range.start <= start && start < range.end).map(({ kind }) => kind)),
  }));
}
