/* What is typed in a form that has not been saved once yet is kept in the browser, and filled in again when the form is opened anew. The page
   that it leads to once it is saved lets it go. */
const form = document.querySelector("form[data-begun]");
const told = document.querySelector("[data-kept]");
const SENT = "begun form that was sent";
const isTicked = (one) => ["checkbox", "radio"].includes(one.type);

function begin() {
  const shelf = `begun ${form.dataset.begun} ${location.pathname}`;
  const asked = [...form.elements].filter((one) => one.name && !["hidden", "submit"].includes(one.type));

  function keep() {
    const typed = asked.filter((one) => (isTicked(one) ? one.checked : one.value)).map((one) => [one.name, one.value]);
    try {
      localStorage.setItem(shelf, JSON.stringify(typed));
      told.textContent = told.dataset.said;
    } catch { /* no room, or not allowed: then it is kept when it is saved */ }
  }

  function fill() {
    const typed = JSON.parse(localStorage.getItem(shelf) ?? "[]");
    if (!typed.length || form.querySelector("[aria-invalid]")) return; // a form that was refused shows what it was sent with
    const chosen = new URLSearchParams(location.search); // by the page that led here
    for (const one of asked.filter((each) => !chosen.has(each.name))) {
      const values = typed.filter(([name]) => name === one.name).map(([, value]) => value);
      if (isTicked(one)) one.checked = values.includes(one.value);
      else if (values.length) [one.value] = values;
    }
    told.textContent = told.dataset.found;
  }

  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, shelf));
  fill();
}

/* Was this page opened by the form itself? Another one, opened after a session had ended or a connection was lost, tells nothing of it. */
function isSaved(shelf) {
  return document.referrer !== "" && shelf?.endsWith(` ${new URL(document.referrer).pathname}`);
}

if (form) begin();
else if (isSaved(sessionStorage.getItem(SENT))) localStorage.removeItem(sessionStorage.getItem(SENT));
sessionStorage.removeItem(SENT);
