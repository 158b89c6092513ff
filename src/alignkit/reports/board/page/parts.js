// Small parts that every page is made of: bands, bars, badges, sections.

const UNKNOWN = board.bands.length - 1;
const SIGNS = { best: "●", mid: "▲", worst: "■", none: "○" };

const tone = (band) => {
  if (band === UNKNOWN) return "none";
  if (band === 0) return "best";
  return band === UNKNOWN - 1 ? "worst" : "mid";
};

const pill = (band) =>
  el("span", { class: `pill ${tone(band)}` }, el("i", { "aria-hidden": "true" }, SIGNS[tone(band)]), ` ${board.bands[band]}`);

const badge = (team) => (team ? el("span", { class: "badge" }, team) : null);

const bar = (part, kind = "") => {
  const inner = el("i");
  inner.style.setProperty("width", `${Math.max(0, Math.min(100, part))}%`);
  return el("span", { class: `bar ${kind}`, "aria-hidden": "true" }, inner);
};

const scoreCard = (label, result, below) =>
  el("div", { class: "card hero" },
    el("div", {},
      el("h2", {}, label),
      el("p", { class: "big" }, el("strong", {}, tenths(result.score)), " ", el("span", { class: "of" }, "of 100")),
      el("p", { class: "lead" }, pill(result.band), el("span", { class: "quiet" }, `${result.known}% known`))),
    dimensionList(result),
    below ? el("div", { class: "foot-note" }, below) : null);

const dimensionList = (result) =>
  el("ul", { class: "dims", "aria-label": "Dimensions" }, result.dimensions.map(([score, band], place) =>
    el("li", {},
      el("span", { class: "name" }, board.dimensions[place]),
      bar((score ?? 0) / 10, tone(band)),
      el("span", { class: "value" }, tenths(score), unseen(score === null ? " unknown" : ` ${board.bands[band]}`)))));

const spark = (dimensions) =>
  el("span", { class: "spark" },
    el("span", { "aria-hidden": "true" }, dimensions.map(([score, band], place) => {
      const inner = el("i");
      inner.style.setProperty("height", `${Math.max(6, (score ?? 0) / 10)}%`);
      return el("span", { class: tone(band), title: `${board.dimensions[place]} ${tenths(score)}` }, inner);
    })),
    unseen(dimensions.map(([score], place) => `${board.dimensions[place]} ${tenths(score)}`).join(", ")));

const table = (caption, heads, rows, traits = {}) =>
  el("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: "0" },
    el("table", { role: "table", ...traits },
      el("caption", { class: "unseen" }, caption),
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, heads.map((head) =>
        el("th", { role: "columnheader", scope: "col" }, head)))),
      el("tbody", { role: "rowgroup" }, rows.map((cells) => line(heads, cells)))));

// On a narrow screen each cell stands under its own heading, so the roles keep the table a table.
const line = (heads, cells) =>
  el("tr", { role: "row" }, cells.map((cell, place) =>
    place === 0
      ? el("th", { role: "rowheader", scope: "row" }, cell)
      : el("td", { role: "cell", "data-head": heads[place] }, cell)));

const section = (heading, ...parts) => {
  const id = `s-${heading.toLowerCase().replace(/[^a-z]+/g, "-")}`;
  return el("section", { "aria-labelledby": id, class: "block" }, el("h2", { id }, heading), parts);
};

const more = (number, noun) => (number ? el("p", { class: "quiet" }, `and ${counted(number, noun)} more, not in this file`) : null);

const pairs = (list) => el("dl", { class: "pairs" }, list.filter(([, value]) => value !== null && value !== undefined && value !== "")
  .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));

// What one subject lost, rule by rule. A row is [rule, hundredths, message, evidence, thresholds, records].
const losses = (rows, level = "h3") => el("ul", { class: "losses" }, rows.map((row) => {
  const [label, dimension, team, action, , fixed] = board.rules[row[0]];
  const message = row[2] ?? fixed;
  return el("li", {},
    el("div", { class: "loss" },
      el("span", { class: "lost" }, `−${points(row[1])}`, unseen(" points")),
      el("div", {},
        el(level, { class: "rule" }, label, " ", el("span", { class: "quiet" }, dimension < 0 ? "gate" : board.dimensions[dimension])),
        message ? el("p", {}, message) : null,
        action ? el("p", { class: "action" }, badge(team), ` ${action}`) : null,
        row.length > 2 ? evidence(row) : null)));
}));

const evidence = ([, , , found, thresholds, records]) => {
  if (!found.length && !records.length) return null;
  return el("details", { class: "evidence" }, el("summary", {}, "Evidence"),
    pairs(found),
    thresholds.length ? el("p", { class: "quiet" }, "judged by: ", thresholds.map(([name, value]) => `${name} ${value}`).join("; ")) : null,
    records.length ? pairs(records.map(([name, ids, rest]) =>
      [`records: ${name}`, [ids.map((id) => [el("code", {}, id), " "]), rest ? `and ${rest}` : ""]])) : null);
};
