// Which page is shown: the part of the address after #, so that links, the back button and bookmarks work.

const main = document.getElementById("main");
let lastList = "#/";
let isFirst = true;

const route = () => {
  const [path, asked = ""] = location.hash.replace(/^#/, "").split("?");
  const parts = path.split("/").filter(Boolean);
  if (!parts.length) {
    const given = new URLSearchParams(asked);
    wanted = Object.fromEntries(Object.entries(FILTERS).map(([name, usual]) => [name, given.get(name) ?? usual]));
    return ["overview", overviewPage, board.title];
  }
  if (parts[0] === "objectives") return ["objectives", objectivesPage, "Objectives"];
  const place = parts[0] === "customer" ? keys.get(decoded(parts[1] ?? "")) : undefined;
  if (place !== undefined) return ["customer", () => customerPage(place), board.customers[place].name];
  return ["missing", missingPage, "Not in this board"];
};

const decoded = (text) => {
  try { return decodeURIComponent(text); } catch { return text; }
};

const missingPage = () => [
  el("h1", { tabindex: "-1" }, "Not in this board"),
  el("p", {}, "There is no such page here. ", el("a", { href: "#/" }, "All customers")),
];

const drawTop = (name) =>
  fill(document.getElementById("top"),
    el("div", { class: "inner" },
      el("p", { class: "brand" }, board.title),
      el("nav", { "aria-label": "Pages" },
        [["overview", "#/", "Customers"], ["objectives", "#/objectives", "Objectives"]].map(([page, href, label]) =>
          el("a", { href, "aria-current": page === name ? "page" : null }, label))),
      el("p", { class: "quiet stamp" }, el("span", { class: "badge" }, `for ${board.audience}`), ` as of ${board.now.slice(0, 10)} ${board.now.slice(11, 16)} ${board.now.slice(16) === "+00:00" ? "UTC" : board.now.slice(16)}`)));

const draw = () => {
  const began = performance.now();
  if (location.hash === "#main") return;
  const [name, page, title] = route();
  document.title = title === board.title ? title : `${title} – ${board.title}`;
  drawTop(name);
  fill(main, page());
  if (name === "overview") {
    lastList = location.hash || "#/";
    drawList();
  }
  main.dataset.page = name;
  if (!isFirst) {
    window.scrollTo(0, 0);
    main.querySelector("h1")?.focus({ preventScroll: true });
    say(title);
  }
  isFirst = false;
  document.documentElement.dataset.milliseconds = (performance.now() - began).toFixed(1);
};

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});

window.addEventListener("hashchange", draw);
window.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && main.dataset.page !== "overview") location.hash = lastList;
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
    const box = document.getElementById("f-q");
    if (box) { event.preventDefault(); box.focus(); }
  }
});

// On paper nothing can be opened, so everything is open.
const closed = [];
window.addEventListener("beforeprint", () => {
  const folded = [...document.querySelectorAll("details:not([open])")];
  folded.forEach((one) => { one.open = true; });
  closed.push(...folded);
});
window.addEventListener("afterprint", () => closed.splice(0).forEach((one) => { one.open = false; }));

fill(document.getElementById("foot"), `Policy ${board.policy}. Scores are out of 100; what is not known is said, not guessed. This file fetches nothing.`);
draw();
