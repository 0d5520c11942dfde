/* The results beside the form follow what is typed. Without this file a button counts again. */
const written = document.querySelector("form[data-recount]");
const places = document.querySelectorAll("[data-results]");
const WAIT = 500; // milliseconds without a keystroke
let waiting, asking;

for (const button of document.querySelectorAll(".results-recount > button")) button.hidden = true;

async function recount() {
  asking?.abort();
  asking = new AbortController();
  const said = new FormData(written);
  said.delete("row");
  try {
    const answer = await fetch(written.dataset.recount, { method: "POST", body: said, signal: asking.signal, redirect: "error" });
    if (answer.ok) show(await answer.text());
  } catch {
    /* Another count has begun, or nothing answers: what is shown stays. Saving says what is wrong. */
  }
}

function show(page) {
  const found = new DOMParser().parseFromString(page, "text/html").body;
  for (const place of places) {
    const open = [...place.querySelectorAll("details[open]")].map((fold) => fold.dataset.fold);
    const counted = found.cloneNode(true);
    for (const fold of counted.querySelectorAll("details")) fold.open = open.includes(fold.dataset.fold);
    if (place.innerHTML.trim() === counted.innerHTML.trim()) continue;
    place.replaceChildren(...counted.childNodes);
    const status = place.parentElement.querySelector("[data-recounted]");
    status.textContent = "";
    setTimeout(() => { status.textContent = status.dataset.recounted; }, 50);
  }
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(recount, WAIT);
}

written.addEventListener("input", later);
written.addEventListener("change", later);
