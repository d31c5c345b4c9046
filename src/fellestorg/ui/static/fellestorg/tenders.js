// A tender is saved as one goes, and large files are sent in pieces that go on where they were. All of it works without.
"use strict";

const token = (form) => form.querySelector("[name=csrfmiddlewaretoken]").value;

function send(url, form, body, type) {
  const headers = { "X-CSRFToken": token(form), Accept: "application/json" };
  if (type) headers["Content-Type"] = type;
  return fetch(url, { method: "POST", headers, body, credentials: "same-origin" });
}

// Saving: ten seconds after the last change, and when the page is left.
document.querySelectorAll("form[data-autosave]").forEach((form) => {
  const told = form.querySelector("[data-saved]");
  let waiting = 0;
  const save = async () => {
    waiting = 0;
    try {
      const answer = await send(form.action, form, JSON.stringify([...new FormData(form)]), "application/json");
      told.textContent = answer.ok ? `${told.dataset.saved} ${new Date().toLocaleTimeString()}` : told.dataset.failed;
    } catch {
      told.textContent = told.dataset.failed;
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 10000);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && waiting) { clearTimeout(waiting); save(); }
  });
});

// Files: begin (or find what was broken off), then each piece, then done. A piece is tried again three times.
document.querySelectorAll("form[data-chunks]").forEach((form) => {
  const told = form.querySelector("[role=status]");
  const piece = async (url, blob) => {
    for (let tries = 0; ; tries += 1) {
      try {
        const answer = await send(url, form, blob);
        if (answer.ok || answer.status < 500) return answer;
      } catch (error) {
        if (tries === 3) throw error;
      }
      if (tries === 3) throw new Error("no answer");
      await new Promise((go) => setTimeout(go, 2000 * (tries + 1)));
    }
  };
  const problem = async (answer) => (await answer.json()).problems.join(" ");
  form.addEventListener("submit", async (event) => {
    const file = form.querySelector("input[type=file]").files[0];
    if (!file) return;
    event.preventDefault();
    try {
      const about = new URLSearchParams({ question: form.dataset.question, name: file.name, bytes: String(file.size) });
      const begun = await piece(form.dataset.chunks, about);
      if (!begun.ok) { told.textContent = await problem(begun); return; }
      const { id, received, chunk } = await begun.json();
      const base = form.dataset.chunks.replace(/ny$/, id);
      const all = Math.ceil(file.size / chunk);
      for (let place = received; place < all; place += 1) {
        const answer = await piece(`${base}/${place}`, file.slice(place * chunk, (place + 1) * chunk));
        if (!answer.ok) { told.textContent = await problem(answer); return; }
        told.textContent = `${Math.round(((place + 1) / all) * 100)} %`;
      }
      const done = await piece(`${base}/ferdig`, null);
      if (!done.ok) { told.textContent = await problem(done); return; }
      location.reload();
    } catch {
      form.submit();
    }
  });
});
