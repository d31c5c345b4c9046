// Small improvements. Every page works without them.
"use strict";
window.dsWarnings = false;

// "Add a line": copies the last element of a form's list, empties it and gives its fields the next number.
// <div data-lines> ... <div data-line>…</div> </div> <button data-add-line="id of the list" hidden>
document.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add-line]");
  if (!add) return;
  const list = document.getElementById(add.dataset.addLine);
  const lines = list.querySelectorAll(":scope > [data-line]");
  const copy = lines[lines.length - 1].cloneNode(true);
  const number = String(lines.length);
  for (const element of copy.querySelectorAll("*")) {
    for (const name of ["id", "name", "for", "aria-describedby"]) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replace(/\d+(?=\D*$)/, number));
    }
    if (element.matches("input:not([type=hidden]), textarea")) element.value = "";
    if (element.matches("select")) element.selectedIndex = 0;
    element.removeAttribute("aria-invalid");
  }
  copy.querySelectorAll(".ds-validation-message").forEach((message) => message.remove());
  list.append(copy);
  const total = list.closest("form").querySelector("[name$=TOTAL_FORMS]");
  if (total) total.value = String(lines.length + 1);
  copy.querySelector("input, select, textarea").focus();
});

// Controls that only work with scripts are hidden until scripts run.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-needs-script]").forEach((element) => element.removeAttribute("hidden"));
});

// <select data-submit> sends its form at once; without scripts the form's own button does.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});
