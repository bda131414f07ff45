// The progress of an upload, and its answer in place. Without scripts the form is sent as any other.
"use strict";

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.matches("form[data-upload]") || !form.querySelector("input[type=file]").files.length) return;
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    const bar = form.querySelector("progress");
    bar.hidden = false;
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (step) => {
      if (step.lengthComputable) bar.value = Math.round((100 * step.loaded) / step.total);
    });
    request.addEventListener("load", () => show(form, request.responseText));
    request.addEventListener("error", () => fail(form, bar));
    request.send(new FormData(form));
  },
  true,
);

// The answer is a whole page: its content and messages take the place of those here.
function show(form, text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = page.getElementById("main");
  if (!main) return fail(form, form.querySelector("progress"));
  for (const id of ["messages", "main"]) {
    const fresh = document.adoptNode(page.getElementById(id));
    document.getElementById(id).replaceWith(fresh);
    if (window.htmx) window.htmx.process(fresh);
  }
  (document.querySelector("[data-errors]") || document.querySelector("#messages p"))?.scrollIntoView({ block: "center" });
  document.querySelector("[data-errors]")?.focus();
}

function fail(form, bar) {
  delete form.dataset.busy;
  bar.hidden = true;
  const place = document.getElementById("messages");
  const line = document.createElement("p");
  line.className = "note bad";
  line.textContent = place.dataset.failed;
  place.replaceChildren(line);
}
