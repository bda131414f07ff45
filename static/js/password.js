// Beside a new password: how long it is by now, and what it says when shown. No rule about kinds of characters.
"use strict";

for (const field of document.querySelectorAll("input[data-password]")) {
  const least = Number(field.dataset.password);
  const words = document.querySelector("[data-password-words]");
  if (!words) continue;
  const hint = document.createElement("span");
  hint.className = "count";
  hint.setAttribute("role", "status");
  const show = document.createElement("button");
  show.type = "button";
  show.className = "btn small quiet";
  show.textContent = words.dataset.show;
  const line = document.createElement("p");
  line.className = "row";
  line.append(show, hint);
  field.after(line);

  const count = () => {
    const length = [...field.value].length;
    const missing = least - length;
    hint.textContent = !length
      ? ""
      : missing > 0
        ? words.dataset.missing.replace("#", missing)
        : new Set(field.value.toLowerCase()).size < 6
          ? words.dataset.alike
          : length < least + 5
            ? words.dataset.enough
            : words.dataset.strong;
  };
  field.addEventListener("input", count);
  show.addEventListener("click", () => {
    const hidden = field.type === "password";
    const again = field.form.elements.password2;
    for (const one of [field, again]) if (one) one.type = hidden ? "text" : "password";
    show.textContent = hidden ? words.dataset.hide : words.dataset.show;
    show.setAttribute("aria-pressed", String(hidden));
    field.focus();
  });
}
