/*
 * The assistant on any site: <script src=".../widget.js" data-region="重庆" defer></script>
 *
 * A button at the edge of the window opens the conversation in a shadow root, where the site's
 * styles do not reach. The style is made by script, which the strictest policy allows.
 * data-region  the region that is meant where the person names none
 * data-title   what the assistant is called
 * data-theme   "light" where the site has no dark form
 */

import { serveFrom } from "./api.js";
import { chat } from "./chat.js";
import { h, icon } from "./dom.js";

const SEAL = ["M7 8h10", "M7 12h7", "M7 16h4", "M13.5 16.2l2 2 3.5-4"];
const CLOSE = ["M6 6l12 12", "M18 6L6 18"];
const OUT = ["M14 5h5v5", "M19 5l-8 8", "M11 6H6v12h12v-5"];
const NARROW = "(max-width: 30rem), (max-height: 30rem)";
const LENGTH = "--policy-rem";

/** `styles` is the text of the style sheets; the bundle brings it along. */
export function widget(script, styles) {
  if (document.querySelector("policy-assistant")) return;
  serveFrom(script.src);
  const { region = "", title = "政策助手", theme = "" } = script.dataset;
  const host = h("policy-assistant", { "data-theme": theme || null });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  root.adoptedStyleSheets = [sheet];
  host.style.setProperty(LENGTH, measured() ? "1em" : "16px");

  const large = h("button", { type: "button", class: "quiet", "aria-pressed": "false", onclick() {
    const wanted = host.toggleAttribute("data-large");
    large.setAttribute("aria-pressed", String(wanted));
  } }, "长辈版");
  const panel = h("dialog", { class: "panel", "aria-label": title, onkeydown(event) {
    if (event.key === "Escape") panel.close();
  }, onclose() {
    launcher.hidden = false;
    launcher.setAttribute("aria-expanded", "false");
    launcher.focus();
  } },
  h("header", { class: "panel-head" },
    h("span", { class: "panel-seal" }, icon(...SEAL)),
    h("h2", { class: "panel-title" }, title),
    large,
    h("a", { class: "round", href: new URL("/", script.src).href, target: "_blank", rel: "noopener", "aria-label": "在新窗口打开完整页面", title: "在新窗口打开" }, icon(...OUT)),
    h("button", { type: "button", class: "round", "aria-label": "关闭", title: "关闭", onclick: () => panel.close() }, icon(...CLOSE))));
  let conversation = null;
  const launcher = h("button", { type: "button", class: "launcher", "aria-expanded": "false", "aria-haspopup": "dialog", onclick() {
    conversation ??= chat(panel, { region, store: `policy-assistant-widget-${region}` });
    launcher.hidden = true;
    launcher.setAttribute("aria-expanded", "true");
    if (matchMedia(NARROW).matches) panel.showModal();
    else panel.show();
    conversation.focus();
  } }, icon(...SEAL), title);
  root.append(h("div", { class: "surface" }, launcher, panel));
  document.body.append(host);
}

/**
 * Let sizes follow the reader's own type size, which a `rem` inside a strange page does not: sites
 * set it to anything. False where the browser cannot register a length.
 */
function measured() {
  try {
    CSS.registerProperty({ name: LENGTH, syntax: "<length>", inherits: true, initialValue: "16px" });
    return true;
  } catch {
    return false;
  }
}
