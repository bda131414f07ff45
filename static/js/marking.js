// The grid of marks: Enter and the arrow keys go from row to row in the same column; leaving a field saves it.
"use strict";

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("[data-grid] [data-column]");
  if (!field || !["Enter", "ArrowDown", "ArrowUp"].includes(event.key) || event.isComposing) return;
  event.preventDefault();
  const column = [...field.form.querySelectorAll(`[data-column="${field.dataset.column}"]`)];
  const next = column[column.indexOf(field) + (event.key === "ArrowUp" ? -1 : 1)];
  if (next) {
    next.focus();
    next.select();
  } else {
    field.blur();
  }
});
