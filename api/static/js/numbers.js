/* Decimal strings as people read them. Works on the digits, so nothing is rounded. */

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Move the decimal point `places` to the left (negative: right): shift("50000000", 4) is "5000". */
export function shift(decimal, places) {
  const [, sign, whole, fraction = ""] = DECIMAL.exec(decimal);
  const width = Math.abs(places) + 1;
  const digits = whole.padStart(width, "0") + fraction.padEnd(width, "0");
  const point = whole.padStart(width, "0").length - places;
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, "");
  const right = digits.slice(point).replace(/0+$/, "");
  return sign + left + (right ? `.${right}` : "");
}

/** What was typed as a decimal without separators: "５，０００．５" is "5000.5"; null where it is none. */
export function plainDecimal(typed) {
  const text = typed.normalize("NFKC").replace(/[,\s]/g, "");
  return DECIMAL.test(text) ? text : null;
}

/** "2026-11-20" is "2026年11月20日". */
export function dayWords(day) {
  const [, year, month, date] = /^(\d+)-0?(\d+)-0?(\d+)$/.exec(day);
  return `${year}年${month}月${date}日`;
}

/** Thousands separators: "1234567.5" is "1,234,567.5". */
export function grouped(decimal) {
  const [whole, fraction] = decimal.split(".");
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction ? `${spaced}.${fraction}` : spaced;
}

const CURRENCIES = { CNY: "元", USD: "美元", EUR: "欧元", HKD: "港元", JPY: "日元" };

/** "1000000.00" is "100万元"; what does not fit two decimals of 亿 or 万 stays in 元, exactly. */
export function money(amount, currency = "CNY") {
  const unit = CURRENCIES[currency] ?? currency;
  if (!DECIMAL.test(amount)) return `${amount}${unit}`;
  for (const [places, word] of [[8, "亿"], [4, "万"]]) {
    const shifted = shift(amount, places);
    const [whole, fraction = ""] = shifted.replace("-", "").split(".");
    if (whole !== "0" && fraction.length <= 2) return `${shifted}${word}${unit}`;
  }
  return `${grouped(shift(amount, 0))}${unit}`;
}

/** "1000000.00" is "1,000,000.00元": the amount to the last 分. */
export function exactMoney(amount, currency = "CNY") {
  return `${grouped(amount)}${CURRENCIES[currency] ?? currency}`;
}

/** "0.0385" is "3.85%". */
export function percent(rate) {
  return DECIMAL.test(rate) ? `${shift(rate, -2)}%` : rate;
}
