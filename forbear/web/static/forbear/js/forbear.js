// What makes the pages quicker to use. Everything here can be done without it.
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("main :is(tbody tr, .threads li, .todo > li, .items > li)")].filter(
  (row) => row.querySelector("a[href]") && row.offsetParent,
);

// "/" searches, "?" explains, "g" and a letter goes there, "j" and "k" walk the rows, Enter opens one.
let going = 0;

function walk(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  next.querySelector("a[href]").focus();
  next.scrollIntoView({ block: "nearest" });
}

function go(key) {
  document.querySelector(`[data-go="${CSS.escape(key)}"]`)?.click();
}

// What was found while typing is reached with the arrow keys; Escape leaves the box.
addEventListener("keydown", (event) => {
  const box = document.getElementById("seek");
  const found = [...document.querySelectorAll("#found a")];
  const places = [box, ...found];
  const at = places.indexOf(document.activeElement);
  if (at < 0) return;
  if (event.key === "Escape") return document.activeElement.blur();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !found.length) return;
  event.preventDefault();
  places[Math.min(Math.max(at + step, 0), places.length - 1)].focus();
});

const keys = {
  "/": () => document.getElementById("seek")?.focus(),
  "?": () => document.getElementById("help")?.showModal(),
  j: () => walk(1),
  k: () => walk(-1),
  g: () => (going = Date.now()),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (Date.now() - going < 1500 && event.key !== "g") {
    going = 0;
    event.preventDefault();
    return go(event.key);
  }
  if (!(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
});

// Buttons by what they carry: data-opens, data-closes, data-dismiss, data-copy, data-theme-choice, data-insert.
const buttons = {
  opens: (button) => document.getElementById(button.dataset.opens)?.showModal(),
  closes: (button) => button.closest("dialog")?.close(),
  dismiss: (button) => button.closest(".toast")?.remove(),
  copy: (button) => copy(button),
  themeChoice: (button) => choose(button.dataset.themeChoice),
  insert: (button) => insert(button),
};

addEventListener("click", (event) => {
  const button = event.target.closest("button, a");
  if (!button) return;
  if ("opens" in button.dataset) event.preventDefault(); // without scripts its form asks on a page of its own
  for (const name of Object.keys(buttons)) if (name in button.dataset) buttons[name](button);
});

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  toast("Copied.");
}

// Puts a text into a field at the cursor: tags of a template, replies worth testing.
function insert(button) {
  const field = document.getElementById(button.dataset.insertInto);
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function choose(theme) {
  if (theme === "machine") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "machine") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    // Without storage the choice holds for this page only.
  }
  markTheme();
}

function markTheme() {
  const now = document.documentElement.dataset.theme ?? "machine";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === now));
  }
}

// Toasts leave after a while; what went wrong stays until it is read.
function toast(text) {
  const line = document.createElement("div");
  line.className = "toast";
  const words = document.createElement("span");
  words.textContent = text;
  line.append(words);
  document.getElementById("toasts")?.append(line);
  fade(line);
}

function fade(line) {
  if (!("stays" in line.dataset)) setTimeout(() => line.remove(), 6000);
}

addEventListener("toast", (event) => toast(event.detail.text));

// A filter shows its answer as soon as it is chosen; typing waits for a pause.
function sieve(form) {
  form.querySelector("[data-sieve-button]")?.classList.add("for-ears");
  form.addEventListener("change", () => form.requestSubmit());
}

// A single choice in a row is kept as soon as it is made.
function submits(choice) {
  choice.form.querySelector("[data-submits-button]")?.classList.add("for-ears");
  choice.addEventListener("change", () => choice.form.requestSubmit());
}

// The bar of a table's ticked rows says how many they are, and is away while there are none; one box ticks all of them.
function ticked(bar) {
  const all = document.querySelector(`[data-ticks="${bar.id}"]`);
  const boxes = [...bar.elements].filter((one) => one.type === "checkbox" && one !== all);
  const show = () => {
    const count = boxes.filter((box) => box.checked).length;
    bar.hidden = !count;
    bar.querySelector("[data-chosen-count]").textContent = `${count.toLocaleString("en")} chosen:`;
    if (all) [all.checked, all.indeterminate] = [count === boxes.length, count > 0 && count < boxes.length];
  };
  for (const box of boxes) box.addEventListener("change", show);
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      show();
    });
  }
  addEventListener("pageshow", show);
  show();
}

// A file dropped on the frame lands in its input; the frame then says which file it holds.
function drop(frame) {
  const input = frame.querySelector("input[type=file]");
  const name = frame.querySelector("[data-drop-name]");
  const show = () => {
    if (input.files.length) name.textContent = input.files[0].name;
  };
  input.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    frame.addEventListener(kind, (event) => {
      event.preventDefault();
      frame.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
    });
  }
  frame.addEventListener("drop", (event) => {
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// How much of a field's room is taken stands behind its label.
function counts(field) {
  const label = field.labels?.[0];
  if (!label || label.querySelector("[data-count]")) return;
  const count = document.createElement("small");
  count.dataset.count = "";
  const show = () => (count.textContent = `${[...field.value].length.toLocaleString("en")} of ${(+field.dataset.counts).toLocaleString("en")}`);
  field.addEventListener("input", show);
  label.append(" ", count);
  show();
}

function enhance(root) {
  const find = (selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
  find("form[data-sieve]").forEach(sieve);
  find("[data-submits]").forEach(submits);
  find("form[data-chosen]").forEach(ticked);
  find("[data-drop]").forEach(drop);
  find("[data-counts]").forEach(counts);
  find(".toast").forEach(fade);
  find(".tabs [aria-current]").forEach((tab) => tab.scrollIntoView({ block: "nearest", inline: "center" }));
  find("[data-to-end]").forEach((list) => (list.scrollTop = list.scrollHeight));
  markTheme();
}

// A form is sent once, however often its button is pressed; an answer that is a download leaves the page as it is.
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), 8000);
});

function release(form) {
  delete form.dataset.sent;
  form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
}

addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

addEventListener("htmx:load", (event) => enhance(event.detail.elt));
if (typeof htmx === "undefined") enhance(document);
