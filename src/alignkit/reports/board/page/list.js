// The list of customers: filtered and sorted in full, drawn a part at a time.

const STEP = 50;
const FILTERS = { q: "", team: "", tier: "", band: "", sort: "score", down: "" };
let wanted = { ...FILTERS };

const lower = board.customers.map((one) => [one.name, one.id, one.owner, one.stage].filter(Boolean).join("\n").toLowerCase());
const teamOf = (one) => (one.move ? board.rules[one.move[0]][2] : "");
const distinct = (pick) => [...new Set(board.customers.map(pick).filter(Boolean))].sort();
const compare = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
const alphabet = new Map();

const byName = (place) => {
  if (!alphabet.size) board.customers.map((one, at) => at).sort((a, b) => compare(board.customers[a].name, board.customers[b].name)).forEach((at, rank) => alphabet.set(at, rank));
  return alphabet.get(place);
};

const COLUMNS = [
  ["name", "Customer", (one, place) => byName(place)],
  ["score", "Score", (one, place) => place],
  ["", "Dimensions", null],
  ...(board.shows_value ? [["value", "Value", (one) => one.value?.[1] ?? -1]] : []),
  ...(board.has_facts ? [["projects", "Projects", (one) => one.projects], ["needs", "Needs", (one) => one.needs], ["untold", "Untold", (one) => one.untold]] : []),
  ["gain", "Next move", (one) => (one.move ? one.move[1] : 0)],
];

const keys = new Map();
board.customers.forEach((one, place) => keys.set(one.id && !keys.has(one.id) ? one.id : `${one.id ?? ""}~${place}`, place));
const links = [...keys.keys()].map((key) => `#/customer/${encodeURIComponent(key)}`);

const found = () => {
  const words = wanted.q.toLowerCase().split(/\s+/).filter(Boolean);
  const places = [];
  board.customers.forEach((one, place) => {
    if (wanted.band && board.bands[one.band] !== wanted.band) return;
    if (wanted.tier && one.tier !== wanted.tier) return;
    if (wanted.team && teamOf(one) !== wanted.team) return;
    if (words.every((word) => lower[place].includes(word))) places.push(place);
  });
  const key = (COLUMNS.find(([name]) => name === wanted.sort) ?? COLUMNS[1])[2];
  const sign = wanted.down ? -1 : 1;
  const rank = new Map(places.map((place) => [place, key(board.customers[place], place)]));
  return places.sort((a, b) => sign * (rank.get(a) - rank.get(b)) || a - b);
};

const customerCells = (place) => {
  const one = board.customers[place];
  const cells = {
    name: [el("a", { href: links[place] }, one.name), el("span", { class: "quiet" }, [one.tier ? `tier ${one.tier}` : "", one.stage, one.owner].filter(Boolean).join(" · "))],
    score: [el("strong", { class: one.band === UNKNOWN ? "number quiet" : "number" }, tenths(one.score)), " ", pill(one.band), el("span", { class: "quiet below" }, `${one.known}% known`)],
    "": spark(one.dimensions),
    value: one.value ? one.value[0] : "–",
    projects: whole(one.projects),
    needs: whole(one.needs),
    untold: one.untold ? el("strong", { class: "untold" }, whole(one.untold)) : "0",
    gain: one.move ? [el("span", { class: "gain" }, `+${points(one.move[1])}`), " ", badge(teamOf(one)), el("span", { class: "what" }, one.move[2] || board.rules[one.move[0]][3] || board.rules[one.move[0]][0])] : "–",
  };
  return COLUMNS.map(([name]) => cells[name]);
};

const choice = (name, label, values) => {
  if (!values.length) return null;
  const box = el("select", { id: `f-${name}`, name }, el("option", { value: "" }, "all"), values.map((value) => el("option", { value }, value)));
  box.value = wanted[name];
  box.addEventListener("change", () => refine({ [name]: box.value }));
  return el("div", { class: "field" }, el("label", { for: `f-${name}` }, label), box);
};

const searchField = () => {
  const box = el("input", { id: "f-q", type: "search", autocomplete: "off", spellcheck: "false", value: wanted.q });
  box.addEventListener("input", () => refine({ q: box.value }));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.value) return;
    event.stopPropagation();
    event.preventDefault();
    box.value = "";
    refine({ q: "" });
  });
  return el("div", { class: "field wide" }, el("label", { for: "f-q" }, "Find a customer"), box);
};

const filterBar = () => {
  const form = el("form", { class: "filters", role: "search", "aria-label": "Filter customers" },
    searchField(),
    choice("team", "Next move by", distinct(teamOf)),
    choice("tier", "Tier", distinct((one) => one.tier)),
    choice("band", "Band", board.bands.filter((_, band) => board.customers.some((one) => one.band === band))),
    el("button", { type: "button", class: "plain", click: () => { refine({ ...FILTERS }); window.dispatchEvent(new HashChangeEvent("hashchange")); } }, "Clear"));
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
};

const sortHead = ([name, label]) => {
  if (!name) return el("th", { role: "columnheader", scope: "col" }, label);
  const isSorted = wanted.sort === name;
  const order = isSorted ? (wanted.down ? "descending" : "ascending") : "none";
  const turn = () => {
    refine({ sort: name, down: isSorted && !wanted.down ? "1" : "" });
    document.querySelector(`[data-sort="${name}"]`)?.focus();
  };
  return el("th", { role: "columnheader", scope: "col", "aria-sort": order, class: ["name", "score", "gain"].includes(name) ? "" : "right" },
    el("button", { type: "button", class: "sort", "data-sort": name, click: turn }, label,
      el("i", { "aria-hidden": "true" }, isSorted ? (wanted.down ? " ↓" : " ↑") : " ↕")));
};

let places = [];
let drawn = 0;

const drawMore = (number) => {
  const heads = COLUMNS.map(([, label]) => label);
  const body = document.getElementById("rows");
  const part = document.createDocumentFragment();
  for (const place of places.slice(drawn, drawn + number)) part.append(line(heads, customerCells(place)));
  const first = part.firstChild;
  body.append(part);
  drawn = Math.min(places.length, drawn + number);
  const rest = places.length - drawn;
  fill(document.getElementById("more"),
    rest ? el("button", { type: "button", click: () => drawMore(4 * STEP)?.querySelector("a")?.focus() }, `Show ${whole(Math.min(rest, 4 * STEP))} more`) : null,
    rest ? el("span", { class: "quiet" }, ` ${whole(drawn)} of ${whole(places.length)} shown`) : null);
  return first;
};

const drawList = () => {
  places = found();
  drawn = 0;
  const total = board.customers.length;
  const said = places.length === total ? counted(total, "customer") : `${whole(places.length)} of ${counted(total, "customer")}`;
  document.getElementById("shown").textContent = said;
  fill(document.getElementById("heads"), COLUMNS.map(sortHead));
  fill(document.getElementById("rows"), places.length ? [] : el("tr", { role: "row" }, el("td", { role: "cell", colspan: COLUMNS.length, class: "empty" }, "No customer is like that.")));
  drawMore(STEP);
  return said;
};

const refine = (change) => {
  wanted = { ...wanted, ...change };
  const asked = new URLSearchParams(Object.entries(wanted).filter(([name, value]) => value !== FILTERS[name]));
  history.replaceState(null, "", asked.size ? `#/?${asked}` : "#/");
  say(drawList());
};

const listSection = () =>
  section("Customers",
    filterBar(),
    el("p", { id: "shown", class: "shown" }),
    el("div", { class: "scroll" },
      el("table", { role: "table", class: "list" },
        el("caption", { class: "unseen" }, "Customers, with their score and the move that would help most"),
        el("thead", { role: "rowgroup" }, el("tr", { id: "heads", role: "row" })),
        el("tbody", { id: "rows", role: "rowgroup" }))),
    el("p", { id: "more", class: "more" }));
