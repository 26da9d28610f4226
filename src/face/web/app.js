// Makes the page a little quicker to use. Nothing needs it.
"use strict";

// `/` leads to the search, as in many programs.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.getElementById("q");
  if (search) {
    event.preventDefault();
    search.focus();
    search.select();
  }
});

// What was left empty is left out of the address.
document.addEventListener("submit", (event) => {
  for (const field of event.target.elements) {
    if (field.name && field.value === "") field.disabled = true;
  }
});

// Back from another page, all fields can be used again.
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("[name]:disabled")) field.disabled = false;
});
