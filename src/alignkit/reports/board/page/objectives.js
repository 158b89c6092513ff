// Objectives as a tree: each with its progress, who owns it, and whether the other team has seen it.

const objectiveLine = (one, isOwn) =>
  el("div", { class: isOwn ? "goal" : "goal faint" },
    el("span", { class: "title" }, one.title),
    el("span", { class: "meta" },
      one.progress === undefined ? null : [bar(one.progress, "ink"), ` ${one.progress}% `, el("span", { class: "quiet" }, one.values)],
      one.score === undefined ? null : [el("strong", { class: "number" }, tenths(one.score)), pill(one.band)],
      badge(one.team),
      one.due_on ? el("span", { class: "quiet" }, `due ${one.due_on}`) : null,
      one.seen === undefined ? null : el("span", { class: one.seen ? "yes" : "quiet" }, one.seen ? "✓ seen by the other team" : "not acknowledged"),
      one.projects
        ? el("span", { class: "quiet" }, `${counted(one.projects, "project")} ${one.projects === 1 ? "serves" : "serve"} it`)
        : el("span", { class: one.below ? "quiet" : "untold" }, one.below ? `${counted(one.below, "objective")} below it` : "no project serves it"),
      one.customer ? el("span", { class: "quiet" }, `for ${one.customer}`) : null));

const branch = (place, below, isOwn) => {
  const one = details().objectives[place];
  const children = below.get(place) ?? [];
  if (!children.length) return el("li", {}, objectiveLine(one, isOwn(place)));
  return el("li", {}, el("details", { open: below.size < 60 || one.depth === 0 },
    el("summary", {}, objectiveLine(one, isOwn(place))),
    el("ul", { class: "tree" }, children.map((child) => branch(child, below, isOwn)))));
};

const forest = (shown, isOwn) => {
  const below = new Map();
  const roots = [];
  for (const place of [...shown].sort((a, b) => a - b)) {
    const parent = details().objectives[place].parent;
    if (parent === undefined || !shown.has(parent)) roots.push(place);
    else below.set(parent, [...(below.get(parent) ?? []), place]);
  }
  return el("ul", { class: "tree" }, roots.map((root) => branch(root, below, isOwn)));
};

// The objectives given, below those they are part of.
const treeOf = (given) => {
  const own = new Set(given);
  const shown = new Set();
  for (let place of given) {
    while (place !== undefined && !shown.has(place)) {
      shown.add(place);
      place = details().objectives[place].parent;
    }
  }
  return forest(shown, (place) => own.has(place));
};

const MOST_ROOTS = 300;

const objectivesPage = () => {
  const all = details().objectives;
  const unserved = all.filter((one) => !one.projects && !one.below).length;
  const shown = new Set(all.map((_, place) => place).slice(0, MOST_ROOTS));
  const rest = all.length - shown.size;
  const box = el("div", { class: "card" }, forest(shown, () => true));
  const showAll = () => { fill(box, forest(new Set(all.map((_, place) => place)), () => true)); button?.remove(); };
  const button = rest ? el("button", { type: "button", click: showAll }, `Show ${whole(rest)} more`) : null;
  return [
    el("h1", { tabindex: "-1" }, "Objectives"),
    all.length
      ? el("p", { class: "quiet" }, `${counted(all.length, "objective")}, of which ${whole(unserved)} ${unserved === 1 ? "has" : "have"} neither a project nor an objective below.`)
      : el("p", {}, board.has_facts && !board.unknown.includes("objectives") ? "None." : "Not known."),
    box, button,
    more(details().more_objectives, "objective"),
  ];
};
