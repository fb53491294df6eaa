/* 长辈版: enlarges a page before it is painted, and keeps the wish for the next page. */

(() => {
  const STORE = "policy-assistant-large";
  const root = document.documentElement;

  function wished() {
    try {
      return localStorage.getItem(STORE) === "yes";
    } catch {
      return false;
    }
  }

  function show(large) {
    root.toggleAttribute("data-large", large);
    for (const button of document.querySelectorAll("[data-enlarges]")) {
      button.setAttribute("aria-pressed", String(large));
    }
  }

  show(wished());
  addEventListener("DOMContentLoaded", () => {
    show(wished());
    for (const button of document.querySelectorAll("[data-enlarges]")) {
      button.addEventListener("click", () => {
        const large = !root.hasAttribute("data-large");
        show(large);
        try {
          localStorage.setItem(STORE, large ? "yes" : "no");
        } catch {
          // Storage is forbidden: the wish holds for this page.
        }
      });
    }
  });
})();
