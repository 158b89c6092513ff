// The first page: how everything stands, then the list of customers.

const share = (number, total) => (total ? (100 * number) / total : 0);

const stack = (counts, total) => {
  const parts = counts.map((number, band) => {
    const part = el("i", { class: tone(band) });
    part.style.setProperty("width", `${share(number, total)}%`);
    return part;
  });
  return el("span", { class: "stack", "aria-hidden": "true" }, parts);
};

const countCard = () =>
  el("div", { class: "card" },
    el("h2", {}, "How many stand where"),
    el("ul", { class: "counts" }, [...board.counts].reverse().map(([kind, total, counts]) =>
      el("li", {},
        el("h3", {}, counted(total, kind)),
        stack(counts, total),
        el("p", { class: "legend" }, counts.map((number, band) =>
          number ? el("span", {}, el("i", { class: tone(band), "aria-hidden": "true" }, SIGNS[tone(band)]), ` ${whole(number)} ${board.bands[band]}`) : null))))));

const declaredCard = () => {
  if (!board.declared.length) return null;
  const shown = board.bands.map((_, band) => band).filter((band) => board.declared.some(([, counts]) => counts[band]));
  const [, first] = board.declared.find(([name]) => name === "on track") ?? ["", []];
  const rosy = first.reduce((sum, number, band) => sum + (band > 0 && band < UNKNOWN ? number : 0), 0);
  return el("div", { class: "card" },
    el("h2", {}, "Declared against computed"),
    el("p", { class: "quiet" }, `${counted(rosy, "project")} declared on track ${rosy === 1 ? "is" : "are"} below ${board.bands[0]}.`),
    table("Projects by declared health and computed band",
      ["declared", ...shown.map((band) => board.bands[band])],
      board.declared.map(([name, counts]) => [name, ...shown.map((band) =>
        counts[band] ? el("span", { class: name === "on track" && band > 0 && band < UNKNOWN ? "rosy" : "" }, whole(counts[band])) : "·")]),
      { class: "matrix" }));
};

const costsMost = () => (board.lost.length
  ? [el("h3", {}, "Costs most"), el("ul", {}, board.lost.slice(0, 3).map(([rule, lost]) =>
    el("li", {}, el("span", { class: "lost" }, `−${points(lost)}`), ` ${board.rules[rule][0]} `, badge(board.rules[rule][2]))))]
  : null);

const notes = () => {
  const said = [];
  if (board.left_out) said.push(`The ${whole(board.customers.length)} customers with the lowest scores are in this file; ${whole(board.left_out)} more are only counted.`);
  if (board.explained < board.customers.length) said.push(`The ${whole(board.explained)} lowest have evidence for their lost points; the others have the points.`);
  if (!board.has_facts) said.push("This board was made without the facts: projects, needs and objectives of a customer are not shown.");
  if (board.unknown.length) said.push(`Not known: ${board.unknown.join(", ")}.`);
  if (board.errors) said.push(`${counted(board.errors, "rule")} failed somewhere; see the pages of the customers.`);
  return said.length ? el("ul", { class: "notes" }, said.map((text) => el("li", {}, text))) : null;
};

const overviewPage = () => [
  el("h1", { tabindex: "-1", class: "unseen" }, "Overview"),
  el("div", { class: "grid" },
    scoreCard("Portfolio", board.portfolio, costsMost()),
    countCard(),
    declaredCard()),
  listSection(),
  board.lost.length ? section("What the portfolio lost most on", losses(board.lost)) : null,
  notes(),
];
