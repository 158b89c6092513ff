// The one way from data to the page: elements made here, and text that is only ever text.

const el = (tag, traits = {}, ...parts) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(traits)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "click") made.addEventListener("click", value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  add(made, parts);
  return made;
};

const add = (parent, parts) => {
  for (const part of parts.flat(Infinity)) {
    if (part === null || part === undefined || part === false) continue;
    parent.append(part instanceof Node ? part : document.createTextNode(String(part)));
  }
};

const fill = (parent, ...parts) => {
  parent.replaceChildren();
  add(parent, parts);
  return parent;
};

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const board = read("overview");
let kept = null;
const details = () => (kept ??= read("details"));

const unseen = (text) => el("span", { class: "unseen" }, text);
const say = (text) => { document.getElementById("status").textContent = text; };
const whole = (number) => number.toLocaleString("en-GB");
const counted = (number, noun) => `${whole(number)} ${noun}${number === 1 ? "" : "s"}`;
const tenths = (score) => (score === null || score === undefined ? "–" : (score / 10).toFixed(1));
const points = (hundredths) => (hundredths / 100).toFixed(2);
