// Lists: a group of filters that the reader opened stays open when the list is fetched anew.
"use strict";

{
  const open = new Map();

  document.addEventListener(
    "toggle",
    (event) => {
      if (event.target.id && event.target.closest("#list")) open.set(event.target.id, event.target.open);
    },
    true,
  );

  document.addEventListener("htmx:afterSwap", () => {
    for (const [id, wasOpen] of open) {
      const group = document.getElementById(id);
      if (group && group.tagName === "DETAILS") group.open = wasOpen;
    }
  });
}
