/* What is typed in a step is sent while one types, and kept (applications/views/typing.py); what has not got there yet is kept in the browser
   and sent when it can be, also by the next page. Without this file each button of the step keeps it. */
const sheet = document.querySelector("form[data-keep]");
const told = document.querySelector("[data-kept]");
const field = (name) => sheet.elements.namedItem(name);
const rowOf = (name) => `${name.split("-").slice(0, 2).join("-")}-row`; // the field that says which row a field of it stands in
const QUIET = 1500, LONGEST = 2000, AGAIN = 3000; // milliseconds
const MOST_AT_THE_END = 60000; // signs: a browser sends no more while it leaves a page
const SHELF = `typed ${sheet.dataset.writer} `;
const here = `${SHELF}${sheet.dataset.keep} ${field("pen").value}`;
const seen = new Map(field("seen").value.split(" ").filter(Boolean).map((one) => one.split(":")));
const touched = new Set();
const refused = new Set();
let waiting = {}, onItsWay = {}, since = 0, timer, sending = null, isPassing = false;

const isEmpty = () => !Object.keys(waiting).length;

/* A row goes as a whole: whoever writes in one that somebody has removed meanwhile brings all of it back. */
function together(one) {
  const row = one.closest(".row-of-fields");
  return row ? [...seen.keys()].filter((name) => name.startsWith(`${row.id}-`)) : [one.name];
}

function values(name) {
  const all = [...sheet.elements].filter((one) => one.name === name);
  return all.filter((one) => !["checkbox", "radio"].includes(one.type) || one.checked).map((one) => one.value);
}

function note({ target: one }) {
  if (!seen.has(one.name)) return;
  touched.add(one.name);
  for (const name of together(one)) {
    waiting[name] = { values: values(name), seen: seen.get(name), row: field(rowOf(name))?.value };
  }
  since ||= Date.now();
  shelve();
  clearTimeout(timer);
  timer = setTimeout(send, Math.max(0, Math.min(QUIET, since + LONGEST - Date.now())));
}

function shelve() {
  const left = { ...onItsWay, ...waiting };
  try {
    if (!Object.keys(left).length) localStorage.removeItem(here);
    else localStorage.setItem(here, JSON.stringify({ fields: left, turn: Number(field("turn").value) + 1 }));
  } catch { /* no room, or not allowed: then only what is sent is kept */ }
}

function letter(fields, pen, turn) {
  const body = new URLSearchParams({ csrf_token: field("csrf_token").value, pen, turn });
  body.set("seen", Object.entries(fields).map(([name, one]) => `${name}:${one.seen}`).join(" "));
  for (const [name, one] of Object.entries(fields)) {
    if (one.row) body.set(rowOf(name), one.row);
    for (const value of one.values) body.append(name, value);
  }
  return body;
}

const post = (address, body, keepalive = false) =>
  fetch(address, { method: "POST", body, keepalive, redirect: "error", headers: { Accept: "application/json" } });

/* True: nothing waits any more, or the server has said no and a page must say why. */
async function send({ keepalive = false } = {}) {
  clearTimeout(timer);
  if (sending) await sending;
  if (isEmpty()) return true;
  const batch = waiting;
  onItsWay = batch; waiting = {}; since = 0;
  field("turn").value = Number(field("turn").value) + 1;
  const body = letter(batch, field("pen").value, field("turn").value);
  sending = post(sheet.dataset.keep, body, keepalive && body.toString().length < MOST_AT_THE_END).then(
    (answer) => (answer.ok ? answer.json().then((said) => taken(said)) : notTaken(answer, batch)),
    () => later(batch, told.dataset.trying),
  );
  const done = await sending;
  sending = null; onItsWay = {};
  shelve();
  return done;
}

function taken(said) {
  for (const [name, mark] of Object.entries(said.seen)) {
    seen.set(name, mark);
    if (waiting[name]) waiting[name].seen = seen.get(name);
    refused.delete(name);
  }
  for (const name of said.refused) refused.add(name);
  field("seen").value = [...seen].map((one) => one.join(":")).join(" ");
  for (const name of touched) if (name in said.seen || name in said.wrong) mark(name, said.wrong[name]);
  for (const [name, page] of Object.entries(said.others)) showOthers(name, page);
  say(refused.size ? told.dataset.refused : said.said, refused.size > 0);
  return true;
}

async function notTaken(answer, batch) {
  if (answer.status === 401 || answer.status === 400) return later(batch, told.dataset.ended); // 400: the page's token is of an earlier sign-in
  if (answer.status >= 500) return later(batch, told.dataset.trying);
  waiting = { ...batch, ...waiting };
  const problem = await answer.json().catch(() => ({}));
  say(problem.title ?? told.dataset.trying, true);
  return true;
}

function later(batch, why) {
  waiting = { ...batch, ...waiting };
  say(why, true);
  timer = setTimeout(send, AGAIN);
  return false;
}

function say(text, isBad) {
  told.hidden = false;
  told.classList.toggle("kept-status-bad", isBad);
  if (told.textContent !== text) told.textContent = text;
}

/* A sentence at a field that is left, not at one that is being written in; whoever hears the page hears it when they come back to it. */
function mark(name, sentence) {
  const one = [...sheet.elements].find((each) => each.name === name);
  const group = one?.closest(".form-group");
  if (!group || (document.activeElement === one && sentence)) return;
  const id = `${["radio", "checkbox"].includes(one.type) ? one.name : one.id}-error`;
  document.getElementById(id)?.remove();
  group.classList.toggle("form-error", Boolean(sentence));
  one.toggleAttribute("aria-invalid", false);
  const described = (one.getAttribute("aria-describedby") ?? "").split(" ").filter((part) => part && part !== id);
  if (sentence) {
    const line = document.createElement("span");
    line.id = id;
    line.className = "form-error-message";
    line.textContent = sentence;
    (one.closest(".form-input-wrapper, .form-group-radio, .form-group-checkbox") ?? one).before(line);
    one.setAttribute("aria-invalid", "true");
    described.push(id);
  }
  if (described.length) one.setAttribute("aria-describedby", described.join(" "));
  else one.removeAttribute("aria-describedby");
}

function showOthers(name, page) {
  const group = [...sheet.elements].find((each) => each.name === name)?.closest(".form-group");
  if (!group || "sending" in sheet.dataset) return; // not the button that is being pressed
  for (const old of group.querySelectorAll(".other-text")) old.remove();
  group.append(...new DOMParser().parseFromString(page, "text/html").body.children);
}

/* What an earlier page of this person could not send any more. The page is shown anew once it holds what was typed in this step. */
async function fetchUp() {
  const left = Object.keys(localStorage).filter((key) => key.startsWith(SHELF) && key !== here);
  for (const key of left) {
    const [address, pen] = key.slice(SHELF.length).split(" ");
    const { fields, turn } = JSON.parse(localStorage.getItem(key));
    const answer = await post(address, letter(fields, pen, turn)).catch(() => null);
    if (!answer || [400, 401].includes(answer.status) || answer.status >= 500) continue;
    localStorage.removeItem(key);
    if (answer.ok && address === sheet.dataset.keep && isEmpty() && !touched.size) location.reload();
  }
}

sheet.addEventListener("input", note);
sheet.addEventListener("change", note);
sheet.addEventListener("submit", async (event) => {
  if (isPassing || (isEmpty() && !sending)) return;
  event.preventDefault();
  const { submitter } = event;
  sheet.dataset.sending = "";
  isPassing = await send();
  if (isPassing) sheet.requestSubmit(submitter);
  else delete sheet.dataset.sending;
  isPassing = false;
});
addEventListener("online", send);
addEventListener("pagehide", () => send({ keepalive: true }));
document.addEventListener("visibilitychange", () => send({ keepalive: document.hidden }));
fetchUp();
