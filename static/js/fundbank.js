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

/* It also brings back what was typed, but a page that is fetched anew carries a new one-time token: the one that was sent stays with its place in
   the browser's history, so that sending again is known as the same. A form marked data-rewrites saves a text over
   the one before, and its version guards it: whoever goes back and writes on there saves something new, and it must not be taken for the same. */
const nameOf = (form) => form.getAttribute("action") ?? "";
document.addEventListener("submit", ({ target: form }) => {
  const token = form.elements.namedItem("once");
  if (token) history.replaceState({ ...history.state, sent: { ...history.state?.sent, [nameOf(form)]: token.value } }, "");
});
for (const form of document.forms) {
  const token = form.elements.namedItem("once"), sent = history.state?.sent?.[nameOf(form)];
  if (token && sent && !form.hasAttribute("data-rewrites")) token.value = sent;
}

/* After a refused form the reader starts at the summary. */
document.querySelector(".error-summary")?.focus();
