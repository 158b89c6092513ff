// The page of one customer.

const TOLD = [
  (when) => [el("span", { class: "yes" }, "✓ told"), when ? ` ${when}` : ""],
  () => el("strong", { class: "untold" }, "✗ delivered, not told"),
  () => el("span", { class: "quiet" }, "nothing to tell yet"),
  () => el("span", { class: "quiet" }, "declined"),
];

const moveCard = (moves, lost) => {
  if (!moves.length) return el("p", {}, "Nothing: every rule that could be judged has full marks.");
  const why = new Map(lost.map((row) => [row[0], row[2] ?? board.rules[row[0]][5]]));
  return el("ol", { class: "moves" }, moves.map(([rule, gain, action, known]) =>
    el("li", {},
      el("span", { class: "gain" }, `+${points(gain)}`, unseen(" points")),
      el("div", {},
        el("p", { class: "action" }, badge(board.rules[rule][2]), ` ${action || board.rules[rule][3] || board.rules[rule][0]}`),
        known ? (why.get(rule) ? el("p", { class: "quiet" }, why.get(rule)) : null) : el("p", { class: "quiet" }, "if it turns out well: this is not known yet")))));
};

const divergence = (project) => {
  if (!project.health) return null;
  const gap = project.divergence;
  const words = gap === null || gap === undefined || gap === 0 ? "" : gap > 0 ? "rosier than the facts" : "gloomier than the facts";
  return ["declared ", el("strong", {}, project.health), words ? el("span", { class: gap > 0 ? "rosy" : "quiet" }, ` ${words}`) : ""];
};

const projectCard = (project) =>
  el("li", { class: "card project" },
    el("h3", {}, project.name ?? project.id ?? "A project", project.name && project.id ? el("code", { class: "quiet" }, project.id) : null),
    el("p", { class: "lead" },
      project.score === undefined ? null : [el("strong", { class: "number" }, tenths(project.score)), pill(project.band)],
      project.status ? el("span", { class: "badge" }, project.status) : null,
      el("span", {}, divergence(project))),
    project.progress === undefined ? null : el("p", { class: "progress" }, bar(project.progress, "ink"), ` ${project.progress}% done`),
    pairs([
      ["due", project.due_on && [project.due_on, project.baseline_due_on && project.baseline_due_on !== project.due_on ? el("span", { class: "quiet" }, ` first promised ${project.baseline_due_on}`) : ""]],
      ["led by", project.owner],
      ["budget", project.budget],
      ["spent", project.spent],
    ]),
    project.lost?.length
      ? el("details", {}, el("summary", {}, `${counted(project.lost.length, "rule")} cost points`), losses(project.lost, "h4"))
      : null);

const needsTable = (page) => {
  const heads = ["What", "Kind", "Status", "Severity", "Raised", "Due", "Told?"];
  return [table("Needs of the customer, what waits longest first", heads, page.needs.map(
    ([title, kind, status, severity, raised, due, waits, late, told, when]) => [
      title, kind ?? "–", status ?? "–", severity ?? "–",
      [el("span", { class: "day" }, raised ?? "–"), waits === null ? "" : el("span", { class: "quiet below" }, `waits ${counted(waits, "day")}`)],
      due ? [el("span", { class: "day" }, due), late ? el("strong", { class: "late below" }, "overdue") : ""] : "–",
      told === null ? "–" : TOLD[told](when),
    ]), { class: "stackable" }), more(page.more_needs, "need")];
};

const changesTable = (page) => {
  if (page.changes === null) return el("p", { class: "quiet" }, "Not known: no history of changes was given.");
  if (!page.changes.length) return el("p", {}, "None: the customer has heard of every change of status, health or due date.");
  return [table("Changes that the customer has not heard of, oldest first", ["Change", "Project", "When", "From", "To"],
    page.changes.map(([on, days, project, field, before, after]) =>
      [field, project, [on, el("span", { class: "quiet" }, ` ${counted(days, "day")} ago`)], before ?? "–", after ?? "–"]),
    { class: "stackable" }), more(page.more_changes, "change")];
};

const unknownRules = (rows) => (rows.length
  ? section("What is not known", el("ul", { class: "plainlist" }, rows.map(([rule, failed]) =>
    el("li", {}, board.rules[rule][0], failed ? el("strong", { class: "late" }, " failed") : ""))))
  : null);

const customerPage = (place) => {
  const one = board.customers[place];
  const page = details().customers[place];
  const facts = [
    ["Tier", one.tier], ["Stage", one.stage], ["Looked after by", one.owner], ["Value a year", one.value?.[0]],
    ["Contract ends", page.contract_end_on], ["Agreed to talk every", page.cadence ? `${parseFloat(page.cadence)} days` : null],
  ];
  const isEvident = page.lost.some((row) => row.length > 2);
  return [
    el("p", { class: "back" }, el("a", { href: lastList }, "← All customers")),
    el("h1", { tabindex: "-1" }, one.name),
    one.id ? el("p", { class: "quiet" }, el("code", {}, one.id)) : null,
    el("div", { class: "grid two" },
      scoreCard("Score", one, [pairs(facts), board.has_facts
        ? el("ul", { class: "tally" }, [["project", one.projects], ["open need", one.needs]].map(([noun, number]) => el("li", {}, counted(number, noun))),
          el("li", { class: one.untold ? "untold" : "quiet" }, `${whole(one.untold)} not told`))
        : null]),
      el("div", { class: "card" }, el("h2", {}, "What would raise the score most"), moveCard(page.moves, page.lost))),
    board.has_facts ? [
      section("Projects", page.projects.length ? el("ul", { class: "cards" }, page.projects.map(projectCard)) : el("p", {}, "None."), more(page.more_projects, "project")),
      section("Needs", page.needs.length ? needsTable(page) : el("p", {}, board.unknown.includes("needs") ? "Not known." : "None.")),
      section("Changes not told", changesTable(page)),
      section("Objectives", page.objectives.length ? el("div", { class: "card" }, treeOf(page.objectives)) : el("p", {}, "None is for this customer, and none of its projects serves one.")),
    ] : null,
    section("What was lost", page.lost.length ? losses(page.lost) : el("p", {}, "Nothing."),
      isEvident || !page.lost.length ? null : el("p", { class: "quiet" }, "Evidence is in this file for the lowest scores only, and for what this audience may see.")),
    unknownRules(page.unknown),
  ];
};
