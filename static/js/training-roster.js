// The roster in a room without network: each tap is a mark with a number of its own, kept until the portal has it.
"use strict";

const roster = JSON.parse(document.getElementById("roster-data").textContent);
const { words } = roster;
const place = (id) => document.getElementById(id);
const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
// One entry for each mark: two tabs never overwrite each other's.
const PREFIX = `roster:${roster.session}:`;
let isBusy = false;

// What waits -----------------------------------------------------------------------------------------------------------

function waiting() {
  const found = [];
  for (let index = 0; index < localStorage.length; index += 1) {
    const key = localStorage.key(index);
    if (key.startsWith(PREFIX)) found.push(JSON.parse(localStorage.getItem(key)));
  }
  return found.sort((one, other) => one.number - other.number);
}

function nonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function keep(mark) {
  const rows = waiting();
  const number = rows.length ? rows[rows.length - 1].number + 1 : 1;
  const whole = { ...mark, nonce: nonce(), number, at: new Date().toISOString() };
  localStorage.setItem(PREFIX + whole.nonce, JSON.stringify(whole));
  navigator.storage?.persist?.();
  return whole;
}

// What the page shows ----------------------------------------------------------------------------------------------------

function show() {
  const rows = waiting();
  for (const mark of rows) if (mark.enrolment) paint(mark);
  place("unlisted-list").replaceChildren(
    ...rows.filter((mark) => !mark.enrolment).map((mark) => line("li", mark.name)),
  );
  const state = [rows.length ? say(words.waiting, { n: rows.length }) : words.none];
  if (!navigator.onLine) state.push(words.offline);
  if (isOff()) state.push(words.clock);
  place("roster-state").textContent = state.join(" ");
  place("roster-upload").disabled = !rows.length || isBusy;
}

function paint(mark) {
  const row = document.querySelector(`[data-learner="${mark.enrolment}"]`);
  if (!row) return;
  for (const button of row.querySelectorAll("[data-kind]")) {
    button.setAttribute("aria-pressed", String(button.dataset.kind === mark.kind));
  }
  const time = new Date(mark.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const minutes = mark.minutes === null ? "" : ` ${mark.minutes}`;
  row.querySelector("[data-mark]").textContent = say(words.marked, { kind: roster.kinds[mark.kind] + minutes, time });
}

function line(tag, text, tone) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (tone) element.className = tone;
  return element;
}

function isOff() {
  const now = Date.now(), most = 2 * 3600 * 1000;
  return now < Date.parse(roster.starts) - most || now > Date.parse(roster.ends) + most;
}

// Marking ----------------------------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-kind]");
  if (!button) return;
  const row = button.closest("[data-learner]");
  const field = row.querySelector("input");
  const isPartial = roster.partial.includes(button.dataset.kind);
  const minutes = isPartial ? Number.parseInt(field.value, 10) : null;
  const fits = !isPartial || (minutes >= 0 && minutes <= roster.minutes);
  field.setAttribute("aria-invalid", String(!fits));
  field.setCustomValidity(fits ? "" : words.minutesPlease);
  if (!fits) {
    field.reportValidity();
    field.focus();
    return;
  }
  keep({ enrolment: Number(row.dataset.learner), name: row.dataset.name, kind: button.dataset.kind, minutes });
  show();
});

place("roster-unlisted").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = place("unlisted-name");
  const name = field.value.trim();
  if (!name) return field.focus();
  keep({ enrolment: null, name, kind: "present", minutes: null });
  field.value = "";
  show();
});

// Uploading --------------------------------------------------------------------------------------------------------------

async function upload() {
  const marks = waiting();
  if (!marks.length || isBusy) return;
  isBusy = true;
  show();
  place("roster-result").replaceChildren(line("p", words.busy));
  const lines = [];
  try {
    const answer = await fetch(roster.upload, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ roster: roster.token, marks }),
    });
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    if (answer.redirected || answer.status === 401 || (!isJson && answer.status < 500)) {
      lines.push(signInAgain());
    } else if (!isJson) {
      lines.push(line("p", words.offline, "err"));
    } else {
      const said = await answer.json();
      if (answer.ok) lines.push(...taken(said, marks));
      else lines.push(line("p", say(words.failed, { why: said.why }), "err"));
    }
  } catch {
    lines.push(line("p", words.offline, "err"));
  }
  isBusy = false;
  place("roster-result").replaceChildren(...lines);
  show();
}

function taken(said, marks) {
  for (const mark of said.kept) localStorage.removeItem(PREFIX + mark);
  const lines = [line("p", say(words.done, said))];
  if (said.flagged) lines.push(line("p", say(words.flagged, { n: said.flagged })));
  if (said.unlisted) lines.push(line("p", say(words.unlisted, { n: said.unlisted })));
  if (said.final) lines.push(line("p", say(words.final, { n: said.final })));
  if (said.refused.length) lines.push(line("p", say(words.refused, { n: said.refused.length }), "err"));
  if (said.conflicts.length) {
    const list = document.createElement("ul");
    list.append(
      ...said.conflicts.map(({ name, counts, others }) =>
        line("li", say(words.conflict, { name, counts, yours: others.join(", ") })),
      ),
    );
    lines.push(line("p", words.conflicts), list);
  }
  return lines;
}

function signInAgain() {
  const paragraph = line("p", words.signedOut, "err");
  const link = line("a", words.signIn);
  link.href = `${roster.signIn}?next=${encodeURIComponent(location.pathname)}`;
  paragraph.append(" ", link);
  return paragraph;
}

place("roster-upload").addEventListener("click", upload);
window.addEventListener("online", () => {
  show();
  upload();
});
window.addEventListener("offline", show);
window.addEventListener("storage", show);

// Keeping the page -------------------------------------------------------------------------------------------------------

async function keepPage() {
  await navigator.serviceWorker.register(roster.worker);
  const cache = await caches.open(`roster-${roster.session}`);
  const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
  const addresses = new Set(parts.map((part) => part.href || part.src));
  // Styles and scripts never change under their address; the page is the one that lies open.
  await cache.addAll([location.pathname, ...addresses]);
}

async function begin() {
  show();
  let note = words.ready;
  try {
    if (navigator.onLine) await keepPage();
  } catch {
    note = words.notKept;
  }
  place("roster-result").replaceChildren(line("p", note, "small muted"));
  if (navigator.onLine) upload();
}

begin();
