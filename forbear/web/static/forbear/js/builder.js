// The builder of strategies: steps are dragged by their handle, moved and removed in place, and the line above follows.
// Without it the same buttons ask the server.
const builder = document.querySelector("[data-builder]");
const steps = builder.querySelector("#steps");
document.documentElement.classList.add("has-builder");

let held = null;

// Only the handle begins a drag, so that text in the fields can still be selected.
steps.addEventListener("pointerdown", (event) => {
  const step = event.target.closest("[data-step]");
  if (step) step.draggable = Boolean(event.target.closest("[data-handle]"));
});

steps.addEventListener("dragstart", (event) => {
  held = event.target.closest("[data-step]");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "step");
  held.classList.add("is-held");
});

steps.addEventListener("dragover", (event) => {
  const over = event.target.closest("[data-step]");
  if (!held) return;
  event.preventDefault();
  if (!over || over === held) return;
  const box = over.getBoundingClientRect();
  over[event.clientY > box.top + box.height / 2 ? "after" : "before"](held);
});

steps.addEventListener("drop", (event) => event.preventDefault());

steps.addEventListener("dragend", () => {
  held?.classList.remove("is-held");
  held?.removeAttribute("draggable");
  held = null;
  told();
});

const moves = {
  up: (step) => step.previousElementSibling?.before(step),
  down: (step) => step.nextElementSibling?.after(step),
  remove: (step) => step.remove(),
};

// The keys stay among the steps: at an end of the list the arrow is gone, so its opposite is next at hand.
function stay(button, next) {
  const opposite = button.dataset.move === "up" ? "down" : "up";
  const step = button.closest("[data-step]") ?? next;
  const here = step?.querySelector(`[data-move="${button.dataset.move}"]`) ?? builder.querySelector("[data-add]");
  (getComputedStyle(here).visibility === "hidden" ? step.querySelector(`[data-move="${opposite}"]`) : here).focus();
}

builder.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move], [data-add]");
  if (!button) return;
  event.preventDefault();
  if ("add" in button.dataset) {
    steps.append(document.getElementById("new-step").content.cloneNode(true));
    steps.lastElementChild.querySelector("select").focus();
  } else {
    const step = button.closest("[data-step]");
    const next = step.nextElementSibling ?? step.previousElementSibling;
    moves[button.dataset.move](step);
    stay(button, next);
  }
  told();
});

// Return in a field keeps the plan; without this it would press the first button, which moves a step.
builder.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input")) return;
  event.preventDefault();
  builder.requestSubmit(builder.querySelector("[data-keeps]"));
});

function told() {
  builder.dispatchEvent(new Event("reordered"));
}
