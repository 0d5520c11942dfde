/* The running total on the score sheet. The server counts again, exactly; without this file it counts alone. */
const sheet = document.querySelector(".score-sheet");
const shown = sheet.querySelector(".running-total");

function count() {
  const steps = Number(sheet.dataset.levels) - 1;
  let points = 0, weights = 0;
  for (const criterion of sheet.querySelectorAll("[data-weight]")) {
    const chosen = criterion.querySelector("input:checked");
    if (!chosen) return;
    const weight = Math.round(Number(criterion.dataset.weight) * 1e6);
    points += weight * (Number(chosen.value) - 1);
    weights += weight;
  }
  const hundredths = Math.floor((2 * points * 10000 + weights * steps) / (2 * weights * steps)); // half up, in whole numbers
  const text = String(hundredths).padStart(3, "0");
  shown.querySelector("strong").textContent = text.slice(0, -2) + shown.dataset.decimal + text.slice(-2);
  shown.hidden = false;
}

sheet.addEventListener("change", count);
count();
