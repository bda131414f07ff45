// What pages gain when scripts run. Nothing here is needed to read or to send anything.
"use strict";

const root = document.documentElement;
const on = (type, handler) => document.addEventListener(type, handler);

// Theme: change at once, and let the server remember.
on("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-form]") || !event.submitter) return;
  event.preventDefault();
  const chosen = event.submitter.value;
  if (chosen === "system") delete root.dataset.theme;
  else root.dataset.theme = chosen;
  for (const button of form.querySelectorAll("button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button === event.submitter));
  }
  fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), redirect: "manual" });
});

// Small menus close on a click elsewhere and on Escape, which gives the focus back.
on("click", (event) => {
  for (const menu of document.querySelectorAll("details.pop[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

on("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.pop[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Command palette.
const palette = document.getElementById("palette");

function openPalette() {
  if (!palette || palette.open) return;
  palette.showModal();
  palette.querySelector("input").select();
}

on("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k" && palette) {
    event.preventDefault();
    openPalette();
  }
  if (!palette || !palette.open || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const stops = [palette.querySelector("input"), ...palette.querySelectorAll(".found a")];
  const here = stops.indexOf(document.activeElement);
  const next = stops[(here + (event.key === "ArrowDown" ? 1 : stops.length - 1)) % stops.length];
  event.preventDefault();
  next.focus();
});

on("click", (event) => {
  const opener = event.target.closest("[data-palette]");
  if (opener && palette && !event.ctrlKey && !event.metaKey && event.button === 0) {
    event.preventDefault();
    openPalette();
  }
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target === palette) palette.close();
});

// Character counters: <textarea data-count="200"> beside <p class="count" data-count-for="id">.
function count(area) {
  const place = document.querySelector(`[data-count-for="${area.id}"]`);
  if (!place) return;
  const most = Number(area.dataset.count);
  const length = [...area.value].length;
  place.textContent = most ? `${length} / ${most}` : String(length);
  place.classList.toggle("over", Boolean(most) && length > most);
}

on("input", (event) => event.target.matches?.("[data-count]") && count(event.target));

// Copy a link: <button data-copy="https://…" data-done="Copied">.
on("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button || !navigator.clipboard) return;
  event.preventDefault();
  await navigator.clipboard.writeText(button.dataset.copy || location.href);
  const before = button.textContent;
  button.textContent = button.dataset.done || before;
  setTimeout(() => (button.textContent = before), 2000);
});

// A form is sent once.
on("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post" || event.target.matches("[hx-post], [data-again]")) return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

// Fields marked data-autosubmit send their form when they change; their button is for those without scripts.
on("change", (event) => {
  if (event.target.closest("[data-autosubmit]")) event.target.form?.requestSubmit();
});

// After a part arrives or a page opens: focus what went wrong, count what is there, hide what scripts replace.
function settle(where) {
  where.querySelector("[data-errors]")?.focus();
  where.querySelectorAll("[data-count]").forEach(count);
  where.querySelectorAll("[data-noscript]").forEach((element) => (element.hidden = true));
  where.querySelectorAll("[data-script]").forEach((element) => (element.hidden = false));
}

on("DOMContentLoaded", () => settle(document));
on("htmx:afterSettle", (event) => settle(event.target));

// A part that could not be fetched says so instead of staying silent.
on("htmx:responseError", (event) => say(event.detail));
on("htmx:sendError", (event) => say(event.detail));

function say({ xhr, target }) {
  const messages = document.getElementById("messages");
  // The line that tells of saving also tells that it failed.
  const place = target?.dataset.failed ? target : messages;
  const isLate = xhr?.status === 401 || xhr?.status === 403;
  const text = isLate ? messages?.dataset.late : place?.dataset.failed;
  if (!place || !text) return;
  const line = document.createElement(place === messages ? "p" : "span");
  line.className = place === messages ? "note bad" : "err";
  line.textContent = text;
  place.replaceChildren(line);
}

// What was typed in the last moment before leaving a page that saves by itself is sent while the page goes.
const saving = "form[data-again][hx-post]";

on("input", (event) => {
  const form = event.target.form;
  if (form?.matches(saving)) form.typed = (form.typed || 0) + 1;
});

on("htmx:beforeRequest", (event) => {
  if (event.target.matches(saving)) event.target.sending = event.target.typed;
});

on("htmx:afterRequest", (event) => {
  if (event.target.matches(saving) && event.detail.successful) event.target.saved = event.target.sending;
});

on("submit", (event) => (event.target.saved = event.target.typed));

window.addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll(saving)) {
    if (form.typed === form.saved) continue;
    form.saved = form.typed;
    const headers = { "HX-Request": "true" };
    fetch(form.getAttribute("hx-post"), { method: "POST", body: new FormData(form), headers, keepalive: true });
  }
});
