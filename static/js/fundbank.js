/* Every page works without this file. */
DKFDS.init();

/* One click, one answer: the server sees to that; here the button only shows that the click was heard. */
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  for (const button of event.target.elements) {
    if (button.type === "submit") setTimeout(() => { button.disabled = true; }, 0);
  }
});

/* The browser's back button shows the page as it was left: its buttons must work again. */
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
});

/* A browser that did not keep the page fetches it anew, with a new one-time token: what was sent, and the token with it, stays with its place
   in the browser's history, so that it stands there again and sending it again is known as the same. A form marked data-rewrites saves a
   text over the one before, and its version guards it: whoever goes back and writes on there saves something new. A form is known by its
   address, so no two on a page share one. */
const nameOf = (form) => form.getAttribute("action") ?? "";
const isKept = (field) => field.name && field.name !== "csrf_token" && !["password", "submit"].includes(field.type);
document.addEventListener("submit", ({ target: form }) => {
  if (!form.elements.namedItem("once")) return;
  const values = [...form.elements].filter(isKept).map((field) => [field.name, field.value, field.checked]);
  history.replaceState({ ...history.state, sent: { ...history.state?.sent, [nameOf(form)]: values } }, "");
});
for (const form of document.forms) {
  const sent = history.state?.sent?.[nameOf(form)];
  if (!sent || form.hasAttribute("data-rewrites")) continue;
  for (const field of [...form.elements].filter(isKept)) {
    const choosing = ["radio", "checkbox"].includes(field.type);
    const value = sent.find(([name, value]) => name === field.name && (!choosing || value === field.value));
    if (value && choosing) field.checked = value[2];
    else if (value) field.value = value[1];
  }
}

/* What a link leads to inside a fold is opened with it. */
const unfold = () => {
  const place = document.getElementById(location.hash.slice(1));
  for (let fold = place?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
};
window.addEventListener("hashchange", unfold);
unfold();

/* After a refused form the reader starts at the summary. */
document.querySelector(".error-summary")?.focus();

/* How much of a long text is written. Who listens is told when they pause, and only once little is left. */
for (const counter of document.querySelectorAll("[data-counts]")) {
  const text = document.getElementById(counter.dataset.counts), status = counter.nextElementSibling;
  const most = Number(counter.dataset.most);
  let pause;
  const count = () => {
    const signs = [...text.value].length, over = Math.max(signs - most, 0);
    const said = over ? counter.dataset.over : counter.dataset.said;
    counter.textContent = said.replace("#", (over || signs).toLocaleString(document.documentElement.lang));
    counter.classList.toggle("text-counter-over", over > 0);
    clearTimeout(pause);
    pause = setTimeout(() => { status.textContent = signs > most * 0.9 ? counter.textContent : ""; }, 1000);
  };
  counter.hidden = false;
  text.addEventListener("input", count);
  count();
}
