/* Every page works without this file. */
DKFDS.init();

/* One click, one answer: the server sees to that; here the button only shows that the click was heard. */
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  for (const button of event.target.querySelectorAll("button:not([type=button])")) {
    setTimeout(() => { button.disabled = true; }, 0);
  }
});

/* The browser's back button shows the page as it was left: its buttons must work again. */
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form button:disabled")) button.disabled = false;
});

/* After a refused form the reader starts at the summary. */
document.querySelector(".error-summary")?.focus();
